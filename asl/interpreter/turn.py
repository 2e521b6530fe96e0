"""One advance of an execution: takes a signal, lets every thread that can take steps, and gives way."""

from __future__ import annotations

from asl.elements.machine import StateMachine
from asl.elements.outcome import Call, Distribute, Finish, Sleep, Split
from asl.entropy import seed_of
from asl.errors import Failure
from asl.history import EXECUTION_STARTED, NO_WAY, TASK_EVENTS
from asl.interpreter import ending, forks, map_runs, redrive
from asl.interpreter.execution import Execution, Identity, Step, Thread
from asl.interpreter.failing import handle
from asl.interpreter.frame import Frame
from asl.interpreter.intake import take
from asl.jsontypes import JSON
from asl.signals import EXECUTION, Redriven, Signal, StartMapRun, StartTimer
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
    missing: tuple[str, ...] = (),
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
        missing: Those of `StateMachine.activities` that do not exist.
    """
    execution = Execution(machine.hash, identity, input, seed_of(seed), quotas, missing=missing)
    now = identity.start_time
    turn = Turn(machine, execution, now)
    thread = Thread("", machine.start_at, input)
    execution.threads = {"": thread}
    turn.emit(EXECUTION_STARTED, thread, 0, input, (input_text, identity.role_arn))
    thread.head = 0  # AWS: the first state's Entered points at 0, not at ExecutionStarted
    seconds = _time_limit(machine, quotas)
    if seconds is not None:
        execution.deadline = now + seconds * 1000
        turn.commands.append(StartTimer(EXECUTION, execution.deadline))
    turn.ready.append(thread)
    return execution, turn.run()


def _time_limit(machine: StateMachine, quotas: Quotas) -> int | None:
    return min((s for s in (machine.timeout_seconds, quotas.seconds) if s is not None), default=None)


def advance(machine: StateMachine, execution: Execution, signal: Signal, now: int) -> Step:
    """Moves an execution on, in place, by what happened at a time (milliseconds since the epoch).

    A signal about a command that is not awaited any more is dropped, and so is every signal after
    the execution has closed, but for a redrive of one that did not succeed.

    Raises:
        ValueError: The machine is not the one that the execution runs.
    """
    if machine.hash != execution.definition_hash:
        raise ValueError("this execution runs another definition")
    turn = Turn(machine, execution, now)
    if execution.status in redrive.REDRIVABLE and isinstance(signal, Redriven):
        redrive.redrive(turn, _time_limit(machine, execution.quotas))
        return turn.run()
    if execution.status != "RUNNING":
        return Step([], [])
    take(turn, signal)
    return turn.run()


class Turn(Frame):
    """The work of one advance: the queue of threads, and the steps that one of them takes."""

    __slots__ = ()

    def run(self) -> Step:
        """Lets threads take steps, first in first out, until none can or the turn has had its share."""
        ready = self.ready
        execution = self.execution
        limit = execution.quotas.history_events or 0
        steps = STEPS_PER_TURN
        if limit and self.last_id >= limit and execution.status == "RUNNING":
            ending.over_quota(self, limit)  # the signal's own events passed it
        while ready and steps > 0 and execution.status == "RUNNING":
            thread = ready.popleft()
            runnable = True
            while runnable and steps > 0:
                steps -= 1
                runnable = self._step(thread)
                if limit and self.last_id >= limit:
                    ending.over_quota(self, limit)
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
        execution.ready = [thread.path for thread in ready if thread.phase != "parked"]
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
        if phase == "wake":
            return self._wake(thread)
        if phase == "join":
            return self._join(thread)
        if phase == "fail":
            return self._task_failed(thread)
        if phase == "again":
            return self._work(thread)
        return False  # it was cancelled, or parked, while it stood in the queue

    def _enter(self, thread: Thread) -> bool:
        kind = self.states[thread.state].entered
        thread.entered = self.emit(kind, thread, thread.head, thread.input)
        thread.entered_at = self.now
        if thread.map_run is not None:
            return map_runs.redriven(self, thread, thread.map_run)
        return self._work(thread) if thread.fork is None else self._resume(thread)

    def _resume(self, thread: Thread) -> bool:
        """Goes on with a Parallel or Map that was redriven."""
        try:
            return redrive.resumed(self, thread)
        except Failure as failure:
            return self._fail(thread, failure)

    def _work(self, thread: Thread) -> bool:
        """Lets the state begin, or begin again, and does what it answers."""
        state = self.focus(thread)
        try:
            outcome = state.enter(self)
            kind = type(outcome)
            if kind is Finish:
                self.finish(thread, outcome)
                return True
            if kind is Split:
                return forks.split(self, thread, outcome)
            if kind is Distribute:
                return map_runs.begin(self, thread, state, outcome)
        except Failure as failure:
            return self._fail(thread, failure)
        if kind is Call:
            return self._schedule(thread, outcome)
        return self._sleep(thread, outcome)

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
            self.emit(events.started, thread, thread.head, None, thread.scheduled)
        assert thread.awaiting is not None
        self.commands.append(thread.awaiting)
        thread.phase = "wait"
        return False

    def _sleep(self, thread: Thread, sleep: Sleep) -> bool:
        self.wait(thread, StartTimer(self.command_id(), sleep.deadline))
        return False

    def _wake(self, thread: Thread) -> bool:
        """Lets the state go on with what it awaited."""
        state = self.focus(thread)
        result, thread.result = thread.result, None
        succeeded = map_runs.ended(self, thread) if isinstance(thread.awaiting, StartMapRun) else 0
        thread.awaiting = None
        try:
            self.finish(thread, state.resume(self, result))
        except Failure as failure:
            thread.head = succeeded or thread.head  # as in `_join`
            return self._fail(thread, failure)
        return True

    def _join(self, thread: Thread) -> bool:
        """Lets a Parallel or Map go on with its results."""
        assert thread.fork is not None
        succeeded = forks.joined(self, thread)
        state = self.focus(thread)
        try:
            self.finish(thread, state.resume(self, thread.fork.results))
        except Failure as failure:
            # AWS: *Exited points past *Succeeded, but a failure of the state's own output points at it
            thread.head = succeeded
            return self._fail(thread, failure)
        thread.fork = None
        return True

    def _leave(self, thread: Thread) -> bool:
        """Leaves the state and enters the next, in one step.

        The hottest lines of the interpreter: both events are written in place, not by `emit`.
        """
        finish = thread.finish
        assert finish is not None
        thread.finish = None
        path, now, output, assigned = thread.path, self.now, finish.output, finish.assigned
        name, visit = thread.state, thread.visit
        states, write = self.states, self.events.append
        kind = states[name].exited
        write((kind, thread.head, now, path, name, visit, thread.attempt, finish.way, output, assigned))
        self.last_id = exited = self.last_id + 1
        if assigned:
            thread.variables = {**thread.variables, **assigned} if thread.variables else assigned
        if finish.next is None:
            thread.head = exited
            return self._end(thread, output)
        thread.state = name = finish.next
        thread.input = output
        thread.visit = visit = visit + 1
        thread.attempt = 0
        thread.retries = None
        thread.phase = "enter"
        write((states[name].entered, exited, now, path, name, visit, 0, NO_WAY, output, None))
        self.last_id = thread.head = thread.entered = exited + 1
        thread.entered_at = now
        return self._work(thread)

    def _end(self, thread: Thread, output: JSON) -> bool:
        """Ends a thread with its block: the execution, or a branch or iteration that another waits for."""
        if thread.parent is None:
            ending.succeeded(self, thread, output)
            return False
        parent = self.execution.threads[thread.parent]
        try:
            forks.child_ended(self, thread, output)
        except Failure as failure:
            forks.abort_children(self, parent, parent.head)
            if self._fail(parent, failure):
                self.ready.append(parent)
        return False

    def _task_failed(self, thread: Thread) -> bool:
        error, cause, heartbeat = thread.failure or (None, None, False)
        failure = Failure(error, cause)
        failure.heartbeat = heartbeat
        failure.of_map_run = isinstance(thread.awaiting, StartMapRun)
        return self._fail(thread, failure)

    def _fail(self, thread: Thread, failure: Failure) -> bool:
        """Hands a failure of a thread's state to Retry, Catch and what is around it."""
        thread.awaiting = None
        thread.phase = "parked"
        failure = self.located(thread, failure)
        self.note(thread, failure, thread.head)
        return handle(self, thread, failure)
