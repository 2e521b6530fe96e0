"""Results that are no finite number: AWS writes them as strings, the engine raises an error or gives null."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asl.jsontypes import JSON, dumps
from asl.query.jsonata.failures import Fault
from asl.query.jsonata.functions import CALCULATION
from asl.query.jsonata.tokens import Token, is_operator, partners, tokens

OUT_OF_RANGE = "D1001"
MAX_CALCULATIONS = 16
"""Limit, ours: how many calculations of one expression may leave the numbers; each costs a run of it."""
MAX_NULLS = 1_000
"""Limit, ours: how many nulls of one result are asked whether they are NaN."""
_OPERATORS = ("+", "-", "*", "/")

Place = tuple[str | int, ...]
"""The keys and indexes that lead to a part of a value."""


def rewritten(text: str, fault: Fault) -> str | None:
    """The expression with the calculation that left the numbers made a call of ours, which gives its text.

    Only a calculation whose result is the result, or a part of it: the whole expression, or what stands as
    a value in array and object constructors, last in a block or in the branches of a condition. ``[1/0]`` is
    ``["Infinity"]``, but ``1/0 > 5`` calculates on, which the reference refuses.

    Returns:
        The new text, or None where the fault is another one.
    """
    if fault.code != OUT_OF_RANGE or fault.start is None or fault.end is None or fault.position is None:
        return None
    sign = text[fault.position - 1 : fault.position]
    if sign not in _OPERATORS or not _is_result(tokens(text), fault.start, fault.end):
        return None
    left, right = text[fault.start : fault.position - 1], text[fault.position : fault.end]
    return f'{text[: fault.start]}${CALCULATION}({left},"{sign}",{right}){text[fault.end :]}'


def _is_result(words: tuple[Token, ...], start: int, end: int) -> bool:
    first = next((i for i, word in enumerate(words) if word.start >= start), len(words))
    last = next((i for i, word in enumerate(words) if word.end >= end), len(words) - 1)
    around = [(a, b) for a, b in partners(words).items() if a < first and b > last]
    for opening, closing in (*sorted(around, reverse=True), (-1, len(words))):
        if not _stands_alone(words, (first, last), opening, closing):
            return False
        first, last = opening, closing
    return True


def _stands_alone(words: tuple[Token, ...], part: tuple[int, int], opening: int, closing: int) -> bool:
    """Whether a part is a whole value between two brackets: nothing is done with it there."""
    before, after = part[0] - 1, part[1] + 1
    listed = is_operator(words, opening, "[", "{")
    if is_operator(words, before, "?"):
        return after == closing or is_operator(words, after, ":", ";" if not listed else ",")
    if not (after == closing or (listed and is_operator(words, after, ","))):
        return False
    if before == opening:
        return not is_operator(words, opening, "{")  # there stands a key, or the body of a function
    return is_operator(words, before, ":", "," if listed else ";")


def nulls(value: JSON) -> list[Place]:
    """Where a value holds null inside; empty where that is too often to ask."""
    return found if len(found := list(_nulls(value))) <= MAX_NULLS else []


def _nulls(value: JSON) -> Iterator[Place]:
    pending: list[tuple[Place, JSON]] = [((), value)]
    while pending:
        place, each = pending.pop()
        if each is None:
            yield place
        elif isinstance(each, dict | list):
            members = each.items() if isinstance(each, dict) else enumerate(each)
            pending += [((*place, key), member) for key, member in members]


def question(text: str, places: list[Place]) -> str:
    """The expression that tells for each place in the result of another whether NaN is there.

    The engine writes NaN as null; only inside it does NaN differ from itself.
    """
    asked = ",".join(f"$n({_at(place)})" for place in places)
    return f"($r:={text};$n:=function($x){{$x!=$x}};[{asked}])"


def _at(place: Place) -> str:
    found = "$r"
    for key in place:
        found = f"{found}[{key}]" if isinstance(key, int) else f"$lookup({found},{dumps(key)})"
    return found


def with_texts(value: JSON, places: list[Place]) -> JSON:
    """The value with ``"NaN"`` at the places, copied as far as they lie in it."""
    copies: dict[Place, Any] = {(): value.copy()}
    for place in places:
        holder = copies[()]
        for depth, key in enumerate(place[:-1], 1):
            if place[:depth] not in copies:
                holder[key] = copies[place[:depth]] = holder[key].copy()
            holder = copies[place[:depth]]
        holder[place[-1]] = "NaN"
    return copies[()]
