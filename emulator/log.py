"""The emulator's log: records with the execution, the state and the request that they belong to."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any, Literal, TextIO, TypeAlias

from asl.jsontypes import dumps

log = logging.getLogger("asl.emulator")

LogFormat: TypeAlias = Literal["text", "json"]

FIELDS = ("operation", "request_id", "status", "execution", "state", "command", "error", "milliseconds")
"""What a record may tell beside its message. Nothing else is written: inputs, outputs, task tokens
and credentials never get into a log by being attached to a record."""


def configure(format: LogFormat, stream: TextIO) -> None:
    """Writes all logs of this process to a stream, from the level INFO on ours, WARNING on others'."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if format == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    log.setLevel(logging.INFO)


class TextLines(logging.Formatter):
    """A line for people: the time, the level, the message, and what the record belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the traceback below it if there is one."""
        told = " ".join(f"{name}={value}" for name, value in fields(record).items())
        line = f"{_time(record)} {record.levelname:<7} {record.getMessage()}"
        trace = "\n" + self.formatException(record.exc_info) if record.exc_info else ""
        return (f"{line}  {told}" if told else line).replace("\n", "\\n") + trace


class JsonLines(logging.Formatter):
    """A line for programs: one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """The object as text; a traceback is its member ``traceback``."""
        members: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **fields(record),
        }
        if record.exc_info:
            members["traceback"] = self.formatException(record.exc_info)
        return dumps(members)


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """What a record belongs to, by name."""
    return {name: getattr(record, name) for name in FIELDS if getattr(record, name, None) is not None}


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
