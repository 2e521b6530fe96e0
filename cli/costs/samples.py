"""Samples of what a machine's executions use: of runs, of a history, or of an execution of an endpoint."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from asl.advice import Evidence
from asl.cost import Use
from asl.cost.samples import add_ways
from asl.history import History

Kind: TypeAlias = Literal["STANDARD", "EXPRESS"]


class Sample(msgspec.Struct, frozen=True):
    """One execution.

    Attributes:
        label: What it is of: an input's place, a file, an ARN.
        status: How it ended.
        use: What it used.
    """

    label: str
    status: str
    use: Use


class Samples(msgspec.Struct):
    """What is known of a machine's executions.

    Attributes:
        name: The machine's name.
        kind: What it is.
        definition: Its definition as text.
        yaml: Whether that is YAML.
        each: The executions.
        ways: Choice state -> the state that came next -> how often.
        notes: What the figures leave out.
        evidence: What advice is made of.
    """

    name: str
    kind: Kind
    definition: str | bytes
    yaml: bool
    each: list[Sample] = []
    ways: dict[str, dict[str, int]] = {}
    notes: list[str] = []
    evidence: Evidence = msgspec.field(default_factory=Evidence)

    def add(
        self, label: str, status: str, use: Use, history: History | None = None, why: str | None = None
    ) -> None:
        """Adds an execution; of its history only the ways that it took are kept, and figures.

        Args:
            label: What it is called.
            status: How it ended, or RUNNING.
            use: What it used.
            history: Its events, where they are known.
            why: Why it failed, where that is known.
        """
        self.each.append(Sample(label, status, use))
        if status not in ("SUCCEEDED", "RUNNING"):
            told = f"{label} ended {status}, and costs what its way took"
            self.note(f"{told}: {why}" if why else f"{told}.")
        self.evidence.add(use, history)
        if history is not None:
            add_ways(self.ways, history)

    def note(self, text: str) -> None:
        """Adds a note, once."""
        if text not in self.notes:
            self.notes.append(text)

    @property
    def all_failed(self) -> bool:
        """Whether none of them went well."""
        return not any(each.status in ("SUCCEEDED", "RUNNING") for each in self.each)

    @property
    def uses(self) -> list[Use]:
        """What each of them used."""
        return [each.use for each in self.each]
