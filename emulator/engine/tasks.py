"""Tasks under way: started in a pool or handed to workers, answered, timed out, called back by token."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from asl.errors import RUNTIME
from asl.handlers import Answer, Follow
from asl.signals import CommandId, RunTask, Signal, TaskFailed, TaskStarted, TaskSubmitted, TaskSucceeded
from emulator.engine.activities import Activities
from emulator.engine.pool import Pool
from emulator.engine.running import OpenTask, Running
from emulator.engine.tokens import Tokens
from emulator.engine.watch import Begun, Watch
from emulator.log import log
from emulator.ports import Beaten, Held

if TYPE_CHECKING:
    from emulator.engine.local import LocalEngine
    from emulator.engine.replay import Replay


class Tasks:
    """The tasks of all executions of an engine.

    Functions always run in the pool, however short: nobody can tell before the call whether one
    will block, and a single one on the loop would hold up every execution and every request. What
    the pool costs is some 0.1 ms a call.

    Attributes:
        running: Those that run in the pool, also when nobody waits for them any more, but for those
            that have run past their limit by real time.
        watch: Looks after those that take long.
        activities: Those that wait for a worker.
        tokens: Which token belongs to which.
    """

    def __init__(self, engine: LocalEngine, pool: Pool) -> None:
        self.running: set[OpenTask] = set()
        self.activities = Activities()
        self.tokens = Tokens()
        self.watch = Watch(engine, pool)
        self._engine = engine
        self._pool = pool
        self._waiting: set[OpenTask] = set()
        self._order = 0
        self._cancelling = 0

    def keep_clock(self, at: int, now: int, is_answer: bool) -> bool:
        """Whether a virtual clock has to stand still, rather than let the next thing happen.

        Where a task runs, all that is not overdue waits for its end. Where one waits for somebody outside
        no limit may pass meanwhile; but the answers of others come, after the time that they took.

        Args:
            at: When the next thing happens, in milliseconds since the epoch.
            now: The time.
            is_answer: Whether it is a task's answer, and not a deadline.
        """
        if self.running or self._cancelling or self._engine.map_runs.busy:
            return at >= now
        return bool(self._waiting) and not is_answer and at > now

    def close(self) -> None:
        """Takes no more tasks; those that run are left to themselves."""
        self.watch.close()
        self._pool.shutdown()

    async def ended(self, within: Callable[[], bool]) -> None:
        """Waits for the functions that run now and whose tasks wait for them, as long as it is told to.

        Args:
            within: Whether to wait on.
        """
        now = {each for each in self.watch.begun.copy() if each.open}
        while now & self.watch.begun.keys() and within():
            await asyncio.sleep(0.01)

    def in_pool(self, work: Callable[[], Any]) -> asyncio.Future[Any]:
        """Does something that may block."""
        self.watch.start()
        return asyncio.get_running_loop().run_in_executor(self._pool, work)

    # -------------------------------------------------------------- starting

    def run(self, running: Running, command: RunTask) -> None:
        """Has a task run, and watches over its limits."""
        self._start(self._opened(running, command))

    def restore(self, running: Running, command: RunTask, past: Replay) -> None:
        """Takes up a task that was under way when the process before this one ended.

        Nobody outside is asked a second time: not a worker that has it, nor who has its token. A
        function that had not answered is called again; how far it got nobody knows.
        """
        task = self._opened(running, command)
        begun = command.id in past.begun
        task.submitted = begun and command.service != "activity"
        task.held = past.held.get(command.id)
        task.answered = command.id in past.answered or task.held is not None
        if task.answered:
            self.tokens.close(task)
        if begun and not task.mocked and (command.service == "activity" or command.pattern == "token"):
            self._waiting.add(task)
            if command.heartbeat is not None:
                running.agenda.set(command.id, "heartbeat", past.beats[command.id] + command.heartbeat)
        elif begun:
            output = past.outputs.get(command.id)
            self._call(task, lambda now: running.runner.resume(command, output, now))
        else:
            self._start(task)

    def _opened(self, running: Running, command: RunTask) -> OpenTask:
        self._order += 1
        task = running.tasks[command.id] = OpenTask(running, command, self._order)
        self.tokens.give(task)
        if command.deadline is not None:
            running.agenda.set(command.id, "timeout", command.deadline)
        return task

    def _start(self, task: OpenTask) -> None:
        if task.command.service == "activity" and not task.mocked:
            self._waiting.add(task)
            self.activities.offer(task)
        else:
            if task.command.service == "activity":
                self.tell(task, TaskStarted(task.command.id))  # as if a worker had taken it at once
            elif task.command.pattern != "token":
                self.beat(task)
            command, runner = task.command, task.running.runner
            self._call(task, lambda now: runner.run(command, now))
        self._engine.timing.arm(task.running)

    def _call(self, task: OpenTask, work: Callable[[int], Answer]) -> None:
        """Has something done for a task, at a time in milliseconds since the epoch."""
        self.running.add(task)
        self.watch.start()
        doing = asyncio.get_running_loop().run_in_executor(self._pool, self._work, task, work)
        doing.add_done_callback(lambda done: self._worked(task, done))

    def _work(self, task: OpenTask, work: Callable[[int], Answer]) -> tuple[int, Answer]:
        """When it began and what came of it. Runs in the pool, perhaps long after it was asked for."""
        now = self._engine.clock.now()
        if task.open:
            self.watch.begun[task] = Begun(time.monotonic(), now)
        return (now, work(now)) if task.open else (now, Answer(()))

    def _worked(self, task: OpenTask, done: asyncio.Future[tuple[int, Answer]]) -> None:
        self.running.discard(task)
        self.watch.ended(task)
        self._engine.wake()
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            began, answer = done.result()
            at = began + round(answer.seconds * 1000)
            self.arrive(task, at, answer.signals)
            if answer.follow is not None:
                self._follow(task, answer.follow, at)
            return
        # Ours, not the state machine's: no Retry and no Catch may take it for a failure of the task.
        what = {"execution": task.running.record.arn, "state": task.command.state, "command": task.command.id}
        log.error("the task of state %s could not be run", task.command.state, exc_info=error, extra=what)
        cause = f"The emulator failed to run the task; its log has the traceback: {error!r}"
        self.tell(task, TaskFailed(task.command.id, RUNTIME, cause))

    def arrive(self, task: OpenTask, at: int, signals: tuple[Signal, ...]) -> None:
        """Lets a task's signals happen at a time, or now if that has come.

        On a virtual clock they always go through the schedule, where those of one instant come in
        the order in which the tasks were asked for, whichever thread was faster.
        """
        clock = self._engine.clock
        late = clock.virtual or at > clock.now() + 1  # a measured duration was rounded
        for signal in signals:
            if not task.open:
                return
            if isinstance(signal, TaskSucceeded | TaskFailed):
                task.ending = True
                self._waiting.discard(task)
            if late:
                self._engine.schedule.put(max(at, clock.now()), task, signal)
            else:
                self.tell(task, signal)
        self._engine.wake()

    # -------------------------------------------------------------- looking after

    def _follow(self, task: OpenTask, follow: Follow, at: int) -> None:
        """Sees to it that somebody looks after a task that was begun elsewhere."""
        if not task.open:
            self._cancel(task, follow)
            return
        task.follow = follow
        if follow.until is None:
            self._engine.schedule.put(at + round(follow.seconds * 1000), task, None)
            self._engine.wake()
            return
        loop = asyncio.get_running_loop()

        def look() -> None:
            if _is_running(loop):
                self.look(task)  # at once, before a virtual clock goes on
                return
            with suppress(RuntimeError):  # the loop has ended: nobody looks any more
                loop.call_soon_threadsafe(self.look, task)

        follow.until(look)
        self._engine.timing.wait_for_others()  # it may be time already

    def look(self, task: OpenTask) -> None:
        """Looks how a task stands that was begun elsewhere."""
        follow, task.follow = task.follow, None
        if task.open and follow is not None:
            self._call(task, follow.look)

    def _cancel(self, task: OpenTask, follow: Follow) -> None:
        """Ends what was begun elsewhere for a task that nobody waits for; if that fails, it goes on there."""
        if follow.cancel is None:
            return
        what = {"execution": task.running.record.arn, "state": task.command.state}

        def ended(done: asyncio.Future[None]) -> None:
            self._cancelling -= 1
            self._engine.wake()
            if not done.cancelled() and (error := done.exception()) is not None:
                log.warning("what state %s began goes on: %s", task.command.state, error, extra=what)

        with suppress(RuntimeError):  # the pool takes nothing more: the emulator is closing
            doing = asyncio.get_running_loop().run_in_executor(self._pool, follow.cancel)
            self._cancelling += 1
            doing.add_done_callback(ended)

    # -------------------------------------------------------------- telling

    def tell(self, task: OpenTask, signal: Signal) -> None:
        """Tells the core what became of a task, unless nobody waits for it any more."""
        if not task.open:
            return
        running, command = task.running, task.command
        match signal:
            case TaskSubmitted() if task.submitted:
                return  # it was called again after a crash, and its first answer is known
            case TaskSubmitted():
                task.submitted = True
            case TaskSucceeded() if task.has_first_answer and not task.submitted:
                task.answered = True  # the core keeps it until the first answer is there
            case TaskSucceeded() | TaskFailed():
                self.forget(running, command.id)
        self._engine.tell(running, signal)
        begins = TaskSubmitted if command.pattern == "token" else TaskStarted
        if isinstance(signal, begins):
            self.beat(task)
        if isinstance(signal, TaskSubmitted):
            self._catch_up(task)

    def _catch_up(self, task: OpenTask) -> None:
        """Tells what was told before a task's first answer; an early success the core has kept itself."""
        if task.held is not None:
            self.tell(task, task.held)
        elif task.answered:
            self.forget(task.running, task.command.id)
        elif task.waits_for_someone:
            self._waiting.add(task)

    def end(self, task: OpenTask, signal: TaskSucceeded | TaskFailed) -> None:
        """Tells the end of a task that somebody answered by its token.

        A failure told before the integration's own answer is held until that has come.
        """
        task.answered = True
        self._waiting.discard(task)
        self.tokens.close(task)
        if isinstance(signal, TaskFailed) and task.has_first_answer and not task.submitted:
            task.held = signal
            self._engine.logbook.told(task.running, Held(signal))
            self._engine.wake()
        else:
            self.tell(task, signal)

    def heard(self, task: OpenTask) -> None:
        """Counts a task's silence from now, because its worker said so."""
        running = task.running
        running.told = max(self._engine.clock.now(), running.told)
        self._engine.logbook.told(running, Beaten(task.command.id))
        self.beat(task)

    def beat(self, task: OpenTask) -> None:
        """Counts a task's silence from now."""
        if task.open and task.command.heartbeat is not None:
            at = self._engine.clock.now() + task.command.heartbeat
            task.running.agenda.set(task.command.id, "heartbeat", at)
            self._engine.timing.arm(task.running)

    # -------------------------------------------------------------- forgetting

    def abandon(self, running: Running, command: CommandId) -> None:
        """Lets go of a task that has not ended, and ends what it began elsewhere."""
        task = running.tasks.get(command)
        self.forget(running, command)
        if task is not None and task.follow is not None:
            follow, task.follow = task.follow, None
            self._cancel(task, follow)

    def forget(self, running: Running, command: CommandId) -> None:
        """Lets go of a task; what still comes of it is dropped."""
        task = running.tasks.pop(command, None)
        if task is None:
            return
        running.agenda.forget(command)
        task.open = False
        task.held = None
        self._waiting.discard(task)
        self.tokens.close(task)
        if task.command.service == "activity":
            self.activities.withdraw(task)

    def abandon_all(self, running: Running) -> None:
        """Lets go of all tasks of an execution."""
        for command in list(running.tasks):
            self.abandon(running, command)


def _is_running(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether this is the thread of an event loop."""
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False
