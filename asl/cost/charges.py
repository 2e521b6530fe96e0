"""The charges: use times price, with free amounts and tiers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from asl.cost.pricelist import ExpressPrices, Prices, Tier, UnknownRegion


def standard_usd(transitions: int | Decimal, prices: Prices, free: int = 0) -> Decimal:
    """What so many Standard transitions cost.

    Args:
        transitions: How many were made.
        prices: Of the region they were made in.
        free: How many of them are free: `Prices.free_transitions` for a whole month of an
            account that made no others, 0 for the cost of a run on top of others.

    Raises:
        UnknownRegion: The region is not billed in US dollars.
    """
    if prices.currency != "USD":
        raise UnknownRegion(_not_in_usd(prices))
    return max(0, transitions - free) * prices.thousand_transitions / 1_000


def requests_usd(requests: int | Decimal, prices: Prices) -> Decimal:
    """What so many Express requests cost: one for each start, failed or not (pricing page).

    Raises:
        UnknownRegion: No source gives the region's Express prices in US dollars.
    """
    return requests * _express(prices).request


def duration_usd(gb_seconds: Decimal, prices: Prices) -> Decimal:
    """What a month's Express duration costs, or a run's if it is the first of its month.

    Raises:
        UnknownRegion: No source gives the region's Express prices in US dollars.
    """
    return sum(tier_amounts(gb_seconds, _express(prices).gb_second), Decimal(0))


def express_usd(requests: int | Decimal, gb_seconds: Decimal, prices: Prices) -> Decimal:
    """What Express requests and their duration cost together; see `requests_usd`, `duration_usd`."""
    return requests_usd(requests, prices) + duration_usd(gb_seconds, prices)


def tier_amounts(use: Decimal, tiers: Iterable[Tier]) -> list[Decimal]:
    """What a month's use costs within each tier, in the tiers' own unit and currency."""
    amounts = []
    start = Decimal(0)
    for tier in tiers:
        end = use if tier.up_to is None else min(use, Decimal(tier.up_to))
        amounts.append((end - start) * tier.price)
        start = end
    return amounts


def _express(prices: Prices) -> ExpressPrices:
    if prices.currency != "USD" or prices.express is None:
        raise UnknownRegion(_not_in_usd(prices))
    return prices.express


def _not_in_usd(prices: Prices) -> str:
    return (
        f"{prices.region} is billed in {prices.currency}, so there is no cost in USD to tell. Its Standard "
        f"price is {prices.thousand_transitions} {prices.currency} for 1,000 transitions; no source gives "
        "its Express prices. Name a region that is billed in USD, or count with asl.cost.transitions."
    )
