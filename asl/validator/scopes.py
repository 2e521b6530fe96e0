"""The scopes of a definition: every block of states, with where it stands and how its states lead on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from asl.jsontypes import JSON

Steps = tuple[str | int, ...]


class Edge(msgspec.Struct, frozen=True):
    """A way on from a state.

    Attributes:
        field: The field that tells it: Next or Default.
        target: The state it names.
        place: Path to the field.
    """

    field: str
    target: str
    place: Steps


class Scope(msgspec.Struct, frozen=True):
    """One block of states: the machine's own, a branch or a processor.

    Attributes:
        place: Path to the block.
        value: The block.
        states: Its States, empty where they are no object.
        members: Those of them that are objects, each with where it stands.
        edges: The ways on from each of those, by its name.
    """

    place: Steps
    value: dict[str, JSON]
    states: dict[str, JSON]
    members: list[tuple[Steps, dict[str, JSON]]]
    edges: dict[str, list[Edge]]


def scopes(definition: JSON) -> Iterator[Scope]:
    """Every block of a definition, outer ones first; looks only at what has the right shape."""
    pending: list[tuple[Steps, JSON]] = [((), definition)]
    while pending:
        place, value = pending.pop()
        if not isinstance(value, dict):
            continue
        states = value.get("States")
        states = states if isinstance(states, dict) else {}
        members = [
            ((*place, "States", name), state) for name, state in states.items() if isinstance(state, dict)
        ]
        ways = {str(where[-1]): list(edges(where, state)) for where, state in members}
        yield Scope(place, value, states, members, ways)
        nested: list[tuple[Steps, JSON]] = []
        for where, state in members:
            nested += _nested(where, state)
        pending += reversed(nested)


def states(scopes: list[Scope], kind: str | None = None) -> Iterator[tuple[Steps, dict[str, JSON]]]:
    """Every state that is an object, with where it stands; with ``kind``, those of that Type."""
    for scope in scopes:
        for member in scope.members:
            if kind is None or member[1].get("Type") == kind:
                yield member


def _nested(place: Steps, state: dict[str, JSON]) -> Iterator[tuple[Steps, JSON]]:
    branches = state.get("Branches")
    for index, branch in enumerate(branches if isinstance(branches, list) else []):
        yield (*place, "Branches", index), branch
    for field in ("ItemProcessor", "Iterator"):
        if field in state:
            yield (*place, field), state[field]


def edges(place: Steps, state: dict[str, JSON]) -> Iterator[Edge]:
    """The ways on from a state: Next and Default, those of its choice rules and its catchers."""
    for field in ("Next", "Default"):
        if field in state:
            yield from _edge(state, field, place)
    for field in ("Choices", "Catch"):
        if field not in state:
            continue
        entries: Any = state[field]
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict):
                yield from _edge(entry, "Next", (*place, field, index))


def _edge(value: dict[str, JSON], field: str, place: Steps) -> Iterator[Edge]:
    target = value.get(field)
    if isinstance(target, str) and target:
        yield Edge(field, target, (*place, field))
