"""HTTP and API Gateway tasks as machines run them."""

import json

import pytest

from tests.emulator.shared import call, created, emulated, run, settled
from tests.tasks.http_server import Reply, site

pytest.importorskip("moto")


def machine(resource, parameters, **more):
    resource = f"arn:aws:states:::{resource}:invoke"
    state = {"Type": "Task", "Resource": resource, "Parameters": parameters, **more}
    caught = {"Caught": {"Type": "Pass", "End": True}} if "Catch" in more else {}
    return json.dumps({"StartAt": "S", "States": {"S": {**state, "End": True}, **caught}})


def ended(emulator, definition):
    arn = call(emulator, "StartExecution", stateMachineArn=created(emulator, definition))["executionArn"]
    run(emulator, emulator.executions[arn].closed.wait())
    return call(emulator, "DescribeExecution", executionArn=arn)


def connection(emulator):
    client = emulator.backends.client("events", "us-east-1", "123456789012")
    parameters = {"ApiKeyAuthParameters": {"ApiKeyName": "X-Key", "ApiKeyValue": "k3y"}}
    made = client.create_connection(Name="c", AuthorizationType="API_KEY", AuthParameters=parameters)
    return made["ConnectionArn"]


def test_an_http_task_and_its_secret():
    with emulated() as emulator, site() as server:
        arn = connection(emulator)
        parameters = {"ApiEndpoint": server.url, "Method": "GET", "Authentication": {"ConnectionArn": arn}}
        answer = ended(emulator, machine("http", parameters))
        history = call(emulator, "GetExecutionHistory", executionArn=answer["executionArn"])
        emulator.services.reset()
    assert answer["status"] == "SUCCEEDED"
    assert json.loads(answer["output"])["ResponseBody"] == {"ok": True}
    assert server.seen[0].headers["x-key"] == "k3y"
    assert "k3y" not in json.dumps(history)
    assert [each["type"] for each in history["events"]][2:5] == [
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
    ]


@pytest.mark.parametrize("errors", [["States.Http.StatusCode.503"], ["States.TaskFailed"], ["States.ALL"]])
def test_a_status_is_retried_and_caught(errors):
    replies = iter([Reply(503, b"busy"), Reply(503, b"busy"), Reply()])
    with emulated() as emulator, site(lambda seen: next(replies)) as server:
        arn = connection(emulator)
        parameters = {"ApiEndpoint": server.url, "Method": "GET", "Authentication": {"ConnectionArn": arn}}
        retry = [{"ErrorEquals": errors, "MaxAttempts": 1}]
        catch = [{"ErrorEquals": errors, "Next": "Caught"}]
        answer = ended(emulator, machine("http", parameters, Retry=retry, Catch=catch))
        emulator.services.reset()
    assert json.loads(answer["output"]) == {"Error": "States.Http.StatusCode.503", "Cause": "busy"}
    assert len(server.seen) == 2


def test_a_response_that_is_too_long_for_a_result():
    body = json.dumps("x" * 300_000).encode()
    with emulated() as emulator, site(lambda seen: Reply(200, body)) as server:
        arn = connection(emulator)
        parameters = {"ApiEndpoint": server.url, "Method": "GET", "Authentication": {"ConnectionArn": arn}}
        answer = ended(emulator, machine("http", parameters))
        emulator.services.reset()
    assert (answer["status"], answer["error"]) == ("FAILED", "States.DataLimitExceeded")


def test_an_api_that_answers_403():
    with emulated() as emulator, site(lambda seen: Reply(403, b'{"message":"Forbidden"}')) as server:
        parameters = {"ApiEndpoint": server.url, "Method": "GET", "Stage": "s", "Path": "p"}
        answer = ended(emulator, machine("apigateway", parameters))
    assert (answer["error"], answer["cause"]) == ("ApiGateway.403", '{"message":"Forbidden"}')
    assert server.seen[0].path == "/s/p"


def test_a_token_that_is_sent_to_an_api():
    with emulated() as emulator, site() as server:
        parameters = {
            "ApiEndpoint": server.url,
            "Method": "POST",
            "Headers": {"TaskToken.$": "States.Array($$.Task.Token)"},
        }
        definition = machine("apigateway", parameters).replace(":invoke", ":invoke.waitForTaskToken")
        arn = call(emulator, "StartExecution", stateMachineArn=created(emulator, definition))["executionArn"]
        while not server.seen:
            settled(emulator)
        settled(emulator)
        call(emulator, "SendTaskSuccess", taskToken=server.seen[0].headers["tasktoken"], output='"done"')
        run(emulator, emulator.executions[arn].closed.wait())
        answer = call(emulator, "DescribeExecution", executionArn=arn)
    assert answer["output"] == '"done"'
