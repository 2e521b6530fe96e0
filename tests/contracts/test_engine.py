"""The contract of engines: the same machines give the same histories as `asl.simulate`, event for event."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any

import pytest

import asl
from emulator.ports import Journal
from emulator.store.memory import MemoryJournal
from emulator.store.sqlite import SqliteJournal
from tests.conformance.case_format import Run, runs
from tests.conformance.case_tasks import Replies
from tests.contracts.driving import engine_run
from tests.golden.histories import difference, golden_text
from tests.golden.samples import SAMPLES, SEED, TASK_SECONDS, Sample, load_handlers

CASES = [pytest.param(run, id=place) for place, run in runs()]


def _ending(ended: Any) -> tuple[Any, ...]:
    return ended.status, ended.output, ended.error, ended.cause


def _same(simulated: Any, driven: Any) -> None:
    assert _ending(driven) == _ending(simulated)
    wanted, got = golden_text(simulated.history), golden_text(driven.history)
    if wanted != got:
        pytest.fail(difference(wanted, got), pytrace=False)


@pytest.fixture(params=["memory", "sqlite"])
def journal(request: pytest.FixtureRequest) -> Iterator[Journal]:
    """A journal of each kind; SQLite's without a file, for what reaches the disk is not asked here."""
    made: Journal = MemoryJournal() if request.param == "memory" else SqliteJournal(":memory:", "process")
    yield made
    made.close()


@pytest.mark.parametrize("run", CASES)
def test_the_engine_writes_the_history_of_a_case_as_simulate_does(run: Run, journal: Journal) -> None:
    machine = asl.parse(run.definition)
    simulated = asl.simulate(machine, run.input, handlers=Replies(run.tasks), **run.options)
    driven = engine_run(machine, run.input, handlers=Replies(run.tasks), journal=journal, **run.options)
    _same(simulated, driven)


@pytest.mark.parametrize("sample", [pytest.param(each, id=each.name) for each in SAMPLES])
def test_the_engine_writes_the_history_of_a_sample_as_simulate_does(sample: Sample, journal: Journal) -> None:
    driven = engine_run(
        asl.parse(sample.definition),
        json.loads(sample.input.read_text(encoding="utf-8")),
        handlers=load_handlers(sample.folder),
        task_seconds=TASK_SECONDS,
        seed=SEED,
        machine_name=sample.folder.name,
        journal=journal,
    )
    _same(sample.run(), driven)


def test_every_option_of_a_case_is_one_that_the_engine_takes() -> None:
    known = set(inspect.signature(engine_run).parameters)
    assert {name for _, run in runs() for name in run.options} <= known
