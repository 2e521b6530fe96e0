"""What a request to an AWS service asks for, and how it is refused so that whoever sent it can read why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from asl.jsontypes import encode
from emulator.models import operation_name, service_model, service_names
from emulator.transport import Request, Response

_SCOPE = re.compile(r"Credential=[^/,\s]{1,128}/[^/,\s]{0,32}/[a-z0-9-]{1,32}/([a-z0-9-]{1,64})/aws4_request")
_PRESIGNED = re.compile(
    rb"X-Amz-Credential=[^&]{1,128}%2F[^&]{0,32}%2F[a-z0-9-]{1,32}%2F([a-z0-9-]{1,64})%2Faws4_request"
)
_RPC = re.compile(r"/service/[^/]+/operation/([^/]+)")
_FORM = "application/x-www-form-urlencoded"
_LONGEST_FORM = 65_536
_REST_XML = frozenset({"s3", "s3express", "s3-object-lambda", "cloudfront", "route53"})
"""What requests are signed for whose answers are XML although no form was sent."""


def service_of(headers: Mapping[str, str], query: bytes) -> str | None:
    """The service that a request is signed for; None if it is not signed.

    Args:
        headers: The request's headers, names in lower case.
        query: What stands behind the question mark: a presigned URL has its signature there.
    """
    match = _SCOPE.search(headers.get("authorization", ""))
    if match is not None:
        return match[1]
    found = _PRESIGNED.search(query[:8192])
    return None if found is None else found[1].decode()


def described(request: Request, named: str = "") -> str:
    """What a request asks for, in words: ``bedrock-runtime's Converse``.

    Args:
        request: The request.
        named: The operation, in any spelling, where the request itself does not tell it.
    """
    signed = _signed(request)
    wanted = (action(request) or named).replace("_", "")
    for name in _signed_so(signed):
        known = operation_name(service_model(name), wanted) if wanted else None
        if known is not None:
            return f"{name}'s {known}"
    return f"{signed}'s {wanted}" if wanted else signed


def action(request: Request) -> str:
    """The operation, where a request names it: all protocols do but those of REST; else empty."""
    target = request.headers.get("x-amz-target", "").rpartition(".")[2]
    called = _RPC.search(urlsplit(request.url).path)
    if target or called:
        return target or (called[1] if called else "")
    if not request.headers.get("content-type", "").startswith(_FORM):
        return ""
    form = parse_qs(request.body[:_LONGEST_FORM].decode("utf-8", "replace"))
    return form.get("Action", [""])[0]


def refused(request: Request, code: str, message: str, request_id: str, status: int = 400) -> Response:
    """An error as the protocol of a request has it: JSON, XML or CBOR.

    Args:
        request: What is refused.
        code: The error's name.
        message: Why.
        request_id: The id of the request.
        status: The HTTP status. SDKs ask again after most of the 500s.
    """
    headers = {"x-amzn-requestid": request_id, "x-amzn-errortype": code}
    kind = request.headers.get("content-type", "")
    signed = _signed(request)
    if "smithy-protocol" in request.headers:
        told = {"content-type": "application/cbor", "smithy-protocol": request.headers["smithy-protocol"]}
        return Response(status, {**headers, **told}, _cbor({"__type": code, "message": message}))
    if "x-amz-target" in request.headers or not (kind.startswith(_FORM) or signed in _REST_XML):
        json = "application/x-amz-json-1.0"
        return Response(
            status, {**headers, "content-type": json}, encode({"__type": code, "message": message})
        )
    body = _xml(signed, code, message, request_id).encode()
    return Response(status, {**headers, "content-type": "text/xml"}, body)


def _signed(request: Request) -> str:
    return service_of(request.headers, urlsplit(request.url).query.encode()) or "the service"


def _signed_so(signed: str) -> Iterator[str]:
    """Services that may be signed for so: requests to bedrock-runtime say bedrock."""
    plain = signed.replace("-", "")
    likely = [each for each in service_names() if each.replace("-", "").startswith(plain)]
    yield from sorted(likely, key=len)


def _xml(signed: str, code: str, message: str, request_id: str) -> str:
    """An error in the form of S3, of EC2, or of all other services that speak XML."""
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    if signed.startswith("s3"):
        return f"<Error>{error}<RequestId>{request_id}</RequestId></Error>"
    if signed == "ec2":
        return (
            f"<Response><Errors><Error>{error}</Error></Errors><RequestID>{request_id}</RequestID></Response>"
        )
    return (
        f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )


def _cbor(members: Mapping[str, str]) -> bytes:
    """A map of a few texts, of fewer than 65,536 bytes each (RFC 8949, 3.1)."""
    parts = [bytes([0xA0 + len(members)])]
    for text in (each for pair in members.items() for each in pair):
        content = text.encode("utf-8", "replace")[:65_535]
        parts += [b"\x79", len(content).to_bytes(2, "big"), content]
    return b"".join(parts)
