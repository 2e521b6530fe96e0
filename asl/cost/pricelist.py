"""The price list: what a transition, a request and a GB-second cost in each region we know."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import msgspec


class UnknownRegion(ValueError):
    """A region whose prices, or whose prices in US dollars, no source of ours gives."""


class Tier(msgspec.Struct, frozen=True):
    """One step of a price that falls with the month's use.

    Attributes:
        price: For each unit within this tier.
        up_to: The month's use at which the tier ends, in the same units; None for the last.
    """

    price: Decimal
    up_to: int | None = None


class ExpressPrices(msgspec.Struct, frozen=True):
    """What Express workflows cost.

    Attributes:
        request: For each execution started, however it ends.
        gb_second: Tiers of duration in GB-seconds, the unit of AWS's price list.
        gb_hour: The same tiers in GB-hours, as the pricing page shows them. The rates are
            rounded on their own, so totals differ by cents (`gb_second` is what is billed).
    """

    request: Decimal
    gb_second: tuple[Tier, ...]
    gb_hour: tuple[Tier, ...]


class Prices(msgspec.Struct, frozen=True):
    """What one region costs.

    Attributes:
        region: Its AWS name.
        currency: Of every amount here: ``USD``, or ``CNY`` in China.
        thousand_transitions: The price of 1,000 Standard transitions.
        free_transitions: How many of them an account has free in each month.
        express: The Express prices, None where no source gives them in this currency.
        source: Where `thousand_transitions` was read.
        date: When that source was written, a year or a month.
        assumed: What of this no source says: ``express``, ``currency``.
    """

    region: str
    currency: str
    thousand_transitions: Decimal
    free_transitions: int
    express: ExpressPrices | None
    source: str
    date: str
    assumed: tuple[str, ...]


class _Source(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    date: str


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    transitions: Decimal
    source: str
    currency: str = "USD"
    assumed: tuple[str, ...] = ()


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    free_transitions: int
    sources: dict[str, _Source]
    express: dict[str, ExpressPrices]
    regions: dict[str, _Row]


def prices(region: str) -> Prices:
    """The prices of a region, as the sources named in ``prices.toml`` give them.

    Raises:
        UnknownRegion: No source names the region.
    """
    table = _table()
    row = table.regions.get(region)
    if row is None:
        raise UnknownRegion(_advice(region, table))
    source = table.sources[row.source]
    return Prices(
        region=region,
        currency=row.currency,
        thousand_transitions=row.transitions,
        free_transitions=table.free_transitions,
        express=table.express.get(row.currency),
        source=source.name,
        date=source.date,
        assumed=row.assumed,
    )


def free_transitions() -> int:
    """The transitions that cost nothing, for each account in each month."""
    return _table().free_transitions


def regions() -> list[str]:
    """The regions that a source names, sorted."""
    return sorted(_table().regions)


def _advice(region: str, table: _Table) -> str:
    return (
        f"No prices are known for the region {region!r}. Known: {', '.join(sorted(table.regions))}. "
        "Check the spelling, or name a region of that list that costs the same: AWS's pricing page "
        "says which; aws-lambda-power-tuning takes us-east-1's price for the regions it does not list. "
        "Or import AWS's own price list: asl prices update --from FILE."
    )


@cache
def _table() -> _Table:
    # Imported here, so that a command that asks for no prices does not pay for the parser.
    import tomllib
    from pathlib import Path

    text = Path(__file__).with_name("prices.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text, parse_float=Decimal), _Table)
