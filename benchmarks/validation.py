"""The runner that validates the large definition, and the bound: only to decode it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import asl
from benchmarks.large import FAULTS, large
from benchmarks.measure import Job, Times, sample, serve


@dataclass(frozen=True)
class Way:
    """A way to look at the definition.

    Attributes:
        name: What it is called in a job.
        label: What it is called in the table.
        problems: How many problems it has to tell.
        aimed: Whether the aim is for it.
        once: Whether only the first run of a process is wanted.
    """

    name: str
    label: str
    problems: int = 0
    aimed: bool = False
    once: bool = False


WAYS = (
    Way("asl", "asl.validate", aimed=True),
    Way("first", "asl.validate, the first call of a process", once=True),
    Way("faulty", f"asl.validate, {FAULTS} errors told with line and column", problems=FAULTS),
    Way("loads", "json.loads (the bound)"),
)


def measure(job: Job) -> Times:
    """The times of one way; the output is the number of problems that were told."""
    text = large(job.size, _faults(job))

    def run() -> int:
        if job.way == "loads":
            json.loads(text)
            return 0
        return len(asl.validate(text))

    runs, problems = sample(job, run)
    return Times(runs=runs, output=problems)


def _faults(job: Job) -> int:
    return FAULTS if job.way == "faulty" else 0


if __name__ == "__main__":
    serve(measure)
