"""sample_machines/order_events: written once, announced, and harmless when it is told of twice."""

from __future__ import annotations

import json

import pytest

from tests.samples.shared import prepared, read, start, states

MACHINE = ("order", "machine.asl.json", "STANDARD")
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/announced"


@pytest.fixture
def inside():
    with prepared("order_events", MACHINE) as inside:
        yield inside


def test_an_order_is_written_and_announced(inside):
    ended = inside.wait(start(inside, "order", read("order_events", "input.json")))
    assert json.loads(ended["output"]) == read("order_events", "expected.json")
    item = inside.client("dynamodb").get_item(TableName="orders", Key={"orderId": {"S": "order-1001"}})[
        "Item"
    ]
    assert item == {
        "orderId": {"S": "order-1001"},
        "totalCents": {"N": "14060"},
        "status": {"S": "ANNOUNCED"},
    }
    (heard,) = inside.client("sqs").receive_message(QueueUrl=QUEUE, MaxNumberOfMessages=10)["Messages"]
    told = json.loads(heard["Body"])
    assert (told["source"], told["detail"]) == ("shop.orders", {"orderId": "order-1001", "totalCents": 14060})
    assert ended["executionArn"] in told["resources"]


def test_told_of_twice_it_does_no_harm(inside):
    given = read("order_events", "input.json")
    inside.wait(start(inside, "order", given))
    again = start(inside, "order", {**given, "totalCents": 1})
    assert json.loads(inside.wait(again)["output"]) == {"orderId": "order-1001", "duplicate": True}
    assert states(inside, again) == ["Write the order down", "Leave the first one alone"]
    item = inside.client("dynamodb").get_item(TableName="orders", Key={"orderId": {"S": "order-1001"}})[
        "Item"
    ]
    assert item["totalCents"] == {"N": "14060"}
    assert len(inside.client("sqs").receive_message(QueueUrl=QUEUE, MaxNumberOfMessages=10)["Messages"]) == 1


def test_without_its_table_it_fails_as_on_aws(inside):
    inside.client("dynamodb").delete_table(TableName="orders")
    ended = inside.wait(start(inside, "order", read("order_events", "input.json")))
    assert ended["error"] == "DynamoDB.ResourceNotFoundException"
    assert (
        "(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; "
        in ended["cause"]
    )
