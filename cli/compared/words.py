"""The words of a comparison: counts, ranges, amounts and limits as people read them."""

from __future__ import annotations

from decimal import Decimal

from asl.compare import Check, Count, Figure, Offer, Span
from cli.figures import count, duration, usd

_KB = 1_024
_CENT = Decimal("0.01")


def number(value: Decimal) -> str:
    """A number without what it does not need: ``1,000``, ``0.1375``, ``0.0000089``."""
    if value == value.to_integral_value():
        return f"{value:,.0f}"
    return f"{value:,.{2 if value >= 100 else 4 if value >= 1 else _decimals(value)}f}".rstrip("0")


def _decimals(value: Decimal) -> int:
    return 3 - value.adjusted()


def numbers(span: Span) -> str:
    """A number or a range: ``8-10``."""
    return f"{number(span.low)}-{number(span.high)}" if span.is_range else number(span.low)


def dollars(value: Decimal) -> str:
    """An amount in dollars and cents; below a cent with the digits that say something."""
    return f"${value:,.2f}" if value >= _CENT else usd(float(value))


def amount(span: Span) -> str:
    """An amount or a range: ``$175.00-225.00``."""
    if not span.is_range:
        return dollars(span.low)
    low, high = (f"${end:,.2f}" if span.high >= _CENT else dollars(end) for end in (span.low, span.high))
    return low if low == high else f"{low}-{high[1:]}"


def price(figure: Figure) -> str:
    """What a figure asks: ``$50 for 1,000,000 actions``, ``$0.000016 per GB-second``."""
    if figure.value is None and not figure.tiers:
        return f"not known: {figure.why}"
    amounts = [tier.price for tier in figure.tiers] or [figure.number]
    told = ", then ".join(f"${_exact(each)}" if figure.price else _exact(each) for each in amounts)
    if not figure.price:
        return f"{told} {figure.unit}"
    return f"{told} {what_for(figure)}"


def _exact(value: Decimal) -> str:
    return f"{value:,f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"


def what_for(figure: Figure) -> str:
    """For what a price is: ``for 1,000,000 actions``, ``per GB-second``."""
    return f"for {figure.per:,} {figure.unit}" if figure.per > 1 else f"per {figure.unit}"


def source(figure: Figure) -> str:
    """Who says so, and when; with a mark where no vendor's text confirms it."""
    dated = f"{figure.source}, {figure.date}" if figure.date else figure.source
    return f"{dated}{' (?)' if figure.unverified else ''}"


def units(offer: Offer) -> str:
    """What one execution takes in the system's own unit: ``8-10 transitions``."""
    total = offer.counts[0].total
    one = total.low == total.high == 1
    return f"{numbers(total)} {offer.sheet.unit}{'' if one else 's'}"


def formula(found: Count) -> str:
    """How a count is made up: ``states 7 + retries 1 = 8``."""
    parts = []
    for part in found.terms:
        each = f" x {number(part.each)}" if part.each != 1 else ""
        parts.append(f"{part.what} {numbers(part.times)}{each}")
    return f"{' + '.join(parts) or '0'} = {numbers(found.total)}"


def size(taken: Decimal | int) -> str:
    """Bytes: ``812 bytes``, ``1.1 KB``, ``2 MB``."""
    if taken < _KB:
        return count(int(taken), "byte")
    value, unit = (Decimal(taken) / _KB, "KB") if taken < _KB * _KB else (Decimal(taken) / _KB / _KB, "MB")
    return f"{value:,.1f}".removesuffix(".0") + f" {unit}"


def _in_its_unit(figure: Figure, value: Decimal) -> str:
    if figure.name.endswith("_ms"):
        return duration(int(value))
    if figure.name.endswith("_bytes"):
        return size(value)
    return number(round(value, 2).normalize() + 0 if value else value)


def allowed(limit: Figure) -> str:
    """What a limit is: ``history events: 25,000``."""
    value = _in_its_unit(limit, limit.number)
    return f"{limit.unit}: {value}{' a second' if limit.rate else ''}; {limit.then}"


def standing(check: Check) -> str:
    """How a workload stands to a limit: ``history events: 37 of 25,000``."""
    limit = check.limit
    used, allowed = _in_its_unit(limit, check.used), _in_its_unit(limit, limit.number)
    if check.seconds is None:
        return f"{limit.unit}: {used} of {allowed}"
    took = duration(int(check.seconds * 1000))
    return f"{limit.unit}: {used} at {allowed} a second take {took} at least"
