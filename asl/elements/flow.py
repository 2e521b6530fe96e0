"""Where a state leads: Next or End, and the fields that every state has."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from asl.jsontypes import JSON
from asl.rules import Problem
from asl.rules import table as rules
from asl.spec.fields import Check, Field, Reader, exactly_one_of
from asl.spec.kinds import Flag, OneOf, Text


class Target(msgspec.Struct, frozen=True):
    """The name of a state in the same block."""

    def read(self, value: JSON, reader: Reader) -> JSON:
        if not isinstance(value, str):
            reader.problem(rules.WRONG_TYPE, "Expected value of type String")
        elif not value:
            reader.problem(rules.EMPTY, "Value cannot be empty")
        return value

    def schema(self) -> dict[str, JSON]:
        return {"type": "string", "minLength": 1}


QUERY_LANGUAGE = Field(
    "QueryLanguage",
    OneOf(("JSONPath", "JSONata")),
    doc="The language of paths and expressions: JSONPath unless said otherwise.",
)
COMMENT = Field("Comment", Text(), doc="A note for readers; it does nothing.")
COMMON = (Field("Type", Text(), required=True, doc="What the state does."), COMMENT, QUERY_LANGUAGE)
NEXT = Field("Next", Target(), doc="The state to go to, in the same block of states.")
END = Field("End", Flag(), doc="true where the block of states ends here.")

ONE_WAY_ON: Check = exactly_one_of("Next", "End")


def end_is_true(value: Mapping[str, JSON]) -> Problem | None:
    """A check: End, where it stands, says true."""
    if value.get("End") is False and "Next" not in value:
        return Problem(rules.END_IS_TRUE, "The value of the field 'End' must be true")
    return None
