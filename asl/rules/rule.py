"""A rule of the validator, and a problem that it found."""

from __future__ import annotations

import msgspec

from asl.diagnostics import SCHEMA, Diagnostic, Severity, pointer


class Rule(msgspec.Struct, frozen=True):
    """One thing that a definition is held to; its page, ``pages/<code>.md``, says why.

    Attributes:
        code: Our own code. It is stable: never given to another rule.
        advice: What to do, in one line; the hint of a problem that has no better one.
        aws: AWS's code for it.
        severity: ``ERROR`` where AWS refuses the definition, ``ADVICE`` where it is good advice only, else
            ``WARNING``.
    """

    code: str
    advice: str
    aws: str = SCHEMA
    severity: Severity = "ERROR"


class Problem(msgspec.Struct, frozen=True):
    """A rule that was broken, not yet placed.

    Attributes:
        rule: The rule.
        message: AWS's text where one is known.
        hint: What to do here, where more can be said than the rule's advice.
    """

    rule: Rule
    message: str
    hint: str | None = None

    def at(self, place: tuple[str | int, ...]) -> Diagnostic:
        """The diagnostic of this problem at a path through the definition."""
        return Diagnostic(
            severity=self.rule.severity,
            code=self.rule.aws,
            message=self.message,
            location=pointer(place),
            hint=self.hint or self.rule.advice,
            rule=self.rule.code,
        )
