"""Executions through the API: started, described, listed and stopped."""

import json

import pytest

from emulator.clocks import VirtualClock
from tests.emulator.shared import ASK, PASS, ROLE, START, WAIT, Refused, call, created, emulated, run, settled

FAIL = '{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"C"}}}'
VARIABLES = json.dumps(
    {
        "StartAt": "A",
        "QueryLanguage": "JSONata",
        "States": {
            "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
            "B": {"Type": "Pass", "Output": "{% $x %}", "End": True},
        },
    }
)


@pytest.fixture
def emulator():
    with emulated() as emulator:
        call(emulator, "CreateActivity", name="ask")
        yield emulator


def started(emulator, arn, **members):
    return call(emulator, "StartExecution", stateMachineArn=arn, **members)["executionArn"]


def described(emulator, arn, **members):
    return call(emulator, "DescribeExecution", executionArn=arn, **members)


def listed(emulator, **members):
    return [each["name"] for each in call(emulator, "ListExecutions", **members)["executions"]]


def refusal(emulator, operation, **members):
    with pytest.raises(Refused) as caught:
        call(emulator, operation, **members)
    return caught.value.code, caught.value.message


# ------------------------------------------------------------------ StartExecution


def test_an_unnamed_execution_has_a_uuid_and_an_empty_input(emulator):
    arn = started(emulator, created(emulator))
    settled(emulator)
    answer = described(emulator, arn)
    assert len(answer["name"]) == 36
    assert arn == f"arn:aws:states:us-east-1:123456789012:execution:machine:{answer['name']}"
    assert (answer["input"], answer["output"], answer["status"]) == ("{}", "{}", "SUCCEEDED")


def test_the_same_start_again_is_the_same_execution_while_it_runs(emulator):
    machine = created(emulator, ASK)
    first = call(emulator, "StartExecution", stateMachineArn=machine, name="n", input='{"a":1}')
    assert call(emulator, "StartExecution", stateMachineArn=machine, name="n", input='{"a":1}') == first
    exists = ("ExecutionAlreadyExists", f"Execution Already Exists: '{first['executionArn']}'")
    other = {"stateMachineArn": machine, "name": "n", "input": '{"a":2}'}
    assert refusal(emulator, "StartExecution", **other) == exists
    call(emulator, "StopExecution", executionArn=first["executionArn"])
    assert refusal(emulator, "StartExecution", **{**other, "input": '{"a":1}'}) == exists


def test_a_name_is_free_again_after_ninety_days(emulator):
    machine = created(emulator)
    arn = started(emulator, machine, name="n")
    settled(emulator)
    run(emulator, emulator.engine.advance_clock(START + 91 * 86_400_000))
    assert started(emulator, machine, name="n") == arn
    assert described(emulator, arn)["startDate"] == (START + 91 * 86_400_000) / 1000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("not json", "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token "
         "'null', 'true' or 'false')"),
        ("{'a':1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"),
        ('"' + "é" * 131_072 + '"', "Invalid execution input."),
    ],
    ids=["token", "quote", "too many bytes"],
)  # fmt: skip
def test_an_input_that_is_none_is_refused(emulator, text, told):
    machine = created(emulator)
    assert refusal(emulator, "StartExecution", stateMachineArn=machine, input=text) == (
        "InvalidExecutionInput",
        f"Invalid State Machine Execution Input: '{told}'",
    )


def test_what_cannot_be_started_is_refused(emulator):
    machine = created(emulator)
    code = lambda arn, **more: refusal(emulator, "StartExecution", stateMachineArn=arn, **more)[0]  # noqa: E731
    assert code("nothing") == "InvalidArn"
    assert code(machine + "x") == "StateMachineDoesNotExist"
    assert code(machine + ":7") == "StateMachineDoesNotExist"
    assert code(machine + "/label") == "ValidationException"
    assert code(machine, name="a b") == "InvalidName"


