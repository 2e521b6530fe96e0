"""What Ref and Fn::GetAtt give for the common types of resources, as AWS documents it type by type.

Where AWS puts something random into a name or an id, the logical id stands for it here. The ARN of a secret
is the one without the six characters that AWS adds, which Secrets Manager takes too.
"""

from __future__ import annotations

import msgspec


class Kind(msgspec.Struct, frozen=True):
    """A type of resource.

    In the forms, ``{name}`` is the resource's name, ``{uuid}``, ``{hex}`` and ``{letters}`` are ids made
    from its logical id, and ``{Property}`` is a property of it, empty where it has none.

    Attributes:
        ref: The form of what Ref gives.
        attributes: The form of what Fn::GetAtt gives, by attribute.
        name: The property with the resource's name; empty where it has none.
        lower: Whether AWS writes a name of its own making in lower case.
    """

    ref: str
    attributes: dict[str, str]
    name: str = ""
    lower: bool = False


def _arn(service: str, rest: str) -> str:
    return f"arn:{{partition}}:{service}:{{region}}:{{account}}:{rest}"


_LAMBDA = _arn("lambda", "function:{name}")
_MACHINE = _arn("states", "stateMachine:{name}")
_TABLE = {"Arn": _arn("dynamodb", "table/{name}")}
_BUCKET = {
    "Arn": "arn:{partition}:s3:::{name}",
    "DomainName": "{name}.s3.amazonaws.com",
    "RegionalDomainName": "{name}.s3.{region}.amazonaws.com",
}
_IAM = "arn:{partition}:iam::{account}"


def _arn_is_ref(arn: str, name: str = "", **attributes: str) -> Kind:
    return Kind(arn, {"Arn": arn, **attributes}, name)


def _named(name: str, arn: str, **attributes: str) -> Kind:
    return Kind("{name}", {"Arn": arn, **attributes}, name)


KINDS: dict[str, Kind] = {
    "AWS::ApiGateway::RestApi": Kind("{letters}", {"RestApiId": "{letters}"}),
    "AWS::ApiGateway::Stage": Kind("{StageName}", {}),
    "AWS::ApiGatewayV2::Api": Kind(
        "{letters}",
        {"ApiId": "{letters}", "ApiEndpoint": "https://{letters}.execute-api.{region}.amazonaws.com"},
    ),
    "AWS::Athena::WorkGroup": Kind("{name}", {}, "Name"),
    "AWS::Batch::ComputeEnvironment": Kind(
        _arn("batch", "compute-environment/{name}"),
        {"ComputeEnvironmentArn": _arn("batch", "compute-environment/{name}")},
        "ComputeEnvironmentName",
    ),
    "AWS::Batch::JobDefinition": _arn_is_ref(_arn("batch", "job-definition/{name}:1"), "JobDefinitionName"),
    "AWS::Batch::JobQueue": Kind(
        _arn("batch", "job-queue/{name}"), {"JobQueueArn": _arn("batch", "job-queue/{name}")}, "JobQueueName"
    ),
    "AWS::CodeBuild::Project": _named("Name", _arn("codebuild", "project/{name}")),
    "AWS::DynamoDB::GlobalTable": Kind("{name}", _TABLE, "TableName"),
    "AWS::DynamoDB::Table": Kind("{name}", _TABLE, "TableName"),
    "AWS::EC2::SecurityGroup": Kind("sg-{hex}", {"GroupId": "sg-{hex}"}),
    "AWS::EC2::Subnet": Kind("subnet-{hex}", {"SubnetId": "subnet-{hex}"}),
    "AWS::EC2::VPC": Kind("vpc-{hex}", {"VpcId": "vpc-{hex}"}),
    "AWS::ECR::Repository": _named(
        "RepositoryName",
        _arn("ecr", "repository/{name}"),
        RepositoryUri="{account}.dkr.ecr.{region}.amazonaws.com/{name}",
    ),
    "AWS::ECS::Cluster": _named("ClusterName", _arn("ecs", "cluster/{name}")),
    "AWS::ECS::TaskDefinition": Kind(
        _arn("ecs", "task-definition/{name}:1"),
        {"TaskDefinitionArn": _arn("ecs", "task-definition/{name}:1")},
        "Family",
    ),
    "AWS::Events::Connection": _named("Name", _arn("events", "connection/{name}/{uuid}")),
    "AWS::Events::EventBus": _named("Name", _arn("events", "event-bus/{name}"), Name="{name}"),
    "AWS::Glue::Crawler": Kind("{name}", {}, "Name"),
    "AWS::Glue::Job": Kind("{name}", {}, "Name"),
    "AWS::IAM::ManagedPolicy": Kind(f"{_IAM}:policy{{path}}{{name}}", {}, "ManagedPolicyName"),
    "AWS::IAM::Role": _named("RoleName", f"{_IAM}:role{{path}}{{name}}"),
    "AWS::KMS::Alias": Kind("{AliasName}", {}),
    "AWS::KMS::Key": Kind("{uuid}", {"Arn": _arn("kms", "key/{uuid}"), "KeyId": "{uuid}"}),
    "AWS::Events::Rule": _named("Name", _arn("events", "rule/{name}")),
    "AWS::Kinesis::Stream": _named("Name", _arn("kinesis", "stream/{name}")),
    "AWS::KinesisFirehose::DeliveryStream": _named(
        "DeliveryStreamName", _arn("firehose", "deliverystream/{name}")
    ),
    "AWS::Lambda::Function": _named("FunctionName", _LAMBDA),
    "AWS::Lambda::LayerVersion": Kind(_arn("lambda", "layer:{name}:1"), {}, "LayerName"),
    "AWS::Logs::LogGroup": _named("LogGroupName", _arn("logs", "log-group:{name}:*")),
    "AWS::S3::Bucket": Kind("{name}", _BUCKET, "BucketName", lower=True),
    "AWS::SNS::Topic": Kind(
        _arn("sns", "{name}"), {"TopicArn": _arn("sns", "{name}"), "TopicName": "{name}"}, "TopicName"
    ),
    "AWS::SQS::Queue": Kind(
        "https://sqs.{region}.amazonaws.com/{account}/{name}",
        {
            "Arn": _arn("sqs", "{name}"),
            "QueueName": "{name}",
            "QueueUrl": "https://sqs.{region}.amazonaws.com/{account}/{name}",
        },
        "QueueName",
    ),
    "AWS::SSM::Parameter": Kind("{name}", {"Type": "{Type}", "Value": "{Value}"}, "Name"),
    "AWS::SecretsManager::Secret": Kind(
        _arn("secretsmanager", "secret:{name}"),
        {"Id": _arn("secretsmanager", "secret:{name}")},
        "Name",
    ),
    "AWS::Serverless::Function": _named("FunctionName", _LAMBDA),
    "AWS::Serverless::LayerVersion": Kind(_arn("lambda", "layer:{name}:1"), {}, "LayerName"),
    "AWS::Serverless::SimpleTable": Kind("{name}", _TABLE, "TableName"),
    "AWS::Serverless::StateMachine": _arn_is_ref(_MACHINE, "Name", Name="{name}"),
    "AWS::StepFunctions::Activity": _arn_is_ref(_arn("states", "activity:{name}"), "Name", Name="{name}"),
    "AWS::StepFunctions::StateMachine": _arn_is_ref(_MACHINE, "StateMachineName", Name="{name}"),
}
"""The types by name. A type that is not here has no Ref and no attribute that could be known."""
