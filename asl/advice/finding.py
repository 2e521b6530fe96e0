"""A finding: a piece of advice on one state, with its figures."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import msgspec

from asl.cost.month import Number, number
from asl.diagnostics import Diagnostic
from asl.rules import Problem, Rule


class Saving(msgspec.Struct, frozen=True):
    """What following the advice saves.

    Attributes:
        transitions: Of one execution, on average.
        usd: US dollars, all executions together; None where money was not asked for.
    """

    transitions: Fraction
    usd: float | None


class Finding(msgspec.Struct, frozen=True):
    """A piece of advice.

    Attributes:
        state: The name of the state that it is about.
        diagnostic: What it says, where, and what to do.
        figures: What was counted and measured, by names for programs.
        saving: What it saves, where that is transitions and there were runs to count them in.
        risk_usd: What it may cost as it is, where that can be told; US dollars, all executions together.
        serious: Whether it is to be told whatever the money is: it is about more than money.
    """

    state: str
    diagnostic: Diagnostic
    figures: Mapping[str, Number]
    saving: Saving | None = None
    risk_usd: float | None = None
    serious: bool = False

    @property
    def code(self) -> str:
        """The code of the rule."""
        assert self.diagnostic.rule is not None
        return self.diagnostic.rule

    def to_dict(self) -> dict[str, Any]:
        """It as a JSON object."""
        told: dict[str, Any] = {
            **self.diagnostic.to_dict(),
            "state": self.state,
            "figures": dict(self.figures),
        }
        if self.saving is not None:
            told["saving"] = {
                "transitions_per_execution": number(self.saving.transitions), "usd": self.saving.usd
            }  # fmt: skip
        if self.risk_usd is not None:
            told["risk_usd"] = self.risk_usd
        return told


def diagnostic(rule: Rule, place: tuple[str | int, ...], message: str, hint: str | None = None) -> Diagnostic:
    """What a finding says."""
    return Problem(rule, message, hint).at(place)
