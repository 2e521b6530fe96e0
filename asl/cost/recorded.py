"""Histories as AWS exports them, read again: each event gets back its thread, visit and attempt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from asl.history import NO_WAY, Event, EventType, History
from asl.jsontypes import JSON, InvalidJSON, loads

_ENDS = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")
_ATTEMPTS = (
    "TaskScheduled",
    "LambdaFunctionScheduled",
    "ActivityScheduled",
    "MapStateStarted",
    "ParallelStateStarted",
)
"""With one of these an attempt begins, if none of it failed before: then with EvaluationFailed."""
_FORK_STARTED = ("MapStateStarted", "ParallelStateStarted")
_FORK_ENTERED = ("MapStateEntered", "ParallelStateEntered")
_OPENING = ("ExecutionRedriven", "MapIterationStarted", *_FORK_STARTED)
"""What begins right after one of these begins anew, and is no retry."""
_FORKS_OWN = ("EvaluationFailed", "MapRunFailed", "MapStateSucceeded", "ParallelStateSucceeded")
"""What a fork itself may fail with, once it was entered."""
_FORK_FAILED = ("MapStateFailed", "ParallelStateFailed")


class InvalidHistory(ValueError):
    """Events that are not the whole history of one execution, or of another machine's; says why."""


class _Place(msgspec.Struct, frozen=True):
    """Where in a run something happened: its frame key."""

    path: str
    state: str
    visit: int
    attempt: int


def recorded(events: Sequence[Mapping[str, Any]], states: Mapping[str, str] | None = None) -> History:
    """The history of an execution that has ended, from its events as GetExecutionHistory gives them.

    AWS's events say neither to which thread they belong nor which attempt they are. Both are found by the
    events that they point at (docs/history.md). An attempt that leaves no event cannot be found: one that
    fails while its input is still made, in JSONPath mode.

    Args:
        events: All events, in their order; timestamps may be texts or seconds.
        states: The types of the machine's states by name, if the events are to be held to them.

    Raises:
        InvalidHistory: Events are missing or spoilt, the execution has not ended, or it ran another machine.
    """
    _check(events)
    reader = _Reader(events, states)
    try:
        return History(reader.read())
    except (LookupError, TypeError, AttributeError, OverflowError) as error:
        raise InvalidHistory(
            f"the event {reader.at} is not as GetExecutionHistory gives it: {error}"
        ) from None


def milliseconds(time: Any) -> int:
    """A timestamp in milliseconds since the epoch: an ISO 8601 text, a datetime, or seconds.

    Raises:
        ValueError: It is none of them.
        TypeError: Likewise.
    """
    if isinstance(time, str):
        time = datetime.fromisoformat(time)
    seconds = time.timestamp() if isinstance(time, datetime) else float(time)
    return round(seconds * 1000)


def _check(events: Sequence[Mapping[str, Any]]) -> None:
    """Sees that events are whole.

    Raises:
        InvalidHistory: They are not.
    """
    if not events:
        raise InvalidHistory("there are no events")
    ids = [each.get("id") for each in events]
    types = [each.get("type") for each in events]
    if not all(isinstance(each, int) for each in ids) or not all(isinstance(each, str) for each in types):
        raise InvalidHistory("an event has no id or no type")
    if len(ids) > 1 and ids == list(range(len(ids), 0, -1)):
        raise InvalidHistory("its last event stands first: export it without --reverse-order")
    if events[0]["type"] != "ExecutionStarted":
        raise InvalidHistory(
            f"it begins with {events[0]['type']} and not with ExecutionStarted: pages before it are missing"
        )
    for place, each in enumerate(ids, 1):
        if each != place:
            raise InvalidHistory(
                f"after the event {place - 1} comes {each}: events are missing, or not in order"
            )
    if events[-1]["type"] not in _ENDS:
        raise InvalidHistory(
            f"it ends with {events[-1]['type']}: the execution had not ended, or pages after it are missing"
        )


@cache
def _type(name: str) -> EventType:
    return EventType(name)


