"""Takes out of an answer what varies from run to run, as was done to the recorded answers."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

ACCOUNT = "111111111111"
REGION = "us-east-1"

_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_REQUEST = re.compile(r"(?<!Extended )Request ID: [\w-]+")
_EXTENDED_REQUEST = re.compile(r"Extended Request ID: [\w+/=-]+")


class Parsed(dict[str, Any]):
    """An object that was JSON text, in which AWS's order of keys is known."""


Pattern = tuple[re.Pattern[str], str]
"""What to look for in the text of an answer, and the placeholder that stood in its place."""


def normalise(answer: Any, patterns: Sequence[Pattern] = ()) -> Any:
    """An answer of the API, given as boto3 shapes it, in the words of the recordings.

    Args:
        answer: The answer: objects, arrays, strings, numbers and datetimes.
        patterns: Texts the recorded test replaced by a placeholder of its own.
    """
    if isinstance(answer, dict):
        return {key: _member(key, value, patterns) for key, value in answer.items()}
    if isinstance(answer, list):
        return [normalise(item, patterns) for item in answer]
    return words(answer) if isinstance(answer, str) else answer


def _member(key: str, value: Any, patterns: Sequence[Pattern]) -> Any:
    if isinstance(value, datetime):
        return "timestamp" if "timestamp" in key.lower() else "datetime"
    if not isinstance(value, str):
        return normalise(value, patterns)
    # Before the text is parsed: the patterns were written for JSON inside JSON, with its backslashes.
    for pattern, placeholder in patterns:
        value = pattern.sub(placeholder.replace("\\", r"\\"), value)
    return _parsed(value)


def _parsed(text: str) -> Any:
    """One level of JSON text: only what is an object, and not the texts inside it."""
    if text.startswith("{"):
        try:
            return Parsed(_inside(json.loads(text)))
        except ValueError:
            pass
    return words(text)


def _inside(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _inside(member, name) for name, member in value.items()}
    if isinstance(value, list):
        return [_inside(item) for item in value]
    if not isinstance(value, str):
        return value
    text = words(value)
    # A member called "...timestamp..." that holds no instant was blanked as well.
    return "timestamp" if text == value and "timestamp" in key.lower() else text


def words(text: str) -> str:
    """A text with partition, region, instants and request ids replaced by fixed words."""
    text = text.replace("arn:aws:", "arn:<partition>:").replace(REGION, "<region>")
    text = _EXTENDED_REQUEST.sub("Extended Request ID: <extended_request_id>", text)
    text = _REQUEST.sub("Request ID: <request_id>", text)
    return _INSTANT.sub(lambda match: "date" if _exists(match[1]) else match[0], text)


def _exists(instant: str) -> bool:
    """Whether the calendar and the clock know such a time; a 13th month was left as it stood."""
    try:
        datetime.fromisoformat(instant)
    except ValueError:
        return False
    return True


_PARALLEL_ENDS = frozenset(
    f"ParallelState{ending}" for ending in ("Succeeded", "Failed", "Aborted", "Exited")
)


def unordered(history: dict[str, Any]) -> dict[str, Any]:
    """A history as recorded for branches that race: inside a Parallel no ids, and a fixed order."""
    events = list(history["events"])
    block: list[Any] | None = None
    inside = False
    start = place = 0
    while place < len(events):
        kind = events[place]["type"]
        if kind == "ParallelStateStarted":
            block, start, inside = [], place + 1, True
        elif block is not None and kind in _PARALLEL_ENDS:
            # An end puts the block in order in the place of all since the start. A second end (the
            # Exited after the Succeeded) so removes the first one, and what slides into the place
            # just read is not read: the recordings were made this way and lack the same events.
            events[start:place] = sorted(block, key=_in_order)
            inside = False
        elif inside and block is not None:
            events[place] = {**events[place], "id": [0], "previousEventId": 0}
            block.append(events[place])
        place += 1
    return {**history, "events": events}


def _in_order(event: Any) -> str:
    return json.dumps(event, sort_keys=True)
