"""The one place where botocore is led to an emulator in process instead of to the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, TypeAlias

from botocore.awsrequest import AWSResponse

from emulator.api.wire import Response

Post: TypeAlias = Callable[[Mapping[str, str], bytes], Response]
"""Asks the emulator; headers by their names in lower case."""


class _Emitter:
    """Botocore's events, but for ``before-send``: that is answered by the emulator, and by nobody else.

    Other listeners, such as those of moto, do not even see the request.
    """

    def __init__(self, inner: Any, post: Post) -> None:
        self._inner = inner
        self._post = post

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def emit(self, event: str, **details: Any) -> Any:
        """The responses of all who listen to an event."""
        if event.startswith("before-send."):
            return [(None, self._answered(details["request"]))]
        return self._inner.emit(event, **details)

    def _answered(self, request: Any) -> AWSResponse:
        response = self._post(_headers(request), _body(request))
        return AWSResponse(request.url, response.status, response.headers, _Raw(response.body))


class _Raw:
    """A body as botocore reads it from urllib3."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self._body]

    def read(self, *_: Any, **__: Any) -> bytes:
        body, self._body = self._body, b""
        return body


def answered_in_process(endpoint: Any, post: Post) -> Any:
    """A copy of botocore's ``Endpoint`` whose requests an emulator in process answers."""
    answered = copy(endpoint)
    answered._event_emitter = _Emitter(endpoint._event_emitter, post)
    return answered


def is_answered(endpoint: Any) -> bool:
    """Whether an emulator in process answers it already."""
    return isinstance(endpoint._event_emitter, _Emitter)


def _headers(request: Any) -> dict[str, str]:
    return {
        name.lower(): value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in request.headers.items()
    }


def _body(request: Any) -> bytes:
    body = request.body or b""
    return body.encode() if isinstance(body, str) else bytes(body)
