"""A history made into a mock configuration, whose test case answers as the tasks of that execution did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from asl.cost.recorded import milliseconds
from asl.jsontypes import JSON, InvalidJSON, loads
from asl.spec.quotas import SECONDS_MAX

_SUCCEEDED = ("TaskSucceeded", "LambdaFunctionSucceeded", "ActivitySucceeded")
_FAILED = (
    "TaskFailed",
    "TaskTimedOut",
    "TaskStartFailed",
    "TaskSubmitFailed",
    "LambdaFunctionFailed",
    "LambdaFunctionTimedOut",
    "LambdaFunctionStartFailed",
    "LambdaFunctionScheduleFailed",
    "ActivityFailed",
    "ActivityTimedOut",
    "ActivityScheduleFailed",
)
_SCHEDULED = ("TaskScheduled", "LambdaFunctionScheduled", "ActivityScheduled")

TIMED_OUT = "States.Timeout"
NEVER = SECONDS_MAX
"""Seconds: longer than any execution runs."""


class Unrecordable(Exception):
    """A history that does not tell what the tasks of its execution answered; the text says why."""


class Call(msgspec.Struct):
    """One call of a task.

    Attributes:
        scheduled: The id of the event that scheduled it.
        state: Its state.
        index: The item of the nearest Map around it, if there is one.
        attempt: How often the state's visit was retried before.
        answer: What it came to, as a mock configuration says it.
    """

    scheduled: int
    state: str
    index: int | None
    attempt: int
    answer: dict[str, JSON]


def recorded(events: Iterable[Mapping[str, Any]], machine: str, case: str) -> dict[str, JSON]:
    """The mock configuration of a finished execution.

    Args:
        events: Its history, as GetExecutionHistory gives it; timestamps may be texts.
        machine: The state machine's name.
        case: What its test case is to be called.

    Raises:
        Unrecordable: The history leaves out what tasks answered, or the execution has not ended.
    """
    by_state: dict[str, list[Call]] = {}
    for call in sorted(_History(events).calls(), key=lambda each: each.scheduled):
        by_state.setdefault(call.state, []).append(call)
    return {
        "StateMachines": {machine: {"TestCases": {case: {state: state for state in by_state}}}},
        "MockedResponses": {state: _response(calls) for state, calls in by_state.items()},
    }


def _response(calls: list[Call]) -> dict[str, JSON]:
    """The response that answers calls as they were.

    By the item of the Map and the attempt, where that tells them apart, for items may take turns in another
    order; else by their number.
    """
    places = {(each.index, each.attempt) for each in calls}
    if len(places) == len(calls) > 1 and all(each.index is not None for each in calls):
        return {"Rules": [{"Index": each.index, "Attempt": each.attempt, **each.answer} for each in calls]}
    return {str(number): each.answer for number, each in enumerate(calls)}


class _History:
    """The events of an execution, and the ways back through them."""

    def __init__(self, events: Iterable[Mapping[str, Any]]) -> None:
        self.events = {each["id"]: each for each in events}
        types = {each["type"] for each in self.events.values()}
        if "MapRunStarted" in types:
            raise Unrecordable("a distributed Map keeps the calls of its items in executions of their own")
        if types & {"ExecutionRedriven"}:
            raise Unrecordable("the execution was redriven; a run that is not cannot take the same way")
        if "ExecutionAborted" in types:
            raise Unrecordable("the execution was stopped, and nobody stops a run of its mocks")
        if not types & {"ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut"}:
            raise Unrecordable("the execution has not ended")

    def calls(self) -> Iterator[Call]:
        """Every call. One that was given up, because something beside it failed, takes longer than all."""
        ended = set()
        for number, event in self.events.items():
            if event["type"] in (*_SUCCEEDED, *_FAILED):
                call = self._call(number)
                ended.add(call.scheduled)
                call.answer = self._answer(call.scheduled, event)
                yield call
        for number, event in self.events.items():
            if event["type"] in _SCHEDULED and number not in ended:
                yield self._call(number)

    def _answer(self, scheduled: int, ended: Mapping[str, Any]) -> dict[str, JSON]:
        answer = _answer(ended)
        began = milliseconds(self.events[scheduled]["timestamp"])
        seconds = (milliseconds(ended["timestamp"]) - began) / 1000
        return answer | ({"Seconds": seconds} if seconds > 0 else {})

    def _call(self, number: int) -> Call:
        """The call that an event belongs to, which is its end or its beginning."""
        state, index, attempt, scheduled = "", None, -1, 0
        depth = 0
        for event in self._back(number):
            kind = event["type"]
            if depth == 0 and not state and kind in _SCHEDULED:
                scheduled = scheduled or event["id"]
                attempt += 1
            elif kind.endswith("StateExited") and kind[:3] in ("Map", "Par"):
                depth += 1
            elif kind.endswith("StateEntered"):
                if depth and kind[:3] in ("Map", "Par"):
                    depth -= 1
                state = state or event["stateEnteredEventDetails"]["name"]
            elif kind == "MapIterationStarted" and depth == 0:
                index = event["mapIterationStartedEventDetails"]["index"]
                break
        if not state:
            raise Unrecordable(f"the event {number} belongs to no state")
        return Call(scheduled or number, state, index, max(attempt, 0), {"Return": None, "Seconds": NEVER})

    def _back(self, number: int) -> Iterator[Mapping[str, Any]]:
        while number:
            event = self.events[number]
            yield event
            before = event.get("previousEventId", 0)
            number = before if before < number else 0  # in a history of AWS's it always is


def _answer(event: Mapping[str, Any]) -> dict[str, JSON]:
    kind: str = event["type"]
    details = event.get(kind[0].lower() + kind[1:] + "EventDetails") or {}
    if kind in _SUCCEEDED:
        try:
            return {"Return": loads(details["output"])}
        except (KeyError, InvalidJSON):
            raise Unrecordable(
                f"the event {event['id']}, {kind}, has no output: the history is to be read with its "
                "execution data"
            ) from None
    error = details.get("error", TIMED_OUT if kind.endswith("TimedOut") else None)
    thrown = {"Error": error, "Cause": details.get("cause")}
    return {"Throw": {name: each for name, each in thrown.items() if each is not None}}
