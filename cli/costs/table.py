"""The estimate for people: transitions and price by state with bars, both types, what forbids one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from textwrap import wrap
from typing import Any

import click

from asl.cost import start_rule
from asl.cost.month import Number
from asl.cost.samples import Range
from asl.rules import book
from cli.costs.advice import dollars, worth
from cli.costs.estimate import Estimate
from cli.figures import bar, count, usd
from cli.json_text import printable

ROWS = 40
"""States in the table; a machine may have thousands."""

ADVISED = 5
"""Pieces of advice that are shown."""

LABELS = {"STANDARD": "Standard", "EXPRESS": "Express"}


def lines(told: Estimate, width: int) -> Iterator[str]:
    """All of it; what is text is no wider than so many columns."""
    yield f"{click.style(printable(told.samples.name), bold=True)}  {title(told)}"
    yield ""
    yield from _states(told)
    yield ""
    yield from _totals(told)
    if len(told.samples.each) > 1:
        yield ""
        yield from _ranges(told)
    if told.samples.ways:
        yield ""
        yield from _ways(told)
    yield ""
    for kind, line in verdict(told):
        yield from _styled(line, width, fg="yellow" if kind == "warn" else None)
    yield from _advice(told)
    yield ""
    for each in (*told.notes, start_rule(told.asked.count_start), price_source(told)):
        yield from _styled(each, width, dim=True)
    if told.asked.budget is not None:
        yield ""
        yield budget(told)


def _styled(text: str, width: int, **style: Any) -> Iterator[str]:
    for line in wrap(text, max(20, width), subsequent_indent="  ", break_on_hyphens=False):
        yield click.style(line, **style)


def title(told: Estimate) -> str:
    """What the figures are for, but the machine's name."""
    kind = LABELS[told.samples.kind]
    volume = "one execution" if told.asked.per_month is None else f"{executions(told)} a month"
    about = f"{kind}, {volume}, {told.prices.region}"
    if len(told.samples.each) > 1:
        about += f", the mean of {len(told.samples.each)} samples"
    if told.asked.what_if is not None:
        about += f", if {printable(told.asked.what_if)}"
    return about


def executions(told: Estimate) -> str:
    """The volume, such as ``1,000,000 executions``."""
    return count(told.month.executions, "execution")


def figure(value: Number) -> str:
    """A count that may be a mean."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")


# ------------------------------------------------------------------ by state


def _states(told: Estimate) -> Iterator[str]:
    by_state = told.month.by_state
    if not by_state:
        yield "no state was entered"
        return
    shown = sorted(by_state, key=lambda name: -by_state[name])[:ROWS]
    widest = max(len("state"), *(len(printable(name)) for name in shown))
    most = max(by_state.values())
    figures = {name: figure(amount) for name, amount in by_state.items()}
    room = max(len("transitions"), *(len(each) for each in figures.values()))
    prices = {name: usd(state_usd(told, name)) for name in by_state}
    wide = max(len("price"), *(len(each) for each in prices.values()))
    yield click.style(f"  {'state':<{widest}}  {'transitions':>{room}}  {'price':>{wide}}", bold=True)
    for name in by_state:
        if name in shown:
            drawn = click.style(bar(by_state[name], most), fg="cyan")
            yield f"  {printable(name):<{widest}}  {figures[name]:>{room}}  {prices[name]:>{wide}}  {drawn}"
    others = [amount for name, amount in by_state.items() if name not in shown]
    if others:
        yield f"  … {count(len(others), 'more state')} with {figure(sum(others))} transitions"
    if told.month.outside_states:
        yield f"  {'(no state: redrives, starts)':<{widest}}  {figure(told.month.outside_states):>{room}}"


def state_usd(told: Estimate, name: str) -> float:
    """A state's part of the amount as Standard: the free transitions are taken off from all alike."""
    month = told.month.standard
    return month.usd * told.month.by_state[name] / month.transitions if month.transitions else 0.0


# ------------------------------------------------------------------ totals


def totals(told: Estimate) -> list[tuple[str, str, str]]:
    """Type, amount and what it is for, a row each."""
    month = told.month
    made = month.standard.transitions
    free = f", {'all' if made <= told.free else f'{told.free:,}'} of them free" if told.free else ""
    amounts = f"{figure(made)} {'transition' if made == 1 else 'transitions'}{free}"
    if month.child_requests:
        own, below = usd(month.standard.usd), usd(month.child_usd)
        amounts += f" ({own}), {figure(month.child_requests)} Express executions of Map Runs ({below})"
    if not told.has_express:
        return [("Standard", usd(month.usd("STANDARD")), amounts)]
    express = month.express
    requests = "request" if express.requests == 1 else "requests"
    size = f"{figure(express.billed_ms)} ms and {figure(express.billed_mb)} MB"
    return [
        ("Standard", usd(month.usd("STANDARD")), amounts),
        ("Express", usd(express.usd), f"{figure(express.requests)} {requests}, {size} each"),
    ]


