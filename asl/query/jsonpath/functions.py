"""The functions of paths: ``.length()``, ``.sum()``, ``.concat("a", $.b)`` and the rest."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TypeAlias

from asl.jsontypes import JSON
from asl.query.jsonpath.effort import Effort
from asl.query.jsonpath.failures import Breakdown, OutOfBounds, said
from asl.query.jsonpath.javatext import KeySet, plain, value_text

Call: TypeAlias = Callable[[JSON, list[JSON], Effort], JSON]
"""Takes the value it is called on, the values of its arguments, and what it may do."""

_CHARACTERS = 4
"""How many characters of a text take a step to write."""
_EMPTY = "Aggregation function attempted to calculate value using empty array"
_BOUNDS = "Index {} out of bounds for length {}"


def _number(value: JSON) -> bool:
    return type(value) is int or type(value) is float


def _double(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _aggregate(combine: Callable[[list[float]], float]) -> Call:
    """A function of all numbers in an array and in the arguments; anything else is passed over."""

    def call(value: JSON, arguments: list[JSON], effort: Effort) -> JSON:
        own = value if type(value) is list else []
        given = (each for argument in arguments for each in _spread(argument))
        numbers = [_double(each) for each in (*own, *given) if _number(each)]
        if not numbers:
            raise Breakdown(said, _EMPTY)
        result = combine(numbers)
        if not math.isfinite(result):
            raise Breakdown(said, f"The result is {result}, which JSON has no number for")
        return result

    return call


def _spread(argument: JSON) -> Iterable[JSON]:
    return argument if type(argument) is list else (argument,)


def _maximum(numbers: list[float]) -> float:
    # Jayway begins with Java's Double.MIN_VALUE, the smallest number above zero.
    return max(5e-324, *numbers)


def _sum(numbers: list[float]) -> float:
    total = 0.0
    for number in numbers:  # one by one, as Java does: later Pythons' sum() rounds less
        total += number
    return total


def _average(numbers: list[float]) -> float:
    return _sum(numbers) / len(numbers)


def _deviation(numbers: list[float]) -> float:
    count = len(numbers)
    total = _sum(numbers)
    variance = _sum([number * number for number in numbers]) / count - total * total / count / count
    return math.sqrt(variance) if variance >= 0 else math.nan


def length(value: JSON, arguments: list[JSON], effort: Effort) -> JSON:
    """How many members or properties a value has, or an argument that is an array."""
    for argument in arguments[:1]:
        if type(argument) is list:
            return len(argument)
    return len(value) if type(value) is list or type(value) is dict else None


def _keys(value: JSON, arguments: list[JSON], effort: Effort) -> JSON:
    return KeySet(value) if type(value) is dict else None


def _concat(value: JSON, arguments: list[JSON], effort: Effort) -> JSON:
    texts: list[str] = []
    for each in value if type(value) is list else ():
        if isinstance(each, str):
            effort.spend(len(each) // _CHARACTERS)
            texts.append(each)
    for each in (each for argument in arguments for each in _spread(argument)):
        if each is not None:
            texts.append(value_text(each))
            effort.spend(len(texts[-1]) // _CHARACTERS)
    return "".join(texts)


def _append(value: JSON, arguments: list[JSON], effort: Effort) -> JSON:
    return [*value, *map(plain, arguments)] if type(value) is list else value


def _item(value: JSON, index: int) -> JSON:
    if type(value) is not list:
        raise Breakdown(said, _EMPTY)
    count = len(value)
    if index >= count:
        raise OutOfBounds(said, _BOUNDS.format(index, count))
    # Jayway cannot reach the first member from the end, so `[1].last()` fails.
    if index < 0 and index + count <= 0:
        raise Breakdown(said, f"Target index:{index} larger than object count:{count}")
    return value[index]


def _index(value: JSON, arguments: list[JSON], effort: Effort) -> JSON:
    if type(value) is not list:
        raise Breakdown(said, _EMPTY)
    numbers = [each for argument in arguments for each in _spread(argument) if _number(each)]
    if not numbers:
        raise OutOfBounds(said, _BOUNDS.format(0, 0))
    return _item(value, int(numbers[0]))


FUNCTIONS: dict[str, Call] = {
    "append": _append,
    "avg": _aggregate(_average),
    "concat": _concat,
    "first": lambda value, arguments, effort: _item(value, 0),
    "index": _index,
    "keys": _keys,
    "last": lambda value, arguments, effort: _item(value, -1),
    "length": length,
    "max": _aggregate(_maximum),
    "min": _aggregate(min),
    "size": length,
    "stddev": _aggregate(_deviation),
    "sum": _aggregate(_sum),
}
