"""TestState: what a state makes of its data, and how it ends."""

from __future__ import annotations

import json
import time

import pytest

from emulator.clocks import RealClock
from tests.emulator.shared import PASS, ROLE, START, Refused, call, emulated

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:echo"
BLOCK = {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": True}}}
RETRIED = {
    "Type": "Task",
    "Resource": LAMBDA,
    "Retry": [{"ErrorEquals": ["Other"]}, {"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 3}],
    "End": True,
}


def echo(event, context):
    return event


def failing(event, context):
    raise KeyError("gone")


@pytest.fixture
def emulator():
    with emulated(handlers={"echo": echo, "failing": failing}) as emulator:
        yield emulator


def tried(emulator, state, **members):
    """The answer, JSON texts read."""
    definition = state if isinstance(state, str) else json.dumps(state)
    if "input" in members:
        members["input"] = json.dumps(members["input"])
    answer = call(emulator, "TestState", definition=definition, **members)
    told = answer.get("inspectionData", {})
    for holder in (answer, told):
        for name, value in holder.items():
            if isinstance(value, str) and (holder is told or name == "output"):
                holder[name] = json.loads(value)
    return answer


def inspected(emulator, state, **members):
    return tried(emulator, state, inspectionLevel="DEBUG", **members)["inspectionData"]


# ------------------------------------------------------------------ stages


def test_every_stage_of_a_task_is_told(emulator):
    state = {
        "Type": "Task",
        "Resource": LAMBDA,
        "InputPath": "$.in",
        "Parameters": {"n.$": "$.n"},
        "ResultSelector": {"m.$": "$.n"},
        "ResultPath": "$.out",
        "OutputPath": "$.out",
        "Next": "Elsewhere",
    }
    answer = tried(emulator, state, roleArn=ROLE, inspectionLevel="DEBUG", input={"in": {"n": 1, "o": 2}})
    assert answer == {
        "status": "SUCCEEDED",
        "output": {"m": 1},
        "nextState": "Elsewhere",
        "inspectionData": {
            "input": {"in": {"n": 1, "o": 2}},
            "afterInputPath": {"n": 1, "o": 2},
            "afterParameters": {"n": 1},
            "result": {"n": 1},
            "afterResultSelector": {"m": 1},
            "afterResultPath": {"in": {"n": 1, "o": 2}, "out": {"m": 1}},
        },
    }


def test_a_stage_tells_what_the_state_itself_drew(emulator):
    state = {"Type": "Task", "Resource": LAMBDA, "Parameters": {"id.$": "States.UUID()"}, "End": True}
    told = inspected(emulator, state, roleArn=ROLE)
    assert told["afterParameters"] == told["result"]


def test_stages_that_were_not_reached_are_not_told(emulator):
    state = {"Type": "Pass", "Parameters": {"a.$": "$.missing"}, "End": True}
    answer = tried(emulator, state, inspectionLevel="DEBUG")
    assert answer["status"] == "FAILED"
    assert "An error occurred while executing" not in answer["cause"]
    assert answer["inspectionData"] == {"input": {}, "afterInputPath": {}}


def test_null_paths_drop_data(emulator):
    told = inspected(emulator, {"Type": "Pass", "InputPath": None, "ResultPath": None, "End": True}, input=5)
    assert told["afterInputPath"] == {}
    assert told["afterResultPath"] == 5


def test_a_fixed_result_hides_the_input_stages(emulator):
    state = {"Type": "Pass", "Result": 1, "InputPath": "$.a", "End": True}
    told = inspected(emulator, state, input={"a": 2})
    assert told == {"input": {"a": 2}, "result": 1, "afterResultSelector": 1, "afterResultPath": 1}


def test_info_tells_no_stages(emulator):
    assert tried(emulator, {"Type": "Succeed"}) == {"status": "SUCCEEDED", "output": {}}


def test_variables_come_in_and_go_out(emulator):
    state = {"Type": "Pass", "Assign": {"b.$": "$a"}, "End": True}
    assert inspected(emulator, state, variables='{"a":1}')["variables"] == {"a": 1, "b": 1}


def test_the_default_context_is_that_of_an_express_execution(emulator):
    output = tried(emulator, {"Type": "Pass", "InputPath": "$$", "End": True})["output"]
    assert output["Execution"]["Id"].split(":")[5] == "express"
    assert output["Execution"]["RoleArn"] is None
    assert output["State"] == {"Name": "StateName", "EnteredTime": "2026-01-01T00:00:00Z"}


# ------------------------------------------------------------------ failures


def test_a_retrier_makes_it_retriable(emulator):
    answer = tried(
        emulator,
        RETRIED,
        inspectionLevel="DEBUG",
        mock={"errorOutput": {"error": "Busy", "cause": "Later"}},
        stateConfiguration={"retrierRetryCount": 2},
    )
    details = answer.pop("inspectionData")["errorDetails"]
    assert answer == {"status": "RETRIABLE", "error": "Busy", "cause": "Later"}
    assert details == {"retryIndex": 1, "retryBackoffIntervalSeconds": 8}


def test_a_retrier_that_is_used_up_is_told_too(emulator):
    answer = tried(
        emulator,
        RETRIED,
        inspectionLevel="DEBUG",
        mock={"errorOutput": {"error": "Busy"}},
        stateConfiguration={"retrierRetryCount": 3},
    )
    assert answer["status"] == "FAILED"
    assert answer["inspectionData"]["errorDetails"] == {"retryIndex": 1}


def test_a_catcher_gives_its_output(emulator):
    state = {
        "Type": "Task",
        "Resource": LAMBDA,
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Repair"}],
        "End": True,
    }
    answer = tried(emulator, state, input={"a": 1}, mock={"errorOutput": {"error": "E", "cause": "C"}})
    assert answer == {
        "status": "CAUGHT_ERROR",
        "output": {"a": 1, "error": {"Error": "E", "Cause": "C"}},
        "nextState": "Repair",
        "error": "E",
        "cause": "C",
    }


def test_nothing_catches_a_runtime_error(emulator):
    state = RETRIED | {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Repair"}]}
    answer = tried(emulator, state, mock={"errorOutput": {"error": "States.Runtime"}})
    assert answer == {"status": "FAILED", "error": "States.Runtime"}


def test_a_handler_that_raises_fails_the_task(emulator):
    answer = tried(
        emulator, {"Type": "Task", "Resource": LAMBDA.replace("echo", "failing"), "End": True}, roleArn=ROLE
    )
    assert (answer["status"], answer["error"]) == ("FAILED", "KeyError")


# ------------------------------------------------------------------ time


def test_a_wait_on_a_virtual_clock_is_over_at_once_and_moves_it_not(emulator):
    answer = tried(emulator, {"Type": "Wait", "Seconds": 300, "Next": "N"})
    assert answer == {"status": "SUCCEEDED", "output": {}, "nextState": "N"}
    assert emulator.clock.now() == START


def test_more_than_five_minutes_time_out(emulator):
    answer = tried(emulator, {"Type": "Wait", "Seconds": 301, "End": True})
    assert answer == {"status": "FAILED", "error": "States.Timeout"}


def test_a_wait_takes_its_time_by_the_clock():
    began = time.monotonic()
    with emulated(clock=RealClock(speed=1000)) as emulator:
        tried(emulator, {"Type": "Wait", "Seconds": 60, "End": True})
    assert 0.05 < time.monotonic() - began < 5


def test_a_task_keeps_its_own_time_limit():
    state = {"Type": "Task", "Resource": LAMBDA, "TimeoutSeconds": 1, "End": True}
    with emulated(
        clock=RealClock(speed=100), handlers={"echo": lambda event, context: time.sleep(0.1)}
    ) as it:
        assert tried(it, state, roleArn=ROLE) == {"status": "FAILED", "error": "States.Timeout"}


# ------------------------------------------------------------------ distributed Maps

DISTRIBUTED = {
    "Type": "Map",
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **BLOCK},
    "End": True,
}


def test_a_map_over_an_object_has_keys_and_values_as_items(emulator):
    selector = {
        "key.$": "$$.Map.Item.Key",
        "value.$": "$$.Map.Item.Value",
        "source.$": "$$.Map.Item.Source",
    }
    state = {**DISTRIBUTED, "ItemsPath": "$.all", "ItemSelector": selector}
    told = inspected(emulator, state, input={"all": {"a": 1, "b": 2}}, mock={"result": "[1, 2]"})
    assert told["afterItemsPath"] == {"a": 1, "b": 2}
    assert told["afterItemSelector"] == [
        {"key": name, "value": {"Key": name, "Value": value}, "source": "STATE_DATA"}
        for name, value in (("a", 1), ("b", 2))
    ]


def test_items_of_an_object_are_put_in_batches(emulator):
    state = {**DISTRIBUTED, "ItemBatcher": {"MaxItemsPerBatch": 2}}
    told = inspected(emulator, state, input={"a": 1, "b": 2, "c": 3}, mock={"result": "[]"})
    batches = [[each["Key"] for each in batch["Items"]] for batch in told["afterItemBatcher"]]
    assert batches == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("MaxConcurrencyPath", "MaxConcurrency cannot be negative."),
        ("ToleratedFailureCountPath", "ToleratedFailureCount cannot be negative."),
    ],
)
def test_a_bound_that_cannot_be_fails_as_in_an_execution(emulator, field, text):
    state = {**DISTRIBUTED, "ItemsPath": "$.all", field: "$.bound"}
    answer = tried(emulator, state, input={"all": [1], "bound": -1}, mock={"result": "[1]"})
    assert (answer["status"], answer["error"], answer["cause"]) == ("FAILED", "States.Runtime", text)


# ------------------------------------------------------------------ what is under test


def test_a_state_of_a_machine_at_any_depth(emulator):
    machine = {
        "StartAt": "Outer",
        "States": {"Outer": {"Type": "Map", "ItemProcessor": BLOCK, "End": True}},
    }
    assert tried(emulator, machine, stateName="Inner", input=1)["output"] == 1


def test_where_a_lone_state_leads_is_not_looked_for(emulator):
    state = {"Type": "Choice", "Choices": [], "Default": "Nowhere"}
    state["Choices"] = [{"Variable": "$.a", "IsPresent": True, "Next": "Anywhere"}]
    assert tried(emulator, state, input={"a": 1})["nextState"] == "Anywhere"
    broken = {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "Next": "Nowhere"}}}
    with pytest.raises(Refused, match="Missing 'Next' target: Nowhere"):
        tried(emulator, {"Type": "Map", "ItemProcessor": broken, "End": True}, mock={"result": "[]"})


