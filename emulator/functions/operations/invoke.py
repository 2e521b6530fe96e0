"""Invoke: a function is called."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from asl.jsontypes import InvalidJSON, loads
from emulator.functions.caller import Caller
from emulator.functions.errors import InvalidRequestContentException, RequestTooLargeException

if TYPE_CHECKING:
    from emulator.functions.service import Functions

MAX_EVENT = {"RequestResponse": 6_291_456, "Event": 1_048_576, "DryRun": 6_291_456}
"""Limit: bytes of an event, by InvocationType."""


def invoke(functions: Functions, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """Invoke: waits for the result, does not wait (Event), or only looks whether it could (DryRun)."""
    kind = members.get("InvocationType", "RequestResponse")
    payload = _event(members.get("Payload", b""), kind)
    context = _context(members.get("ClientContext"))
    name, qualifier = members["FunctionName"], members.get("Qualifier")
    place = caller.named(name, qualifier)
    number, _ = functions.shelf.version(place)
    if kind == "DryRun":
        return {"StatusCode": 204, "ExecutedVersion": number}
    if kind == "Event":
        functions.later(place, payload, caller.request_id, context)
        return {"StatusCode": 202}
    tail = members.get("LogType") == "Tail"
    done = functions.run(place, payload, request_id=caller.request_id, client_context=context, tail=tail)
    return {
        "StatusCode": 200,
        "FunctionError": done.error,
        "LogResult": base64.b64encode(done.log).decode() if tail else None,
        "Payload": done.payload,
        "ExecutedVersion": done.version,
    }


def _event(payload: bytes, kind: str) -> bytes:
    """The event that a request's body is; one without a body is an empty object.

    Raises:
        InvalidRequestContentException: It is no JSON.
        RequestTooLargeException: It is too large.
    """
    limit = MAX_EVENT[kind]
    if len(payload) > limit:
        raise RequestTooLargeException(
            f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
        )
    if not payload:
        return b"{}"
    try:
        loads(payload)
    except InvalidJSON as error:
        raise InvalidRequestContentException(f"Could not parse request body into json: {error}") from None
    return payload


def _context(text: str | None) -> Any:
    """A ClientContext, which is JSON in Base64.

    Raises:
        InvalidRequestContentException: It is not.
    """
    if not text:
        return None
    try:
        return loads(base64.b64decode(text, validate=True))
    except (InvalidJSON, binascii.Error, ValueError):
        raise InvalidRequestContentException(
            "Client context must be a valid Base64-encoded JSON object."
        ) from None
