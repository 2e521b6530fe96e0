"""ItemBatcher: how a distributed Map puts its items together in batches."""

from __future__ import annotations

from asl.spec.fields import Element, Field, at_most_one_of
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
