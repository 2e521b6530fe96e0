"""The figures: what each system asks for, allows and promises, as data with its source and date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from asl.cost import Prices, Tier, UnknownRegion, prices


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: a price, a number of a model, or a limit.

    Attributes:
        name: What it is called in `systems.toml` and in a file of the user's.
        unit: Of what it is so many, or for what it is the price.
        source: Where it was read; for a figure of the user's, their file.
        date: When that was written.
        value: The number, in US dollars for a price; None where no source gives it.
        price: Whether it is an amount in US dollars.
        per: For how many units a price is.
        tiers: The price by the month's use, in place of a value.
        unverified: Whether no text of the vendor confirms it.
        why: Why there is no value.
        then: What happens beyond a limit, and what to do.
        softly: Whether work is only slower beyond a limit, or has to be arranged otherwise.
        rate: Whether a limit is so many for each second of what one execution does at once.
        divides: Whether something is divided by it, so that it cannot be 0.
    """

    name: str
    unit: str
    source: str
    date: str
    value: Decimal | None = None
    price: bool = False
    per: int = 1
    tiers: tuple[Tier, ...] = ()
    unverified: bool = False
    why: str = ""
    then: str = ""
    softly: bool = False
    rate: bool = False
    divides: bool = False

    @property
    def number(self) -> Decimal:
        """The value.

        Raises:
            Unpriced: There is none.
        """
        if self.value is None:
            raise Unpriced(self)
        return self.value


