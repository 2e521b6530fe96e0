"""Executions recorded on AWS, played with mocks of their tasks' recorded answers: the same events come."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulator import Settings
from tests.conformance.recordings import RECORDINGS
from tests.emulator.shared import call, created, emulated
from tests.tasks.test_mocks_api import ended

FOLDER = RECORDINGS / "aws" / "cases" / "local_mocking"
CASES = sorted(FOLDER.glob("*.json"))
ENDS = ("Succeeded", "Failed")
PAYLOADS = ("output", "error", "cause")


def details(event):
    return next((each for name, each in event.items() if name.endswith("EventDetails")), {})


def text(value):
    """A recorded payload as the text that it was: objects were decoded, everything else was not."""
    return value if isinstance(value, str) else json.dumps(value)


def mocked(events):
    """The responses of states, in the order in which their tasks ended."""
    states: dict[str, list[object]] = {}
    state = ""
    for event in events:
        told = details(event)
        if event["type"] == "TaskStateEntered":
            state = told["name"]
        elif event["type"].startswith(("Task", "LambdaFunction")) and event["type"].endswith(ENDS):
            if event["type"].endswith("Succeeded"):
                answer = {"Return": json.loads(text(told["output"]))}
            else:
                answer = {"Throw": {"Error": told["error"], "Cause": told["cause"]}}
            states.setdefault(state, []).append(answer)
    return states


def shape(event):
    """What is compared of an event: all but times, names of roles, and what a token's call answered."""
    told = {name: each for name, each in details(event).items() if name in PAYLOADS}
    if event["type"] == "TaskSubmitted":
        told = {}
    if "output" in told:
        told["output"] = json.loads(text(told["output"]))
    return event["type"], event["id"], event["previousEventId"], told


def with_history(path: Path) -> bool:
    return "get_execution_history" in json.loads(path.read_text(encoding="utf-8"))["expected"]


@pytest.mark.skipif(not CASES, reason="there are no recordings")
@pytest.mark.parametrize("path", [each for each in CASES if with_history(each)], ids=lambda path: path.stem)
def test_mocks_give_the_history_that_was_recorded(path, tmp_path):
    case = json.loads(path.read_text(encoding="utf-8"))
    recorded = case["expected"]["get_execution_history"]["events"]
    content = {"StateMachines": {"m": {"TestCases": {"TestCaseName": mocked(recorded)}}}}
    (tmp_path / "mocks.json").write_text(json.dumps(content), encoding="utf-8")
    with emulated(settings=Settings(mock_config=str(tmp_path / "mocks.json"))) as emulator:
        arn = created(emulator, json.dumps(case["definition"]), "m")
        given = json.dumps(case["input"])
        told, _ = ended(emulator, f"{arn}#TestCaseName", input=given)
        found = call(emulator, "GetExecutionHistory", executionArn=told["executionArn"])["events"]
    assert [shape(each) for each in found] == [shape(each) for each in recorded]
