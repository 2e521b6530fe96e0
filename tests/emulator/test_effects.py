"""What requests add that the same request would add again."""

from __future__ import annotations

import boto3
import pytest

from emulator.effects import added
from emulator.transport import Request, Response, answered_in_process


def asked(service, operation, **parameters):
    """What the request of a call adds."""
    seen = []

    def answer(request: Request) -> Response:
        seen.append(added(request))
        return Response(500, {}, b"")

    made = boto3.client(
        service, region_name="us-east-1", aws_access_key_id="1", aws_secret_access_key="2",
        config=boto3.session.Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip
    made._endpoint = answered_in_process(made._endpoint, answer)
    with pytest.raises(made.exceptions.ClientError):
        getattr(made, operation)(**parameters)
    return seen[0]


KEY = {"TableName": "t", "Key": {"id": {"S": "1"}}}


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("sqs", "send_message", {"QueueUrl": "http://q", "MessageBody": "b"}, "sqs's SendMessage"),
        ("sns", "publish", {"TopicArn": "arn:t", "Message": "m"}, "sns's Publish"),
        ("events", "put_events", {"Entries": [{"Detail": "{}"}]}, "events's PutEvents"),
        ("dynamodb", "update_item", {**KEY, "UpdateExpression": "ADD n :one"}, "dynamodb's UpdateItem"),
        ("dynamodb", "update_item", {**KEY, "UpdateExpression": "SET n = n + :one"}, "dynamodb's UpdateItem"),
        ("dynamodb", "update_item", {**KEY, "UpdateExpression": "SET n = :n"}, None),
        ("dynamodb", "put_item", {"TableName": "t", "Item": {"id": {"S": "1"}}}, None),
        ("dynamodb", "get_item", KEY, None),
        ("s3", "put_object", {"Bucket": "b", "Key": "k", "Body": b""}, None),
        ("s3", "get_object", {"Bucket": "b", "Key": "k"}, None),
    ],
)
def test_what_is_added(service, operation, parameters, expected):
    assert asked(service, operation, **parameters) == expected
