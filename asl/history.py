"""History events as data: every type AWS knows, how each is linked, kept and written."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias, overload

import msgspec

from asl.jsontypes import JSON, dumps

Details: TypeAlias = dict[str, Any]
Encode: TypeAlias = Callable[[str, JSON, Any], Details]


class EventType(msgspec.Struct, frozen=True, eq=False):
    """One of AWS's history event types.

    Attributes:
        name: AWS's name, such as ``PassStateEntered``.
        details: The member that carries its details, or None for the types without.
        encode: Makes the details of (state, payload, extra) when an event is read.
        moves: Whether the next event of the thread points at this one. Types that do not are
            "passed by": the next event repeats this one's ``previousEventId``.
            Source: the recordings, shared in docs/history.md as a table.
    """

    name: str
    details: str | None = None
    encode: Encode | None = None
    moves: bool = True

    def __repr__(self) -> str:
        return self.name


Event: TypeAlias = tuple[EventType, int, int, str, str, int, int, int, Any, Any]
"""(type, previous id, time, thread path, state, visit, attempt, way, payload, extra).

A plain tuple, because a run makes two for each transition. ``time`` is in milliseconds since the
Unix epoch. Thread path, state, visit and attempt are the event's *frame key*: where in the run it
happened, the same in every run of the same tape. ``way`` is the index of the choice rule, retrier
or catcher taken, `NO_WAY` where none was. ``payload`` and ``extra`` are held by reference and
encoded only when the event is read. The id is the event's place in the history, from 1.
"""

NO_WAY = -1
DEFAULT_WAY = -2
"""The ``way`` of a Choice state that took its Default."""


class Scheduled(NamedTuple):
    """What a *Scheduled event tells beside its parameters."""

    resource_type: str
    resource: str
    region: str
    timeout_seconds: int | None
    heartbeat_seconds: int | None
    role_arn: str | None


# ------------------------------------------------------------------ how details are written


def _text(key: str, value: JSON) -> Details:
    return {key: dumps(value), f"{key}Details": {"truncated": False}}


def _execution_started(state: str, payload: JSON, extra: Any) -> Details:
    # AWS keeps the caller's text byte for byte here, and here only (recording, Aug 2024).
    text, role_arn = extra
    return {
        "input": dumps(payload) if text is None else text,
        "inputDetails": {"truncated": False},
        "roleArn": role_arn,
    }


def _execution_redriven(state: str, payload: JSON, extra: Any) -> Details:
    return {"redriveCount": payload}


def _output(state: str, payload: JSON, extra: Any) -> Details:
    return _text("output", payload)


def _error(state: str, payload: JSON, extra: Any) -> Details:
    """``payload`` is the error name and ``extra`` the cause; AWS leaves out what is not there."""
    details: Details = {}
    if payload is not None:
        details["error"] = payload
    if extra is not None:
        details["cause"] = extra
    return details


def _entered(state: str, payload: JSON, extra: Any) -> Details:
    return {"name": state, **_text("input", payload)}


def _exited(state: str, payload: JSON, extra: Any) -> Details:
    details = {"name": state, **_text("output", payload)}
    if extra:
        details["assignedVariables"] = {name: dumps(value) for name, value in extra.items()}
        details["assignedVariablesDetails"] = {"truncated": False}
    return details


def _iteration(state: str, payload: JSON, extra: Any) -> Details:
    return {"name": state, "index": payload}


def _map_started(state: str, payload: JSON, extra: Any) -> Details:
    return {"length": payload}


def _map_run(state: str, payload: JSON, extra: Any) -> Details:
    return {"mapRunArn": payload}


def _map_run_redriven(state: str, payload: JSON, extra: Any) -> Details:
    return {"mapRunArn": payload, "redriveCount": extra}


def _limits(extra: Scheduled) -> Details:
    details: Details = {}
    if extra.timeout_seconds is not None:
        details["timeoutInSeconds"] = extra.timeout_seconds
    if extra.heartbeat_seconds is not None:
        details["heartbeatInSeconds"] = extra.heartbeat_seconds
    if extra.role_arn is not None:
        details["taskCredentials"] = {"roleArn": extra.role_arn}
    return details


def _task_scheduled(state: str, payload: JSON, extra: Scheduled) -> Details:
    return {
        "resourceType": extra.resource_type,
        "resource": extra.resource,
        "region": extra.region,
        "parameters": dumps(payload),
        **_limits(extra),
    }


def _function_scheduled(state: str, payload: JSON, extra: Scheduled) -> Details:
    return {"resource": extra.resource, **_text("input", payload), **_limits(extra)}


def _lambda_scheduled(state: str, payload: JSON, extra: Scheduled) -> Details:
    # AWS's model gives this type no heartbeatInSeconds
    return _function_scheduled(state, payload, extra._replace(heartbeat_seconds=None))


def _integration(extra: Any) -> Details:
    return {"resourceType": extra.resource_type, "resource": extra.resource}


def _task_started(state: str, payload: JSON, extra: Any) -> Details:
    return _integration(extra)


def _task_output(state: str, payload: JSON, extra: Any) -> Details:
    return {**_integration(extra), **_text("output", payload)}


def _task_error(state: str, payload: JSON, extra: Any) -> Details:
    """``payload`` is the pair (error, cause)."""
    return {**_integration(extra), **_error(state, *payload)}


def _function_error(state: str, payload: JSON, extra: Any) -> Details:
    return _error(state, *payload)


def _activity_started(state: str, payload: JSON, extra: Any) -> Details:
    return {} if payload is None else {"workerName": payload}


def _evaluation_failed(state: str, payload: JSON, extra: Any) -> Details:
    error, cause, location = payload
    return {"error": error, "cause": cause, "location": location, "state": state}


# ------------------------------------------------------------------ the table of types

PASSED_BY = frozenset(
    {
        "MapIterationFailed",
        "MapIterationAborted",
        "MapRunAborted",
        "MapRunSucceeded",
        "MapStateAborted",
        "MapStateSucceeded",
        "ParallelStateAborted",
        "ParallelStateSucceeded",
        "TaskStateAborted",
        "WaitStateAborted",
    }
)
"""Types at which the next event of the thread does not point (recordings, and by analogy their kin).

