"""The offer: what one system counts, asks for and allows for a workload, and what it promises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Literal

import msgspec

from asl.compare.figures import Figure, Sheet, Unpriced
from asl.cost import tier_amounts


class Span(msgspec.Struct, frozen=True):
    """A number, or a range where sources or circumstances leave one."""

    low: Decimal
    high: Decimal

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    def __mul__(self, factor: int | Decimal) -> Span:
        return Span(self.low * factor, self.high * factor)

    def __truediv__(self, divisor: int | Decimal) -> Span:
        return Span(self.low / divisor, self.high / divisor)

    def less(self, amount: int | Decimal) -> Span:
        """What is left of it after an amount that is free."""
        return Span(max(Decimal(0), self.low - amount), max(Decimal(0), self.high - amount))

    @property
    def is_range(self) -> bool:
        """Whether its ends differ."""
        return self.low != self.high


def span(low: int | Decimal, high: int | Decimal | None = None) -> Span:
    """A number, or a range."""
    return Span(Decimal(low), Decimal(low if high is None else high))


NOTHING = span(0)


class Term(msgspec.Struct, frozen=True):
    """A part of a count: so many things of a kind, and how many units each takes.

    Attributes:
        what: The things.
        times: How many of them.
        each: Units that one takes.
    """

    what: str
    times: Span
    each: Decimal

    @property
    def total(self) -> Span:
        """Units that they take."""
        return self.times * self.each


def term(what: str, times: int | Decimal | Span, each: Figure | Decimal | int = 1) -> Term:
    """A part of a count; ``each`` may be a figure of the system's."""
    number = each.number if isinstance(each, Figure) else Decimal(each)
    return Term(what, times if isinstance(times, Span) else span(times), number)


class Count(msgspec.Struct, frozen=True):
    """How many units of a kind one execution takes, with the parts that make it up."""

    unit: str
    terms: tuple[Term, ...]

    @property
    def total(self) -> Span:
        """All parts together."""
        return sum((each.total for each in self.terms), NOTHING)


def counts(**units: Iterable[Term]) -> list[Count]:
    """A count of each unit, without parts of which there are none."""
    return [
        Count(unit.replace("_", " ").replace("gb ", "GB "), tuple(each for each in terms if each.times.high))
        for unit, terms in units.items()
    ]


def mean(of_each: list[list[Count]]) -> list[Count]:
    """The counts of an execution on average, where several were run: all count the same units."""
    if len(of_each) == 1:
        return of_each[0]
    found = []
    for place, first in enumerate(of_each[0]):
        parts: dict[tuple[str, Decimal], Span] = {}
        for each in of_each:
            for part in each[place].terms:
                key = part.what, part.each
                parts[key] = parts.get(key, NOTHING) + part.times
        terms = (Term(what, times / len(of_each), each) for (what, each), times in parts.items())
        found.append(Count(first.unit, tuple(terms)))
    return found


class Charge(msgspec.Struct, frozen=True):
    """A line of a month's bill.

    Attributes:
        what: What is charged.
        quantity: How much of it.
        price: The figure it is charged by.
        usd: The amount.
    """

    what: str
    quantity: Span
    price: Figure
    usd: Span


def charge(what: str, quantity: Span, price: Figure) -> Charge:
    """A quantity at its price, by tiers where the price has some.

    Raises:
        Unpriced: No source gives it.
    """
    if price.tiers:
        low, high = (
            sum(tier_amounts(each, price.tiers), Decimal(0)) / price.per
            for each in (quantity.low, quantity.high)
        )
        return Charge(what, quantity, price, Span(low, high))
    return Charge(what, quantity, price, quantity * price.number / price.per)


def total(charges: Iterable[Charge]) -> Span:
    """What they come to."""
    return sum((each.usd for each in charges), NOTHING)


class Variant(msgspec.Struct, frozen=True):
    """Another plan, reading or way to do it, with what it comes to."""

    what: str
    usd: Span


Verdict = Literal["fits", "near", "slower", "exceeded"]


class Check(msgspec.Struct, frozen=True):
    """How a workload stands to one limit.

    Attributes:
        limit: The limit.
        used: What the workload takes of it. For a rate: of one execution at once.
        verdict: ``fits``; ``near`` it; ``exceeded``; or ``slower``, where work only has to be arranged.
        seconds: For a rate, how long it takes at least.
    """

    limit: Figure
    used: Decimal
    verdict: Verdict
    seconds: Decimal | None = None


def checks(sheet: Sheet, used: Mapping[str, Decimal | int], near: Decimal) -> list[Check]:
    """How a workload stands to a system's limits; of these `used` tells what it takes.

    Args:
        sheet: The system's.
        used: Name of the limit -> what the workload takes.
        near: The share of a limit from which it is near.
    """
    return [_check(sheet.limits[name], Decimal(amount), near) for name, amount in used.items()]


def _check(limit: Figure, used: Decimal, near: Decimal) -> Check:
    allowed = limit.number
    seconds = used / allowed if limit.rate else None
    verdict: Verdict = "fits"
    if used > allowed:
        verdict = "slower" if limit.softly else "exceeded"
    elif used > allowed * near and not limit.softly:
        verdict = "near"
    return Check(limit, used, verdict, seconds)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a system offers for a workload.

    Attributes:
        sheet: What is known of the system.
        counts: What one execution takes, the first in the system's own unit.
        charges: The lines of a month's bill; empty where there is no price.
        unpriced: The figure whose price nobody gives.
        possible: Whether it can run the machine at all.
        refusals: What it says against it.
        compute: What its tasks cost beside that, as functions of Lambda; None where nobody can say,
            or where the charges have it.
        hosts: Where the tasks run.
        variants: Other plans and readings.
        checks: How the workload stands to its limits.
    """

    sheet: Sheet
    counts: list[Count]
    charges: list[Charge] = []
    unpriced: Figure | None = None
    possible: bool = True
    refusals: list[str] = []
    compute: Span | None = None
    hosts: str = ""
    variants: list[Variant] = []
    checks: list[Check] = []

    @property
    def usd(self) -> Span | None:
        """A month's bill; None where it has none."""
        return total(self.charges) if self.charges else None

    @property
    def is_verified(self) -> bool:
        """Whether vendors' own texts confirm every price in it."""
        return not any(each.price.unverified for each in self.charges)

    @property
    def in_the_way(self) -> list[Check]:
        """The limits that the machine would meet, or nearly."""
        return [each for each in self.checks if each.verdict != "fits"]


def with_bill(offer: Offer, bill: Callable[[], list[Charge]]) -> Offer:
    """The offer with a month's bill, or with the figure that would be needed for one."""
    try:
        return msgspec.structs.replace(offer, charges=bill())
    except Unpriced as error:
        return msgspec.structs.replace(offer, unpriced=error.figure)


def ceil(number: Decimal | int) -> Decimal:
    """The next whole number."""
    return Decimal(number).to_integral_value(ROUND_CEILING)
