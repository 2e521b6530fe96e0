"""What goes wrong with a call of a service, in the words of the AWS SDK that an integration stands on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from botocore import exceptions
from botocore.model import ServiceModel

from asl.errors import TASK_FAILED
from emulator import arns, constraints, sdk_names
from emulator.errors import InvalidArn
from emulator.tasks.call import Call


class Manner(msgspec.Struct, frozen=True):
    """How an integration calls a service, and names its errors.

    Attributes:
        service: What boto3 calls the service.
        prefix: What its errors begin with: ``DynamoDb``.
        label: What causes call the service: ``AmazonDynamoDBv2``.
        fault: The error of what the service's model does not have: ``AmazonDynamoDBException``.
        first: Whether it stands on the first AWS SDK for Java; else on the second.
    """

    service: str
    prefix: str
    label: str
    fault: str
    first: bool


class Fault(Exception):
    """A call that failed.

    Attributes:
        error: The task's error.
        cause: Its cause.
        code: What the service calls it; empty if it did not answer.
        passing: Whether asking again may help: throttling, the service's own faults, silence.
    """

    def __init__(self, error: str, cause: str, code: str = "", *, passing: bool = False) -> None:
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause
        self.code = code
        self.passing = passing


class Detail(msgspec.Struct, frozen=True):
    """What a service's error says beside its name.

    Attributes:
        code: The error's name on the wire.
        message: Its text.
        status: The HTTP status.
        request: The request's id.
        extended: S3's second id of the request.
        attempts: How often it was asked.
    """

    code: str
    message: str
    status: int = 400
    request: str = ""
    extended: str = ""
    attempts: int = 1


def answered(manner: Manner, model: ServiceModel, told: Mapping[str, Any]) -> Fault:
    """The failure of a call that the service answered with an error, as botocore tells it."""
    metadata, said = told.get("ResponseMetadata", {}), told.get("Error", {})
    detail = Detail(
        code=str(said.get("Code", "")),
        message=str(said.get("Message") or told.get("message") or "null"),
        status=metadata.get("HTTPStatusCode", 400),
        request=metadata.get("RequestId", ""),
        extended=metadata.get("HostId", ""),
        attempts=metadata.get("RetryAttempts", 0) + 1,
    )
    return fault(manner, detail, modelled(model, detail.code, said.get("QueryErrorCode")))


def fault(manner: Manner, detail: Detail, shape: str | None) -> Fault:
    """The failure that an error of a service makes.

    Args:
        manner: How it was called.
        detail: What the error says.
        shape: What the service's model calls it; None if it does not have it.
    """
    named = sdk_names.exception_of_first if manner.first else sdk_names.exception
    name = manner.fault if shape is None else named(shape)
    passing = detail.status >= 500 or detail.code in _THROTTLED
    return Fault(f"{manner.prefix}.{name}", _cause(manner, detail), detail.code, passing=passing)


def invalid(manner: Manner, model: ServiceModel, faults: list[str], *, query: bool, request: str) -> Fault:
    """The failure of a request that the service would refuse, as those of AWS say it (recorded).

    Args:
        manner: How the service is called.
        model: Its model.
        faults: What is wrong, at least one thing.
        query: Whether it has the words of AWS's query protocol.
        request: The request's id.
    """
    missing = _ABSENT.match(faults[0]) if query else None
    if missing is not None:
        name = sdk_names.capitalised(missing[1].rpartition(".")[2])
        detail = Detail(
            "MissingParameter", f"The request must contain the parameter {name}.", request=request
        )
    else:
        detail = Detail("ValidationException", constraints.detected(faults), request=request)
    return fault(manner, detail, modelled(model, detail.code))


def unanswered(manner: Manner, error: Exception) -> Fault:
    """The failure of a call that got no answer, or none that can be read. The first text is recorded."""
    passing = isinstance(error, exceptions.HTTPClientError | exceptions.ConnectionError | OSError)
    if passing:
        text = f"Unable to execute HTTP request: {_silence(error)}"
    elif isinstance(error, exceptions.BotoCoreError):
        text = " ".join(str(error).split())
    else:
        text = f"Unable to unmarshall response ({' '.join(str(error).split())})."
    count = "" if manner.first else " (SDK Attempt Count: 1)"
    return Fault(f"{manner.prefix}.SdkClientException", text + count, passing=passing)


def unassumable(call: Call) -> Fault | None:
    """The failure of a task whose Credentials name no role (text recorded); None if it may go on.

    Whether there is such a role and whom it trusts is not asked.
    """
    role = call.task.role_arn
    if role is None:
        return None
    try:
        arns.checked_role(role)
    except InvalidArn:
        own = call.place.role_arn
        return Fault(
            TASK_FAILED, f"The role {own} is not authorized to assume the task state's role, {role}."
        )
    return None


# ------------------------------------------------------------------ how it is said


def _cause(manner: Manner, detail: Detail) -> str:
    if manner.first:
        return (
            f"{detail.message} (Service: {manner.label}; Status Code: {detail.status}; "
            f"Error Code: {detail.code}; Request ID: {detail.request}; Proxy: null)"
        )
    extended = f", Extended Request ID: {detail.extended}" if detail.extended else ""
    return (
        f"{detail.message} (Service: {manner.label}, Status Code: {detail.status}, "
        f"Request ID: {detail.request}{extended}) (SDK Attempt Count: {detail.attempts})"
    )


def modelled(model: ServiceModel, *codes: str | None) -> str | None:
    """What a model calls an error, by any of the codes that it goes by on the wire."""
    for code in codes:
        shape = model.shape_for_error_code(code) if code else None
        if shape is not None:
            return str(shape.name)
    return None


def _silence(error: Exception) -> str:
    told = getattr(error, "kwargs", {})
    url = urlsplit(str(told.get("endpoint_url", "")))
    if isinstance(error, exceptions.ReadTimeoutError):
        return "Read timed out"
    if isinstance(error, exceptions.ConnectTimeoutError):
        return f"Connect to {url.netloc} failed: connect timed out"
    reason = _REASON.search(str(told.get("error", "")))
    if isinstance(error, exceptions.EndpointConnectionError) and reason is not None:
        if "resolve" in str(told["error"]):
            return f"{url.hostname}: {reason[1]}"
        return f"Connect to {url.netloc} failed: {reason[1]}"
    return " ".join(str(error).split())


_REASON = re.compile(r"\[Errno -?\d+\] ([^)]*)")
_ABSENT = re.compile(r"Value null at '([^']*)'")
_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"}
)
