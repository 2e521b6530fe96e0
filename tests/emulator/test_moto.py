"""Beside the real moto: Step Functions is answered here, all other services by moto, either one outside."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import boto3
import botocore.endpoint
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

import emulator

ROLE = "arn:aws:iam::123456789012:role/any"
NOWHERE = "http://127.0.0.1:9"
SENDS = botocore.endpoint.Endpoint._do_get_response
"""How botocore sends, taken before any test has run."""
TABLE = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def client(service, **options):
    """An ordinary client, as an application makes it."""
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, region_name="us-east-1", **keys, **options)


def created(steps, *, name="keeper", kind="STANDARD"):
    """The ARN of a new machine whose only task is ``keep``."""
    task = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:keep", "End": True}
    definition = json.dumps({"StartAt": "Keep", "States": {"Keep": task}})
    answer = steps.create_state_machine(name=name, definition=definition, roleArn=ROLE, type=kind)
    return answer["stateMachineArn"]


def keep(event, context):
    """A handler that uses two services."""
    client("dynamodb").put_item(TableName="orders", Item={"id": {"S": event["id"]}})
    client("s3").put_object(Bucket="receipts", Key=event["id"], Body=b"paid")
    return {"kept": event["id"]}


@contextmanager
def opened(order) -> Iterator[emulator.InProcess]:
    """Both mocks, opened in an order: ``ours`` and ``moto``."""
    with ExitStack() as both:
        for each in order:
            if each == "moto":
                both.enter_context(mock_aws())
            else:
                local = both.enter_context(emulator.mock_stepfunctions({"keep": keep}))
        yield local


orders = pytest.mark.parametrize("order", [("moto", "ours"), ("ours", "moto")], ids=" outside ".join)


@orders
def test_a_task_uses_services_of_moto(order):
    with opened(order) as local:
        client("dynamodb").create_table(**TABLE)
        client("s3").create_bucket(Bucket="receipts")
        steps = client("stepfunctions")
        run = steps.start_execution(stateMachineArn=created(steps), input='{"id": "order-7"}')
        ended = local.wait(run["executionArn"])
        assert (ended["status"], ended["output"]) == ("SUCCEEDED", '{"kept":"order-7"}')
        assert client("dynamodb").scan(TableName="orders")["Items"] == [{"id": {"S": "order-7"}}]
        assert client("s3").get_object(Bucket="receipts", Key="order-7")["Body"].read() == b"paid"


@orders
def test_an_error_of_moto_is_the_failure_of_the_task(order):
    with opened(order) as local:
        steps = client("stepfunctions")
        run = steps.start_execution(stateMachineArn=created(steps), input='{"id": "order-8"}')
        ended = local.wait(run["executionArn"])
        assert (ended["status"], ended["error"]) == ("FAILED", "ResourceNotFoundException")


@orders
def test_clients_from_before_are_answered_too(order):
    steps, tables, files = client("stepfunctions"), client("dynamodb"), client("s3")
    with opened(order):
        tables.create_table(**TABLE)
        files.create_bucket(Bucket="receipts")
        arn = created(steps, kind="EXPRESS")
        answer = steps.start_sync_execution(stateMachineArn=arn, input='{"id": "order-9"}')  # sync- and all
        assert answer["status"] == "SUCCEEDED"
        assert tables.scan(TableName="orders")["Count"] == 1
        assert files.list_objects_v2(Bucket="receipts")["KeyCount"] == 1


def test_the_fixtures_work_in_moto(stepfunctions, stepfunctions_emulator):
    stepfunctions_emulator.register("keep", keep)
    with mock_aws():
        client("dynamodb").create_table(**TABLE)
        client("s3").create_bucket(Bucket="receipts")
        run = stepfunctions.start_execution(stateMachineArn=created(stepfunctions), input='{"id": "1"}')
        assert stepfunctions_emulator.wait(run["executionArn"])["status"] == "SUCCEEDED"
        assert client("dynamodb").scan(TableName="orders")["Count"] == 1


def test_when_ours_is_closed_moto_has_all_again():
    steps = client("stepfunctions")
    with mock_aws():
        with emulator.mock_stepfunctions():
            arn = created(steps)
            assert [each["stateMachineArn"] for each in steps.list_state_machines()["stateMachines"]] == [arn]
        assert steps.list_state_machines()["stateMachines"] == []


def test_when_moto_is_closed_ours_goes_on():
    steps = client("stepfunctions")
    with emulator.mock_stepfunctions():
        with mock_aws():
            arn = created(steps)
        assert [each["stateMachineArn"] for each in steps.list_state_machines()["stateMachines"]] == [arn]


@orders
def test_nothing_stays_behind(order):
    variables = dict(os.environ)
    once = Config(retries={"total_max_attempts": 1})
    steps = client("stepfunctions", endpoint_url=NOWHERE, config=once)
    tables = client("dynamodb", endpoint_url=NOWHERE, config=once)
    with opened(order):
        assert steps.list_state_machines()["stateMachines"] == []
    assert botocore.endpoint.Endpoint._do_get_response is SENDS
    assert dict(os.environ) == variables
    assert not [each for each in threading.enumerate() if each.name.startswith("asl-emulator")]
    with pytest.raises(EndpointConnectionError):
        steps.list_state_machines()
    with pytest.raises(EndpointConnectionError):
        tables.list_tables()
