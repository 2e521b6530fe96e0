"""What a run did otherwise than its case says, told so that a reader sees it at a glance."""

from __future__ import annotations

import json
import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from asl.jsontypes import dumps

if TYPE_CHECKING:
    from collections.abc import Iterator

    import asl
    from tests.conformance.case_format import Expect

WIDEST = 400
"""How much of a long text a report shows."""


class Expected(NamedTuple):
    """An expected event, taken apart."""

    line: str
    details: dict[str, Any]


def differences(expect: Expect, result: asl.Result) -> Iterator[str]:
    """Every difference between what a case expects and what came, a paragraph each."""
    if result.status != expect.ends:
        yield _pair("status", expect.ends, f"{result.status} ({result!r})")
    if expect.output is not msgspec.UNSET and result.status == "SUCCEEDED":
        yield from _texts("output", dumps(expect.output), dumps(result.output))
    if result.status != "SUCCEEDED":
        if expect.error is not msgspec.UNSET:
            yield from _texts("error", expect.error, result.error)
        if expect.cause is not msgspec.UNSET:
            yield from _texts("cause", expect.cause, result.cause)
    yield from _times(expect.times, result)
    if expect.events is not None:
        yield from _events([_parsed(text) for text in expect.events], list(result.history))


def _texts(what: str, wanted: str | None, got: str | None) -> Iterator[str]:
    if wanted != got:
        yield _pair(what, wanted, got)


def _pair(what: str, wanted: Any, got: Any) -> str:
    return f"{what}\n  expected  {_short(wanted)}\n  got       {_short(got)}"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= WIDEST else f"{text[:WIDEST]}... ({len(text)} characters)"


def _times(times: dict[str, float], result: asl.Result) -> Iterator[str]:
    began = result.execution.identity.start_time
    for number, wanted in times.items():
        if int(number) > len(result.history):
            yield f"time of event {number}: there is none"
            continue
        event = result.history[int(number) - 1]
        got = (round(event["timestamp"].timestamp() * 1000) - began) / 1000
        if got != wanted:
            yield _pair(f"time of event {number}, {event['type']}, in seconds", wanted, got)


# ------------------------------------------------------------------ events

_EVENT = re.compile(r"(?P<line>\d+<\d+ \w+) ?(?P<details>\{.*\})?")


def _parsed(text: str) -> Expected:
    found = _EVENT.fullmatch(text)
    if found is None:
        raise ValueError(f'an event reads like 7<6 TaskFailed {{"error":"E"}}, not like {text}')
    return Expected(found["line"], json.loads(found["details"] or "{}"))


def _events(wanted: list[Expected], got: list[dict[str, Any]]) -> Iterator[str]:
    lines: list[str] = []
    wrong = False
    for expected, event in zip_longest(wanted, got):
        line = None if event is None else f"{event['id']}<{event['previousEventId']} {event['type']}"
        if expected is None or line != (expected.line if expected else None):
            wrong = True
            lines += [f"  - {expected.line}"] if expected else []
            lines += [f"  + {line} {_short(_details(event))}"] if event else []
            continue
        lines.append(f"    {line}")
        for key, value in expected.details.items():
            found = _details(event).get(key)
            if not _same(value, found):
                wrong = True
                lines.append(f"  - {key} {_short(value if isinstance(value, str) else dumps(value))}")
                lines.append(f"  + {key} {_short(found if isinstance(found, str) else dumps(found))}")
    if wrong:
        yield "\n".join(["events (- expected, + got)", *lines])


def _details(event: dict[str, Any]) -> dict[str, Any]:
    return next((value for key, value in event.items() if key.endswith("EventDetails")), {})


def _same(wanted: Any, found: Any) -> bool:
    """Whether a detail is as expected; AWS writes values as JSON text, a case may write them as values."""
    if wanted is None or isinstance(wanted, str) or not isinstance(found, str):
        return bool(wanted == found)
    return dumps(wanted) == found
