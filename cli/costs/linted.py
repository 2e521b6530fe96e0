"""What `asl lint` found: warnings of the validator and advice, as lines for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
import msgspec

from asl import Diagnostic
from asl.advice import Advice, Bill, Finding
from asl.advice.twice import Twice
from cli import diagnostics
from cli.costs.advice import first_of_each, worth
from cli.costs.table import figure
from cli.figures import count, usd
from cli.json_text import printable
from cli.machine_file import MachineFile

SHOWN = 3
"""Pieces of advice of one rule that are shown."""

EXPLAINED = 3
"""Codes that the last line names."""


class Linted(msgspec.Struct, frozen=True):
    """What was found.

    Attributes:
        file: The machine's file.
        warnings: The validator's.
        advice: The advice.
        bill: What it was weighed by; None if no sample was looked at.
        samples: The samples' labels and how they ended.
        twice: What was called twice, in a sentence; None if nothing was to be.
    """

    file: MachineFile
    warnings: list[Diagnostic]
    advice: Advice
    bill: Bill | None = None
    samples: list[tuple[str, str]] = []
    twice: str | None = None

    @property
    def found(self) -> int:
        """How much was found."""
        return len(self.warnings) + len(self.advice.findings)

    def to_dict(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        file = {"file": str(self.file.path)}
        told = self.advice
        return {
            "per_month": None if self.bill is None else self.bill.per_month,
            "amounts_per": None if self.bill is None else self.bill.per,
            "findings": [{**file, **each.to_dict()} for each in self.warnings]
            + [{**file, **each.to_dict()} for each in told.findings],
            "not_told": {
                "below_a_cent": told.below_a_cent, "not_reached": told.not_reached, "ignored": told.ignored
            },
            "samples": [{"label": label, "status": status} for label, status in self.samples],
            "twice": self.twice,
        }  # fmt: skip


def lines(told: Linted, *, excerpts: bool) -> Iterator[str]:
    """All of it but the last line.

    Args:
        told: What was found.
        excerpts: Whether to show the places themselves.
    """
    path, source = str(told.file.path), told.file.source
    yield from diagnostics.lines(path, source, told.warnings, excerpts=excerpts)
    shown, folded = first_of_each(told.advice.findings, SHOWN)
    for each in shown:
        yield from diagnostics.lines(path, source, [each.diagnostic], excerpts=excerpts)
        money = _money(each, told.bill)
        if money:
            yield click.style("  worth: ", fg="green") + money
    for code, number in folded.items():
        yield f"… {number:,} more of {code}: --json tells all"
    if told.twice is not None:
        yield click.style(told.twice, dim=True)


def said_of(twice: Twice) -> str:
    """What was done to look for functions that are not idempotent, in a sentence."""
    if not twice.states:
        return "--twice called nothing: no sample came to a function of a task that is retried."
    calls = sum(each.calls for each in twice.states.values())
    states = ", ".join(printable(name) for name in twice.states)
    return (
        "--twice ran the samples once more and called functions a second time with the same idempotency key, "
        f"{count(calls, 'time')}: {states}. What they did outside of this process was done twice."
    )


def _money(finding: Finding, bill: Bill | None) -> str:
    amount = worth(finding)
    if not amount or bill is None:
        return ""
    said = f"{amount} {'a' if bill.per_month is not None else 'per'} {bill.per}"
    if finding.saving is None:
        return f"{said}, if every execution came to that"
    part, whole = (figure(round(float(each), 2)) for each in (finding.saving.transitions, bill.transitions))
    return f"{said}: {part} of {whole} transitions of an execution"


def summary(told: Linted) -> Iterator[str]:
    """The last lines: how much there is, what it is worth, and what is not told."""
    number = len(told.advice.findings)
    parts = [f"{number} {'piece' if number == 1 else 'pieces'} of advice"]
    if told.warnings:
        parts.insert(0, count(len(told.warnings), "warning"))
    saved = sum(each.saving.usd or 0 for each in told.advice.findings if each.saving is not None)
    if saved and told.bill is not None:
        parts.append(
            f"up to {usd(saved)} to save {'a' if told.bill.per_month is not None else 'per'} {told.bill.per}"
        )
    yield click.style(", ".join(parts), fg="yellow" if told.found else "green")
    yield from _not_told(told)
    codes = [each.rule for each in told.warnings] + [each.code for each in told.advice.findings]
    rules = list(dict.fromkeys(each for each in codes if each))
    if rules:
        yield f"asl explain {' '.join(rules[:EXPLAINED])} tells more"


def _not_told(told: Linted) -> Iterator[str]:
    advice, bill = told.advice, told.bill
    if advice.below_a_cent:
        month = (
            f" of {bill.per_month:,} executions" if bill is not None and bill.per_month is not None else ""
        )
        yield f"{_more(advice.below_a_cent)} not told: less than a cent is to save in a month{month}"
    if advice.not_reached:
        yield f"{_more(advice.not_reached)} not told: no sample came to what would be saved"


def _more(number: int) -> str:
    return f"{number} more {'is' if number == 1 else 'are'}"
