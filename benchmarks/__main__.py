"""Runs every workload on every system that is here and prints the tables; --json keeps every single time."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks import peer_moto, peer_node, report, startup
from benchmarks.measure import Job, Times, python_runner
from benchmarks.report import Row
from benchmarks.workloads import WORKLOADS


@dataclass(frozen=True)
class Plan:
    """How large a workload is for everybody, and how large for moto, which would take the whole evening."""

    workload: str
    size: int
    moto_size: int
    within_quotas: bool
    """Whether AWS itself would let this machine run to its end."""


PLANS = (
    Plan("chain", 1_000, 1_000, within_quotas=True),
    Plan("loop", 10_000, 1_000, within_quotas=False),
    Plan("map", 10_000, 1_000, within_quotas=False),
    Plan("parallel", 50, 50, within_quotas=True),
    Plan("tasks", 1_000, 1_000, within_quotas=True),
)
LINEAR_SIZES = (10_000, 50_000, 100_000)
ROUNDS = 3
LINEAR_PROCESSES = 3
LONG = (("steps", 100_000), ("nest", 100))
SECTIONS = (*(plan.workload for plan in PLANS), "linear", "startup", "long")

Runner = Callable[[Job], Times]


@dataclass(frozen=True)
class Entrant:
    """A system, or a way to run one, as it takes part in one workload."""

    system: str
    label: str
    job: Job
    run: Runner


@dataclass(frozen=True)
class Peers:
    """The other interpreters that can be run here; what is missing has been said."""

    moto: str | None
    node: peer_node.NodePeer | None


def main() -> int:
    """Measures, prints, and gives 1 if asl failed or did not agree with the closures written by hand."""
    options = _options()
    begun = time.perf_counter()
    print(_machine(), flush=True)
    plans = [plan for plan in PLANS if plan.workload in options.only]
    peers = _peers() if plans else Peers(None, None)
    print(flush=True)
    sections = [_compared(plan, peers, options.quick) for plan in plans]
    rows = [row for section in sections for row in section]
    if sections:
        print(report.summary(sections), flush=True)
    if "linear" in options.only:
        linear = [_linear(_scaled(size, options.quick)) for size in LINEAR_SIZES]
        print(report.linear_section(linear), flush=True)
        rows += linear
    cold = startup.measure() if "startup" in options.only else None
    if cold:
        print(report.startup_section(cold), flush=True)
    if "long" in options.only:
        long = [_long(workload, _scaled(size, options.quick)) for workload, size in LONG]
        print(report.long_section(long), flush=True)
        rows += long
    print(f"{_load()}; all in {time.perf_counter() - begun:.0f} s")
    if options.json:
        document = {
            "machine": _machine(),
            "rows": [report.as_json(row) for row in rows],
            "startup": asdict(cold) if cold else None,
        }
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(document, indent=1) + "\n")
    return int(any(row.times.problem for row in rows if row.system in ("asl", "bare")))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single time to this file")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, help="measure only these")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes: does it run at all?")
    return parser.parse_args()


def _peers() -> Peers:
    moto = peer_moto.version()
    if moto is None:
        print("moto: skipped, not installed (pip install -e '.[bench]')")
    try:
        node = peer_node.prepare()
    except peer_node.Unavailable as missing:
        print(f"{peer_node.PACKAGE}: skipped, {missing}")
        node = None
    return Peers(moto, node)


def _compared(plan: Plan, peers: Peers, quick: bool) -> list[Row]:
    """One workload on every system, printed as soon as it is measured."""
    size, moto_size = _scaled(plan.size, quick), _scaled(plan.moto_size, quick)
    entrants = _entrants(Job(plan.workload, size), moto_size, plan.within_quotas, peers)
    expected = {each: _ours(Job(plan.workload, each, at_least=1, at_most=1)) for each in {size, moto_size}}
    measured: list[list[Times]] = [[] for _ in entrants]
    for _ in range(ROUNDS):
        for entrant, times in zip(entrants, measured, strict=True):
            times.append(_checked(entrant.run(entrant.job), expected[entrant.job.size]))
    rows = [
        Row(entrant.system, entrant.label, WORKLOADS[plan.workload](entrant.job.size), _joined(times))
        for entrant, times in zip(entrants, measured, strict=True)
    ]
    print(report.section(rows), flush=True)
    return rows


def _entrants(job: Job, moto_size: int, within_quotas: bool, peers: Peers) -> list[Entrant]:
    """Everybody who runs a workload, asl itself first."""
    entrants = [Entrant("asl", "asl, complete history", job, _ours)]
    if within_quotas:
        entrants.append(Entrant("asl quotas", "asl, quotas on", replace(job, quotas=True), _ours))
    entrants += [
        Entrant("asl read", "asl, every history event read", replace(job, read_history=True), _ours),
        Entrant("bare", "bare Python, no history (the bound)", job, partial(python_runner, "bare")),
    ]
    if peers.moto:
        # A run takes seconds and there is nothing to warm up, so two in each round.
        few = replace(job, size=moto_size, warmups=0, at_least=2, at_most=2)
        entrants.append(Entrant("moto", f"moto {peers.moto}", few, partial(python_runner, "peer_moto")))
    if peers.node:
        entrants.append(Entrant("node", peers.node.label, replace(job, at_least=5), peers.node.measure))
    return entrants


def _checked(times: Times, expected: Times) -> Times:
    """The times, if they are of a run with the output that asl's has."""
    if times.problem:
        return times
    if expected.problem:
        return Times(problem=f"unchecked, as asl {expected.problem}")
    return times if times.output == expected.output else Times(problem="wrong: its output is not asl's")


def _ours(job: Job) -> Times:
    return python_runner("ours", job)


def _joined(measured: list[Times]) -> Times:
    """All runs of several processes as one."""
    if failed := [each for each in measured if each.problem]:
        return failed[0]
    return replace(
        measured[0],
        parses=[parse for each in measured for parse in each.parses],
        runs=[run for each in measured for run in each.runs],
        peak_mib=max(each.peak_mib or 0.0 for each in measured) or None,
    )


def _linear(size: int) -> Row:
    """One run in each process, because a second run would find the memory of the first."""
    job = Job("linear", size, warmups=0, at_least=1, at_most=1, parses=1)
    times = _joined([_ours(job) for _ in range(LINEAR_PROCESSES)])
    return Row("asl", "asl", WORKLOADS["linear"](size), times)


def _long(workload: str, size: int) -> Row:
    job = Job(workload, size, warmups=0, parses=1)
    return Row("asl", "asl", WORKLOADS[workload](size), _ours(job))


def _scaled(size: int, quick: bool) -> int:
    return max(size // 10, 1) if quick else size


def _machine() -> str:
    return (
        f"{platform.python_implementation()} {platform.python_version()}, {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} CPUs; {_load()}"
    )


def _load() -> str:
    return f"load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load average unknown"


if __name__ == "__main__":
    sys.exit(main())
