"""Map: runs its processor once for each item of an array."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from asl.elements import dataflow
from asl.elements.dataflow import ASSIGN, INPUT_PATH, OUTPUT, OUTPUT_PATH, RESULT_PATH, RESULT_SELECTOR
from asl.elements.flow import COMMON, END, NEXT, ONE_WAY_ON, end_is_true
from asl.elements.item_batcher import ITEM_BATCHER
from asl.elements.item_reader import ITEM_READER
from asl.elements.limits import whole_number
from asl.elements.outcome import Finish, Frame, Split
from asl.elements.processor import Block, BlockOf
from asl.elements.result_writer import RESULT_WRITER
from asl.elements.retry import CATCH, RETRY
from asl.errors import EvaluationFailure, InterpreterFailure
from asl.jsontypes import JSON, dumps
from asl.rules import table as rules
from asl.spec.fields import Element, Expression, Field, Reader, at_most_one_of, exactly_one_of
from asl.spec.kinds import Integer, Number, ObjectOf, Path, Template, Text
from asl.spec.quotas import INLINE_MAP_CONCURRENCY
from asl.states.distributed_map import DistributedMap
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


def is_distributed(state: Mapping[str, JSON]) -> bool:
    """Whether a Map state, as written, runs its iterations as child executions."""
    processor = state.get("ItemProcessor", state.get("Iterator"))
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    return isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED"


class Label(msgspec.Struct, frozen=True):
    """The part of a Map Run's ARN that names its Map state; an ARN's separators may not stand in it."""

    def read(self, value: JSON, reader: Reader) -> Any:
        """The label."""
        label = Text(1, _LABEL_LENGTH).read(value, reader)
        wrong = _NOT_IN_LABEL.search(label) if isinstance(label, str) else None
        if wrong is not None:
            reader.problem(rules.LABEL, f"A label cannot hold {wrong[0]!r}")
        return label

    def schema(self) -> dict[str, JSON]:
        """The kind as JSON Schema."""
        return Text(1, _LABEL_LENGTH).schema()


_LABEL_LENGTH = 40
_NOT_IN_LABEL = re.compile(r"""[\s?*<>{}\[\]:;,\\|^~$#%&`"\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]""")

_DISTRIBUTED = (
    Field("ItemReader", ObjectOf(lambda: ITEM_READER), doc="Where a distributed Map reads its items."),
    Field("ItemBatcher", ObjectOf(lambda: ITEM_BATCHER), doc="How a distributed Map puts items together."),
    Field("ResultWriter", ObjectOf(lambda: RESULT_WRITER), doc="Where a distributed Map writes its results."),
    Field("Label", Label(), doc="What the ARN of a distributed Map's run says of it."),
    Field(
        "ToleratedFailureCount", Integer(0, 2**31 - 1), doc="How many items may fail in a distributed Map."
    ),
    Field(
        "ToleratedFailureCountPath",
        Path(),
        only="JSONPath",
        doc="Where to read ToleratedFailureCount from, in its place.",
    ),
    Field(
        "ToleratedFailurePercentage",
        Number(0, 100),
        doc="What part of a distributed Map's items may fail, in per cent.",
    ),
    Field(
        "ToleratedFailurePercentagePath",
        Path(),
        only="JSONPath",
        doc="Where to read ToleratedFailurePercentage from, in its place.",
    ),
)
DISTRIBUTED_FIELDS = tuple(field.name for field in _DISTRIBUTED)
"""The fields that mean nothing to an inline Map."""


def _map(fields: dict[str, Any]) -> Map | DistributedMap:
    block: Block | None = fields.get("ItemProcessor") or fields.get("Iterator")
    return Map(fields) if block is None or block.execution_type is None else DistributedMap(fields)


MAP = Element(
    "Map",
    (
        *COMMON, NEXT, END, ASSIGN, OUTPUT, INPUT_PATH, OUTPUT_PATH, RESULT_SELECTOR, RESULT_PATH,
        RETRY, CATCH,
        Field("ItemProcessor", BlockOf(configured=True), doc="The states that each item goes through."),
        Field("Iterator", BlockOf(configured=True), doc="The older name of ItemProcessor."),
        Field("ItemsPath", Path(), only="JSONPath", doc="Where the items are: the whole input by default."),
        Field("Items", Template(), only="JSONata", doc="The items: the whole input by default."),
        Field("ItemSelector", Template(), doc="What each iteration is given, in place of its item."),
        Field("Parameters", Template(), only="JSONPath", doc="The older name of ItemSelector."),
        Field("MaxConcurrency", Integer(0, 2**31 - 1), doc="How many items run at a time; 0 for no limit."),
        Field(
            "MaxConcurrencyPath",
            Path(),
            only="JSONPath",
            doc="Where to read MaxConcurrency from, in its place.",
        ),
        *_DISTRIBUTED,
    ),
    _map,
    (
        ONE_WAY_ON,
        end_is_true,
        exactly_one_of("ItemProcessor", "Iterator"),
        at_most_one_of("ItemSelector", "Parameters"),
        at_most_one_of("MaxConcurrency", "MaxConcurrencyPath"),
        at_most_one_of("ToleratedFailureCount", "ToleratedFailureCountPath"),
        at_most_one_of("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
    ),
    doc="Runs the same states for each item of an array.",
)  # fmt: skip
