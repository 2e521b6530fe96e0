"""What of a template belongs to other services: tables, queues and the like, as requests that create them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from asl.jsontypes import dumps
from emulator.templates.problems import Place


class Resource(msgspec.Struct, frozen=True):
    """A resource of a template that another service has.

    Attributes:
        logical_id: What the template calls it.
        kind: Its type, such as ``AWS::SQS::Queue``.
        name: What it is called once it is deployed.
        properties: Its properties; those whose value is not known are left out.
        region: The region that it is in.
        account: The account that it belongs to.
        place: Where it stands.
    """

    logical_id: str
    kind: str
    name: str
    properties: Mapping[str, Any]
    region: str
    account: str
    place: Place

    def some(self, *names: str) -> dict[str, Any]:
        """Those of some properties that it has."""
        return {name: self.properties[name] for name in names if name in self.properties}


Request: TypeAlias = tuple[str, str, dict[str, Any]]
"""What boto3 calls the service and the operation, and the operation's members."""
Maker: TypeAlias = Callable[[Resource], Iterator[Request]]


def requests(resource: Resource) -> Iterator[Request]:
    """The requests that create a resource, with members as botocore has them."""
    for service, operation, members in MADE[resource.kind](resource):
        yield service, operation, _fitting(service, operation, members)


def rank(resource: Resource) -> int:
    """Where it stands in the order of creation: what others need comes first, rules come last."""
    if resource.kind == "AWS::SQS::Queue":
        return 1 if "RedrivePolicy" in resource.properties else 0
    return _LATER.get(resource.kind, 1)


RULE = "AWS::Events::Rule"
_LATER = {"AWS::SNS::Topic": 2, "AWS::SNS::Subscription": 3, RULE: 4}


# ------------------------------------------------------------------ the kinds


def _table(resource: Resource) -> Iterator[Request]:
    members = resource.some(
        "AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput",
        "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "Tags",
    )  # fmt: skip
    if resource.kind == "AWS::DynamoDB::GlobalTable" or "ProvisionedThroughput" not in members:
        members["BillingMode"] = "PAY_PER_REQUEST"
    stream = resource.properties.get("StreamSpecification")
    if isinstance(stream, dict):
        members["StreamSpecification"] = {"StreamEnabled": True, **stream}
    yield "dynamodb", "create_table", {"TableName": resource.name, **members}
    living = resource.properties.get("TimeToLiveSpecification")
    if isinstance(living, dict):
        request = {"TableName": resource.name, "TimeToLiveSpecification": living}
        yield "dynamodb", "update_time_to_live", request


