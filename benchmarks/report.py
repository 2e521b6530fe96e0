"""The figures as a plain text table and as JSON."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Any

from benchmarks.large import large
from benchmarks.measure import Times
from benchmarks.peer_node import VALIDATOR
from benchmarks.startup import Startup
from benchmarks.workloads import Workload

PEAK_BOUND_MIB = 150
READ_AIM = 10e-6
VALIDATE_AIM = 0.2
COLUMNS = (
    f"  {'':<46} {'size':>7} {'runs':>4} {'transitions/s':>13} {'median':>10} "
    f"{'best run':>9} {'parsing':>9}   asl against it: best run, median, least..most"
)


@dataclass(frozen=True)
class Aims:
    """How many times as fast as each peer asl is to be, and on which workloads."""

    peers: dict[str, float]
    workloads: tuple[str, ...]


ALL_AIMS = (
    Aims({"moto": 100, "node": 3}, ("chain", "loop", "map", "parallel")),
    Aims({"ministack": 10, "lws": 10}, ("assign", "query")),
)


@dataclass(frozen=True)
class Row:
    """One system's times on one workload; transitions are those of one run."""

    system: str
    label: str
    workload: Workload
    times: Times

    @property
    def rate(self) -> float:
        """Transitions per second in the best run."""
        return self.workload.transitions / self.times.best

    @property
    def median_rate(self) -> float:
        """Transitions per second in the median run."""
        return self.workload.transitions / self.times.median

    @property
    def worst_rate(self) -> float:
        """Transitions per second in the worst run."""
        return self.workload.transitions / self.times.worst


@dataclass(frozen=True)
class Timing:
    """The times of something that is no run of a machine."""

    system: str
    label: str
    workload: str
    size: int
    times: Times
    aimed: bool = False


@dataclass(frozen=True)
class Lead:
    """How many times as fast asl is as another system: by best runs, by medians, at least and at most."""

    best: float
    median: float
    least: float
    most: float

    def __str__(self) -> str:
        """The four figures as they stand in the table."""
        return f"{factor(self.best)}, {factor(self.median)}, {factor(self.least)}..{factor(self.most)}"


def lead(ours: Row, other: Row) -> Lead:
    """The lead of asl, in transitions per second, since the sizes may differ."""
    return Lead(
        ours.rate / other.rate,
        ours.median_rate / other.median_rate,
        ours.worst_rate / other.rate,
        ours.rate / other.worst_rate,
    )


def section(rows: list[Row]) -> str:
    """One workload's table; the first row is asl's, which the others are held against."""
    ours = rows[0]
    events = f"; {ours.times.events:,} history events kept" if ours.times.events else ""
    head = f"{ours.workload.name}: {ours.workload.title} ({ours.workload.transitions:,} transitions{events})"
    return "\n".join([head, COLUMNS, *(_line(row, ours) for row in rows), ""])


def linear_section(rows: list[Row]) -> str:
    """Time for an item and peak memory, as the number of items grows."""
    lines = [
        "linear: an inline Map, two Pass states an item, no MaxConcurrency; history kept and not read; "
        "the best of fresh processes with one run each",
        f"  {'items':>9} {'best run':>9} {'per item':>10} {'idle':>10} {'peak':>10}",
    ]
    for row in rows:
        times = row.times
        if times.problem:
            lines.append(f"  {row.workload.size:>9,} {times.problem}")
            continue
        per_item = f"{times.best / row.workload.size * 1e6:.1f} us"
        idle, peak = f"{times.idle_mib or 0:.0f} MiB", f"{times.peak_mib or 0:.0f} MiB"
        lines.append(f"  {row.workload.size:>9,} {span(times.best):>9} {per_item:>10} {idle:>10} {peak:>10}")
    measured = [row for row in rows if not row.times.problem]
    if measured:
        first, last = measured[0], measured[-1]
        growth = (last.times.best / last.workload.size) / (first.times.best / first.workload.size)
        peak_mib = last.times.peak_mib or 0.0
        verdict = "within" if peak_mib <= PEAK_BOUND_MIB else "over"
        lines.append(
            f"  {last.workload.size:,} items: {verdict} the bound of {PEAK_BOUND_MIB} MiB; "
            f"an item takes {factor(growth)} the time that it takes among {first.workload.size:,}"
        )
    return "\n".join([*lines, ""])


def long_section(rows: list[Row]) -> str:
    """Machines that are long or deep: only that they end, and when."""
    lines = ["long: no peer, just times", f"  {'':<78} {'best run':>9} {'median':>9} {'parsing':>9}"]
    for row in rows:
        times = row.times
        figures = (
            times.problem or f"{span(times.best):>9} {span(times.median):>9} {span(min(times.parses)):>9}"
        )
        lines.append(f"  {row.workload.title:<78} {figures}")
    return "\n".join([*lines, ""])


def paths_section(timings: list[Timing]) -> str:
    """Seconds of one read from a large payload; the first is the bound."""
    head = (
        f"paths: one value read out of a payload of {timings[0].size:,} bytes; "
        "a run is the mean of a batch of reads"
    )
    lines = [head, *_timing_lines(timings, timings[0])]
    lines += [_verdict(each, READ_AIM) for each in timings if each.aimed]
    return "\n".join([*lines, ""])


