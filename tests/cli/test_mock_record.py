"""`asl mock record`: a run with the mocks of an execution goes the way that the execution went."""

import json
from shutil import copy

import pytest

from emulator import in_process
from tests.cli.shared import machine, task
from tests.golden.samples import SAMPLES

RETRY = [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 5}]


def path(report):
    """Which states were entered, and which tasks called, in order."""
    return [
        (event["type"], event.get("stateEnteredEventDetails", {}).get("name"))
        for event in report["history"]
        if event["type"].endswith(("Entered", "Scheduled"))
    ]


def replayed(asl, file, given, *options):
    """The report of a run, and that of a run with the mocks that were made of it, without functions."""
    common = ["--name", "n", "--seed", "1", "--start-time", "2026-01-31T12:00Z", "--json", "--history"]
    first = asl("run", file, "--input", given, *common, *options).stdout
    with open("history.json", "w") as stream:
        stream.write(first)
    made = asl("mock", "record", "--history", "history.json", "--machine", "m", "-o", "mocks.json")
    assert made.exit_code == 0, made.output
    assert made.stderr.startswith("mocks.json answers for ")
    mocked = ["--mock-config", "mocks.json", "--test-case", "Recorded"]
    second = asl("run", "alone.asl.json", "--input", given, *common, *mocked).stdout
    return json.loads(first), json.loads(second)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_run_with_its_mocks_goes_the_same_way(sample, asl, here):
    copy(sample.folder / "machine.asl.json", here / "alone.asl.json")
    first, second = replayed(asl, str(sample.folder), f"@{sample.input}", "--task-seconds", "0.1")
    assert path(second) == path(first)
    members = ("status", "output", "error", "cause", "transitions", "cost")
    assert [second.get(each) for each in members] == [first.get(each) for each in members]


HANDLERS = """
class Busy(Exception): ...

def work(event, context):
    if event % 2 and context.attempt < event // 2:
        raise Busy
    return {"did": event}

def fail(event, context):
    raise ValueError("at once")
"""


def test_items_that_take_turns_get_their_own_answers(asl, write):
    block = {"StartAt": "Work", "States": {"Work": task("work", Retry=RETRY)}}
    each = {"Type": "Map", "ItemProcessor": block, "MaxConcurrency": 2, "End": True}
    file = write("alone.asl.json", machine("Each", Each=each))
    write("handlers.py", HANDLERS)
    options = ["--handlers", "handlers.py", "--task-seconds", "0.5"]
    first, second = replayed(asl, file, "[1, 2, 3, 4, 5]", *options)
    assert first["output"][4] == {"did": 5}
    assert second["output"] == first["output"]
    assert path(second) == path(first)


def test_a_call_that_was_given_up_is_given_up_again(asl, write):
    slow = {"StartAt": "Work", "States": {"Work": task("work", TimeoutSeconds=60)}}
    quick = {"StartAt": "Fail", "States": {"Fail": task("fail")}}
    both = {"Type": "Parallel", "Branches": [slow, quick], "End": True}
    file = write("alone.asl.json", machine("Both", Both=both))
    write("handlers.py", HANDLERS)
    first, second = replayed(asl, file, "2", "--handlers", "handlers.py")
    assert first["error"] == "ValueError"
    assert (second["error"], second["cause"]) == (first["error"], first["cause"])


def test_an_execution_of_an_endpoint_is_recorded(asl, monkeypatch, write):
    definition = machine("Work", Work=task("work", ResultPath="$.done"))
    with in_process({"work": lambda event, context: [event, "worked"]}) as emulator:
        client = emulator.client()
        made = client.create_state_machine(
            name="order", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/any"
        )
        run = client.start_execution(stateMachineArn=made["stateMachineArn"], input='{"a":1}')
        output = json.loads(emulator.wait(run["executionArn"])["output"])
        monkeypatch.setattr("emulator.client", lambda **options: client)
        result = asl("mock", "record", run["executionArn"], "--test-case", "Again")
    recorded = json.loads(result.stdout)
    assert recorded["StateMachines"] == {"order": {"TestCases": {"Again": {"Work": "Work"}}}}
    assert recorded["MockedResponses"]["Work"]["0"]["Return"] == [{"a": 1}, "worked"]
    write("mocks.json", recorded)
    file = write("order.asl.json", definition)
    mocked = ["--mock-config", "mocks.json", "--test-case", "Again"]
    again = asl("run", file, "--input", '{"a":1}', "--quiet", *mocked)
    assert json.loads(again.stdout) == output


def event(number, kind, **details):
    return {"id": number, "previousEventId": number - 1, "type": kind, "timestamp": 0.0} | details


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is not JSON"),
        ("{}", "holds no events"),
        ([1], "holds no events"),
        ([{}], "holds no events as GetExecutionHistory gives them"),
        (
            [event(1, "TaskSucceeded", previousEventId=1, taskSucceededEventDetails={"output": "1"})],
            "the execution has not ended",
        ),
        (
            [
                event(1, "TaskSucceeded", previousEventId=1, taskSucceededEventDetails={"output": "1"}),
                event(2, "ExecutionSucceeded"),
            ],
            "the event 1 belongs to no state",
        ),
        ([event(1, "ExecutionStarted")], "the execution has not ended"),
        ([event(1, "ExecutionStarted"), event(2, "ExecutionAborted")], "was stopped"),
        ([event(1, "MapRunStarted"), event(2, "ExecutionSucceeded")], "a distributed Map"),
        ([event(1, "ExecutionRedriven"), event(2, "ExecutionSucceeded")], "redriven"),
        (
            [
                event(1, "TaskStateEntered", stateEnteredEventDetails={"name": "A"}),
                event(2, "TaskScheduled"),
                event(3, "TaskSucceeded", taskSucceededEventDetails={}),
                event(4, "ExecutionSucceeded"),
            ],
            "the event 3, TaskSucceeded, has no output",
        ),
    ],
)
def test_a_history_that_tells_too_little_is_refused(content, told, asl, write):
    file = write("history.json", content)
    result = asl("mock", "record", "--history", file, "--machine", "m")
    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "one of the two"),
        (["arn:x", "--history", "f"], "one of the two"),
        (["--history", "gone.json"], "cannot read the history gone.json"),
        (["--history", "gone.json", "--machine", "m"], "cannot read the history gone.json"),
    ],
)
def test_bad_usage_is_refused(arguments, told, asl):
    result = asl("mock", "record", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_history_alone_needs_the_machines_name(asl, write):
    file = write("history.json", [event(1, "ExecutionSucceeded")])
    assert "--machine NAME" in asl("mock", "record", "--history", file).stderr
