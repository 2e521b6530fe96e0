"""RedriveExecution: who may be redriven, how often it counts, and that the run goes on."""

import json

import pytest

from tests.emulator.shared import ASK, PASS, START, Refused, call, created, emulated, run, settled

DAY = 86_400_000


class Flaky:
    """A function that fails until it is mended; notes what it was called with."""

    def __init__(self):
        self.broken = True
        self.calls = []

    def __call__(self, event, context):
        self.calls.append(event)
        if self.broken and event == "b":
            raise RuntimeError("no")
        return event.upper()


MAP = json.dumps(
    {
        "StartAt": "M",
        "States": {
            "M": {
                "Type": "Map",
                "MaxConcurrency": 1,
                "ItemProcessor": {
                    "StartAt": "T",
                    "States": {
                        "T": {
                            "Type": "Task",
                            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
                            "End": True,
                        }
                    },
                },
                "End": True,
            }
        },
    }
)


@pytest.fixture
def flaky():
    return Flaky()


@pytest.fixture
def emulator(flaky):
    with emulated(handlers={"f": flaky}) as emulator:
        call(emulator, "CreateActivity", name="ask")
        yield emulator


def started(emulator, definition, **members):
    machine = created(emulator, definition)
    return call(emulator, "StartExecution", stateMachineArn=machine, **members)["executionArn"]


def stopped(emulator):
    arn = started(emulator, ASK)
    call(emulator, "StopExecution", executionArn=arn, error="E")
    return arn


def described(emulator, arn):
    return call(emulator, "DescribeExecution", executionArn=arn)


def not_redrivable(emulator, arn, reason):
    answer = described(emulator, arn)
    assert (answer["redriveStatus"], answer["redriveStatusReason"]) == ("NOT_REDRIVABLE", reason)
    with pytest.raises(Refused) as refused:
        call(emulator, "RedriveExecution", executionArn=arn)
    assert (refused.value.code, refused.value.message) == ("ExecutionNotRedrivable", reason)


def later(emulator, milliseconds):
    run(emulator, emulator.engine.advance_clock(emulator.clock.now() + milliseconds))


def test_only_the_failed_and_the_unstarted_iterations_are_run(emulator, flaky):
    arn = started(emulator, MAP, input='["a","b","c"]')
    settled(emulator)
    assert described(emulator, arn)["status"] == "FAILED"
    flaky.broken = False
    call(emulator, "RedriveExecution", executionArn=arn)
    settled(emulator)
    answer = described(emulator, arn)
    assert (answer["status"], answer["output"]) == ("SUCCEEDED", '["A","B","C"]')
    assert flaky.calls == ["a", "b", "b", "c"]
    assert "error" not in answer
    history = call(emulator, "GetExecutionHistory", executionArn=arn)["events"]
    (event,) = [each for each in history if each["type"] == "ExecutionRedriven"]
    assert event["executionRedrivenEventDetails"] == {"redriveCount": 1}


def test_a_redriven_execution_runs_and_tells_when(emulator):
    arn = stopped(emulator)
    later(emulator, 5000)
    answer = call(emulator, "RedriveExecution", executionArn=arn)
    assert answer == {"redriveDate": (START + 5000) / 1000}
    told = described(emulator, arn)
    assert (told["status"], told["redriveCount"], told["redriveDate"]) == (
        "RUNNING",
        1,
        answer["redriveDate"],
    )
    assert not {"stopDate", "error"} & set(told)
    not_redrivable(emulator, arn, "Execution is RUNNING and cannot be redriven")
    (listed,) = call(emulator, "ListExecutions", stateMachineArn=told["stateMachineArn"])["executions"]
    assert (listed["redriveCount"], listed["redriveDate"]) == (1, answer["redriveDate"])
    later(emulator, 1000)
    stop = call(emulator, "StopExecution", executionArn=arn)
    assert stop == {"stopDate": (START + 6000) / 1000}
    assert described(emulator, arn)["redriveStatus"] == "REDRIVABLE"


def test_a_token_redrives_once_in_fifteen_minutes(emulator):
    arn = stopped(emulator)
    first = call(emulator, "RedriveExecution", executionArn=arn, clientToken="t")
    call(emulator, "StopExecution", executionArn=arn)
    later(emulator, 15 * 60_000)
    assert call(emulator, "RedriveExecution", executionArn=arn, clientToken="t") == first
    assert described(emulator, arn)["status"] == "ABORTED"
    later(emulator, 1)
    assert call(emulator, "RedriveExecution", executionArn=arn, clientToken="t") != first


def test_ten_tokens_are_remembered(emulator):
    arn = stopped(emulator)
    for number in range(11):
        call(emulator, "RedriveExecution", executionArn=arn, clientToken=f"t{number}")
        call(emulator, "StopExecution", executionArn=arn)
    call(emulator, "RedriveExecution", executionArn=arn, clientToken="t1")
    assert described(emulator, arn)["status"] == "ABORTED"
    call(emulator, "RedriveExecution", executionArn=arn, clientToken="t0")
    assert described(emulator, arn)["redriveCount"] == 12


def test_a_success_is_not_redriven(emulator):
    arn = started(emulator, PASS)
    settled(emulator)
    not_redrivable(emulator, arn, "Execution is SUCCEEDED and cannot be redriven")


def test_after_fourteen_days_it_is_too_late(emulator):
    arn = stopped(emulator)
    later(emulator, 14 * DAY)
    assert described(emulator, arn)["redriveStatus"] == "REDRIVABLE"
    later(emulator, 1)
    not_redrivable(emulator, arn, "Execution redrivable period exceeded")


def test_a_year_open_is_too_long(emulator):
    arn = started(emulator, ASK)
    later(emulator, 366 * DAY)
    assert described(emulator, arn)["status"] == "TIMED_OUT"
    not_redrivable(emulator, arn, "Execution has exceeded the max execution time")


def test_a_long_history_is_too_long(emulator):
    out = {"Variable": "$.x", "IsPresent": True, "Next": "C"}
    loop = {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Choice", "Default": "A", "Choices": [out]},
        "C": {"Type": "Succeed"},
    }
    arn = started(emulator, json.dumps({"StartAt": "A", "States": loop}))
    settled(emulator)
    not_redrivable(emulator, arn, "Execution history event limit exceeded")


def test_a_machine_that_is_gone_redrives_nothing(emulator):
    arn = stopped(emulator)
    call(emulator, "DeleteStateMachine", stateMachineArn=described(emulator, arn)["stateMachineArn"])
    not_redrivable(emulator, arn, "State machine is in DELETING status")