def _simple_table(resource: Resource) -> Iterator[Request]:
    """SAM's table of one key, by default a text called ``id``."""
    key = resource.properties.get("PrimaryKey") or {}
    name, kind = key.get("Name", "id"), str(key.get("Type", "String"))
    members = {
        "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind[:1]}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    yield "dynamodb", "create_table", {"TableName": resource.name, **members}


def _queue(resource: Resource) -> Iterator[Request]:
    attributes = resource.some(
        "ContentBasedDeduplication", "DeduplicationScope", "DelaySeconds", "FifoQueue",
        "FifoThroughputLimit", "MaximumMessageSize", "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds", "RedrivePolicy", "VisibilityTimeout",
    )  # fmt: skip
    yield "sqs", "create_queue", {"QueueName": resource.name, "Attributes": _texts(attributes)}


def _topic(resource: Resource) -> Iterator[Request]:
    attributes = resource.some("ContentBasedDeduplication", "DisplayName", "FifoTopic")
    yield "sns", "create_topic", {"Name": resource.name, "Attributes": _texts(attributes)}
    arn = f"arn:aws:sns:{resource.region}:{resource.account}:{resource.name}"
    for each in resource.properties.get("Subscription") or []:
        yield "sns", "subscribe", {"TopicArn": arn, **each}


def _subscription(resource: Resource) -> Iterator[Request]:
    members = resource.some("TopicArn", "Protocol", "Endpoint")
    attributes = _texts(resource.some("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery"))
    yield "sns", "subscribe", {**members, "Attributes": attributes}


def _bucket(resource: Resource) -> Iterator[Request]:
    request: dict[str, Any] = {"Bucket": resource.name}
    if resource.region != "us-east-1":
        request["CreateBucketConfiguration"] = {"LocationConstraint": resource.region}
    yield "s3", "create_bucket", request
    versions = resource.some("VersioningConfiguration")
    if versions:
        yield "s3", "put_bucket_versioning", {"Bucket": resource.name, **versions}


def _rule(resource: Resource) -> Iterator[Request]:
    """A rule with a pattern. One with a schedule is kept too, and nothing ever fires it."""
    bus = resource.some("EventBusName")
    members = {**resource.some("Description", "ScheduleExpression", "State"), **bus}
    pattern = resource.properties.get("EventPattern")
    if pattern is not None:
        members["EventPattern"] = pattern if isinstance(pattern, str) else dumps(pattern)
    yield "events", "put_rule", {"Name": resource.name, **members}
    targets = resource.properties.get("Targets")
    if targets:
        yield "events", "put_targets", {"Rule": resource.name, "Targets": targets, **bus}


def _secret(resource: Resource) -> Iterator[Request]:
    text = resource.properties.get("SecretString")
    made = resource.properties.get("GenerateSecretString")
    if text is None and isinstance(made, dict):
        text = _generated(resource.logical_id, made)
    request = {"Name": resource.name, **resource.some("Description", "Tags")}
    yield "secretsmanager", "create_secret", {**request, "SecretString": "{}" if text is None else text}


def _generated(logical_id: str, how: Mapping[str, Any]) -> str:
    """A secret as if AWS had drawn it; the same every time."""
    drawn = uuid.uuid5(uuid.NAMESPACE_URL, f"secret {logical_id}").hex
    key = how.get("GenerateStringKey")
    if key is None:
        return drawn
    template = str(how.get("SecretStringTemplate") or "{}").rstrip().removesuffix("}")
    comma = "" if template.strip() == "{" else ", "
    return f"{template}{comma}{dumps(str(key))}: {dumps(drawn)}}}"


def _named(service: str, operation: str, name: str, *properties: str, **always: Any) -> Maker:
    def made(resource: Resource) -> Iterator[Request]:
        yield service, operation, {name: resource.name, **always, **resource.some(*properties)}

    return made


MADE: Mapping[str, Maker] = {
    "AWS::DynamoDB::GlobalTable": _table,
    "AWS::DynamoDB::Table": _table,
    "AWS::Events::Connection": _named(
        "events", "create_connection", "Name", "AuthorizationType", "AuthParameters", "Description"
    ),
    "AWS::Events::EventBus": _named("events", "create_event_bus", "Name"),
    RULE: _rule,
    "AWS::Kinesis::Stream": _named("kinesis", "create_stream", "StreamName", "ShardCount"),
    "AWS::Logs::LogGroup": _named("logs", "create_log_group", "logGroupName"),
    "AWS::S3::Bucket": _bucket,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::Topic": _topic,
    "AWS::SQS::Queue": _queue,
    "AWS::SSM::Parameter": _named(
        "ssm", "put_parameter", "Name", "Type", "Value", "Description", Overwrite=True
    ),
    "AWS::SecretsManager::Secret": _secret,
    "AWS::Serverless::SimpleTable": _simple_table,
}
"""The types that are made, and what makes them."""

IMPLIED = (
    "AWS::IAM::",
    "AWS::CDK::",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Layer",
    "AWS::Serverless::Layer",
)
"""Types that nobody looks for here, by how they begin."""


# ------------------------------------------------------------------ how members are written


def _texts(attributes: Mapping[str, Any]) -> dict[str, str]:
    """Attributes as texts, as SQS and SNS have them."""
    return {name: value if isinstance(value, str) else dumps(value) for name, value in attributes.items()}


def _fitting(service: str, operation: str, members: dict[str, Any]) -> dict[str, Any]:
    """Members as the service's model has them: CloudFormation also takes numbers and booleans as texts."""
    from emulator.models import operation_name, service_model

    model = service_model(service)
    name = operation_name(model, operation.replace("_", ""))
    shape = None if name is None else model.operation_model(name).input_shape
    fitted: dict[str, Any] = _fitted(members, shape)
    return fitted


def _fitted(value: Any, shape: Any) -> Any:
    kind = None if shape is None else shape.type_name
    if isinstance(value, dict):
        if kind == "map":
            return {str(key): _fitted(each, shape.value) for key, each in value.items()}
        known = getattr(shape, "members", {})
        return {key: _fitted(each, known[key]) for key, each in value.items() if key in known}
    if isinstance(value, list):
        return [_fitted(each, getattr(shape, "member", None)) for each in value]
    if kind in ("integer", "long") and isinstance(value, str) and value.isdigit():
        return int(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    if kind == "string" and not isinstance(value, str):
        return dumps(value)
    return value
