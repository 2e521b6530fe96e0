"""The figures of the servers as a plain text table."""

from __future__ import annotations

import statistics
from collections.abc import Callable

from benchmarks.report import span
from benchmarks.serving import WAIT_SECONDS, Result, Serving

LATENCY_AIM, LATE_AIM, HISTORY_AIM, MEMORY_AIM = 0.004, 0.5, 0.5, 10_000
STARTS_AIM, DURABLE_AIM, DURABLE_SHARE = 1_500, 700, 0.6
_NAME = "  {:<46}"


def server_section(serving: Serving) -> str:
    """Every table of the section, and at the end who is missing and what failed."""
    here = [each for each in serving.results if not each.absent]
    lines = [
        *_latency(here, serving.commits),
        *_throughput(here),
        *_waits(here),
        *_history(here),
        *_memory(here),
    ]
    for each in serving.results:
        if each.absent:
            lines.append(f"  {each.label}: skipped, {each.absent}")
        lines += [f"  {each.label}: {problem}" for problem in each.problems]
    lines.append(f"  Others used {serving.others:.1f} of the processors on the average of this section.")
    return "\n".join([*lines, ""])


def _latency(results: list[Result], commits: list[float]) -> list[str]:
    rows = [each for each in results if each.latency]
    lines = [
        "server: StartExecution of 3 Pass states until DescribeExecution, asked without pause, "
        "tells SUCCEEDED, over boto3",
        _NAME.format("") + f"{'runs':>5} {'best':>9} {'median':>9} {'asked in vain':>14}   "
        "asl in memory against it: best run, median",
    ]
    for each in rows:
        best, median = min(each.latency), statistics.median(each.latency)
        vain = each.polls / len(each.latency)
        lines.append(
            _NAME.format(each.label)
            + f"{len(each.latency):>5} {span(best):>9} {span(median):>9} {vain:>14.1f}"
            + _against(each, rows, lambda it: min(it.latency), lambda it: statistics.median(it.latency))
        )
    lines.append(
        f"  a commit of one row on this disk every 2 ms, by SQLite alone: best {span(min(commits))}, "
        f"median {span(statistics.median(commits))}"
    )
    by_system = {each.system: each.latency for each in rows}
    ours, durable = by_system.get("asl"), by_system.get("asl full")
    if ours:
        lines.append(_verdict("in memory, median", statistics.median(ours), LATENCY_AIM, span))
    if ours and durable:
        for name, of in (("best", min), ("median", statistics.median)):
            more = max(0.0, of(durable) - of(ours))
            lines.append(_verdict(f"what --durability full adds, {name}", more, 2 * of(commits), span))
    return [*lines, ""]


def _throughput(results: list[Result]) -> list[str]:
    rows = [each for each in results if each.starts]
    lines = [
        "server: executions of 3 Pass states started over 16 connections and run to their end, a second",
        _NAME.format("")
        + f"{'of':>6} {'best':>8} {'median':>8} {'answered':>9} {'server CPU':>11} {'others':>7}   "
        "asl in memory against it: best run, median",
    ]
    for each in rows:
        best, median = max(_rates(each)), statistics.median(_rates(each))
        answered = max(it["count"] / it["answered"] for it in each.starts)
        cpu = min(it["server_cpu"] / it["count"] for it in each.starts)
        others = statistics.mean(it["others"] for it in each.starts)
        lines.append(
            _NAME.format(each.label)
            + f"{each.starts[0]['count']:>6,} {best:>8,.0f} {median:>8,.0f} {answered:>9,.0f} "
            + f"{span(cpu):>11} {others:>7.1f}"
            + _against(
                each, rows, lambda it: 1 / max(_rates(it)), lambda it: 1 / statistics.median(_rates(it))
            )
        )
    by_system = {each.system: each for each in rows}
    if ours := by_system.get("asl"):
        lines.append(_at_least("in memory, best", max(_rates(ours)), STARTS_AIM))
    full = by_system.get("asl full")
    if full and full.rows:
        bound = max(full.rows)
        lines.append(
            f"  the same rows by SQLite alone, those of 16 executions in a commit: {bound:,.0f} a second"
        )
        aim = min(DURABLE_AIM, DURABLE_SHARE * bound)
        lines.append(_at_least("--durability full, best", max(_rates(full)), aim))
    return [*lines, ""]


def _rates(result: Result) -> list[float]:
    return [each["count"] / each["ended"] for each in result.starts]


def _waits(results: list[Result]) -> list[str]:
    lines = [
        f"server: many executions in a Wait of {WAIT_SECONDS} seconds; "
        "from the last deadline until nobody is left waiting, as seen from outside",
        _NAME.format("") + f"{'waiting':>8} {'late':>9} {'threads before':>15} {'at most':>8}",
    ]
    for each in results:
        if each.late is not None and each.threads:
            before, most = each.threads
            late = f"{each.waiting:>8,} {span(each.late):>9} {before:>15} {most:>8}"
            lines.append(_NAME.format(each.label) + late)
    ours = results[0]
    if ours.system == "asl" and ours.late is not None and ours.threads:
        lines.append(_verdict("in memory", ours.late, LATE_AIM, span))
        grown = ours.threads[1] - ours.threads[0]
        lines.append(_verdict("in memory, threads added", grown, 0, lambda it: f"{it:.0f}"))
    return [*lines, ""]


def _history(results: list[Result]) -> list[str]:
    lines = [
        "server: a long history read in pages of 1,000 over one connection",
        _NAME.format("") + f"{'events':>7} {'best':>9} {'median':>9} {'events/s':>10}",
    ]
    for each in results:
        if each.pages:
            best, median = min(each.pages), statistics.median(each.pages)
            figures = f"{each.events:>7,} {span(best):>9} {span(median):>9} {each.events / best:>10,.0f}"
            lines.append(_NAME.format(each.label) + figures)
    if results[0].system == "asl" and results[0].pages:
        median = statistics.median(results[0].pages)
        lines.append(_verdict("in memory, median", median, HISTORY_AIM, span))
    return [*lines, ""]


def _memory(results: list[Result]) -> list[str]:
    lines = ["server: memory that one execution in a Wait of a day adds to the process"]
    told = [(each.label, each.bytes_each) for each in results if each.bytes_each is not None]
    lines += [_NAME.format(label) + f"{_kilobytes(count):>9}" for label, count in told]
    ours = results[0]
    if ours.system == "asl" and ours.bytes_each is not None:
        lines.append(_verdict("in memory", ours.bytes_each, MEMORY_AIM, _kilobytes))
    return [*lines, ""]


def _against(
    row: Result, rows: list[Result], best: Callable[[Result], float], median: Callable[[Result], float]
) -> str:
    """How many times as fast the first row is, by two ways to tell a row's time."""
    ours = rows[0]
    if row is ours or ours.system != "asl":
        return ""
    return f"   {best(row) / best(ours):.2f}x, {median(row) / median(ours):.2f}x"


def _verdict(what: str, value: float, aim: float, shown: Callable[[float], str]) -> str:
    kept = "within" if value <= aim else "over"
    return f"  {what}: {shown(value)}, {kept} the aim of {shown(aim)}"


def _at_least(what: str, value: float, aim: float) -> str:
    kept = "reaches" if value >= aim else "misses"
    return f"  {what}: {value:,.0f} a second {kept} the aim of {aim:,.0f}"


def _kilobytes(count: float) -> str:
    return f"{count / 1000:.1f} KB"
