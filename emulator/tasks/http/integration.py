"""HTTP Tasks: ``states:::http:invoke`` (developer guide, "Call HTTPS APIs in Step Functions workflows")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from asl.errors import RUNTIME
from asl.handlers import Answer
from asl.jsontypes import JSON, dumps
from emulator.tasks.call import Call
from emulator.tasks.http import connection, encoding
from emulator.tasks.http.connection import Additions, ConnectionFault
from emulator.tasks.http.exchange import (
    METHODS,
    SECONDS,
    Incoming,
    Outgoing,
    Refused,
    SocketTrouble,
    content,
    is_sendable,
    refusal,
    send,
)

STATUS = "States.Http.StatusCode."
SOCKET = "States.Http.Socket"
MOST = 262_144
"""Bytes that a server is asked for at most."""
CONTENT_TYPE = "application/json; charset=UTF-8"
_FORBIDDEN = re.compile(
    r"a-im|accept-(charset|datetime|encoding)|authorization|cache-control|connection"
    r"|content-(encoding|md5)|date|expect|forwarded|from|host|http2-settings"
    r"|if-(match|modified-since|none-match|range|unmodified-since)|max-forwards|origin|pragma"
    r"|proxy-authorization|referer|server|te|trailer|transfer-encoding|upgrade|via|warning"
    r"|x-(forwarded|amz|amzn)-.*",
    re.IGNORECASE,
)
_BINARY = re.compile(r"application/octet-stream|(image|video|audio)/.*")


def run(call: Call) -> Answer:
    """Runs ``http:invoke``."""
    try:
        added = connection.additions(call, _connection_arn(call.parameters))
        incoming = _sent(call, added)
        if incoming.status in (401, 407) and added.renew is not None:
            # A token may be taken back before it expires; a connection then gets another one (guide).
            connection.forget(added.renew)
            again = connection.additions(call, _connection_arn(call.parameters))
            incoming = _sent(call, again)
        return _answered(call, incoming)
    except Refused as error:
        return call.failed(RUNTIME, str(error))
    except ConnectionFault as error:
        return call.failed(error.error, error.cause)
    except SocketTrouble as error:
        return call.failed(SOCKET, str(error))


def _connection_arn(parameters: Mapping[str, JSON]) -> str:
    for member in ("Authentication", "InvocationConfig"):
        given = parameters.get(member)
        if isinstance(given, dict) and isinstance(given.get("ConnectionArn"), str):
            return str(given["ConnectionArn"])
    raise Refused("Authentication.ConnectionArn has to name an EventBridge connection.")


def _sent(call: Call, added: Additions) -> Incoming:
    deadline = call.task.deadline
    left = SECONDS if deadline is None else max(0.001, (deadline - call.now) / 1000)
    return send(request(call.parameters, added, call.place.region), min(SECONDS, left))


def _answered(call: Call, incoming: Incoming) -> Answer:
    """What becomes of a response. Error texts of AWS are not recorded; the cause is the body (by analogy)."""
    if not incoming.succeeded:
        body = incoming.body.decode("utf-8", "replace")
        return call.failed(f"{STATUS}{incoming.status}", body or incoming.reason)
    if _BINARY.fullmatch(incoming.content_type):
        return call.failed(RUNTIME, f"The content type '{incoming.content_type}' is not supported.")
    try:
        return call.succeeded(result(incoming))
    except UnicodeDecodeError:
        return call.failed(RUNTIME, "The body of the response cannot be read as text.")


def result(incoming: Incoming) -> JSON:
    """A task's result.

    Raises:
        UnicodeDecodeError: The body is no text.
    """
    return {
        "Headers": {name: list(values) for name, values in incoming.headers.items()},
        "ResponseBody": content(incoming),
        "StatusCode": incoming.status,
        "StatusText": incoming.reason,
    }


# ------------------------------------------------------------------ the request


def request(parameters: Mapping[str, JSON], added: Additions, region: str) -> Outgoing:
    """The request that a task's parameters and its connection make; the connection wins.

    Raises:
        Refused: They make none.
    """
    url, method = parameters.get("ApiEndpoint"), parameters.get("Method")
    if not isinstance(url, str) or not isinstance(method, str) or method not in METHODS:
        raise Refused(f"ApiEndpoint has to be a URL, and Method one of {', '.join(sorted(METHODS))}.")
    problem = refusal(url)
    if problem is not None:
        raise Refused(f"ApiEndpoint {problem}.")
    body = _body(parameters, added.body)
    query = {**_object(parameters, "QueryParameters"), **added.query}
    headers = {
        "User-Agent": f"Amazon|StepFunctions|HttpInvoke|{region}",
        "Range": f"bytes=0-{MOST}",
        **({} if body is None else {"Content-Type": CONTENT_TYPE}),
    }
    for more in (_headers(parameters), added.headers):
        _put(headers, more)
    return Outgoing(method, encoding.with_query(url, query), headers, body)


def _headers(parameters: Mapping[str, JSON]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in _object(parameters, "Headers").items():
        if _FORBIDDEN.fullmatch(name):
            raise Refused(f"The header '{name}' is not allowed in an HTTP Task.")
        text = ", ".join(map(encoding.text, value)) if isinstance(value, list) else encoding.text(value)
        if not is_sendable(name, text):
            raise Refused(f"The header '{name}' cannot be sent.")
        headers[name] = text
    return headers


def _put(headers: dict[str, str], more: Mapping[str, str]) -> None:
    """Puts headers over others, whose names are the same in any case of letters."""
    lower = {name.lower() for name in more}
    for name in [each for each in headers if each.lower() in lower]:
        del headers[name]
    headers.update(more)


def _body(parameters: Mapping[str, JSON], added: Mapping[str, str]) -> bytes | None:
    body = parameters.get("RequestBody")
    if added:
        if body is not None and not isinstance(body, dict):
            raise Refused("RequestBody has to be an object, because the connection adds members to it.")
        body = {**(body or {}), **added}
    if body is None:
        return None
    transform = _object(parameters, "Transform")
    coding = transform.get("RequestBodyEncoding", "NONE")
    if coding == "NONE":
        return (body if isinstance(body, str) else dumps(body)).encode()
    if coding != "URL_ENCODED":
        raise Refused("Transform.RequestBodyEncoding has to be NONE or URL_ENCODED.")
    arrays = _object(transform, "RequestEncodingOptions").get("ArrayFormat", "INDICES")
    if arrays not in encoding.ARRAY_FORMATS or not isinstance(body, dict):
        raise Refused(
            "A form is made of a RequestBody that is an object, "
            f"with an ArrayFormat of {', '.join(encoding.ARRAY_FORMATS)}."
        )
    return encoding.form(body, str(arrays)).encode()


def _object(parameters: Mapping[str, Any], member: str) -> dict[str, JSON]:
    value = parameters.get(member)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(f"{member} has to be an object.")
    return value
