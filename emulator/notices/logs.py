"""An execution's events as the records that Step Functions writes to CloudWatch Logs.

Source: recordings of log groups; which level logs what: developer guide, "Log levels for Step
Functions execution events".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from asl.history import Event, as_dict
from asl.jsontypes import dumps
from emulator.records import ExecutionRecord

LIMIT = 248 * 1024
"""Bytes of a record; the data of a longer one is left out and called truncated (inferred from events)."""
DATA = ("input", "inputDetails", "output", "outputDetails")
"""What is told only with ``includeExecutionData`` (recorded, but for other members than these)."""

_FATAL = frozenset({"ExecutionAborted", "ExecutionFailed", "ExecutionTimedOut"})
_ERROR_ENDINGS = ("Failed", "Aborted", "TimedOut")


class Destination(NamedTuple):
    """Where and how the executions of a state machine are logged.

    Attributes:
        region: Of the log group.
        account: Of the log group.
        group: Its name.
        level: ``ALL``, ``ERROR`` or ``FATAL``.
        data: Whether inputs and outputs are told.
    """

    region: str
    account: str
    group: str
    level: str
    data: bool


def destination(logging: dict[str, Any] | None) -> Destination | None:
    """What a logging configuration asks for; None where nothing is to be logged."""
    if logging is None or logging.get("level", "OFF") == "OFF" or not logging.get("destinations"):
        return None
    arn = logging["destinations"][0].get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
    parts = arn.removesuffix(":*").split(":", 6)
    if len(parts) < 7:
        return None
    return Destination(
        parts[3], parts[4], parts[6], logging["level"], bool(logging.get("includeExecutionData"))
    )


def is_logged(level: str, name: str) -> bool:
    """Whether a level logs an event of a type."""
    if level == "ALL" or name in _FATAL:
        return True
    return level == "ERROR" and (name.endswith(_ERROR_ENDINGS) or name == "FailStateEntered")


def records(
    record: ExecutionRecord, first: int, events: Iterable[Event], to: Destination
) -> list[dict[str, Any]]:
    """The log events of some events of an execution, as PutLogEvents takes them.

    Args:
        record: The execution's record.
        first: The id of the first of the events.
        events: Some of its events, in order.
        to: Where they go.
    """
    return [
        {"timestamp": event[2], "message": _message(record, number, event, to.data)}
        for number, event in enumerate(events, first)
        if is_logged(to.level, event[0].name)
    ]


def stream_name(machine: str, at: int, identity: str) -> str:
    """The name of a log stream of a state machine, in AWS's form.

    Args:
        machine: The state machine's name.
        at: When the stream is made, in milliseconds since the epoch.
        identity: Eight hexadecimal digits of its own.
    """
    made = datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d-%H-%M")
    return f"states/{machine}/{made}/{identity}"


def _message(record: ExecutionRecord, number: int, event: Event, data: bool) -> str:
    details = as_dict(number, event).get(event[0].details or "", {})
    if not data:
        details = {name: value for name, value in details.items() if name not in DATA}
    text = dumps(_record(record, number, event, details))
    if len(text.encode()) <= LIMIT:
        return text
    return dumps(_record(record, number, event, _cut(details)))


def _record(record: ExecutionRecord, number: int, event: Event, details: dict[str, Any]) -> dict[str, Any]:
    kind, previous, time, *_ = event
    return {
        "id": str(number),
        "type": kind.name,
        "details": dict(sorted(details.items())),
        "previous_event_id": str(previous),
        "event_timestamp": str(time),
        "execution_arn": record.arn,
        "redrive_count": str(record.redrives),
    }


def _cut(details: dict[str, Any]) -> dict[str, Any]:
    """Details without what makes them long."""
    kept = {
        name: value
        for name, value in details.items()
        if name not in ("input", "output", "parameters", "assignedVariables")
    }
    return {name: {"truncated": True} if name.endswith("Details") else each for name, each in kept.items()}
