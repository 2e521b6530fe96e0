"""Tasks under way: started in a pool or handed to workers, answered, timed out, called back by token."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from asl.errors import RUNTIME
from asl.handlers import Answer
from asl.signals import CommandId, RunTask, Signal, TaskFailed, TaskStarted, TaskSubmitted, TaskSucceeded
from emulator.engine.activities import Activities
from emulator.engine.running import OpenTask, Running
from emulator.engine.tokens import Tokens
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
        running: Those that run in the pool, also when nobody waits for them any more.
        activities: Those that wait for a worker.
        tokens: Which token belongs to which.
    """

    def __init__(self, engine: LocalEngine, pool: ThreadPoolExecutor) -> None:
        self.running: set[OpenTask] = set()
        self.activities = Activities()
        self.tokens = Tokens()
        self._engine = engine
        self._pool = pool
        self._waiting: set[OpenTask] = set()
        self._order = 0

    @property
    def pin_clock(self) -> bool:
        """Whether a virtual clock has to stand still: a task runs, or waits for somebody outside."""
        return bool(self.running or self._waiting)

    def close(self) -> None:
        """Takes no more tasks; those that run are left to themselves."""
        self._pool.shutdown(wait=False, cancel_futures=True)

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
        if begun and (command.service == "activity" or command.pattern == "token"):
            self._waiting.add(task)
            if command.heartbeat is not None:
                running.agenda.set(command.id, "heartbeat", past.beats[command.id] + command.heartbeat)
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
        if task.command.service == "activity":
            self._waiting.add(task)
            self.activities.offer(task)
        else:
            if task.command.pattern != "token":
                self.beat(task)
            self._call(task)
        self._engine.arm(task.running)

    def _call(self, task: OpenTask) -> None:
        self.running.add(task)
        work = asyncio.get_running_loop().run_in_executor(self._pool, self._work, task)
        work.add_done_callback(lambda done: self._worked(task, done))

    def _work(self, task: OpenTask) -> tuple[int, Answer]:
        """When a task began and what it answered. Runs in the pool, perhaps long after it was asked for."""
        now = self._engine.clock.now()
        if not task.open:
            return now, Answer(())
        return now, task.running.runner.run(task.command, now)

    def _worked(self, task: OpenTask, done: asyncio.Future[tuple[int, Answer]]) -> None:
        self.running.discard(task)
        self._engine.wake()
        if done.cancelled():
            return
        error = done.exception()
        if error is None:
            began, answer = done.result()
            self.arrive(task, began + round(answer.seconds * 1000), answer.signals)
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
            self._engine.log(task.running, Held(signal))
            self._engine.wake()
        else:
            self.tell(task, signal)

    def heard(self, task: OpenTask) -> None:
        """Counts a task's silence from now, because its worker said so."""
        running = task.running
        running.told = max(self._engine.clock.now(), running.told)
        self._engine.log(running, Beaten(task.command.id))
        self.beat(task)

    def beat(self, task: OpenTask) -> None:
        """Counts a task's silence from now."""
        if task.open and task.command.heartbeat is not None:
            at = self._engine.clock.now() + task.command.heartbeat
            task.running.agenda.set(task.command.id, "heartbeat", at)
            self._engine.arm(task.running)

    # -------------------------------------------------------------- forgetting

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

    def forget_all(self, running: Running) -> None:
        """Lets go of all tasks of an execution."""
        for command in list(running.tasks):
            self.forget(running, command)
