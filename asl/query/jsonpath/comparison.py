"""The operators of filters, by Jayway's rules of what equals what."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from typing import TypeAlias

from asl.jsontypes import JSON
from asl.query.jsonpath import grammar, javatext, permissive
from asl.query.jsonpath.effort import Effort
from asl.query.jsonpath.failures import Breakdown, PathSyntaxError, Unfit, said
from asl.query.jsonpath.matching import Pattern
from asl.query.jsonpath.steps import JSONText
from asl.query.jsonpath.strings import unescaped


class Undefined:
    """What a path that leads nowhere stands for: equal to nothing, not even to itself."""


UNDEFINED = Undefined()

Operand: TypeAlias = JSON
"""A JSON value, or one of `Undefined`, `Decimal`, `JSONText` and `Pattern`."""

_KINDS = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    Decimal: "number",
    str: "string",
    list: "json",
    dict: "json",
    JSONText: "json",
    Pattern: "pattern",
    Undefined: "undefined",
}
_SIMPLE = frozenset((str, int, bool, type(None)))
_JAVA_BLANKS = "".join(map(chr, range(33)))


def _kind(value: Operand) -> str:
    return _KINDS[type(value)]


def _parsed(value: Operand) -> JSON:
    if not isinstance(value, JSONText):
        return value
    try:
        return permissive.loads(value.text)
    except ValueError as error:
        raise Breakdown(said, str(error)) from None


def equal(left: Operand, right: Operand) -> bool:
    """``==``. An array or object written on the left equals nothing: Jayway compares its text."""
    if type(left) not in _SIMPLE and _kind(left) == _kind(right) == "json":
        return not isinstance(left, JSONText) and identical(left, _parsed(right))
    return _same(left, right)


def _same(left: Operand, right: Operand) -> bool:
    """Equality as members of arrays have it.

    A number equals any text that reads as that number; a text equals a number only if it is
    written as Java would write it.
    """
    if type(left) is type(right) and type(left) in _SIMPLE:
        return bool(left == right)
    match _kind(left), _kind(right):
        case "number", "string":
            return bool(javatext.exact(left) == javatext.decimal(right))
        case "string", "number":
            return bool(left == javatext.number_text(right))
        case "number", "number":
            return bool(javatext.exact(left) == javatext.exact(right))
        case "json", "json":
            if isinstance(left, JSONText) or isinstance(right, JSONText):
                return bool(left == right)
            return identical(left, right)
        case "undefined", _:
            return False
        case one, other:
            return one == other and bool(left == right)
    raise AssertionError


def identical(left: JSON, right: JSON) -> bool:
    """Whether two JSON values are equal in Java, where 1 and 1.0 are not."""
    todo = [(left, right)]
    while todo:
        one, other = todo.pop()
        if type(one) is not type(other):
            return False
        if isinstance(one, dict):
            if one.keys() != other.keys():
                return False
            todo += [(value, other[key]) for key, value in one.items()]
        elif isinstance(one, list):
            if len(one) != len(other):
                return False
            todo += zip(one, other, strict=True)
        elif one != other or (isinstance(one, float) and math.copysign(1, one) != math.copysign(1, other)):
            return False
    return True


def _less(left: Operand, right: Operand) -> bool:
    if type(left) is type(right) is int:
        return bool(left < right)
    kinds = _kind(left), _kind(right)
    if kinds == ("number", "number"):
        return bool(javatext.exact(left) < javatext.exact(right))
    return kinds == ("string", "string") and javatext.before(left, right)


def _at_most(left: Operand, right: Operand) -> bool:
    if type(left) is type(right) is int:
        return bool(left <= right)
    kinds = _kind(left), _kind(right)
    if kinds == ("number", "number"):
        return bool(javatext.exact(left) <= javatext.exact(right))
    return kinds == ("string", "string") and not javatext.before(right, left)


def _strictly_equal(left: Operand, right: Operand) -> bool:
    return _kind(left) == _kind(right) and equal(left, right)


def _members(value: Operand, effort: Effort) -> list[Operand] | None:
    """The members of an array as operands; None for an object."""
    if _kind(value) != "json":
        raise Unfit(said, "Expected value list node")
    array = _parsed(value)
    effort.spend(2 * len(array))
    return [_member(each) for each in array] if isinstance(array, list) else None


def _member(value: JSON) -> Operand:
    """A member of an array. Jayway reads a text there as if it stood in the filter itself."""
    if isinstance(value, list | dict):
        raise Breakdown(said, "Could not determine value type")
    if not isinstance(value, str):
        return value
    text = value.strip(_JAVA_BLANKS)
    if text[:1] in ("$", "@") and _reads(grammar.parse, text):
        return UNDEFINED
    if text[:1] + text[1:][-1:] in ("[]", "{}") and _reads(permissive.loads, text):
        return JSONText(value)
    if len(value) > 1:
        quoted = value[0] == value[-1] and value[0] in "'\""
        return _unescaped(value[1:-1] if quoted else value)
    return value


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except (PathSyntaxError, ValueError):
        return False
    return True


def _unescaped(text: str) -> str:
    try:
        return unescaped(text)
    except ValueError:
        raise Breakdown(said, "Unable to parse unicode value") from None


def _in(left: Operand, right: Operand, effort: Effort) -> bool:
    members = _members(right, effort)
    return members is not None and any(_same(left, member) for member in members)


def _contains(left: Operand, right: Operand, effort: Effort) -> bool:
    if _kind(left) == "string":
        return isinstance(right, str) and right in left
    return _kind(left) == "json" and any(_same(right, member) for member in _members(left, effort) or ())


def _all_in(left: Operand, right: Operand) -> bool:
    """``all``, which Jayway cannot evaluate with any array one can write."""
    raise Unfit(said, "Expected value list node")


def _subset(left: Operand, right: Operand, effort: Effort) -> bool:
    members = _members(right, effort)
    own = None if members is None else _members(left, effort)
    return own is not None and all(_among(each, members or [], effort) for each in own)


def _shared(left: Operand, right: Operand, effort: Effort) -> bool | None:
    """Whether two arrays have a member in common; None if one is no array."""
    members = _members(right, effort)
    own = None if members is None else _members(left, effort)
    if own is None:
        return None
    return any(_among(each, members or [], effort) for each in own)


def _among(value: Operand, members: list[Operand], effort: Effort) -> bool:
    effort.spend(2 * len(members))
    return any(_same(value, member) for member in members)


def _size(left: Operand, right: Operand) -> bool:
    if _kind(right) != "number":
        return False
    expected = Decimal(javatext.exact(right)).to_integral_value(ROUND_DOWN)
    if isinstance(left, str):
        return javatext.code_units(left) == expected
    if _kind(left) != "json":
        return False
    value = _parsed(left)
    return (len(value) if isinstance(value, list) else -1) == expected


def _empty(left: Operand, right: Operand) -> bool:
    value = _parsed(left)
    if not isinstance(value, str | list | dict):
        return False
    if isinstance(value, dict):
        raise Breakdown(said, "class java.util.LinkedHashMap cannot be cast to class java.util.Collection")
    return (not value) is _boolean(right)


def _exists(left: Operand, right: Operand) -> bool:
    if not isinstance(left, bool) and not isinstance(right, bool):
        raise Breakdown(said, "Failed to evaluate exists expression")
    return _boolean(left) is _boolean(right)


def _boolean(value: Operand) -> bool:
    if isinstance(value, bool):
        return value
    raise Unfit(said, "Expected boolean node")


def _unwritable(left: Operand, right: Operand) -> bool:
    """``type`` and ``matches``, whose right side only a Java program can make."""
    raise Unfit(said, "Expected class node")


def _matches(left: Operand, right: Operand, effort: Effort) -> bool:
    if isinstance(right, Pattern):
        left, right = right, left
    if not isinstance(left, Pattern) or isinstance(right, Pattern):
        return False
    value = _parsed(right)
    if isinstance(value, list):
        return any(_fits(left, member, effort) for member in _members(right, effort) or ())
    return _fits(left, right, effort)


def _fits(pattern: Pattern, value: Operand, effort: Effort) -> bool:
    """Whether a text is as the pattern says; what has no text counts as an empty one."""
    match _kind(value):
        case "string":
            return pattern.fits(value, effort)
        case "number":
            return pattern.fits(javatext.number_text(value), effort)
        case "boolean":
            return pattern.fits("true" if value else "false", effort)
    return pattern.fits("", effort)


OPERATORS: dict[str, Callable[[Operand, Operand], bool]] = {
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "===": _strictly_equal,
    "!==": lambda left, right: not _strictly_equal(left, right),
    "<": _less,
    "<=": _at_most,
    ">": lambda left, right: _less(right, left),
    ">=": lambda left, right: _at_most(right, left),
    "ALL": _all_in,
    "SIZE": _size,
    "EXISTS": _exists,
    "TYPE": _unwritable,
    "MATCHES": _unwritable,
    "EMPTY": _empty,
}
COSTLY_OPERATORS: dict[str, Callable[[Operand, Operand, Effort], bool]] = {
    "=~": _matches,
    "IN": _in,
    "NIN": lambda left, right, effort: not _in(left, right, effort),
    "CONTAINS": _contains,
    "SUBSETOF": _subset,
    "ANYOF": lambda left, right, effort: _shared(left, right, effort) is True,
    "NONEOF": lambda left, right, effort: _shared(left, right, effort) is False,
}
"""Those that may take long, and say how long."""
