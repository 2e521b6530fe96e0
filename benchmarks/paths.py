"""The runner that reads one value out of a large payload, in several ways: the seconds of one read."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from asl.query.jsonata_language import JSONataLanguage
from asl.query.language import JSONPathLanguage
from benchmarks.measure import Job, Times, sample, serve

JSON = Any
Reads = Callable[[int], JSON]
"""Reads so many times and gives what came the last time."""

PAYLOAD_BYTES = 256 * 1024
BATCH_SECONDS = 0.005
MEMBERS = frozenset({"input", "context"})


@dataclass(frozen=True)
class Way:
    """A way to read.

    Attributes:
        name: What it is called in a job.
        label: What it is called in the table.
        aimed: Whether the aim is for it.
    """

    name: str
    label: str
    aimed: bool = False


WAYS = (
    Way("bare", 'data["a"]["b"]["c"] (the bound)'),
    Way("jsonpath", "asl, JSONPath $.a.b.c", aimed=True),
    Way("jsonata", "asl, JSONata $states.input.a.b.c", aimed=True),
    Way("engine", "asl, JSONata $states.input.rows[1000].total"),
    Way("all", "asl, JSONata $states.input.rows, so nearly all of it"),
    Way("loads", "json.loads of the payload"),
)


class Nowhere:
    """Surroundings without a context object, variables or chance: none of the paths asks for them."""

    now = 0

    def context(self) -> dict[str, JSON]:
        """The context object."""
        return {}

    def variable(self, name: str) -> JSON:
        """No variable has been assigned."""
        raise KeyError(name)

    def draw(self, bits: int) -> int:
        """No random number is random here."""
        return 0


def payload(size: int) -> dict[str, JSON]:
    """An object whose JSON has just so many bytes: a value three levels deep, and rows of orders."""
    data: dict[str, JSON] = {"a": {"b": {"c": "value"}}, "rows": [], "padding": ""}
    room = size - len(json.dumps(data))
    while True:
        number = len(data["rows"])
        row = {"id": f"order-{number:06}", "total": number * 7, "paid": True, "tags": ["a", "b"]}
        room -= len(json.dumps(row)) + 2
        if room < 0:
            break
        data["rows"].append(row)
    data["padding"] = "-" * (size - len(json.dumps(data)))
    return data


def measure(job: Job) -> Times:
    """The seconds of one read, each the mean of a batch that is long enough for the clock."""
    data = payload(job.size)
    read, expected = _way(job.way, data)
    start = time.perf_counter()
    if read(2) != expected:
        return Times(problem="wrong: another value was read")
    once = (time.perf_counter() - start) / 2
    batch = max(int(BATCH_SECONDS / once), 1)
    runs, _ = sample(job, lambda: read(batch))
    return Times(runs=[run / batch for run in runs])


def _way(name: str, data: JSON) -> tuple[Reads, JSON]:
    """How to read, and what has to come of it."""
    if name == "bare":
        return _bare(data), "value"
    if name == "loads":
        return _loads(json.dumps(data)), data
    if name == "jsonpath":
        return _jsonpath("$.a.b.c", data), "value"
    row = min(1_000, len(data["rows"]) - 1)
    text, expected = {
        "jsonata": ("$states.input.a.b.c", "value"),
        "engine": (f"$states.input.rows[{row}].total", data["rows"][row]["total"]),
        "all": ("$states.input.rows", data["rows"]),
    }[name]
    return _jsonata(f"{{% {text} %}}", data), expected


def _bare(data: JSON) -> Reads:
    def read(times: int) -> JSON:
        for _ in repeat(None, times):
            value = data["a"]["b"]["c"]
        return value

    return read


def _loads(text: str) -> Reads:
    def read(times: int) -> JSON:
        for _ in repeat(None, times):
            value = json.loads(text)
        return value

    return read


def _jsonpath(path: str, data: JSON) -> Reads:
    return _evaluated(JSONPathLanguage().path(path).evaluate, data)


def _jsonata(text: str, data: JSON) -> Reads:
    expression = JSONataLanguage().scalar(text, "Output", MEMBERS)
    assert expression is not None
    return _evaluated(expression.evaluate, {"input": data, "context": dict})


def _evaluated(evaluate: Callable[[JSON, Nowhere], JSON], data: JSON) -> Reads:
    surroundings = Nowhere()

    def read(times: int) -> JSON:
        for _ in repeat(None, times):
            value = evaluate(data, surroundings)
        return value

    return read


if __name__ == "__main__":
    serve(measure)
