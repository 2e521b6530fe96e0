"""Executions that start executions: of all patterns, on a virtual clock, failed, stopped, after a restart."""

from __future__ import annotations

import json
from datetime import UTC, timedelta

import pytest

from emulator import Settings, in_process
from emulator.tasks.sdk import integration as sdk
from tests.tasks.reaching import called

ROLE = "arn:aws:iam::123456789012:role/any"
DAY = 86_400
WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": DAY, "End": True}}}
FAIL = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Broken", "Cause": "on purpose"}}}
START = "arn:aws:states:::states:startExecution"


def machine(client, name, definition, kind="STANDARD"):
    made = client.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE, type=kind)
    return made["stateMachineArn"]


def parent(resource, parameters, name="Child", **fields):
    task = {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True, **fields}
    return {"StartAt": name, "States": {name: task}}


def types(client, arn):
    return [each["type"] for each in client.get_execution_history(executionArn=arn)["events"]]


@pytest.fixture
def inside():
    with in_process() as inside:
        yield inside


def test_a_child_that_waits_a_day_is_waited_for(inside):
    client = inside.client()
    child = machine(client, "child", WAIT)
    made = machine(client, "parent", parent(f"{START}.sync:2", {"StateMachineArn": child, "Input": {"a": 1}}))
    arn = client.start_execution(stateMachineArn=made)["executionArn"]
    ended = inside.wait(arn)
    output = json.loads(ended["output"])
    assert (ended["stopDate"] - ended["startDate"]).total_seconds() >= DAY
    assert output["Status"] == "SUCCEEDED"
    assert output["Input"] == output["Output"] == {"a": 1}
    assert output["StopDate"] - output["StartDate"] == DAY * 1000
    assert types(client, arn)[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


def test_sync_tells_input_and_output_as_text(inside):
    client = inside.client()
    child = machine(client, "child", WAIT)
    made = machine(client, "parent", parent(f"{START}.sync", {"StateMachineArn": child, "Name": "c"}))
    arn = client.start_execution(stateMachineArn=made)["executionArn"]
    output = json.loads(inside.wait(arn)["output"])
    assert (output["Name"], output["Input"], output["Output"]) == ("c", "{}", "{}")


def test_request_and_response_does_not_wait(inside):
    client = inside.client()
    child = machine(client, "child", WAIT)
    made = machine(client, "parent", parent(START, {"StateMachineArn": child}))
    ended = inside.wait(client.start_execution(stateMachineArn=made)["executionArn"])
    assert (ended["stopDate"] - ended["startDate"]).total_seconds() < 60
    output = json.loads(ended["output"])
    assert sorted(output) == ["ExecutionArn", "SdkHttpMetadata", "SdkResponseMetadata", "StartDate"]
    headers = output["SdkHttpMetadata"]["HttpHeaders"]
    assert sorted(headers) == ["Content-Length", "Content-Type", "Date", "connection", "x-amzn-RequestId"]
    assert int(headers["Content-Length"]) > len(output["ExecutionArn"])
    assert inside.wait(output["ExecutionArn"])["status"] == "SUCCEEDED"


def test_a_child_that_fails_fails_the_task_with_what_is_known_of_it(inside):
    client = inside.client()
    child = machine(client, "child", FAIL)
    made = machine(client, "parent", parent(f"{START}.sync", {"StateMachineArn": child}))
    ended = inside.wait(client.start_execution(stateMachineArn=made)["executionArn"])
    told = json.loads(ended["cause"])
    assert (ended["status"], ended["error"]) == ("FAILED", "States.TaskFailed")
    assert (told["Status"], told["Error"], told["Cause"]) == ("FAILED", "Broken", "on purpose")
    assert "Output" not in told


def test_a_machine_that_is_not_there(inside):
    client = inside.client()
    absent = "arn:aws:states:us-east-1:123456789012:stateMachine:absent"
    made = machine(client, "parent", parent(f"{START}.sync", {"StateMachineArn": absent}))
    arn = client.start_execution(stateMachineArn=made)["executionArn"]
    ended = inside.wait(arn)
    assert ended["error"] == "StepFunctions.StateMachineDoesNotExistException"
    assert ended["cause"].startswith(f"State Machine Does Not Exist: '{absent}' (Service: AWSStepFunctions; ")
    assert "TaskSubmitted" not in types(client, arn)


@pytest.mark.parametrize("how", ["stopped", "timed out"])
def test_a_parent_that_does_not_wait_any_more_stops_its_child(inside, how):
    client = inside.client()
    child = machine(client, "child", WAIT)
    limit = {"TimeoutSeconds": 60} if how == "timed out" else {}
    wanted = {"StateMachineArn": child, "Name": "c"}
    definition = parent(f"{START}.sync", wanted, **limit)
    branches = [
        definition,
        {
            "StartAt": "T",
            "States": {
                "T": {
                    "Type": "Task",
                    "Resource": TOKEN,
                    "End": True,
                    "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"},
                }
            },
        },
    ]
    both = {"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": branches, "End": True}}}
    inside.register(TOKEN, lambda event, context: {})
    made = machine(client, "parent", both)
    arn = client.start_execution(stateMachineArn=made)["executionArn"]
    inside.settle()
    if how == "stopped":
        client.stop_execution(executionArn=arn)
    else:
        inside.clock.advance(61)
    inside.wait(arn)
    ended = inside.wait("arn:aws:states:us-east-1:123456789012:execution:child:c")
    assert ended["status"] == "ABORTED"


