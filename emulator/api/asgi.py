"""The HTTP side: a plain ASGI route for the API, with what keeps web pages and floods out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, TypeAlias

from emulator.api import wire
from emulator.errors import (
    AccessDeniedException,
    ApiError,
    RequestEntityTooLarge,
    ServiceUnavailable,
    UnknownOperationException,
)
from emulator.log import log
from emulator.transport import Response

if TYPE_CHECKING:
    from emulator.app import Emulator

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_LOCAL = ("localhost", "127.0.0.1", "[::1]", "host.docker.internal")
LONG = (".GetActivityTask", ".StartSyncExecution")
"""Operations that wait for somebody: whoever asked may have gone before they answer."""
SYNC = "sync-"
"""What SDKs put before the host of StartSyncExecution and TestState."""


class Gone(Exception):
    """Whoever asked went away in the middle of the request: it is not acted upon."""


class Route:
    """The ASGI application of ``POST /``."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._long: set[asyncio.Future[Response]] = set()

    def close(self) -> None:
        """Ends the requests that may take long; they are answered that the service is unavailable."""
        for each in self._long:
            each.cancel()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers one request."""
        headers, began = headers_of(scope), time.monotonic()
        try:
            check_origin(headers, self.emulator.settings.hosts)
            if scope["method"] != "POST":
                raise UnknownOperationException("Operations are asked for with POST")
            body = await body_of(headers, receive)
        except Gone:
            return
        except ApiError as error:
            response = wire.refusal(error, self.emulator.ids.uuid())
        else:
            answering = wire.answer(self.emulator, headers, body)
            if headers.get("x-amz-target", "").endswith(LONG):
                await self._send_unless_gone(answering, receive, send)
                return
            response = await answering
        _note(headers, response, began)
        await send_response(response, send)

    async def _send_unless_gone(
        self, answering: Coroutine[Any, Any, Response], receive: Receive, send: Send
    ) -> None:
        """Sends an answer that may take long; a caller who goes meanwhile asks for nothing any more."""
        answer = asyncio.ensure_future(answering)
        gone = asyncio.ensure_future(receive())
        self._long.add(answer)
        try:
            await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
            if answer.cancelled():
                error = ServiceUnavailable("The emulator is closing")
                await send_response(wire.refusal(error, self.emulator.ids.uuid()), send)
            elif answer.done():
                await send_response(answer.result(), send)
        finally:
            self._long.discard(answer)
            answer.cancel()
            gone.cancel()


def check_origin(headers: Mapping[str, str], hosts: tuple[str, ...]) -> None:
    """Refuses requests that a web page may have made: with an Origin, or addressed to a name of its own.

    Raises:
        AccessDeniedException: It may be one.
    """
    if "origin" in headers:
        raise AccessDeniedException("Requests from web pages are refused: this one has an Origin header")
    host = headers.get("host", "").lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    name = name.removeprefix(SYNC)
    if name not in _LOCAL and name not in hosts and not _is_subdomain(name):
        raise AccessDeniedException(f"Requests to the host '{name}' are refused; allow it with --allow-host")


def _is_subdomain(name: str) -> bool:
    """Whether a name is below localhost, which every system resolves to itself."""
    return name.endswith(".localhost")


async def body_of(headers: Mapping[str, str], receive: Receive, limit: int = wire.MAX_BODY) -> bytes:
    """The request's body, which is not read further than the largest valid one.

    Args:
        headers: The request's headers, names in lower case.
        receive: Gives the parts of the body.
        limit: How many bytes it may have.

    Raises:
        RequestEntityTooLarge: It is larger.
        Gone: It breaks off.
    """
    if _declared(headers) > limit:
        raise RequestEntityTooLarge(f"A request's body has at most {limit} bytes")
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone()
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise RequestEntityTooLarge(f"A request's body has at most {limit} bytes")
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _declared(headers: Mapping[str, str]) -> int:
    """How many bytes a request says that its body has; 0 where it does not say a number.

    Servers let no other header through than a number that fits the body; a longer one than any is cut.
    """
    length = headers.get("content-length", "0")
    return int(length[:18]) if length.isdecimal() else 0


def headers_of(scope: Message) -> dict[str, str]:
    """A request's headers, names in lower case."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _note(headers: Mapping[str, str], response: Response, began: float) -> None:
    """Logs a request: which operation, and how it was answered; neither its body nor its signature."""
    level = logging.DEBUG if response.status < 400 else logging.INFO
    if not log.isEnabledFor(level):
        return
    error = response.headers.get("x-amzn-errortype")
    told = {
        "operation": headers.get("x-amz-target", "").rpartition(".")[2][:64] or None,
        "request_id": response.headers["x-amzn-requestid"],
        "status": response.status,
        "error": error,
        "milliseconds": round((time.monotonic() - began) * 1000, 3),
    }
    log.log(level, "request refused" if error else "request answered", extra=told)


async def send_response(response: Response, send: Send) -> None:
    """Sends an answer."""
    told = {"content-length": str(len(response.body)), **response.headers}  # a HEAD's says what GET gives
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in told.items()]
    if response.status == RequestEntityTooLarge.status:
        headers.append((b"connection", b"close"))  # the rest of the body is not read
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
