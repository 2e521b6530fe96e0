"""The local engine: many executions in one process, on one event loop and one schedule."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from asl.agenda import Agenda
from asl.elements.machine import StateMachine
from asl.interpreter import Step, advance
from asl.signals import (
    ActivitiesMissing,
    Cancel,
    Command,
    Continue,
    Redriven,
    RunTask,
    Signal,
    StartMapRun,
    StartTimer,
    Stopped,
)  # fmt: skip
from emulator.clocks import Clock
from emulator.engine.archive import Archive
from emulator.engine.logbook import Logbook
from emulator.engine.map_runs import MapRuns
from emulator.engine.pool import Pool
from emulator.engine.running import Running
from emulator.engine.schedule import Schedule
from emulator.engine.tasks import Tasks
from emulator.engine.timing import PATIENCE, Timing
from emulator.errors import ServiceUnavailable
from emulator.log import log
from emulator.ports import Journal

BUDGET = 0.005
"""After so many seconds of turns the event loop gets a chance to serve requests."""
_CONTINUE = Continue()


class LocalEngine:
    """Runs executions: tells the core what happens, obeys what it commands, keeps what it is owed.

    Every method is called on the event loop; only tasks run elsewhere, in a bounded pool. Executions
    that have something to do stand in a queue, and each gets one turn of the core at a time.

    Attributes:
        clock: What time it is.
        journal: Keeps what executions are told.
        logbook: Notes there what a replay needs.
        schedule: What happens when.
        timing: Tells what has fallen due.
        archive: Brings executions back that only the journal has.
        tasks: The tasks under way.
        exists: Whether there is an activity of an ARN.
        live: The executions that have not ended.
        on_began: Is called with each execution that is taken on.
        on_wrote: Is called with an execution of which more events may be read.
        on_redriven: Is called with each execution that is taken up again, before it goes on.
        on_closed: Is called with each execution that ends.
    """

    def __init__(self, clock: Clock, journal: Journal, pool: int) -> None:
        self.clock = clock
        self.journal = journal
        self.logbook = Logbook(self)
        self.schedule = Schedule()
        self.timing = Timing(self)
        self.map_runs = MapRuns(self)
        self.archive = Archive(self)
        self.tasks = Tasks(self, Pool(pool))
        self.exists: Callable[[str], bool] = lambda activity: True
        self.live: set[Running] = set()
        self.on_began: Callable[[Running], None] = lambda running: None
        self.on_wrote: Callable[[Running], None] = lambda running: None
        self.on_redriven: Callable[[Running], None] = lambda running: None
        self.on_closed: Callable[[Running], None] = lambda running: None
        self._ready: deque[Running] = deque()
        self._uncommitted = 0
        self._pumping = False
        self._idlers: list[asyncio.Future[None]] = []

    # -------------------------------------------------------------- what it is told from outside

    def missing(self, machine: StateMachine) -> tuple[str, ...]:
        """The activities that a machine names and that do not exist, as `asl.start` is told them."""
        return tuple(sorted(each for each in machine.activities if not self.exists(each)))

    def began(self, running: Running, step: Step, seed: str = "0") -> None:
        """Takes on an execution that has just begun, with the seed that it was given."""
        self.live.add(running)
        self.on_began(running)
        running.turns = 1
        self.logbook.began(running, seed)
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
        self.logbook.told(running, signal)
        running.inbox.append((running.told, signal, running.number))
        self._queue(running)

    def stop(self, running: Running, error: str | None, cause: str | None) -> None:
        """Stops an execution. Nobody's answer counts from now on."""
        self.tasks.abandon_all(running)
        self.tell(running, Stopped(error, cause))

    def redrive(self, running: Running) -> None:
        """Takes up again an execution that did not succeed, and whose record says that it runs."""
        running.parked = False
        self.live.add(running)
        running.note_opened()
        self.on_redriven(running)
        self.tell(running, Redriven())

    async def durable(self) -> None:
        """Waits until everything that was told so far survives the end of the process, where it can.

        Raises:
            ServiceUnavailable: It cannot be written now. What was told stays, and is written as soon
                as that can be done.
        """
        if not self.journal.lasting:
            return
        if self._pumping:
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
        self.timing.close()
        for each in self._idlers:
            each.cancel()
        self.tasks.close()
        self.map_runs.close()

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
        self.timing.ring()
        while self._ready or self.timing.jump():
            if self._ready:
                self._turn(self._ready.popleft())
            if time() >= end:
                self.wake()
                return
        self.timing.set_alarm()
        if self._idlers and self.idle:
            idlers, self._idlers = self._idlers, []
            for each in idlers:
                if not each.done():
                    each.set_result(None)

    @property
    def has_turns(self) -> bool:
        """Whether there are turns to take, or such as were taken and are not durable yet."""
        return bool(self._ready or self._uncommitted)

    @property
    def idle(self) -> bool:
        """Whether nothing is to be done now: no turn, no task running, no jump of the clock."""
        busy = self.has_turns or self.tasks.running or self.map_runs.busy
        return not busy and self.timing.next_jump() is None

    def when_idle(self) -> asyncio.Future[None]:
        """A future that is done as soon as the engine is idle."""
        found = asyncio.get_running_loop().create_future()
        self._idlers.append(found)
        self.wake()
        return found

    async def advance_clock(self, at: int, patience: float = PATIENCE) -> None:
        """Moves the clock on to a time; see `Timing.advance`."""
        await self.timing.advance(at, patience)

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
        self.logbook.turned(running, step)
        self._uncommitted += 1

        def release() -> None:
            self._uncommitted -= 1
            running.visible = max(running.visible, length)
            self.on_wrote(running)
            if running.doomed and not closed and (step.more or not _only_cancels(step.commands)):
                self.stop(running, None, None)
            else:
                for command in step.commands:
                    self.obey(running, command)
            if closed and running.record.status == "RUNNING":
                self.closed(running)
            self.wake()

        if running.logged:
            self.journal.when_committed(release)
        else:  # nothing of it is noted, so there is nothing to wait for
            release()

    def obey(self, running: Running, command: Command) -> None:
        """Does what the core asks for."""
        match command:
            case RunTask():
                self.tasks.run(running, command)
            case StartMapRun():
                self.map_runs.run(running, command)
            case StartTimer():
                running.agenda.set(command.id, command.kind, command.deadline)
                self.timing.arm(running)
            case Cancel():
                running.agenda.forget(command.id)
                self.tasks.abandon(running, command.id)
                self.map_runs.abandon(running, command.id)

    def closed(self, running: Running) -> None:
        """Writes down how an execution ended."""
        self._let_go(running)
        self.live.discard(running)
        running.write_ending(running.record)
        running.note_closed()
        self.timing.wait_for_others()
        self.map_runs.closed(running)
        self.on_closed(running)
        if running.logged:
            running.unload(self.archive.recall)
        elif running.record.seat is not None and running.record.type == "EXPRESS":
            running.unload(None)  # of such a one nobody can ask for more than its record

    def _let_go(self, running: Running) -> None:
        """Drops everything that an execution waited for."""
        self.tasks.abandon_all(running)
        self.map_runs.abandon_all(running)
        self.schedule.disarm(running)
        running.agenda = Agenda()
        running.inbox.clear()


def _only_cancels(commands: list[Command]) -> bool:
    """Whether a turn asks for nothing new."""
    return all(isinstance(each, Cancel) for each in commands)