def validate_section(timings: list[Timing]) -> str:
    """A large definition validated, beside only decoding it and beside another validator."""
    by_system = {each.system: each for each in timings}
    size = timings[0].size
    head = f"validate: {size:,} states, those within Map and Parallel too, {len(large(size)):,} bytes"
    lines = [head, *_timing_lines(timings, by_system["loads"])]
    lines += [_verdict(each, VALIDATE_AIM) for each in timings if each.aimed]
    ours, other = by_system["asl"], by_system.get(VALIDATOR.name)
    if other and not other.times.problem and not ours.times.problem:
        best, median = other.times.best / ours.times.best, other.times.median / ours.times.median
        lines.append(
            f"  asl.validate against {other.label}: best run {factor(best)}, median {factor(median)}"
        )
    return "\n".join([*lines, ""])


def _timing_lines(timings: list[Timing], bound: Timing) -> list[str]:
    lines = [f"  {'':<54} {'runs':>4} {'best':>9} {'median':>9} {'worst':>9}   times the bound: best, median"]
    for each in timings:
        times = each.times
        if times.problem:
            lines.append(f"  {each.label:<54} {times.problem}")
            continue
        line = (
            f"  {each.label:<54} {len(times.runs):>4} {_fine(times.best):>9} {_fine(times.median):>9} "
            f"{_fine(times.worst):>9}"
        )
        if each is not bound and not bound.times.problem:
            ratios = times.best / bound.times.best, times.median / bound.times.median
            line += f"   {factor(ratios[0])}, {factor(ratios[1])}"
        lines.append(line)
    return lines


def _verdict(timing: Timing, aim: float) -> str:
    if timing.times.problem:
        return f"  {timing.label}: no figure to hold against the aim of {_fine(aim)}"
    best, median = timing.times.best <= aim, timing.times.median <= aim
    kept = "within" if median else "only with its best run within" if best else "over"
    return f"  {timing.label}: {kept} the aim of {_fine(aim)}"


def startup_section(startup: Startup) -> str:
    """The command line's cold start."""
    head = "cold start: asl run sample_machines/hello"
    if startup.problem:
        return f"{head}\n  {startup.problem}\n"
    asl, bare = statistics.median(startup.asl), statistics.median(startup.bare)
    return (
        f"{head}, started as {startup.command}; median of {len(startup.asl)}\n"
        f"  asl {span(asl)} ({span(min(startup.asl))}..{span(max(startup.asl))}), "
        f"python -c pass {span(bare)}, so {span(asl - bare)} of its own\n"
    )


def summary(sections: list[list[Row]], aims: Aims) -> str:
    """The lead over each peer on each workload, with the history unread and read."""
    names = [rows[0].workload.name for rows in sections]
    lines = [
        f"summary: asl's best run against the best run of{'aim':>11}" + "".join(f"{n:>10}" for n in names)
    ]
    for system, aim in aims.peers.items():
        labels = [row.label for rows in sections for row in rows if row.system == system]
        if labels:
            lines.append(f"  {labels[0]:<46} {factor(aim):>7}{_leads(sections, 'asl', system)}")
            lines.append(
                f"  {'  and with every history event read':<54}{_leads(sections, 'asl read', system)}"
            )
    if len(lines) == 1:
        return "summary: no peer was measured\n"
    return "\n".join([*lines, f"  The aims are for {', '.join(aims.workloads)}.", ""])


def _leads(sections: list[list[Row]], ours: str, theirs: str) -> str:
    figures = []
    for rows in sections:
        by_system = {row.system: row for row in rows if not row.times.problem}
        both = ours in by_system and theirs in by_system
        figures.append(factor(lead(by_system[ours], by_system[theirs]).best) if both else "-")
    return "".join(f"{figure:>10}" for figure in figures)


def as_json(row: Row | Timing) -> dict[str, Any]:
    """A row without the output, which is there to be compared and not to be kept."""
    if isinstance(row, Row):
        workload, size, transitions = row.workload.name, row.workload.size, row.workload.transitions
    else:
        workload, size, transitions = row.workload, row.size, None
    return {
        "system": row.system,
        "label": row.label,
        "workload": workload,
        "size": size,
        "transitions": transitions,
        "parses_s": row.times.parses,
        "runs_s": row.times.runs,
        "events": row.times.events,
        "idle_mib": row.times.idle_mib,
        "peak_mib": row.times.peak_mib,
        "kept": row.times.kept,
        "problem": row.times.problem,
    }


def span(seconds: float) -> str:
    """A time with the unit that suits it."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} us"


def _fine(seconds: float) -> str:
    """A time with three digits below a millisecond too."""
    return f"{seconds * 1e6:.3g} us" if seconds < 1e-3 else span(seconds)


def _line(row: Row, ours: Row) -> str:
    start = f"  {row.label:<46} {row.workload.size:>7,}"
    times = row.times
    if times.problem:
        return f"{start} {times.problem}"
    parsing = span(min(times.parses)) if times.parses else "-"
    against = f"   {lead(ours, row)}" if row is not ours and not ours.times.problem else ""
    return (
        f"{start} {len(times.runs):>4} {row.rate:>13,.0f} {row.median_rate:>10,.0f} "
        f"{span(times.best):>9} {parsing:>9}{against}"
    )


def factor(value: float) -> str:
    """How many times as much, with as many digits as mean something."""
    digits = 0 if value >= 10 else 1 if value >= 1 else 2 if value >= 0.1 else 3
    return f"{value:,.{digits}f}x"
