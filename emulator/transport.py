"""The one place where botocore is led to something in this process instead of to the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, TypeAlias

import msgspec
from botocore.awsrequest import AWSResponse, HeadersDict


class Request(msgspec.Struct, frozen=True):
    """An HTTP request.

    Attributes:
        method: ``POST`` and the like.
        url: Where to, with the query.
        headers: By their names in lower case.
        body: What was sent.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


class Response(msgspec.Struct, frozen=True):
    """What is answered: an HTTP status, headers and a body."""

    status: int
    headers: dict[str, str]
    body: bytes


Answering: TypeAlias = Callable[[Request], Response]


class _Emitter:
    """Botocore's events, but for ``before-send``: that is answered in process, and by nobody else.

    Other listeners, such as those of moto, do not even see the request.
    """

    def __init__(self, inner: Any, answering: Answering) -> None:
        self._inner = inner
        self._answering = answering

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def emit(self, event: str, **details: Any) -> Any:
        """The responses of all who listen to an event."""
        if event.startswith("before-send."):
            return [(None, self._answered(details["request"]))]
        return self._inner.emit(event, **details)

    def _answered(self, request: Any) -> AWSResponse:
        response = self._answering(Request(request.method, request.url, _headers(request), _body(request)))
        headers = HeadersDict({"content-length": str(len(response.body)), **response.headers})
        return AWSResponse(request.url, response.status, headers, _Raw(response.body))


class _Raw:
    """A body as botocore reads it from urllib3."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self._body]

    def read(self, size: int | None = None, *_: Any, **__: Any) -> bytes:
        end = len(self._body) if size is None or size < 0 else self._at + size
        part = self._body[self._at : end]
        self._at += len(part)
        return part

    def close(self) -> None:
        """There is nothing to close."""

    def release_conn(self) -> None:
        """There is no connection."""


def answered_in_process(endpoint: Any, answering: Answering) -> Any:
    """A copy of botocore's ``Endpoint`` whose requests are answered in this process."""
    answered = copy(endpoint)
    answered._event_emitter = _Emitter(endpoint._event_emitter, answering)
    return answered


def is_answered(endpoint: Any) -> bool:
    """Whether it is answered in this process already."""
    return isinstance(endpoint._event_emitter, _Emitter)


def _headers(request: Any) -> dict[str, str]:
    return {
        name.lower(): value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in request.headers.items()
    }


def _body(request: Any) -> bytes:
    body = request.body or b""
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body)
