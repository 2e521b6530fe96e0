"""A state machine: the definition, compiled once."""

from __future__ import annotations

from hashlib import blake2b

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
    """

    __slots__ = ("definition", "hash", "size", "start_at", "states", "timeout_seconds")

    def __init__(
        self, definition: JSON, block: Block, states: dict[str, State], timeout_seconds: int | None
    ) -> None:
        text = encode(definition)
        self.definition = definition
        self.start_at = block.start_at
        self.states = states
        self.timeout_seconds = timeout_seconds
        self.size = len(text)
        self.hash = blake2b(text, digest_size=16).hexdigest()

    def __repr__(self) -> str:
        return f"<StateMachine of {len(self.states)} states, {self.hash[:8]}>"
