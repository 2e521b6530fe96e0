"""Arrays as they were sent: AWS gives their texts back with the sender's spaces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from asl.jsontypes import dumps

MAX_ARRAYS = 200
"""So many arrays of a request are remembered; to find one costs a reading of all that is in it."""

_DECODER = json.JSONDecoder()


def sent_arrays(members: dict[str, Any]) -> dict[str, str]:
    """The arrays in a request's JSON texts as they stand there, by their compact texts.

    AWS: the output and the inspection data of a test have arrays so (15 recorded cases), whichever
    stage they come from; objects were recorded in a form that cannot tell.
    """
    texts = [members.get("input"), members.get("context"), members.get("mock", {}).get("result")]
    found: dict[str, str] = {}
    for text in texts:
        for array in _arrays(text or ""):
            if len(found) < MAX_ARRAYS:
                found.setdefault(dumps(json.loads(array)), array)
    return found


def _arrays(text: str) -> Iterator[str]:
    start = text.find("[")
    for _ in range(MAX_ARRAYS):
        if start < 0:
            return
        try:
            _, end = _DECODER.raw_decode(text, start)
            yield text[start:end]
        except (ValueError, RecursionError):
            pass  # a bracket in a string, or text that is no JSON, which is told elsewhere
        start = text.find("[", start + 1)


def as_sent(answer: dict[str, Any], arrays: dict[str, str]) -> dict[str, Any]:
    """An answer whose texts are those that were sent, where they are equal but for spaces."""
    told: dict[str, Any] = {
        key: arrays.get(value, value) if isinstance(value, str) else value for key, value in answer.items()
    }
    if "inspectionData" in told:
        told["inspectionData"] = as_sent(told["inspectionData"], arrays)
    return told
