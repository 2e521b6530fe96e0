"""Fail: ends its block with an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import msgspec

from asl.elements.dataflow import computed
from asl.elements.flow import COMMON
from asl.elements.outcome import Frame
from asl.errors import Failure, InterpreterFailure
from asl.jsontypes import JSON
from asl.rules import table as rules
from asl.spec.fields import Element, Expression, Field, Reader, at_most_one_of
from asl.spec.kinds import Path, Text
from asl.states.state import BaseState


class Fail(BaseState):
    """A Fail state."""

    __slots__ = ("cause", "error")
    kind = "Fail"

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.error = _text(fields, "Error")
        self.cause = _text(fields, "Cause")

    def enter(self, frame: Frame) -> NoReturn:
        """Fails. Without Error or Cause AWS leaves the key out of ExecutionFailed (recorded)."""
        raise Failure(self.error(frame.input, frame), self.cause(frame.input, frame))


def _text(fields: dict[str, Any], name: str) -> Callable[[JSON, Frame], str | None]:
    path = fields.get(f"{name}Path")
    if path is None:
        constant = fields.get(name)
        if isinstance(constant, Expression):
            compute = computed(constant, "string", lambda value: isinstance(value, str))
            return lambda data, frame: compute(frame)
        return lambda data, frame: constant
    evaluate, text = path.evaluate, path.text

    def read(data: JSON, frame: Frame) -> str:
        value = evaluate(data, frame)
        if isinstance(value, str):
            return value
        # Not recorded; the field's own rule is that it gives a string.
        raise InterpreterFailure(f"The value of the field '{name}Path' must be a string: {text}")

    return read


class TextPath(msgspec.Struct, frozen=True):
    """A path, or a call of an intrinsic function that gives a string."""

    def read(self, value: JSON, reader: Reader) -> Any:
        """The compiled path or call."""
        call = value.partition("(")[0].strip() if isinstance(value, str) else ""
        if call.startswith("States.") and call not in _TEXT_FUNCTIONS:
            reader.problem(
                rules.NOT_TEXT, f"'{call}' does not give a string", f"use one of {', '.join(_TEXT_FUNCTIONS)}"
            )
            return None
        return Path(intrinsics=True).read(value, reader)

    def schema(self) -> dict[str, JSON]:
        """The kind as JSON Schema."""
        return Path(intrinsics=True).schema()


_TEXT_FUNCTIONS = (
    "States.Format",
    "States.JsonToString",
    "States.ArrayGetItem",
    "States.Base64Encode",
    "States.Base64Decode",
    "States.Hash",
    "States.UUID",
)
"""The functions that ErrorPath and CausePath take (developer guide, "Fail workflow state")."""

FAIL = Element(
    "Fail",
    (
        *COMMON,
        Field("Error", Text(computed=True), doc="The name of the error."),
        Field("Cause", Text(computed=True), doc="The text that explains it."),
        Field("ErrorPath", TextPath(), only="JSONPath", doc="A path or call that gives Error, in its place."),
        Field("CausePath", TextPath(), only="JSONPath", doc="A path or call that gives Cause, in its place."),
    ),
    Fail,
    (at_most_one_of("Error", "ErrorPath"), at_most_one_of("Cause", "CausePath")),
    doc="Ends its block of states with an error.",
)
