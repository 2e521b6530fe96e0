"""The operations on Map Runs and on the executions of one."""

import json

import pytest

from tests.emulator.distributed import (
    ASKED,
    PASS,
    TASK,
    begun,
    children,
    counted,
    described,
    distributed,
    machine,
    map_run,
    runs,
    started,
)  # fmt: skip
from tests.emulator.shared import ROLE, START, Refused, call, created, emulated, run, settled

NOWHERE = "arn:aws:states:us-east-1:123456789012:mapRun:machine/L:00000000-0000-4000-8000-000000000000"


def failing(event, context):
    raise RuntimeError("no")


@pytest.fixture
def emulator():
    with emulated(handlers={"f": failing}) as emulator:
        call(emulator, "CreateActivity", name="ask")
        yield emulator


@pytest.fixture
def waiting(emulator):
    """An execution whose Map Run waits for workers."""
    return begun(emulator, distributed(ASKED, MaxConcurrency=1, ToleratedFailureCount=1), [1, 2, 3])


def refused(emulator, operation, **members):
    with pytest.raises(Refused) as refusal:
        call(emulator, operation, **members)
    return refusal.value


# ------------------------------------------------------------------ DescribeMapRun, ListMapRuns


def test_a_running_map_run(emulator, waiting):
    arn = runs(emulator, waiting)[0]
    zeros = dict.fromkeys(("succeeded", "failed", "timedOut", "aborted", "resultsWritten"), 0)
    counts = {"pending": 2, "running": 1, "total": 3, **zeros}
    counts |= {"failuresNotRedrivable": 0, "pendingRedrive": 0}
    assert map_run(emulator, waiting) == {
        "mapRunArn": arn,
        "executionArn": waiting,
        "status": "RUNNING",
        "startDate": START / 1000,
        "maxConcurrency": 1,
        "toleratedFailurePercentage": 0.0,
        "toleratedFailureCount": 1,
        "itemCounts": counts,
        "executionCounts": counts,
        "redriveCount": 0,
    }
    assert arn.startswith("arn:aws:states:us-east-1:123456789012:mapRun:machine/L:")


def test_a_map_run_that_has_ended(emulator):
    arn = begun(emulator, distributed(PASS, "EXPRESS"), [1])
    assert map_run(emulator, arn)["stopDate"] == START / 1000
    assert call(emulator, "ListMapRuns", executionArn=arn)["mapRuns"] == [
        {
            "executionArn": arn,
            "mapRunArn": runs(emulator, arn)[0],
            "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:machine/L",
            "startDate": START / 1000,
            "stopDate": START / 1000,
        }
    ]


def test_map_runs_are_paged_newest_first(emulator):
    retry = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}]
    arn = begun(emulator, distributed(TASK, Retry=retry), [1])
    whole = call(emulator, "ListMapRuns", executionArn=arn)["mapRuns"]
    assert [int(each["startDate"] - START / 1000) for each in whole] == [3, 1, 0]
    page = call(emulator, "ListMapRuns", executionArn=arn, maxResults=2)
    assert page["mapRuns"] == whole[:2]
    rest = call(emulator, "ListMapRuns", executionArn=arn, maxResults=2, nextToken=page["nextToken"])
    assert rest == {"mapRuns": whole[2:]}


@pytest.mark.parametrize("operation", ["DescribeMapRun", "UpdateMapRun", "ListExecutions"])
def test_no_such_map_run(emulator, operation):
    more = {"maxConcurrency": 1} if operation == "UpdateMapRun" else {}
    error = refused(emulator, operation, mapRunArn=NOWHERE, **more)
    assert (error.code, error.body["resourceName"]) == ("ResourceNotFound", NOWHERE)


def test_map_runs_of_no_execution(emulator):
    arn = "arn:aws:states:us-east-1:123456789012:execution:machine:none"
    assert refused(emulator, "ListMapRuns", executionArn=arn).code == "ExecutionDoesNotExist"


def test_a_map_run_is_no_execution(emulator, waiting):
    arn = runs(emulator, waiting)[0]
    assert refused(emulator, "DescribeExecution", executionArn=arn).code == "InvalidArn"