@pytest.mark.parametrize(
    ("members", "code", "text"),
    [
        ({"definition": "[]"}, "InvalidDefinition", "Definition must be a valid JSON object"),
        ({"definition": PASS, "stateName": "Q"}, "ValidationException", "State not found in definition"),
        ({"definition": '{"Type":"Pass","End":true}', "input": "'"}, "InvalidExecutionInput", "Unexpected"),
        ({"definition": '{"Type":"Pass","End":true}', "variables": "[]"}, "ValidationException", "Variables"),
        (
            {"definition": '{"Type":"Pass","End":true}', "context": "{}"},
            "ValidationException",
            "TestState does not support Context when a mock is not specified.",
        ),
        (
            {"definition": json.dumps(RETRIED)},
            "ValidationException",
            "RoleArn must be specified when testing a Task state",
        ),
        (
            {"definition": json.dumps(RETRIED), "revealSecrets": True, "mock": {"result": "1"}},
            "ValidationException",
            "TestState does not support RevealSecrets when a mock is specified.",
        ),
        (
            {"definition": json.dumps({"Type": "Parallel", "Branches": [BLOCK], "End": True})},
            "InvalidDefinition",
            "TestState API does not support Map or Parallel states.",
        ),
        (
            {
                "definition": json.dumps(RETRIED).replace("lambda", "states").replace("function", "activity"),
                "roleArn": ROLE,
            },
            "InvalidDefinition",
            "TestState API does not support Activity tasks",
        ),
    ],
)
def test_refused(emulator, members, code, text):
    with pytest.raises(Refused) as refused:
        call(emulator, "TestState", **members)
    assert refused.value.code == code
    assert text in refused.value.message


