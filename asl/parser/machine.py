"""The definition's own level: walks the declared fields of the machine and of every block of states."""

from __future__ import annotations

from typing import Any

import msgspec

from asl.diagnostics import Diagnostic
from asl.elements.flow import COMMENT, QUERY_LANGUAGE
from asl.elements.limits import TIMEOUT_SECONDS
from asl.elements.machine import StateMachine
from asl.elements.outcome import State
from asl.elements.processor import START_AT, STATES, Block
from asl.jsontypes import JSON
from asl.query.jsonata_language import JSONataLanguage
from asl.query.language import JSONPathLanguage
from asl.rules import Problem
from asl.rules import table as rules
from asl.spec.fields import Element, Field, Language, QueryLanguage, Reader
from asl.spec.kinds import Integer, Text
from asl.spec.quotas import SECONDS_MAX
from asl.states import STATE_TYPES

MACHINE = Element(
    "StateMachine",
    (
        COMMENT,
        STATES,
        START_AT,
        Field("Version", Text(), doc="The version of the language: 1.0."),
        # Not computed, as a state's is: it holds before there is an input to compute it of.
        msgspec.structs.replace(TIMEOUT_SECONDS, kind=Integer(1, SECONDS_MAX, computed=False)),
        QUERY_LANGUAGE,
    ),
    lambda fields: fields,
    doc="A state machine in the Amazon States Language.",
)

_LANGUAGES: dict[Language, QueryLanguage] = {"JSONPath": JSONPathLanguage(), "JSONata": JSONataLanguage()}


class Parsed(msgspec.Struct, frozen=True):
    """What reading a definition gave.

    Attributes:
        machine: The state machine, or None where there were errors.
        diagnostics: The problems of its fields, in no particular order.
    """

    machine: StateMachine | None
    diagnostics: list[Diagnostic]


def read_machine(definition: JSON, *, build: bool = True) -> Parsed:
    """Walks a definition by its declarations: compiles it, and collects what is wrong with its fields.

    Args:
        definition: The definition's value.
        build: Whether a machine is wanted; without it only the diagnostics are.
    """
    reader = MachineReader()
    reader.building = build
    if not isinstance(definition, dict):
        told = Problem(rules.NOT_AN_OBJECT, "Definition must be a valid JSON object").at(())
        return Parsed(None, [msgspec.structs.replace(told, location="")])  # AWS tells no place (recorded)
    language = definition.get("QueryLanguage")
    reader.language = reader.machine_language = _known(language) or "JSONPath"
    block = Block()
    fields = reader.fields_of(MACHINE, definition)
    reader.read_states(block, fields, definition)
    reader.finish()
    if reader.errors or not build:
        return Parsed(None, reader.diagnostics)
    machine = StateMachine(
        definition, block, reader.states, fields.get("TimeoutSeconds"), reader.variables_of_states
    )
    return Parsed(machine, reader.diagnostics)


def _known(language: JSON) -> Language | None:
    """The query language that a value names, if it names one."""
    return next((each for each in _LANGUAGES if each == language), None)


class MachineReader(Reader):
    """The reader with the table of state types.

    Attributes:
        states: Every state read so far, by name.
        variables_of_states: The variables that they read, by name; of those only that read any.
        machine_language: The machine's own query language, which its states inherit.
    """

    def __init__(self) -> None:
        super().__init__(_LANGUAGES)
        self.states: dict[str, State] = {}
        self.variables_of_states: dict[str, set[str]] = {}
        self.machine_language: Language = "JSONPath"

    def read_states(self, block: Block, fields: dict[str, Any], value: dict[str, JSON]) -> None:
        """Reads the states of a block whose own fields have been read."""
        states = fields.get("States")
        start_at = fields.get("StartAt")
        if not isinstance(states, dict):
            return
        self.variables = set()
        with self.at("States"):
            for name, each in states.items():
                with self.at(name):
                    state = self._state(name, each)
                if state is not None:
                    state.name = name
                    block.states[name] = state
                    self.states[name] = state
                if self.variables:
                    self.variables_of_states[name] = self.variables
                    self.variables = set()
        if isinstance(start_at, str):
            block.start_at = start_at

    def _state(self, name: str, value: JSON) -> Any:
        if not isinstance(value, dict):
            self.problem(rules.WRONG_TYPE, "Expected value of type Object")
            return None
        element = self._type(value)
        if element is None:
            return None
        self.language = self._language(value)
        self.state_type, self.state_depth = value["Type"], len(self.place)
        try:
            return self.object(element, {"QueryLanguage": self.language, **value})
        finally:
            self.language = self.machine_language

    def _language(self, value: dict[str, JSON]) -> Language:
        """A state's query language: its own, else the machine's, whatever is around it (measured)."""
        own = value.get("QueryLanguage")
        if own == "JSONPath" and self.machine_language == "JSONata":
            self.problem(
                rules.STATE_LANGUAGE,
                "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
            )
            own = None
        return _known(own) or self.machine_language

    def _type(self, value: dict[str, JSON]) -> Element | None:
        kind = value.get("Type")
        if "Type" not in value:
            self.problem(rules.REQUIRED, "These fields are required: [Type]", "add Type")
            return None
        if isinstance(kind, str) and kind in STATE_TYPES:
            return STATE_TYPES[kind]
        with self.at("Type"):
            message = f"The field 'Type' should have one of these values: [{', '.join(STATE_TYPES)}]"
            self.problem(rules.STATE_TYPE, message)
        return None