def test_a_machine_that_is_being_deleted_starts_nothing(emulator):
    machine = created(emulator, ASK)
    started(emulator, machine)
    call(emulator, "DeleteStateMachine", stateMachineArn=machine)
    assert refusal(emulator, "StartExecution", stateMachineArn=machine)[0] == "StateMachineDeleting"


def test_an_execution_tells_its_version_and_alias(emulator):
    machine = created(emulator)
    version = call(emulator, "PublishStateMachineVersion", stateMachineArn=machine)["stateMachineVersionArn"]
    routing = [{"stateMachineVersionArn": version, "weight": 100}]
    alias = call(emulator, "CreateStateMachineAlias", name="live", routingConfiguration=routing)
    arns = [machine, version, alias["stateMachineAliasArn"]]
    told = [described(emulator, started(emulator, each)) for each in arns]
    assert [each.get("stateMachineVersionArn") for each in told] == [None, version, version]
    assert [each.get("stateMachineAliasArn") for each in told] == [None, None, arns[2]]
    assert {each["stateMachineArn"] for each in told} == {machine}
    assert [len(listed(emulator, stateMachineArn=each)) for each in arns] == [3, 2, 1]


# ------------------------------------------------------------------ DescribeExecution and its machine


def test_a_failed_execution(emulator):
    arn = started(emulator, created(emulator, FAIL), traceHeader="Root=1")
    settled(emulator)
    answer = described(emulator, arn)
    assert (answer["status"], answer["error"], answer["cause"]) == ("FAILED", "E", "C")
    assert (answer["redriveStatus"], answer["redriveCount"]) == ("REDRIVABLE", 0)
    assert answer["traceHeader"] == "Root=1"
    assert not {"output", "outputDetails", "redriveStatusReason", "redriveDate"} & set(answer)


def test_metadata_only_leaves_the_data_out(emulator):
    arn = started(emulator, created(emulator, FAIL))
    settled(emulator)
    answer = described(emulator, arn, includedData="METADATA_ONLY")
    assert not {"input", "output", "error", "cause"} & set(answer)
    assert answer["inputDetails"] == {"included": False}


def test_a_time_out_has_no_error_and_ends_on_time(emulator):
    definition = json.dumps({**json.loads(WAIT), "TimeoutSeconds": 5})
    arn = started(emulator, created(emulator, definition))
    settled(emulator)
    answer = described(emulator, arn)
    assert (answer["status"], answer["stopDate"] - answer["startDate"]) == ("TIMED_OUT", 5)
    assert not {"error", "cause", "output"} & set(answer)


def test_an_execution_keeps_the_machine_it_began_with(emulator):
    machine = created(emulator, VARIABLES)
    arn = started(emulator, machine)
    call(emulator, "UpdateStateMachine", stateMachineArn=machine, definition=PASS)
    answer = call(emulator, "DescribeStateMachineForExecution", executionArn=arn)
    assert (answer["definition"], answer["name"], answer["roleArn"]) == (VARIABLES, "machine", ROLE)
    assert answer["variableReferences"] == {"B": ["x"]}
    assert answer["updateDate"] == START / 1000
    meta = {"executionArn": arn, "includedData": "METADATA_ONLY"}
    assert call(emulator, "DescribeStateMachineForExecution", **meta)["definition"] == "{}"


