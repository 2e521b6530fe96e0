"""What the called services answer, by botocore's models of them, and what is no such answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from asl.elements.integrations import SDK_PREFIX
from asl.elements.resource import Resource
from asl.jsontypes import JSON, type_name
from emulator.models import operation_name, service_model, service_name
from emulator.sdk_names import FIRST, SECOND, Dialect

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
    service = service_name(resource.service, action)
    if service is None or operation is None:
        return None
    model = service_model(service)
    name = operation_name(model, operation)
    return None if name is None else model.operation_model(name).output_shape


def parsed_members(resource: Resource) -> frozenset[str]:
    """The members of a task's result that may be any JSON."""
    return _PARSED.get(f"{resource.service}:{resource.action}", frozenset())


def complaints(result: JSON, resource: Resource, *, strict: bool) -> Iterator[str]:
    """What is wrong with a task's result by the model of the service that it calls. Texts recorded.

    Its members go by the names that a result has at run time: ``DbInstances`` of ``aws-sdk:rds``.

    Args:
        result: The result.
        resource: What the task calls.
        strict: Whether the members that the model requires have to be there.
    """
    shape = answer_of(resource)
    if shape is None:
        return
    if not isinstance(result, dict):
        yield "Mocked result must be a JSON object."
        return
    members = {name: each for name, each in result.items() if name not in parsed_members(resource)}
    dialect = SECOND if resource.service.startswith(SDK_PREFIX) else FIRST
    for wrong in _Held(dialect, strict).members(shape, members, result):
        yield f"Mock result schema validation error: {wrong}"


# ------------------------------------------------------------------ held to botocore's shapes


class _Held(msgspec.Struct, frozen=True):
    """How a result is held to shapes.

    Attributes:
        dialect: How its members are written.
        strict: Whether those that the model requires must be there.
    """

    dialect: Dialect
    strict: bool

    def members(self, shape: Shape, value: dict[str, JSON], present: Mapping[str, JSON]) -> Iterator[str]:
        """What is wrong with the members of an object; those that the model does not know pass (recorded).

        Args:
            shape: The structure's shape.
            value: The members to look into.
            present: All that are there.
        """
        written = {name: self.dialect.member(shape, name) for name in shape.members}
        for name in shape.required_members if self.strict else ():
            if written[name] not in present:
                yield f"Required field '{written[name]}' is missing"
        for name, member in shape.members.items():
            if written[name] in value:
                yield from self._wrong(member, value[written[name]], written[name])

    def _wrong(self, shape: Shape, value: JSON, name: str) -> Iterator[str]:
        """What is wrong with one value; elements of a list go by the name of the list's field."""
        expected = _KINDS[shape.type_name]
        if getattr(shape, "is_document_type", False):
            return
        if type_name(value) != expected.split()[1]:
            yield f"Field '{name}' must be {expected}"
        elif isinstance(value, dict) and shape.type_name == "structure":
            yield from self.members(shape, value, value)
        elif isinstance(value, dict):
            for each in value.values():
                yield from self._wrong(shape.value, each, name)
        else:
            yield from _bounds(shape, value, name)
            for each in value if isinstance(value, list) else ():
                yield from self._wrong(shape.member, each, name)


_KINDS = {
    "blob": "a string",
    "boolean": "a boolean",
    "double": "a number",
    "float": "a number",
    "integer": "a number",
    "list": "an array",
    "long": "a number",
    "map": "an object",
    "string": "a string",
    "structure": "an object",
    "timestamp": "a string",
}
"""What a value of each of botocore's types is in JSON; recorded for strings, numbers, arrays and times."""


def _bounds(shape: Shape, value: Any, name: str) -> Iterator[str]:
    """What bounds a value passes. Texts recorded, but that of the greatest length. Patterns are not held."""
    limits = shape.metadata
    if "enum" in limits and value not in limits["enum"]:
        yield f"Field '{name}' is not an expected value"
    if type_name(value) in ("string", "array"):
        if len(value) < limits.get("min", 0):
            yield f"Field '{name}' is smaller than the minimum length"
        if len(value) > limits.get("max", len(value)):
            yield f"Field '{name}' exceeds the maximum length"
    elif type_name(value) == "number":
        if value < limits.get("min", value):
            yield f"Field '{name}' is less than the minimum value"
        if value > limits.get("max", value):
            yield f"Field '{name}' exceeds the maximum value"
