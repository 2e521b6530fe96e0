"""What the called services answer, by botocore's models of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

from botocore.loaders import Loader
from botocore.model import ServiceModel

from asl.elements.integrations import boto3_name
from asl.elements.resource import Resource

Shape: TypeAlias = Any
"""One of botocore's shapes, which have no types of their own."""

_UNCHECKED = frozenset({"apigateway:invoke", "eks:call", "eks:runJob", "http:invoke"})
"""Integrations whose answers follow no model of a service (developer guide, "Testing with TestState")."""

POLLS = {
    "athena:startQueryExecution": "GetQueryExecution",
    "batch:submitJob": "DescribeJobs",
    "bedrock:createModelCustomizationJob": "GetModelCustomizationJob",
    "codebuild:retryBuildBatch": "BatchGetBuildBatches",
    "codebuild:startBuild": "BatchGetBuilds",
    "codebuild:startBuildBatch": "BatchGetBuildBatches",
    "databrew:startJobRun": "DescribeJobRun",
    "ecs:runTask": "DescribeTasks",
    "eks:createCluster": "DescribeCluster",
    "eks:createFargateProfile": "DescribeFargateProfile",
    "eks:createNodegroup": "DescribeNodegroup",
    "eks:deleteCluster": "DescribeCluster",
    "eks:deleteFargateProfile": "DescribeFargateProfile",
    "eks:deleteNodegroup": "DescribeNodegroup",
    "elasticmapreduce:addStep": "DescribeStep",
    "elasticmapreduce:createCluster": "DescribeCluster",
    "elasticmapreduce:terminateCluster": "DescribeCluster",
    "emr-containers:deleteVirtualCluster": "DescribeVirtualCluster",
    "emr-containers:startJobRun": "DescribeJobRun",
    "emr-serverless:cancelJobRun": "GetJobRun",
    "emr-serverless:createApplication": "GetApplication",
    "emr-serverless:deleteApplication": "GetApplication",
    "emr-serverless:startApplication": "GetApplication",
    "emr-serverless:startJobRun": "GetJobRun",
    "emr-serverless:stopApplication": "GetApplication",
    "glue:startJobRun": "GetJobRun",
    "mediaconvert:createJob": "GetJob",
    "sagemaker:createHyperParameterTuningJob": "DescribeHyperParameterTuningJob",
    "sagemaker:createLabelingJob": "DescribeLabelingJob",
    "sagemaker:createProcessingJob": "DescribeProcessingJob",
    "sagemaker:createTrainingJob": "DescribeTrainingJob",
    "sagemaker:createTransformJob": "DescribeTransformJob",
    "states:startExecution": "DescribeExecution",
}
"""The call that a ``.sync`` task is polled by, whose answer is its result.

Recorded for startExecution; elsewhere it is the service's call that describes what was begun.
"""

_ELSEWHERE = {"bedrock:invokeModel": "bedrockruntime"}
"""Actions of a service that boto3 has in another one."""

_PARSED = {
    "lambda:invoke": frozenset({"Payload"}),
    "states:startExecution.sync:2": frozenset({"Input", "Output"}),
    "bedrock:invokeModel": frozenset({"Body"}),
}
"""Members that the integration gives as JSON where the service has text."""


def answer_of(resource: Resource) -> Shape | None:
    """The shape of a task's result, or None where no model tells.

    A task that waits for its token has any result that somebody sends; it is not checked (inferred).
    """
    if resource.family != "task" or resource.pattern == "token":
        return None
    action = resource.action.partition(".")[0]
    called = f"{resource.service}:{action}"
    if called in _UNCHECKED:
        return None
    operation = POLLS.get(called) if resource.pattern == "sync" else action
    model = _model(_ELSEWHERE.get(called) or boto3_name(resource.service))
    if model is None or operation is None:
        return None
    name = _operations(model).get(operation.lower())
    return None if name is None else model.operation_model(name).output_shape


def parsed_members(resource: Resource) -> frozenset[str]:
    """The members of a task's result that may be any JSON."""
    return _PARSED.get(f"{resource.service}:{resource.action}", frozenset())


@lru_cache(maxsize=16)
def _model(plain: str) -> ServiceModel | None:
    """Botocore's model of the service of a name without hyphens, or None where it has none."""
    loader = Loader()
    names = {each.replace("-", ""): each for each in loader.list_available_services("service-2")}
    name = names.get(plain)
    return None if name is None else ServiceModel(loader.load_service_model(name, "service-2"), name)


@lru_cache(maxsize=16)
def _operations(model: ServiceModel) -> dict[str, str]:
    """A service's operations by their names in lower case: ARNs spell some of them in another way."""
    return {name.lower(): name for name in model.operation_names}
