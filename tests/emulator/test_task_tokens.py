"""Callbacks by task token: of activities, and of functions that pass the token on."""

import json
import threading
import time

import pytest

from tests.emulator.shared import START, Refused, call, created, emulated, run, settled

TOKEN_TASK = "arn:aws:states:::lambda:invoke.waitForTaskToken"


def machine(**fields):
    task = {
        "Type": "Task",
        "Resource": TOKEN_TASK,
        "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
        "End": True,
        **fields,
    }
    return json.dumps({"StartAt": "Ask", "States": {"Ask": task}})


def begun(emulator, definition):
    arn = created(emulator, definition)
    return call(emulator, "StartExecution", stateMachineArn=arn)["executionArn"]


def types(emulator, execution):
    events = call(emulator, "GetExecutionHistory", executionArn=execution)["events"]
    return [each["type"] for each in events]


@pytest.fixture
def tokens():
    return []


@pytest.fixture
def emulator(tokens):
    with emulated(handlers={"ask": lambda event, context: tokens.append(event["token"])}) as made:
        yield made


def test_a_function_passes_its_token_on_and_somebody_sends_the_result(emulator, tokens):
    execution = begun(emulator, machine())
    settled(emulator)
    assert types(emulator, execution)[-1] == "TaskSubmitted"
    assert call(emulator, "SendTaskSuccess", taskToken=tokens[0], output='{"yes": true}') == {}
    settled(emulator)
    told = call(emulator, "DescribeExecution", executionArn=execution)
    assert (told["status"], told["output"]) == ("SUCCEEDED", '{"yes":true}')
    assert types(emulator, execution)[2:] == [
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]


def test_a_failure_without_error_and_cause_has_neither(emulator, tokens):
    execution = begun(emulator, machine())
    settled(emulator)
    call(emulator, "SendTaskFailure", taskToken=tokens[0])
    settled(emulator)
    told = call(emulator, "DescribeExecution", executionArn=execution)
    assert told["status"] == "FAILED"
    assert not {"error", "cause"} & set(told)
    failed = call(emulator, "GetExecutionHistory", executionArn=execution)["events"][5]
    assert failed["taskFailedEventDetails"] == {
        "resourceType": "lambda",
        "resource": "invoke.waitForTaskToken",
    }


def test_a_failure_can_be_caught(emulator, tokens):
    execution = begun(
        emulator, machine(Retry=[{"ErrorEquals": ["No"], "IntervalSeconds": 5, "MaxAttempts": 1}])
    )
    settled(emulator)
    call(emulator, "SendTaskFailure", taskToken=tokens[0], error="No", cause="because")
    settled(emulator)
    assert len(set(tokens)) == 2
    assert emulator.clock.now() == START + 5_000
    call(emulator, "SendTaskFailure", taskToken=tokens[1], error="No", cause="because")
    settled(emulator)
    told = call(emulator, "DescribeExecution", executionArn=execution)
    assert (told["error"], told["cause"]) == ("No", "because")


SENDING = [
    ("SendTaskSuccess", {"output": "1"}),
    ("SendTaskFailure", {}),
    ("SendTaskHeartbeat", {}),
]


@pytest.mark.parametrize(("operation", "members"), SENDING)
def test_tokens_that_are_none_and_tokens_of_nobody(emulator, operation, members):
    with pytest.raises(Refused, match="InvalidToken: Invalid Token: 'Invalid token'"):
        call(emulator, operation, taskToken="nonsense", **members)
    with pytest.raises(Refused, match="TaskDoesNotExist"):
        call(emulator, operation, taskToken="0" * 64, **members)


@pytest.mark.parametrize(("operation", "members"), SENDING)
@pytest.mark.parametrize("ending", ["answered", "stopped", "timed out"])
def test_a_closed_task_answers_nobody(emulator, tokens, operation, members, ending):
    execution = begun(emulator, machine(TimeoutSeconds=60))
    settled(emulator)
    if ending == "answered":
        call(emulator, "SendTaskSuccess", taskToken=tokens[0], output="1")  # no turn was taken since
    elif ending == "stopped":
        call(emulator, "StopExecution", executionArn=execution)
    else:
        run(emulator, emulator.engine.advance_clock(START + 60_000))
    with pytest.raises(Refused, match="TaskTimedOut: Task Timed Out: "):
        call(emulator, operation, taskToken=tokens[0], **members)


