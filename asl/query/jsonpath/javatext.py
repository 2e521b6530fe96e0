"""How Java, which AWS runs, writes numbers and values; it shows in messages and comparisons."""

from __future__ import annotations

import re
from decimal import Decimal

from asl.jsontypes import JSON

_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,9})?")
_ESCAPED = re.compile('["\\\\/\x00-\x1f\x7f-\x9f\u2000-\u20ff]')
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "/": "\\/",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}


class KeySet(list[str]):
    """What ``.keys()`` gives: to Jayway a set, neither array nor object; to the outside an array."""


def plain(value: JSON) -> JSON:
    """A result as JSON."""
    return list(value) if type(value) is KeySet else value


def decimal(text: str) -> Decimal | None:
    """The number Java's ``BigDecimal`` reads in a text; None if it reads none."""
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def literal(text: str) -> int | Decimal | None:
    """The number a text in a filter is; None if it is none."""
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() and len(digits) < 1000 else decimal(text)


def exact(number: int | float | Decimal) -> int | Decimal:
    """A number as Java compares it: by its decimal digits, not by its bits."""
    return Decimal(repr(number)) if isinstance(number, float) else number


def number_text(number: int | float | Decimal) -> str:
    """A number as text, after its way through Java's ``BigDecimal``."""
    if isinstance(number, int):
        return integer_text(number)
    digits = Decimal(float_text(number)) if isinstance(number, float) else number
    return str(digits or abs(digits))  # BigDecimal has no -0


def integer_text(number: int) -> str:
    """An integer of any length: ``str`` refuses those of more than 4,300 digits."""
    return str(number) if number.bit_length() < 10_000 else str(Decimal(number))


def float_text(number: float) -> str:
    """A number as Java's ``Double.toString`` writes it."""
    sign, digits, exponent = Decimal(repr(number)).as_tuple()
    if not isinstance(exponent, int):
        return "NaN" if number != number else f"{'-' * sign}Infinity"
    if not number or 1e-3 <= abs(number) < 1e7:
        return f"{Decimal(repr(number)):f}" if number else f"{'-' * sign}0.0"
    power = exponent + len(digits) - 1
    if len(digits) == 1:  # Java always writes two: 4.9E-324
        return f"{number:.1e}".partition("e")[0] + f"E{power}"
    text = "".join(map(str, digits)).rstrip("0")
    return f"{'-' * sign}{text[0]}.{text[1:] or '0'}E{power}"


def class_name(value: JSON) -> str:
    """The Java class a JSON value is read as."""
    if type(value) is int:
        bits = value.bit_length()
        return "java.lang.Integer" if bits < 32 else "java.lang.Long" if bits < 64 else "java.math.BigInteger"
    return _CLASSES[type(value)]


_CLASSES = {
    type(None): "null",
    bool: "java.lang.Boolean",
    float: "java.lang.Double",
    str: "java.lang.String",
    list: "net.minidev.json.JSONArray",
    dict: "java.util.LinkedHashMap",
    KeySet: "java.util.LinkedHashMap$LinkedKeySet",
}


def value_text(value: JSON) -> str:
    """A value as Java's ``toString`` writes it: ``{a=b}`` for an object, but JSON within an array."""
    out: list[str] = []
    # A list of what is still to be written, not a recursion: values nest deeper than Python's stack.
    # An entry is a text as it stands, or a value and whether it is written as JSON.
    todo: list[str | tuple[JSON, bool]] = [(value, False)]
    while todo:
        entry = todo.pop()
        if isinstance(entry, str):
            out.append(entry)
            continue
        each, as_json = entry
        if isinstance(each, dict):
            todo += _reversed_object(each, as_json)
        elif isinstance(each, list):
            todo += _reversed_array(each)
        else:
            out.append(_scalar_text(each, as_json))
    return "".join(out)


def _reversed_object(value: dict[str, JSON], as_json: bool) -> list[str | tuple[JSON, bool]]:
    parts: list[str | tuple[JSON, bool]] = ["{"]
    comma, colon = (",", ":") if as_json else (", ", "=")
    for at, (key, each) in enumerate(value.items()):
        parts += [comma * (at > 0) + _scalar_text(key, as_json) + colon, (each, as_json)]
    return [*parts, "}"][::-1]


def _reversed_array(value: list[JSON]) -> list[str | tuple[JSON, bool]]:
    is_set = isinstance(value, KeySet)
    parts: list[str | tuple[JSON, bool]] = ["["]
    for at, each in enumerate(value):
        parts += [(", " if is_set else ",") * (at > 0), (each, not is_set)]
    return [*parts, "]"][::-1]


def _scalar_text(value: JSON, as_json: bool) -> str:
    if isinstance(value, str):
        return f'"{_ESCAPED.sub(_escape, value)}"' if as_json else value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return float_text(value) if isinstance(value, float) else integer_text(value)


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    return _ESCAPES.get(char) or f"\\u{ord(char):04X}"


def code_units(text: str) -> int:
    """The length of a text in Java, which counts 16-bit units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def before(left: str, right: str) -> bool:
    """Whether a text sorts before another in Java, which compares 16-bit units."""
    if left.isascii() or right.isascii():
        return left < right
    return left.encode("utf-16-be", "surrogatepass") < right.encode("utf-16-be", "surrogatepass")
