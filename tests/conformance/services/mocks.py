"""The mock configuration of a mocked case, which its recording implies."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.services.cases import ServiceCase, mock_case


def mocks(case: ServiceCase, machine: str) -> dict[str, Any]:
    """A mock configuration in which each task answers as recorded.

    The recorded test had such a file beside it, which is not recorded; its answers are those of AWS.
    """
    responses = _of_histories(case) or _of_an_output(case)
    chosen = {state: f"answers of {state}" for state in responses}
    machines = {machine: {"TestCases": {str(mock_case(case)): chosen}}}
    return {
        "StateMachines": machines,
        "MockedResponses": {chosen[state]: responses[state] for state in chosen},
    }


def _of_histories(case: ServiceCase) -> dict[str, Any]:
    """What the calls of each state came to, by their numbers."""
    responses: dict[str, Any] = {}
    state = ""
    for event in (event for answer in case.expected.values() for event in answer.get("events", ())):
        state = event.get("stateEnteredEventDetails", {}).get("name", state)
        told = _told(event)
        if told is not None:
            calls = responses.setdefault(state, {})
            calls[str(len(calls))] = told
    return responses


def _of_an_output(case: ServiceCase) -> dict[str, Any]:
    """What the one task of a run without a history came to: its output, but for what a Pass added."""
    states = case.steps[0].params["definition"]["States"]
    task = next(name for name, each in states.items() if each["Type"] == "Task")
    output = next(answer["output"] for answer in case.expected.values() if "output" in answer)
    return {task: {"0": {"Return": {key: each for key, each in output.items() if key != "final"}}}}


def _told(event: dict[str, Any]) -> dict[str, Any] | None:
    kind = event["type"]
    details: Any = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
    if kind in ("TaskSucceeded", "LambdaFunctionSucceeded"):
        return {"Return": _value(details["output"])}
    if kind in ("TaskFailed", "LambdaFunctionFailed"):
        return {"Throw": {"Error": details["error"], "Cause": details["cause"]}}
    return None


def _value(output: Any) -> Any:
    return json.loads(output) if isinstance(output, str) else output
