"""Tasks that call functions: by their ARN and by ``lambda:invoke``, with AWS's results and failures."""

import json

import pytest

import asl
from asl.signals import RunTask, TaskFailed, TaskSubmitted, TaskSucceeded
from emulator.tasks.backends import ServiceBackends
from emulator.tasks.table import integration
from emulator.transport import Response
from tests.functions.shared import ACCOUNT, ECHO, World, arn

INVOKE = "arn:aws:states:::lambda:invoke"
RAISES = "def handler(event, context):\n    raise Exception('Some exception was raised.')\n"


@pytest.fixture(scope="module")
def world():
    made = World()
    made.create("echo", ECHO, Publish=True)
    made.create("raises", RAISES)
    made.client.create_alias(FunctionName="echo", Name="prod", FunctionVersion="1")
    yield made
    made.functions.close()


def run(world, task):
    answer = integration(task)(world.task(task))
    (signal,) = answer.signals
    assert signal.id == task.id
    return signal


def direct(world, resource, event=None, **more):
    name = resource.split(":")[6]
    return run(world, RunTask("1.0", "T", resource, "lambda", name, "request", event, **more))


def invoke(world, parameters, pattern="request", **more):
    action = "invoke.waitForTaskToken" if pattern == "token" else "invoke"
    resource = INVOKE + (".waitForTaskToken" if pattern == "token" else "")
    return run(world, RunTask("1.0", "T", resource, "lambda", action, pattern, parameters, **more))


# ------------------------------------------------------------------ by the ARN


@pytest.mark.parametrize("event", [None, 0, "text", [], {"a": {"b": [1.5, None]}}, "é", "\ud800"], ids=ascii)
def test_a_function_gets_the_input_and_gives_the_output(world, event):
    answer = direct(world, arn("echo"), event)
    if event == "\ud800":
        assert isinstance(answer, TaskFailed)
        assert answer.error == "Lambda.InvalidRequestContentException"
    else:
        assert answer == TaskSucceeded("1.0", event)


@pytest.mark.parametrize("qualifier", ["", ":1", ":prod", ":$LATEST"])
def test_an_arn_may_name_a_version_or_an_alias(world, qualifier):
    assert direct(world, arn("echo") + qualifier, 1) == TaskSucceeded("1.0", 1)


def test_what_is_no_json_is_a_text(world):
    world.create("raw", "def handler(event, context):\n    return b'not json'\n")
    assert direct(world, arn("raw"), {}) == TaskSucceeded("1.0", "not json")


def test_a_failure_is_told_as_lambda_tells_it(world):
    answer = direct(world, arn("raises"), {})
    told = json.loads(answer.cause)
    assert answer.error == "Exception"
    assert answer.cause == json.dumps(
        {
            "errorMessage": "Some exception was raised.",
            "errorType": "Exception",
            "requestId": told["requestId"],
            "stackTrace": [
                '  File "/var/task/handler.py", line 2, in handler\n'
                "    raise Exception('Some exception was raised.')\n"
            ],
        }
    )


def test_a_function_that_is_not_there(world, caplog):
    answer = direct(world, arn("no_such"), {})
    assert answer.error == "Lambda.ResourceNotFoundException"
    assert answer.cause.startswith(
        f"Function not found: {arn('no_such')}:$LATEST (Service: AWSLambda; Status Code: 404; "
        "Error Code: ResourceNotFoundException; Request ID: "
    )
    assert answer.cause.endswith("; Proxy: null)")
    assert "give it with --handlers" in caplog.text


def test_a_function_of_another_account_and_region_is_found_there(world):
    there = world.backends.client("lambda", "eu-west-1", "999999999999")
    source = "def handler(event, context):\n    return context.invoked_function_arn\n"
    world.create("there", client=there, source=source)
    elsewhere = arn("there", "eu-west-1", "999999999999")
    assert direct(world, elsewhere, {}) == TaskSucceeded("1.0", elsewhere)
    assert invoke(world, {"FunctionName": elsewhere}).output["Payload"] == elsewhere
    assert direct(world, arn("there"), {}).error == "Lambda.ResourceNotFoundException"


def test_credentials_lead_to_their_account(world):
    there = world.backends.client("lambda", "us-east-1", "999999999999")
    world.create("crossed", client=there)
    role = "arn:aws:iam::999999999999:role/other"
    assert invoke(world, {"FunctionName": "crossed", "Payload": 1}, role_arn=role).output["Payload"] == 1
    assert invoke(world, {"FunctionName": "crossed"}).error == "Lambda.ResourceNotFoundException"


