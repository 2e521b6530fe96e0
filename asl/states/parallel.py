"""Parallel: runs its branches side by side, each with the same input."""

from __future__ import annotations

from typing import Any

from asl.elements import dataflow
from asl.elements.dataflow import (
    ARGUMENTS,
    ASSIGN,
    INPUT_PATH,
    OUTPUT,
    OUTPUT_PATH,
    PARAMETERS,
    RESULT_PATH,
    RESULT_SELECTOR,
)  # fmt: skip
from asl.elements.flow import COMMON, END, NEXT, ONE_WAY_ON, end_is_true
from asl.elements.outcome import Finish, Frame, Split
from asl.elements.processor import Block, BlockOf
from asl.elements.retry import CATCH, RETRY
from asl.jsontypes import JSON
from asl.spec.fields import Element, Field
from asl.spec.kinds import ListOf
from asl.states.state import BaseState


class Parallel(BaseState):
    """A Parallel state."""

    __slots__ = ("arguments", "assign", "branches", "output")
    kind = "Parallel"

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.arguments = dataflow.arguments(fields)
        self.output = dataflow.output(fields, "result")
        self.assign = dataflow.assign(fields, "result")
        self.branches: list[Block] = fields["Branches"]

    def enter(self, frame: Frame) -> Split:
        """Asks for one thread for each branch."""
        return Split(frame.bounded(self.arguments(frame)), None, len(self.branches))

    def block(self, index: int) -> Block:
        """The states that a branch runs."""
        return self.branches[index]

    def resume(self, frame: Frame, result: JSON) -> Finish:
        """Finishes with the array of the branches' outputs, in the branches' order."""
        assigned = None if self.assign is None else self.assign(result, frame)
        return Finish(self.output(result, frame), self.next, assigned)


PARALLEL = Element(
    "Parallel",
    (
        *COMMON, NEXT, END, ASSIGN, ARGUMENTS, OUTPUT, INPUT_PATH, OUTPUT_PATH, PARAMETERS, RESULT_SELECTOR,
        RESULT_PATH, RETRY, CATCH,
        Field("Branches", ListOf(BlockOf(), 1), required=True, doc="The branches, each a block of states."),
    ),
    Parallel,
    (ONE_WAY_ON, end_is_true),
    doc="Runs branches side by side, each with the same input.",
)  # fmt: skip
