"""Botocore's shapes: a value held to one, with AWS's texts for what breaks it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias

from emulator import constraints
from emulator.errors import SerializationException, ValidationException

Shape: TypeAlias = Any
"""One of botocore's shapes, which have no types of their own."""
Written: TypeAlias = Callable[[str], str]
"""How a member's name is written in complaints."""


def checked(shape: Shape, value: dict[str, Any], written: Written = str) -> dict[str, Any]:
    """A structure's members that its shape knows; others are dropped, as AWS does.

    Args:
        shape: The structure's shape.
        value: What was sent. Blobs are Base64, and decoded.
        written: How members are called in complaints; as in the model by default.

    Raises:
        SerializationException: A member is of another type.
        ValidationException: It breaks a constraint; all that it breaks are told.
    """
    known: dict[str, Any] = _typed(shape, value)
    broken = list(_broken(shape, known, "", written))
    if broken:
        raise ValidationException(constraints.detected(broken))
    return known


# ------------------------------------------------------------------ types

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "blob": (str,),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}
_FOUND = {bool: "TRUE_VALUE", int: "NUMBER_VALUE", float: "DECIMAL_VALUE", str: "STRING_VALUE"}


def _typed(shape: Shape, given: object) -> Any:
    """The value with unknown and null members left out."""
    kind = shape.type_name
    if not isinstance(given, _TYPES[kind]) or (isinstance(given, bool) and kind != "boolean"):
        raise SerializationException(_unexpected(given, kind))
    value: Any = given
    if kind == "structure":
        known = {name: value[name] for name in shape.members if value.get(name) is not None}
        return {name: _typed(shape.members[name], each) for name, each in known.items()}
    if kind == "list":
        return [_typed(shape.member, each) for each in value]
    if kind == "map":
        return {name: _typed(shape.value, each) for name, each in value.items()}
    return _decoded(value) if kind == "blob" else value


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SerializationException("A blob member is not Base64") from None


def _unexpected(value: Any, kind: str) -> str:
    """From memory of AWS's JSON protocol; no recording shows it for this service."""
    if isinstance(value, dict):
        return "Start of structure or map found where not expected."
    if isinstance(value, list):
        return (
            f"Unexpected list element: expected {kind}"
            if kind == "list"
            else "Start of list found where not expected"
        )
    name = {"list": "list", "structure": "structure", "map": "map"}.get(kind, kind.capitalize())
    return f"{_FOUND.get(type(value), 'NULL_VALUE')} cannot be converted to {name}"


# ------------------------------------------------------------------ constraints


def _broken(shape: Shape, value: Any, place: str, written: Written) -> Iterator[str]:
    """What a value breaks, in AWS's words."""
    kind = shape.type_name
    if kind == "structure":
        for name in shape.required_members:
            if name not in value:
                yield constraints.absent(_inside(place, written(name)))
        for name, each in value.items():
            yield from _broken(shape.members[name], each, _inside(place, written(name)), written)
        return
    if kind == "list":
        for index, each in enumerate(value):
            yield from _broken(shape.member, each, f"{place}.{index + 1}.member", written)
    yield from _bounds(shape, value, place)


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _bounds(shape: Shape, value: Any, place: str) -> Iterator[str]:
    limits = shape.metadata
    sized = not isinstance(value, int | float)
    measure = len(value) if sized else value
    what = "length" if sized else "value"
    if "min" in limits and measure < limits["min"]:
        yield _told(shape, value, place, constraints.least(what, limits["min"]))
    if "max" in limits and measure > limits["max"]:
        yield _told(shape, value, place, constraints.most(what, limits["max"]))
    if "enum" in limits and value not in limits["enum"]:
        yield _told(shape, value, place, constraints.one_of(_enum(shape)))
    if "pattern" in limits and not _pattern(limits["pattern"]).fullmatch(value):
        yield _told(shape, value, place, constraints.like(limits["pattern"]))


def _told(shape: Shape, value: Any, place: str, constraint: str) -> str:
    return constraints.broken(_shown(shape, value), place, constraint)


def _shown(shape: Shape, value: Any) -> str:
    """A value as Java prints it: lists and structures member by member (recorded for a routing)."""
    if shape.metadata.get("sensitive"):
        return "***Sensitive Data Redacted***"
    if shape.type_name == "list":
        return "[" + ", ".join(_shown(shape.member, each) for each in value) + "]"
    if shape.type_name == "structure":
        members = (
            f"{name}={_shown(member, value[name]) if name in value else 'null'}"
            for name, member in shape.members.items()
        )
        return f"{shape.name}({', '.join(members)})"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


_ENUM_ORDER = {
    # AWS lists the values in the order of a Java hash set, which the model does not have (recorded).
    "ExecutionStatus": ("SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"),
}


def _enum(shape: Shape) -> tuple[str, ...]:
    return _ENUM_ORDER.get(shape.name) or tuple(shape.metadata["enum"])


@cache
def _pattern(text: str) -> re.Pattern[str]:
    for java, python in _CLASSES.items():
        text = text.replace(java, python)
    return re.compile(text)


_CLASSES = {r"\p{ASCII}": r"[\x00-\x7f]", r"\p{L}": r"\w", r"\p{N}": r"\d", r"\p{Z}": r"\s"}
"""Java's classes of characters, and what stands for them here; those of Unicode are a little wider."""
