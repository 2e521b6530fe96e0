"""``apigateway:invoke`` (developer guide, "Create API Gateway REST APIs with Step Functions")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from asl.errors import RUNTIME
from asl.handlers import Answer
from asl.jsontypes import JSON, dumps
from emulator.tasks.call import Call
from emulator.tasks.http import api_gateway_local as local
from emulator.tasks.http import encoding
from emulator.tasks.http.exchange import (
    METHODS,
    SECONDS,
    Incoming,
    Outgoing,
    Refused,
    SocketTrouble,
    content,
    is_loopback,
    is_sendable,
    refusal,
    send,
)

AUTHS = frozenset({"NO_AUTH", "IAM_ROLE", "RESOURCE_POLICY"})
ERROR = "ApiGateway."
NO_RESPONSE = "ApiGateway.SdkClientException"
"""The name where there is no status, after that of SQS; the guide says only that it is an exception's."""
_HOST = re.compile(r"([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")
_LOCAL = re.compile(r"/restapis/([a-z0-9]+)/?")
_FORBIDDEN = re.compile(
    r"authorization|connection|content-md5|expect|host|max-forwards|proxy-authenticate|server|te"
    r"|transfer-encoding|trailer|upgrade|via|www-authenticate",
    re.IGNORECASE,
)


def run(call: Call) -> Answer:
    """Runs ``apigateway:invoke``."""
    try:
        incoming = _invoked(call)
    except Refused as error:
        return call.failed(RUNTIME, str(error))
    except SocketTrouble as error:
        return call.failed(NO_RESPONSE, f"Unable to execute HTTP request: {error}")
    if not incoming.succeeded:
        cause = incoming.body.decode("utf-8", "replace")  # the body as it is (recorded)
        return call.failed(f"{ERROR}{incoming.status}", cause or incoming.reason)
    try:
        return call.succeeded(_result(incoming))
    except UnicodeDecodeError:
        return call.failed(RUNTIME, "The body of the response cannot be read as text.")


def _invoked(call: Call) -> Incoming:
    """Calls the API: that of an AWS host in the emulated API Gateway, where that has no endpoint of its own.

    Such a host is never called itself: what an emulator runs must not reach AWS unasked.
    """
    given = call.parameters.get("ApiEndpoint")
    if not isinstance(given, str) or not given:
        raise Refused("ApiEndpoint has to name an API.")
    try:
        parts = urlsplit(given if "://" in given else f"https://{given}")
        host = parts.hostname or ""
    except ValueError:
        raise Refused(f"ApiEndpoint '{given}' names no host.") from None
    request = _request(call.parameters)
    aws = _HOST.fullmatch(host)
    endpoint = call.backends.endpoint("apigateway")
    if aws is not None and endpoint is None:
        return local.invoke(call, aws[1], aws[2], *request)
    ours = _LOCAL.fullmatch(parts.path) if is_loopback(host) and endpoint is None else None
    if ours is not None and local.exists(call, ours[1], call.place.region):
        return local.invoke(call, ours[1], call.place.region, *request)
    if aws is not None and endpoint is not None:  # which the user trusts, whatever it speaks
        return _over_network(call, endpoint, host, *request)
    problem = refusal(parts.geturl())
    if problem is not None:
        raise Refused(f"ApiEndpoint {problem}.")
    return _over_network(call, parts.geturl(), None, *request)


def _over_network(call: Call, base: str, host: str | None, stage: str, request: Outgoing) -> Incoming:
    """Calls an API where it is said to be; an AWS host's name goes with it, so that the API can be told."""
    whole = base.rstrip("/") + (f"/{stage}" if stage else "") + request.url
    headers = {**request.headers, **({} if host is None else {"Host": host})}
    left = SECONDS if call.task.deadline is None else (call.task.deadline - call.now) / 1000
    return send(Outgoing(request.method, whole, headers, request.body), min(SECONDS, max(0.001, left)))


def _result(incoming: Incoming) -> JSON:
    """A task's result, its headers in AWS's order (recorded)."""
    return {
        "Headers": {name: list(incoming.headers[name]) for name in sorted(incoming.headers, key=str.lower)},
        "ResponseBody": content(incoming),
        "StatusCode": incoming.status,
        "StatusText": incoming.reason,
    }


# ------------------------------------------------------------------ the request


def _request(parameters: Mapping[str, JSON]) -> tuple[str, Outgoing]:
    """The stage, and the request with the path behind it as its URL.

    Raises:
        Refused: The parameters make none.
    """
    method = parameters.get("Method")
    if not isinstance(method, str) or method not in METHODS:
        raise Refused(f"Method has to be one of {', '.join(sorted(METHODS))}.")
    auth = parameters.get("AuthType", "NO_AUTH")
    if auth not in AUTHS:  # nothing is signed: who calls is not checked here
        raise Refused(f"AuthType has to be one of {', '.join(sorted(AUTHS))}.")
    stage, path = (_text(parameters, each).strip("/") for each in ("Stage", "Path"))
    url = encoding.with_query(
        "/" + quote(path, safe="/%:@!$&'()*+,;=~"), _lists(parameters, "QueryParameters")
    )
    body = _body(parameters)
    headers = {"Content-Type": "application/json"} if body is not None else {}
    for name, values in _lists(parameters, "Headers").items():
        text = ",".join(map(encoding.text, values))
        if _FORBIDDEN.fullmatch(name) or not is_sendable(name, text):
            raise Refused(f"The header '{name}' is not allowed in a call of API Gateway.")
        headers = {each: value for each, value in headers.items() if each.lower() != name.lower()}
        headers[name] = text
    return quote(stage, safe="$"), Outgoing(method, url, headers, body)


def _text(parameters: Mapping[str, JSON], member: str) -> str:
    value = parameters.get(member)
    if value is not None and not isinstance(value, str):
        raise Refused(f"{member} has to be a string.")
    return value or ""


def _lists(parameters: Mapping[str, JSON], member: str) -> dict[str, list[JSON]]:
    """A member that is an object of lists. The text is recorded, though not where it stands in a run."""
    value = parameters.get(member)
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(each, list) for each in value.values()):
        raise Refused(
            f"The Parameters '{dumps(dict(parameters))}' could not be used to start the Task: "
            f"[The value of the field '{member}' has an invalid format]"
        )
    return {name: each for name, each in value.items() if isinstance(each, list)}


def _body(parameters: Mapping[str, JSON]) -> bytes | None:
    """The body as JSON, a string too (recorded); nulls only if they are asked for (guide)."""
    body = parameters.get("RequestBody")
    if body is None:
        return None
    if parameters.get("AllowNullValues") is not True:
        body = _without_nulls(body)
    return dumps(body).encode()


def _without_nulls(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value if each is not None]
    return value