class Unpriced(Exception):
    """A figure is needed that no source gives, nor the user.

    Attributes:
        figure: Which.
    """

    def __init__(self, figure: Figure) -> None:
        super().__init__(figure.why)
        self.figure = figure


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one system.

    Attributes:
        name: As the command line calls it.
        title: As people call it.
        unit: What it counts.
        guarantee: What it promises of each execution.
        guarantee_source: Who says so.
        figures: Prices and numbers of models, by name.
        limits: What it allows, by name.
        notes: What to know before one begins, and when one operates it.
        notes_source: Who says so.
        doubts: What is not settled about the figures.
        region: Whose prices Step Functions' are, where it is one of its systems.
    """

    name: str
    title: str
    unit: str = ""
    guarantee: str = ""
    guarantee_source: str = ""
    figures: Mapping[str, Figure]
    limits: Mapping[str, Figure]
    notes: Mapping[str, str]
    notes_source: str = ""
    doubts: tuple[str, ...] = ()
    region: str = ""

    def __getitem__(self, name: str) -> Figure:
        return self.figures[name]

    def all(self) -> Iterator[Figure]:
        """Figures and limits."""
        yield from self.figures.values()
        yield from self.limits.values()


class Book(msgspec.Struct, frozen=True):
    """The sheets of all systems, and what they share."""

    shared: Sheet
    sheets: Mapping[str, Sheet]


# ------------------------------------------------------------------ systems.toml


class _Source(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    date: str


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    unit: str
    source: str
    usd: Decimal | None = None
    value: Decimal | None = None
    per: int = 1
    tiers: tuple[Tier, ...] = ()
    unverified: bool = False
    why: str = ""
    then: str = ""
    softly: bool = False
    rate: bool = False
    divides: bool = False


class _Page(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    unit: str = ""
    guarantee: str = ""
    guarantee_source: str = ""
    notes_source: str = ""
    doubts: tuple[str, ...] = ()
    notes: dict[str, str] = {}
    figures: dict[str, _Row] = {}
    limits: dict[str, _Row] = {}


@cache
def _pages() -> tuple[dict[str, _Source], dict[str, _Page]]:
    # Imported here, so that a command that asks for no prices does not pay for the parser.
    import tomllib
    from pathlib import Path

    text = Path(__file__).with_name("systems.toml").read_text("utf-8")
    table: dict[str, Any] = tomllib.loads(text, parse_float=Decimal)
    sources = msgspec.convert(table.pop("sources"), dict[str, _Source])
    return sources, msgspec.convert(table, dict[str, _Page])


def names() -> list[str]:
    """What the systems are called, in the order in which they are told."""
    return [name for name in _pages()[1] if name != "shared"]


def book(region: str, listed: Callable[[str], Prices] = prices) -> Book:
    """The figures as sources give them, Step Functions' prices being a region's.

    Where no source gives that region's prices they are left open, and say why.

    Args:
        region: The region.
        listed: Gives a region's prices, or raises UnknownRegion.
    """
    sources, pages = _pages()
    here = _here(region, listed)
    sheets = {name: _sheet(name, page, sources, region, here) for name, page in pages.items()}
    shared = sheets.pop("shared")
    return Book(shared, sheets)


def _sheet(name: str, page: _Page, sources: Mapping[str, _Source], region: str, here: Prices | str) -> Sheet:
    def figures(rows: Mapping[str, _Row]) -> dict[str, Figure]:
        return {each: _figure(each, row, sources[row.source]) for each, row in rows.items()}

    own = _PRICED_BY_REGION.get(name)
    return Sheet(
        name=name,
        title=page.title,
        unit=page.unit,
        guarantee=page.guarantee,
        guarantee_source=_named(page.guarantee_source, sources),
        figures=figures(page.figures) | ({} if own is None else _of_region(own, here)),
        limits=figures(page.limits),
        notes=page.notes,
        notes_source=_named(page.notes_source, sources),
        doubts=page.doubts,
        region="" if own is None else region,
    )


def _named(keys: str, sources: Mapping[str, _Source]) -> str:
    found = [sources[key] for key in keys.split(", ") if key]
    return "; ".join(f"{source.name} ({source.date})" for source in found)


def _figure(name: str, row: _Row, source: _Source) -> Figure:
    return Figure(
        name=name,
        unit=row.unit,
        source=source.name,
        date=source.date,
        value=row.value if row.usd is None else row.usd,
        price=row.usd is not None or bool(row.tiers) or bool(row.why),
        per=row.per,
        tiers=row.tiers,
        unverified=row.unverified,
        why=row.why,
        then=row.then,
        softly=row.softly,
        rate=row.rate,
        divides=row.divides,
    )


# ------------------------------------------------------------------ Step Functions' own prices

_EXPRESS = {"million_requests": ("requests", 1_000_000), "gb_second": ("GB-second", 1)}
_PRICED_BY_REGION: dict[str, dict[str, tuple[str, int]]] = {
    "standard": {"thousand_transitions": ("transitions", 1_000), **_EXPRESS},
    "express": _EXPRESS,
}
"""System -> the names of prices that asl.cost has for each region, and for what and how many they are."""


def _here(region: str, listed: Callable[[str], Prices]) -> Prices | str:
    """A region's prices, or why there are none."""
    try:
        return listed(region)
    except UnknownRegion as error:
        return str(error).partition(". ")[0]


def _of_region(wanted: Mapping[str, tuple[str, int]], here: Prices | str) -> dict[str, Figure]:
    if isinstance(here, str):
        return _open(wanted, here)
    if here.currency != "USD" or here.express is None:
        why = f"{here.region} is billed in {here.currency}, and no source tells its prices in USD"
        return _open(wanted, why)
    found: dict[str, dict[str, Any]] = {
        "thousand_transitions": {"value": here.thousand_transitions},
        "million_requests": {"value": here.express.request * 1_000_000},
        "gb_second": {"tiers": here.express.gb_second},
    }
    assumed = "express" in here.assumed
    return {
        name: Figure(
            name=name,
            unit=unit,
            source=here.source,
            date=here.date,
            price=True,
            per=per,
            unverified=assumed and name != "thousand_transitions",
            **found[name],
        )
        for name, (unit, per) in wanted.items()
    }


def _open(wanted: Mapping[str, tuple[str, int]], why: str) -> dict[str, Figure]:
    return {
        name: Figure(name=name, unit=unit, source="no source", date="", price=True, per=per, why=why)
        for name, (unit, per) in wanted.items()
    }
