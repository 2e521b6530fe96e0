"""The comparison for people: a row with a bar for each system, then what stands in the way there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import NamedTuple

import click

from asl.compare import Check, Offer, Workload
from cli.compared import words
from cli.figures import count, duration
from cli.json_text import printable

BAR_WIDTH = 24
LEAST_BAR = 6
_WORDS = {"exceeded": ("stops", "red"), "near": ("near", "yellow"), "slower": ("slows", "yellow")}


class Told(NamedTuple):
    """What is told of: the machine, what its runs did, and by what assumptions."""

    machine: str
    works: list[Workload]
    per_month: int
    is_default: bool
    free: bool
    task_seconds: float
    region: str


def lines(told: Told, offers: list[Offer], width: int) -> Iterator[str]:
    """The whole comparison, in lines no wider than so many columns."""
    yield from _head(told, width)
    yield ""
    yield from _rows(offers, width)
    yield ""
    for offer in offers:
        yield from _block(offer, width)


def _head(told: Told, width: int) -> Iterator[str]:
    yield click.style(printable(told.machine), bold=True)
    for number, work in enumerate(told.works, 1):
        which = f"input {number}: " if len(told.works) > 1 else ""
        yield from _wrapped(f"{which}{did(work)}", width, "  ")
    per_month = count(told.per_month, "execution") + " a month"
    default = " (the default of --per-month)" if told.is_default else ""
    free = "free tiers taken off" if told.free else "free tiers not taken off (--free-tier)"
    yield from _wrapped(
        f"{per_month}{default} · list prices in USD, Step Functions in {told.region}, others in the US · "
        f"{free} · a function takes {duration(round(told.task_seconds * 1000))} (--task-seconds)",
        width,
        "  ",
    )


def did(work: Workload) -> str:
    """What an execution did, in a line."""
    parts = [
        count(work.states, "state"),
        count(work.tasks, "task"),
        count(work.retries, "retry", "retries"),
        count(work.waits, "wait"),
        count(work.callbacks, "callback"),
        count(work.branches, "branch", "branches"),
        count(work.child_count, "child execution"),
    ]
    shown = [part for place, part in enumerate(parts) if place < 2 or not part.startswith("0 ")]
    told = [
        duration(work.ms),
        count(work.events, "event"),
        f"payloads up to {words.size(work.largest_bytes)}",
    ]
    return ", ".join([*shown, *told])


# ------------------------------------------------------------------ the rows


def _rows(offers: list[Offer], width: int) -> Iterator[str]:
    cells = [(offer.sheet.title, words.units(offer), asked(offer), on_top(offer)) for offer in offers]
    head = ("", "one execution", "a month", "on top")
    widths = [max(len(row[place]) for row in [head, *cells]) for place in range(4)]
    room = min(BAR_WIDTH, width - sum(widths) - 2 - 2 * 4)
    most = max((float(offer.usd.high) for offer in offers if _counts(offer) and offer.usd), default=0.0)
    beside = room >= LEAST_BAR
    yield click.style(_row(head, widths).rstrip(), dim=True)
    for offer, row in zip(offers, cells, strict=True):
        bar = _bar(offer, most, room) if beside else ""
        yield f"{_row(row, widths)}  {bar}".rstrip()
    if not beside:
        yield ""
        room = max(LEAST_BAR, min(BAR_WIDTH, width - widths[0] - 4))
        drawn = (offer for offer in offers if _counts(offer))
        yield from (f"  {offer.sheet.title:<{widths[0]}}  {_bar(offer, most, room)}" for offer in drawn)
        yield ""
    yield from _legend(offers, width)


def _row(cells: tuple[str, str, str, str], widths: list[int]) -> str:
    title, taken, price, others = cells
    return f"  {title:<{widths[0]}}  {taken:<{widths[1]}}  {price:>{widths[2]}}  {others:<{widths[3]}}"


def asked(offer: Offer) -> str:
    """What a month costs there, or why nobody can say."""
    if not offer.possible:
        return "cannot run it"
    if offer.usd is None:
        return f"no price: {offer.unpriced.name}" if offer.unpriced is not None else "no price"
    return words.amount(offer.usd) + ("" if offer.is_verified else " ?")


def on_top(offer: Offer) -> str:
    """What its tasks cost beside that, or where they run."""
    if offer.compute is not None and not offer.compute.high:
        return ""
    if offer.compute is not None:
        return f"+ {words.amount(offer.compute)} {offer.hosts}"
    return offer.hosts if offer.hosts == "included" else f"+ {offer.hosts}"


def _counts(offer: Offer) -> bool:
    return offer.possible and offer.usd is not None


def _bar(offer: Offer, most: float, room: int) -> str:
    if not _counts(offer) or offer.usd is None or not most:
        return ""
    low, high = (int(float(end) * room / most) for end in (offer.usd.low, offer.usd.high))
    return click.style("█" * low or "▏", fg="cyan") + click.style("·" * (high - low), fg="cyan")


def _legend(offers: list[Offer], width: int) -> Iterator[str]:
    signs = []
    if any(_counts(offer) and not offer.is_verified for offer in offers):
        signs.append("? = no text of the vendor confirms every figure")
    if any(_counts(offer) and offer.usd is not None and offer.usd.is_range for offer in offers):
        signs.append("a range, · in the bar, is where sources differ or it depends")
    if any(offer.unpriced is not None for offer in offers):
        signs.append("no price = no source gives one; give it with --prices")
    if signs:
        yield from (click.style(line, dim=True) for line in _wrapped("; ".join(signs), width, "  "))


# ------------------------------------------------------------------ what stands in the way


def _block(offer: Offer, width: int) -> Iterator[str]:
    yield click.style(offer.sheet.title, bold=True)
    yield from _labelled("promises", offer.sheet.guarantee, width)
    for reason in offer.refusals:
        yield from _labelled("stops", reason.strip(), width, "red")
    found = offer.in_the_way
    for check in found:
        word, colour = _WORDS[check.verdict]
        yield from _labelled(word, f"{words.standing(check)}; {check.limit.then}", width, colour)
    if not found and not offer.refusals:
        yield from _labelled("in the way", f"nothing{nearest(offer.checks)}", width)
    for variant in offer.variants:
        yield from _labelled("or", f"{words.amount(variant.usd)} {variant.what}", width)
    yield from _labelled("beware", offer.sheet.notes["pitfalls"], width)


def nearest(checks: Iterable[Check]) -> str:
    """The limit of which most is used, a share of it at least."""
    hard = [
        check for check in checks if not check.limit.rate and not check.limit.softly and check.limit.number
    ]
    if not hard:
        return ""
    closest = max(hard, key=lambda check: check.used / check.limit.number)
    return f"; nearest is {words.standing(closest)}"


def _labelled(label: str, text: str, width: int, colour: str | None = None) -> Iterator[str]:
    first, *others = wrap(printable(text), max(20, width - 14), break_on_hyphens=False) or [""]
    yield f"  {click.style(f'{label:<10}', fg=colour, dim=colour is None)}  {first}"
    yield from (f"{'':14}{line}" for line in others)


labelled = _labelled


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return wrap(
        printable(text),
        max(20, width),
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
