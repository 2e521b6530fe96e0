"""ResultWriter: what a distributed Map does with the results of its child executions."""

from __future__ import annotations

from asl.elements.dataflow import ARGUMENTS, PARAMETERS
from asl.elements.item_reader import S3Action
from asl.spec.fields import Element, Field
from asl.spec.kinds import ObjectOf, OneOf

WRITER_CONFIG = Element(
    "WriterConfig",
    (
        Field(
            "Transformation",
            OneOf(("NONE", "COMPACT", "FLATTEN")),
            required=True,
            doc="With what the executions tell of themselves, the outputs alone, or in one list.",
        ),
        Field("OutputType", OneOf(("JSON", "JSONL")), required=True, doc="The format of the results."),
    ),
    lambda fields: fields,
)
RESULT_WRITER = Element(
    "ResultWriter",
    (
        Field("Resource", S3Action(("s3:putObject",)), doc="The ARN of the action that writes."),
        PARAMETERS,
        ARGUMENTS,
        Field("WriterConfig", ObjectOf(lambda: WRITER_CONFIG), doc="The form of the results."),
    ),
    lambda fields: fields,
)
