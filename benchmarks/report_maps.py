"""The figures of Distributed Maps as plain text tables."""

from __future__ import annotations

from benchmarks.report import Timing, factor, span

GROWTH_AIM = 1.2
"""So many times as long may an item take, and as much memory a run, with ten times the items."""
RATE_AIMS = {"express simulate": 2_500, "express emulator": 2_500, "standard durable": 1_000}


def maps_section(timings: list[Timing]) -> str:
    """Rows of a file in batches, at two sizes; then executions a second."""
    archive = [each for each in timings if each.workload == "archive"]
    children = [each for each in timings if each.workload == "children"]
    return "\n".join([*_archive(archive), "", *_children(children), ""])


def _archive(timings: list[Timing]) -> list[str]:
    lines = [
        "maps: sample_machines/weather_archive, rows of a CSV file in batches of a hundred, results in "
        "files; the best of fresh processes with one run each",
        f"  {'':<50} {'rows':>9} {'best run':>9} {'per row':>9} {'idle':>8} {'peak':>8}   times the bound",
    ]
    bounds = {each.size: each.times for each in timings if each.system == "bare"}
    for each in timings:
        times = each.times
        head = f"  {each.label:<50} {each.size:>9,}"
        if times.problem:
            lines.append(f"{head} {times.problem}")
            continue
        per_row = f"{times.best / each.size * 1e6:.2f} us"
        idle, peak = f"{times.idle_mib or 0:.0f} MiB", f"{times.peak_mib or 0:.0f} MiB"
        line = f"{head} {span(times.best):>9} {per_row:>9} {idle:>8} {peak:>8}"
        bound = bounds[each.size]
        if times is not bound and not bound.problem:
            line += f"   {factor(times.best / bound.best)}"
        lines.append(line)
    return [*lines, *_growths(timings)]


def _growths(timings: list[Timing]) -> list[str]:
    """How time for a row and peak memory grow from the smaller file to the larger."""
    lines = []
    sizes = sorted({each.size for each in timings})
    for system in dict.fromkeys(each.system for each in timings):
        few, many = (next(e for e in timings if (e.system, e.size) == (system, size)) for size in sizes)
        if system == "bare" or few.times.problem or many.times.problem:
            continue
        in_time = (many.times.best / many.size) / (few.times.best / few.size)
        in_memory = (many.times.peak_mib or 0.0) / (few.times.peak_mib or 1.0)
        lines.append(
            f"  {many.label}: among {many.size:,} rows one takes {in_time:.2f} times as long as among "
            f"{few.size:,}, {_verdict(in_time)}; peak memory is {in_memory:.2f} times as high, "
            f"{_verdict(in_memory)}"
        )
    return lines


def _verdict(growth: float) -> str:
    return f"{'within' if growth <= GROWTH_AIM else 'over'} the aim of {GROWTH_AIM}"


def _children(timings: list[Timing]) -> list[str]:
    lines = [
        "maps: executions of a Map Run, one for each item, each of them one call of a trivial function",
        f"  {'':<54} {'number':>7} {'runs':>4} {'a second':>9} {'median':>9} {'peak':>8}",
    ]
    for each in timings:
        times = each.times
        head = f"  {each.label:<54} {each.size:>7,}"
        if times.problem:
            lines.append(f"{head} {times.problem}")
            continue
        best, median = each.size / times.best, each.size / times.median
        aim = RATE_AIMS[each.system]
        kept = "reaches" if median >= aim else "reaches only with its best run" if best >= aim else "misses"
        lines.append(
            f"{head} {len(times.runs):>4} {best:>9,.0f} {median:>9,.0f} {times.peak_mib or 0:>4.0f} MiB"
            f"   {kept} the aim of {aim:,}"
        )
        if times.kept is not None:
            lines.append(f"    of which {times.kept:,} are known after a restart")
    return lines
