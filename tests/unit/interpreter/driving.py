"""Drives the core by hand: a test tells the signals and looks at what each turn asks for and writes."""

from __future__ import annotations

from typing import Any

import msgspec

import asl
from asl import Execution, Identity, Step, advance, start
from asl.history import Event, History
from asl.signals import Cancel, Command, Continue, RunTask, Signal, StartTimer
from asl.spec import quotas
from asl.spec.quotas import Quotas

IDENTITY = Identity("arn:e", "e", "arn:m", "m", "arn:r", "us-east-1", 1_000_000)
START = IDENTITY.start_time
ANYTHING = [{"ErrorEquals": ["States.ALL"]}]


def lambda_task(name: str = "f", **fields: Any) -> dict[str, Any]:
    return _task(f"arn:aws:lambda:us-east-1:123456789012:function:{name}", fields)


def token_task(**fields: Any) -> dict[str, Any]:
    return _task("arn:aws:states:::sqs:sendMessage.waitForTaskToken", fields)


def sync_task(**fields: Any) -> dict[str, Any]:
    return _task("arn:aws:states:::states:startExecution.sync", fields)


def activity(**fields: Any) -> dict[str, Any]:
    return _task("arn:aws:states:us-east-1:123456789012:activity:review", fields)


def wait(seconds: int, **fields: Any) -> dict[str, Any]:
    return _last({"Type": "Wait", "Seconds": seconds, **fields})


def parallel(*branches: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return _last({"Type": "Parallel", "Branches": list(branches), **fields})


def map_of(processor: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return _last({"Type": "Map", "ItemProcessor": processor, **fields})


def machine(**states: dict[str, Any]) -> dict[str, Any]:
    """A machine, or a block in one, that begins with the first of its states."""
    return {"StartAt": next(iter(states)), "States": states}


def blocks(count: int, state: dict[str, Any]) -> list[dict[str, Any]]:
    """So many blocks of one state each, named B0, B1 and so on."""
    return [machine(**{f"B{index}": state}) for index in range(count)]


def passes(count: int, name: str = "P", **last: Any) -> dict[str, Any]:
    """A block of so many Pass states in a row, or so many with another state behind them."""
    states = {f"{name}{index}": {"Type": "Pass", "Next": f"{name}{index + 1}"} for index in range(count)}
    if last:
        states[f"{name}{count}"] = last
    else:
        states[f"{name}{count - 1}"] = {"Type": "Pass", "End": True}
    return machine(**states)


def within(**bounds: int) -> Quotas:
    """Quotas of which only these are kept."""
    return msgspec.structs.replace(quotas.NONE, **bounds)


def _task(resource: str, fields: dict[str, Any]) -> dict[str, Any]:
    return _last({"Type": "Task", "Resource": resource, **fields})


def _last(state: dict[str, Any]) -> dict[str, Any]:
    return state if "Next" in state else {**state, "End": True}


class Run:
    """One execution: tells it signals, keeps what it wrote, asked for and has not cancelled."""

    def __init__(
        self, definition: Any, input: Any = None, *, bounds: Quotas = quotas.NONE, seed: str = "0"
    ) -> None:
        self.machine = asl.parse(definition)
        self.now = START
        self.events: list[Event] = []
        self.commands: list[Command] = []
        self.turns = 0
        self.execution, step = start(self.machine, input, IDENTITY, seed=seed, quotas=bounds)
        self._take(step)

    def tell(self, *signals: Signal, after: float = 0) -> list[Command]:
        """Tells signals some seconds later, one by one; gives the commands that they made."""
        self.now += round(after * 1000)
        before = len(self.commands)
        for signal in signals:
            self._take(advance(self.machine, self.execution, signal, self.now))
        return self.commands[before:]

    def _take(self, step: Step) -> None:
        while True:
            self.turns += 1
            self.events += step.history
            self.commands += step.commands
            if not step.more:
                return
            step = advance(self.machine, self.execution, Continue(), self.now)

    def save_and_restore(self) -> None:
        """Goes on with what is left of the execution after it was written down and read."""
        self.execution = Execution.restore(self.execution.save())

    @property
    def history(self) -> History:
        return History(self.events)

    @property
    def names(self) -> list[str]:
        return [event[0].name for event in self.events]

    @property
    def tasks(self) -> list[RunTask]:
        return [each for each in self.commands if isinstance(each, RunTask)]

    @property
    def task(self) -> RunTask:
        """The task asked for last."""
        return self.tasks[-1]

    @property
    def timer(self) -> StartTimer:
        """The timer asked for last."""
        return next(each for each in reversed(self.commands) if isinstance(each, StartTimer))

    @property
    def open(self) -> set[str]:
        """The numbers of all commands given and not cancelled."""
        cancelled = {each.id for each in self.commands if isinstance(each, Cancel)}
        return {each.id for each in self.commands} - cancelled


def cancelled(commands: list[Command]) -> list[str]:
    return [each.id for each in commands if isinstance(each, Cancel)]
