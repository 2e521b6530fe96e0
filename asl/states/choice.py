"""Choice: goes where the first rule that matches leads, else to Default."""

from __future__ import annotations

from typing import Any

from asl.elements import dataflow
from asl.elements.choice_rule import RULE, CompiledRule
from asl.elements.dataflow import ASSIGN, INPUT_PATH, OUTPUT, OUTPUT_PATH
from asl.elements.flow import COMMON, Target
from asl.elements.outcome import Finish, Frame
from asl.errors import InterpreterFailure
from asl.history import DEFAULT_WAY
from asl.spec.fields import Element, Field
from asl.spec.kinds import ListOf, ObjectOf
from asl.states.state import BaseState


class Choice(BaseState):
    """A Choice state."""

    __slots__ = ("assign", "default", "input", "output", "passed_on", "rules")
    kind = "Choice"

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.input = dataflow.effective_input(fields)
        self.output = dataflow.output(fields)
        # The state's own Output, like its Assign, counts only where Default is taken (JSONata).
        self.passed_on = dataflow.output({key: each for key, each in fields.items() if key != "Output"})
        self.assign = dataflow.assign(fields)
        self.rules: list[CompiledRule] = fields["Choices"]
        self.default: str | None = fields.get("Default")

    def enter(self, frame: Frame) -> Finish:
        """Finishes at once. The state's own Assign counts only where Default is taken."""
        data = self.input(frame)
        for index, rule in enumerate(self.rules):
            if rule.test(data, frame):
                assigned = None if rule.assign is None else rule.assign(data, frame)
                emit = rule.output or self.passed_on
                return Finish(emit(data, frame), rule.next, assigned, index)
        if self.default is None:
            # AWS reports States.Runtime and never States.NoChoiceMatched (guide, and measured).
            raise InterpreterFailure(
                "Failed to transition out of the state. The state does not point to a next state."
            )
        assigned = None if self.assign is None else self.assign(data, frame)
        return Finish(self.output(data, frame), self.default, assigned, DEFAULT_WAY)

    def targets(self) -> list[tuple[str, tuple[str | int, ...]]]:
        """Where its rules and its Default lead."""
        found: list[tuple[str, tuple[str | int, ...]]] = [
            (rule.next, ("Choices", index, "Next")) for index, rule in enumerate(self.rules) if rule.next
        ]
        if self.default is not None:
            found.append((self.default, ("Default",)))
        return found


CHOICE = Element(
    "Choice",
    (
        *COMMON, ASSIGN, OUTPUT, INPUT_PATH, OUTPUT_PATH,
        Field("Choices", ListOf(ObjectOf(lambda: RULE), 1), required=True, doc="The rules, tried in order."),
        Field("Default", Target(), doc="The state to go to where no rule matches."),
    ),
    Choice,
    doc="Goes where the first rule that matches leads.",
)  # fmt: skip
