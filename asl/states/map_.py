"""Map: runs its processor once for each item of an array."""

from __future__ import annotations

from typing import Any

from asl.elements import dataflow
from asl.elements.dataflow import ASSIGN, INPUT_PATH, OUTPUT, OUTPUT_PATH, RESULT_PATH, RESULT_SELECTOR
from asl.elements.flow import COMMON, END, NEXT, ONE_WAY_ON, end_is_true
from asl.elements.limits import whole_number
from asl.elements.outcome import Finish, Frame, Split
from asl.elements.processor import Block, BlockOf
from asl.elements.retry import CATCH, RETRY
from asl.errors import EvaluationFailure, InterpreterFailure
from asl.jsontypes import JSON, dumps
from asl.spec.fields import Element, Expression, Field, at_most_one_of, exactly_one_of
from asl.spec.kinds import Integer, Literal, Number, Path, Template, Text
from asl.spec.quotas import INLINE_MAP_CONCURRENCY
from asl.states.state import BaseState


class Map(BaseState):
    """A Map state in Inline mode: its iterations share the execution's history and variables."""

    __slots__ = (
        "assign",
        "computed_items",
        "input",
        "item_selector",
        "items",
        "language",
        "max_concurrency",
        "output",
        "processor",
    )
    kind = "Map"

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.input = dataflow.effective_input(fields)
        self.output = dataflow.output(fields, "result")
        self.assign = dataflow.assign(fields, "result")
        self.items: Expression | None = fields.get("ItemsPath")
        self.computed_items = _computed_items(fields)
        selector: Expression | None = fields.get("ItemSelector", fields.get("Parameters"))
        self.item_selector = None if selector is None else _selector(selector)
        self.language: str = fields["QueryLanguage"]
        self.max_concurrency = whole_number(fields, "MaxConcurrency", 0)
        self.processor: Block = fields.get("ItemProcessor") or fields["Iterator"]

    def enter(self, frame: Frame) -> Split:
        """Asks for threads for its items, no more than MaxConcurrency at a time (0: AWS's ceiling)."""
        data = self.input(frame)
        limit = self.max_concurrency(data, frame) or 0
        if limit < 0:
            raise InterpreterFailure(
                "MaxConcurrency cannot be negative."
            )  # by analogy with ToleratedFailureCount
        if self.computed_items is not None:
            return Split(data, self.computed_items(frame), _ceiling(limit))
        items = data if self.items is None else self.items.evaluate(data, frame)
        if not isinstance(items, list) and self.language == "JSONata":
            raise EvaluationFailure(f"Map state input must be an array but was: {dumps(items)}", "Items")
        if not isinstance(items, list):
            text = "$" if self.items is None else self.items.text
            shown = text[1:] if text.startswith("$$") else text  # AWS shows a context path so (recorded)
            raise InterpreterFailure(f'Reference path "{shown}" must point to array.')
        return Split(data, items, _ceiling(limit))

    def block(self, index: int) -> Block:
        """The states that an iteration runs."""
        return self.processor

    def resume(self, frame: Frame, result: JSON) -> Finish:
        """Finishes with the array of the iterations' outputs, in the items' order."""
        assigned = None if self.assign is None else self.assign(result, frame)
        return Finish(self.output(result, frame), self.next, assigned)


def _computed_items(fields: dict[str, Any]) -> dataflow.Flow | None:
    template: Expression | None = fields.get("Items")
    return (
        None
        if template is None
        else dataflow.computed(template, "array", lambda value: isinstance(value, list))
    )


def _ceiling(limit: int) -> int:
    """How many iterations may run at a time; AWS has a ceiling, which 0 stands for."""
    return min(limit or INLINE_MAP_CONCURRENCY, INLINE_MAP_CONCURRENCY)


def _selector(template: Expression) -> dataflow.Emit:
    evaluate = template.evaluate
    if template.field:
        return lambda data, frame: evaluate(dataflow.states(frame), frame)
    return evaluate


MAP = Element(
    "Map",
    (
        *COMMON, NEXT, END, ASSIGN, OUTPUT, INPUT_PATH, OUTPUT_PATH, RESULT_SELECTOR, RESULT_PATH,
        RETRY, CATCH,
        Field("ItemProcessor", BlockOf(configured=True)),
        Field("Iterator", BlockOf(configured=True)),
        Field("ItemsPath", Path(), only="JSONPath"),
        Field("Items", Template(), only="JSONata"),
        Field("ItemSelector", Template()),
        Field("Parameters", Template(), only="JSONPath"),
        Field("MaxConcurrency", Integer(0, 2**31 - 1)),
        Field("MaxConcurrencyPath", Path(), only="JSONPath"),
        # Distributed mode only:
        Field("ItemReader", Literal()),
        Field("ItemBatcher", Literal()),
        Field("ResultWriter", Literal()),
        Field("Label", Text(1, 40)),
        Field("ToleratedFailureCount", Integer(0, 2**31 - 1)),
        Field("ToleratedFailureCountPath", Path(), only="JSONPath"),
        Field("ToleratedFailurePercentage", Number(0, 100)),
        Field("ToleratedFailurePercentagePath", Path(), only="JSONPath"),
    ),
    Map,
    (
        ONE_WAY_ON,
        end_is_true,
        exactly_one_of("ItemProcessor", "Iterator"),
        at_most_one_of("ItemSelector", "Parameters"),
        at_most_one_of("MaxConcurrency", "MaxConcurrencyPath"),
        at_most_one_of("ToleratedFailureCount", "ToleratedFailureCountPath"),
        at_most_one_of("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
    ),
)  # fmt: skip
