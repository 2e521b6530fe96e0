"""A definition as it was given: its value, and where each part of it stands in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeAlias

import msgspec

from asl.diagnostics import Diagnostic
from asl.jsontypes import JSON, InvalidJSON, fault, loads, size
from asl.parser.jackson import jackson_complaint
from asl.parser.positions import Position, Steps, duplicate_keys, json_positions, offset_position
from asl.rules import Problem
from asl.rules import table as rules
from asl.spec.quotas import DEFINITION_BYTES

Locate: TypeAlias = Callable[[Iterable[Steps]], dict[Steps, Position]]


_YAML_ADVICE = "a definition in YAML is a mapping with keys and values that JSON knows, indented by blanks"


class Document:
    """A definition's value, and where its parts stand.

    Attributes:
        value: The definition as JSON, or None where it could not be read.
        problems: Why it could not be read.
        duplicates: Paths of keys that stand twice in one object; the last one counts.
    """

    def __init__(self, value: JSON, locate: Locate | None = None) -> None:
        self.value = value
        self.problems: list[Diagnostic] = []
        self.duplicates: list[Steps] = []
        self._locate = locate

    def positions(self, paths: Iterable[Steps]) -> dict[Steps, Position]:
        """Line and column, from 1, of the members at paths; empty where no text is known."""
        return self._locate(paths) if self._locate is not None else {}


def read_document(source: str | bytes | JSON, *, yaml: bool = False) -> Document:
    """The document of a definition given as JSON text, YAML text or a value.

    Args:
        source: JSON text, or with ``yaml`` YAML text, or the definition as Python value.
        yaml: Whether a text is YAML; only JSON's types are resolved in it.
    """
    if isinstance(source, bytes):
        try:
            source = source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            return _unreadable(
                f"The definition is not UTF-8 text: {error.reason} at byte {error.start}", None
            )
    if not isinstance(source, str):
        return _checked(Document(source))
    source = source.removeprefix("\ufeff")
    if len(source.encode("utf-8", "surrogatepass")) > DEFINITION_BYTES:
        return _too_large()
    if yaml:
        return _yaml_document(source)
    if not source.strip():
        return Document(None)  # AWS says of it that it is no JSON object, not that it is no JSON
    try:
        document = Document(loads(source), partial(json_positions, source))
    except InvalidJSON as error:
        message, place = jackson_complaint(source, error.offset, error.message)
        return _unreadable(message, offset_position(source, error.offset), place)
    document.duplicates = duplicate_keys(source)
    return document  # what `loads` takes is JSON through and through


def _yaml_document(source: str) -> Document:
    from asl.parser.yaml import InvalidYAML, load_yaml  # takes time to import, and most definitions are JSON

    try:
        text = load_yaml(source)
    except InvalidYAML as error:
        return _refused(Problem(rules.NOT_JSON, str(error), _YAML_ADVICE), error.position)
    document = Document(text.value, text.positions)
    document.duplicates = text.duplicates
    return _checked(document)


def _unreadable(message: str, position: Position | None = None, location: str = "/") -> Document:
    """A document that could not be read; ``location`` is what AWS says of the place."""
    return _refused(Problem(rules.NOT_JSON, message), position, location)


def _too_large() -> Document:
    return _refused(Problem(rules.TOO_LARGE, f"The definition is larger than {DEFINITION_BYTES} bytes"))


def _refused(problem: Problem, position: Position | None = None, location: str = "/") -> Document:
    document = Document(None)
    line, column = position or (None, None)
    told = msgspec.structs.replace(problem.at(()), location=location, line=line, column=column)
    document.problems.append(told)
    return document


def _checked(document: Document) -> Document:
    """The document, if it is JSON through and through and within bounds; else one that says what is not."""
    if document.problems:
        return document
    wrong = fault(document.value)
    if wrong is not None:
        return _unreadable(wrong, None)
    if size(document.value) > DEFINITION_BYTES:
        return _too_large()
    return document
