"""The text of a failure: its error and cause, and of a handler's exception the message and the trace."""

from __future__ import annotations

from typing import NamedTuple

from asl.jsontypes import InvalidJSON, loads
from cli.json_text import printable

SHORT = 200
"""Characters of a message on a line among others."""


class Account(NamedTuple):
    """A failure taken apart.

    Attributes:
        error: Its name, or a word for one that has none.
        message: What it says.
        trace: The lines of the handler's stack, deepest last.
    """

    error: str
    message: str
    trace: tuple[str, ...] = ()


def account(error: str | None, cause: str | None) -> Account:
    """What a failure's error and cause tell; Lambda's causes are JSON and hold a message and a trace."""
    name = "(no error name)" if error is None else error
    if cause is None or not cause.startswith('{"errorMessage"'):
        return Account(name, cause or "")
    try:
        record = loads(cause)
        trace = tuple(line for frame in record.get("stackTrace", ()) for line in frame.splitlines())
        return Account(name, str(record["errorMessage"]), trace)
    except (InvalidJSON, AttributeError, TypeError, KeyError):
        return Account(name, cause)


def short(error: str | None, cause: str | None) -> str:
    """A failure on one line."""
    told = account(error, cause)
    text = printable(f"{told.error}: {told.message[:SHORT]}" if told.message else told.error)
    return text if len(told.message) <= SHORT else text + "…"
