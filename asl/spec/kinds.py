"""The kinds of values that fields take: each reads, checks and compiles one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import isfinite
from typing import Any

import msgspec

from asl.jsontypes import JSON, type_name
from asl.rules import Problem
from asl.rules import table as rules
from asl.spec.fields import Element, Expression, Kind, Reader


class Text(msgspec.Struct, frozen=True):
    """A string. With ``computed`` it may hold a JSONata expression in JSONata mode."""

    min_length: int = 0
    max_length: int | None = None
    computed: bool = False

    def read(self, value: JSON, reader: Reader) -> Any:
        if not isinstance(value, str):
            return _expected("String", value, reader)
        if len(value) < self.min_length:
            reader.problem(rules.EMPTY, "Value cannot be empty")
        if self.max_length is not None and len(value) > self.max_length:
            message = f"Value must have length less than or equal to {self.max_length}"
            reader.problem(rules.TOO_LONG, message)
        return _computed(value, reader) if self.computed else value

    def schema(self) -> dict[str, JSON]:
        schema: dict[str, JSON] = {"type": "string"}
        if self.min_length:
            schema["minLength"] = self.min_length
        if self.max_length is not None:
            schema["maxLength"] = self.max_length
        return schema


class OneOf(msgspec.Struct, frozen=True):
    """A string out of a few."""

    values: tuple[str, ...]

    def read(self, value: JSON, reader: Reader) -> Any:
        if value not in self.values or not isinstance(value, str):
            message = f"Value should be one of the following: [{', '.join(self.values)}]"
            reader.problem(rules.NOT_ONE_OF, message)
        return value

    def schema(self) -> dict[str, JSON]:
        return {"type": "string", "enum": list(self.values)}


class Flag(msgspec.Struct, frozen=True):
    """true or false."""

    def read(self, value: JSON, reader: Reader) -> Any:
        return value if isinstance(value, bool) else _expected("Boolean", value, reader)

    def schema(self) -> dict[str, JSON]:
        return {"type": "boolean"}


class Integer(msgspec.Struct, frozen=True):
    """A whole number within bounds."""

    minimum: int
    maximum: int
    computed: bool = True

    def read(self, value: JSON, reader: Reader) -> Any:
        if isinstance(value, str) and self.computed and reader.language == "JSONata":
            return _computed_number(value, "Integer", reader)
        if not isinstance(value, int) or isinstance(value, bool):
            return _expected("Integer", value, reader)
        return _bounded(value, self.minimum, self.maximum, reader)

    def schema(self) -> dict[str, JSON]:
        return _or_expression(_bounded_schema("integer", self.minimum, self.maximum), self.computed)


class Number(msgspec.Struct, frozen=True):
    """A number within bounds, with or without a fraction."""

    minimum: float
    maximum: float | None = None
    computed: bool = True

    def read(self, value: JSON, reader: Reader) -> Any:
        if isinstance(value, str) and self.computed and reader.language == "JSONata":
            return _computed_number(value, "Number", reader)
        if not isinstance(value, int | float) or isinstance(value, bool):
            return _expected("Number", value, reader)
        return _bounded(value, self.minimum, self.maximum, reader)

    def schema(self) -> dict[str, JSON]:
        return _or_expression(_bounded_schema("number", self.minimum, self.maximum), self.computed)


class Timestamp(msgspec.Struct, frozen=True):
    """An RFC 3339 instant with an upper-case T and an offset; compiled to the text as written."""

    computed: bool = False

    def read(self, value: JSON, reader: Reader) -> Any:
        if not isinstance(value, str):
            return _expected("String", value, reader)
        if self.computed and reader.language == "JSONata" and value.startswith("{%"):
            return _computed(value, reader)
        if nanoseconds(value) is None:
            reader.problem(rules.TIMESTAMP, "String does not match RFC3339 timestamp")
        return value

    def schema(self) -> dict[str, JSON]:
        return _or_expression({"type": "string", "format": "date-time"}, self.computed)


class Literal(msgspec.Struct, frozen=True):
    """Any JSON, taken as it stands."""

    def read(self, value: JSON, reader: Reader) -> Any:
        return value

    def schema(self) -> dict[str, JSON]:
        return {}


class ErrorNames(msgspec.Struct, frozen=True):
    """A list of error names, not empty; States.ALL stands alone."""

    def read(self, value: JSON, reader: Reader) -> Any:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            return _expected("Array of Strings", value, reader)
        if not value:
            reader.problem(rules.EMPTY, "Value cannot be empty")
        if "States.ALL" in value and len(value) > 1:
            reader.problem(rules.STATES_ALL, "States.ALL must appear alone and at end of list")
        return tuple(value)

    def schema(self) -> dict[str, JSON]:
        return {"type": "array", "items": {"type": "string"}, "minItems": 1}


class ListOf(msgspec.Struct, frozen=True):
    """An array of values of one kind."""

    item: Kind
    min_items: int = 0

    def read(self, value: JSON, reader: Reader) -> Any:
        if not isinstance(value, list):
            return _expected("Array", value, reader)
        if len(value) < self.min_items:
            reader.problem(rules.EMPTY, "Value cannot be empty")
        items = []
        for index, each in enumerate(value):
            with reader.at(index):
                items.append(self.item.read(each, reader))
        return items

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "array", "items": self.item.schema()}
        return {**schema, "minItems": self.min_items} if self.min_items else schema


class ObjectOf(msgspec.Struct, frozen=True):
    """An object that another element declares; named by a function, so that elements may nest."""

    element: Callable[[], Element]

    def read(self, value: JSON, reader: Reader) -> Any:
        return reader.object(self.element(), value)

    def schema(self) -> dict[str, Any]:
        return {"$ref": self.element()}


class Path(msgspec.Struct, frozen=True):
    """A JSONPath that reads a value: from the input, ``$$`` the context object, or a variable."""

    nullable: bool = False
    intrinsics: bool = False
    of_choice_rule: bool = False

    def read(self, value: JSON, reader: Reader) -> Any:
        if value is None and self.nullable:
            return None
        if not isinstance(value, str):
            return _expected("String", value, reader)
        try:
            if self.intrinsics:
                return reader.query.path_or_intrinsic(value, reader.field)
            return reader.query.variable(value) if self.of_choice_rule else reader.query.path(value)
        except ValueError as error:
            _bad_path(reader, error)
            return None

    def schema(self) -> dict[str, JSON]:
        beginning = r"^(\$|States\.)" if self.intrinsics else r"^\$"
        return {"type": ["string", "null"] if self.nullable else "string", "pattern": beginning}


class ReferencePath(msgspec.Struct, frozen=True):
    """A place in a document to write a value to; null throws the value away."""

    def read(self, value: JSON, reader: Reader) -> Any:
        if value is None:
            return None
        if not isinstance(value, str):
            return _expected("String", value, reader)
        try:
            return reader.query.reference(value)
        except ValueError as error:
            reader.problem(rules.REFERENCE_PATH, "Value is not a Reference Path", str(error))
            return None

    def schema(self) -> dict[str, JSON]:
        return {"type": ["string", "null"], "pattern": r"^\$"}


class Template(msgspec.Struct, frozen=True):
    """A payload template: JSON whose keys ending in ``.$`` are computed."""

    object_only: bool = False

    def read(self, value: JSON, reader: Reader) -> Any:
        if self.object_only and not isinstance(value, dict):
            return _expected("Object", value, reader)
        try:
            return reader.query.template(value, reader.field, reader.members)
        except TemplateErrors as errors:
            for problem in errors.problems:
                reader.report(problem)
            return None

    def schema(self) -> dict[str, JSON]:
        return {"type": "object"} if self.object_only else {}


class TemplateErrors(ValueError):
    """Everything that is wrong with one payload template.

    Attributes:
        problems: The rules that it breaks.
    """

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


# ------------------------------------------------------------------ shared by the kinds


def _expected(what: str, value: JSON, reader: Reader) -> None:
    reader.problem(rules.WRONG_TYPE, f"Expected value of type {what}", f"found {type_name(value)}")


def _bounded(value: Any, minimum: Any, maximum: Any, reader: Reader) -> Any:
    if value < minimum:
        reader.problem(rules.OUT_OF_RANGE, f"Value must be greater than or equal to {minimum}")
    if maximum is not None and value > maximum:
        reader.problem(rules.OUT_OF_RANGE, f"Value must be less than or equal to {maximum}")
    return value


_EXPRESSION: dict[str, JSON] = {"type": "string", "pattern": r"^\{%[\s\S]*%\}$"}


def _or_expression(schema: dict[str, JSON], computed: bool) -> dict[str, JSON]:
    """The schema of a value, or of what gives one in JSONata mode; editors take their words of the first."""
    return {"anyOf": [schema, _EXPRESSION]} if computed else schema


def _bounded_schema(type: str, minimum: float, maximum: float | None) -> dict[str, JSON]:
    schema: dict[str, JSON] = {"type": type}
    if isfinite(minimum):
        schema["minimum"] = minimum
    return schema if maximum is None else {**schema, "maximum": maximum}


def _bad_path(reader: Reader, error: ValueError) -> None:
    reader.problem(rules.PATH, "Value is not a valid JSONPath", str(error))


def _computed(value: str, reader: Reader) -> str | Expression:
    """The string, or in JSONata mode the expression it holds."""
    try:
        return reader.query.scalar(value, reader.field, reader.members) or value
    except TemplateErrors as errors:
        for problem in errors.problems:
            reader.report(problem)
        return value


def _computed_number(value: str, what: str, reader: Reader) -> Any:
    """The expression that a string holds; one that holds none is no number."""
    before = len(reader.diagnostics)
    read = _computed(value, reader)
    if isinstance(read, Expression) or len(reader.diagnostics) > before:
        return read
    return _expected(what, value, reader)


def nanoseconds(text: str) -> int | None:
    """Nanoseconds since the Unix epoch of an RFC 3339 timestamp, or None if it is not one.

    AWS asks for the upper-case T and for Z or an offset, takes nanoseconds, and refuses a blank
    for the T, a missing offset and impossible dates (17 recorded rows, Dec 2024).
    """
    if len(text) < 20 or text[10] != "T" or text[4] != "-" or text[7] != "-" or not text.isascii():
        return None
    end = -1 if text[-1] == "Z" else -6
    clock, zone = text[11:end], text[end:]
    whole, dot, fraction = clock.partition(".")
    if len(whole) != 8 or whole[2] != ":" or whole[5] != ":":
        return None
    if dot and not (fraction.isdigit() and len(fraction) <= 9):
        return None
    if zone != "Z" and (zone[0] not in "+-" or zone[3] != ":"):
        return None
    try:
        moment = datetime.fromisoformat(f"{text[:10]}T{whole}{'+00:00' if zone == 'Z' else zone}")
    except ValueError:
        return None
    return round(moment.timestamp()) * 1_000_000_000 + int((fraction or "0").ljust(9, "0"))
