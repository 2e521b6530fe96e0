"""A run under the local engine that `asl.simulate` could have made: same input, seed, answers, clock."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

import asl
from asl.elements.machine import StateMachine
from asl.entropy import draw, seed_of, uuid4
from asl.handlers import Answer, Handlers
from asl.history import History
from asl.interpreter import Identity, start
from asl.jsontypes import JSON, dumps, loads
from asl.signals import RunTask, TaskStarted
from asl.simulate import START_TIME, Runner
from asl.spec import quotas as limits
from emulator.clocks import VirtualClock
from emulator.engine.local import LocalEngine
from emulator.engine.replay import Replay
from emulator.engine.running import Running
from emulator.ports import Journal
from emulator.records import ExecutionRecord, Revision
from emulator.store.memory import MemoryJournal


class Ended(NamedTuple):
    """How a run ended: what the API tells and what the history holds."""

    status: str
    output: JSON
    error: str | None
    cause: str | None
    history: History


def engine_run(
    machine: StateMachine,
    input: JSON,
    *,
    handlers: dict[str, Any] | Runner,
    seed: str | int = 0,
    start_time: float | None = None,
    name: str = "execution",
    machine_name: str = "machine",
    task_seconds: Any = None,
    type: str = "STANDARD",
    quotas: bool = True,
    input_text: str | None = None,
    journal: Journal | None = None,
) -> Ended:
    """Runs a machine to its end under the engine; takes the arguments that the cases give `asl.simulate`.

    With a journal that lasts, its history is the one that was read back, and replaying its log gave the same.
    """
    now = START_TIME if start_time is None else round(start_time * 1000)
    prefix = "arn:aws:states:us-east-1:123456789012"
    arn = f"{prefix}:execution:{machine_name}:{name}"
    if type == "EXPRESS":
        own = uuid4(draw(seed_of(str(seed)), f"arn {name}", 128))
        arn = f"{prefix}:express:{machine_name}:{name}:{own}"
    bounds = (limits.STANDARD if type == "STANDARD" else limits.EXPRESS) if quotas else limits.NONE
    identity = Identity(
        arn=arn,
        name=name,
        machine_arn=f"{prefix}:stateMachine:{machine_name}",
        machine_name=machine_name,
        role_arn="arn:aws:iam::123456789012:role/StepFunctionsRole",
        region="us-east-1",
        start_time=now,
        redrive_count=None if type == "EXPRESS" else 0,
    )
    runner: Any = handlers
    if isinstance(handlers, dict):
        runner = Handlers(handlers, execution_arn=arn, task_seconds=task_seconds)
    execution, step = start(machine, input, identity, seed=str(seed), quotas=bounds, input_text=input_text)
    record = ExecutionRecord(
        arn,
        name,
        identity.machine_arn,
        type,
        Revision("", identity.role_arn, None, now),
        dumps(input) if input_text is None else input_text,
        now,
    )
    running = Running(record, machine, execution, Unmocked(runner))
    # One thread: a case's answers belong to its calls in the order in which those were made.
    engine = LocalEngine(VirtualClock(now), journal or MemoryJournal(), pool=1)
    asyncio.run(_drive(engine, running, step, str(seed)))
    if running.logged:
        _replayed(engine, running, machine)
    return Ended(
        record.status,
        None if record.output is None else loads(record.output),
        record.error,
        record.cause,
        running.history,
    )


class Unmocked:
    """A runner with nothing mocked."""

    def __init__(self, runner: Any) -> None:
        self.run = runner.run

    def expects(self, task: RunTask) -> bool:
        return False


def _replayed(engine: LocalEngine, running: Running, machine: StateMachine) -> None:
    """Takes a closed execution through its log again, which compares every turn."""
    written = running.history
    again = Running.unloaded(running.record, engine.archive.recall)
    again.machine = machine
    Replay(again).run(engine.journal.log(running.record.arn))
    assert list(again.history) == list(written)
    assert list(again.history.marks()) == list(written.marks())
    assert again.execution.status == running.record.status


async def _drive(engine: LocalEngine, running: Running, step: asl.Step, seed: str) -> None:
    """Until it has ended; whatever pins the clock is overtaken, for `simulate` knows no such thing."""
    engine.began(running, step, seed)
    while not running.closed.is_set():
        await engine.when_idle()
        _work_on_activities(engine, running)
        due = engine.schedule.next()
        if running.closed.is_set() or due is None:
            break
        await engine.advance_clock(due)
    await engine.close()
    if not running.closed.is_set():
        raise AssertionError("the engine waits for something that will never happen")


def _work_on_activities(engine: LocalEngine, running: Running) -> None:
    """A worker for all activities, who answers as the case says and when it says."""
    queues = engine.tasks.activities
    now = engine.clock.now()
    for task in sorted(running.tasks.values(), key=lambda each: each.order):
        if task.command.service == "activity" and queues.withdraw(task):
            answer: Answer = running.runner.run(task.command, now)
            engine.tasks.arrive(task, now, (TaskStarted(task.command.id),))
            engine.tasks.arrive(task, now + round(answer.seconds * 1000), answer.signals)
