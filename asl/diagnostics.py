"""What is wrong with a definition: AWS's code, text and location, and where to find it in the file."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

Severity: TypeAlias = Literal["ERROR", "WARNING", "ADVICE"]

# AWS's codes (ValidateStateMachineDefinition).
DUPLICATE_STATE_NAME = "DUPLICATE_STATE_NAME"
INVALID_JSON = "INVALID_JSON_DESCRIPTION"
MISSING_END_STATE = "MISSING_END_STATE"
MISSING_TRANSITION_TARGET = "MISSING_TRANSITION_TARGET"
NO_DOLLAR = "NO_DOLLAR"
PASS_RESULT_IS_STATIC = "PASS_RESULT_IS_STATIC"  # noqa: S105 -- no password
SCHEMA = "SCHEMA_VALIDATION_FAILED"
INVALID_JSONATA = "INVALID_JSONATA_EXPRESSION"
UNSUPPORTED_JSONATA = "UNSUPPORTED_JSONATA_EXPRESSION"

JSONATA_NOT_INSTALLED = "JSONATA_NOT_INSTALLED"
"""Ours, not AWS's: AWS would take this definition, here a package is missing that runs it."""

ADVICE = "ADVICE"
"""Ours: the definition is right, and could cost less or stand more."""

OURS = frozenset({JSONATA_NOT_INSTALLED})
"""Codes of warnings for which a definition is not run here."""


class Diagnostic(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong with a definition.

    Attributes:
        severity: ``ERROR`` where AWS would refuse the definition, ``ADVICE`` where nothing is wrong with it
            and something could be better, which `asl.validate` never tells; else ``WARNING``.
        code: AWS's code.
        message: AWS's text where one is known.
        location: JSON pointer to the place, as AWS writes it; ``/`` is the whole definition. Of a
            text that is no JSON, what AWS's parser says of the place; empty where AWS says nothing.
        line: Line in the text that was read, from 1; None where there was no text.
        column: Column in that line, from 1.
        hint: What to do about it, in our words.
        rule: Our code of the rule; ``asl explain`` tells more.
    """

    severity: Severity
    code: str
    message: str
    location: str = "/"
    line: int | None = None
    column: int | None = None
    hint: str | None = None
    rule: str | None = None

    def __str__(self) -> str:
        """AWS's own form, as CreateStateMachine shows it."""
        return f"{self.code}: {self.message}" + (f" at {self.location}" if self.location else "")

    def to_dict(self) -> dict[str, Any]:
        """The diagnostic as a JSON object; what is not known is left out."""
        record = {
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "location": self.location or None,
            "line": self.line,
            "column": self.column,
            "hint": self.hint,
            "rule": self.rule,
        }
        return {key: value for key, value in record.items() if value is not None}


def pointer(steps: tuple[str | int, ...]) -> str:
    """The JSON pointer (RFC 6901) of a path through a document; AWS calls the root ``/``."""
    if not steps:
        return "/"
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
