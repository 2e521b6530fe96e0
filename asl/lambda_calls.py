"""A function as a task calls it: which one, with what event, and what Lambda makes of its result or error."""

from __future__ import annotations

import json
import re
import traceback
from types import FrameType
from typing import Any

from asl.jsontypes import JSON, InvalidJSON, loads
from asl.query.hash_order import java_hash_order
from asl.signals import RunTask

# ------------------------------------------------------------------ the call


def function_of(task: RunTask) -> str:
    """The name of the function that a task calls, without its account, version or alias."""
    if not is_invoke(task):
        return task.action
    parameters = task.input if isinstance(task.input, dict) else {}
    return _BEFORE_NAME.sub("", str(parameters.get("FunctionName", ""))).split(":")[0]


def event_of(task: RunTask) -> JSON:
    """The event that the function of a task gets.

    Raises:
        InvalidJSON: The request's body is no JSON.
    """
    if not is_invoke(task):
        return task.input
    payload = task.input.get("Payload") if isinstance(task.input, dict) else None
    if payload is None:
        return {}  # a request without a body, with null too (recorded)
    return loads(payload) if isinstance(payload, str) else payload  # a string is the body itself (recorded)


def is_invoke(task: RunTask) -> bool:
    """Whether it is the optimised Lambda integration, which wraps what the function gives."""
    return task.service == "lambda" and task.resource.startswith("arn:aws") and ":states:" in task.resource


_BEFORE_NAME = re.compile(r"^(?:.*:)?function:")
"""What stands before the function's name in an ARN, whole or partial."""


# ------------------------------------------------------------------ what comes of it


def response(result: Any) -> tuple[JSON, str]:
    """The payload that a handler's result becomes, and the JSON text that Lambda's runtime sends of it.

    Raises:
        RuntimeMarshalError: The result is not JSON, as Lambda reports it.
    """
    try:
        if isinstance(result, bytes):  # the response's body as it stands (recorded)
            text = result.decode()
            return _parsed(text), text
        text = _RESULT(result)
        return loads(text), text
    except (TypeError, ValueError, RecursionError) as error:
        raise RuntimeMarshalError(f"Unable to marshal response: {error}") from None


def _decimal(value: Any) -> JSON:
    """A Decimal as the number that it prints, as Lambda's runtime writes it; anything else is no JSON."""
    from decimal import Decimal

    if isinstance(value, Decimal):
        return loads(str(value))
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


_RESULT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_decimal).encode
"""What Lambda's runtime does with a result; made once, for json.dumps would make an encoder each time."""


def _parsed(text: str) -> JSON:
    try:
        return loads(text)
    except InvalidJSON:
        return text


class RuntimeMarshalError(Exception):
    """A handler's result that is not JSON."""

    __module__ = "Runtime"


RuntimeMarshalError.__name__ = "Runtime.MarshalError"


def cause_of(error: BaseException, request_id: str, caller: str) -> str:
    """The cause that Lambda reports of an exception, in its key order and with its separators.

    Args:
        error: What a handler raised.
        request_id: Of the call.
        caller: The file of the module that called the handler; no frame of it is told.
    """
    record = {
        "errorMessage": _message(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": _stack(error, caller),
    }
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace").decode()


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as worse:
        return f"<{type(worse).__name__} while the message was made>"


def _stack(error: BaseException, caller: str) -> list[str]:
    """The frames of the handler's own code, as Python prints them; those that led to it are left out."""
    began = error.__traceback__
    while began is not None and _leads_to_handler(began.tb_frame, caller):
        began = began.tb_next
    own = traceback.extract_tb(began)
    return [f'  File "{f.filename}", line {f.lineno}, in {f.name}\n    {f.line}\n' for f in own]


def _leads_to_handler(frame: FrameType, caller: str) -> bool:
    """Whether a frame is none of the handler's own: ours, an event loop's, or one that hides itself."""
    name = frame.f_code.co_filename
    folders = name.replace("\\", "/").split("/")[:-1]
    apart = name in (caller, __file__) or "asyncio" in folders or "concurrent" in folders
    return apart or "__tracebackhide__" in frame.f_locals


def invoke_result(payload: JSON, text: str, request_id: str) -> JSON:
    """What lambda:invoke gives: the payload in the service's response. Members and order as recorded."""
    length = str(len(text.encode()))
    headers = {
        "Connection": "keep-alive",
        "Content-Length": length,
        "Content-Type": "application/json",
        "Date": _DATE,
        "X-Amz-Executed-Version": "$LATEST",
        "x-amzn-Remapped-Content-Length": "0",
        "x-amzn-RequestId": request_id,
        "X-Amzn-Trace-Id": f"Root=1-00000000-{request_id.replace('-', '')[:24]};Sampled=0",
    }
    return {
        "ExecutedVersion": "$LATEST",
        "Payload": payload,
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [headers[name]] for name in java_hash_order(list(headers))},
            "HttpHeaders": headers,
            "HttpStatusCode": 200,
        },
        "SdkResponseMetadata": {"RequestId": request_id},
        "StatusCode": 200,
    }


_DATE = "Thu, 01 Jan 1970 00:00:00 GMT"
"""Lambda's response carries the date of the call; ours keeps runs of one tape equal."""
