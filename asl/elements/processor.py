"""Blocks of states: the machine's own, a Parallel's branches and a Map's ItemProcessor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from asl.elements.flow import COMMENT
from asl.elements.outcome import State
from asl.jsontypes import JSON
from asl.rules import Problem
from asl.rules import table as rules
from asl.spec.fields import Element, Field, Reader
from asl.spec.kinds import ObjectOf, OneOf, Text
from asl.spec.quotas import STATE_NAME_LENGTH


class Block:
    """A scope of states: transitions never leave it, and variables assigned in it end with it.

    Attributes:
        start_at: The state it begins with.
        states: Its states by name.
        execution_type: What its executions are, where it runs as executions of their own; else None.
    """

    __slots__ = ("execution_type", "start_at", "states")

    def __init__(self) -> None:
        self.start_at = ""
        self.execution_type: Literal["STANDARD", "EXPRESS"] | None = None
        self.states: dict[str, State] = {}


class ProcessorConfig(msgspec.Struct, frozen=True):
    """How a Map runs its iterations."""

    mode: str = "INLINE"
    execution_type: Literal["STANDARD", "EXPRESS"] | None = None


def _execution_type(value: Mapping[str, JSON]) -> Problem | None:
    """A check: distributed mode says what kind of executions its children are."""
    if value.get("Mode") != "DISTRIBUTED" or "ExecutionType" in value:
        return None
    return Problem(rules.EXECUTION_TYPE, "The field 'ExecutionType' is required")


PROCESSOR_CONFIG = Element(
    "ProcessorConfig",
    (
        Field(
            "Mode",
            OneOf(("INLINE", "DISTRIBUTED")),
            doc="Whether iterations are part of the execution (the default) or executions of their own.",
        ),
        Field(
            "ExecutionType",
            OneOf(("STANDARD", "EXPRESS")),
            doc="What the executions of a distributed Map are; it has to say so.",
        ),
    ),
    lambda fields: ProcessorConfig(fields.get("Mode", "INLINE"), fields.get("ExecutionType")),
    (_execution_type,),
)


class BlockOf(msgspec.Struct, frozen=True):
    """A nested block of states. With ``configured`` it may have a ProcessorConfig (a Map's)."""

    configured: bool = False

    def read(self, value: JSON, reader: Reader) -> Block | None:
        if not isinstance(value, dict):
            reader.problem(rules.WRONG_TYPE, "Expected value of type Object")
            return None
        element = ITEM_PROCESSOR if self.configured else BRANCH
        block = Block()
        fields = reader.fields_of(element, value)
        config = fields.get("ProcessorConfig")
        if config is not None and config.mode == "DISTRIBUTED":
            block.execution_type = config.execution_type or "STANDARD"
        reader.later(lambda: reader.read_states(block, fields, value))
        return block

    def schema(self) -> dict[str, Any]:
        return {"$ref": ITEM_PROCESSOR if self.configured else BRANCH}


class States(msgspec.Struct, frozen=True):
    """The States object of a block; read by the parser, which knows the table of state types."""

    def read(self, value: JSON, reader: Reader) -> Any:
        if not isinstance(value, dict):
            reader.problem(rules.WRONG_TYPE, "Expected value of type Object")
            return None
        if not value:
            reader.problem(rules.EMPTY, "Value cannot be empty")
        return value

    def schema(self) -> dict[str, JSON]:
        return {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"minLength": 1, "maxLength": STATE_NAME_LENGTH},
            "additionalProperties": {"$ref": "#/$defs/State"},
        }


START_AT = Field("StartAt", Text(), required=True, doc="The state to begin with.")
STATES = Field("States", States(), required=True, doc="The states, by name; a name is unique in the machine.")

BRANCH = Element(
    "Branch", (COMMENT, STATES, START_AT), lambda fields: None, doc="States that run beside other branches."
)
ITEM_PROCESSOR = Element(
    "ItemProcessor",
    (
        COMMENT,
        STATES,
        START_AT,
        Field("ProcessorConfig", ObjectOf(lambda: PROCESSOR_CONFIG), doc="How the iterations are run."),
    ),
    lambda fields: None,
)
