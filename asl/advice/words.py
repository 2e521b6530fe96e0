"""Words: names, counts, sizes and times as the messages of advice say them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def count(value: Fraction | int, noun: str) -> str:
    """A number of things, a mean with one decimal: ``1 transition``, ``1,000.5 rounds``."""
    return f"{figure(value)} {noun if value == 1 else noun + 's'}"


def figure(value: Fraction | int) -> str:
    """A number, a mean with one decimal."""
    whole = isinstance(value, int) or value.denominator == 1
    return f"{int(value):,}" if whole else f"{float(value):,.1f}".removesuffix(".0")


def quoted(names: Iterable[str]) -> str:
    """Names in a sentence: ``'A', 'B' and 'C'``."""
    *most, last = [f"'{each}'" for each in names]
    return f"{', '.join(most)} and {last}" if most else last


def kib(size: int) -> str:
    """A size in KiB, as the quota is told: ``131.5 KiB``; below one in bytes."""
    return f"{size / 1024:,.1f} KiB".replace(".0 ", " ") if size >= 1024 else f"{size} bytes"


def time(seconds: float) -> str:
    """A time in its largest unit: ``2.8 hours``."""
    length, unit = next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])
    amount = f"{seconds / length:,.1f}".removesuffix(".0")
    return f"{amount} {unit}" + ("" if amount == "1" else "s")
