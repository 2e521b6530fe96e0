"""Runs a state machine to its end at once, on a clock that jumps from one event to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from heapq import heappop, heappush
from typing import Any, Protocol

from asl.agenda import Agenda
from asl.cost import Children, Cost, Use, priced, prices, use
from asl.defaults import ACCOUNT, REGION
from asl.defaults import role_arn as default_role
from asl.definition import parse
from asl.elements.machine import StateMachine
from asl.entropy import draw, seed_of, uuid4
from asl.errors import InvalidExecutionInput
from asl.handlers import MAX_ANSWER, Answer, Follow, Handler, Handlers
from asl.history import Event, History
from asl.interpreter import Execution, Identity, Step, advance, start
from asl.jsontypes import JSON, fault, size
from asl.map_simulation import MapSimulation
from asl.signals import (
    Cancel,
    CommandId,
    Continue,
    RunTask,
    Signal,
    StartMapRun,
    StartTimer,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
)  # fmt: skip
from asl.spec import quotas as limits

START_TIME = 1_767_225_600_000
"""2026-01-01T00:00:00Z: when a run begins that names no time, so that it is the same each time."""

Observer = Callable[[int, Event], None]
"""Sees each event as it is written: its id and the event."""


class Runner(Protocol):
    """Runs tasks: gives the signals that each ends with and how long it took."""

    def run(self, task: RunTask, now: int) -> Answer:
        """Runs a task that starts at a time on the virtual clock, in milliseconds since the epoch."""
        ...


class Result:
    """How a run ended.

    Attributes:
        status: SUCCEEDED, FAILED or TIMED_OUT.
        output: The output, where it succeeded.
        error: The error name, where it failed with one.
        cause: The text with it.
        history: Every event, as boto3 gives them; a sequence, encoded when read.
        execution: The closed execution.
        children: What the executions used that its Map Runs started.
    """

    def __init__(
        self, machine: StateMachine, execution: Execution, history: History, region: str, children: Children
    ) -> None:
        self.status = execution.status
        self.output = execution.output
        self.error = execution.error
        self.cause = execution.cause
        self.history = history
        self.execution = execution
        self.children = children
        self._machine = machine
        self._region = region

    @property
    def definition_bytes(self) -> int:
        """The size of what was run, as compact JSON."""
        return self._machine.size

    def __repr__(self) -> str:
        ending = repr(self.output) if self.status == "SUCCEEDED" else f"{self.error}: {self.cause}"
        return f"<Result {self.status} {ending}>"

    @cached_property
    def use(self) -> Use:
        """What the run used of what AWS bills."""
        return use(self.history, self._machine.size, self.children)

    @property
    def transitions(self) -> int:
        """State transitions as Standard bills them: states entered and retries.

        With those of the executions that its Map Runs started, and 1 for each start of one.
        """
        return self.use.transitions()

    @cached_property
    def cost(self) -> Cost:
        """What the run costs as Standard and as Express, with the executions that its Map Runs started."""
        return priced(self.use, prices(self._region))


ChildEnded = Callable[[Result], None]
"""Sees what has become of an execution that a Map Run started."""


def simulate(
    machine: StateMachine | str | dict[str, JSON],
    input: JSON = {},  # noqa: B006 -- never changed
    *,
    handlers: Mapping[str, Handler] | Runner = {},  # noqa: B006 -- never changed; shows what it takes
    quotas: bool = True,
    seed: str | int = 0,
    start_time: float | None = None,
    name: str = "execution",
    task_seconds: float | Mapping[str, float] | None = None,
    timer: Callable[[], float] | None = None,
    type: str = "STANDARD",
    input_text: str | None = None,
    machine_name: str = "machine",
    account: str = ACCOUNT,
    region: str = REGION,
    role_arn: str | None = None,
    observer: Observer | None = None,
    child_ended: ChildEnded | None = None,
) -> Result:
    """Runs a state machine to its end; waits, delays and time limits take no real time.

    Args:
        machine: A parsed machine, or a definition as `asl.parse` takes it.
        input: The execution's input, an empty object if none is given.
        handlers: Functions by name, called as ``handler(event, context)``; or a runner of tasks.
        quotas: Whether AWS's quotas are kept: payload size, history length, duration.
        seed: What random draws come from (jitter, States.MathRandom, States.UUID).
        start_time: Seconds since the epoch at which the run begins; a fixed instant by default.
        name: The execution's name.
        task_seconds: How long a task takes on the virtual clock, for all or by function name; by
            default what the call really took.
        timer: Measures that: gives seconds that only ever grow.
        type: ``STANDARD`` or ``EXPRESS``: which quotas are kept.
        input_text: The input as it was sent, which ExecutionStarted keeps byte for byte.
        machine_name: The machine's name.
        account: The account in the run's ARNs.
        region: The region in its ARNs, and of its prices.
        role_arn: The role the machine runs under.
        observer: Is shown each event as it is written.
        child_ended: Is shown each execution that a Distributed Map started, once it has ended.

    Raises:
        InvalidDefinition: The definition cannot be run.
        InvalidExecutionInput: The input is no JSON, or over the payload quota.
        TypeError: ``handlers`` is no mapping and no runner.
        ValueError: ``type`` is neither of the two, or ``task_seconds`` is negative.
    """
    if not isinstance(machine, StateMachine):
        machine = parse(machine)
    if type not in ("STANDARD", "EXPRESS"):
        raise ValueError(f"type is STANDARD or EXPRESS, not {type!r}")
    bounds = limits.of(type) if quotas else limits.NONE
    wrong = fault(input)
    if wrong is not None:
        raise InvalidExecutionInput(f"the input is not JSON: {wrong}")
    if bounds.payload_bytes is not None:
        _refuse_too_large(input, input_text, bounds.payload_bytes)
    now = START_TIME if start_time is None else round(start_time * 1000)
    prefix = f"arn:aws:states:{region}:{account}"
    if not isinstance(handlers, Mapping) and not hasattr(handlers, "run"):
        raise TypeError("handlers is a dict of functions by name, such as {'greet': greet}")
    express = type == "EXPRESS"
    identity = Identity(
        arn=execution_arn(machine_name, name, type=type, seed=str(seed), account=account, region=region),
        name=name,
        machine_arn=f"{prefix}:stateMachine:{machine_name}",
        machine_name=machine_name,
        role_arn=role_arn or default_role(account),
        region=region,
        start_time=now,
        # A synchronous Express execution's context has no RedriveCount (recorded).
        redrive_count=None if express else 0,
    )
    runner = (
        Handlers(
            handlers, execution_arn=identity.arn, region=region, account=account, timer=timer,
            task_seconds=task_seconds, max_answer=MAX_ANSWER if quotas else None,
        )
        if isinstance(handlers, Mapping)
        else handlers
    )  # fmt: skip
    execution, step = start(
        machine,
        input,
        identity,
        seed=str(seed),
        quotas=bounds,
        input_text=input_text,
    )
    return Simulation(machine, execution, runner, observer, child_ended).run(step, region)


def _refuse_too_large(input: JSON, text: str | None, limit: int) -> None:
    taken = size(input) if text is None else len(text.encode())
    if taken > limit:
        raise InvalidExecutionInput(
            f"the input takes {taken:,} bytes; AWS starts no execution with more than {limit:,} "
            "(quotas=False lifts that)"
        )


def execution_arn(
    machine_name: str,
    name: str,
    *,
    type: str,
    seed: str,
    account: str = ACCOUNT,
    region: str = REGION,
) -> str:
    """The ARN that `simulate` gives an execution.

    An Express execution's ends in a UUID, made of its seed: the same name may run more than once.
    """
    prefix = f"arn:aws:states:{region}:{account}"
    if type == "STANDARD":
        return f"{prefix}:execution:{machine_name}:{name}"
    return f"{prefix}:express:{machine_name}:{name}:{uuid4(draw(seed_of(seed), f'arn {name}', 128))}"


FILED_AT_ONCE = 1_000
"""So many events are gathered before the history gets them."""


class Simulation:
    """One run in progress: the execution, what is under way, and the clock."""

    def __init__(
        self,
        machine: StateMachine,
        execution: Execution,
        runner: Runner,
        observer: Observer | None = None,
        child_ended: ChildEnded | None = None,
    ) -> None:
        self.machine = machine
        self.execution = execution
        self.runner = runner
        self.observer = observer
        self.child_ended = child_ended
        self.history = History()
        self._events: list[Event] = []
        self.agenda = Agenda()
        self.now = execution.identity.start_time
        self._answers: list[tuple[int, int, Signal | CommandId]] = []
        self._followed: dict[CommandId, Follow] = {}
        self._order = 0
        self._running: dict[str, RunTask] = {}
        self.children = Children()

    def run(self, step: Step, region: str) -> Result:
        """Goes on from a step until the execution has closed."""
        while True:
            self._record(step)
            for command in step.commands:
                self._obey(command)
            if self.execution.status != "RUNNING":
                break
            signal: Signal = Continue() if step.more else self._next()
            step = advance(self.machine, self.execution, signal, self.now)
        self._file()
        for task in list(self._followed):
            self._give_up(task)
        return Result(self.machine, self.execution, self.history, region, self.children)

    def _record(self, step: Step) -> None:
        if self.observer is not None:
            for number, event in enumerate(step.history, len(self.history) + len(self._events) + 1):
                self.observer(number, event)
        self._events += step.history
        if len(self._events) >= FILED_AT_ONCE:
            self._file()

    def _file(self) -> None:
        """Adds the events of the last steps to the history, which takes many as fast as few."""
        self.history.extend(self._events)
        self._events.clear()

    def _obey(self, command: Any) -> None:
        match command:
            case RunTask():
                self._call(command)
            case StartMapRun():
                child = partial(self._child, command)
                run = MapSimulation(self.machine, self.execution, command, self.now, child)
                signal = run.signal(self.runner)
                self._arrives(run.now, signal)
            case StartTimer():
                self.agenda.set(command.id, command.kind, command.deadline)
            case Cancel():
                self.agenda.forget(command.id)
                self._running.pop(command.id, None)
                self._give_up(command.id)

    def _child(
        self,
        command: StartMapRun,
        machine: StateMachine,
        input: JSON,
        identity: Identity,
        seed: str,
        quotas: limits.Quotas,
    ) -> tuple[Execution, int]:
        """Runs an execution of a Map Run to its end. Of its history only what it used is kept."""
        execution, step = start(machine, input, identity, seed=seed, quotas=quotas)
        runner = self.runner.of(identity.arn) if hasattr(self.runner, "of") else self.runner
        run = Simulation(machine, execution, runner, child_ended=self.child_ended)
        result = run.run(step, identity.region)
        self.children.add(command.state, command.execution_type, result.use)
        if self.child_ended is not None:
            self.child_ended(result)
        return execution, identity.start_time + result.history.span()

    def _call(self, task: RunTask) -> None:
        """Runs a task at once; its answer arrives when the virtual clock says it has ended."""
        self._running[task.id] = task
        if task.deadline is not None:
            self.agenda.set(task.id, "timeout", task.deadline)
        if task.service == "activity":
            self._arrives(self.now, TaskStarted(task.id))
        if task.heartbeat is not None and task.pattern != "token":
            self.agenda.set(task.id, "heartbeat", self.now + task.heartbeat)
        self._take(task.id, self.runner.run(task, self.now))

    def _take(self, task: CommandId, answer: Answer) -> None:
        at = self.now + round(answer.seconds * 1000)
        for signal in answer.signals:
            self._arrives(at, signal)
        if answer.follow is not None:
            self._followed[task] = answer.follow
            self._arrives(at + round(answer.follow.seconds * 1000), task)

    def _arrives(self, at: int, what: Signal | CommandId) -> None:
        """Lets a signal come at a time, or lets somebody look after a task of which it is due."""
        self._order += 1
        heappush(self._answers, (at, self._order, what))

    def _next(self) -> Signal:
        """Moves the clock to what happens next and tells it; an answer just in time counts."""
        while True:
            due = self.agenda.next()
            if not self._answers or (due is not None and self._answers[0][0] > due):
                break
            self.now, _, what = heappop(self._answers)
            if not isinstance(what, str):
                self._settle(what)
                return what
            self._look(what)
        if due is None:
            raise RuntimeError("the execution waits for something that nobody will tell it")
        self.now = max(self.now, due)  # a time limit from the input may be negative
        return self.agenda.due()

    def _look(self, task: CommandId) -> None:
        """Looks how a task stands that was begun elsewhere, if anybody still waits for it."""
        follow = self._followed.pop(task, None)
        if follow is not None:
            self._take(task, follow.look(self.now))

    def _give_up(self, task: CommandId) -> None:
        follow = self._followed.pop(task, None)
        if follow is not None and follow.cancel is not None:
            follow.cancel()

    def _settle(self, signal: Signal) -> None:
        """Forgets the deadlines that an answer meets; a token's beats count from its submission."""
        if isinstance(signal, (TaskSucceeded, TaskFailed)):  # a union takes thrice as long
            self.agenda.forget(signal.id)
            self._running.pop(signal.id, None)
        elif isinstance(signal, TaskSubmitted):
            task = self._running.get(signal.id)
            if task is not None and task.pattern == "token" and task.heartbeat is not None:
                self.agenda.set(task.id, "heartbeat", self.now + task.heartbeat)
