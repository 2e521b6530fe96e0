"""Histories as text: the form that golden files have, and how two of them differ."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from difflib import unified_diff
from typing import Any

SHOWN = 60
"""Lines of a difference that are shown: the first ones explain those that follow."""

_FRAME = re.compile(r'(File \\*")[^"]*?([^"/\\]+\.py)(\\*")')


def golden_text(history: Iterable[dict[str, Any]]) -> str:
    """A history as a golden file keeps it: a JSON array, one event to a line, nothing left out."""
    lines = [json.dumps(_plain(event), ensure_ascii=False, separators=(",", ":")) for event in history]
    return without_machine_paths("[\n" + ",\n".join(lines) + "\n]\n")


def without_machine_paths(text: str) -> str:
    """The text with the file names in stack traces cut down to their last part.

    A failed task's cause holds the stack of the handler, and with it where the checkout lies on
    this machine. The quotes around a file name are escaped as often as the cause is nested in JSON
    strings. Nothing else is changed in a golden history.
    """
    return _FRAME.sub(r"\1\2\3", text)


def difference(golden: str, now: str) -> str:
    """What differs, a line for each value, named by its event and its path; JSON in strings is opened."""
    lines = list(unified_diff(_values(golden), _values(now), "golden", "now", n=0, lineterm=""))
    if not lines:  # equal values, written differently
        lines = list(unified_diff(golden.splitlines(), now.splitlines(), "golden", "now", n=0, lineterm=""))
    left_out = [f"... and {len(lines) - SHOWN} more lines"] if len(lines) > SHOWN else []
    return "\n".join([*(line for line in lines[:SHOWN] if not line.startswith("@@")), *left_out])


def _plain(event: dict[str, Any]) -> dict[str, Any]:
    """An event as JSON, its id and time first."""
    moment = event["timestamp"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
    rest = {key: value for key, value in event.items() if key not in {"id", "previousEventId", "timestamp"}}
    return {"id": event["id"], "previousEventId": event["previousEventId"], "timestamp": moment, **rest}


def _values(text: str) -> list[str]:
    return [
        f"event {event['id']} {event['type']}: {path} = {value}"
        for event in json.loads(text)
        for path, value in _leaves("", event)
    ]


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    value = _opened(value)
    if not value or not isinstance(value, dict | list):
        yield path, json.dumps(value, ensure_ascii=False)
        return
    for key, member in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _leaves(f"{path}.{key}" if path else str(key), member)


def _opened(value: Any) -> Any:
    """What a string of JSON holds, if it is an object or an array."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
