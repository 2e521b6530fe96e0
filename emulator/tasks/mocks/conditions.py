"""Conditions that users write: a JSONPath predicate ``@.a.b > 1``, or a JSONata expression ``{% ... %}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from asl.jsontypes import JSON
from asl.query.jsonata import ExpressionFailure, JSONataSyntaxError, JSONataUnavailable, compile_expression
from asl.query.jsonpath import PathNotFound, PathSyntaxError, PathTooCostly, compile_path

Condition: TypeAlias = Callable[[Mapping[str, JSON]], bool]
"""Says whether values, by name, meet a condition.

Raises `ConditionFailed`.
"""


class BadCondition(ValueError):
    """A text that is no condition."""


class ConditionFailed(Exception):
    """A condition that cannot be told of these values."""


def condition(text: str, names: frozenset[str]) -> Condition:
    """The condition that a text stands for.

    In JSONPath, ``@`` is the object of the values; a predicate whose path leads nowhere is not met. In
    JSONata they are the members of ``$states``, and the result has to be true or false.

    Args:
        text: The condition.
        names: The values that there will be.

    Raises:
        BadCondition: It is none, or needs what is not installed.
    """
    stripped = text.strip()
    if stripped.startswith("{%") and stripped.endswith("%}"):
        return _jsonata(stripped, names)
    return _jsonpath(stripped)


def _jsonpath(text: str) -> Condition:
    if not text.startswith(("@", "!", "(")):
        raise BadCondition(
            f"a condition is a JSONPath predicate that begins with @, such as @.input.amount > 100, or "
            f"JSONata within {{% %}}; this is neither: {text}"
        )
    try:
        path = compile_path(f"$[?({text})]")
    except PathSyntaxError as error:
        raise BadCondition(f"{text} is no JSONPath predicate: {error.message}") from None

    def holds(values: Mapping[str, JSON]) -> bool:
        try:
            return bool(path.read([dict(values)]))
        except PathNotFound:
            return False
        except PathTooCostly as error:
            raise ConditionFailed(str(error)) from None

    return holds


def _jsonata(text: str, names: frozenset[str]) -> Condition:
    try:
        expression = compile_expression(text[2:-2], available=names)
    except JSONataSyntaxError as error:
        raise BadCondition(f"{text} is no JSONata: {error}") from None
    except JSONataUnavailable as error:
        raise BadCondition(str(error)) from None

    def holds(values: Mapping[str, JSON]) -> bool:
        try:
            found = expression.evaluate(values, _Nowhere())
        except ExpressionFailure as error:
            raise ConditionFailed(f"{text} has no value: {error}") from None
        if not isinstance(found, bool):
            raise ConditionFailed(f"{text} is {found!r}, neither true nor false")
        return found

    return holds


class _Nowhere:
    """The surroundings of a condition: no variables, no chance, and time stands still."""

    now = 0

    def variable(self, name: str) -> JSON:
        raise KeyError(name)

    def draw(self, bits: int) -> int:
        return 0