# ------------------------------------------------------------------ UpdateMapRun


def test_more_may_run(emulator, waiting):
    call(emulator, "UpdateMapRun", mapRunArn=runs(emulator, waiting)[0], maxConcurrency=2)
    settled(emulator)
    told = map_run(emulator, waiting)
    assert told["maxConcurrency"] == 2
    assert counted(told["itemCounts"]) == {"pending": 1, "running": 2, "total": 3}


def test_fewer_may_run(emulator):
    arn = begun(emulator, distributed(ASKED, MaxConcurrency=2), [1, 2, 3])
    call(emulator, "UpdateMapRun", mapRunArn=runs(emulator, arn)[0], maxConcurrency=1)
    token = call(emulator, "GetActivityTask", activityArn=ASKED["Resource"])["taskToken"]
    call(emulator, "SendTaskSuccess", taskToken=token, output="1")
    settled(emulator)
    assert counted(map_run(emulator, arn)["itemCounts"]) == {
        "pending": 1, "running": 1, "succeeded": 1, "total": 3,
    }  # fmt: skip


@pytest.mark.parametrize("bound", [{"toleratedFailureCount": 0}, {"toleratedFailurePercentage": 20}])
def test_a_lower_tolerance_counts_at_once(emulator, waiting, bound):
    token = call(emulator, "GetActivityTask", activityArn=ASKED["Resource"])["taskToken"]
    call(emulator, "SendTaskFailure", taskToken=token)
    settled(emulator)
    assert map_run(emulator, waiting)["status"] == "RUNNING"
    call(emulator, "UpdateMapRun", mapRunArn=runs(emulator, waiting)[0], **bound)
    settled(emulator)
    assert map_run(emulator, waiting)["status"] == "FAILED"
    assert described(emulator, waiting)["error"] == "States.ExceedToleratedFailureThreshold"


def test_an_update_of_what_has_ended(emulator):
    arn = begun(emulator, distributed(PASS), [1])
    error = refused(emulator, "UpdateMapRun", mapRunArn=runs(emulator, arn)[0], maxConcurrency=2)
    assert (error.code, error.body["reason"]) == ("ValidationException", "CANNOT_UPDATE_COMPLETED_MAP_RUN")


def test_an_update_of_nothing(emulator, waiting):
    error = refused(emulator, "UpdateMapRun", mapRunArn=runs(emulator, waiting)[0])
    assert (error.code, error.body["reason"]) == ("ValidationException", "MISSING_REQUIRED_PARAMETER")


# ------------------------------------------------------------------ executions of a Map Run


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
def test_an_execution_is_listed_and_described(emulator, kind):
    arn = begun(emulator, distributed(PASS, kind), [{"a": 1}])
    run = runs(emulator, arn)[0]
    (listed,) = children(emulator, arn)
    told = described(emulator, listed["executionArn"])
    assert listed["mapRunArn"] == told["mapRunArn"] == run
    assert listed["itemCount"] == 1
    assert listed["stateMachineArn"] == told["stateMachineArn"] == created_arn("machine/L")
    assert (told["input"], told["output"]) == ('{"a":1}', '{"a":1}')
    part = "express" if kind == "EXPRESS" else "execution"
    assert f":{part}:machine/L:{told['name']}" in told["executionArn"]


def created_arn(name):
    return f"arn:aws:states:us-east-1:123456789012:stateMachine:{name}"


def test_listed_by_status_and_in_pages(emulator, waiting):
    run = runs(emulator, waiting)[0]
    assert len(children(emulator, waiting, statusFilter="RUNNING")) == 1
    assert children(emulator, waiting, statusFilter="FAILED") == []
    assert children(emulator, waiting, redriveFilter="REDRIVEN") == []
    assert len(children(emulator, waiting, redriveFilter="NOT_REDRIVEN")) == 1
    call(emulator, "UpdateMapRun", mapRunArn=run, maxConcurrency=3)
    settled(emulator)
    page = call(emulator, "ListExecutions", mapRunArn=run, maxResults=2)
    rest = call(emulator, "ListExecutions", mapRunArn=run, maxResults=2, nextToken=page["nextToken"])
    assert page["executions"] + rest["executions"] == children(emulator, waiting)[::-1]
    assert len(children(emulator, waiting)) == 3


