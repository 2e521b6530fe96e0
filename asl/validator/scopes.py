"""The scopes of a definition: every block of states, with where it stands and how its states lead on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from asl.jsontypes import JSON

Steps = tuple[str | int, ...]


class Scope(msgspec.Struct, frozen=True):
    """One block of states: the machine's own, a branch or a processor.

    Attributes:
        place: Path to the block.
        value: The block.
        states: Its States, empty where they are no object.
    """

    place: Steps
    value: dict[str, JSON]
    states: dict[str, JSON]


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


def scopes(definition: JSON) -> Iterator[Scope]:
    """Every block of a definition, outer ones first; looks only at what has the right shape."""
    pending: list[tuple[Steps, JSON]] = [((), definition)]
    while pending:
        place, value = pending.pop()
        if not isinstance(value, dict):
            continue
        states = value.get("States")
        states = states if isinstance(states, dict) else {}
        yield Scope(place, value, states)
        nested: list[tuple[Steps, JSON]] = []
        for name, state in states.items():
            nested += _nested((*place, "States", name), state)
        pending += reversed(nested)


def _nested(place: Steps, state: JSON) -> Iterator[tuple[Steps, JSON]]:
    if not isinstance(state, dict):
        return
    branches = state.get("Branches")
    for index, branch in enumerate(branches if isinstance(branches, list) else []):
        yield (*place, "Branches", index), branch
    for field in ("ItemProcessor", "Iterator"):
        if field in state:
            yield (*place, field), state[field]


def edges(place: Steps, state: JSON) -> Iterator[Edge]:
    """The ways on from a state: Next and Default, those of its choice rules and its catchers."""
    if not isinstance(state, dict):
        return
    for field in ("Next", "Default"):
        yield from _edge(state, field, place)
    for field in ("Choices", "Catch"):
        entries: Any = state.get(field)
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict):
                yield from _edge(entry, "Next", (*place, field, index))


def _edge(value: dict[str, JSON], field: str, place: Steps) -> Iterator[Edge]:
    target = value.get(field)
    if isinstance(target, str) and target:
        yield Edge(field, target, (*place, field))
