"""The figures of tasks that reach something as a plain text table."""

from __future__ import annotations

import statistics
from collections.abc import Callable

from benchmarks.report import span
from benchmarks.services import CHILD_SECONDS, Reached

INVOKE_AIM, ITEM_AIM = 10.0, 1.5
_NAME = "  {:<46}"


def services_section(results: list[Reached]) -> str:
    """Every table of the section, and at the end who is missing and what failed."""
    lines = [*_functions(results), *_items(results), *_children(results)]
    for each in results:
        if each.absent:
            lines.append(f"  {each.label}: skipped, {each.absent}")
        lines += [f"  {each.label}: {problem}" for problem in each.problems]
    return "\n".join([*lines, ""])


def _functions(results: list[Reached]) -> list[str]:
    lines = _times(
        "services: Invoke of a warm function made of an archive, over one connection", results, _invocations
    )
    for each in results:
        if each.system not in ("asl", "bare") and each.invocations and results[0].invocations:
            times_faster = min(each.invocations) / min(results[0].invocations)
            kept = "reaches" if times_faster >= INVOKE_AIM else "misses"
            lines.append(
                f"  against {each.label}: {times_faster:.0f} times its rate, best run, {kept} the aim "
                f"of {INVOKE_AIM:.0f}"
            )
    title = "services: a Task state that calls the function by its ARN, one after another in an execution"
    return [*lines, "", *_times(title, results, lambda each: each.function_tasks), ""]


def _invocations(result: Reached) -> list[float]:
    return result.invocations


def _times(title: str, results: list[Reached], times_of: Callable[[Reached], list[float]]) -> list[str]:
    rows = [each for each in results if times_of(each)]
    head = f"{'runs':>6} {'best':>9} {'median':>9} {'a second':>9}   asl against it: best run, median"
    lines = [title, _NAME.format("") + head]
    for each in rows:
        times = times_of(each)
        best, median = min(times), statistics.median(times)
        line = (
            _NAME.format(each.label)
            + f"{len(times):>6,} {span(best):>9} {span(median):>9} {1 / median:>9,.0f}"
        )
        ours = times_of(rows[0])
        if each is not rows[0] and rows[0].system == "asl":
            line += f"   {best / min(ours):.2f}x, {median / statistics.median(ours):.2f}x"
        lines.append(line)
    return lines


def _items(results: list[Reached]) -> list[str]:
    lines = [
        "services: dynamodb:putItem as Task states, one after another, beside bare put_item calls by boto3",
        _NAME.format("")
        + f"{'runs':>6} {'bare':>9} {'task':>9}   tasks against bare calls: best run, median",
    ]
    for each in results:
        if each.item_tasks and each.bare_items:
            best, median = _item_shares(each)
            lines.append(
                _NAME.format(each.label)
                + f"{len(each.item_tasks):>6} {span(min(each.bare_items)):>9} {span(min(each.item_tasks)):>9}"
                + f"   {best:.2f}x, {median:.2f}x"
            )
    if results[0].system == "asl" and results[0].item_tasks:
        median = _item_shares(results[0])[1]
        kept = "within" if median <= ITEM_AIM else "over"
        lines.append(f"  a task takes {median:.2f} times as long, {kept} the aim of {ITEM_AIM}")
    return [*lines, ""]


def _item_shares(result: Reached) -> tuple[float, float]:
    """How much longer a task takes than a bare call: by the best batches, and by the median ones."""
    best = min(result.item_tasks) / min(result.bare_items)
    return best, statistics.median(result.item_tasks) / statistics.median(result.bare_items)


def _children(results: list[Reached]) -> list[str]:
    lines = [
        "services: parents that start another execution each and wait for it; executions a second, of both",
        _NAME.format("") + f"{'parents':>8} {'best':>8} {'median':>8} {'threads before':>15} {'at most':>8}",
    ]
    for each in results:
        if each.children:
            rates = [2 * each.parents / seconds for seconds in each.children]
            figures = f"{each.parents:>8} {max(rates):>8,.0f} {statistics.median(rates):>8,.0f}"
            lines.append(_NAME.format(each.label) + figures + _threads(each, "children"))
    lines += [
        "",
        f"services: the same with Express children that wait for {CHILD_SECONDS} s, by startSyncExecution; "
        "seconds until all have ended",
        _NAME.format("") + f"{'parents':>8} {'best':>8} {'median':>8} {'threads before':>15} {'at most':>8}",
    ]
    for each in results:
        if each.express_children:
            best, median = min(each.express_children), statistics.median(each.express_children)
            figures = f"{each.parents:>8} {span(best):>8} {span(median):>8}"
            lines.append(_NAME.format(each.label) + figures + _threads(each, "express_children"))
    return [*lines, ""]


def _threads(result: Reached, what: str) -> str:
    before, most = result.threads[what]
    return f" {before:>15} {most:>8}"
