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
from typing import Any

from benchmarks import (
    large,
    maps,
    paths,
    peer_lws,
    peer_ministack,
    peer_moto,
    peer_node,
    report,
    report_maps,
    report_services,
    report_serving,
    services,
    serving,
    startup,
    validation,
)
from benchmarks.measure import Job, Times, joined, python_runner
from benchmarks.plans import JSONATA_PEERS, JSONPATH_PEERS, PLANS, Plan
from benchmarks.report import Row, Timing
from benchmarks.workloads import WORKLOADS

OTHERS = (*JSONPATH_PEERS, *JSONATA_PEERS, peer_node.VALIDATOR.name)
LINEAR_SIZES = (10_000, 50_000, 100_000)
ROUNDS = 3
LINEAR_PROCESSES = 3
LONG = (("steps", 100_000), ("nest", 100))
SECTIONS = (
    *(plan.workload for plan in PLANS),
    "paths",
    "validate",
    "linear",
    "maps",
    "startup",
    "long",
    "server",
    "services",
)

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

    moto: str | None = None
    node: peer_node.NodePeer | None = None
    ministack: str | None = None
    lws: str | None = None


def main() -> int:
    """Measures, prints, and gives 1 if asl failed or did not agree with the closures written by hand."""
    options = _options()
    begun = time.perf_counter()
    print(_machine(), flush=True)
    plans = [plan for plan in PLANS if plan.workload in options.only]
    peers = _peers({peer for plan in plans for peer in plan.peers})
    validator = _node_peer(peer_node.VALIDATOR) if "validate" in options.only else None
    print(flush=True)
    rows: list[Row | Timing] = []
    for aims in report.ALL_AIMS:
        of_these = [plan for plan in plans if set(plan.peers) == set(aims.peers)]
        sections = [_compared(plan, peers, options.quick) for plan in of_these]
        rows += [row for section in sections for row in section]
        if sections:
            print(report.summary(sections, aims), flush=True)
    if "paths" in options.only:
        reads = _reads(_scaled(paths.PAYLOAD_BYTES, options.quick))
        print(report.paths_section(reads), flush=True)
        rows += reads
    if "validate" in options.only:
        validations = _validations(_scaled(large.STATES, options.quick), validator)
        print(report.validate_section(validations), flush=True)
        rows += validations
    if "linear" in options.only:
        linear = [_linear(_scaled(size, options.quick)) for size in LINEAR_SIZES]
        print(report.linear_section(linear), flush=True)
        rows += linear
    if "maps" in options.only:
        mapped = maps.measure(options.quick)
        print(report_maps.maps_section(mapped), flush=True)
        rows += mapped
    cold = startup.measure() if "startup" in options.only else None
    if cold:
        print(report.startup_section(cold), flush=True)
    if "long" in options.only:
        long = [_long(workload, _scaled(size, options.quick)) for workload, size in LONG]
        print(report.long_section(long), flush=True)
        rows += long
    served = serving.measure(options.quick) if "server" in options.only else None
    if served:
        print(report_serving.server_section(served), flush=True)
    reached = services.measure(options.quick) if "services" in options.only else None
    if reached:
        print(report_services.services_section(reached), flush=True)
    print(f"{_load()}; all in {time.perf_counter() - begun:.0f} s")
    if options.json:
        document: dict[str, Any] = {"machine": _machine(), "rows": [report.as_json(row) for row in rows]}
        document |= {"startup": cold and asdict(cold), "server": served and asdict(served)}
        document["services"] = reached and [asdict(each) for each in reached]
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(document, indent=1) + "\n")
    return int(any(row.times.problem for row in rows if row.system not in OTHERS))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single time to this file")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, help="measure only these")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes: does it run at all?")
    return parser.parse_args()


def _peers(wanted: set[str]) -> Peers:
    packages = {"moto": peer_moto, "ministack": peer_ministack, "lws": peer_lws}
    versions = {name: module.version() for name, module in packages.items() if name in wanted}
    for name, version in versions.items():
        if version is None:
            print(f"{name}: skipped, not installed (pip install -e '.[bench]')")
    node = _node_peer(peer_node.INTERPRETER) if "node" in wanted else None
    return Peers(node=node, **versions)


def _node_peer(package: peer_node.Package) -> peer_node.NodePeer | None:
    try:
        return peer_node.prepare(package)
    except peer_node.Unavailable as missing:
        print(f"{package.name}: skipped, {missing}")
        return None