def test_they_are_not_listed_with_the_state_machine(emulator, waiting):
    listed = call(emulator, "ListExecutions", stateMachineArn=created_arn("machine"))["executions"]
    assert [each["executionArn"] for each in listed] == [waiting]
    assert "mapRunArn" not in described(emulator, waiting)


def test_the_history_of_an_execution(emulator, waiting):
    child = children(emulator, waiting)[0]["executionArn"]
    events = call(emulator, "GetExecutionHistory", executionArn=child)["events"]
    assert [each["type"] for each in events] == ["ExecutionStarted", "TaskStateEntered", "ActivityScheduled"]


def test_the_state_machine_of_an_execution(emulator, waiting):
    child = children(emulator, waiting)[0]
    told = call(emulator, "DescribeStateMachineForExecution", executionArn=child["executionArn"])
    assert (told["label"], told["mapRunArn"]) == ("L", child["mapRunArn"])
    assert told["stateMachineArn"] == created_arn("machine/L")
    assert json.loads(told["definition"])["States"] == {"S": ASKED}
    bare = call(
        emulator,
        "DescribeStateMachineForExecution",
        executionArn=child["executionArn"],
        includedData="METADATA_ONLY",
    )
    assert bare["definition"] == "{}"
    whole = call(emulator, "DescribeStateMachineForExecution", executionArn=waiting)
    assert "label" not in whole
    assert "mapRunArn" not in whole


@pytest.mark.parametrize(
    "operation", ["GetExecutionHistory", "StopExecution", "DescribeStateMachineForExecution"]
)
def test_of_an_express_execution_there_is_no_more_than_its_description(emulator, operation):
    arn = begun(emulator, distributed(ASKED, "EXPRESS"), [1])
    child = children(emulator, arn)[0]["executionArn"]
    assert refused(emulator, operation, executionArn=child).code == "InvalidArn"


def test_an_execution_is_redriven_by_its_parent_only(emulator):
    arn = begun(emulator, distributed(TASK), [1])
    child = children(emulator, arn)[0]["executionArn"]
    told = described(emulator, child)
    assert told["redriveStatus"] == "REDRIVABLE_BY_MAP_RUN"
    assert "redriveStatusReason" not in told
    assert refused(emulator, "RedriveExecution", executionArn=child).code == "ExecutionNotRedrivable"


def test_a_reset_forgets_them(emulator, waiting):
    arn = runs(emulator, waiting)[0]
    run(emulator, emulator.reset())
    assert refused(emulator, "DescribeMapRun", mapRunArn=arn).code == "ResourceNotFound"


# ------------------------------------------------------------------ labelled ARNs


@pytest.mark.parametrize(
    "operation",
    [
        "DescribeStateMachine",
        "StartExecution",
        "UpdateStateMachine",
        "DeleteStateMachine",
        "ListExecutions",
        "PublishStateMachineVersion",
    ],
)
def test_a_labelled_state_machine_arn(emulator, operation):
    created(emulator, json.dumps(machine(M=distributed(PASS))))
    more = {"roleArn": ROLE} if operation == "UpdateStateMachine" else {}
    error = refused(emulator, operation, stateMachineArn=created_arn("machine/L"), **more)
    assert (error.code, error.body["reason"]) == ("ValidationException", "API_DOES_NOT_SUPPORT_LABELED_ARNS")


def test_a_state_without_a_label_has_the_same_one_in_each_run(emulator):
    state = distributed(PASS)
    del state["Label"]
    arn = created(emulator, json.dumps(machine(M=state)))
    labels = [runs(emulator, started(emulator, arn, [1]))[0].split(":")[6] for _ in range(2)]
    assert labels[0] == labels[1]
    assert len(labels[0].partition("/")[2]) == 36
