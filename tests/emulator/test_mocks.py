"""Mocks of TestState: held to the models of services, to the state, and to a context object."""

from __future__ import annotations

import json

import pytest

from asl.elements.integrations import OPTIMISED
from asl.elements.resource import resource
from emulator import answers
from tests.emulator.shared import Refused, call, emulated

BLOCK = {"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": True}}}
DISTRIBUTED = BLOCK | {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}


@pytest.fixture(scope="module")
def emulator():
    with emulated() as emulator:
        yield emulator


def task(integration, **fields):
    return {"Type": "Task", "Resource": f"arn:aws:states:::{integration}", "End": True} | fields


def mocked(emulator, state, result, mode=None, **members):
    mock = {"result": json.dumps(result)} | ({} if mode is None else {"fieldValidationMode": mode})
    return call(emulator, "TestState", definition=json.dumps(state), mock=mock, **members)


def refused(emulator, *args, **members):
    with pytest.raises(Refused) as caught:
        mocked(emulator, *args, **members)
    assert caught.value.code == "ValidationException"
    return caught.value.message.removeprefix("Mock result schema validation error: ")


# ------------------------------------------------------------------ held to the service's model


@pytest.mark.parametrize(
    ("integration", "result", "told"),
    [
        ("lambda:invoke", {"StatusCode": "200"}, "Field 'StatusCode' must be a number"),
        ("lambda:invoke", [], "Mocked result must be a JSON object."),
        (
            "aws-sdk:lambda:createFunction",
            {"MemorySize": 1},
            "Field 'MemorySize' is less than the minimum value",
        ),
        (
            "aws-sdk:lambda:createFunction",
            {"MemorySize": 999_999},
            "Field 'MemorySize' exceeds the maximum value",
        ),
        (
            "aws-sdk:s3:getObject",
            {"StorageClass": "Papyrus"},
            "Field 'StorageClass' is not an expected value",
        ),
        (
            "aws-sdk:kms:encrypt",
            {"CiphertextBlob": ""},
            "Field 'CiphertextBlob' is smaller than the minimum length",
        ),
        ("aws-sdk:kms:encrypt", {"CiphertextBlob": 1}, "Field 'CiphertextBlob' must be a string"),
        ("aws-sdk:eventbridge:putEvents", {"Entries": "x"}, "Field 'Entries' must be an array"),
        (
            "events:putEvents",
            {"Entries": [{"EventId": "a"}, {"EventId": []}]},
            "Field 'EventId' must be a string",
        ),
        ("dynamodb:getItem", {"Item": {"a": {"BOOL": 1}}}, "Field 'BOOL' must be a boolean"),
        ("dynamodb:getItem", {"Item": []}, "Field 'Item' must be an object"),
        ("states:startExecution", {}, "Required field 'ExecutionArn' is missing"),
        (
            "states:startExecution",
            {"ExecutionArn": "a", "StartDate": True},
            "Field 'StartDate' must be a string",
        ),
    ],
)
def test_what_the_model_refuses(emulator, integration, result, told):
    assert refused(emulator, task(integration), result) == told


def test_a_sync_task_has_the_answer_of_its_poll(emulator):
    sync = {"ExecutionArn": "a", "StartDate": "d"}
    assert mocked(emulator, task("states:startExecution"), sync)["status"] == "SUCCEEDED"
    told = refused(emulator, task("states:startExecution.sync"), sync)
    assert told == "Required field 'StateMachineArn' is missing"


def test_parsed_members_of_a_sync_task_are_any_json(emulator):
    described = {"ExecutionArn": "a", "StateMachineArn": "m", "StartDate": "d", "Status": "SUCCEEDED"}
    described |= {"Output": {"a": 1}}
    assert mocked(emulator, task("states:startExecution.sync:2"), described)["status"] == "SUCCEEDED"
    told = refused(emulator, task("states:startExecution.sync"), described)
    assert told == "Field 'Output' must be a string"


