"""The functions on numbers and the two that draw lots: MathAdd, MathRandom and UUID."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from asl.entropy import uuid4
from asl.jsontypes import JSON, encode
from asl.query.intrinsics.arguments import Refusal, described, integer, unexpected

# Limit: what States.MathAdd adds, each argument for itself (developer guide, input validation).
SMALLEST = -(2**31)
LARGEST = 2**31 - 1

_BITS = 64


def add(first: JSON, second: JSON) -> int:
    """States.MathAdd."""
    one = first if type(first) is int else integer(first, 1)
    other = second if type(second) is int else integer(second, 2)
    if not (SMALLEST <= one <= LARGEST and SMALLEST <= other <= LARGEST):
        at = 2 if SMALLEST <= one <= LARGEST else 1
        raise unexpected(first if at == 1 else second, at, f"a number from {SMALLEST} to {LARGEST}")
    return one + other


def random(draw: Callable[[int], int], start: JSON, end: JSON, *seed: JSON) -> int:
    """States.MathRandom: from the start up to, but without, the end.

    One seed gives one number, as the guide promises, but not the number that AWS's own generator
    would give for it.
    """
    low, high = integer(start, 1), integer(end, 2)
    if low >= high:
        raise Refusal(
            f"expected an end above the start, but they were {described(low)} and {described(high)}"
        )
    lot = _seeded(seed[0]) if seed else draw(_BITS)
    return low + (lot * (high - low) >> _BITS)


def uuid(draw: Callable[[int], int]) -> str:
    """States.UUID: version 4, variant of RFC 9562."""
    return uuid4(draw(128))


def _seeded(seed: JSON) -> int:
    if type(seed) not in (int, float):
        raise unexpected(seed, 3, "a number")
    return int.from_bytes(hashlib.sha256(b"States.MathRandom" + encode(seed)).digest()[: _BITS // 8])
