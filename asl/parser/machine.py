"""The definition's own level: walks the declared fields of the machine and of every block of states."""

from __future__ import annotations

from typing import Any

import msgspec

from asl import diagnostics
from asl.diagnostics import Diagnostic
from asl.elements.flow import QUERY_LANGUAGE
from asl.elements.limits import TIMEOUT_SECONDS
from asl.elements.machine import StateMachine
from asl.elements.outcome import State
from asl.elements.processor import COMMENT, START_AT, STATES, Block
from asl.jsontypes import JSON
from asl.query.jsonata_language import JSONataLanguage
from asl.query.language import JSONPathLanguage
from asl.spec.fields import Element, Field, Language, QueryLanguage, Reader
from asl.spec.kinds import Text
from asl.states import STATE_TYPES

MACHINE = Element(
    "StateMachine",
    (COMMENT, STATES, START_AT, Field("Version", Text()), TIMEOUT_SECONDS, QUERY_LANGUAGE),
    lambda fields: fields,
)

_LANGUAGES: dict[Language, QueryLanguage] = {"JSONPath": JSONPathLanguage(), "JSONata": JSONataLanguage()}


class Parsed(msgspec.Struct, frozen=True):
    """What reading a definition gave.

    Attributes:
        machine: The state machine, or None where there were problems.
        diagnostics: The problems of its fields, in no particular order.
    """

    machine: StateMachine | None
    diagnostics: list[Diagnostic]


def read_machine(definition: JSON) -> Parsed:
    """Walks a definition by its declarations: compiles it, and collects what is wrong with its fields."""
    reader = MachineReader()
    if not isinstance(definition, dict):
        reader.problem("Definition must be a valid JSON object")
        return Parsed(None, reader.diagnostics)
    language = definition.get("QueryLanguage")
    reader.language = reader.machine_language = _known(language) or "JSONPath"
    block = Block()
    fields = reader.fields_of(MACHINE, definition)
    reader.read_states(block, fields, definition)
    reader.finish()
    if reader.diagnostics:
        return Parsed(None, reader.diagnostics)
    return Parsed(StateMachine(definition, block, reader.states, fields.get("TimeoutSeconds")), [])


def _known(language: JSON) -> Language | None:
    """The query language that a value names, if it names one."""
    return next((each for each in _LANGUAGES if each == language), None)


class MachineReader(Reader):
    """The reader with the table of state types.

    Attributes:
        states: Every state read so far, by name.
        machine_language: The machine's own query language, which its states inherit.
    """

    def __init__(self) -> None:
        super().__init__(_LANGUAGES)
        self.states: dict[str, State] = {}
        self.machine_language: Language = "JSONPath"

    def read_states(self, block: Block, fields: dict[str, Any], value: dict[str, JSON]) -> None:
        """Reads the states of a block whose own fields have been read."""
        states = fields.get("States")
        start_at = fields.get("StartAt")
        if not isinstance(states, dict):
            return
        with self.at("States"):
            for name, each in states.items():
                with self.at(name):
                    state = self._state(name, each)
                if state is not None:
                    state.name = name
                    block.states[name] = state
                    self.states[name] = state
        if isinstance(start_at, str):
            block.start_at = start_at

    def _state(self, name: str, value: JSON) -> Any:
        if not isinstance(value, dict):
            self.problem("Expected value of type Object")
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
            self._distributed(value)

    def _language(self, value: dict[str, JSON]) -> Language:
        """A state's query language: its own, else the machine's, whatever is around it (measured)."""
        own = value.get("QueryLanguage")
        if own == "JSONPath" and self.machine_language == "JSONata":
            self.problem("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
            own = None
        return _known(own) or self.machine_language

    def _type(self, value: dict[str, JSON]) -> Element | None:
        kind = value.get("Type")
        if "Type" not in value:
            self.problem("These fields are required: [Type]")
            return None
        if isinstance(kind, str) and kind in STATE_TYPES:
            return STATE_TYPES[kind]
        with self.at("Type"):
            self.problem(f"The field 'Type' should have one of these values: [{', '.join(STATE_TYPES)}]")
        return None

    def _distributed(self, value: dict[str, JSON]) -> None:
        """Names what only Distributed Map has; it comes with a later release."""
        processor = value.get("ItemProcessor", value.get("Iterator"))
        config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
        if isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED":
            self.problem(
                "Distributed Map is not supported by this release yet", code=diagnostics.NOT_YET_SUPPORTED
            )
