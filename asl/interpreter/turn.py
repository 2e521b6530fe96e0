"""One advance of an execution: takes a signal, lets every thread that can take steps, and gives way."""

from __future__ import annotations

from collections import deque
from typing import Any

from asl.elements.machine import StateMachine
from asl.elements.outcome import Call, Finish, Sleep, Split
from asl.entropy import draw, seed_of
from asl.errors import RUNTIME, TIMEOUT, Failure, InterpreterFailure
from asl.history import (
    EXECUTION_ABORTED,
    EXECUTION_FAILED,
    EXECUTION_STARTED,
    EXECUTION_SUCCEEDED,
    EXECUTION_TIMED_OUT,
    NO_WAY,
    TASK_EVENTS,
    Event,
    EventType,
    Scheduled,
)  # fmt: skip
from asl.interpreter import forks
from asl.interpreter.context import context_object
from asl.interpreter.execution import Execution, Identity, Step, Thread
from asl.interpreter.failing import RETRY_MARK, handle, too_large
from asl.jsontypes import JSON
from asl.signals import (
    EXECUTION,
    Cancel,
    Command,
    Continue,
    Elapsed,
    RunTask,
    Signal,
    StartTimer,
    Stopped,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
)  # fmt: skip
from asl.spec.quotas import Quotas

STEPS_PER_TURN = 1000
"""After so many steps a turn gives way, so that no loop can block whoever drives the core."""


def start(
    machine: StateMachine,
    input: JSON,
    identity: Identity,
    *,
    seed: str = "0",
    quotas: Quotas,
    input_text: str | None = None,
) -> tuple[Execution, Step]:
    """A new execution and its first step, at the identity's start time.

    Args:
        machine: What to run.
        input: The execution's input.
        identity: Who the execution is.
        seed: What its random draws come from.
        quotas: The bounds to keep, from `asl.spec.quotas`.
        input_text: The input as it was sent, where that is known: ExecutionStarted keeps it
            byte for byte.
    """
    execution = Execution(machine.hash, identity, input, seed_of(seed), quotas)
    now = identity.start_time
    turn = Turn(machine, execution, now)
    thread = Thread("", machine.start_at, input)
    execution.threads = {"": thread}
    turn.emit(EXECUTION_STARTED, thread, 0, input, (input_text, identity.role_arn))
    thread.head = 0  # AWS: the first state's Entered points at 0, not at ExecutionStarted
    seconds = [s for s in (machine.timeout_seconds, quotas.seconds) if s is not None]
    if seconds:
        turn.commands.append(StartTimer(EXECUTION, now + min(seconds) * 1000))
    turn.ready.append(thread)
    return execution, turn.run()


def advance(machine: StateMachine, execution: Execution, signal: Signal, now: int) -> Step:
    """Moves an execution on, in place, by what happened at a time (milliseconds since the epoch).

    A signal about a command that is not awaited any more is dropped, and so is every signal after
    the execution has closed.

    Raises:
        ValueError: The machine is not the one that the execution runs.
    """
    if machine.hash != execution.definition_hash:
        raise ValueError("this execution runs another definition")
    turn = Turn(machine, execution, now)
    if execution.status != "RUNNING":
        return Step([], [])
    turn.take(signal)
    return turn.run()


