"""The workload: what one execution does, in terms that every system can be asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from asl.cost import step_data, tally
from asl.history import TASK_EVENTS, Event, Scheduled
from asl.jsontypes import JSON, size
from asl.simulate import Result

_SCHEDULED = {each.scheduled.name for each in TASK_EVENTS.values()}
_SUBMITTED = {each.submitted.name for each in TASK_EVENTS.values() if each.submitted is not None}
_SUCCEEDED = {each.succeeded.name for each in TASK_EVENTS.values()}
_TIMED_OUT = {each.timed_out.name for each in TASK_EVENTS.values()}
_ENDED = _SUCCEEDED | _TIMED_OUT | {each.failed.name for each in TASK_EVENTS.values()}
_TOLD = {"ExecutionStarted", "ExecutionSucceeded"} | _SCHEDULED | _SUBMITTED | _SUCCEEDED
"""Events whose payload went between the workflow and something else."""


class Fan(msgspec.Struct, frozen=True):
    """A Parallel or inline Map state that was entered, with all that is nested in it.

    Attributes:
        wakes: Results, timers and events that its branches waited for.
        longest: How many of them one branch waited for, one after the other.
    """

    wakes: int
    longest: int


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """What one execution does.

    Attributes:
        transitions: As Standard bills them: states entered, retries and redrives.
        states: States entered.
        tasks: Task states that called something, without retries.
        retries: How often a task was called again.
        functions: Calls of Lambda functions, retries included.
        waits: Wait states.
        callbacks: Tasks that waited to be told of their end, by a token or as a job of another service.
        timers: Time limits that were set beside a callback.
        fired: Callbacks that such a limit ended.
        branches: Branches of Parallel states and iterations of inline Maps.
        fans: The outermost of these states.
        map_runs: Distributed Maps.
        children: Executions that they started: each different workload, and how often.
        express: Whether its Map Run says that it is an Express execution.
        widest: The most branches, items or executions that one state had.
        widest_map: The most items that an inline Map had.
        ms: From the first event to the last.
        longest_wait_ms: The longest that nothing happened.
        busy_ms: How long all tasks worked together.
        function_ms: The same of Lambda functions alone.
        busy_floor_ms: All tasks again, each task at least `FLOOR_MS`.
        payloads: Inputs and outputs of the execution and of its tasks.
        payload_bytes: These together, as compact JSON.
        result_bytes: Of them, what tasks gave back.
        largest_bytes: The largest payload, what states are given and give included.
        input_bytes: The execution's input.
        state_bytes: What the states were given, all together.
        inner_bytes: Of it, that of states in branches and iterations; Express memory counts these.
        definition_bytes: The definition as compact JSON.
        events: Events of the history that Step Functions keeps.
    """

    transitions: int
    states: int
    tasks: int = 0
    retries: int = 0
    functions: int = 0
    waits: int = 0
    callbacks: int = 0
    timers: int = 0
    fired: int = 0
    branches: int = 0
    fans: tuple[Fan, ...] = ()
    map_runs: int = 0
    children: tuple[tuple[Workload, int], ...] = ()
    express: bool = False
    widest: int = 0
    widest_map: int = 0
    ms: int = 0
    longest_wait_ms: int = 0
    task_ms: tuple[tuple[int, int], ...] = ()
    function_ms: int = 0
    payloads: int = 0
    payload_bytes: int = 0
    result_bytes: int = 0
    largest_bytes: int = 0
    input_bytes: int = 0
    state_bytes: int = 0
    inner_bytes: int = 0
    definition_bytes: int = 0
    events: int = 0

    @property
    def child_count(self) -> int:
        """Executions that its Distributed Maps started."""
        return sum(times for _, times in self.children)

    @property
    def told(self) -> int:
        """Callbacks that were told of their end, and not ended by a time limit."""
        return self.callbacks - self.fired

    @property
    def longest_task_ms(self) -> int:
        """The longest that one of its tasks worked, or of its children's."""
        own = (ms for ms, _ in self.task_ms)
        return max([0, *own, *(child.longest_task_ms for child, _ in self.children)])

    @property
    def all_of_it(self) -> tuple[tuple[Workload, int], ...]:
        """Itself once, and its children."""
        return ((self, 1), *self.children)

    @property
    def wakes(self) -> int:
        """Results, timers and events it waited for: each lets the orchestrating code go on."""
        return self.tasks + self.waits + self.callbacks

    @property
    def in_a_row(self) -> int:
        """How many of them came one after the other, at least."""
        return self.wakes - sum(fan.wakes - fan.longest for fan in self.fans)

    @property
    def mean_state_bytes(self) -> Decimal:
        """How large a state's input is on average."""
        return Decimal(self.state_bytes) / max(1, self.states)


class Children:
    """The executions that Distributed Maps started, nested ones too: only what each did is kept.

    `add` is what `asl.simulate` takes as ``child_ended``.
    """

    def __init__(self) -> None:
        self.workloads: Counter[Workload] = Counter()
        self._of: Counter[str] = Counter()

    def add(self, result: Result) -> None:
        """Takes an execution that has ended."""
        identity = result.execution.identity
        self.workloads[_read(result, express=":express:" in identity.arn)] += 1
        self._of[identity.machine_arn] += 1

    @property
    def widest(self) -> int:
        """The most executions that one Map state started."""
        return max(self._of.values(), default=0)


