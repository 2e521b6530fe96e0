"""Histories in files: the events of an execution, as AWS or `asl run --json --history` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asl.jsontypes import InvalidJSON, loads
from cli.refusal import Refusal, reason


def read_events(path: Path) -> list[Mapping[str, Any]]:
    """The events in a file: what GetExecutionHistory answered, the list of its events, or a report of a run.

    Raises:
        Refusal: It cannot be read, holds no events, or only the first page of them.
    """
    try:
        value = loads(path.read_bytes())
    except OSError as error:
        raise Refusal(f"cannot read the history {path}: {reason(error)}") from None
    except InvalidJSON as error:
        raise Refusal(f"{path}: the history is not JSON: {error.message}") from None
    for member in ("events", "history"):
        if isinstance(value, dict) and member in value:
            if value.get("nextToken"):
                raise Refusal(f"{path}: pages after the first are missing: it has a nextToken")
            value = value[member]
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Refusal(f"{path} holds no events: a list of them, or an object with one called 'events'")
    return value
