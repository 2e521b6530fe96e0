"""The server beside other servers, over HTTP, asked by a process of its own."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks import disk
from benchmarks.asking import Failed, answer, ask, begin
from benchmarks.servers import Absent, Entrant, Started, entrants, running

ROUNDS = 3
STARTS, WAITING, IDLE, EVENTS = 5_000, 1_000, 5_000, 25_000
WAIT_SECONDS = 5


@dataclass
class Result:
    """What was measured of one server.

    Attributes:
        system: What it is called in JSON.
        label: What it is called in a table.
        latency: Seconds from a start to its success, over boto3.
        polls: How often it was asked in vain meanwhile, in all.
        starts: For each round: how many, seconds until answered and until ended, the server's processor
            time, and the share of the machine that others took meanwhile.
        rows: Executions a second whose rows SQLite alone writes, for each round.
        late: Seconds from the last deadline of many waits until nobody waited.
        threads: How many it had before, and at most meanwhile.
        waiting: How many waited.
        pages: Seconds to read a long history.
        events: Of how many events.
        bytes_each: What a waiting execution adds to its memory.
        absent: Why it is not here at all.
        problems: What could not be measured, and why.
    """

    system: str
    label: str
    latency: list[float] = field(default_factory=list)
    polls: int = 0
    starts: list[dict[str, float]] = field(default_factory=list)
    rows: list[float] = field(default_factory=list)
    late: float | None = None
    threads: tuple[int, int] | None = None
    waiting: int = 0
    pages: list[float] = field(default_factory=list)
    events: int = 0
    bytes_each: float | None = None
    absent: str | None = None
    problems: list[str] = field(default_factory=list)


@dataclass
class Serving:
    """All results, the times of single commits on the same disk, and how busy others kept the machine."""

    results: list[Result]
    commits: list[float]
    others: float


def measure(quick: bool) -> Serving:
    """Everybody by turns; who is missing is told in his result."""
    everybody = entrants()
    serving = Serving([Result(each.system, each.label) for each in everybody], [], 0.0)
    share = 0.1 if quick else 1.0
    with _others() as others:
        for _ in range(1 if quick else ROUNDS):
            for entrant, result in zip(everybody, serving.results, strict=True):
                _on_its_own(entrant, result, partial(_noisy, commits=serving.commits, share=share))
        for entrant, result in zip(everybody, serving.results, strict=True):
            if entrant.system != "bare":
                _on_its_own(entrant, result, partial(_once, share=share))
    serving.others = others()
    return serving


def _on_its_own(entrant: Entrant, result: Result, ask: Callable[[Started, Entrant, Result], None]) -> None:
    """Starts a server and asks it, unless it could not be started before."""
    if result.absent:
        return
    try:
        with running(entrant) as server:
            ask(server, entrant, result)
    except Absent as absent:
        result.absent = str(absent)


def _noisy(server: Started, entrant: Entrant, result: Result, commits: list[float], share: float) -> None:
    """Latency and throughput, which depend most on what else the machine does: there are several turns."""
    with tempfile.TemporaryDirectory(prefix="asl-bench-") as folder:
        commits += disk.single_commits(Path(folder))
        with _noting(result, "start to SUCCEEDED"):
            told = ask(server, "latency", seconds=2.0, at_most=max(20, int(300 * share)))
            result.latency += told["times"]
            result.polls += told["polls"]
        with _noting(result, "throughput"):
            count = max(50, int(STARTS * entrant.scale * share))
            result.starts.append(_throughput(server, count, entrant.filters))
            database = server.folder / "executions.db"
            if database.exists():
                seconds = disk.group_commits(database, Path(folder), count)
                result.rows.append(count / seconds)


def _throughput(server: Started, count: int, filters: bool) -> dict[str, float]:
    cpu = server.cpu
    with _others(server) as others:
        told = ask(server, "throughput", count=count, filters=filters)
    return {**told, "server_cpu": server.cpu - cpu, "others": others()}


def _once(server: Started, entrant: Entrant, result: Result, share: float) -> None:
    """What depends little on the machine's other work."""
    with _noting(result, "memory of those that wait"):
        count = max(50, int(IDLE * entrant.scale * share))
        ask(server, "idle", count=max(20, count // 10), prefix="warm")
        before = server.resident
        ask(server, "idle", count=count, prefix="wait")
        result.bytes_each = (server.resident - before) / count
    with _noting(result, "history"):
        events = max(1_000, int(EVENTS * entrant.scale * share))
        told = ask(server, "history", events=events, filters=entrant.filters)
        if told["events"] < 0.9 * events:
            raise Failed(f"it tells {told['events']:,} of some {events:,} events")
        result.pages, result.events = told["times"], told["events"]
    with _noting(result, "waits"):
        result.waiting = max(50, int(WAITING * entrant.scale * share))
        before_them, most = server.threads, 0
        asking = begin(server, "waits", count=result.waiting, seconds=WAIT_SECONDS, filters=entrant.filters)
        while asking.poll() is None:
            most = max(most, server.threads)
            time.sleep(0.05)
        told = answer(asking)
        result.late, result.threads = told["ended"] - told["due"], (before_them, most)


@contextmanager
def _noting(result: Result, what: str) -> Iterator[None]:
    """Goes on where something cannot be measured, and keeps why."""
    try:
        yield
    except (Failed, OSError, sqlite3.Error) as failed:
        result.problems.append(f"{what}: {failed}")


# ------------------------------------------------------------------ who else was at work


@contextmanager
def _others(server: Started | None = None) -> Iterator[Callable[[], float]]:
    """Gives what tells, afterwards, how many of the machine's processors others used on the average."""
    begun, busy, mine = time.perf_counter(), _busy(), _mine(server)
    seen: list[float] = []
    yield lambda: seen[0]
    seconds = time.perf_counter() - begun
    seen.append(max(0.0, ((_busy() - busy) - (_mine(server) - mine)) / seconds))


def _busy() -> float:
    """Processor seconds that all processes have used; 0 where the system does not tell."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    fields = [int(each) for each in stat.read_text().split("\n", 1)[0].split()[1:]]
    idle = fields[3] + fields[4]
    return (sum(fields[:8]) - idle) / os.sysconf("SC_CLK_TCK")


def _mine(server: Started | None) -> float:
    """Those that this process, what it started and has ended, and a server have used."""
    used = os.times()
    return sum(used[:4]) + (server.cpu if server else 0.0)
