"""Map: runs its processor once for each item of an array."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from asl.elements.dataflow import ASSIGN, INPUT_PATH, OUTPUT, OUTPUT_PATH, RESULT_PATH, RESULT_SELECTOR
from asl.elements.flow import COMMON, END, NEXT, ONE_WAY_ON, end_is_true
from asl.elements.item_batcher import ITEM_BATCHER
from asl.elements.item_reader import ITEM_READER
from asl.elements.outcome import Frame, Split
from asl.elements.processor import Block, BlockOf
from asl.elements.result_writer import RESULT_WRITER
from asl.elements.retry import CATCH, RETRY
from asl.jsontypes import JSON
from asl.rules import table as rules
from asl.spec.fields import Element, Field, Reader, at_most_one_of, exactly_one_of
from asl.spec.kinds import Integer, Number, ObjectOf, Path, Template, Text
from asl.spec.quotas import INLINE_MAP_CONCURRENCY
from asl.states.distributed_map import DistributedMap
from asl.states.map_state import MapState


class Map(MapState):
    """A Map state in Inline mode: its iterations share the execution's history and variables."""

    __slots__ = ()

    def enter(self, frame: Frame) -> Split:
        """Asks for threads for its items, no more than MaxConcurrency at a time."""
        data = self.input(frame)
        limit = self.concurrency(data, frame)
        return Split(
            data, self.found(data, frame), min(limit or INLINE_MAP_CONCURRENCY, INLINE_MAP_CONCURRENCY)
        )

    def block(self, index: int) -> Block:
        """The states that an iteration runs."""
        return self.processor


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
