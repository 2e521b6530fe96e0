"""The REST APIs of the emulated API Gateway, called: what is configured there is looked up and done.

Moto keeps an API's configuration and does not serve its calls. Lambda functions (with and without
proxy), HTTP proxies and mocks are done here; mapping templates, authorisers, API keys and HTTP APIs
are not, and a call that needs a template says so.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from asl.jsontypes import JSON, InvalidJSON, dumps, loads
from emulator.tasks.call import Call
from emulator.tasks.http.exchange import SECONDS, Incoming, Outgoing, SocketTrouble, phrase, refusal, send

_FUNCTION = re.compile(r"arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path/[^/]+/functions/(.+)/invocations")
_JSON = "application/json"


def exists(call: Call, api: str, region: str) -> bool:
    """Whether there is a REST API of an id."""
    try:
        call.backends.client("apigateway", region, call.account).get_rest_api(restApiId=api)
    except ClientError:
        return False
    return True


def invoke(call: Call, api: str, region: str, stage: str, request: Outgoing) -> Incoming:
    """The answer of a REST API.

    Args:
        call: The task.
        api: The API's id.
        region: Where it is.
        stage: Its stage.
        request: The request, whose URL is the path behind the stage.

    Raises:
        SocketTrouble: What is behind the API cannot be reached.
        Unreachable: Nothing answers for API Gateway or Lambda.
    """
    client = call.backends.client("apigateway", region, call.account)
    try:
        client.get_stage(restApiId=api, stageName=stage)
        edge = "EDGE" in client.get_rest_api(restApiId=api).get("endpointConfiguration", {}).get("types", [])
        resources = _resources(client, api)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise SocketTrouble(error.response["Error"]["Message"]) from None
        return _told(call, 403, {"message": "Forbidden"}, False)
    path = unquote(urlsplit(request.url).path)
    for resource, values in _matching(resources, path):
        methods = resource.get("resourceMethods", {})
        method = methods.get(request.method) or methods.get("ANY")
        if method is not None:
            integration = method.get("methodIntegration", {})
            return _integrated(call, integration, resource, values, stage, request, edge)
    return _told(call, 403, {"message": "Missing Authentication Token"}, edge)  # (recorded)


def _resources(client: Any, api: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("get_resources").paginate(restApiId=api, embed=["methods"])
    return [each for page in pages for each in page["items"]]


def _matching(resources: list[dict[str, Any]], path: str) -> list[tuple[dict[str, Any], dict[str, str]]]:
    """The resources that a path names with their path parameters, the most special ones first."""
    found = []
    for each in resources:
        parts = re.split(r"(\{[^}]+\})", each["path"])
        pattern = "".join(_part(part) for part in parts)
        match = re.fullmatch(pattern, path)
        if match is not None:
            names = [part[1:-1].removesuffix("+") for part in parts if part.startswith("{")]
            found.append((each, dict(zip(names, match.groups(), strict=True))))
    return sorted(found, key=lambda each: ("+}" in each[0]["path"], each[0]["path"].count("{")))


def _part(part: str) -> str:
    if part.startswith("{"):
        return "(.+)" if part.endswith("+}") else "([^/]+)"
    return re.escape(part)


# ------------------------------------------------------------------ integrations


def _integrated(
    call: Call,
    integration: dict[str, Any],
    resource: dict[str, Any],
    values: Mapping[str, str],
    stage: str,
    request: Outgoing,
    edge: bool,
) -> Incoming:
    kind = integration.get("type")
    function = _FUNCTION.fullmatch(integration.get("uri") or "")
    if kind == "AWS_PROXY" and function is not None:
        event = _event(call, resource["path"], values, stage, request)
        return _proxied(call, *_called(call, function[1], event), edge)
    if kind == "AWS" and function is not None:
        if integration.get("requestTemplates", {}).get(_JSON):
            raise SocketTrouble("API Gateway's mapping templates are not evaluated here")
        return _mapped(call, integration, *_called(call, function[1], request.body or b"{}"), edge)
    if kind == "MOCK":
        return _mapped(call, integration, None, False, edge)
    if kind in ("HTTP_PROXY", "HTTP") and not integration.get("requestTemplates"):
        return _forwarded(integration, values, request)
    raise SocketTrouble(f"API Gateway's integration {kind} '{integration.get('uri')}' is not supported here")


def _called(call: Call, function: str, event: bytes) -> tuple[JSON, bool]:
    """What a function gives, and whether it failed."""
    parts = function.split(":")
    region, account = (parts[3], parts[4]) if len(parts) > 6 else (call.place.region, call.account)
    try:
        answer = call.backends.client("lambda", region, account).invoke(FunctionName=function, Payload=event)
        text = answer["Payload"].read()
        return (loads(text) if text else None), bool(answer.get("FunctionError"))
    except (BotoCoreError, ClientError, InvalidJSON):
        return None, True


def _event(call: Call, path: str, values: Mapping[str, str], stage: str, request: Outgoing) -> bytes:
    """The event that a function behind a proxy gets (API Gateway's guide, payload format 1.0)."""
    url = urlsplit(request.url)
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(url.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    event = {
        "resource": path,
        "path": url.path,
        "httpMethod": request.method,
        "headers": dict(request.headers),
        "multiValueHeaders": {name: [value] for name, value in request.headers.items()},
        "queryStringParameters": {name: each[-1] for name, each in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(values) or None,
        "stageVariables": None,
        "requestContext": {
            "accountId": call.account,
            "httpMethod": request.method,
            "path": f"/{stage}{url.path}",
            "requestId": str(uuid.uuid4()),
            "resourcePath": path,
            "stage": stage,
        },
        "body": None if request.body is None else request.body.decode(),
        "isBase64Encoded": False,
    }
    return dumps(event).encode()


def _proxied(call: Call, payload: JSON, failed: bool, edge: bool) -> Incoming:
    """The response that a function behind a proxy makes; anything else is a fault of the server's."""
    if failed or not isinstance(payload, dict) or not isinstance(payload.get("statusCode", 200), int | str):
        return _told(call, 502, {"message": "Internal server error"}, edge)
    body = payload.get("body")
    try:
        status = int(str(payload.get("statusCode", 200)))
        raw = (body if isinstance(body, str) else "" if body is None else dumps(body)).encode()
        if payload.get("isBase64Encoded") is True:
            raw = base64.b64decode(raw, validate=True)
    except ValueError:
        return _told(call, 502, {"message": "Internal server error"}, edge)
    headers = {name: [str(value)] for name, value in _object(payload, "headers").items()}
    for name, values in _object(payload, "multiValueHeaders").items():
        headers[name] = [str(each) for each in values] if isinstance(values, list) else [str(values)]
    return _response(call, status, raw, headers, edge)


def _object(payload: dict[str, JSON], member: str) -> dict[str, JSON]:
    value = payload.get(member)
    return value if isinstance(value, dict) else {}


def _mapped(call: Call, integration: dict[str, Any], payload: JSON, failed: bool, edge: bool) -> Incoming:
    """The response of an integration without a proxy: which one is chosen by the function's error message."""
    if failed and not isinstance(payload, dict):
        return _told(call, 500, {"message": "Internal server error"}, edge)
    message = str(payload.get("errorMessage", "")) if failed and isinstance(payload, dict) else ""
    responses = list(integration.get("integrationResponses", {}).values())
    chosen = [each for each in responses if each.get("selectionPattern")]
    fitting = [each for each in chosen if message and re.fullmatch(each["selectionPattern"], message, re.S)]
    fitting += [each for each in responses if not each.get("selectionPattern")]
    if not fitting:
        return _told(call, 500, {"message": "Internal server error"}, edge)
    template = (fitting[0].get("responseTemplates") or {}).get(_JSON) or ""
    if "$" in template or "#" in template:
        raise SocketTrouble("API Gateway's mapping templates are not evaluated here")
    mock = integration.get("type") == "MOCK"
    raw = template.encode() if template or mock else dumps(payload).encode()
    return _response(call, int(fitting[0].get("statusCode", 200)), raw, {}, edge)


def _forwarded(integration: dict[str, Any], values: Mapping[str, str], request: Outgoing) -> Incoming:
    """The answer of the server behind an HTTP integration."""
    url = re.sub(
        r"\{([^}+]+)\+?\}", lambda m: quote(values.get(m[1], ""), safe="/"), str(integration.get("uri"))
    )
    query = urlsplit(request.url).query
    url += f"{'&' if '?' in url else '?'}{query}" if query else ""
    problem = refusal(url)
    if problem is not None:
        raise SocketTrouble(f"the API's integration {problem}")
    method = integration.get("httpMethod") or request.method
    return send(
        Outgoing(request.method if method == "ANY" else method, url, request.headers, request.body), SECONDS
    )


# ------------------------------------------------------------------ responses


def _told(call: Call, status: int, body: JSON, edge: bool) -> Incoming:
    return _response(call, status, dumps(body).encode(), {}, edge)


def _response(call: Call, status: int, body: bytes, headers: Mapping[str, list[str]], edge: bool) -> Incoming:
    """A response with the headers that API Gateway puts to it, and CloudFront before an edge-optimised API.

    Their names are recorded; the values are made up.
    """
    request_id = str(uuid.uuid4())
    own = {
        "Connection": "keep-alive",
        "Content-Length": str(len(body)),
        "Content-Type": _JSON,
        "Date": formatdate(call.now / 1000, usegmt=True),
        "x-amz-apigw-id": base64.b64encode(uuid.uuid4().bytes[:9]).decode() + "Fg=",
        "x-amzn-RequestId": request_id,
        "X-Amzn-Trace-Id": f"Root=1-{call.now // 1000:08x}-{request_id.replace('-', '')[:24]}",
    }
    if edge:
        own |= {
            "Via": f"1.1 {uuid.uuid4().hex}.cloudfront.net (CloudFront)",
            "X-Amz-Cf-Id": base64.urlsafe_b64encode(uuid.uuid4().bytes * 2).decode(),
            "X-Amz-Cf-Pop": "IAD89-C1",
            "X-Cache": "Miss from cloudfront" if status < 400 else "Error from cloudfront",
        }
    given = {name.lower() for name in headers}
    whole = {name: [value] for name, value in own.items() if name.lower() not in given}
    return Incoming(status, phrase(status), {**whole, **headers}, body)
