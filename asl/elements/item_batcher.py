"""ItemBatcher: how a distributed Map puts its items together in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from asl.elements import dataflow
from asl.elements.limits import whole_number
from asl.elements.outcome import Frame
from asl.errors import InterpreterFailure
from asl.jsontypes import JSON, size
from asl.signals import Batching
from asl.spec.fields import Element, Expression, Field, at_most_one_of
from asl.spec.kinds import Integer, Path, Template
from asl.spec.quotas import STANDARD

MAX_ITEMS_PER_BATCH = 100_000_000
MAX_INPUT_BYTES = STANDARD.payload_bytes or 0
"""A batch is the input of a child execution, whose quota it shares."""

ITEM_BATCHER = Element(
    "ItemBatcher",
    (
        Field("MaxItemsPerBatch", Integer(1, MAX_ITEMS_PER_BATCH), doc="The most items of a batch."),
        Field(
            "MaxItemsPerBatchPath",
            Path(),
            only="JSONPath",
            doc="Where to read MaxItemsPerBatch from, in its place.",
        ),
        Field("MaxInputBytesPerBatch", Integer(1, MAX_INPUT_BYTES), doc="The most bytes of a batch."),
        Field(
            "MaxInputBytesPerBatchPath",
            Path(),
            only="JSONPath",
            doc="Where to read MaxInputBytesPerBatch from, in its place.",
        ),
        Field("BatchInput", Template(), doc="What each batch is given besides its items."),
    ),
    lambda fields: fields,
    (
        at_most_one_of("MaxItemsPerBatch", "MaxItemsPerBatchPath"),
        at_most_one_of("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"),
    ),
)


def batching(fields: Mapping[str, Any], data: JSON, frame: Frame) -> Batching:
    """How items are to be put together, by an ItemBatcher's fields at its state.

    Raises:
        Failure: A bound is none. The texts are by analogy with MaxItems.
    """
    template: Expression | None = fields.get("BatchInput")
    given: JSON = None
    if template is not None:
        given = template.evaluate(dataflow.states(frame) if template.field else data, frame)
    return Batching(
        _positive("MaxItemsPerBatch", whole_number(fields, "MaxItemsPerBatch")(data, frame)),
        _positive("MaxInputBytesPerBatch", whole_number(fields, "MaxInputBytesPerBatch")(data, frame)),
        given,
    )


def _positive(name: str, value: int | None) -> int | None:
    if value is not None and value <= 0:
        raise InterpreterFailure(f"field {name} must be positive")
    if name == "MaxInputBytesPerBatch" and value is not None and value > MAX_INPUT_BYTES:
        raise InterpreterFailure(f"field {name} must not be more than {MAX_INPUT_BYTES}")
    return value


class Batches:
    """Puts items together, one after the other.

    Args:
        batching: How.
        limit: The most bytes that any input may have, or None.
    """

    def __init__(self, batching: Batching, limit: int | None = None) -> None:
        self._batching = batching
        bounds = [each for each in (batching.bytes, limit) if each is not None]
        self._most = min(bounds, default=None)
        self._items: list[JSON] = []
        self._bytes = self.empty = size(self._input([]))

    def put(self, value: JSON, taken: int) -> Iterator[tuple[JSON, int]]:
        """The batches that one more item completes: their input, and how many items are in it.

        Args:
            value: The item. One that is over the bound of bytes alone is a batch of its own.
            taken: How many bytes it takes.
        """
        more = taken + bool(self._items)  # and a comma
        if self._items and self._most is not None and self._bytes + more > self._most:
            yield self._complete()
            more = taken
        self._items.append(value)
        self._bytes += more
        if len(self._items) == self._batching.items:
            yield self._complete()

    def rest(self) -> Iterator[tuple[JSON, int]]:
        """The batch that is not full, if there is one."""
        if self._items:
            yield self._complete()

    def _complete(self) -> tuple[JSON, int]:
        items, self._items, self._bytes = self._items, [], self.empty
        return self._input(items), len(items)

    def _input(self, items: list[JSON]) -> JSON:
        given = self._batching.input
        return {"Items": items} if given is None else {"BatchInput": given, "Items": items}
