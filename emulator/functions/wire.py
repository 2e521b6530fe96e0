"""REST-JSON by botocore's model: from a request to an operation with its members, and back to a response."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.model import OperationModel

from asl.jsontypes import InvalidJSON, encode, loads
from emulator.errors import ApiError, SerializationException
from emulator.functions.errors import UnknownOperationException
from emulator.models import service_model
from emulator.shapes import checked
from emulator.transport import Request, Response

SERVICE = "lambda"


class Asked(NamedTuple):
    """What a request asks for: an operation and its members."""

    operation: str
    members: dict[str, Any]


class _Route(NamedTuple):
    method: str
    path: re.Pattern[str]
    operation: str


@cache
def _model(operation: str) -> OperationModel:
    return service_model(SERVICE).operation_model(operation)


@cache
def _routes() -> list[_Route]:
    """Every operation's method and path. That of Invoke is looked at first, for it is asked for most."""
    names = sorted(service_model(SERVICE).operation_names, key=_rank)
    return [_Route(_model(each).http["method"], _path(_model(each)), each) for each in names]


def _rank(name: str) -> tuple[bool, bool]:
    return name != "Invoke", "?" in _model(name).http["requestUri"]


def _path(model: OperationModel) -> re.Pattern[str]:
    uri = model.http["requestUri"].partition("?")[0].rstrip("/")
    parts = re.split(r"\{(\w+)\+?\}", uri)
    return re.compile("".join(_group(each) if at % 2 else re.escape(each) for at, each in enumerate(parts)))


def _group(name: str) -> str:
    return f"(?P<{name}>[^/]+)"


def asked(request: Request, done: Container[str]) -> Asked:
    """The operation that a request names, and its members, held to the model.

    Args:
        request: The request.
        done: The operations that there are here.

    Raises:
        UnknownOperationException: It names none of them.
        SerializationException: It is not what the protocol says.
        ValidationException: A member breaks a constraint.
    """
    url = urlsplit(request.url)
    path = url.path.rstrip("/")
    for route in _routes():
        match = route.path.fullmatch(path) if route.method == request.method else None
        if match is not None and route.operation not in done:
            raise UnknownOperationException(f"Lambda's {route.operation} is not done here")
        if match is not None:
            model = _model(route.operation)
            found = {name: unquote(value) for name, value in match.groupdict().items()}
            return Asked(route.operation, _members(model, request, found, url.query))
    raise UnknownOperationException(f"Lambda has no operation {request.method} {path[:200]}")


def _members(model: OperationModel, request: Request, found: dict[str, str], query: str) -> dict[str, Any]:
    shape = model.input_shape
    payload = shape.serialization.get("payload")
    given: dict[str, Any] = {} if payload is not None else _body(request.body)
    asked_for = parse_qs(query, keep_blank_values=True) if query else {}
    for name, member in shape.members.items():
        value = _placed(member, name, request.headers, found, asked_for)
        if value is not None:
            given[name] = value
    members = checked(shape, given, _lower)
    if payload is not None:
        members[payload] = request.body
    return members


def _placed(
    member: Any,
    name: str,
    headers: Mapping[str, str],
    found: Mapping[str, str],
    asked_for: Mapping[str, list[str]],
) -> Any:
    """The value of a member that is not in the body; None where it is, or is not sent."""
    where = member.serialization.get("location")
    key = member.serialization.get("name", name)
    if where == "uri":
        return found.get(key)
    if where == "header":
        return headers.get(key.lower())
    if where != "querystring" or key not in asked_for:
        return None
    values = asked_for[key]
    if member.type_name == "list":
        return values
    return _number(values[0]) if member.type_name == "integer" else values[0]


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise SerializationException("NUMBER_VALUE expected") from None


def _body(body: bytes) -> dict[str, Any]:
    try:
        value = loads(body or b"{}")
    except InvalidJSON as error:
        raise SerializationException(str(error)) from None
    if not isinstance(value, dict):
        raise SerializationException("Start of structure or map found where not expected.")
    return value


def _lower(name: str) -> str:
    """A member as Lambda's complaints call it."""
    return name[:1].lower() + name[1:]


# ------------------------------------------------------------------ answers


def answered(operation: str, result: Mapping[str, Any], request_id: str) -> Response:
    """An operation's result as the wire has it. Members of value None are left out."""
    model = _model(operation)
    headers = {"content-type": "application/json", "x-amzn-requestid": request_id}
    status, body = model.http["responseCode"], b""
    shape = model.output_shape
    if shape is None:
        return Response(status, headers, body)
    payload = shape.serialization.get("payload")
    inside = {}
    for name, value in result.items():
        placed = shape.members[name].serialization
        if value is None:
            continue
        if placed.get("location") == "statusCode":
            status = value
        elif placed.get("location") == "header":
            headers[placed["name"].lower()] = value
        elif name == payload:
            body = value
        else:
            inside[placed.get("name", name)] = value
    if payload is None and status != 204:
        body = encode(inside)
    return Response(status, headers, body)


def refusal(error: ApiError, request_id: str) -> Response:
    """An error as the wire has it: its text under the name that the model has for it."""
    members = {"Type": "Service" if error.status >= 500 else "User", _text_name(error.code): error.message}
    headers = {
        "content-type": "application/json",
        "x-amzn-requestid": request_id,
        "x-amzn-errortype": error.code,
    }
    return Response(error.status, headers, encode(members | error.more))


@cache
def _text_name(code: str) -> str:
    """``Message`` or ``message``: the model has both, each for some errors."""
    model = service_model(SERVICE)
    if code not in model.shape_names:
        return "message"
    return next((each for each in model.shape_for(code).members if each.lower() == "message"), "message")
