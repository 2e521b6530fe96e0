"""A file of the user's, in JSON or YAML: its value, and what is wrong with it at which line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from asl.diagnostics import pointer
from asl.jsontypes import JSON, InvalidJSON, loads
from asl.parser.positions import Position, Steps, duplicate_keys, json_positions, offset_position

YAML_SUFFIXES = (".yaml", ".yml")
TOLD = 10
"""So many complaints are told of one file; who has more to mend has enough with these."""


class Complaint(NamedTuple):
    """Something that is wrong in a file.

    Attributes:
        place: Where, as a path through the document.
        text: What, and what to do.
    """

    place: Steps
    text: str


class Unreadable(Exception):
    """A file that is no JSON or YAML; the text has its place."""


class Text:
    """A file's text.

    Attributes:
        name: What the file is called.
        value: What it holds.

    Raises:
        Unreadable: It is no JSON, or no YAML where its name says that it is.
    """

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Unreadable(f"{name} is not UTF-8 text: {error.reason} at byte {error.start}") from None
        self._tree: Any = None
        self._text = text
        self.value: JSON = self._yaml() if name.endswith(YAML_SUFFIXES) else self._json()

    def _yaml(self) -> JSON:
        from asl.parser.yaml import InvalidYAML, load_yaml

        try:
            self._tree = load_yaml(self._text)
        except InvalidYAML as error:
            raise self._unreadable(error.position, f"this is not YAML: {error}") from None
        return self._tree.value

    def _json(self) -> JSON:
        try:
            return loads(self._text)
        except InvalidJSON as error:
            place = offset_position(self._text, error.offset)
            raise self._unreadable(place, f"this is not JSON: {error.message}") from None

    def _unreadable(self, place: Position | None, text: str) -> Unreadable:
        return Unreadable(f"{self._at(place)}: {text}")

    def _at(self, place: Position | None) -> str:
        return ":".join([self.name, *map(str, place or ())])

    def repeated(self) -> list[Complaint]:
        """The keys that stand twice in one object."""
        found = duplicate_keys(self._text) if self._tree is None else self._tree.duplicates
        return [
            Complaint(each, f"'{each[-1]}' stands twice here; the last one would count") for each in found
        ]

    def positions(self, places: Iterable[Steps]) -> Mapping[Steps, Position]:
        """Line and column of members, from 1."""
        wanted = list(places)
        return json_positions(self._text, wanted) if self._tree is None else self._tree.positions(wanted)

    def lines(self, complaints: Iterable[Complaint]) -> str:
        """Complaints as lines: file, line, column, what, and the place as a JSON pointer."""
        different = list(dict.fromkeys(complaints))
        found = self.positions(each.place for each in different)
        told = sorted(different, key=lambda each: found.get(each.place, (0, 0)))
        lines = [
            f"{self._at(found.get(each.place))}: {each.text} at {pointer(each.place)}" for each in told[:TOLD]
        ]
        more = len(told) - TOLD
        return "\n".join(lines + ([f"... and {more} more"] if more > 0 else []))


def violations(value: JSON, schema: Mapping[str, Any]) -> Iterator[Complaint]:
    """What a JSON Schema refuses, in words for whoever wrote the value."""
    from jsonschema import Draft202012Validator  # takes a while to import

    for error in Draft202012Validator(schema).iter_errors(value):
        place: Steps = tuple(error.absolute_path)
        told = _TOLD.get(str(error.validator))
        if told is None:
            yield Complaint(place, error.message)
        else:
            yield from told(place, error)


def _unknown(place: Steps, error: Any) -> Iterator[Complaint]:
    known = list(error.schema.get("properties", ()))
    patterns = error.schema.get("patternProperties", ())
    for name in error.instance:
        if name in known or any(re.search(each, name) for each in patterns):
            continue
        numbers = ", and numbers such as 0 or 1-3" if patterns else ""
        choice = f"there can be {', '.join(known)}{numbers}"
        yield Complaint((*place, name), f"'{name}' is not known here; {choice}{maybe(name, known)}")


def _wrong_type(place: Steps, error: Any) -> Iterator[Complaint]:
    allowed = error.validator_value
    wanted = " or ".join(_ARTICLES[each] for each in ([allowed] if isinstance(allowed, str) else allowed))
    yield Complaint(place, f"this is to be {wanted}, not {_kind(error.instance)}")


def _missing(place: Steps, error: Any) -> Iterator[Complaint]:
    for name in error.validator_value:
        if name not in error.instance:
            yield Complaint(place, f"'{name}' is missing")


def _not_among(place: Steps, error: Any) -> Iterator[Complaint]:
    choice = ", ".join(map(str, error.validator_value))
    yield Complaint(
        place, f"{error.instance!r} is none of {choice}{maybe(error.instance, error.validator_value)}"
    )


def _pattern(place: Steps, error: Any) -> Iterator[Complaint]:
    wanted = error.schema.get("description", f"like {error.validator_value}")
    yield Complaint(place, f"'{error.instance}' is to be {wanted}")


def _too_small(place: Steps, error: Any) -> Iterator[Complaint]:
    yield Complaint(place, f"{error.instance} is less than {error.validator_value}")


def _too_large(place: Steps, error: Any) -> Iterator[Complaint]:
    yield Complaint(place, f"{error.instance} is more than {error.validator_value:,}")


def _too_few(place: Steps, error: Any) -> Iterator[Complaint]:
    yield Complaint(place, "this is empty")


_TOLD = {
    "additionalProperties": _unknown,
    "type": _wrong_type,
    "required": _missing,
    "enum": _not_among,
    "pattern": _pattern,
    "minimum": _too_small,
    "maximum": _too_large,
    "minItems": _too_few,
    "minLength": _too_few,
    "minProperties": _too_few,
}

_ARTICLES = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}


def _kind(value: JSON) -> str:
    if value is None:
        return "null"
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "an array"}
    return kinds.get(type(value), "an object")


def maybe(given: Any, known: Iterable[str]) -> str:
    """A question that names what may have been meant; empty where nothing is near."""
    near = get_close_matches(str(given), [str(each) for each in known], 1)
    return f" (did you mean {near[0]}?)" if near else ""
