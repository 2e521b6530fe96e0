"""A definition as it was given: its value, and where each part of it stands in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeAlias

from asl import diagnostics
from asl.diagnostics import Diagnostic
from asl.jsontypes import JSON, MAX_DEPTH, InvalidJSON, encode, loads
from asl.parser.jackson import jackson_message
from asl.parser.positions import Position, Steps, duplicate_keys, json_positions, offset_position
from asl.spec.quotas import DEFINITION_BYTES

Locate: TypeAlias = Callable[[Iterable[Steps]], dict[Steps, Position]]


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
        return _unreadable(f"The definition is larger than {DEFINITION_BYTES} bytes", None)
    if yaml:
        from asl.parser.yaml import load_yaml  # YAML takes time to import; most definitions are JSON

        return _checked(load_yaml(source))
    try:
        document = Document(loads(source), partial(json_positions, source))
    except InvalidJSON as error:
        message = jackson_message(source, error.offset, error.message) or error.message
        return _unreadable(message, offset_position(source, error.offset))
    document.duplicates = duplicate_keys(source)
    return _checked(document)


def _unreadable(message: str, position: Position | None) -> Document:
    document = Document(None)
    line, column = position or (None, None)
    document.problems.append(
        Diagnostic(
            "ERROR",
            diagnostics.INVALID_JSON,
            message,
            "/",
            line,
            column,
            hint="the text must be JSON or YAML",
        )
    )
    return document


def _checked(document: Document) -> Document:
    """The document, if it is JSON through and through and within bounds; else one that says what is not."""
    if document.problems:
        return document
    fault = _fault(document.value)
    if fault is not None:
        return _unreadable(fault, None)
    try:
        size = len(encode(document.value))
    except (TypeError, ValueError, RecursionError) as error:
        return _unreadable(f"The definition cannot be written as JSON: {error}", None)
    if size > DEFINITION_BYTES:
        return _unreadable(f"The definition is larger than {DEFINITION_BYTES} bytes", None)
    return document


def _fault(value: Any) -> str | None:
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
            return None
        level = below
    return f"The definition nests more than {MAX_DEPTH} levels deep"
