"""Parsing and validating a definition: the document, its fields and the rules between them, in one place."""

from __future__ import annotations

import msgspec

from asl.diagnostics import DUPLICATE_STATE_NAME, NOT_YET_SUPPORTED, SCHEMA, Diagnostic, pointer
from asl.elements.machine import StateMachine
from asl.errors import InvalidDefinition
from asl.jsontypes import JSON
from asl.parser import Document, read_document, read_machine
from asl.validator import check


def parse(definition: str | bytes | JSON, *, yaml: bool = False) -> StateMachine:
    """The state machine that a definition describes, compiled and ready to run.

    Args:
        definition: JSON text, or the definition as a dict; with ``yaml``, YAML text.
        yaml: Whether a text is YAML.

    Raises:
        InvalidDefinition: With everything that is wrong, in ``diagnostics``.
    """
    machine, diagnostics = _examine(definition, yaml)
    blocking = [each for each in diagnostics if each.severity == "ERROR" or each.code == NOT_YET_SUPPORTED]
    if blocking or machine is None:
        raise InvalidDefinition([msgspec.structs.replace(each, severity="ERROR") for each in blocking])
    return machine


def validate(definition: str | bytes | JSON, *, yaml: bool = False) -> list[Diagnostic]:
    """Everything that is wrong with a definition; empty if nothing is.

    Errors come first, and of a text in the order in which they stand there.

    Args:
        definition: JSON text, or the definition as a dict; with ``yaml``, YAML text.
        yaml: Whether a text is YAML.
    """
    return _examine(definition, yaml)[1]


def _examine(definition: str | bytes | JSON, yaml: bool) -> tuple[StateMachine | None, list[Diagnostic]]:
    document = read_document(definition, yaml=yaml)
    if document.problems:
        return None, document.problems
    parsed = read_machine(document.value)
    found = parsed.diagnostics + check(document.value) + _duplicate_keys(document)
    return parsed.machine, sorted(_placed([_softened(each) for each in found], document), key=_order)


def _duplicate_keys(document: Document) -> list[Diagnostic]:
    return [_duplicate_key(steps) for steps in document.duplicates]


def _duplicate_key(steps: tuple[str | int, ...]) -> Diagnostic:
    if _names_a_state(steps):
        return Diagnostic("ERROR", DUPLICATE_STATE_NAME, f"Duplicate state name: {steps[-1]}", pointer(steps))
    return Diagnostic(
        "ERROR", SCHEMA, f"Duplicate key '{steps[-1]}'", pointer(steps), hint="the last one would win"
    )


def _names_a_state(steps: tuple[str | int, ...]) -> bool:
    """Whether a path leads to a state: ``States/NAME``, and so on through branches and processors."""
    while steps[:1] == ("States",):
        if len(steps) == 2:
            return True
        nested = 4 if steps[2] == "Branches" else 3
        if nested == 3 and steps[2] not in ("ItemProcessor", "Iterator"):
            return False
        steps = steps[nested:]
    return False


def _softened(diagnostic: Diagnostic) -> Diagnostic:
    """What this release cannot run yet is no error of the author's: a warning, though `parse` refuses it."""
    if diagnostic.code != NOT_YET_SUPPORTED:
        return diagnostic
    return msgspec.structs.replace(diagnostic, severity="WARNING")


def _placed(diagnostics: list[Diagnostic], document: Document) -> list[Diagnostic]:
    """The diagnostics with line and column, where the document was a text."""
    paths = [_steps(each.location, document.value) for each in diagnostics]
    positions = document.positions(paths) if paths else {}
    return [
        msgspec.structs.replace(each, line=positions[path][0], column=positions[path][1])
        if path in positions
        else each
        for each, path in zip(diagnostics, paths, strict=True)
    ]


def _steps(location: str, value: JSON) -> tuple[str | int, ...]:
    """The path that a JSON pointer names in a document."""
    steps: list[str | int] = []
    for part in location.split("/")[1:] if location != "/" else []:
        name = part.replace("~1", "/").replace("~0", "~")
        step: str | int = int(name) if isinstance(value, list) and name.isdigit() else name
        steps.append(step)
        try:
            value = value[step]
        except (LookupError, TypeError):
            value = None
    return tuple(steps)


def _order(diagnostic: Diagnostic) -> tuple[bool, int, int]:
    return diagnostic.severity != "ERROR", diagnostic.line or 0, diagnostic.column or 0
