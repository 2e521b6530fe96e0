"""A state machine: the definition, compiled once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from hashlib import blake2b
from typing import Any

from asl.elements.outcome import State
from asl.elements.processor import Block
from asl.jsontypes import JSON, encode


class StateMachine:
    """A definition that can be run. Made by `asl.parse`, never changed.

    Attributes:
        definition: The definition as JSON.
        start_at: The state it begins with.
        states: All its states, those of branches and processors too: a name is unique in a machine.
        timeout_seconds: The execution's time limit, or None.
        size: Bytes of the definition as compact JSON, which Express is billed by.
        hash: What identifies the definition.
        activities: The ARNs of the activities that its tasks wait for.
    """

    __slots__ = (
        "_variables", "activities", "definition", "hash", "size", "start_at", "states", "timeout_seconds",
    )  # fmt: skip

    def __init__(
        self,
        definition: JSON,
        block: Block,
        states: dict[str, State],
        timeout_seconds: int | None,
        variables: Mapping[str, Set[str]],
    ) -> None:
        text = encode(definition)
        self.definition = definition
        self.start_at = block.start_at
        self.states = states
        self.timeout_seconds = timeout_seconds
        self._variables = variables
        self.activities = frozenset(_activities(states))
        self.size = len(text)
        self.hash = blake2b(text, digest_size=16).hexdigest()

    def child(self, state: str) -> StateMachine:
        """What the executions of a distributed Map run: its processor, as a machine of its own.

        Args:
            state: The Map state's name.
        """
        block: Block = getattr(self.states[state], "processor")  # noqa: B009 -- only a Map has it
        definition = _found(self.definition, state)
        inner = definition.get("ItemProcessor", definition.get("Iterator"))
        return StateMachine(inner, block, self.states, None, self._variables)

    @property
    def variable_references(self) -> dict[str, list[str]]:
        """The variables that each state reads, as DescribeStateMachine tells them.

        States stand in the order of the document, without those that read none. Names are sorted;
        AWS's own order of them is not known, for the recordings were sorted.
        """
        reading = self._variables
        return {name: sorted(reading[name]) for name in _names(self.definition) if name in reading}

    def __repr__(self) -> str:
        return f"<StateMachine of {len(self.states)} states, {self.hash[:8]}>"


def _activities(states: Mapping[str, Any]) -> Iterator[str]:
    for state in states.values():
        resource = getattr(state, "resource", None)
        if resource is not None and resource.family == "activity":
            yield resource.text


def _found(definition: JSON, name: str) -> dict[str, Any]:
    """A state's definition, wherever it is nested."""
    blocks: list[Any] = [definition]
    while blocks:
        states: dict[str, Any] = blocks.pop()["States"]
        if name in states:
            found: dict[str, Any] = states[name]
            return found
        for each in states.values():
            blocks += each.get("Branches", ())
            blocks += [each[field] for field in ("ItemProcessor", "Iterator") if field in each]
    raise KeyError(name)


def _names(definition: JSON) -> Iterator[str]:
    """The names of all states in the order of the document: nested ones follow the state around them."""
    blocks = [iter(definition["States"].items())]
    while blocks:
        name, state = next(blocks[-1], ("", None))
        if state is None:
            blocks.pop()
            continue
        yield name
        nested = [state[field] for field in ("ItemProcessor", "Iterator") if field in state]
        nested += reversed(state.get("Branches", ()))
        blocks += [iter(block["States"].items()) for block in nested]