def test_unknown_members_pass_and_so_do_names_in_another_case(emulator):
    assert mocked(emulator, task("events:putEvents"), {"random": 1})["status"] == "SUCCEEDED"
    lower = {"executionArn": 1}
    assert mocked(emulator, task("states:startExecution"), lower, "PRESENT")["status"] == "SUCCEEDED"


def test_present_asks_for_no_member_and_none_asks_nothing(emulator):
    state = task("states:startExecution")
    assert mocked(emulator, state, {}, "PRESENT")["status"] == "SUCCEEDED"
    assert refused(emulator, state, {"ExecutionArn": 1}, "PRESENT") == "Field 'ExecutionArn' must be a string"
    assert mocked(emulator, state, {"ExecutionArn": 1}, "NONE")["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "integration",
    ["http:invoke", "apigateway:invoke", "eks:call", "sqs:sendMessage.waitForTaskToken"],
)
def test_what_no_model_tells_is_not_checked(emulator, integration):
    state = task(integration, Parameters={"TaskToken.$": "$$.Task.Token"})
    if "Token" not in integration:
        del state["Parameters"]
    assert mocked(emulator, state, ["anything"])["status"] == "SUCCEEDED"


def test_a_functions_payload_is_any_json(emulator):
    for payload in ("text", {"a": 1}, None):
        assert mocked(emulator, task("lambda:invoke"), {"Payload": payload})["status"] == "SUCCEEDED"


# ------------------------------------------------------------------ held to the state


def test_a_mock_is_one_thing(emulator):
    state = json.dumps(task("lambda:invoke"))
    for mock in ({}, {"result": "{}", "errorOutput": {"error": "E"}}):
        with pytest.raises(Refused, match=r"only one of the following fields: \[result, errorOutput\]"):
            call(emulator, "TestState", definition=state, mock=mock)
    with pytest.raises(Refused, match="Mocked result must be valid JSON"):
        call(emulator, "TestState", definition=state, mock={"result": "{"})


def test_a_pass_has_no_mock(emulator):
    told = refused(emulator, {"Type": "Pass", "End": True}, {})
    assert told == "State type 'Pass' is not supported when a mock is specified"


def test_a_parallel_has_a_result_for_each_branch(emulator):
    state = {"Type": "Parallel", "Branches": [BLOCK], "End": True}
    assert mocked(emulator, state, [1])["output"] == "[1]"
    assert refused(emulator, state, {}) == "Mocked result must be an array."
    assert refused(emulator, state, [1, 2]) == (
        "Mocked result must contain the same number of items as number of Parallel branches."
    )


# ------------------------------------------------------------------ Map states


def test_a_map_tells_what_becomes_of_its_items(emulator):
    state = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemSelector": {"at.$": "$$.Map.Item.Index", "it.$": "$$.Map.Item.Value"},
        "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"for.$": "$.name"}},
        "ItemProcessor": DISTRIBUTED,
        "MaxConcurrency": 3,
        "ToleratedFailurePercentage": 12.5,
        "End": True,
    }
    given = json.dumps({"items": ["a", "b", "c"], "name": "n"})
    told = mocked(emulator, state, [1, 2], input=given, inspectionLevel="DEBUG")["inspectionData"]
    assert json.loads(told["afterItemsPath"]) == ["a", "b", "c"]
    selected = [{"at": index, "it": item} for index, item in enumerate("abc")]
    assert json.loads(told["afterItemSelector"]) == selected
    assert json.loads(told["afterItemBatcher"]) == [
        {"BatchInput": {"for": "n"}, "Items": selected[:2]},
        {"BatchInput": {"for": "n"}, "Items": selected[2:]},
    ]
    assert (told["maxConcurrency"], told["toleratedFailurePercentage"]) == (3, 12.5)


