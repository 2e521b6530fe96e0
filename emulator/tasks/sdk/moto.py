"""Where moto answers otherwise than AWS: put right, as far as tasks see it. All of it is recorded."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from emulator import constraints

Members: TypeAlias = dict[str, Any]


def completed(service: str, operation: str, response: Members, given: Members) -> None:
    """Adds to a response, as botocore gives it, what AWS always tells, and takes away what it does not.

    Args:
        service: What boto3 calls the service.
        operation: The operation.
        response: The response.
        given: The parameters of the call, as botocore was given them.
    """
    change = _CHANGED.get((service, operation))
    if change is not None:
        change(response, given)


def corrected(service: str, told: Members, given: Members) -> Members:
    """An error as AWS has it.

    Args:
        service: What boto3 calls the service.
        told: The error's response, as botocore gives it.
        given: The parameters of the call, as botocore was given them.
    """
    correct = _CORRECTED.get(service)
    return told if correct is None else correct(told, given)


def _object(response: Members, given: Members) -> None:
    """S3 encrypts all objects, and tells what a checksum is of."""
    response.setdefault("ServerSideEncryption", "AES256")
    if any(name.startswith("Checksum") for name in response):
        response.setdefault("ChecksumType", "FULL_OBJECT")


def _item(response: Members, given: Members) -> None:
    """DynamoDB tells what a call consumed only if it is asked."""
    if given.get("ReturnConsumedCapacity", "NONE") == "NONE":
        response.pop("ConsumedCapacity", None)


_CHANGED: Mapping[tuple[str, str], Callable[[Members, Members], None]] = {
    ("dynamodb", "DeleteItem"): _item,
    ("dynamodb", "GetItem"): _item,
    ("dynamodb", "PutItem"): _item,
    ("dynamodb", "UpdateItem"): _item,
    ("s3", "GetObject"): _object,
    ("s3", "HeadObject"): _object,
    ("s3", "PutObject"): _object,
}


def _with_second_id(told: Members, given: Members) -> Members:
    """S3 has a second id of each request."""
    metadata = told.get("ResponseMetadata", {})
    if metadata.get("HostId"):
        return told
    digest = hashlib.sha256(str(metadata.get("RequestId", "")).encode()).digest()
    return {**told, "ResponseMetadata": {**metadata, "HostId": base64.b64encode(digest).decode()}}


def _with_name_checked(told: Members, given: Members) -> Members:
    """DynamoDB refuses names that no table can have before it looks for the table."""
    name = str(given.get("TableName", "a"))
    if told.get("Error", {}).get("Code") != "ResourceNotFoundException" or _TABLE.fullmatch(name):
        return told
    wrong = constraints.broken(name, "tableName", constraints.like("[a-zA-Z0-9_.-]+"))
    return {**told, "Error": {"Code": "ValidationException", "Message": constraints.detected([wrong])}}


_TABLE = re.compile(r"arn:.*|[^/]+")
"""Only a slash is looked for: moto makes tables of most other names, and these are not refused later."""


def _with_topic(told: Members, given: Members) -> Members:
    """SNS calls what is published to a topic, unless it is an endpoint of a mobile application."""
    error = told.get("Error", {})
    if "TopicArn" not in given or error.get("Message") != "Endpoint does not exist":
        return told
    return {**told, "Error": {**error, "Message": "Topic does not exist"}}


_CORRECTED: Mapping[str, Callable[[Members, Members], Members]] = {
    "dynamodb": _with_name_checked,
    "s3": _with_second_id,
    "sns": _with_topic,
}