def workload(result: Result, children: Children | None = None) -> Workload:
    """What an execution did that has run to its end, told by its history.

    Args:
        result: Of the run.
        children: The executions that it started.
    """
    alone = _read(result)
    if children is None:
        return alone
    return msgspec.structs.replace(
        alone,
        children=tuple(children.workloads.items()),
        widest=max(alone.widest, children.widest),
    )


def _read(result: Result, *, express: bool = False) -> Workload:
    history = result.history
    counted = tally(history.marks())
    reading = _Reading()
    for event in history.events():
        reading.take(event)
    return Workload(
        transitions=counted.transitions,
        express=express,
        ms=history.span(),
        inner_bytes=step_data(history.events()) if counted.inner else 0,
        definition_bytes=result.definition_bytes,
        events=len(history),
        **reading.figures(),
    )


_Call: TypeAlias = tuple[str, int, int]
"""A task being called: thread path, visit and attempt."""


class _Reading:
    """One pass over the events of a history."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()
        self._most: Counter[str] = Counter()
        self._since: dict[_Call, tuple[int, bool]] = {}
        self._waiting: set[_Call] = set()
        self._durations: Counter[int] = Counter()
        self._lengths: dict[tuple[str, int], int] = {}
        self._wakes: Counter[str] = Counter()
        self._branches: dict[str, None] = {}
        self._sizes: dict[int, int] = {}
        self._now: int | None = None

    def take(self, event: Event) -> None:
        """Counts an event."""
        kind, _, time, path, _, visit, attempt, _, payload, extra = event
        name, call = kind.name, (path, visit, attempt)
        self._more("longest_wait_ms", time - (time if self._now is None else self._now))
        self._now = time
        if path:
            self._branches[path] = None
        self._weigh(name, payload)
        if name in _SCHEDULED:
            self._scheduled(call, time, extra)
        elif name == "WaitStateEntered":
            self._count["waits"] += 1
            self._wakes[path] += 1
        elif name == "MapStateStarted":
            self._lengths[path, visit] = payload
        elif name == "MapRunStarted":
            self._count["map_runs"] += 1
            self._lengths.pop((path, visit), None)
        elif name in _SUBMITTED or name in _ENDED:
            self._answered(name, call, time)

    def _scheduled(self, call: _Call, time: int, extra: Scheduled) -> None:
        path, _, attempt = call
        self._count["retries" if attempt else "tasks"] += 1
        self._wakes[path] += not attempt
        is_function = extra.resource_type == "lambda"
        self._count["functions"] += is_function
        self._since[call] = time, is_function
        if extra.resource.endswith((".waitForTaskToken", ".sync", ".sync:2")):
            self._waiting.add(call)
            self._count["callbacks"] += 1
            self._wakes[path] += 1
            self._count["timers"] += extra.timeout_seconds is not None or extra.heartbeat_seconds is not None

    def _answered(self, name: str, call: _Call, time: int) -> None:
        self._count["fired"] += name in _TIMED_OUT and call in self._waiting
        if call not in self._since:  # a job that was submitted: its service works, and no task
            return
        since, is_function = self._since.pop(call)
        took = time - since
        self._count["function_ms"] += took if is_function else 0
        self._durations[took] += 1

    def _weigh(self, name: str, payload: JSON) -> None:
        is_input = name.endswith("StateEntered")
        if not (is_input or name in _TOLD or name.endswith("StateExited")):
            return
        taken = self._sizes.get(id(payload))  # the history holds it, so no other has its id
        if taken is None:
            taken = self._sizes[id(payload)] = size(payload)
        self._more("largest_bytes", taken)
        if is_input:
            self._count["states"] += 1
            self._count["state_bytes"] += taken
        elif name in _TOLD:
            self._count["payloads"] += 1
            self._count["payload_bytes"] += taken
            self._count["input_bytes"] += taken if name == "ExecutionStarted" else 0
            self._count["result_bytes"] += taken if name in _SUCCEEDED else 0

    def _more(self, name: str, amount: int) -> None:
        self._most[name] = max(self._most[name], amount)

    def figures(self) -> dict[str, Any]:
        """What was counted, by the names of Workload."""
        beside = Counter(path.rpartition("[")[0] for path in self._branches)
        lengths = self._lengths.values()
        return {
            **self._count,
            **self._most,
            "states": self._count["states"],
            "task_ms": tuple(sorted(self._durations.items())),
            "branches": len(self._branches),
            "fans": tuple(_fans(self._branches, self._wakes)),
            "widest": max([*beside.values(), *lengths], default=0),
            "widest_map": max(lengths, default=0),
        }


def _fans(branches: Iterable[str], wakes: Counter[str]) -> list[Fan]:
    """The outermost forks: those whose branches have a path of one part."""
    fans: dict[str, list[int]] = {}
    for path in branches:
        fans.setdefault(path.partition("[")[0], []).append(wakes[path])
    return [Fan(sum(each), max(each)) for each in fans.values()]
