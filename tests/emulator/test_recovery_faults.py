"""Executions on which the core failed: they are parked, can be stopped, and stay so after a restart."""

from __future__ import annotations

import asyncio
import threading

import pytest

from asl.signals import TaskSucceeded
from emulator.engine import local, replay
from tests.emulator.reopening import (
    FUNCTION,
    at,
    block,
    crashed,
    described,
    emulated,
    held,
    machine,
    on_a_loop,
    settled,
    started,
    types,
)
from tests.emulator.shared import asked

ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:ask"
WAITS = machine(W={"Type": "Wait", "Seconds": 60, "End": True})
LONG = {f"P{number}": {"Type": "Pass", "Next": f"P{number + 1}"} for number in range(2_000)}
LOOPS = machine(**LONG, P2000={"Type": "Wait", "Seconds": 60, "End": True})
"""So many states that one turn is not enough for them."""


class Broken:
    """The core, failing on signals of one kind as long as it is broken."""

    def __init__(self, monkeypatch, kind):
        self.kind = kind
        self.faults = 0
        self._advance = local.advance
        for room in (local, replay):
            monkeypatch.setattr(room, "advance", self)

    def __call__(self, machine, execution, signal, now):
        if type(signal).__name__ == self.kind:
            self.faults += 1
            raise LookupError("the core is broken")
        return self._advance(machine, execution, signal, now)


@pytest.fixture(autouse=True)
def log(caplog):
    """What is logged; a traceback of the core is expected here."""
    return caplog


@pytest.mark.parametrize(
    ("kind", "definition"), [("Elapsed", WAITS), ("Continue", LOOPS)], ids=["a", "later"]
)
@pytest.mark.parametrize("restarts", [0, 1, 2])
@on_a_loop
async def test_a_parked_execution_can_be_stopped_also_after_restarts(
    tmp_path, monkeypatch, kind, definition, restarts
):
    core, path = Broken(monkeypatch, kind), tmp_path / "a.db"
    async with emulated(path) as emulator:
        arn = await started(emulator, definition)
        await settled(emulator)
        assert emulator.executions[arn].parked
        before = await types(emulator, arn)
        if not restarts:
            await asked(emulator, "StopExecution", executionArn=arn, error="E", cause="C")
        copy = crashed(path)
    for number in range(restarts):
        async with emulated(copy) as emulator:
            await settled(emulator)
            assert emulator.executions[arn].parked
            assert await types(emulator, arn) == before
            if number == restarts - 1:
                await asked(emulator, "StopExecution", executionArn=arn, error="E", cause="C")
            copy = crashed(copy)
    async with emulated(copy) as emulator:
        told = await described(emulator, arn)
        assert (told["status"], told["error"], told["cause"]) == ("ABORTED", "E", "C")
        assert await types(emulator, arn) == [*before, "ExecutionAborted"]
    assert core.faults


@pytest.mark.parametrize("crashes", [False, True])
@on_a_loop
async def test_a_stop_that_stands_behind_the_signal_on_which_the_core_fails(tmp_path, monkeypatch, crashes):
    core, path = Broken(monkeypatch, "TaskSucceeded"), tmp_path / "a.db"
    ask = machine(A={"Type": "Task", "Resource": ACTIVITY, "End": True})
    async with emulated(path) as emulator:
        activity = (await asked(emulator, "CreateActivity", name="ask"))["activityArn"]
        arn = await started(emulator, ask)
        await settled(emulator)
        token = (await asked(emulator, "GetActivityTask", activityArn=activity))["taskToken"]
        await settled(emulator)
        running, engine = emulator.executions[arn], emulator.engine
        task = engine.tasks.tokens.task(token)
        engine.tasks.end(task, TaskSucceeded(task.command.id, 1))
        engine.stop(running, "E", None)
        assert [type(signal).__name__ for _, signal, _ in running.inbox] == ["TaskSucceeded", "Stopped"]
        if crashes:
            await emulator.engine.durable()
        await running.closed.wait()
        await settled(emulator)
        told = await described(emulator, arn)
        assert (told["status"], told["error"], core.faults) == ("ABORTED", "E", 1)
        assert not running.tasks
        copy = crashed(path)
    async with emulated(copy) as emulator:
        assert await described(emulator, arn) == told


