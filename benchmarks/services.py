"""Tasks that reach something, on servers: functions, a table, other executions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.asking import SERVICES, Failed, answer, begin
from benchmarks.servers import Absent, Entrant, Started, entrants, running

ROUNDS = 3
INVOCATIONS, FUNCTION_TASKS, ITEMS, CHILDREN = 1_000, 1_000, 500, 200
CHILD_SECONDS = 1
TAKING_PART = ("asl", "bare", "moto", "ministack")
_ONE_PORT = "each of its services listens on a port of its own, and a client here knows one"


@dataclass
class Reached:
    """What was measured of one server; times are in seconds, rounds together.

    Attributes:
        system: What it is called in JSON.
        label: What it is called in a table.
        invocations: Of each Invoke.
        function_tasks: Of a Task state that calls the function, for each execution.
        bare_items: Of a put_item by boto3, for each batch.
        item_tasks: Of a Task state that does the same, for each execution.
        children: Until all parents with a child each had ended, for each round.
        express_children: The same of children that are started and waited for in one call.
        parents: How many there were.
        threads: For each of the two: how many it had before, and at most meanwhile.
        absent: Why it is not here at all.
        problems: What could not be measured, and why.
    """

    system: str
    label: str
    invocations: list[float] = field(default_factory=list)
    function_tasks: list[float] = field(default_factory=list)
    bare_items: list[float] = field(default_factory=list)
    item_tasks: list[float] = field(default_factory=list)
    children: list[float] = field(default_factory=list)
    express_children: list[float] = field(default_factory=list)
    parents: int = 0
    threads: dict[str, tuple[int, int]] = field(default_factory=dict)
    absent: str | None = None
    problems: list[str] = field(default_factory=list)


def measure(quick: bool) -> list[Reached]:
    """Everybody by turns; who is missing is told in his result."""
    everybody = [each for each in entrants() if each.system in (*TAKING_PART, "lws")]
    results = [Reached(each.system, each.label) for each in everybody]
    for _ in range(1 if quick else ROUNDS):
        for entrant, result in zip(everybody, results, strict=True):
            if entrant.system == "lws":
                result.absent = _ONE_PORT
            if result.absent is None:
                _on_its_own(entrant, result, 0.1 if quick else 1.0)
    return results


def _on_its_own(entrant: Entrant, result: Reached, share: float) -> None:
    try:
        with running(entrant) as server:
            _invocations(server, entrant, result, share)
            if entrant.system != "bare":
                _tasks(server, entrant, result, share)
                _children(server, entrant, result, share)
    except Absent as absent:
        result.absent = str(absent)


def _invocations(server: Started, entrant: Entrant, result: Reached, share: float) -> None:
    with _noting(result, "functions"):
        count = _count(INVOCATIONS, entrant, share)
        checked = entrant.system != "bare"
        result.invocations += _asked(server, "invocations", count=count, checked=checked)["times"]


def _tasks(server: Started, entrant: Entrant, result: Reached, share: float) -> None:
    with _noting(result, "tasks that call functions"):
        count = _count(FUNCTION_TASKS, entrant, share)
        told = _asked(server, "function_tasks", count=count, filters=entrant.filters)
        result.function_tasks += [each / count for each in told["times"]]
    with _noting(result, "items"):
        count = int(ITEMS * share)
        told = _asked(server, "items", count=count, filters=entrant.filters)
        result.bare_items += [each / count for each in told["bare"]]
        result.item_tasks += [each / count for each in told["times"]]


def _children(server: Started, entrant: Entrant, result: Reached, share: float) -> None:
    result.parents = count = int(CHILDREN * share)
    with _noting(result, "children"):
        result.children += _watched(server, result, "children", count=count, filters=entrant.filters)
    with _noting(result, "Express children"):
        more = {"count": count, "filters": entrant.filters, "seconds": CHILD_SECONDS}
        result.express_children += _watched(server, result, "express_children", **more)


def _watched(server: Started, result: Reached, what: str, **more: Any) -> list[float]:
    """The times, and by the way the most threads in any round."""
    before = most = server.threads
    asking = begin(server, what, client=SERVICES, **more)
    while asking.poll() is None:
        most = max(most, server.threads)
        time.sleep(0.05)
    times: list[float] = answer(asking)["times"]
    result.threads[what] = max(result.threads.get(what, (0, 0)), (before, most), key=lambda each: each[1])
    return times


def _asked(server: Started, what: str, **more: Any) -> dict[str, Any]:
    return answer(begin(server, what, client=SERVICES, **more))


def _count(all_of_them: int, entrant: Entrant, share: float) -> int:
    """How many a server gets: two hundred at least, unless it is only to be seen that it runs."""
    return int(max(200, all_of_them * entrant.scale) * share)


@contextmanager
def _noting(result: Reached, what: str) -> Iterator[None]:
    """Goes on where something cannot be measured, and keeps why."""
    try:
        yield
    except (Failed, OSError) as failed:
        problem = f"{what}: {failed}"
        if problem not in result.problems:
            result.problems.append(problem)
