"""The optimised integrations that one call of a service makes: how each service is called."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from emulator.tasks.sdk.faults import Manner


class Service(msgspec.Struct, frozen=True):
    """An optimised integration of a service.

    Attributes:
        manner: How the service is called.
        headers: The headers of its responses in the order in which they are listed; None if results
            tell nothing of the response.
    """

    manner: Manner
    headers: tuple[str, ...] | None


_USUAL = ("connection", "Content-Length", "Content-Type", "Date", "x-amzn-RequestId")
_DYNAMODB = (
    "Connection", "Content-Length", "Content-Type", "Date", "Server", "x-amz-crc32", "x-amzn-RequestId",
)  # fmt: skip
"""Recorded for DynamoDB, SNS, SQS and Step Functions; assumed for the others."""


def _first(
    service: str, prefix: str, label: str, fault: str, headers: tuple[str, ...] | None = _USUAL
) -> Service:
    return Service(Manner(service, prefix, label, fault, first=True), headers)


def _second(service: str, prefix: str) -> Service:
    """One that came after the second SDK. Which those are, and what they are called, is inferred."""
    return Service(Manner(service, prefix, prefix, f"{prefix}Exception", first=False), None)


SERVICES: Mapping[str, Service] = {
    "athena": _first("athena", "Athena", "AmazonAthena", "AmazonAthenaException"),
    "batch": _first("batch", "Batch", "AWSBatch", "AWSBatchException"),
    "bedrock": _second("bedrock", "Bedrock"),
    "bedrock:invokeModel": _second("bedrock-runtime", "BedrockRuntime"),
    "bedrockagentcore": _second("bedrock-agentcore", "BedrockAgentCore"),
    "codebuild": _first("codebuild", "CodeBuild", "AWSCodeBuild", "AWSCodeBuildException"),
    "databrew": _first("databrew", "DataBrew", "AWSGlueDataBrew", "AWSGlueDataBrewException"),
    "dynamodb": _first("dynamodb", "DynamoDB", "AmazonDynamoDBv2", "AmazonDynamoDBException", _DYNAMODB),
    "ecs": _first("ecs", "ECS", "AmazonECS", "AmazonECSException"),
    "eks": _first("eks", "EKS", "AmazonEKS", "AmazonEKSException"),
    "elasticmapreduce": _first(
        "emr", "ElasticMapReduce", "AmazonElasticMapReduce", "AmazonElasticMapReduceException"
    ),
    "emr-containers": _first(
        "emr-containers", "EMRContainers", "AmazonEMRContainers", "AmazonEMRContainersException"
    ),
    "emr-serverless": _second("emr-serverless", "EmrServerless"),
    "events": _first("events", "EventBridge", "AmazonEventBridge", "AmazonEventBridgeException", None),
    "glue": _first("glue", "Glue", "AWSGlue", "AWSGlueException"),
    "mediaconvert": _second("mediaconvert", "MediaConvert"),
    "sagemaker": _first("sagemaker", "SageMaker", "AmazonSageMaker", "AmazonSageMakerException"),
    "sns": _first("sns", "SNS", "AmazonSNS", "AmazonSNSException"),
    "sqs": _first("sqs", "SQS", "AmazonSQS", "AmazonSQSException"),
    "states": _first("stepfunctions", "StepFunctions", "AWSStepFunctions", "AWSStepFunctionsException"),
}
"""By the integration's name, or where boto3 has two services for it by that of the action too.

Recorded for DynamoDB, EventBridge, SNS, SQS and Step Functions; the others are what the first SDK calls
their clients and exceptions.
"""
