"""What a test is of: one state, out of a definition that holds it alone or among others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

import asl
from asl.diagnostics import MISSING_END_STATE, MISSING_TRANSITION_TARGET, Diagnostic
from asl.elements.machine import StateMachine
from asl.parser import read_document, read_machine
from asl.states.state import BaseState
from emulator.errors import InvalidDefinition, ValidationException

NAME = "StateName"
"""What a state is called that is given without a machine around it (recorded)."""

_NESTED = re.compile(f"/States/{NAME}/(ItemProcessor|Iterator|Branches)/")


class Subject(msgspec.Struct, frozen=True):
    """The state under test.

    Attributes:
        machine: The machine that it is a state of.
        state: The state, compiled.
        nested: The names of the states inside it, where it is a Map or Parallel.
    """

    machine: StateMachine
    state: BaseState
    nested: frozenset[str]


def subject(definition: str, name: str | None) -> Subject:
    """The state that a request names, or the one that its definition is.

    Args:
        definition: A state, or with a name a whole machine, as it was sent.
        name: The name of a state at any depth of the machine.

    Raises:
        InvalidDefinition: AWS would refuse the definition.
        ValidationException: The machine has no state of this name. Text recorded.
    """
    value = read_document(definition).value
    alone = name is None and isinstance(value, dict)
    if alone:
        value = {"StartAt": NAME, "States": {NAME: value}}
    found = asl.validate(value if alone else definition)
    wrong = [each for each in found if each.severity == "ERROR" and not (alone and _leads_out(each))]
    machine = read_machine(value).machine
    if wrong or machine is None:
        told = ", ".join(map(str, wrong or found))
        raise InvalidDefinition(f"Invalid State Machine Definition: '{told}'")
    state: Any = machine.states.get(name or NAME)
    if state is None:
        raise ValidationException("State not found in definition")
    return Subject(machine, state, frozenset(_inside(state.fields)))


def _leads_out(diagnostic: Diagnostic) -> bool:
    """Whether a diagnostic misses what stands around a state that is given alone."""
    misses = diagnostic.code in (MISSING_TRANSITION_TARGET, MISSING_END_STATE)
    return misses and not _NESTED.match(diagnostic.location)


def _inside(fields: Mapping[str, Any]) -> set[str]:
    """The names of all states in the blocks of a state."""
    blocks = [fields[name] for name in ("ItemProcessor", "Iterator") if name in fields]
    blocks += fields.get("Branches", ())
    names: set[str] = set()
    for block in blocks:
        for name, state in block.states.items():
            names |= {name} | _inside(state.fields)
    return names
