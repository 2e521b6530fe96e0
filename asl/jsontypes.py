"""The JSON type and its text: one decoder, one encoder, one measure of size."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

import msgspec
import orjson

JSON: TypeAlias = Any
"""A JSON value: None, bool, int, float, str, list or dict with str keys.

``Any`` and not a recursive union: values come from users and are taken apart by
``isinstance``, where a union would only add casts. Values are immutable by
convention: nobody changes one in place, so they are shared, never deep-copied.
"""

MAX_DEPTH = 1000
"""How deep JSON may nest, in levels; AWS's parser (Jackson) has the same bound."""

_decode = msgspec.json.Decoder().decode


class InvalidJSON(ValueError):
    """Text that is not JSON.

    Attributes:
        message: What is wrong, in one sentence.
        offset: Where, in characters from the start of the text.
    """

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def loads(text: str | bytes) -> JSON:
    """The value that a JSON text stands for.

    Integers stay exact (up to Python's 4,300 digits), ``1.0`` stays a float, keys keep their order
    and the last of two equal keys wins. ``NaN`` and lone surrogates are refused.

    Raises:
        InvalidJSON: The text is not JSON, or nests deeper than `MAX_DEPTH`.
    """
    try:
        return _decode(text)
    except RecursionError:
        raise InvalidJSON(f"JSON nested more than {MAX_DEPTH} levels deep") from None
    except (msgspec.DecodeError, UnicodeError, ValueError) as error:
        raise _located(text, error) from None


def _located(text: str | bytes, error: Exception) -> InvalidJSON:
    """The same complaint with its place, which only the standard library's parser tells."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as located:
        return InvalidJSON(located.msg, located.pos)
    except (ValueError, RecursionError) as other:
        return InvalidJSON(str(other) or "JSON nested too deeply")
    return InvalidJSON("The text holds half a surrogate pair, or a number out of range")


def _refuse_constant(name: str) -> JSON:
    raise ValueError(f"{name} is not JSON")


def dumps(value: JSON) -> str:
    """The compact JSON text of a value, as AWS writes it: no blanks, UTF-8 unescaped."""
    return encode(value).decode()


def encode(value: JSON) -> bytes:
    """The compact JSON text of a value as UTF-8 bytes."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return _encode_slowly(value)  # orjson stops at 64-bit integers and at 254 levels


def _encode_slowly(value: JSON) -> bytes:
    """The same without orjson's bounds, and without a call per level: data may nest as deep as it likes."""
    parts: list[bytes] = []
    pending: list[tuple[bool, JSON]] = [(False, value)]  # (whether it is text already, value or text)
    while pending:
        is_text, each = pending.pop()
        if is_text:
            parts.append(each)
        elif isinstance(each, dict) and each:
            pending.append((True, b"}"))
            for key, member in reversed(each.items()):
                pending += [(False, member), (True, b"," + orjson.dumps(key) + b":")]
            pending[-1] = (True, b"{" + pending[-1][1][1:])
        elif isinstance(each, list) and each:
            pending.append((True, b"]"))
            for member in reversed(each):
                pending += [(False, member), (True, b",")]
            pending[-1] = (True, b"[")
        else:
            parts.append(str(each).encode() if type(each) is int else orjson.dumps(each))
    return b"".join(parts)


def fault(value: Any) -> str | None:
    """What is not JSON about a Python value, or None; without recursion, as values may nest deeply."""
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                if not all(isinstance(key, str) for key in each):
                    return "The keys of an object must be strings"
                below += each.values()
            elif isinstance(each, list):
                below += each
            elif each is not None and not isinstance(each, str | int | float):
                return f"A value of Python type {type(each).__name__} is not JSON"
            elif isinstance(each, float) and (each != each or each in (float("inf"), float("-inf"))):
                return "NaN and infinity are not JSON"
        if not below:
            return _unwritable(value)
        level = below
    return f"JSON nested more than {MAX_DEPTH} levels deep"


def _unwritable(value: JSON) -> str | None:
    try:
        encode(value)
    except (TypeError, ValueError) as error:  # half a surrogate pair, or an integer of thousands of digits
        return f"A value cannot be written as JSON: {error}"
    return None


def size(value: JSON) -> int:
    """How many bytes a value takes as compact JSON in UTF-8, the unit of AWS's payload quota."""
    return len(encode(value))


def type_name(value: JSON) -> str:
    """JSON's name for the type of a value: null, boolean, number, string, array or object."""
    return _TYPE_NAMES.get(type(value), "object")


_TYPE_NAMES = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