# ------------------------------------------------------------------ HTTP Tasks


def test_trace_tells_request_and_response():
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::http:invoke",
        "Parameters": {
            "ApiEndpoint": "https://example.com/a",
            "Method": "GET",
            "InvocationConfig": {"ConnectionArn": "arn:aws:events:us-east-1:123456789012:connection/c/1"},
            "QueryParameters": {"q": [1, 2]},
            "Headers": {"Accept": "text/plain"},
        },
        "End": True,
    }
    result = {"StatusCode": 200, "StatusText": "OK", "Headers": {"b": ["1", "2"]}, "ResponseBody": {"x": 1}}
    with emulated(handlers={state["Resource"]: lambda event, context: result}) as emulator:
        answer = call(
            emulator, "TestState", definition=json.dumps(state), roleArn=ROLE, inspectionLevel="TRACE"
        )
    assert answer["inspectionData"]["request"] == {
        "protocol": "https",
        "method": "GET",
        "url": "https://example.com/a?q=1&q=2",
        "headers": "[Accept: text/plain]",
    }
    assert answer["inspectionData"]["response"] == {
        "protocol": "https",
        "statusCode": "200",
        "statusMessage": "OK",
        "headers": "[b: 1, 2]",
        "body": '{"x":1}',
    }


def test_arrays_come_back_as_they_were_sent():
    from emulator.api.test_state.texts import as_sent, sent_arrays

    arrays = sent_arrays({"input": '{"a": [1, 2], "b": "[x"}', "mock": {"result": '["u" , [ ]]'}})
    assert arrays == {"[1,2]": "[1, 2]", '["u",[]]': '["u" , [ ]]', "[]": "[ ]"}
    answer = {
        "output": "[1,2]",
        "status": "SUCCEEDED",
        "inspectionData": {"result": "[]", "maxConcurrency": 1},
    }
    assert as_sent(answer, arrays) == {
        "output": "[1, 2]",
        "status": "SUCCEEDED",
        "inspectionData": {"result": "[ ]", "maxConcurrency": 1},
    }