def _totals(told: Estimate) -> Iterator[str]:
    rows = totals(told)
    room = max(len(amount) for _, amount, _ in rows)
    for label, amount, about in rows:
        own = label == LABELS[told.samples.kind]
        yield f"  {click.style(f'{label:<8}', bold=own)}  {amount:>{room}}  {about}"
    if told.before is not None:
        before = (usd(told.before.usd(kind)) for kind in ("STANDARD", "EXPRESS"))
        yield "  as sampled: Standard {}, Express {}".format(*before)


def spreads(told: Estimate) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """How the samples spread: a label, then the half, nine in ten and the most."""
    ranges = told.ranges
    rows: list[tuple[str, Range, Callable[[Number], str]]] = [
        ("transitions", ranges.transitions, figure),
        ("Standard", ranges.standard_usd, usd),
        ("billed ms", ranges.billed_ms, figure),
        ("billed MB", ranges.billed_mb, figure),
        ("Express", ranges.express_usd, usd),
    ]
    for label, spread, shown in rows:
        yield label, (shown(spread.p50), shown(spread.p90), shown(spread.max))


def _ranges(told: Estimate) -> Iterator[str]:
    yield click.style(f"  {'of the samples, each':<22}{'half':>14}{'9 in 10':>14}{'most':>14}", bold=True)
    for label, cells in spreads(told):
        yield f"  {label:<22}{''.join(f'{each:>14}' for each in cells)}"


def _ways(told: Estimate) -> Iterator[str]:
    yield click.style("  ways that were taken", bold=True)
    for state, ends in told.samples.ways.items():
        whole = sum(ends.values())
        parts = (f"{taken / whole:.0%} {printable(end)}" for end, taken in sorted(ends.items(), key=_by_use))
        yield f"  {printable(state)}: {', '.join(parts)}"


def _by_use(way: tuple[str, int]) -> tuple[int, str]:
    return -way[1], way[0]


# ------------------------------------------------------------------ advice


def _advice(told: Estimate) -> Iterator[str]:
    """What is worth money, the most first; of what is not, how much there is."""
    found = told.advice.findings
    if not found:
        return
    yield ""
    yield click.style(
        f"  advice, for a {told.advised_per} (asl lint --cost tells where, and what to do)", bold=True
    )
    by_money = sorted((each for each in found if worth(each)), key=dollars, reverse=True)
    shown = by_money[:ADVISED]
    room = max((len(worth(each)) for each in shown), default=0)
    for each in shown:
        message = printable(each.diagnostic.message)
        yield f"  {click.style(each.code, fg='cyan')}  {worth(each):<{room}}  {message}"
    if len(by_money) > len(shown):
        yield f"  … {len(by_money) - len(shown):,} more"
    for code, number in Counter(each.code for each in found if not worth(each)).items():
        yield f"  {click.style(code, fg='cyan')}  {book.page(code).title}: {count(number, 'state')}"


# ------------------------------------------------------------------ which type


def verdict(told: Estimate) -> Iterator[tuple[str, str]]:
    """Which type is cheaper, from where on, and what forbids the other: ``about`` or ``warn``, and a line."""
    if told.break_even is not None:
        below = f"{told.break_even:,} executions a month"
        yield "about", f"Standard is cheaper below {below}, Express from there on."
    elif told.has_express:
        cheaper = "Standard" if told.month.usd("STANDARD") <= told.month.express.usd else "Express"
        yield "about", f"{cheaper} is cheaper at any volume."
    for each in told.forbidden:
        where = ": " + ", ".join(printable(state) for state in each.states) if each.states else ""
        yield "warn", f"It cannot be {LABELS[each.type]}: {each.message}{where}"
    if not told.forbidden:
        other = "Standard" if told.samples.kind == "EXPRESS" else "Express"
        yield "about", f"Nothing in the samples or the definition forbids {other}."


def price_source(told: Estimate) -> str:
    """Where the prices are from."""
    prices = told.prices
    text = f"Prices of {prices.region}: {prices.source}, {prices.date}"
    if "express" in prices.assumed:
        text += "; those of Express are assumed to be us-east-1's"
    return text + "."


def budget(told: Estimate) -> str:
    """Whether the month is within the budget."""
    limit = usd(told.asked.budget or 0)
    if told.over_budget:
        return click.style(f"over the budget: {usd(told.usd)} a month of {limit}", fg="red", bold=True)
    return click.style(f"within the budget: {usd(told.usd)} a month of {limit}", fg="green")
