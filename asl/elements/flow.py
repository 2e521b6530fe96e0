"""Where a state leads: Next or End, and the fields that every state has."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from asl.jsontypes import JSON
from asl.spec.fields import Field, Reader, Rule, exactly_one_of
from asl.spec.kinds import Flag, OneOf, Text


class Target(msgspec.Struct, frozen=True):
    """The name of a state in the same block."""

    def read(self, value: JSON, reader: Reader) -> JSON:
        if not isinstance(value, str):
            reader.problem("Expected value of type String")
        elif not value:
            reader.problem("Value cannot be empty")
        return value

    def schema(self) -> dict[str, JSON]:
        return {"type": "string", "minLength": 1}


QUERY_LANGUAGE = Field("QueryLanguage", OneOf(("JSONPath", "JSONata")))
COMMON = (Field("Type", Text(), required=True), Field("Comment", Text()), QUERY_LANGUAGE)
NEXT = Field("Next", Target())
END = Field("End", Flag())

ONE_WAY_ON: Rule = exactly_one_of("Next", "End")


def end_is_true(value: Mapping[str, JSON]) -> str | None:
    """A rule: End, where it stands, says true."""
    if value.get("End") is False and "Next" not in value:
        return "The value of the field 'End' must be true"
    return None
