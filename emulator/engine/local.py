"""The local engine: many executions in one process, on one event loop and one schedule."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Set
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from asl import InvalidDefinition
from asl.agenda import Agenda
from asl.elements.machine import StateMachine
from asl.history import History
from asl.interpreter import Step, advance
from asl.jsontypes import dumps
from asl.signals import (
    ActivitiesMissing,
    Cancel,
    Command,
    Continue,
    Redriven,
    RunTask,
    Signal,
    StartTimer,
    Stopped,
)  # fmt: skip
from emulator.clocks import Clock
from emulator.engine import replay
from emulator.engine.definitions import compiled
from emulator.engine.running import Running
from emulator.engine.schedule import Schedule
from emulator.engine.tasks import Tasks
from emulator.errors import ServiceUnavailable
from emulator.log import log
from emulator.ports import Check, Journal, Log, Logged, Start, TaskRunner
from emulator.records import ExecutionRecord

BUDGET = 0.005
"""After so many seconds of turns the event loop gets a chance to serve requests."""
PATIENCE = 1.0
_CONTINUE = Continue()


class LocalEngine:
    """Runs executions: tells the core what happens, obeys what it commands, keeps what it is owed.

    Every method is called on the event loop; only tasks run elsewhere, in a bounded pool. Executions
    that have something to do stand in a queue, and each gets one turn of the core at a time.

    Attributes:
        clock: What time it is.
        journal: Keeps what executions are told.
        tasks: The tasks under way.
        exists: Whether there is an activity of an ARN.
        live: The executions that have not ended.
        runner_of: What runs the tasks of an execution that is rebuilt.
        on_began: Is called with each execution that is taken on.
        on_closed: Is called with each execution that ends.
    """

    def __init__(self, clock: Clock, journal: Journal, pool: int) -> None:
        self.clock = clock
        self.journal = journal
        self.schedule = Schedule()
        self.tasks = Tasks(self, ThreadPoolExecutor(pool, thread_name_prefix="task"))
        self.exists: Callable[[str], bool] = lambda activity: True
        self.live: set[Running] = set()
        self.runner_of: Callable[[ExecutionRecord], TaskRunner] = _no_runner
        self.on_began: Callable[[Running], None] = lambda running: None
        self.on_closed: Callable[[Running], None] = lambda running: None
        self._ready: deque[Running] = deque()
        self._uncommitted = 0
        self._pumping = False
        self._alarm: tuple[int, asyncio.TimerHandle] | None = None
        self._idlers: list[asyncio.Future[None]] = []

    # -------------------------------------------------------------- what it is told from outside

    def missing(self, machine: StateMachine) -> tuple[str, ...]:
        """The activities that a machine names and that do not exist, as `asl.start` is told them."""
        return tuple(sorted(each for each in machine.activities if not self.exists(each)))

    def began(self, running: Running, step: Step, seed: str = "0") -> None:
        """Takes on an execution that has just begun, with the seed that it was given."""
        self.live.add(running)
        self.on_began(running)
        running.logged = self.journal.lasting and running.record.type == "STANDARD"
        running.turns = 1
        if running.logged:
            execution = running.execution
            begun = Start(execution.identity, seed, execution.quotas, execution.missing, replay.VERSION)
            self.journal.began(running.record, begun)
        self._took(running, step)

    def tell(self, running: Running, signal: Signal) -> None:
        """Tells an execution that something happened, now."""
        if running.parked and not isinstance(signal, Stopped):
            return
        running.told = max(self.clock.now(), running.told)  # within an execution time never goes back
        if running.machine.activities:
            missing = self.missing(running.machine)
            if missing != running.execution.missing:
                self._note(running, ActivitiesMissing(missing))
        self._note(running, signal)

    def _note(self, running: Running, signal: Signal) -> None:
        self.log(running, signal)
        running.inbox.append((running.told, signal, running.number))
        self._queue(running)

    def log(self, running: Running, what: Logged) -> None:
        """Writes a line into an execution's log."""
        if running.logged:
            running.number += 1
            self.journal.told(running.record.arn, running.number, running.told, what)

    def stop(self, running: Running, error: str | None, cause: str | None) -> None:
        """Stops an execution. Nobody's answer counts from now on."""
        self.tasks.forget_all(running)
        self.tell(running, Stopped(error, cause))

    def redrive(self, running: Running) -> None:
        """Takes up again an execution that did not succeed, and whose record says that it runs."""
        running.parked = False
        self.live.add(running)
        running.note_opened()
        self.tell(running, Redriven())

    async def durable(self) -> None:
        """Waits until everything that was told so far survives the end of the process, where it can.

        Raises:
            ServiceUnavailable: It cannot be written now. What was told stays, and is written as soon
                as that can be done.
        """
        if not self.journal.lasting:
            return
        await asyncio.sleep(0)  # the turns that it leads to are noted in the same commit
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def settle(error: Exception | None = None) -> None:
            if done.done():
                return
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(ServiceUnavailable(f"The database cannot be written: {error}"))

        self.journal.when_committed(settle, settle)
        await done

    async def admit(self) -> None:
        """Refuses a call that would change something while nothing can be written.

        Raises:
            ServiceUnavailable: It cannot.
        """
        if self.journal.trouble is not None:
            await self.durable()

    async def close(self) -> None:
        """Stops driving; executions stay as they are."""
        if self._alarm is not None:
            self._alarm[1].cancel()
        for each in self._idlers:
            each.cancel()
        self.tasks.close()

    # -------------------------------------------------------------- rebuilding

    def recall(self, running: Running, name: str) -> Any:
        """What an execution that was unloaded has given up."""
        if name == "machine":
            return compiled(running.record.revision.definition, running.record.type)
        return self.journal.history(running.record.arn)

    def rebuild(self, running: Running, log: Log | None = None) -> replay.Replay:
        """Takes an execution through its log again.

        Args:
            running: The execution, unloaded.
            log: Its log, if that was read already.

        Raises:
            Diverged: The log does not give what it gave.
        """
        record = running.record
        again = replay.Replay(running)
        if record.error == replay.DIVERGED:
            raise replay.Diverged("it did so before", running.history)
        running.runner = self.runner_of(record)
        running.machine = self.recall(running, "machine")
        again.run(self.journal.log(record.arn) if log is None else log)
        running.note_loaded()
        return again

    def load(self, running: Running) -> None:
        """Makes an execution whole that has ended and may have been unloaded.

        Raises:
            Diverged: Its log does not give what it gave.
        """
        if not running.is_unloaded:
            return
        try:
            self.rebuild(running)
        except replay.Diverged:
            running.unload(self.recall)
            raise

    def revive(self, running: Running, log: Log) -> None:
        """Takes on an execution that ran when the process before this one ended."""
        try:
            again = self.rebuild(running, log)
        except (replay.Diverged, InvalidDefinition) as error:
            self._give_up(running, error)
            return
        if running.execution.status != "RUNNING":
            record = msgspec.structs.replace(running.record)
            _write_ending(running, record)
            self.journal.ended(record, running.history)
            self.journal.when_committed(lambda: self._closed(running))
            return
        self.live.add(running)
        for token in (each.token for each in again.tasks.values() if each.token is not None):
            self.tasks.tokens.note_ended(token)
        for command in again.pending():
            if isinstance(command, RunTask):
                self.tasks.restore(running, command, again)
            else:
                self._obey(running, command)
        self.arm(running)

    def _give_up(self, running: Running, error: Exception) -> None:
        """Ends an execution that cannot be rebuilt. Its log stays."""
        log.error("an execution cannot be rebuilt: %s: %s", running.record.arn, error)
        if not isinstance(error, replay.Diverged):
            error = replay.Diverged(str(error), History())
        replay.failed(running, error, max(self.clock.now(), running.told))
        self.journal.ended(running.record, running.history)
        self.journal.when_committed(running.note_closed)

    # -------------------------------------------------------------- turns

    def _queue(self, running: Running) -> None:
        if not running.queued:
            running.queued = True
            self._ready.append(running)
        self.wake()

    def wake(self) -> None:
        """Looks soon whether there is anything to do."""
        if not self._pumping:
            self._pumping = True
            asyncio.get_running_loop().call_soon(self._pump)

    def _pump(self) -> None:
        """Some turns; then the loop's turn, and so on until there is nothing to do."""
        self._pumping = False
        time = asyncio.get_running_loop().time
        end = time() + BUDGET
        if not self.clock.virtual:
            self._ring(self.clock.now())
        while self._ready or self._jump():
            if self._ready:
                self._turn(self._ready.popleft())
            if time() >= end:
                self.wake()
                return
        self._set_alarm()
        if self._idlers and self.idle:
            idlers, self._idlers = self._idlers, []
            for each in idlers:
                if not each.done():
                    each.set_result(None)

    def _turn(self, running: Running) -> None:
        """One advance of one execution. What a turn left over comes before anything that was told since."""
        running.queued = False
        if running.more:
            signal: Signal = _CONTINUE
        elif running.inbox:
            running.now, signal, running.line = running.inbox.pop(0)
            running.turns = 0
        else:
            return
        running.turns += 1
        try:
            step = advance(running.machine, running.execution, signal, running.now)
        except Exception:  # ours: the execution is parked as it is, and the log says where
            running.parked, running.more = True, False
            stops = [each for each in running.inbox if isinstance(each[1], Stopped)]
            self._let_go(running)
            running.inbox += stops
            if stops:
                self._queue(running)
            what = {"execution": running.record.arn, "signal": repr(signal)[:200]}
            log.exception("an execution is parked: %s", running.record.arn, extra=what)
            return
        self._took(running, step)

    def _took(self, running: Running, step: Step) -> None:
        """Keeps what a turn gave; its commands are released when its cause is durable."""
        running.history.extend(step.history)
        running.more = step.more
        if step.more or running.inbox:
            self._queue(running)
        length = len(running.history)
        closed = running.execution.status != "RUNNING"
        if running.logged:
            self._check(running, step, length, closed)
        self._uncommitted += 1

        def release() -> None:
            self._uncommitted -= 1
            running.visible = max(running.visible, length)
            if running.doomed and not closed and (step.more or not _only_cancels(step.commands)):
                self.stop(running, None, None)
            else:
                for command in step.commands:
                    self._obey(running, command)
            if closed and running.record.status == "RUNNING":
                self._closed(running)
            self.wake()

        self.journal.when_committed(release)

    def _obey(self, running: Running, command: Command) -> None:
        match command:
            case RunTask():
                self.tasks.run(running, command)
            case StartTimer():
                running.agenda.set(command.id, command.kind, command.deadline)
                self.arm(running)
            case Cancel():
                running.agenda.forget(command.id)
                self.tasks.forget(running, command.id)

    def _check(self, running: Running, step: Step, length: int, closed: bool) -> None:
        """Notes, beside the cause, what a turn has come to."""
        running.digest = replay.digest(running.digest, step.history)
        check = Check(running.turns, length, running.digest)
        self.journal.checked(running.record.arn, running.line, check)
        if closed and step.history:
            record = msgspec.structs.replace(running.record)
            _write_ending(running, record)
            self.journal.ended(record, running.history)

    def _closed(self, running: Running) -> None:
        """Writes down how an execution ended."""
        self._let_go(running)
        self.live.discard(running)
        _write_ending(running, running.record)
        running.note_closed()
        self.on_closed(running)
        if running.logged:
            running.unload(self.recall)

    def _let_go(self, running: Running) -> None:
        """Drops everything that an execution waited for."""
        self.tasks.forget_all(running)
        self.schedule.disarm(running)
        running.agenda = Agenda()
        running.inbox.clear()

    # -------------------------------------------------------------- time

    def arm(self, running: Running) -> None:
        """Sees to it that an execution's next deadline is in the schedule."""
        at = running.agenda.next()
        if at is not None:
            self.schedule.arm(running, at)
            self.wake()

    def _ring(self, now: int) -> None:
        """Tells everything that has fallen due."""
        at = self.schedule.next()
        while at is not None and at <= now:
            self._happen(at)
            at = self.schedule.next()

    def _happen(self, at: int) -> None:
        """Tells what happens next, at its time."""
        subject, signal = self.schedule.pop()
        if not isinstance(subject, Running):
            assert signal is not None
            self.tasks.tell(subject, signal)
            return
        if subject.agenda.next() == at:
            elapsed = subject.agenda.due()
            for command, kind in elapsed.due:
                if kind != "timer":
                    self.tasks.forget(subject, command)  # its attempt is over, whatever comes later
            self.tell(subject, elapsed)
        self.arm(subject)

    def _jump(self) -> bool:
        """Lets a virtual clock go to what happens next, if nothing keeps it where it is."""
        at = self._jump_at()
        if at is None:
            return False
        self.clock.advance(at)
        self._happen(at)
        return True

    def _jump_at(self) -> int | None:
        if not self.clock.virtual or self._uncommitted or self.tasks.pin_clock:
            return None
        return self.schedule.next()

    @property
    def idle(self) -> bool:
        """Whether nothing is to be done now: no turn, no task running, no jump of the clock."""
        at_work = self._ready or self._uncommitted or self.tasks.running
        return not at_work and self._jump_at() is None

    def when_idle(self) -> asyncio.Future[None]:
        """A future that is done as soon as the engine is idle."""
        found = asyncio.get_running_loop().create_future()
        self._idlers.append(found)
        self.wake()
        return found

    async def advance_clock(self, at: int, patience: float = PATIENCE) -> None:
        """Moves the clock on to a time, whatever keeps it; what falls due on the way happens in order.

        Tasks that run get some time to end before the clock goes on without them.

        Args:
            at: The time, in milliseconds since the epoch.
            patience: How many real seconds any task gets.
        """
        overtaken: Set[object] = frozenset()
        while True:
            overtaken = await self._settle(overtaken, patience)
            due = self.schedule.next()
            if due is None or due > at:
                break
            self.clock.advance(due)
            self._happen(due)
        self.clock.advance(at)
        self.wake()

    async def _settle(self, overtaken: Set[object], patience: float) -> Set[object]:
        """Waits until there are no turns to take and no tasks run but these; gives those that still do."""
        time = asyncio.get_running_loop().time
        end = time() + patience
        while self._ready or self._uncommitted or self.tasks.running - overtaken:
            busy = self._ready or self._uncommitted
            if not busy and time() >= end:
                break
            await asyncio.sleep(0 if busy else 0.001)
        return frozenset(self.tasks.running)

    def _set_alarm(self) -> None:
        """Asks the loop to call when the next thing happens, unless it will call before."""
        at = None if self.clock.virtual else self.schedule.next()
        if at is None or (self._alarm is not None and self._alarm[0] <= at):
            return
        if self._alarm is not None:
            self._alarm[1].cancel()
        delay = self.clock.seconds_until(at)
        self._alarm = at, asyncio.get_running_loop().call_later(delay, self._on_alarm)

    def _on_alarm(self) -> None:
        self._alarm = None
        self.wake()


def _write_ending(running: Running, record: ExecutionRecord) -> None:
    """Puts into a record how its execution ended."""
    execution = running.execution
    record.status = execution.status
    record.stopped = running.history.event(len(running.history) - 1)[2]
    record.output = dumps(execution.output) if execution.status == "SUCCEEDED" else None
    record.error, record.cause = execution.error, execution.cause


def _no_runner(record: ExecutionRecord) -> TaskRunner:
    raise RuntimeError("nobody runs the tasks of executions that are rebuilt")


def _only_cancels(commands: list[Command]) -> bool:
    """Whether a turn asks for nothing new."""
    return all(isinstance(each, Cancel) for each in commands)
