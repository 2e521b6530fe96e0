"""Figures of the user's own, in place of the book's: read strictly, with the place of what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import msgspec

from asl.compare.figures import Book, Figure, Sheet
from asl.cost import Tier


class InvalidPrices(ValueError):
    """A file of prices that cannot be used; the text names file and place and says what to do."""


MOST = Decimal(10) ** 15
"""No figure is higher: a typing error, more likely than not."""


def overridden(book: Book, text: str, source: str) -> Book:
    """The book with the figures of a TOML text in place of its own.

    A table for each system, and in it a number for each figure: ``[temporal]`` ``million_actions = 45``.

    Args:
        book: The book.
        text: The content of the user's file.
        source: What the file is called.

    Raises:
        InvalidPrices: A system or a figure is unknown, a number is none or negative, or there is none.
    """
    import tomllib

    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidPrices(f"{source}: not TOML: {error}") from None
    if not table:
        raise InvalidPrices(f"{source}: it sets nothing; a table names a system, such as [temporal]")
    sheets = {"shared": book.shared, **book.sheets}
    for name, figures in table.items():
        place = f"{source}: {name}"
        if name not in sheets:
            raise InvalidPrices(f"{place}: there is no such system{_instead(name, sheets)}")
        if not isinstance(figures, dict):
            raise InvalidPrices(f"{place}: it is to be a table of figures, such as [{name}]")
        if not figures:
            raise InvalidPrices(f"{place}: it sets no figure{_instead('', _open(sheets[name]))}")
        sheets[name] = _replaced(sheets[name], figures, source, place)
    return Book(sheets.pop("shared"), sheets)


def _replaced(sheet: Sheet, given: Mapping[str, Any], source: str, place: str) -> Sheet:
    figures, limits = dict(sheet.figures), dict(sheet.limits)
    for name, value in given.items():
        kind = figures if name in figures else limits
        if name not in kind:
            known = {**figures, **limits}
            raise InvalidPrices(f"{place}.{name}: there is no such figure{_instead(name, known)}")
        kind[name] = _with(kind[name], value, source, f"{place}.{name}")
    return msgspec.structs.replace(sheet, figures=figures, limits=limits)


def _with(figure: Figure, value: Any, source: str, place: str) -> Figure:
    changed: dict[str, Any] = {"source": source, "date": "yours", "unverified": False, "why": ""}
    if isinstance(value, list):
        if not figure.tiers:
            raise InvalidPrices(f"{place}: it is to be a number, not a list")
        return msgspec.structs.replace(figure, tiers=_tiers(value, place), **changed)
    number = _number(value, place)
    if figure.divides and not number:
        raise InvalidPrices(f"{place}: it is to be more than 0")
    return msgspec.structs.replace(figure, value=number, tiers=(), **changed)


def _tiers(rows: list[Any], place: str) -> tuple[Tier, ...]:
    tiers: list[Tier] = []
    for number, row in enumerate(rows, 1):
        here, last = f"{place}, tier {number}", number == len(rows)
        names = {"price"} if last else {"price", "up_to"}
        if not isinstance(row, dict) or set(row) != names:
            raise InvalidPrices(
                f"{here}: it is to have {' and '.join(sorted(names))}, and nothing else "
                "(the last tier has no end)"
            )
        end = None if last else int(_number(row["up_to"], f"{here}, up_to"))
        if end is not None and tiers and end <= (tiers[-1].up_to or 0):
            raise InvalidPrices(f"{here}, up_to: it is to be more than the tier before it")
        tiers.append(Tier(_number(row["price"], f"{here}, price"), end))
    if not tiers:
        raise InvalidPrices(f"{place}: it has no tier")
    return tuple(tiers)


def _number(value: Any, place: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InvalidPrices(f"{place}: it is to be a number, not {_shown(value)}")
    number = Decimal(value)
    if not number.is_finite() or number < 0:
        raise InvalidPrices(f"{place}: it is to be 0 or more, not {number}")
    if number > MOST:
        raise InvalidPrices(f"{place}: {number:.0f} is more than {MOST:,}; is it in US dollars?")
    return number


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, str | bool) else f"a {type(value).__name__}"


def _instead(name: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, known, 1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"


def _open(sheet: Sheet) -> dict[str, Figure]:
    return {figure.name: figure for figure in sheet.all()}
