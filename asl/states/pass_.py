"""Pass: gives its input on, or a fixed result."""

from __future__ import annotations

from typing import Any

from asl.elements import dataflow
from asl.elements.dataflow import ASSIGN, INPUT_PATH, OUTPUT, OUTPUT_PATH, PARAMETERS, RESULT_PATH
from asl.elements.flow import COMMON, END, NEXT, ONE_WAY_ON, end_is_true
from asl.elements.outcome import Finish, Frame
from asl.spec.fields import Element, Field
from asl.spec.kinds import Literal
from asl.states.state import BaseState


class Pass(BaseState):
    """A Pass state."""

    __slots__ = ("arguments", "assign", "has_result", "output", "result")
    kind = "Pass"

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.arguments = dataflow.arguments(fields)
        self.output = dataflow.output(fields)
        self.assign = dataflow.assign(fields)
        self.has_result = "Result" in fields
        self.result = fields.get("Result")

    def enter(self, frame: Frame) -> Finish:
        """Finishes at once. ``$`` in Assign means the state's result (recorded)."""
        result = self.arguments(frame)
        if self.has_result:
            result = self.result
        assigned = None if self.assign is None else self.assign(result, frame)
        return Finish(self.output(result, frame), self.next, assigned)


PASS = Element(
    "Pass",
    (
        *COMMON, NEXT, END, ASSIGN, OUTPUT, INPUT_PATH, OUTPUT_PATH, PARAMETERS, RESULT_PATH,
        Field("Result", Literal(), only="JSONPath", doc="The result, taken as it stands."),
    ),
    Pass,
    (ONE_WAY_ON, end_is_true),
    doc="Passes its input on, or what is made of it.",
)  # fmt: skip