``ExecutionFailed`` is the one exception: when a Parallel's own output fails after its branches
succeeded, it points at ``ParallelStateSucceeded``.
"""


def _type(name: str, details: str | None = None, encode: Encode | None = None) -> EventType:
    return EventType(name, details, encode, name not in PASSED_BY)


EXECUTION_STARTED = _type("ExecutionStarted", "executionStartedEventDetails", _execution_started)
EXECUTION_REDRIVEN = _type("ExecutionRedriven", "executionRedrivenEventDetails", _execution_redriven)
EXECUTION_SUCCEEDED = _type("ExecutionSucceeded", "executionSucceededEventDetails", _output)
EXECUTION_FAILED = _type("ExecutionFailed", "executionFailedEventDetails", _error)
EXECUTION_ABORTED = _type("ExecutionAborted", "executionAbortedEventDetails", _error)
EXECUTION_TIMED_OUT = _type("ExecutionTimedOut", "executionTimedOutEventDetails", _error)
EVALUATION_FAILED = _type("EvaluationFailed", "evaluationFailedEventDetails", _evaluation_failed)

MAP_STATE_STARTED = _type("MapStateStarted", "mapStateStartedEventDetails", _map_started)
MAP_ITERATION_STARTED = _type("MapIterationStarted", "mapIterationStartedEventDetails", _iteration)
MAP_ITERATION_SUCCEEDED = _type("MapIterationSucceeded", "mapIterationSucceededEventDetails", _iteration)
MAP_ITERATION_FAILED = _type("MapIterationFailed", "mapIterationFailedEventDetails", _iteration)
MAP_ITERATION_ABORTED = _type("MapIterationAborted", "mapIterationAbortedEventDetails", _iteration)
MAP_STATE_SUCCEEDED = _type("MapStateSucceeded")
MAP_STATE_FAILED = _type("MapStateFailed")
MAP_RUN_STARTED = _type("MapRunStarted", "mapRunStartedEventDetails", _map_run)
MAP_RUN_SUCCEEDED = _type("MapRunSucceeded")
MAP_RUN_FAILED = _type("MapRunFailed", "mapRunFailedEventDetails", _error)
MAP_RUN_ABORTED = _type("MapRunAborted")
MAP_RUN_REDRIVEN = _type("MapRunRedriven", "mapRunRedrivenEventDetails", _map_run_redriven)
PARALLEL_STATE_STARTED = _type("ParallelStateStarted")
PARALLEL_STATE_SUCCEEDED = _type("ParallelStateSucceeded")
PARALLEL_STATE_FAILED = _type("ParallelStateFailed")

ENTERED = {
    kind: _type(f"{kind}StateEntered", "stateEnteredEventDetails", _entered)
    for kind in ("Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait")
}
EXITED = {
    kind: _type(f"{kind}StateExited", "stateExitedEventDetails", _exited)
    for kind in ("Choice", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait")
}
ABORTED = {kind: _type(f"{kind}StateAborted") for kind in ("Map", "Parallel", "Task", "Wait")}


class TaskEvents(msgspec.Struct, frozen=True, eq=False):
    """The event types that one family of resources writes around a task."""

    scheduled: EventType
    started: EventType
    succeeded: EventType
    failed: EventType
    timed_out: EventType
    submitted: EventType | None = None
    starts_itself: bool = True
    """Whether the task counts as started at once; an activity waits for a worker to take it."""


TASK_EVENTS = {
    "task": TaskEvents(
        _type("TaskScheduled", "taskScheduledEventDetails", _task_scheduled),
        _type("TaskStarted", "taskStartedEventDetails", _task_started),
        _type("TaskSucceeded", "taskSucceededEventDetails", _task_output),
        _type("TaskFailed", "taskFailedEventDetails", _task_error),
        _type("TaskTimedOut", "taskTimedOutEventDetails", _task_error),
        _type("TaskSubmitted", "taskSubmittedEventDetails", _task_output),
    ),
    "lambda": TaskEvents(
        _type("LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails", _lambda_scheduled),
        _type("LambdaFunctionStarted"),
        _type("LambdaFunctionSucceeded", "lambdaFunctionSucceededEventDetails", _output),
        _type("LambdaFunctionFailed", "lambdaFunctionFailedEventDetails", _function_error),
        _type("LambdaFunctionTimedOut", "lambdaFunctionTimedOutEventDetails", _function_error),
    ),
    "activity": TaskEvents(
        _type("ActivityScheduled", "activityScheduledEventDetails", _function_scheduled),
        _type("ActivityStarted", "activityStartedEventDetails", _activity_started),
        _type("ActivitySucceeded", "activitySucceededEventDetails", _output),
        _type("ActivityFailed", "activityFailedEventDetails", _function_error),
        _type("ActivityTimedOut", "activityTimedOutEventDetails", _function_error),
        starts_itself=False,
    ),
}
"""Which events each family of task resources writes: a direct Lambda ARN, an activity, all others."""


# ------------------------------------------------------------------ keeping and reading

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def timestamp(milliseconds: int) -> datetime:
    """The instant that so many milliseconds after the Unix epoch are, in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


