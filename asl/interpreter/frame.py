"""The frame: one turn's working state, through which the state in focus sees the world."""

from __future__ import annotations

from collections import deque
from typing import Any

from asl.elements.machine import StateMachine
from asl.elements.outcome import Finish
from asl.entropy import draw, task_token
from asl.errors import DATA_LIMIT_EXCEEDED, Failure, InterpreterFailure
from asl.history import EVALUATION_FAILED, NO_WAY, Event, EventType
from asl.interpreter.context import context_object
from asl.interpreter.execution import Execution, Thread
from asl.jsontypes import JSON, size
from asl.signals import Cancel, Command, StartTimer

_RETRIED = frozenset({"Task", "Map", "Parallel"})


class Frame:
    """What a turn works with: the execution, the events it writes and the commands it gives.

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
        "attempt", "commands", "events", "execution", "input", "item", "last_id", "now", "ready", "states",
        "thread",
    )  # fmt: skip

    def __init__(self, machine: StateMachine, execution: Execution, now: int) -> None:
        self.states: dict[str, Any] = machine.states
        self.execution = execution
        self.now = now
        self.events: list[Event] = []
        self.commands: list[Command | Cancel] = []
        self.ready: deque[Thread] = deque(map(execution.threads.__getitem__, execution.ready))
        self.last_id = execution.last_event
        self.item: tuple[int, JSON] | None = None

    # ------------------------------------------------------------------ for the interpreter

    def focus(self, thread: Thread) -> Any:
        """Makes a thread the one that the frame shows; gives its state."""
        self.thread = thread
        self.input = thread.input
        self.attempt = thread.attempt
        return self.states[thread.state]

    def emit(
        self, kind: EventType, thread: Thread, previous: int, payload: JSON = None, extra: Any = None,
        way: int = NO_WAY,
    ) -> int:  # fmt: skip
        """Writes an event in a thread's frame key and gives its id; moves the chain as the type says."""
        visit, attempt = thread.visit, thread.attempt
        self.events.append(
            (kind, previous, self.now, thread.path, thread.state, visit, attempt, way, payload, extra)
        )
        self.last_id = event_id = self.last_id + 1
        if kind.moves:
            thread.head = event_id
        return event_id

    def finish(self, thread: Thread, finish: Finish) -> None:
        """Notes what a state finished with, to be left with in the thread's next step.

        Raises:
            Failure: The output, or what it assigns, is over the payload quota.
        """
        if finish.output is not thread.input:  # what passes through unchanged was measured before
            self.bounded(finish.output)
        if finish.assigned:
            self._assignable(finish.assigned)
        thread.finish = finish
        thread.phase = "leave"

    def _assignable(self, assigned: dict[str, JSON]) -> None:
        """Keeps the quotas on one Assign and on all variables of the execution together.

        The sum is a bound that only grows; all variables are measured only when it passes the quota.
        """
        self.bounded(assigned)
        execution = self.execution
        limit = execution.quotas.variable_bytes
        if limit is None:
            return
        taken = size(assigned)
        execution.variable_bytes += taken
        if execution.variable_bytes > limit:
            scopes = (each.variables for each in execution.threads.values() if each.variables)
            execution.variable_bytes = sum(map(size, scopes)) + taken
        if execution.variable_bytes > limit:
            # AWS's text is not known
            raise InterpreterFailure(f"The variables of the execution take more than {limit} bytes.")

    def wait(self, thread: Thread, timer: StartTimer) -> None:
        """Lets a thread wait for a timer."""
        thread.awaiting = timer
        thread.phase = "wait"
        self.commands.append(timer)

    def cancel(self, thread: Thread) -> None:
        """Takes a thread out of the run, and with it the command that it waits for."""
        if thread.phase == "wait" and thread.awaiting is not None:
            self.commands.append(Cancel(thread.awaiting.id))
        thread.phase = "parked"

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
        located.location = failure.location
        return located

    def note(self, thread: Thread, failure: Failure, previous: int) -> None:
        """Writes EvaluationFailed where a JSONata expression failed, once for each attempt."""
        if failure.location is not None:
            self.emit(EVALUATION_FAILED, thread, previous, (failure.error, failure.cause, failure.location))

    def too_large(self, name: str, value: JSON) -> Failure | None:
        """The failure that a value over the payload quota means, or None. Text as recorded."""
        limit = self.execution.quotas.payload_bytes
        if limit is None or size(value) <= limit:
            return None
        return Failure(
            DATA_LIMIT_EXCEEDED,
            f"The state/task '{name}' returned a result with a size exceeding the maximum number of bytes "
            "service limit.",
        )

    # ------------------------------------------------------------------ for states (elements.outcome.Frame)

    def command_id(self) -> str:
        """The number of the command that the state in focus gives."""
        thread = self.thread
        return f"{thread.path}{thread.visit}.{thread.attempt}"

    def resource_region(self) -> str:
        """The region that the execution runs in."""
        return self.execution.identity.region

    def exists(self, activity: str) -> bool:
        """Whether there is an activity of this ARN, as far as the execution was told."""
        return activity not in self.execution.missing

    def token(self) -> str:
        """The task token of the visit in focus, another one at each attempt."""
        return task_token(self.execution.seed, self.command_id())

    def bounded(self, value: JSON) -> JSON:
        """The value, if it is within the payload quota; else States.DataLimitExceeded, uncatchable."""
        if self.execution.quotas.payload_bytes is None:
            return value
        failure = self.too_large(self.thread.state, value)
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

    def variables(self) -> dict[str, JSON]:
        """All variables that the thread in focus sees."""
        scopes: list[dict[str, JSON]] = []
        thread: Thread | None = self.thread
        while thread is not None:
            scopes.append(thread.variables or {})
            thread = None if thread.parent is None else self.execution.threads[thread.parent]
        return {name: value for scope in reversed(scopes) for name, value in scope.items()}

    def context(self) -> dict[str, JSON]:
        """The context object at the state in focus."""
        thread = self.thread
        state = self.states[thread.state]
        resource = getattr(state, "resource", None)
        token = self.token() if resource is not None and resource.has_token else None
        item = self.item or _item(self.execution, thread)
        return context_object(self.execution, thread, item, token, state.kind in _RETRIED)


def _item(execution: Execution, thread: Thread) -> tuple[int, JSON] | None:
    """Index and value of the Map item that a thread works on, the innermost where Maps nest."""
    while thread.parent is not None:
        parent = execution.threads[thread.parent]
        if parent.fork is not None and parent.fork.items is not None:
            return thread.index, parent.fork.items[thread.index]
        thread = parent
    return None
