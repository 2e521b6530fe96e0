"""The end of a run for people: how it ended, what it cost, and where its transitions went."""

from __future__ import annotations

from collections.abc import Iterator

import click

from asl import Result
from asl.cost import Cost, UnknownRegion
from asl.spec.quotas import EXPRESS_SECONDS
from cli.failure_text import account
from cli.figures import bar, count, duration, offset, usd
from cli.json_text import printable

ROWS = 12
"""States in the drawing; a machine may have thousands."""


def ending(result: Result) -> Iterator[str]:
    """How the run ended, and why if it did not succeed."""
    took = f"in {duration(result.history.span())} on the virtual clock"
    if result.status == "SUCCEEDED":
        yield click.style("SUCCEEDED", fg="green", bold=True) + f" {took}"
        return
    last = result.history.event(len(result.history) - 1)
    where = f" at '{printable(last[4])}'" if result.status == "FAILED" else ""
    yield click.style(result.status, fg="red", bold=True) + f"{where} {took}"
    if result.error is None and result.cause is None:
        return
    told = account(result.error, result.cause)
    yield click.style(f"  {printable(told.error)}", fg="red", bold=True)
    for line in told.message.splitlines():
        yield click.style(f"  {printable(line)}", fg="red")
    for line in told.trace:
        yield click.style(f"    {printable(line)}", dim=True)


def bill(result: Result, cost: Cost | UnknownRegion) -> Iterator[str]:
    """Transitions, both prices, and a bar for each state."""
    yield click.style(count(result.transitions, "transition"), bold=True)
    yield _prices(result, cost)
    by_state = result.use.transitions_by_state()
    if len(by_state) > 1:
        yield ""
        yield from _bars(by_state)


def _prices(result: Result, cost: Cost | UnknownRegion) -> str:
    """Both prices; where none are known for the region, a note of that."""
    if isinstance(cost, UnknownRegion):
        why, _, _ = str(cost).partition(". ")
        return f"note: the cost is left out. {why}."
    express = cost.express
    used = f"{count(express.requests, 'request')}, {express.billed_ms:,} ms, {express.billed_mb} MB"
    too_long = ", longer than Express can run" if result.history.span() > EXPRESS_SECONDS * 1000 else ""
    below = cost.children
    more = ""
    if below is not None and below.requests:
        more = f" + {usd(below.express_usd)} for {count(below.requests, 'Express execution')} of Map Runs"
    return f"Standard {usd(cost.standard.usd)}{more} · Express {usd(express.usd)} ({used}{too_long})"


def _bars(by_state: dict[str, int]) -> Iterator[str]:
    """The states with most transitions, in the order of the run."""
    shown = sorted(by_state, key=lambda name: -by_state[name])[:ROWS]
    widest, most = max(len(printable(name)) for name in shown), max(by_state.values())
    for name, taken in by_state.items():
        if name in shown:
            drawn = click.style(bar(taken, most), fg="cyan")
            yield f"  {printable(name):<{widest}}  {drawn} {taken:,}"
    others = [taken for name, taken in by_state.items() if name not in shown]
    if others:
        yield f"  … {count(len(others), 'more state')} with {count(sum(others), 'transition')}"


def event_table(result: Result) -> Iterator[str]:
    """The history's events in AWS's own terms, without their payloads."""
    start = result.history.event(0)[2]
    yield click.style(f"{'id':>6} {'after':>6}  {'time':>13}  event", bold=True)
    for number, event in enumerate(result.history.events(), 1):
        kind, previous, time, path, state = event[:5]
        where = "" if kind.name.startswith("Execution") else printable(state)
        told = f"{'  ' * path.count('/')}{kind.name}  {where}"
        yield f"{number:>6} {previous:>6}  {offset(time - start):>13}  {told}".rstrip()