class _Reader:
    """Goes through events once and finds the place of each by those before it."""

    def __init__(self, events: Sequence[Mapping[str, Any]], states: Mapping[str, str] | None) -> None:
        self.at = 0
        self._events = events
        self._states = states
        self._places: list[_Place] = [_Place("", "", 0, 0)]  # by the events' ids; 0 is none
        self._types = [""]
        self._times = [0]
        self._owners: dict[str, _Place] = {}
        self._forks: set[int] = set()
        self._attempts: dict[int, int] = {}

    def read(self) -> Iterator[Event]:
        """The events with their places."""
        for event in self._events:
            self.at = event["id"]
            kind, previous = event["type"], event.get("previousEventId", 0)
            if not isinstance(previous, int) or not 0 <= previous < self.at:
                raise InvalidHistory(f"the event {self.at} points at {previous!r}, which is not before it")
            try:
                time = milliseconds(event["timestamp"])
            except (ValueError, TypeError, KeyError, OverflowError):
                raise InvalidHistory(f"the event {self.at} has no time") from None
            place = self._place(kind, previous, time, event)
            self._places.append(place)
            self._types.append(kind)
            self._times.append(time)
            payload = _payload(kind, event)
            where = place.path, place.state, place.visit, place.attempt
            yield _type(kind), previous, time, *where, NO_WAY, payload, None

    def _place(self, kind: str, previous: int, time: int, event: Mapping[str, Any]) -> _Place:
        before = self._places[previous]
        if kind.endswith("StateEntered"):
            return self._entered(previous, event["stateEnteredEventDetails"]["name"])
        if kind.endswith("StateExited"):
            return self._around(before, event["stateExitedEventDetails"]["name"])
        if kind.startswith("MapIteration"):
            return self._around(before, _details(event)["name"])
        if kind == "EvaluationFailed":
            return self._evaluated(previous, time, event.get("evaluationFailedEventDetails") or {})
        if kind in _FORK_STARTED:
            return self._attempt(self._fork(previous), previous)
        if kind in _ATTEMPTS:
            return self._attempt(before, previous)
        if kind in _FORK_FAILED:
            return self._fork(previous)
        if kind == "ParallelStateSucceeded":
            return self._owners.get(before.path, before)
        return before

    def _entered(self, previous: int, name: str) -> _Place:
        """A new visit: in the thread of the state before it, or the first of an iteration or a branch."""
        if self._states is not None and name not in self._states:
            raise InvalidHistory(
                f"the machine has no state called '{name}': it is the history of another one"
            )
        told = self._events[self.at - 1]["type"].removesuffix("StateEntered")
        if self._states is not None and self._states[name] != told:
            raise InvalidHistory(
                f"'{name}' is a {self._states[name]} of the machine, and was a {told}: it is the history of "
                "another one"
            )
        if self._events[self.at - 1]["type"] in _FORK_ENTERED:
            self._forks.add(self.at)
        before, path = self._places[previous], self._places[previous].path
        kind = self._types[previous]
        if kind in ("MapIterationStarted", "ParallelStateStarted"):
            # The number of a branch is not told; that of the event is as good to tell them apart.
            path = f"{path}{before.visit}.{before.attempt}[{self.at}]/"
            self._owners[path] = before
        elif kind == "ExecutionRedriven":
            path = ""
        return _Place(path, name, self.at, 0)

    def _around(self, place: _Place, name: str) -> _Place:
        """The state of that name, in this thread or one around it."""
        while place.state != name and place.path:
            place = self._owners[place.path]
        return place if place.state == name else _Place(place.path, name, place.visit, place.attempt)

    def _fork(self, previous: int) -> _Place:
        """The Map or Parallel that begins, or has failed, after an event: its own, or the next around it."""
        place, kind = self._places[previous], self._types[previous]
        if kind in (*_FORK_ENTERED, *_OPENING):
            return place
        if kind in _FORKS_OWN and place.visit in self._forks:
            return place
        return self._owners.get(place.path, place)

    def _attempt(self, place: _Place, previous: int) -> _Place:
        kind = self._types[previous]
        entered = kind.endswith("StateEntered") and self._places[previous].visit == place.visit
        if entered or kind in _OPENING:
            return place
        self._attempts[place.visit] = latest = self._attempts.get(place.visit, 0) + 1
        return msgspec.structs.replace(place, attempt=latest)

    def _evaluated(self, previous: int, time: int, details: Mapping[str, Any]) -> _Place:
        """Where an expression failed: in a new attempt, if it did so some time after another failure."""
        before = self._places[previous]
        place = self._around(before, details["state"]) if "state" in details else before
        failed = self._types[previous].endswith(("Failed", "TimedOut"))
        return self._attempt(place, previous) if failed and time > self._times[previous] else place


def _details(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The details of an event, whatever it is."""
    kind: str = event["type"]
    details: Mapping[str, Any] = event[f"{kind[0].lower()}{kind[1:]}EventDetails"]
    return details


def _payload(kind: str, event: Mapping[str, Any]) -> JSON:
    """A state's input or output, a Map's items, an iteration's index, an error; None of the rest."""
    if kind.endswith("StateEntered"):
        told = event["stateEnteredEventDetails"].get("input")
    elif kind.endswith("StateExited"):
        told = event["stateExitedEventDetails"].get("output")
    elif kind == "ExecutionFailed":
        return (event.get("executionFailedEventDetails") or {}).get("error")
    elif kind == "MapStateStarted":
        return _details(event).get("length")
    else:
        return _details(event).get("index") if kind.startswith("MapIteration") else None
    try:
        return loads(told) if isinstance(told, str) else told
    except InvalidJSON:
        return None