@pytest.mark.parametrize(
    "operation",
    ["DescribeExecution", "DescribeStateMachineForExecution", "GetExecutionHistory", "ListMapRuns",
     "RedriveExecution", "StopExecution"],
)  # fmt: skip
def test_an_unknown_execution(emulator, operation):
    arn = created(emulator).replace("stateMachine", "execution") + ":none"
    told = ("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
    assert refusal(emulator, operation, executionArn=arn) == told
    express = arn.replace("execution", "express")
    wrong = ("InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'")
    assert refusal(emulator, operation, executionArn=express) == wrong
    assert refusal(emulator, operation, executionArn="x")[1] == "Invalid Arn: 'Invalid ARN prefix: x'"


# ------------------------------------------------------------------ ListExecutions


def test_the_newest_come_first_and_in_pages(emulator):
    machine = created(emulator)
    for number in range(5):
        started(emulator, machine, name=f"n{number}")
    settled(emulator)
    first = call(emulator, "ListExecutions", stateMachineArn=machine, maxResults=3)
    assert [each["name"] for each in first["executions"]] == ["n4", "n3", "n2"]
    assert set(first["executions"][0]) == {
        "executionArn", "stateMachineArn", "name", "status", "startDate", "stopDate", "redriveCount",
    }  # fmt: skip
    assert listed(emulator, stateMachineArn=machine, nextToken=first["nextToken"]) == ["n1", "n0"]
    other = {"stateMachineArn": machine, "statusFilter": "FAILED", "nextToken": first["nextToken"]}
    assert refusal(emulator, "ListExecutions", **other)[0] == "InvalidToken"


def test_running_ones_stand_by_their_start_and_others_by_their_end(emulator):
    machine = created(emulator, ASK)
    a, b = (started(emulator, machine, name=each) for each in "ab")
    run(emulator, emulator.engine.advance_clock(START + 5000))
    started(emulator, machine, name="c")
    run(emulator, emulator.engine.advance_clock(START + 9000))
    call(emulator, "StopExecution", executionArn=a)
    assert listed(emulator, stateMachineArn=machine) == ["a", "c", "b"]
    assert listed(emulator, stateMachineArn=machine, statusFilter="RUNNING") == ["c", "b"]
    assert listed(emulator, stateMachineArn=machine, statusFilter="ABORTED") == ["a"]
    assert described(emulator, b)["redriveStatusReason"] == "Execution is RUNNING and cannot be redriven"


def test_lists_that_nobody_can_ask_for(emulator):
    machine = created(emulator)
    run_arn = "arn:aws:states:us-east-1:123456789012:mapRun:machine/label:u"
    code = lambda **members: refusal(emulator, "ListExecutions", **members)[0]  # noqa: E731
    assert code() == "ValidationException"
    assert code(stateMachineArn=machine, mapRunArn=run_arn) == "ValidationException"
    assert code(stateMachineArn=machine, redriveFilter="REDRIVEN") == "ValidationException"
    assert code(stateMachineArn=machine, statusFilter="PENDING_REDRIVE") == "ValidationException"
    assert code(mapRunArn=run_arn) == "ResourceNotFound"
    assert code(mapRunArn=machine) == "InvalidArn"
    assert code(stateMachineArn=machine + "x") == "StateMachineDoesNotExist"


def test_there_are_no_map_runs_yet(emulator):
    arn = started(emulator, created(emulator))
    assert call(emulator, "ListMapRuns", executionArn=arn) == {"mapRuns": []}
    run_arn = "arn:aws:states:us-east-1:123456789012:mapRun:machine/label:u"
    assert refusal(emulator, "DescribeMapRun", mapRunArn=run_arn)[0] == "ResourceNotFound"
    assert refusal(emulator, "DescribeMapRun", mapRunArn=arn)[0] == "InvalidArn"
    assert refusal(emulator, "UpdateMapRun", mapRunArn=run_arn, maxConcurrency=1)[0] == "ResourceNotFound"
    assert refusal(emulator, "UpdateMapRun", mapRunArn=run_arn)[0] == "ValidationException"


# ------------------------------------------------------------------ StopExecution


def test_a_stop_tells_when_also_the_second_time():
    with emulated(clock=VirtualClock(START)) as emulator:
        call(emulator, "CreateActivity", name="ask")
        arn = started(emulator, created(emulator, ASK))
        run(emulator, emulator.engine.advance_clock(START + 1500))
        first = call(emulator, "StopExecution", executionArn=arn, error="E", cause="C")
        assert first == {"stopDate": (START + 1500) / 1000}
        run(emulator, emulator.engine.advance_clock(START + 9000))
        assert call(emulator, "StopExecution", executionArn=arn, error="F") == first
        answer = described(emulator, arn)
        assert (answer["status"], answer["error"], answer["cause"]) == ("ABORTED", "E", "C")
