"""Retry and Catch: which errors they answer, how long to wait, and what a caught error becomes."""

from __future__ import annotations

from typing import Any

import msgspec

from asl import errors
from asl.elements.dataflow import ASSIGN, OUTPUT, RESULT_PATH, Emit, assign, output
from asl.elements.flow import COMMENT, NEXT
from asl.elements.outcome import Frame
from asl.errors import Failure
from asl.jsontypes import JSON
from asl.rules import table as rules
from asl.spec.fields import Element, Expression, Field, Kind, Reader
from asl.spec.kinds import ErrorNames, Integer, ListOf, Number, ObjectOf, OneOf
from asl.spec.quotas import SECONDS_MAX

_JITTER_BITS = 53
"""As many as a double's mantissa holds, so that a draw is an exact fraction of 1."""


def answers(names: tuple[str, ...], failure: Failure) -> bool:
    """Whether an ErrorEquals list names a failure.

    States.ALL matches all (what nothing may catch never comes here), States.TaskFailed all but
    time-outs. A heartbeat expiry is States.Timeout in the events and is matched by
    States.HeartbeatTimeout as well (developer guide; floci's measurements).
    """
    error = failure.error
    for name in names:
        if name == error or name == errors.ALL:
            return True
        if name == errors.TASK_FAILED and error != errors.TIMEOUT:
            return True
        if name == errors.HEARTBEAT_TIMEOUT and getattr(failure, "heartbeat", False):
            return True
    return False


class Retrier:
    """One entry of Retry. Its counter is kept by the visit of the state, not here."""

    __slots__ = ("backoff_rate", "full_jitter", "interval", "max_attempts", "max_delay", "names")

    def __init__(self, fields: dict[str, Any]) -> None:
        self.names: tuple[str, ...] = fields["ErrorEquals"]
        self.interval: int = fields.get("IntervalSeconds", 1)
        self.max_attempts: int = fields.get("MaxAttempts", 3)
        self.backoff_rate: float = fields.get("BackoffRate", 2.0)
        self.max_delay: int | None = fields.get("MaxDelaySeconds")
        self.full_jitter = fields.get("JitterStrategy") == "FULL"

    def delay(self, retries: int, frame: Frame) -> int:
        """Milliseconds to wait before the next attempt, after so many retries by this retrier.

        IntervalSeconds grows by BackoffRate at each retry, up to MaxDelaySeconds; FULL jitter
        then draws between 0 and that (the order is AWS's prose; no measurement exists).
        """
        ceiling = float(SECONDS_MAX if self.max_delay is None else self.max_delay)
        try:
            seconds = min(self.interval * float(self.backoff_rate) ** retries, ceiling)
        except OverflowError:
            seconds = ceiling
        if self.full_jitter:
            seconds *= frame.draw(_JITTER_BITS) / (1 << _JITTER_BITS)
        return round(seconds * 1000)


class Catcher:
    """One entry of Catch."""

    __slots__ = ("assign", "emit", "names", "next", "place")

    def __init__(self, fields: dict[str, Any]) -> None:
        self.names: tuple[str, ...] = fields["ErrorEquals"]
        self.next: str = fields["Next"]
        self.assign: Emit | None = assign(fields, "errorOutput")
        self.place: Expression | None = fields.get("ResultPath", _WHOLE)
        self.emit: Emit | None = output(fields, "errorOutput") if "Output" in fields else None

    def output(self, error_output: JSON, frame: Frame) -> JSON:
        """What the state passes on: the error output at ResultPath in the raw input, or Output."""
        if self.emit is not None:
            return self.emit(error_output, frame)
        if self.place is None:
            return frame.input
        return self.place.evaluate(frame.input, error_output)


_WHOLE = Expression("$", lambda document, value: value)


def error_output(failure: Failure) -> dict[str, JSON]:
    """What Catch sees of a failure: what is missing is null, but a time-out's cause is empty (recorded)."""
    cause = "" if failure.cause is None and failure.error == errors.TIMEOUT else failure.cause
    return {"Error": failure.error, "Cause": cause}


RETRIER = Element(
    "Retrier",
    (
        Field("ErrorEquals", ErrorNames(), required=True, doc="The errors to retry."),
        Field(
            "IntervalSeconds",
            Integer(1, SECONDS_MAX, computed=False),
            doc="Seconds before the first retry: 1 by default.",
        ),
        Field(
            "MaxAttempts",
            Integer(0, SECONDS_MAX, computed=False),
            doc="How many retries: 3 by default, 0 for none.",
        ),
        Field(
            "BackoffRate",
            Number(1.0, computed=False),
            doc="What each further wait is multiplied by: 2 by default.",
        ),
        Field("MaxDelaySeconds", Integer(1, 31_622_400, computed=False), doc="The longest wait in seconds."),
        Field(
            "JitterStrategy",
            OneOf(("NONE", "FULL")),
            doc="FULL draws each wait between 0 and what it would be; NONE by default.",
        ),
        COMMENT,
    ),
    Retrier,
    doc="Errors to try the state again after, and how.",
)
CATCHER = Element(
    "Catcher",
    (
        Field("ErrorEquals", ErrorNames(), required=True, doc="The errors to catch."),
        msgspec.structs.replace(NEXT, required=True),
        RESULT_PATH,
        ASSIGN,
        OUTPUT,
        COMMENT,
    ),
    Catcher,
    doc="Errors to go on after, and where to.",
)


class HandlerList(msgspec.Struct, frozen=True):
    """The list of a Retry or Catch: what answers States.ALL stands last, for nothing comes past it."""

    item: Kind

    def read(self, value: JSON, reader: Reader) -> Any:
        """The compiled entries."""
        for index, each in enumerate(value[:-1] if isinstance(value, list) else ()):
            if isinstance(each, dict) and each.get("ErrorEquals") == [errors.ALL]:
                with reader.at(index), reader.at("ErrorEquals"):
                    reader.problem(rules.STATES_ALL, "States.ALL must appear alone and at end of list")
        return ListOf(self.item).read(value, reader)

    def schema(self) -> dict[str, Any]:
        """The kind as JSON Schema."""
        return ListOf(self.item).schema()


RETRY = Field("Retry", HandlerList(ObjectOf(lambda: RETRIER)), doc="When to try again; the first that fits.")
CATCH = Field("Catch", HandlerList(ObjectOf(lambda: CATCHER)), doc="Where errors lead; the first that fits.")