# ------------------------------------------------------------------ lambda:invoke


def test_the_result_is_the_services_response(world):
    answer = invoke(world, {"FunctionName": "echo", "Payload": {"a": "é"}})
    task = {"Type": "Task", "Resource": INVOKE, "Parameters": {"FunctionName": "f", "Payload": {"a": "é"}}}
    machine = {"StartAt": "T", "States": {"T": {**task, "End": True}}}
    local = asl.simulate(machine, {}, handlers={"f": lambda event, context: event}).output
    assert isinstance(answer, TaskSucceeded)
    request = answer.output["SdkResponseMetadata"]["RequestId"]
    assert _without(answer.output) == _without(local)
    assert list(answer.output) == list(local)
    for ours, theirs in ((answer.output, local),):
        for part in ("HttpHeaders", "AllHttpHeaders"):
            assert list(ours["SdkHttpMetadata"][part]) == list(theirs["SdkHttpMetadata"][part])
    assert answer.output["SdkHttpMetadata"]["HttpHeaders"]["x-amzn-RequestId"] == request


def _without(result):
    """A result without what differs from call to call."""
    result = json.loads(json.dumps(result))
    result["SdkResponseMetadata"].pop("RequestId")
    for headers in (result["SdkHttpMetadata"][each] for each in ("HttpHeaders", "AllHttpHeaders")):
        for name in ("Date", "x-amzn-RequestId", "X-Amzn-Trace-Id"):
            headers.pop(name)
    return result


@pytest.mark.parametrize(
    ("parameters", "event"),
    [
        ({}, {}),
        ({"Payload": None}, {}),
        ({"Payload": {"a": 1}}, {"a": 1}),
        ({"Payload": '{"a": [1, 2.0]}'}, {"a": [1, 2.0]}),
        ({"Payload": '"text"'}, "text"),
        ({"Payload": 0}, 0),
        ({"Payload": False}, False),
    ],
)
def test_the_payload_is_the_event(world, parameters, event):
    assert invoke(world, {"FunctionName": "echo", **parameters}).output["Payload"] == event


@pytest.mark.parametrize("payload", ["text", "{'a': 1}", "[1"])
def test_a_payload_of_text_that_is_no_json_is_a_bad_request(world, payload):
    answer = invoke(world, {"FunctionName": "echo", "Payload": payload})
    assert answer.error == "Lambda.InvalidRequestContentException"
    assert answer.cause.startswith("Could not parse request body into json")


@pytest.mark.parametrize(
    ("parameters", "version"),
    [
        ({"FunctionName": "echo"}, "$LATEST"),
        ({"FunctionName": "echo:prod"}, "1"),
        ({"FunctionName": "echo", "Qualifier": "1"}, "1"),
        ({"FunctionName": arn("echo")}, "$LATEST"),
        ({"FunctionName": arn("echo") + ":prod"}, "1"),
        ({"FunctionName": f"{ACCOUNT}:function:echo"}, "$LATEST"),
        ({"FunctionName": "function:echo:1"}, "1"),
    ],
)
def test_a_function_may_be_named_in_all_of_lambdas_ways(world, parameters, version):
    output = invoke(world, parameters).output
    assert output["ExecutedVersion"] == version
    assert output["SdkHttpMetadata"]["HttpHeaders"]["X-Amz-Executed-Version"] == version


def test_a_failure_is_written_anew(world):
    answer = invoke(world, {"FunctionName": "raises"})
    assert answer.error == "Exception"
    assert answer.cause.startswith(
        '{"errorMessage":"Some exception was raised.","errorType":"Exception","req'
    )


def test_a_task_with_a_token_goes_on(world):
    payload = {"token": "t"}
    answer = invoke(world, {"FunctionName": "echo", "Payload": payload}, "token", token="t")
    assert isinstance(answer, TaskSubmitted)
    assert answer.output["Payload"] == payload
    assert isinstance(invoke(world, {"FunctionName": "raises"}, "token", token="t"), TaskFailed)


@pytest.mark.parametrize(("kind", "status"), [("Event", 202), ("DryRun", 204)])
def test_a_call_that_does_not_wait(world, kind, status):
    output = invoke(world, {"FunctionName": "echo", "InvocationType": kind}).output
    assert output["StatusCode"] == output["SdkHttpMetadata"]["HttpStatusCode"] == status
    assert output["Payload"] == ""


