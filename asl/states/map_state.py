"""What Map states of both modes share: where their items are, and what they do with the results."""

from __future__ import annotations

from typing import Any

from asl.elements import dataflow
from asl.elements.limits import whole_number
from asl.elements.outcome import Finish, Frame
from asl.elements.processor import Block
from asl.errors import EvaluationFailure, InterpreterFailure
from asl.jsontypes import JSON, dumps
from asl.spec.fields import Expression
from asl.states.state import BaseState


class MapState(BaseState):
    """A Map state, of either mode.

    Attributes:
        collections: What its items may be: Inline mode takes an array alone (recorded).
    """

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
    collections: tuple[type, ...] = (list,)

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.input = dataflow.effective_input(fields)
        self.output = dataflow.output(fields, "result")
        self.assign = dataflow.assign(fields, "result")
        self.items: Expression | None = fields.get("ItemsPath")
        self.computed_items = self._computed_items(fields.get("Items"))
        selector: Expression | None = fields.get("ItemSelector", fields.get("Parameters"))
        self.item_selector = None if selector is None else _selector(selector)
        self.language: str = fields["QueryLanguage"]
        self.max_concurrency = whole_number(fields, "MaxConcurrency", 0)
        self.processor: Block = fields.get("ItemProcessor") or fields["Iterator"]

    def _computed_items(self, template: Expression | None) -> dataflow.Flow | None:
        if template is None:
            return None
        kinds = self.collections
        return dataflow.computed(template, "array", lambda value: isinstance(value, kinds))

    def found(self, data: JSON, frame: Frame) -> Any:
        """The items.

        Raises:
            Failure: What the state says is none of the collections that it takes. Texts recorded.
        """
        if self.computed_items is not None:
            return self.computed_items(frame)
        items = data if self.items is None else self.items.evaluate(data, frame)
        if isinstance(items, self.collections):
            return items
        if self.language == "JSONata":
            raise EvaluationFailure(f"Map state input must be an array but was: {dumps(items)}", "Items")
        text = "$" if self.items is None else self.items.text
        shown = text[1:] if text.startswith("$$") else text  # AWS shows a context path so (recorded)
        raise InterpreterFailure(f'Reference path "{shown}" must point to array.')

    def concurrency(self, data: JSON, frame: Frame) -> int:
        """How many iterations may run at a time; 0 for as many as AWS lets.

        Raises:
            Failure: It is negative. The text is by analogy with ToleratedFailureCount.
        """
        limit = self.max_concurrency(data, frame) or 0
        if limit < 0:
            raise InterpreterFailure("MaxConcurrency cannot be negative.")
        return limit

    def resume(self, frame: Frame, result: JSON) -> Finish:
        """Finishes with what the iterations gave."""
        assigned = None if self.assign is None else self.assign(result, frame)
        return Finish(self.output(result, frame), self.next, assigned)


def _selector(template: Expression) -> dataflow.Emit:
    evaluate = template.evaluate
    if template.field:
        return lambda data, frame: evaluate(dataflow.states(frame), frame)
    return evaluate