def _compared(plan: Plan, peers: Peers, quick: bool) -> list[Row]:
    """One workload on every system, printed as soon as it is measured."""
    size, moto_size = _scaled(plan.size, quick), _scaled(plan.moto_size or plan.size, quick)
    entrants = _entrants(plan, Job(plan.workload, size), moto_size, peers)
    expected = {each: _ours(Job(plan.workload, each, at_least=1, at_most=1)) for each in {size, moto_size}}
    measured: list[list[Times]] = [[] for _ in entrants]
    for _ in range(ROUNDS):
        for entrant, times in zip(entrants, measured, strict=True):
            times.append(_checked(entrant.run(entrant.job), expected[entrant.job.size]))
    rows = [
        Row(entrant.system, entrant.label, WORKLOADS[plan.workload](entrant.job.size), joined(times))
        for entrant, times in zip(entrants, measured, strict=True)
    ]
    print(report.section(rows), flush=True)
    return rows


def _entrants(plan: Plan, job: Job, moto_size: int, peers: Peers) -> list[Entrant]:
    """Everybody who runs a workload, asl itself first."""
    entrants = [Entrant("asl", "asl, complete history", job, _ours)]
    if plan.within_quotas:
        entrants.append(Entrant("asl quotas", "asl, quotas on", replace(job, quotas=True), _ours))
    entrants += [
        Entrant("asl read", "asl, every history event read", replace(job, read_history=True), _ours),
        Entrant("bare", "bare Python, no history (the bound)", job, partial(python_runner, "bare")),
    ]
    if peers.moto and "moto" in plan.peers:
        # A run takes seconds and there is nothing to warm up, so two in each round.
        few = replace(job, size=moto_size, warmups=0, at_least=2, at_most=2)
        entrants.append(Entrant("moto", f"moto {peers.moto}", few, partial(python_runner, "peer_moto")))
    if peers.node and "node" in plan.peers:
        entrants.append(Entrant("node", peers.node.label, replace(job, at_least=5), peers.node.measure))
    if peers.ministack and "ministack" in plan.peers:
        label = f"ministack {peers.ministack}"
        entrants.append(Entrant("ministack", label, job, partial(python_runner, "peer_ministack")))
    if peers.lws and "lws" in plan.peers:
        entrants.append(
            Entrant("lws", f"local-web-services {peers.lws}", job, partial(python_runner, "peer_lws"))
        )
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


def _reads(size: int) -> list[Timing]:
    """One value read out of a large payload, in every way by turns."""
    job = Job("paths", size, seconds=0.3, at_least=20)
    measured: list[list[Times]] = [[] for _ in paths.WAYS]
    for _ in range(ROUNDS):
        for way, times in zip(paths.WAYS, measured, strict=True):
            times.append(python_runner("paths", replace(job, way=way.name)))
    return [
        Timing(way.name, way.label, "paths", size, joined(times), way.aimed)
        for way, times in zip(paths.WAYS, measured, strict=True)
    ]


def _validations(size: int, validator: peer_node.NodePeer | None) -> list[Timing]:
    """The large definition validated in every way by turns, and by another validator."""
    job = Job("validate", size, seconds=2.0, at_least=5)
    first = replace(job, warmups=0, at_least=1, at_most=1)
    measured: list[list[Times]] = [[] for _ in validation.WAYS]
    others: list[Times] = []
    for _ in range(ROUNDS):
        for way, times in zip(validation.WAYS, measured, strict=True):
            told = python_runner("validation", replace(first if way.once else job, way=way.name))
            times.append(_telling(told, way.problems))
        if validator:
            others.append(_telling(validator.validate(job), 0))
    timings = [
        Timing(way.name, way.label, "validate", size, joined(times), way.aimed)
        for way, times in zip(validation.WAYS, measured, strict=True)
    ]
    if validator:
        timings.append(Timing(validator.package.name, validator.label, "validate", size, joined(others)))
    return timings


def _telling(times: Times, problems: int) -> Times:
    """The times, if so many problems were told."""
    if times.problem or times.output == problems:
        return times
    return Times(problem=f"wrong: it tells {times.output} problems and not {problems}")


def _linear(size: int) -> Row:
    """One run in each process, because a second run would find the memory of the first."""
    job = Job("linear", size, warmups=0, at_least=1, at_most=1, parses=1)
    times = joined([_ours(job) for _ in range(LINEAR_PROCESSES)])
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
