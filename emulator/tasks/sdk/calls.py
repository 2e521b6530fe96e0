"""One call of an AWS service for a task, through botocore."""

from __future__ import annotations

from threading import Lock
from typing import Any

import msgspec
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import OperationModel, ServiceModel

from asl.entropy import draw, uuid4
from asl.errors import RUNTIME
from asl.jsontypes import JSON, dumps
from emulator.models import operation_name
from emulator.ports import Unreachable
from emulator.sdk_names import FIRST, SECOND
from emulator.tasks.call import Call
from emulator.tasks.sdk import faults as sdk_faults
from emulator.tasks.sdk import moto as sdk_moto
from emulator.tasks.sdk.faults import Fault, Manner
from emulator.tasks.sdk.scalars import Faults, Reader, Refused, Writer
from emulator.tasks.sdk.values import Values


class Operation(msgspec.Struct, frozen=True):
    """An operation of a service, with what its model says worked out.

    Attributes:
        name: As AWS calls it.
        method: As botocore's clients call it.
        write: What botocore is given for the parameters.
        read: The result of what botocore gave; None where the operation answers nothing.
        query: Whether the service speaks, or once spoke, AWS's query protocol: it complains in other words.
    """

    name: str
    method: str
    write: Writer
    read: Reader | None
    query: bool


class Answered(msgspec.Struct, frozen=True):
    """What a service answered.

    Attributes:
        result: Its result as Step Functions gives it.
        metadata: What botocore tells of the response.
    """

    result: dict[str, JSON]
    metadata: dict[str, Any]


_making = Lock()
_values: dict[tuple[str, bool], Values] = {}
_operations: dict[tuple[str, str, bool], Operation] = {}


def ask(call: Call, manner: Manner, action: str, parameters: dict[str, JSON]) -> Answered:
    """What a service answers.

    Args:
        call: The task that asks.
        manner: How its integration calls services.
        action: The operation; upper and lower case do not matter.
        parameters: As Step Functions writes them.

    Raises:
        Fault: The task has failed.
        Unreachable: Nothing answers for the service.
    """
    client = call.client(manner.service)
    operation = _operations.get((manner.service, action, manner.first))
    if operation is None:
        operation = _operation(client.meta.service_model, manner, action, call.task.resource)
    given = _written(call, manner, client.meta.service_model, operation, parameters)
    moto = call.backends.endpoint(manner.service) is None
    try:
        response = getattr(client, operation.method)(**given)
        if moto:
            sdk_moto.completed(manner.service, operation.name, response, given)
        result = operation.read(response) if operation.read else {}
    except ClientError as error:
        told = sdk_moto.corrected(manner.service, error.response, given) if moto else error.response
        raise sdk_faults.answered(manner, client.meta.service_model, told) from None
    except Unreachable:
        raise
    except Exception as error:  # botocore's parsers stumble in many ways over what is no answer
        raise sdk_faults.unanswered(manner, error) from None
    return Answered(result, response["ResponseMetadata"])


def request_id(call: Call) -> str:
    """The id of a request that no service has seen: the same in every run of the same execution."""
    return uuid4(draw(call.place.execution_arn.encode(), f"request {call.task.id}", 128))


def _operation(model: ServiceModel, manner: Manner, action: str, resource: str) -> Operation:
    name = operation_name(model, action)
    if name is None:
        raise Fault(RUNTIME, _NOT_RECOGNISED.format(resource))
    with _making:  # what a shape needs is half made while it is made
        values = _values.setdefault((manner.service, manner.first), Values(FIRST if manner.first else SECOND))
        made = _operations[manner.service, action, manner.first] = _made(model.operation_model(name), values)
    return made


_NOT_RECOGNISED = (
    "The resource provided {} is not recognized. The value is not a valid resource ARN, or the resource is "
    "not available in this region."
)
"""AWS says it when a state machine is made; here the actions of a service are looked up when it runs."""


def _made(model: OperationModel, values: Values) -> Operation:
    service = model.service_model
    return Operation(
        name=model.name,
        method=xform_name(model.name),
        write=values.writer(model.input_shape) if model.input_shape else values.nothing,
        read=values.reader(model.output_shape) if model.output_shape else None,
        query="awsQueryCompatible" in service.metadata or service.metadata["protocol"] in ("query", "ec2"),
    )


def _written(
    call: Call, manner: Manner, model: ServiceModel, operation: Operation, parameters: dict[str, JSON]
) -> dict[str, Any]:
    """What botocore is given.

    Raises:
        Fault: The parameters are no such request. The service itself would refuse some of them: then in
            its words, which botocore, which checks before it asks, has not.
    """
    faults: Faults = []
    try:
        given: dict[str, Any] = operation.write(parameters, "", faults)
    except Refused as error:
        shown = dumps(call.task.input)
        text = f"The Parameters '{shown}' could not be used to start the Task: [{error}]"
        raise Fault(RUNTIME, text) from None
    if faults:
        raise sdk_faults.invalid(manner, model, faults, query=operation.query, request=request_id(call))
    return given
