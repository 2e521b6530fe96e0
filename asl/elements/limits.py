"""Numbers that a state reads when it runs: time limits, heartbeats, concurrency."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from asl.elements.dataflow import computed, is_integer
from asl.elements.outcome import Frame
from asl.errors import InterpreterFailure
from asl.jsontypes import JSON, dumps
from asl.rules import Problem
from asl.rules import table as rules
from asl.spec.fields import Check, Expression, Field, at_most_one_of
from asl.spec.kinds import Integer, Path
from asl.spec.quotas import SECONDS_MAX

TIMEOUT_SECONDS = Field(
    "TimeoutSeconds", Integer(1, SECONDS_MAX), doc="How long it may take before it fails with States.Timeout."
)
TIMEOUT_SECONDS_PATH = Field(
    "TimeoutSecondsPath", Path(), only="JSONPath", doc="Where to read TimeoutSeconds from, in its place."
)
HEARTBEAT_SECONDS = Field(
    "HeartbeatSeconds",
    Integer(1, SECONDS_MAX),
    doc="How long the task may be silent; shorter than TimeoutSeconds.",
)
HEARTBEAT_SECONDS_PATH = Field(
    "HeartbeatSecondsPath", Path(), only="JSONPath", doc="Where to read HeartbeatSeconds from, in its place."
)

ONE_TIMEOUT: Check = at_most_one_of("TimeoutSeconds", "TimeoutSecondsPath")
ONE_HEARTBEAT: Check = at_most_one_of("HeartbeatSeconds", "HeartbeatSecondsPath")


def heartbeat_before_timeout(value: Mapping[str, JSON]) -> Problem | None:
    """A check: the heartbeat is shorter than the time limit."""
    timeout, heartbeat = value.get("TimeoutSeconds"), value.get("HeartbeatSeconds")
    if isinstance(timeout, int) and isinstance(heartbeat, int) and heartbeat >= timeout:
        return Problem(rules.HEARTBEAT, "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'")
    return None


Limit = Callable[[JSON, Frame], int | None]


def whole_number(fields: Mapping[str, Any], name: str, default: int | None = None) -> Limit:
    """The value of a whole-number field that stands as a number or as ``<name>Path``.

    The limit is read against the state's effective input, and raises States.Runtime where a
    path gives no whole number.
    """
    path_name = f"{name}Path"
    path: Expression | None = fields.get(path_name)
    if path is None:
        constant = fields.get(name, default)
        if isinstance(constant, Expression):
            read_states = computed(constant, "integer", is_integer)
            return lambda data, frame: int(read_states(frame))
        return lambda data, frame: constant
    evaluate, text = path.evaluate, path.text

    def read(data: JSON, frame: Frame) -> int:
        value = evaluate(data, frame)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise InterpreterFailure(
            f"The {path_name} field refers to value {_quoted(value)} which is not a valid integer: {text}"
        )

    return read


def tolerated_percentage(fields: Mapping[str, Any]) -> Callable[[JSON, Frame], float | None]:
    """ToleratedFailurePercentage, which may have a fraction, or what its path leads to.

    It raises States.Runtime where that is no number from 0 to 100. Texts recorded.
    """
    name = "ToleratedFailurePercentage"
    path: Expression | None = fields.get(f"{name}Path")
    if path is None:
        constant = fields.get(name)
        if isinstance(constant, Expression):
            read = computed(constant, "number", _is_number)
            return lambda data, frame: _per_cent(read(frame))
        return lambda data, frame: constant
    evaluate, text = path.evaluate, path.text

    def value(data: JSON, frame: Frame) -> float:
        found = evaluate(data, frame)
        if _is_number(found):
            return _per_cent(found)
        raise InterpreterFailure(
            f"The {name}Path field refers to value {_quoted(found)} which is not a valid float: {text}"
        )

    return value


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _per_cent(value: Any) -> float:
    if not 0 <= value <= 100:
        raise InterpreterFailure("ToleratedFailurePercentage must be between 0 and 100.")
    return float(value)


def _quoted(value: JSON) -> str:
    return '"' + (value if isinstance(value, str) else dumps(value)) + '"'
