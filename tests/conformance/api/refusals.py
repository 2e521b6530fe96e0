"""Refusals of which only the client's exception is recorded, as text."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from emulator.api.model import input_shape

_TEXT = re.compile(r"An error occurred \((\w+)\) when calling the (\w+) operation: (.*)", re.DOTALL)
_NAMED = re.compile(r"Invalid Arn: 'Invalid ARN prefix: (.+)'|\w[\w ]* Does Not Exist: '(.+)'")


class Refusal(NamedTuple):
    """What the text of a client's exception says."""

    code: str
    operation: str
    message: str


def refusal(recorded: Any) -> Refusal | None:
    """The refusal that a recorded text tells of; None for others, the client's own too."""
    text = recorded.get("exception_value") if isinstance(recorded, dict) else recorded
    match = _TEXT.fullmatch(text) if isinstance(text, str) else None
    return None if match is None else Refusal(*match.groups())


def is_of_the_client(recorded: Any) -> bool:
    """Whether botocore refused to send a request, so that AWS answered nothing."""
    text = recorded.get("exception_value") if isinstance(recorded, dict) else recorded
    return isinstance(text, str) and text.startswith("Parameter validation failed")


def request_behind(recorded: Any) -> tuple[str, dict[str, Any]] | None:
    """The operation and members of a request that was not recorded, where the refusal repeats all of it."""
    told = refusal(recorded)
    named = _NAMED.fullmatch(told.message) if told else None
    if told is None or named is None:
        return None
    required = input_shape(told.operation).required_members
    return (told.operation, {required[0]: named[1] or named[2]}) if len(required) == 1 else None
