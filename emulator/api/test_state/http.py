"""HTTP Tasks under test: the request and the response as TRACE tells them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from asl.jsontypes import JSON, dumps
from asl.signals import RunTask


def exchanged(task: RunTask, result: JSON) -> dict[str, Any]:
    """``request`` and ``response`` of an HTTP Task, as its parameters and its result tell; else nothing.

    What a connection would add, which is the secret part, is not here: nothing is sent to AWS. Texts
    after the guide's example, "Using TestState API to test a state".
    """
    if (task.service, task.action) != ("http", "invoke") or not isinstance(task.input, dict):
        return {}
    told = {"request": _request(task.input)}
    return told | {"response": _response(task.input, result)} if isinstance(result, dict) else told


def _request(parameters: dict[str, Any]) -> dict[str, str]:
    url = str(parameters.get("ApiEndpoint", ""))
    query = parameters.get("QueryParameters")
    if isinstance(query, dict) and query:
        url += "?" + urlencode(query, doseq=True)
    request = {"protocol": _protocol(parameters), "method": str(parameters.get("Method", "")), "url": url}
    if isinstance(parameters.get("Headers"), dict):
        request["headers"] = _headers(parameters["Headers"])
    if "RequestBody" in parameters:
        request["body"] = _text(parameters["RequestBody"])
    return request


def _response(parameters: dict[str, Any], result: dict[str, Any]) -> dict[str, str]:
    response = {
        "protocol": _protocol(parameters),
        "statusCode": str(result.get("StatusCode", "")),
        "statusMessage": str(result.get("StatusText", "")),
    }
    if isinstance(result.get("Headers"), dict):
        response["headers"] = _headers(result["Headers"])
    if "ResponseBody" in result:
        response["body"] = _text(result["ResponseBody"])
    return response


def _protocol(parameters: dict[str, Any]) -> str:
    return urlsplit(str(parameters.get("ApiEndpoint", ""))).scheme or "https"


def _headers(headers: dict[str, JSON]) -> str:
    return "[" + ", ".join(f"{name}: {_value(value)}" for name, value in headers.items()) + "]"


def _value(value: JSON) -> str:
    return ", ".join(map(_text, value)) if isinstance(value, list) else _text(value)


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else dumps(value)
