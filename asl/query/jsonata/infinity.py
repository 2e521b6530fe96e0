"""Results that are no finite number: AWS writes them as strings, the engine raises an error."""

from __future__ import annotations

from asl.query.jsonata.failures import Fault
from asl.query.jsonata.tokens import Token, is_operator, partners

OUT_OF_RANGE = "D1001"
_OPERATORS = ("+", "-", "*", "/")


def operands(text: str, fault: Fault, words: tuple[Token, ...]) -> tuple[str, str, str] | None:
    """Left side, operator and right side of a calculation that left the numbers, if its result is the result.

    That is so where it is the whole expression, or stands as a value in nothing but array and object
    constructors: ``[1/0]`` is ``["Infinity"]``, but ``1/0 > 5`` calculates on.
    """
    if fault.code != OUT_OF_RANGE or fault.start is None or fault.end is None or fault.position is None:
        return None
    symbol = text[fault.position - 1 : fault.position]
    if symbol not in _OPERATORS or not _is_result(words, fault.start, fault.end):
        return None
    return text[fault.start : fault.position - 1], symbol, text[fault.position : fault.end]


def _is_result(words: tuple[Token, ...], start: int, end: int) -> bool:
    first = next((i for i, word in enumerate(words) if word.start >= start), len(words))
    last = next((i for i, word in enumerate(words) if word.end >= end), len(words) - 1)
    around = [(a, b) for a, b in partners(words).items() if a < first and b > last]
    inside = (first, last)
    for opening, closing in sorted(around, reverse=True):
        if not is_operator(words, opening, "[", "{") or not _is_member(words, inside):
            return False
        inside = (opening, closing)
    return inside == (0, len(words) - 1)


def _is_member(words: tuple[Token, ...], inside: tuple[int, int]) -> bool:
    """Whether a part stands alone between the signs of an array or object constructor."""
    before, after = inside[0] - 1, inside[1] + 1
    return is_operator(words, before, "[", ",", ":") and is_operator(words, after, "]", "}", ",")