def test_items_come_from_what_the_reader_has_read(emulator):
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "Parameters": {"Bucket": "b", "Key": "k"},
        "ReaderConfig": {"InputType": "JSON", "ItemsPointer": "/data/items"},
    }
    state = {"Type": "Map", "ItemReader": reader, "ItemProcessor": DISTRIBUTED, "End": True}
    answer = mocked(
        emulator,
        state,
        [1, 2],
        inspectionLevel="DEBUG",
        stateConfiguration={"mapItemReaderData": '{"data":{"items":[1,2]}}'},
    )
    assert json.loads(answer["inspectionData"]["afterItemsPointer"]) == [1, 2]


@pytest.mark.parametrize(
    ("bound", "failures", "status"),
    [
        ({}, 3, "SUCCEEDED"),
        ({"ToleratedFailureCount": 1}, 1, "SUCCEEDED"),
        ({"ToleratedFailureCount": 1}, 2, "FAILED"),
        ({"ToleratedFailurePercentage": 34}, 1, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 34}, 2, "FAILED"),
    ],
)
def test_the_threshold_of_tolerated_failures(emulator, bound, failures, status):
    state = {"Type": "Map", "ItemProcessor": DISTRIBUTED, "End": True} | bound
    settings = {"mapIterationFailureCount": failures}
    answer = mocked(emulator, state, [0, 0, 0], input="[1,2,3]", stateConfiguration=settings)
    assert answer["status"] == status
    if status == "FAILED":
        assert answer["error"] == "States.ExceedToleratedFailureThreshold"


def test_no_more_iterations_fail_than_there_are(emulator):
    state = {"Type": "Map", "ItemProcessor": DISTRIBUTED, "End": True}
    told = refused(emulator, state, [1], input="[1]", stateConfiguration={"mapIterationFailureCount": 2})
    assert told == "Map iteration failure count must be less than or equal to the number of Map iterations"


# ------------------------------------------------------------------ the context object


@pytest.mark.parametrize(
    ("context", "told"),
    [
        ({"Map": {}}, "'Map' field is not supported when mocking a Context object"),
        ({"Pokedex": {}}, "Field 'Pokedex' is not allowed"),
        ({"Execution": {"pokemon": 1}}, "Field 'pokemon' is not allowed"),
        ({"Execution": {"Id": 1}}, "Execution.Id must be a string"),
        ({"State": {"RetryCount": "1"}}, "State.RetryCount must be a number"),
        (
            {"Task": {"Token": "t"}},
            "Context object contains 'Task' when state is not a Task state with a '.sync' or "
            "'.waitForTaskToken' service integration pattern",
        ),
        ([], "Context object must be a valid JSON object"),
    ],
)
def test_a_context_object_has_certain_members(emulator, context, told):
    message = refused(emulator, task("lambda:invoke"), {}, context=json.dumps(context))
    assert message == f"Invalid Context object provided: {told}"


def test_a_context_object_is_read_as_it_is(emulator):
    state = task("lambda:invoke", ResultSelector={"all.$": "$$"})
    context = {"Execution": {"Input": [1], "Name": "n"}, "State": {"RetryCount": 2}}
    answer = mocked(emulator, state, {}, context=json.dumps(context))
    assert json.loads(answer["output"]) == {"all": context}


def test_a_token_of_the_context_object_is_the_tasks(emulator):
    state = task("sqs:sendMessage.waitForTaskToken", Parameters={"MessageBody.$": "$$.Task.Token"})
    answer = mocked(emulator, state, {}, context='{"Task":{"Token":"abc"}}', inspectionLevel="DEBUG")
    assert json.loads(answer["inspectionData"]["afterParameters"]) == {"MessageBody": "abc"}


def test_every_poll_is_a_call_of_its_service():
    for called in answers.POLLS:
        pattern = "sync:2" if called.startswith("states:") else "sync"
        found = resource(f"arn:aws:states:::{called}.{pattern}")
        assert answers.answer_of(found) is not None, called


def test_every_optimised_job_has_a_poll():
    jobs = {
        f"{service}:{action}"
        for service, actions in OPTIMISED.items()
        for action, patterns in actions.items()
        if "sync" in patterns
    }
    assert jobs - answers.POLLS.keys() == {"eks:runJob"}
