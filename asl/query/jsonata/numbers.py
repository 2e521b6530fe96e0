"""Numbers as JavaScript has them, in which AWS computes JSONata: all of them doubles."""

from __future__ import annotations

from math import isnan

from asl.jsontypes import JSON

EXACT = 2**53
"""Up to here every integer is a double."""
_WRITTEN_OUT = 1e21
"""JavaScript writes whole numbers below this without an exponent."""


def javascript(number: float) -> JSON:
    """A number as it leaves a JSONata expression.

    Whole numbers are integers (``1.0`` is 1), large integers are rounded to a double, and what JSON
    cannot write is a string: AWS, measured: ``1/0`` gives ``"Infinity"``, ``0/0`` gives ``"NaN"``.
    """
    if isinstance(number, int):
        if -EXACT <= number <= EXACT:
            return number
        try:
            number = float(number)
        except OverflowError:
            return "Infinity" if number > 0 else "-Infinity"
    if isnan(number):
        return "NaN"
    if number in (float("inf"), float("-inf")):
        return "Infinity" if number > 0 else "-Infinity"
    if number.is_integer() and abs(number) < _WRITTEN_OUT:
        return int(number)
    return number


def passes_unchanged(value: JSON) -> bool:
    """Whether every number in a value comes out of an expression as it is; a loop, so depth is free."""
    pending = [value]
    while pending:
        each = pending.pop()
        kind = type(each)
        if kind is dict:
            pending += each.values()
        elif kind is list:
            pending += each
        elif kind is float:
            if each.is_integer() or isinstance(javascript(each), str):
                return False
        elif kind is int and not -EXACT <= each <= EXACT:
            return False
    return True


def calculated(left: float, operator: str, right: float) -> JSON:
    """The result of a calculation whose result is no finite number."""
    a, b = float(left), float(right)
    if operator == "/":
        return javascript(_quotient(a, b))
    if operator == "*":
        return javascript(a * b)
    return javascript(a - b if operator == "-" else a + b)


def _quotient(a: float, b: float) -> float:
    if b:
        return a / b
    return a * float("inf") if a else float("nan")