def test_output_has_to_be_json_within_the_quota(emulator, tokens):
    begun(emulator, machine())
    settled(emulator)
    with pytest.raises(Refused, match="InvalidOutput: Invalid Output: 'Unrecognized token 'nope'"):
        call(emulator, "SendTaskSuccess", taskToken=tokens[0], output="nope")
    with pytest.raises(Refused, match="InvalidOutput"):
        call(
            emulator,
            "SendTaskSuccess",
            taskToken=tokens[0],
            output=json.dumps("ä" * 200_000, ensure_ascii=False),
        )
    call(emulator, "SendTaskSuccess", taskToken=tokens[0], output="null")


def test_a_token_is_good_only_for_its_account(emulator, tokens):
    begun(emulator, machine())
    settled(emulator)
    from emulator.api.caller import Caller
    from emulator.api.operations.task_tokens import open_task
    from emulator.errors import InvalidToken

    assert run(emulator, open_task(emulator, Caller("123456789012", "eu-west-1"), tokens[0]))
    with pytest.raises(InvalidToken):
        run(emulator, open_task(emulator, Caller("210987654321", "us-east-1"), tokens[0]))


def test_heartbeats_count_from_the_submission_and_write_no_event(emulator, tokens):
    execution = begun(emulator, machine(HeartbeatSeconds=10))
    settled(emulator)
    for second in (9, 18):
        run(emulator, emulator.engine.advance_clock(START + second * 1000))
        call(emulator, "SendTaskHeartbeat", taskToken=tokens[0])
    before = types(emulator, execution)
    run(emulator, emulator.engine.advance_clock(START + 27_999))
    assert types(emulator, execution) == before
    run(emulator, emulator.engine.advance_clock(START + 28_000))
    assert types(emulator, execution)[-2:] == ["TaskTimedOut", "ExecutionFailed"]


@pytest.mark.parametrize("seconds", [0, 0.003])
def test_while_somebody_is_waited_for_functions_of_others_answer_and_no_limit_passes(seconds):
    def answer(event, context):
        time.sleep(seconds)  # a virtual clock goes on by what a function really takes
        return 7

    function = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": True}
    with emulated(handlers={"ask": lambda event, context: None, "f": answer}) as emulator:
        asking = begun(emulator, machine(HeartbeatSeconds=10))
        settled(emulator)
        other = created(emulator, json.dumps({"StartAt": "F", "States": {"F": function}}), "other")
        execution = call(emulator, "StartExecution", stateMachineArn=other)["executionArn"]
        settled(emulator)
        assert call(emulator, "DescribeExecution", executionArn=execution)["output"] == "7"
        assert types(emulator, asking)[-1] == "TaskSubmitted"
        assert emulator.clock.now() < START + 1_000


# ------------------------------------------------------------------ callbacks before TaskSubmitted


def early(send, **members):
    """An execution whose function is called back while it still runs; and how it ended."""
    asked, answered = threading.Event(), threading.Event()
    tokens = []

    def ask(event, context):
        tokens.append(event["token"])
        asked.set()
        assert answered.wait(10)
        return "thanks"

    with emulated(handlers={"ask": ask}) as emulator:
        execution = begun(emulator, machine())
        while not asked.is_set():
            run(emulator, _a_moment())
        call(emulator, send, taskToken=tokens[0], **members)
        run(emulator, _a_moment())
        assert types(emulator, execution)[-1] == "TaskStarted"
        with pytest.raises(Refused, match="TaskTimedOut"):
            call(emulator, send, taskToken=tokens[0], **members)
        answered.set()
        settled(emulator)
        assert not emulator.executions[execution].tasks
        return types(emulator, execution)[4:], call(emulator, "DescribeExecution", executionArn=execution)


async def _a_moment():
    import asyncio

    await asyncio.sleep(0.001)


def test_a_success_that_comes_early_counts_after_the_submission():
    events, told = early("SendTaskSuccess", output="1")
    assert events == ["TaskSubmitted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"]
    assert told["output"] == "1"


def test_a_failure_that_comes_early_counts_after_the_submission():
    events, told = early("SendTaskFailure", error="E", cause="C")
    assert events == ["TaskSubmitted", "TaskFailed", "ExecutionFailed"]
    assert (told["error"], told["cause"]) == ("E", "C")
