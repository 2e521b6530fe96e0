"""Wait: lets time pass, for so many seconds or until an instant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asl.elements import dataflow
from asl.elements.dataflow import (
    ASSIGN,
    INPUT_PATH,
    OUTPUT,
    OUTPUT_PATH,
    computed,
    is_integer,
)
from asl.elements.flow import COMMON, END, NEXT, ONE_WAY_ON, end_is_true
from asl.elements.outcome import Finish, Frame, Sleep
from asl.errors import EvaluationFailure, InterpreterFailure
from asl.jsontypes import JSON, dumps
from asl.spec.fields import Element, Expression, Field, exactly_one_of
from asl.spec.kinds import Integer, Path, Timestamp, nanoseconds
from asl.spec.quotas import SECONDS_MAX
from asl.states.state import BaseState

Deadline = Callable[[JSON, Frame], int]
"""Gives when the wait ends, in milliseconds since the epoch, of the effective input."""


class Wait(BaseState):
    """A Wait state."""

    __slots__ = ("assign", "deadline", "input", "output")
    kind = "Wait"

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.input = dataflow.effective_input(fields)
        self.output = dataflow.output(fields)
        self.assign = dataflow.assign(fields)
        self.deadline = _deadline(fields)

    def enter(self, frame: Frame) -> Sleep:
        """Asks for a timer; one in the past rings at once."""
        return Sleep(self.deadline(self.input(frame), frame))

    def resume(self, frame: Frame, result: JSON) -> Finish:
        """Finishes with its effective input, which is also what ``$`` in Assign means."""
        data = self.input(frame)
        assigned = None if self.assign is None else self.assign(data, frame)
        return Finish(self.output(data, frame), self.next, assigned)


def _deadline(fields: dict[str, Any]) -> Deadline:
    if isinstance(fields.get("Seconds"), Expression):
        seconds = computed(fields["Seconds"], "integer", is_integer)
        return lambda data, frame: frame.now + _waitable(seconds(frame), fields["Seconds"]) * 1000
    if isinstance(fields.get("Timestamp"), Expression):
        return _computed_instant(fields["Timestamp"])
    if "Seconds" in fields:
        milliseconds = fields["Seconds"] * 1000
        return lambda data, frame: frame.now + milliseconds
    if "SecondsPath" in fields:
        return _after_seconds(fields["SecondsPath"])
    if "Timestamp" in fields:
        instant = _milliseconds(fields["Timestamp"])
        return lambda data, frame: max(instant, frame.now)
    return _until(fields["TimestampPath"])


def _waitable(value: JSON, field: Expression) -> int:
    if not 0 <= value <= SECONDS_MAX:
        raise EvaluationFailure(
            f"The Seconds field must be between 0 and {SECONDS_MAX}: {dumps(value)}", field.field
        )
    return int(value)


def _computed_instant(field: Expression) -> Deadline:
    compute = computed(field, "string", lambda value: isinstance(value, str))

    def deadline(data: JSON, frame: Frame) -> int:
        value = compute(frame)
        if nanoseconds(value) is None:
            raise EvaluationFailure(
                "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format "
                f"string: {value}",
                field.field,
            )
        return max(_milliseconds(value), frame.now)

    return deadline


def _milliseconds(timestamp: str) -> int:
    return -(-(nanoseconds(timestamp) or 0) // 1_000_000)


def _after_seconds(path: Expression) -> Deadline:
    """Texts of the failures: recorded, but for the value that is too large."""

    def deadline(data: JSON, frame: Frame) -> int:
        try:
            value = path.evaluate(data, frame)
        except InterpreterFailure:
            raise InterpreterFailure(
                f"The SecondsPath parameter does not reference an input value: {path.text}"
            ) from None
        shown = f"{path.text} == {value if isinstance(value, str) else dumps(value)}"
        if not isinstance(value, int) or isinstance(value, bool):
            raise InterpreterFailure(f"The SecondsPath parameter cannot be parsed as a long value: {shown}")
        if value < 0:
            raise InterpreterFailure(f"The SecondsPath parameter references a negative value: {shown}")
        if value > SECONDS_MAX:
            raise InterpreterFailure("Wait state delay is too long.")
        return frame.now + value * 1000

    return deadline


def _until(path: Expression) -> Deadline:
    def deadline(data: JSON, frame: Frame) -> int:
        try:
            value = path.evaluate(data, frame)
        except InterpreterFailure:
            raise InterpreterFailure(
                f"The TimestampPath parameter does not reference an input value: {path.text}"
            ) from None
        if not isinstance(value, str) or nanoseconds(value) is None:
            raise InterpreterFailure(
                "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time "
                f"format string: {path.text} == {value if isinstance(value, str) else dumps(value)}"
            )
        instant = _milliseconds(value)
        if instant - frame.now > SECONDS_MAX * 1000:
            raise InterpreterFailure("Wait state delay is too long.")
        return max(instant, frame.now)

    return deadline


WAIT = Element(
    "Wait",
    (
        *COMMON, NEXT, END, ASSIGN, OUTPUT, INPUT_PATH, OUTPUT_PATH,
        Field("Seconds", Integer(0, SECONDS_MAX), doc="How long to wait."),
        Field("SecondsPath", Path(), only="JSONPath", doc="Where to read Seconds from, in its place."),
        Field("Timestamp", Timestamp(computed=True), doc="Until when to wait: 2026-01-31T12:00:00Z."),
        Field("TimestampPath", Path(), only="JSONPath", doc="Where to read Timestamp from, in its place."),
    ),
    Wait,
    (ONE_WAY_ON, end_is_true, exactly_one_of("SecondsPath", "Seconds", "TimestampPath", "Timestamp")),
    doc="Lets time pass.",
)  # fmt: skip
