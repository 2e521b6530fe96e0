"""Succeed: ends its block well."""

from __future__ import annotations

from typing import Any

from asl.elements import dataflow
from asl.elements.dataflow import INPUT_PATH, OUTPUT, OUTPUT_PATH
from asl.elements.flow import COMMON
from asl.elements.outcome import Finish, Frame
from asl.spec.fields import Element
from asl.states.state import BaseState


class Succeed(BaseState):
    """A Succeed state."""

    __slots__ = ("input", "output")
    kind = "Succeed"

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.input = dataflow.effective_input(fields)
        self.output = dataflow.output(fields)

    def enter(self, frame: Frame) -> Finish:
        """Finishes at once, and with it the block."""
        return Finish(self.output(self.input(frame), frame), None)


SUCCEED = Element(
    "Succeed",
    (*COMMON, OUTPUT, INPUT_PATH, OUTPUT_PATH),
    Succeed,
    doc="Ends its block of states well.",
)
