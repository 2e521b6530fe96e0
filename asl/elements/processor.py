"""Blocks of states: the machine's own, a Parallel's branches and a Map's ItemProcessor."""

from __future__ import annotations

from typing import Any

import msgspec

from asl.elements.outcome import State
from asl.jsontypes import JSON
from asl.spec.fields import Element, Field, Reader
from asl.spec.kinds import ObjectOf, OneOf, Text


class Block:
    """A scope of states: transitions never leave it, and variables assigned in it end with it.

    Attributes:
        start_at: The state it begins with.
        states: Its states by name.
    """

    __slots__ = ("start_at", "states")

    def __init__(self) -> None:
        self.start_at = ""
        self.states: dict[str, State] = {}


class ProcessorConfig(msgspec.Struct, frozen=True):
    """How a Map runs its iterations."""

    mode: str = "INLINE"
    execution_type: str | None = None


PROCESSOR_CONFIG = Element(
    "ProcessorConfig",
    (Field("Mode", OneOf(("INLINE", "DISTRIBUTED"))), Field("ExecutionType", OneOf(("STANDARD", "EXPRESS")))),
    lambda fields: ProcessorConfig(fields.get("Mode", "INLINE"), fields.get("ExecutionType")),
)


class BlockOf(msgspec.Struct, frozen=True):
    """A nested block of states. With ``configured`` it may have a ProcessorConfig (a Map's)."""

    configured: bool = False

    def read(self, value: JSON, reader: Reader) -> Block | None:
        if not isinstance(value, dict):
            reader.problem("Expected value of type Object")
            return None
        element = ITEM_PROCESSOR if self.configured else BRANCH
        block = Block()
        fields = reader.fields_of(element, value)
        reader.later(lambda: reader.read_states(block, fields, value))
        return block

    def schema(self) -> dict[str, JSON]:
        return {"$ref": f"#/$defs/{(ITEM_PROCESSOR if self.configured else BRANCH).name}"}


class States(msgspec.Struct, frozen=True):
    """The States object of a block; read by the parser, which knows the table of state types."""

    def read(self, value: JSON, reader: Reader) -> Any:
        if not isinstance(value, dict):
            reader.problem("Expected value of type Object")
            return None
        if not value:
            reader.problem("Value cannot be empty")
        return value

    def schema(self) -> dict[str, JSON]:
        return {"type": "object", "additionalProperties": {"$ref": "#/$defs/State"}, "minProperties": 1}


START_AT = Field("StartAt", Text(), required=True)
STATES = Field("States", States(), required=True)
COMMENT = Field("Comment", Text())

BRANCH = Element("Branch", (COMMENT, STATES, START_AT), lambda fields: None)
ITEM_PROCESSOR = Element(
    "ItemProcessor",
    (COMMENT, STATES, START_AT, Field("ProcessorConfig", ObjectOf(lambda: PROCESSOR_CONFIG))),
    lambda fields: None,
)
