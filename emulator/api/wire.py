"""AWS JSON 1.0: a request's headers and body to an operation and its members, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from asl.jsontypes import InvalidJSON, encode, loads
from emulator.api.caller import caller
from emulator.api.model import checked
from emulator.api.table import OPERATIONS
from emulator.errors import (
    ApiError,
    InternalFailure,
    SerializationException,
    UnknownOperationException,
)
from emulator.log import log
from emulator.transport import Response

if TYPE_CHECKING:
    from emulator.app import Emulator

TARGET = "AWSStepFunctions"
MAX_BODY = 8 * 1_048_576
"""The largest valid request holds a definition of 1 MiB, every character of it escaped."""


async def answer(emulator: Emulator, headers: Mapping[str, str], body: bytes) -> Response:
    """The answer to a request; ``headers`` by their names in lower case. It never raises.

    Args:
        emulator: What is asked.
        headers: The request's headers, names in lower case.
        body: Its body.
    """
    request_id = emulator.ids.uuid()
    operation = "?"
    try:
        operation = operation_of(headers)
        members = checked(operation, _members(body))
        result = await OPERATIONS[operation](emulator, caller(headers, emulator.settings), members)
        return _response(200, result, request_id)
    except ApiError as error:
        return refusal(error, request_id)
    except Exception:  # ours: never disguised as the caller's
        log.exception("%s failed", operation, extra={"operation": operation, "request_id": request_id})
        text = "The emulator failed; its log has the traceback. Please report it."
        return refusal(InternalFailure(text), request_id)


def operation_of(headers: Mapping[str, str]) -> str:
    """The operation that a request names.

    Raises:
        UnknownOperationException: It names none of Step Functions.
    """
    service, _, operation = headers.get("x-amz-target", "").rpartition(".")
    if service != TARGET or operation not in OPERATIONS:
        raise UnknownOperationException()
    return operation


def _members(body: bytes) -> Any:
    try:
        return loads(body or b"{}")
    except InvalidJSON as error:
        raise SerializationException(str(error)) from None


def refusal(error: ApiError, request_id: str) -> Response:
    """An error as the wire has it."""
    members = {"__type": error.code, "message": error.message, **error.more}
    return _response(error.status, members, request_id, error.code)


def _response(status: int, members: dict[str, Any], request_id: str, error: str | None = None) -> Response:
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amzn-requestid": request_id,
    }
    if error is not None:
        headers["x-amzn-errortype"] = error
    return Response(status, headers, encode(members))
