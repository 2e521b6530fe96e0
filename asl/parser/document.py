"""A definition as it was given: its value, and where each part of it stands in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeAlias

from asl import diagnostics
from asl.diagnostics import Diagnostic
from asl.jsontypes import JSON, InvalidJSON, fault, loads, size
from asl.parser.jackson import jackson_message
from asl.parser.positions import Position, Steps, duplicate_keys, json_positions, offset_position
from asl.spec.quotas import DEFINITION_BYTES

Locate: TypeAlias = Callable[[Iterable[Steps]], dict[Steps, Position]]


_NOT_JSON = (
    "a definition is JSON: objects with keys in double quotes, arrays, strings, numbers, true, false, null"
)
_TOO_LARGE = "AWS takes a definition of up to 1 MiB; call other state machines for its parts"


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
        return _unreadable(f"The definition is larger than {DEFINITION_BYTES} bytes", hint=_TOO_LARGE)
    if yaml:
        return _yaml_document(source)
    if not source.strip():
        return Document(None)  # AWS says of it that it is no JSON object, not that it is no JSON
    try:
        document = Document(loads(source), partial(json_positions, source))
    except InvalidJSON as error:
        message = jackson_message(source, error.offset, error.message) or error.message
        return _unreadable(message, offset_position(source, error.offset))
    document.duplicates = duplicate_keys(source)
    return _checked(document)


def _yaml_document(source: str) -> Document:
    from asl.parser.yaml import InvalidYAML, load_yaml  # takes time to import, and most definitions are JSON

    try:
        text = load_yaml(source)
    except InvalidYAML as error:
        return _unreadable(str(error), error.position)
    document = Document(text.value, text.positions)
    document.duplicates = text.duplicates
    return _checked(document)


def _unreadable(message: str, position: Position | None = None, hint: str = _NOT_JSON) -> Document:
    document = Document(None)
    line, column = position or (None, None)
    document.problems.append(Diagnostic("ERROR", diagnostics.INVALID_JSON, message, "/", line, column, hint))
    return document


def _checked(document: Document) -> Document:
    """The document, if it is JSON through and through and within bounds; else one that says what is not."""
    if document.problems:
        return document
    wrong = fault(document.value)
    if wrong is not None:
        return _unreadable(wrong, None)
    if size(document.value) > DEFINITION_BYTES:
        return _unreadable(f"The definition is larger than {DEFINITION_BYTES} bytes", hint=_TOO_LARGE)
    return document