class Turn:
    """The work of one advance; also the frame through which the current state sees the world.

    Attributes:
        now: The signal's time in milliseconds since the epoch.
        events: What this turn has written.
        commands: What it wants done.
        ready: The queue of threads that can take a step.
        thread: The thread in focus.
        input: Its raw input.
        attempt: Its retries in this visit.
        item: Index and value of the Map item in focus, while an ItemSelector is evaluated.
    """

    __slots__ = (
        "attempt", "commands", "events", "execution", "input", "item", "last_id", "machine", "now", "ready",
        "states", "thread",
    )  # fmt: skip

    def __init__(self, machine: StateMachine, execution: Execution, now: int) -> None:
        self.machine = machine
        self.states: dict[str, Any] = machine.states
        self.execution = execution
        self.now = now
        self.events: list[Event] = []
        self.commands: list[Command | Cancel] = []
        threads = execution.threads
        self.ready: deque[Thread] = deque(threads[path] for path in execution.ready)
        self.last_id = execution.last_event
        self.item: tuple[int, JSON] | None = None

    # ------------------------------------------------------------------ the queue

    def run(self) -> Step:
        """Lets threads take steps, first in first out, until none can or the turn has had its share."""
        ready = self.ready
        execution = self.execution
        limit = execution.quotas.history_events or 0
        steps = STEPS_PER_TURN
        while ready and steps > 0 and execution.status == "RUNNING":
            thread = ready.popleft()
            runnable = True
            while runnable and steps > 0:
                steps -= 1
                runnable = self._step(thread)
                if limit and self.last_id >= limit and self._over(limit):
                    break
                if runnable and ready:  # breadth first: it goes behind those that wait
                    ready.append(thread)
                    thread = ready.popleft()
            if runnable:
                ready.appendleft(thread)
        execution.last_event = self.last_id
        if execution.status != "RUNNING":
            ready.clear()
        if execution.status == "SUCCEEDED":
            execution.threads = {}
        execution.ready = [thread.path for thread in ready]
        return Step(self.commands, self.events, bool(ready))

    def _step(self, thread: Thread) -> bool:
        """One step of a thread; tells whether it can take another."""
        phase = thread.phase
        if phase == "leave":
            return self._leave(thread)
        if phase == "enter":
            return self._enter(thread)
        if phase == "begin":
            return self._begin(thread)
        if phase == "fail":
            error, cause, heartbeat = thread.failure or (None, None, False)
            failure = Failure(error, cause)
            failure.heartbeat = heartbeat
            return self.fail(thread, failure)
        if phase == "join":
            return forks.join(self, thread)
        if phase == "again":
            return self._work(thread)
        if phase == "wake":
            return self.resume(thread, None)
        return False  # it was cancelled, or parked, while it stood in the queue

    def emit(
        self, kind: EventType, thread: Thread, previous: int, payload: JSON = None, extra: Any = None,
        way: int = NO_WAY,
    ) -> int:  # fmt: skip
        """Writes an event in a thread's frame and gives its id; moves the chain as the type says."""
        self.events.append(
            (
                kind,
                previous,
                self.now,
                thread.path,
                thread.state,
                thread.visit,
                thread.attempt,
                way,
                payload,
                extra,
            )
        )
        self.last_id = event_id = self.last_id + 1
        if kind.moves:
            thread.head = event_id
        return event_id

    def _over(self, limit: int) -> bool:
        """Fails an execution whose history would pass AWS's quota; the failure is its last event."""
        if self.execution.status != "RUNNING" and self.last_id <= limit:
            return False
        del self.events[len(self.events) - (self.last_id - limit + 1) :]
        self.last_id = limit - 1
        self.execution.status = "RUNNING"
        self.commands.clear()
        root = self.execution.threads[""]
        root.head = self.last_id
        # The text is from memory; no recording of this failure exists.
        self.close_failed(
            root, Failure(RUNTIME, f"The execution reached the maximum number of history events ({limit}).")
        )
        return True

    # ------------------------------------------------------------------ around a state

    def focus(self, thread: Thread) -> Any:
        """Makes a thread the one that the frame shows; gives its state."""
        self.thread = thread
        self.input = thread.input
        self.attempt = thread.attempt
        return self.states[thread.state]

    def _enter(self, thread: Thread) -> bool:
        kind = self.states[thread.state].entered
        thread.entered = self.emit(kind, thread, thread.head, thread.input)
        thread.entered_at = self.now
        return self._work(thread)

    def _work(self, thread: Thread) -> bool:
        """Lets the state begin, or begin again."""
        state = self.focus(thread)
        try:
            outcome = state.enter(self)
            kind = type(outcome)
            if kind is Finish:
                return self.finish(thread, outcome)
        except Failure as failure:
            return self.fail(thread, failure)
        if kind is Split:
            return forks.split(self, thread, outcome)
        if kind is Call:
            return self._schedule(thread, outcome)
        return self._sleep(thread, outcome)

    def finish(self, thread: Thread, finish: Finish) -> bool:
        """Notes what the state finished with, if it is within the quotas."""
        if finish.output is not thread.input:
            self.bounded(finish.output)
        if finish.assigned:
            self.bounded(finish.assigned)
        thread.finish = finish
        thread.phase = "leave"
        return True

    def resume(self, thread: Thread, result: JSON) -> bool:
        """Lets the state go on with what it awaited."""
        state = self.focus(thread)
        thread.awaiting = None
        try:
            return self.finish(thread, state.resume(self, result))
        except Failure as failure:
            return self.fail(thread, failure)

    def _leave(self, thread: Thread) -> bool:
        """Leaves the state and enters the next, in one step."""
        finish = thread.finish
        assert finish is not None
        thread.finish = None
        output, assigned = finish.output, finish.assigned
        state = self.states[thread.state]
        self.emit(state.exited, thread, thread.head, output, assigned, finish.way)
        if assigned:
            thread.variables = {**thread.variables, **assigned} if thread.variables else assigned
        if finish.next is None:
            return self._end(thread, output)
        thread.state = finish.next
        thread.input = output
        thread.visit += 1
        thread.attempt = 0
        thread.retries = None
        thread.phase = "enter"
        return self._enter(thread)

    def _end(self, thread: Thread, output: JSON) -> bool:
        if thread.parent is not None:
            return forks.child_ended(self, thread, output)
        self.emit(EXECUTION_SUCCEEDED, thread, thread.head, output)
        self.execution.status = "SUCCEEDED"
        self.execution.output = output
        self._cancel_timer()
        return False

    def fail(self, thread: Thread, failure: Failure) -> bool:
        """Hands a failure of a thread's state to Retry, Catch and what is around it."""
        thread.awaiting = None
        thread.phase = "parked"
        return handle(self, thread, self.located(thread, failure))

    def located(self, thread: Thread, failure: Failure) -> Failure:
        """A failure with AWS's account of the place, where the interpreter itself found it."""
        if not isinstance(failure, InterpreterFailure):
            return failure
        located = Failure(
            failure.error,
            f"An error occurred while executing the state '{thread.state}' "
            f"(entered at the event id #{thread.entered}). {failure.cause}",
        )
        located.terminal = failure.terminal
        return located

    # ------------------------------------------------------------------ tasks and timers

    def _schedule(self, thread: Thread, call: Call) -> bool:
        events = TASK_EVENTS[call.family]
        self.emit(events.scheduled, thread, thread.head, call.command.input, call.scheduled)
        thread.awaiting = call.command
        thread.family = call.family
        thread.scheduled = call.scheduled
        thread.limit_name = call.limit_name
        thread.submitted = False
        thread.early = None
        thread.phase = "begin"
        return True

    def _begin(self, thread: Thread) -> bool:
        """Starts the task, one step after it was scheduled: AWS schedules all before it starts any."""
        events = TASK_EVENTS[thread.family]
        if events.starts_itself:
            self.emit(events.started, thread, thread.head, None, _scheduled(thread))
        assert thread.awaiting is not None
        self.commands.append(thread.awaiting)
        thread.phase = "wait"
        return False

    def _sleep(self, thread: Thread, sleep: Sleep) -> bool:
        self.timer(thread, StartTimer(self.command_id(), sleep.deadline))
        return False

    def timer(self, thread: Thread, timer: StartTimer) -> None:
        """Lets a thread wait for a timer."""
        thread.awaiting = timer
        thread.phase = "wait"
        self.commands.append(timer)

    def _cancel_timer(self) -> None:
        self.commands.append(Cancel(EXECUTION))

    # ------------------------------------------------------------------ signals

    def take(self, signal: Signal) -> None:
        """Puts a signal to the thread that waits for it."""
        match signal:
            case TaskSucceeded() | TaskFailed():
                thread = self._waiting(signal.id)
                if thread is not None:
                    self._answered(thread, signal)
            case Elapsed():
                for command, deadline in signal.due:
                    self._elapsed(command, deadline)
            case TaskSubmitted():
                self._submitted(signal)
            case TaskStarted():
                self._started(signal)
            case Stopped():
                self.close(EXECUTION_ABORTED, "ABORTED", signal.error, signal.cause)
            case Continue():
                pass

    def _waiting(self, command: str) -> Thread | None:
        """The thread that awaits a command, or None where nobody does any more."""
        thread = self.execution.threads.get(command[: command.rfind("/") + 1])
        if (
            thread is None
            or thread.phase != "wait"
            or thread.awaiting is None
            or thread.awaiting.id != command
        ):
            return None
        return thread

    def _answered(self, thread: Thread, signal: TaskSucceeded | TaskFailed) -> None:
        command = thread.awaiting
        if _early(command, signal) and not thread.submitted:
            thread.early = signal
            return
        if isinstance(signal, TaskFailed):
            self._task_failed(thread, signal.error, signal.cause)
            return
        failure = too_large(self.execution.quotas, thread.limit_name, signal.output)
        if failure is not None:
            self._task_failed(thread, failure.error, failure.cause)
            return
        kind = TASK_EVENTS[thread.family].succeeded
        self.emit(kind, thread, thread.head, signal.output, _scheduled(thread))
        if self.resume(thread, signal.output):
            self.ready.append(thread)

    def _task_failed(self, thread: Thread, error: str | None, cause: str | None) -> None:
        kind = TASK_EVENTS[thread.family].failed
        self.emit(kind, thread, thread.head, (error, cause), _scheduled(thread))
        self._fail_later(thread, error, cause)

    def _fail_later(
        self, thread: Thread, error: str | None, cause: str | None, heartbeat: bool = False
    ) -> None:
        """Notes a failure and acts on it in a step of its own, after the other signals of this instant."""
        thread.failure = (error, cause, heartbeat)
        thread.phase = "fail"
        self.ready.append(thread)

    def _elapsed(self, command: str, deadline: str) -> None:
        if command == EXECUTION:
            self.close(EXECUTION_TIMED_OUT, "TIMED_OUT", None, None)
            return
        thread = self._waiting(command)
        if thread is None:
            return
        if deadline == "timer":
            thread.phase = "again" if command.endswith(RETRY_MARK) else "wake"
            self.ready.append(thread)
            return
        kind = TASK_EVENTS[thread.family].timed_out
        self.emit(kind, thread, thread.head, (TIMEOUT, None), _scheduled(thread))
        self.commands.append(Cancel(command))
        self._fail_later(thread, TIMEOUT, None, heartbeat=deadline == "heartbeat")

    def _submitted(self, signal: TaskSubmitted) -> None:
        thread = self._waiting(signal.id)
        if thread is None or thread.submitted:
            return
        kind = TASK_EVENTS[thread.family].submitted
        if kind is not None:
            self.emit(kind, thread, thread.head, signal.output, _scheduled(thread))
        thread.submitted = True
        early, thread.early = thread.early, None
        if early is not None:
            self._answered(thread, early)

    def _started(self, signal: TaskStarted) -> None:
        thread = self._waiting(signal.id)
        if thread is None or thread.submitted or not isinstance(thread.awaiting, RunTask):
            return
        events = TASK_EVENTS[thread.family]
        if events.starts_itself:
            return
        thread.submitted = True
        self.emit(events.started, thread, thread.head, signal.worker)
        timeout = _scheduled(thread).timeout_seconds
        if timeout is not None:  # an activity's clock starts when a worker takes it
            self.commands.append(StartTimer(signal.id, self.now + timeout * 1000, "timeout"))

    # ------------------------------------------------------------------ the end

    def close_failed(self, thread: Thread, failure: Failure) -> None:
        """Ends the execution as FAILED; its threads stay, so that it can be redriven."""
        self.execution.status = "FAILED"
        self.execution.error = failure.error
        self.execution.cause = failure.cause
        self.emit(EXECUTION_FAILED, thread, thread.head, failure.error, failure.cause)
        self._cancel_all()

    def close(self, kind: EventType, status: Any, error: str | None, cause: str | None) -> None:
        """Ends the execution from outside: AWS points such an event at 0."""
        execution = self.execution
        execution.status, execution.error, execution.cause = status, error, cause
        self.emit(kind, execution.threads[""], 0, error, cause)
        self._cancel_all()

    def _cancel_all(self) -> None:
        for thread in self.execution.threads.values():
            if thread.phase == "wait" and thread.awaiting is not None:
                self.commands.append(Cancel(thread.awaiting.id))
            thread.phase = "parked"
        self._cancel_timer()

    # ------------------------------------------------------------------ what a state sees (Frame)

    def command_id(self) -> str:
        """The number of the command that the state in focus gives."""
        thread = self.thread
        return f"{thread.path}{thread.visit}.{thread.attempt}"

    def resource_region(self) -> str:
        """The region that the execution runs in."""
        return self.execution.identity.region

    def token(self) -> str:
        """The task token of the visit in focus, another one at each attempt."""
        return f"{draw(self.execution.seed, 'token ' + self.command_id(), 256):064x}"

    def bounded(self, value: JSON) -> JSON:
        """The value, if it is within the payload quota; else States.DataLimitExceeded, uncatchable."""
        failure = too_large(self.execution.quotas, self.thread.state, value)
        if failure is not None:
            failure.terminal = True
            raise failure
        return value

    def draw(self, bits: int) -> int:
        """A fresh random integer, keyed by seed, place, visit and a counter."""
        thread = self.thread
        thread.draws += 1
        return draw(self.execution.seed, f"{self.command_id()} {thread.draws}", bits)

    def variable(self, name: str) -> JSON:
        """A variable of the thread in focus, or of the scopes around it."""
        thread: Thread | None = self.thread
        while thread is not None:
            if thread.variables is not None and name in thread.variables:
                return thread.variables[name]
            thread = None if thread.parent is None else self.execution.threads[thread.parent]
        raise KeyError(name)

    def context(self) -> dict[str, JSON]:
        """The context object at the state in focus."""
        thread = self.thread
        state = self.states[thread.state]
        resource = getattr(state, "resource", None)
        token = self.token() if resource is not None and resource.has_token else None
        item = self.item or forks.item_of(self.execution, thread)
        return context_object(self.execution, thread, item, token, state.kind in _RETRIED)


_RETRIED = frozenset({"Task", "Map", "Parallel"})


def _early(command: RunTask | StartTimer | None, signal: TaskSucceeded | TaskFailed) -> bool:
    """Whether an answer can only come after the task was submitted, and waits until it is.

    A ``sync`` task whose first call fails was never submitted: that failure counts at once.
    """
    if not isinstance(command, RunTask) or command.pattern == "request":
        return False
    return isinstance(signal, TaskSucceeded)


def _scheduled(thread: Thread) -> Scheduled:
    assert thread.scheduled is not None
    return thread.scheduled