class Mark(NamedTuple):
    """An event's type and frame key, without its payload."""

    type: EventType
    path: str
    state: str
    visit: int
    attempt: int
    way: int


def as_dict(event_id: int, event: Event) -> dict[str, Any]:
    """An event as boto3 gives it: timestamp, type, id, previousEventId and the type's details."""
    kind, previous, time, _path, state, _visit, _attempt, _way, payload, extra = event
    record: dict[str, Any] = {
        "timestamp": timestamp(time),
        "type": kind.name,
        "id": event_id,
        "previousEventId": previous,
    }
    if kind.encode is not None and kind.details is not None:
        record[kind.details] = kind.encode(state, payload, extra)
    return record


class History(Sequence[dict[str, Any]]):
    """The events of one execution, in order: a sequence of dicts shaped as boto3 gives them.

    Kept as columns, about 60 bytes an event beside its payload (a tuple each would take three
    times that), and encoded only when an event is read.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        # One column for each member of Event, in its order.
        self._columns: tuple[Any, ...] = (
            [], array("I"), array("q"), [], [], array("I"), array("I"), array("h"), [], [],
        )  # fmt: skip
        self.extend(events)

    def extend(self, events: Iterable[Event]) -> None:
        """Adds events at the end, as `asl.advance` gives them."""
        for column, values in zip(self._columns, zip(*events, strict=True), strict=False):
            column.extend(values)

    def __len__(self) -> int:
        return len(self._columns[0])

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        return as_dict(place + 1, self.event(place))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for place, event in enumerate(self.events()):
            yield as_dict(place + 1, event)

    def event(self, place: int) -> Event:
        """The event at a place (from 0) as the plain tuple, its payload not encoded."""
        kind, previous, time, path, state, visit, attempt, way, payload, extra = self._columns
        return (
            kind[place], previous[place], time[place], path[place], state[place],
            visit[place], attempt[place], way[place], payload[place], extra[place],
        )  # fmt: skip

    def events(self) -> Iterator[Event]:
        """All events as plain tuples, payloads not encoded."""
        return zip(*self._columns, strict=True)

    def marks(self) -> Iterator[Mark]:
        """Type and frame key of every event, in order: enough to count and to compare runs."""
        kind, _, _, path, state, visit, attempt, way, _, _ = self._columns
        return map(Mark, kind, path, state, visit, attempt, way)

    def span(self) -> int:
        """Milliseconds from the first event to the last; 0 for an empty history."""
        times = self._columns[2]
        return times[-1] - times[0] if times else 0
