"""Distributed Maps: rows of a file in batches, beside a loop over them; and executions a second."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import ROOT, Job, Times, joined, python_runner
from benchmarks.report import Timing

GENERATOR = ROOT / "sample_machines" / "weather_archive" / "generate.py"
ROWS = (100_000, 1_000_000)
EXPRESS, STANDARD = 20_000, 10_000
ROUNDS = 3
WITHIN = 1_000.0


@dataclass(frozen=True)
class Way:
    """A way to run one of the Map Runs.

    Attributes:
        name: What it is called in a job, behind the Map Run's name.
        label: What it is called in the table.
    """

    name: str
    label: str


ARCHIVE = (
    Way("bare", "csv.DictReader and the same functions (the bound)"),
    Way("simulate", "asl.simulate, as asl run does it"),
    Way("emulator", "an emulator in the same process"),
)
CHILDREN = (
    Way("express simulate", "Express, asl.simulate"),
    Way("express emulator", "Express, an emulator in the same process"),
    Way("standard durable", "Standard, an emulator with a database, durability full"),
)


def measure(quick: bool) -> list[Timing]:
    """Everything by turns, each run in a process of its own."""
    share, rounds = (10, 1) if quick else (1, ROUNDS)
    with TemporaryDirectory() as folder:
        sizes = [(rows // share, Path(folder, str(rows))) for rows in ROWS]
        for rows, place in sizes:
            made = [sys.executable, str(GENERATOR), str(rows), "--out", str(place)]
            subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        archive = [
            Timing(each.name, each.label, "archive", rows, times)
            for rows, place in sizes
            for each, times in zip(ARCHIVE, _archive(rows, place, rounds), strict=True)
        ]
    return archive + _children(share, rounds)


def _archive(rows: int, place: Path, rounds: int) -> list[Times]:
    job = Job("maps", rows, folder=str(place))
    measured: list[list[Times]] = [[] for _ in ARCHIVE]
    for _ in range(rounds):
        for each, times in zip(ARCHIVE, measured, strict=True):
            times.append(_run(replace(job, way=f"archive {each.name}")))
    return [joined(_agreeing(times, measured[0][0])) for times in measured]


def _agreeing(measured: list[Times], bound: Times) -> list[Times]:
    """The times, if the output is that of the loop."""
    wrong = Times(problem="wrong: its output is not the loop's")
    return [each if each.problem or each.output == bound.output else wrong for each in measured]


def _children(share: int, rounds: int) -> list[Timing]:
    measured: list[list[Times]] = [[] for _ in CHILDREN]
    sizes = [(STANDARD if "standard" in each.name else EXPRESS) // share for each in CHILDREN]
    for _ in range(rounds):
        for each, size, times in zip(CHILDREN, sizes, measured, strict=True):
            with TemporaryDirectory() as folder:
                told = _run(Job("maps", size, way=each.name, folder=folder))
            if not told.problem and told.output != list(range(size)):
                told = Times(problem="wrong: its output is not its items")
            times.append(told)
    return [
        Timing(each.name, each.label, "children", size, joined(times))
        for each, size, times in zip(CHILDREN, sizes, measured, strict=True)
    ]


def _run(job: Job) -> Times:
    return python_runner("ours_maps", job, WITHIN)
