"""The one port of all services: whose a request is, and what becomes of those of other services."""

from __future__ import annotations

import json

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator import in_process
from emulator.api.server import Application
from emulator.asked import service_of
from emulator.ports import Unreachable
from emulator.services import Services
from tests.emulator.asked import ask
from tests.emulator.shared import emulated

SCOPE = "AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/{}/aws4_request, SignedHeaders=host"
TABLES = {
    "authorization": SCOPE.format("dynamodb"),
    "x-amz-target": "DynamoDB_20120810.ListTables",
    "content-type": "application/x-amz-json-1.0",
}


@pytest.fixture
def emulator():
    with emulated() as emulator:
        yield emulator
        emulator.services.reset()


@pytest.mark.parametrize(
    ("headers", "query", "service"),
    [
        ({"authorization": SCOPE.format("dynamodb")}, b"", "dynamodb"),
        ({"authorization": SCOPE.format("states")}, b"", "states"),
        ({}, b"", None),
        ({"authorization": "Basic abc"}, b"", None),
        ({}, b"X-Amz-Credential=k%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=1", "s3"),
        ({}, b"X-Amz-Credential=" + b"%2F" * 100_000, None),
    ],
    ids=["signed", "own", "unsigned", "other", "presigned", "long"],
)
def test_the_signature_names_the_service(headers, query, service):
    assert service_of(headers, query) == service


def test_another_services_request_is_answered_by_it(emulator):
    application = Application(emulator)
    answer = ask(application, "POST", "/", {}, TABLES)
    assert (answer.status, answer.json) == (200, {"TableNames": []})
    application.others.close()


def test_nothing_of_moto_is_loaded_for_our_own_requests(emulator):
    application = Application(emulator)
    own = {"x-amz-target": "AWSStepFunctions.ListStateMachines"}
    assert ask(application, "POST", "/", {}, own).json == {"stateMachines": []}
    assert ask(application, "GET", "/anything").status == 404
    assert not emulator.services.used
    application.others.close()


def test_accounts_are_apart(emulator):
    application = Application(emulator)
    table = {
        "TableName": "t",
        "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    create = {**TABLES, "x-amz-target": "DynamoDB_20120810.CreateTable"}
    assert ask(application, "POST", "/", table, create).status == 200
    other = {**TABLES, "authorization": TABLES["authorization"].replace("111111111111", "222222222222")}
    assert ask(application, "POST", "/", {}, TABLES).json == {"TableNames": ["t"]}
    assert ask(application, "POST", "/", {}, other).json == {"TableNames": []}
    application.others.close()


def test_a_web_page_may_not_ask_other_services_either(emulator):
    application = Application(emulator)
    answer = ask(application, "POST", "/", {}, {**TABLES, "origin": "http://evil.test"})
    assert (answer.status, answer.json["__type"]) == (403, "AccessDeniedException")
    assert ask(application, "POST", "/", {}, {**TABLES, "host": "evil.test"}).status == 403
    assert not emulator.services.used
    application.others.close()


def test_without_moto_the_answer_says_what_to_install(emulator, monkeypatch):
    def absent(self):
        raise Unreachable("pip install 'asl-emulator[aws]'")

    monkeypatch.setattr(Services, "_load", absent)
    application = Application(emulator)
    answer = ask(application, "POST", "/", {}, TABLES)
    assert answer.status == 400
    assert "asl-emulator[aws]" in answer.json["message"]
    application.others.close()


def test_a_fault_of_the_service_is_no_traceback_for_the_caller(emulator, monkeypatch, caplog):
    def fails(*_):
        raise RuntimeError("secret detail")

    emulator.services._application = fails
    application = Application(emulator)
    answer = ask(application, "POST", "/", {}, TABLES)
    assert (answer.status, answer.json["__type"]) == (500, "InternalFailure")
    assert "secret detail" not in answer.body.decode()
    assert "secret detail" in caplog.text
    emulator.services._application = None
    application.others.close()


def test_a_fault_of_the_service_is_an_error_of_aws_for_clients_in_process_too(monkeypatch, caplog):
    def fails(*_):
        raise RuntimeError("secret detail")

    once = Config(retries={"total_max_attempts": 1})
    with in_process() as inside:
        monkeypatch.setattr(inside.emulator.services, "_application", fails)
        for service, ask in (("dynamodb", "list_tables"), ("sns", "list_topics"), ("s3", "list_buckets")):
            with pytest.raises(ClientError) as caught:
                getattr(inside.client(service, config=once), ask)()
            told = caught.value.response
            assert (told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]) == (
                "InternalFailure",
                500,
            )
            assert "moto" in told["Error"]["Message"]
            assert "secret detail" not in told["Error"]["Message"]
        monkeypatch.undo()
    assert "dynamodb's ListTables failed in moto" in caplog.text


def test_when_the_emulator_is_closing_others_are_unavailable(emulator):
    application = Application(emulator)
    application.others.close()
    answer = ask(application, "POST", "/", {}, TABLES)
    assert (answer.status, answer.json["__type"]) == (503, "ServiceUnavailable")


def test_clients_in_process_reach_what_tasks_reach():
    put = {
        "StartAt": "Put",
        "States": {
            "Put": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:s3:putObject",
                "Parameters": {"Bucket": "kept-here", "Key.$": "$.key", "Body.$": "$.text"},
                "End": True,
            }
        },
    }
    with in_process() as inside:
        store = inside.client("s3")
        store.create_bucket(Bucket="kept-here")
        client = inside.client()
        role = "arn:aws:iam::123456789012:role/any"
        arn = client.create_state_machine(name="m", definition=json.dumps(put), roleArn=role)[
            "stateMachineArn"
        ]
        text = json.dumps({"key": "a/ü", "text": "said"})
        started = client.start_execution(stateMachineArn=arn, input=text)
        assert inside.wait(started["executionArn"])["status"] == "SUCCEEDED"
        assert store.get_object(Bucket="kept-here", Key="a/ü")["Body"].read() == b'"said"'
    with in_process() as inside:
        assert inside.client("s3").list_buckets()["Buckets"] == []