def test_the_log_is_given_if_it_is_asked_for(world):
    assert invoke(world, {"FunctionName": "echo", "LogType": "Tail"}).output["LogResult"]
    assert "LogResult" not in invoke(world, {"FunctionName": "echo"}).output


def test_a_timeout_of_an_older_runtime_is_unknown(world):
    world.create(
        "slow", "import time\n\n\ndef handler(event, context):\n    time.sleep(60)\n", Runtime="python3.8"
    )
    world.hurry(0.04, "slow")
    for answer in (direct(world, arn("slow")), invoke(world, {"FunctionName": "slow"})):
        assert answer.error == "Lambda.Unknown"
        assert answer.cause.startswith(
            "The cause could not be determined because Lambda did not return an error type. "
            'Returned payload: {"errorMessage":"'
        )
        assert answer.cause.endswith('Task timed out after 0.04 seconds"}')


def test_a_timeout_of_a_newer_runtime_and_a_crash_have_a_type(world):
    source = (
        "import os, time\n\n\ndef handler(event, context):\n    event or os._exit(1)\n    time.sleep(60)\n"
    )
    world.create("bad", source)
    world.hurry(0.04, "bad")
    assert direct(world, arn("bad"), 1).error == "Sandbox.Timedout"
    answer = direct(world, arn("bad"), 0)
    assert answer.error == "Runtime.ExitError"
    assert answer.cause.startswith('{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ')


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({}, "Lambda.AWSLambdaException"),
        ({"FunctionName": ""}, "Lambda.AWSLambdaException"),
        ({"FunctionName": "a b"}, "Lambda.AWSLambdaException"),
        ({"FunctionName": 7}, "Lambda.ResourceNotFoundException"),
        ({"FunctionName": None}, "Lambda.AWSLambdaException"),
        ({"FunctionName": "echo", "Unknown": 1}, "States.Runtime"),
        ({"FunctionName": "echo", "Qualifier": {}}, "Lambda.AWSLambdaException"),
        ({"FunctionName": "echo", "InvocationType": "Later"}, "Lambda.AWSLambdaException"),
        ({"FunctionName": "echo", "ClientContext": "%"}, "Lambda.InvalidRequestContentException"),
        ("text", "Lambda.AWSLambdaException"),
    ],
)
def test_parameters_that_are_none_fail_the_task(world, parameters, error):
    answer = invoke(world, parameters)
    assert isinstance(answer, TaskFailed)
    assert answer.error == error, answer.cause
    assert answer.cause


# ------------------------------------------------------------------ an endpoint elsewhere


class Elsewhere:
    """What answers at an endpoint, as `sam local start-lambda` does: headers and bodies of its own."""

    def __init__(self, world, response):
        self.asked, self.response = [], response
        self.backends = ServiceBackends({}, {"lambda": self.answer}, None, lambda: "http://127.0.0.1:1", None)
        self.task = lambda task: World.task(self, task)

    def answer(self, request, account):
        self.asked.append(request)
        return self.response


def test_another_lambda_is_asked_by_the_plain_name(world):
    other = Elsewhere(world, Response(200, {"content-type": "application/json"}, b'{"b":2}'))
    assert direct(other, arn("mine") + ":prod", {"a": 1}) == TaskSucceeded("1.0", {"b": 2})
    (request,) = other.asked
    assert request.url.endswith("/2015-03-31/functions/mine/invocations?Qualifier=prod")
    assert request.body == b'{"a":1}'
    assert invoke(other, {"FunctionName": arn("mine")}).output["Payload"] == {"b": 2}


def test_a_function_error_without_a_body_is_unknown(world):
    other = Elsewhere(world, Response(200, {"x-amz-function-error": "Unhandled"}, b""))
    answer = direct(other, arn("mine"))
    assert answer.error == "Lambda.Unknown"


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (429, "TooManyRequestsException", "Lambda.TooManyRequestsException"),
        (500, "ServiceException", "Lambda.ServiceException"),
        (500, "InternalFailure", "Lambda.AWSLambdaException"),
    ],
)
def test_lambdas_own_errors_keep_their_names(world, status, kind, error):
    other = Elsewhere(world, Response(status, {"x-amzn-errortype": kind}, b'{"message":"busy"}'))
    answer = direct(other, arn("mine"))
    assert answer.error == error
    assert answer.cause.startswith(f"busy (Service: AWSLambda; Status Code: {status}; ")