TOKEN = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"


def test_an_express_child_is_run_synchronously(inside):
    client = inside.client()
    child = machine(client, "child", WAIT_A_MINUTE, "EXPRESS")
    resource = "arn:aws:states:::aws-sdk:sfn:startSyncExecution"
    made = machine(client, "parent", parent(resource, {"StateMachineArn": child, "Input": {"a": 1}}))
    ended = inside.wait(client.start_execution(stateMachineArn=made)["executionArn"])
    output = json.loads(ended["output"])
    assert (ended["stopDate"] - ended["startDate"]).total_seconds() >= 60
    assert (output["Status"], output["Input"], output["Output"]) == ("SUCCEEDED", '{"a":1}', '{"a":1}')
    assert output["BillingDetails"]["BilledDurationInMilliseconds"] == 60_000
    assert output["StopDate"].endswith("Z")


SYNC = "aws-sdk:sfn:startSyncExecution"


def test_an_express_child_is_told_as_the_sdk_tells_it(inside):
    """What comes without a thread that waits is what a client of the service would have got."""
    client = inside.client()
    child = machine(client, "child", FAIL, "EXPRESS")
    made = machine(client, "parent", parent(f"arn:aws:states:::{SYNC}", {"StateMachineArn": child}))
    inside.clock.advance(to=inside.clock.now.replace(microsecond=0) + timedelta(seconds=1))
    ended = inside.wait(client.start_execution(stateMachineArn=made)["executionArn"])
    by_sdk = sdk.run(called(SYNC, {"StateMachineArn": child}, inside.emulator.backends)).signals[0].output
    mine = json.loads(ended["output"])
    assert [*mine] == [*by_sdk]
    assert mine["BillingDetails"] == by_sdk["BillingDetails"]
    assert [*mine["BillingDetails"]] == [*by_sdk["BillingDetails"]]
    assert mine["StartDate"] == by_sdk["StartDate"] == f"{ended['startDate'].astimezone(UTC):%FT%TZ}"


def test_an_express_child_is_not_started_under_a_role_that_is_none(inside):
    client = inside.client()
    child = machine(client, "child", FAIL, "EXPRESS")
    task = parent(f"arn:aws:states:::{SYNC}", {"StateMachineArn": child}, Credentials={"RoleArn.$": "$.role"})
    made = machine(client, "parent", task)
    started = client.start_execution(stateMachineArn=made, input='{"role": "nobody"}')
    ended = inside.wait(started["executionArn"])
    assert ended["error"] == "States.TaskFailed"
    assert ended["cause"] == f"The role {ROLE} is not authorized to assume the task state's role, nobody."


WAIT_A_MINUTE = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": True}}}


def test_parents_leave_their_children_threads_to_run_on():
    """With one thread for tasks, a parent that held it would wait for its child for ever."""
    with in_process({"f": lambda event, context: event}, settings=Settings(pool=1)) as inside:
        client = inside.client()
        function = "arn:aws:lambda:us-east-1:123456789012:function:f"
        work = {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": function, "End": True}}}
        express = machine(client, "express", work, "EXPRESS")
        standard = machine(client, "standard", work)
        tasks = [
            parent("arn:aws:states:::aws-sdk:sfn:startSyncExecution", {"StateMachineArn": express}),
            parent(f"{START}.sync", {"StateMachineArn": standard}, "Other"),
        ]
        both = {"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": tasks, "End": True}}}
        made = machine(client, "parent", both)
        ended = inside.wait(client.start_execution(stateMachineArn=made)["executionArn"])
        assert [each["Status"] for each in json.loads(ended["output"])] == ["SUCCEEDED", "SUCCEEDED"]


def test_a_parent_goes_on_waiting_for_the_same_child_after_a_restart(tmp_path):
    settings = Settings(database=str(tmp_path / "kept.db"))
    with in_process(settings=settings) as inside:
        client = inside.client()
        child = machine(client, "child", parent(TOKEN, {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}))
        made = machine(client, "parent", parent(f"{START}.sync:2", {"StateMachineArn": child}))
        tokens = []
        inside.register(TOKEN, lambda event, context: tokens.append(event["MessageBody"]))
        arn = client.start_execution(stateMachineArn=made, name="p")["executionArn"]
        inside.settle()
        before = types(client, arn)
    assert before[-1] == "TaskSubmitted"
    with in_process(settings=settings) as inside:
        client = inside.client()
        client.send_task_success(taskToken=tokens[0], output='"done"')
        ended = inside.wait(arn)
        assert json.loads(ended["output"])["Output"] == "done"
        assert len(client.list_executions(stateMachineArn=child)["executions"]) == 1
