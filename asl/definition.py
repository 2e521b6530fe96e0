"""Parsing and validating a definition: the document, its fields and the rules between them, in one place."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

import msgspec

from asl.diagnostics import OURS, Diagnostic
from asl.elements.machine import StateMachine
from asl.errors import InvalidDefinition
from asl.jsontypes import JSON
from asl.parser import Document, read_document, read_machine
from asl.rules import Problem
from asl.rules import table as rules
from asl.validator import check

MachineType: TypeAlias = Literal["STANDARD", "EXPRESS"]

_Steps: TypeAlias = tuple[str | int, ...]


def parse(
    definition: str | bytes | JSON, *, yaml: bool = False, type: MachineType = "STANDARD"
) -> StateMachine:
    """The state machine that a definition describes, compiled and ready to run.

    Args:
        definition: JSON text, or the definition as a dict; with ``yaml``, YAML text.
        yaml: Whether a text is YAML.
        type: What the machine is to be; Express refuses some integrations.

    Raises:
        InvalidDefinition: With everything that is wrong, in ``diagnostics``.
    """
    machine, diagnostics = _examine(definition, yaml, type, build=True)
    blocking = [each for each in diagnostics if each.severity == "ERROR" or each.code in OURS]
    if blocking or machine is None:
        raise InvalidDefinition([msgspec.structs.replace(each, severity="ERROR") for each in blocking])
    return machine


def validate(
    definition: str | bytes | JSON, *, yaml: bool = False, type: MachineType = "STANDARD"
) -> list[Diagnostic]:
    """Everything that is wrong with a definition; empty if nothing is.

    Errors come first, then warnings, each in the order in which they stand in the definition.

    Args:
        definition: JSON text, or the definition as a dict; with ``yaml``, YAML text.
        yaml: Whether a text is YAML.
        type: What the machine is to be; Express refuses some integrations.
    """
    return _examine(definition, yaml, type, build=False)[1]


def _examine(
    definition: str | bytes | JSON, yaml: bool, type: MachineType, *, build: bool
) -> tuple[StateMachine | None, list[Diagnostic]]:
    with _no_collection():
        document = read_document(definition, yaml=yaml)
        if document.problems:
            return None, document.problems
        parsed = read_machine(document.value, build=build)
        found = parsed.diagnostics + check(document.value, type) + _duplicate_keys(document)
        return parsed.machine, placed(found, document)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keeps the garbage collector from walking what is being built, for the time of a with block.

    A large definition makes hundreds of thousands of objects, and nearly all of them stay: the collector
    would look at them again and again, for a third of the whole time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _duplicate_keys(document: Document) -> list[Diagnostic]:
    return [_duplicate_key(steps).at(steps) for steps in document.duplicates]


def _duplicate_key(steps: _Steps) -> Problem:
    if _names_a_state(steps):
        return Problem(rules.DUPLICATE_STATE, f"Duplicate state name: {steps[-1]}")
    return Problem(rules.DUPLICATE_KEY, f"Duplicate key '{steps[-1]}'")


def _names_a_state(steps: _Steps) -> bool:
    """Whether a path leads to a state: ``States/NAME``, and so on through branches and processors."""
    while steps[:1] == ("States",) and len(steps) > 1:
        if len(steps) == 2:
            return True
        nested = 4 if steps[2] == "Branches" else 3
        if nested == 3 and steps[2] not in ("ItemProcessor", "Iterator"):
            return False
        steps = steps[nested:]
    return False


def placed(diagnostics: list[Diagnostic], document: Document) -> list[Diagnostic]:
    """The diagnostics in order, with line and column where the document was a text."""
    if not diagnostics:
        return []
    order = _Order()
    paths = [_steps(each.location, document.value) for each in diagnostics]
    keyed = [
        ((each.severity != "ERROR", order.of(path, document.value)), each, path)
        for each, path in zip(diagnostics, paths, strict=True)
    ]
    keyed.sort(key=lambda entry: entry[0])
    positions = document.positions(paths)
    return [
        msgspec.structs.replace(each, line=positions[path][0], column=positions[path][1])
        if path in positions
        else each
        for _, each, path in keyed
    ]


def _steps(location: str, value: JSON) -> _Steps:
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


class _Order:
    """Where paths stand in a document; an object's keys are counted once."""

    def __init__(self) -> None:
        self._indexes: dict[int, dict[str, int]] = {}

    def of(self, path: _Steps, value: JSON) -> tuple[int, ...]:
        """The indexes of a path's steps, which sort as the places do."""
        order: list[int] = []
        for step in path:
            if isinstance(step, int):
                index = step
            elif isinstance(value, dict):
                indexes = self._indexes.get(id(value))
                if indexes is None:
                    indexes = self._indexes[id(value)] = {key: at for at, key in enumerate(value)}
                index = indexes.get(step, len(indexes))
            else:
                break
            order.append(index)
            try:
                value = value[step]
            except LookupError:
                break
        return tuple(order)
