"""What a function may ask of its arguments, and how it refuses one."""

from __future__ import annotations

import math

from asl.jsontypes import JSON, dumps, type_name

_SHOWN = 80
_LONGEST = 2**63 - 1


class Refusal(Exception):
    """A function cannot work with what it was given; the call makes an InterpreterFailure of it.

    Attributes:
        subject: What is at fault, in AWS's words: the ``arguments`` or the ``template``.
    """

    def __init__(self, message: str, subject: str = "arguments") -> None:
        super().__init__(message)
        self.subject = subject


def unexpected(value: JSON, position: int, expected: str) -> Refusal:
    """The refusal of one argument: what was expected there and what came."""
    return Refusal(f"expected {expected} as argument {position}, but it was {described(value)}")


def described(value: JSON) -> str:
    """A value as a message shows it: its type and the start of its JSON text."""
    if value is None:
        return "null"
    text = as_json(value)
    return f"the {type_name(value)} {text if len(text) <= _SHOWN else text[:_SHOWN] + '...'}"


def as_json(value: JSON) -> str:
    """The compact JSON text of a value for a message, which must not fail in its turn."""
    try:
        return dumps(value)
    except (ValueError, RecursionError):
        return f"({type_name(value)} that has no JSON text)"


def array(value: JSON, position: int) -> list[JSON]:
    """The argument as an array."""
    if type(value) is not list:
        raise unexpected(value, position, "an array")
    return value


def string(value: JSON, position: int, limit: int | None = None) -> str:
    """The argument as a string of at most so many characters."""
    if type(value) is not str:
        raise unexpected(value, position, "a string")
    if limit is not None and len(value) > limit:
        raise Refusal(f"expected at most {limit} characters as argument {position}, but it has {len(value)}")
    return value


def integer(value: JSON, position: int) -> int:
    """The argument as an integer: other numbers are rounded, half towards positive infinity.

    AWS: this is Java's Math.round, recorded for States.MathAdd; the guide promises rounding
    for ArrayPartition, ArrayRange and MathRandom as well.
    """
    if type(value) is int:
        return value
    if type(value) is not float:
        raise unexpected(value, position, "a number")
    if not math.isfinite(value):
        return 0 if math.isnan(value) else _LONGEST if value > 0 else -_LONGEST - 1
    whole = math.floor(value)
    # Not floor(value + 0.5), which rounds 0.49999999999999994 up.
    return whole + 1 if value - whole >= 0.5 else whole


def document(value: JSON, position: int) -> dict[str, JSON]:
    """The argument as an object."""
    if type(value) is not dict:
        raise unexpected(value, position, "an object")
    return value
