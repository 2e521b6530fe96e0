"""Functions that take long, by real time: they are told of, and past their limit nobody waits for them."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from asl.lambda_calls import function_of
from asl.signals import EXECUTION
from emulator.engine.pool import Pool
from emulator.engine.running import OpenTask
from emulator.log import log

if TYPE_CHECKING:
    from emulator.engine.local import LocalEngine

EVERY = 0.25
"""So many seconds pass between two looks, while anything runs."""
STANDS = 10.0
"""After so many seconds it is told which function a virtual clock waits for."""
STARVED = 5.0
"""So many seconds may tasks wait for a thread before that is told."""
MARGIN = 0.05
"""So many seconds longer than its limit must a function have run: what it measures itself may differ."""
NAMED = 5
"""So many functions does a line of the log name, at most."""


class Begun(NamedTuple):
    """When a function was called: by the monotonic clock in seconds, and by executions' in milliseconds."""

    real: float
    at: int


class Watch:
    """Watches the threads of an engine.

    Attributes:
        begun: The tasks that have a thread.
    """

    def __init__(self, engine: LocalEngine, pool: Pool) -> None:
        self.begun: dict[OpenTask, Begun] = {}
        self._engine = engine
        self._pool = pool
        self._lost: dict[OpenTask, int | None] = {}
        self._told: set[OpenTask] = set()
        self._starved = False
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Looks from now on, until nothing runs any more."""
        if self._handle is None:
            self._handle = asyncio.get_running_loop().call_later(EVERY, self._look)

    def close(self) -> None:
        """Looks no more, and tells which functions run on all the same."""
        if self._handle is not None:
            self._handle.cancel()
        left = [_named(each) for each in self.begun.copy()]
        if left:
            rest = f", and {len(left) - NAMED} more" if len(left) > NAMED else ""
            runs = "runs" if len(left) == 1 else "run"
            log.warning("ends although %s%s still %s", ", ".join(left[:NAMED]), rest, runs)

    def ended(self, task: OpenTask) -> None:
        """A task's thread is free again."""
        for kept in (self.begun, self._lost):
            kept.pop(task, None)
        self._told.discard(task)

    def gives_up_at(self, at: int) -> bool:
        """Whether what happens then is a limit that a running function has passed by real time."""
        return any(each.open and limit == at for each, limit in self._lost.items())

    def _look(self) -> None:
        self._handle = None
        now, tasks = monotonic(), self._engine.tasks
        if self._engine.clock.virtual:
            for task, begun in self.begun.copy().items():
                if task in tasks.running:
                    self._look_at(task, begun, now - begun.real)
        self._look_at_waiting(now)
        if tasks.running or self._pool.waiting:
            self.start()

    def _look_at(self, task: OpenTask, begun: Begun, seconds: float) -> None:
        """Lets a virtual clock go on without a function that has run longer than it may."""
        limit = _limit(task)
        may = STANDS if not task.open else None if limit is None else (limit - begun.at) / 1000 + MARGIN
        if may is not None and seconds >= may:
            self._lost[task] = limit
            self._engine.tasks.running.discard(task)
            self._engine.wake()
        elif seconds >= STANDS and task not in self._told:
            self._told.add(task)
            log.warning("the clock stands: %s has run %.0f s", _named(task), seconds, extra=_place(task))

    def _look_at_waiting(self, now: float) -> None:
        since = self._pool.waiting_since
        if since is None:
            self._starved = False
        elif now - since > STARVED and not self._starved:
            self._starved = True
            unwanted = sum(not each.open for each in self.begun.copy())
            held = f"; {unwanted} of them by functions that nobody waits for any more" if unwanted else ""
            text = "all %d threads are taken%s; %d tasks wait (asl serve --threads gives more)"
            log.warning(text, self._pool.size, held, self._pool.waiting)


def _limit(task: OpenTask) -> int | None:
    """When a task times out, or the execution with it, in milliseconds since the epoch."""
    agenda = task.running.agenda
    found = [agenda.when(task.command.id), agenda.when(EXECUTION)]
    return min((each for each in found if each is not None), default=None)


def _named(task: OpenTask) -> str:
    name = function_of(task.command) if task.command.service == "lambda" else task.command.resource
    return f"function {name} of execution {task.running.record.arn}"


def _place(task: OpenTask) -> dict[str, str]:
    return {"execution": task.running.record.arn, "state": task.command.state}
