"""ItemReader: where a distributed Map reads its items from."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from asl.elements.dataflow import ARGUMENTS, PARAMETERS
from asl.jsontypes import JSON
from asl.rules import Problem
from asl.rules import table as rules
from asl.spec.fields import Check, Element, Field, Reader, at_most_one_of
from asl.spec.kinds import Integer, ListOf, ObjectOf, OneOf, Path, Text

MAX_ITEMS = 100_000_000
_POINTER_LENGTH = 2_000
_RESOURCE = re.compile(r"arn:aws[\w-]*:states:::(.+)")


class S3Action(msgspec.Struct, frozen=True):
    """The ARN of an action on Amazon S3 that a Map calls itself."""

    actions: tuple[str, ...]

    def read(self, value: JSON, reader: Reader) -> str | None:
        """The action, such as ``s3:getObject``."""
        match = _RESOURCE.fullmatch(value) if isinstance(value, str) else None
        if match is None or match[1] not in self.actions:
            taken = " or ".join(f"arn:aws:states:::{each}" for each in self.actions)
            reader.problem(rules.RESOURCE, "Value is not a valid resource ARN", taken)
            return None
        return match[1]

    def schema(self) -> dict[str, JSON]:
        """The kind as JSON Schema."""
        return {"type": "string", "pattern": rf"^arn:aws[\w-]*:states:::({'|'.join(self.actions)})$"}


def _csv_headers(value: Mapping[str, JSON]) -> Problem | None:
    """A check: of a CSV file it is said where its headers are."""
    if value.get("InputType") != "CSV":
        return None
    if "CSVHeaderLocation" not in value:
        return Problem(rules.CSV_HEADERS, "The field 'CSVHeaderLocation' is required")
    if value["CSVHeaderLocation"] == "GIVEN" and "CSVHeaders" not in value:
        return Problem(rules.CSV_HEADERS, "The field 'CSVHeaders' is required")
    return None


def _of_input_type(name: str, *types: str | None) -> Check:
    """A check: a field stands only with the input types that it belongs to; None where it may stand alone."""

    def check(value: Mapping[str, JSON]) -> Problem | None:
        input_type = value.get("InputType")
        if name not in value or input_type in types:
            return None
        shown = f"the InputType '{input_type}'" if isinstance(input_type, str) else "no InputType"
        return Problem(rules.READER_FIELD, f"Field '{name}' is not supported with {shown}")

    return check


READER_CONFIG = Element(
    "ReaderConfig",
    (
        Field(
            "InputType",
            OneOf(("CSV", "JSON", "JSONL", "PARQUET", "MANIFEST")),
            doc="The format of what is read.",
        ),
        Field("ManifestType", OneOf(("ATHENA_DATA", "S3_INVENTORY")), doc="What wrote the manifest."),
        Field(
            "Transformation",
            OneOf(("NONE", "LOAD_AND_FLATTEN")),
            doc="Whether the items are the objects listed, or what these hold.",
        ),
        Field("CSVHeaderLocation", OneOf(("FIRST_ROW", "GIVEN")), doc="Where the names of the columns are."),
        Field(
            "CSVHeaders", ListOf(Text(), 1), doc="The names of the columns, where CSVHeaderLocation is GIVEN."
        ),
        Field(
            "CSVDelimiter",
            OneOf(("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB")),
            doc="What stands between two columns: COMMA by default.",
        ),
        Field(
            "ItemsPointer", Text(max_length=_POINTER_LENGTH), doc="A JSON pointer to the items in the file."
        ),
        Field("MaxItems", Integer(0, MAX_ITEMS), doc="The most items to read."),
        Field("MaxItemsPath", Path(), only="JSONPath", doc="Where to read MaxItems from, in its place."),
    ),
    lambda fields: fields,
    (
        _csv_headers,
        _of_input_type("CSVHeaderLocation", "CSV", "MANIFEST"),
        _of_input_type("CSVHeaders", "CSV", "MANIFEST"),
        _of_input_type("CSVDelimiter", "CSV", "MANIFEST"),
        # An inventory says itself what its files are; those of Athena are named (guide, "ItemReader").
        _of_input_type("ManifestType", "MANIFEST", "CSV", "JSONL", "PARQUET", None),
        _of_input_type("ItemsPointer", "JSON"),
        at_most_one_of("MaxItems", "MaxItemsPath"),
    ),
)


ITEM_READER = Element(
    "ItemReader",
    (
        Field(
            "Resource",
            S3Action(("s3:getObject", "s3:listObjectsV2")),
            required=True,
            doc="The ARN of the action that reads.",
        ),
        PARAMETERS,
        ARGUMENTS,
        Field("ReaderConfig", ObjectOf(lambda: READER_CONFIG), doc="The form of what is read."),
    ),
    lambda fields: fields,
)
