"""Assumptions: that executions like the samples take longer, use more memory, or retry more often."""

from __future__ import annotations

import re
from fractions import Fraction

import msgspec

MOST = 1_000_000
"""Nothing is taken more often than that: beyond it a figure says nothing."""

FORM = (
    "it is a list such as duration=x2,retries=+10%: of duration, memory and retries, each with xN "
    "(N times as much) or +N% or -N%"
)

_FACTOR = re.compile(
    r"x(?P<times>[0-9]{1,12}(?:\.[0-9]{1,12})?)|(?P<percent>[+-][0-9]{1,12}(?:\.[0-9]{1,12})?)%"
)


class InvalidAssumption(ValueError):
    """A text that is no list of assumptions; it says why, and what one looks like."""


class Assumptions(msgspec.Struct, frozen=True):
    """By how much each use is multiplied.

    Attributes:
        duration: How long executions take, before it is rounded up to 100 ms; those of Map Runs too.
        memory: Their memory, before it is rounded up to 64 MB again; of those of Map Runs too.
        retries: How many retries they make. Retries take no time here: say so with ``duration``.
    """

    duration: Fraction = Fraction(1)
    memory: Fraction = Fraction(1)
    retries: Fraction = Fraction(1)


AS_SAMPLED = Assumptions()


def assumptions(text: str) -> Assumptions:
    """What a text such as ``duration=x2,retries=+10%`` assumes.

    Raises:
        InvalidAssumption: It is not of that form; names what there is not, or one twice; or a factor is
            negative or over a million.
    """
    found: dict[str, Fraction] = {}
    for part in text.split(","):
        name, equals, factor = (each.strip() for each in part.partition("="))
        if name not in Assumptions.__struct_fields__ or not equals:
            raise InvalidAssumption(f"{part.strip()!r} is no assumption; {FORM}")
        if name in found:
            raise InvalidAssumption(f"{name} stands there twice; {FORM}")
        found[name] = _factor(name, factor)
    return Assumptions(**found)


def _factor(name: str, text: str) -> Fraction:
    match = _FACTOR.fullmatch(text)
    if match is None:
        raise InvalidAssumption(f"{name}={text} is no assumption; {FORM}")
    times, percent = match["times"], match["percent"]
    factor = Fraction(times) if times is not None else 1 + Fraction(percent) / 100
    if not 0 <= factor <= MOST:
        raise InvalidAssumption(
            f"{name}={text}: nothing becomes less than nothing, or over {MOST:,} times as much"
        )
    return factor
