"""The functions that AWS adds to JSONata."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from asl.entropy import uuid4
from asl.jsontypes import JSON, InvalidJSON, loads
from asl.query.jsonata.failures import MEMORY_CODE, Fault
from asl.query.jsonata.numbers import calculated

Draw = Callable[[int], int]

LONGEST_RANGE = 360_145
"""Limit: measured on AWS, ``$range(1,360145,1)`` is made and one more is refused."""
_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_NULL = float("nan")
"""What the engine takes for null; None it takes for undefined."""


def partition(array: list[JSON] | None, size: float | None) -> JSON:
    """The array in parts of a size. AWS, measured: 2.9 is 2; an empty array and size 0 give undefined."""
    count = 0 if size is None else int(size)
    if not array or count <= 0:
        return None
    return [array[start : start + count] for start in range(0, len(array), count)]


def number_range(first: float | None, last: float | None, step: float | None) -> JSON:
    """The numbers from first to last. AWS, measured: one number is no array, no way there is undefined."""
    if first is None or last is None or step is None or not int(step):
        return None
    start, stride = int(first), int(step)
    count = (int(last) - start) // stride + 1  # not len(range()), which refuses what has no machine word
    if count > LONGEST_RANGE:
        raise Fault(MEMORY_CODE, "a range would be too long")
    if count <= 1:
        return start if count == 1 else None
    return [start + stride * index for index in range(count)]


def text_hash(text: str | None, algorithm: str | None) -> JSON:
    """The hash of a text in hexadecimal. AWS, measured: no algorithm gives undefined."""
    if text is None or algorithm is None:
        return None
    name = _ALGORITHMS.get(algorithm)
    if name is None:
        raise Fault("T0410", 'Argument 2 of function "hash" does not match function signature')
    return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def parse(text: str | None) -> JSON:
    """The value of a JSON text."""
    if text is None:
        return None
    try:
        value = loads(text)
    except InvalidJSON as error:
        raise Fault("D3120", f'Syntax error in expression passed to function parse: "{error}"') from None
    return _NULL if value is None else value


def calculation(left: float | None, sign: str, right: float | None) -> JSON:
    """The result of a calculation, as text where it is no finite number."""
    return None if left is None or right is None else calculated(left, sign, right)


def random(draw: Draw) -> Callable[..., JSON]:
    """``$random`` over a source of bits; with a seed it is Java's java.util.Random, as measured on AWS."""

    def drawn(seed: JSON = None, *more: JSON) -> JSON:
        if more or not (seed is None or (isinstance(seed, int | float) and not isinstance(seed, bool))):
            number = 2 if more else 1
            raise Fault("T0410", f'Argument {number} of function "random" does not match function signature')
        if seed is None:
            return draw(53) / 2**53
        return java_random(int(seed))

    return drawn


def uuid(draw: Draw) -> Callable[..., JSON]:
    """``$uuid`` over a source of bits."""

    def drawn(*more: JSON) -> JSON:
        if more:
            raise Fault("T0410", 'Argument 1 of function "uuid" does not match function signature')
        return uuid4(draw(128))

    return drawn


def java_random(seed: int) -> float:
    """The first ``nextDouble()`` of ``java.util.Random(seed)``, as the Java API specifies it."""
    multiplier, mask = 0x5DEECE66D, (1 << 48) - 1
    state = (seed ^ multiplier) & mask
    state = (state * multiplier + 0xB) & mask
    high = state >> 22
    state = (state * multiplier + 0xB) & mask
    return ((high << 27) + (state >> 21)) / 2**53


class HostFunction(NamedTuple):
    """A function of ours that the engine calls.

    Attributes:
        call: Gets None for undefined; gives None for undefined.
        signature: In JSONata's notation; the engine checks arguments against it.
    """

    call: Callable[..., Any]
    signature: str


PURE: dict[str, HostFunction] = {
    "hash": HostFunction(text_hash, "<ss?:s>"),
    "parse": HostFunction(parse, "<s:x>"),
    "partition": HostFunction(partition, "<an?:a>"),
    "range": HostFunction(number_range, "<n?n?n?:x>"),
}
DRAWING: dict[str, Callable[[Draw], Callable[..., JSON]]] = {"random": random, "uuid": uuid}
REMOVED = "eval"
"""JSONata's function that AWS has not: a call is refused, and as a value it is undefined."""
CALCULATION = "__calculation"
"""A function for our own use: a calculation whose result may leave the numbers, see `infinity`."""
ADDED = frozenset({*PURE, *DRAWING, REMOVED})
