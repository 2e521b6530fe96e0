"""Tasks that call Lambda functions: by the function's ARN, and by ``lambda:invoke``.

Both go through a botocore client, whether the functions run here or at an endpoint that was named: a
call in this process costs it about half a millisecond, and nothing is done in two ways.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from asl.handlers import Answer
from asl.jsontypes import JSON, InvalidJSON, dumps, loads
from emulator.errors import ApiError
from emulator.functions.names import Named, named
from emulator.log import log
from emulator.tasks.call import Call
from emulator.tasks.optimised.integration import with_metadata
from emulator.tasks.optimised.table import Service
from emulator.tasks.sdk import faults as sdk_faults
from emulator.tasks.sdk.calls import Answered, ask
from emulator.tasks.sdk.faults import Fault, Manner

_LAMBDA = Service(
    Manner("lambda", "Lambda", "AWSLambda", "AWSLambdaException", first=True),
    (
        "Connection",
        "Content-Length",
        "Content-Type",
        "Date",
        "X-Amz-Executed-Version",
        "x-amzn-Remapped-Content-Length",
        "x-amzn-RequestId",
        "X-Amzn-Trace-Id",
    ),
)
"""Errors and headers as recorded."""


def run(call: Call) -> Answer:
    """Runs a function by its ARN or by ``lambda:invoke``. Blocks until it has answered."""
    try:
        fault = sdk_faults.unassumable(call)
        if fault is not None:
            raise fault
        if _is_optimised(call):
            return call.succeeded(_wrapped(call, _invoked(call, call.parameters, anew=True)))
        parameters = {"FunctionName": call.task.resource, "Payload": _text(call.task.input)}
        return call.succeeded(_parsed(_payload(_invoked(call, parameters, anew=False))))
    except Fault as fault:
        if fault.code == "ResourceNotFoundException" and call.backends.endpoint("lambda") is None:
            log.warning(_HINT, extra={"execution": call.place.execution_arn, "state": call.task.state})
        return call.failed(fault.error, fault.cause)


_HINT = "a function is not there: give it with --handlers, or make it with Lambda's CreateFunction"


def _is_optimised(call: Call) -> bool:
    return not _FUNCTION.match(call.task.resource)


_FUNCTION = re.compile(r"arn:aws[a-z-]*:lambda:")


def _invoked(call: Call, parameters: dict[str, JSON], *, anew: bool) -> Answered:
    """What Lambda answers.

    Args:
        call: The task.
        parameters: Those of Invoke.
        anew: Whether a cause is written anew, as the optimised integration does (recorded).

    Raises:
        Fault: The function could not be called, or failed.
    """
    there, parameters = _placed(call, parameters)
    answered = ask(there, _LAMBDA.manner, "invoke", parameters)
    if "FunctionError" in answered.result:
        raise _failure(_payload(answered), anew=anew)
    return answered


def _placed(call: Call, parameters: dict[str, JSON]) -> tuple[Call, dict[str, JSON]]:
    """The call where the function is, by its plain name: not everything at an endpoint knows ARNs."""
    name, qualifier = parameters.get("FunctionName"), parameters.get("Qualifier")
    if not isinstance(name, str) or not isinstance(qualifier, str | None):
        return call, parameters
    try:
        place = named(name, call.account, call.place.region, qualifier)
    except ApiError:
        return call, parameters  # Lambda says what is wrong with it
    plain: dict[str, JSON] = {**parameters, "FunctionName": place.name}
    if place.qualifier is not None:
        plain["Qualifier"] = place.qualifier
    return _at(call, place), plain


def _at(call: Call, place: Named) -> Call:
    """The same call from the account and region of a function; one that assumed a role keeps its account."""
    if (place.account, place.region) == (call.account, call.place.region):
        return call
    there = msgspec.structs.replace(call.place, account=place.account, region=place.region)
    return Call(msgspec.structs.replace(call.task, role_arn=None), call.now, there, call.backends)


# ------------------------------------------------------------------ what is sent, and what comes


def _text(value: JSON) -> str:
    """A value as JSON text."""
    try:
        return dumps(value)
    except (TypeError, UnicodeError):  # half a surrogate pair
        return json.dumps(value)


def _payload(answered: Answered) -> str:
    return str(answered.result.get("Payload", ""))


def _parsed(text: str) -> JSON:
    """A payload as the value that it is the text of; what is no JSON stays text (recorded)."""
    try:
        return loads(text)
    except InvalidJSON:
        return text


def _wrapped(call: Call, answered: Answered) -> dict[str, JSON]:
    """What ``lambda:invoke`` gives: the payload in the service's response.

    Uncertain: of a call that did not wait (Event, DryRun) the payload is the empty text that was sent.
    """
    payload = _payload(answered)
    told = answered.metadata
    request = str(told.get("RequestId", ""))
    headers = {
        "content-length": str(len(payload.encode("utf-8", "surrogatepass"))),
        "content-type": "application/json",
        "x-amzn-remapped-content-length": "0",
        "x-amzn-trace-id": f"Root=1-00000000-{request.replace('-', '')[:24]};Sampled=0",
        **told.get("HTTPHeaders", {}),
    }
    result = {**answered.result, "Payload": _parsed(payload)}
    return with_metadata(call, _LAMBDA, Answered(result, {**told, "HTTPHeaders": headers}))


def _failure(payload: str, *, anew: bool) -> Fault:
    """The failure of a function, of what Lambda says of it.

    One without a type, as older runtimes tell timeouts, is ``Lambda.Unknown`` (text from memory).
    """
    told: Any = _parsed(payload)
    kind = told.get("errorType") if isinstance(told, dict) else None
    if not isinstance(kind, str) or not kind:
        text = "The cause could not be determined because Lambda did not return an error type."
        return Fault("Lambda.Unknown", f"{text} Returned payload: {payload}")
    return Fault(kind, dumps(told) if anew else payload)