@on_a_loop
async def test_no_function_of_a_parked_execution_is_called_again_after_a_restart(tmp_path, monkeypatch):
    Broken(monkeypatch, "TaskFailed")
    path, calls, release = tmp_path / "a.db", [], threading.Event()

    def slow(event, context):
        calls.append(event)
        release.wait(10)

    calling = {"Type": "Task", "Resource": f"{FUNCTION}slow", "TimeoutSeconds": 50, "End": True}
    asking = {"Type": "Task", "Resource": ACTIVITY, "End": True}
    forked = {"Type": "Parallel", "Branches": [block(A=calling), block(B=asking)], "End": True}
    async with emulated(path, handlers={"slow": slow}) as emulator:
        await asked(emulator, "CreateActivity", name="ask")
        arn = await started(emulator, machine(P=forked))
        token = (await asked(emulator, "GetActivityTask", activityArn=ACTIVITY))["taskToken"]
        while not calls:
            await asyncio.sleep(0.001)
        await asked(emulator, "SendTaskFailure", taskToken=token)
        assert emulator.executions[arn].parked
        before = await types(emulator, arn)
        copy = crashed(path)
        release.set()
    async with emulated(copy, handlers={"slow": slow}) as emulator:
        await at(emulator, 60)
        assert emulator.engine.idle
        assert await types(emulator, arn) == before
        assert (await described(emulator, arn))["status"] == "RUNNING"
    assert len(calls) == 1


@on_a_loop
async def test_a_program_in_which_the_fault_is_mended_goes_on(tmp_path, monkeypatch):
    core, path = Broken(monkeypatch, "Elapsed"), tmp_path / "a.db"
    async with emulated(path) as emulator:
        arn = await started(emulator, WAITS)
        await settled(emulator)
        assert emulator.executions[arn].parked
    core.kind = None
    async with emulated(path) as emulator:
        await settled(emulator)
        assert (await described(emulator, arn))["status"] == "SUCCEEDED"


@pytest.mark.parametrize("mended", [False, True])
@on_a_loop
async def test_one_that_was_parked_stopped_and_redriven_is_rebuilt_by_a_program_with_the_fault(
    tmp_path, monkeypatch, mended
):
    core, path = Broken(monkeypatch, "Elapsed"), tmp_path / "a.db"
    async with emulated(path) as emulator:
        arn = await started(emulator, WAITS)
        await settled(emulator)
        await asked(emulator, "StopExecution", executionArn=arn)
        await held(emulator)
        await asked(emulator, "RedriveExecution", executionArn=arn)
        await settled(emulator)
        assert not emulator.executions[arn].parked
        before = await types(emulator, arn)
    core.kind = None if mended else "Elapsed"
    async with emulated(path) as emulator:
        await settled(emulator)
        told = await described(emulator, arn)
        if mended:  # there, what was told led to something else
            assert (told["status"], told["error"]) == ("FAILED", replay.DIVERGED)
            return
        assert (told["status"], await types(emulator, arn)) == ("RUNNING", before)
        assert not emulator.executions[arn].parked
        core.kind = None
        await at(emulator, 120)
        assert (await described(emulator, arn))["status"] == "SUCCEEDED"


@on_a_loop
async def test_a_fault_where_there_was_none_is_no_parking_but_another_history(tmp_path, monkeypatch):
    core, path = Broken(monkeypatch, None), tmp_path / "a.db"
    asks = machine(
        A={"Type": "Wait", "Seconds": 5, "Next": "B"},
        B={"Type": "Task", "Resource": ACTIVITY, "End": True},
    )
    async with emulated(path) as emulator:
        await asked(emulator, "CreateActivity", name="ask")
        arn = await started(emulator, asks)
        await settled(emulator)
    core.kind = "Elapsed"
    async with emulated(path) as emulator:
        told = await described(emulator, arn)
        assert (told["status"], told["error"]) == ("FAILED", replay.DIVERGED)
        assert "the core failed where it did not before" in told["cause"]
