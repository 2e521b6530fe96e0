"""The HTTP side: a plain ASGI route for the API, with what keeps web pages and floods out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import TYPE_CHECKING, Any, TypeAlias

from emulator.api import wire
from emulator.errors import AccessDeniedException, ApiError, RequestEntityTooLarge

if TYPE_CHECKING:
    from emulator.app import Emulator

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_LOCAL = ("localhost", "127.0.0.1", "[::1]", "host.docker.internal")
SYNC = "sync-"
"""What SDKs put before the host of StartSyncExecution and TestState."""


class Route:
    """The ASGI application of ``POST /``."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers one request."""
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        try:
            check_origin(headers, self.emulator.settings.hosts)
            body = await _body(headers, receive)
        except ApiError as error:
            response = wire.refusal(error, self.emulator.ids.uuid())
        else:
            answering = wire.answer(self.emulator, headers, body)
            if headers.get("x-amz-target", "").endswith(".GetActivityTask"):
                await _send_unless_gone(answering, receive, send)
                return
            response = await answering
        await _send(response, send)


def check_origin(headers: MutableMapping[str, str], hosts: tuple[str, ...]) -> None:
    """Refuses requests that a web page may have made: with an Origin, or addressed to a name of its own.

    Raises:
        AccessDeniedException: It may be one.
    """
    if "origin" in headers:
        raise AccessDeniedException("Requests from web pages are refused: this one has an Origin header")
    host = headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    name = name.removeprefix(SYNC)
    if name not in _LOCAL and name not in hosts and not _is_subdomain(name):
        raise AccessDeniedException(f"Requests to the host '{name}' are refused; allow it with --allow-host")


def _is_subdomain(name: str) -> bool:
    """Whether a name is below localhost, which every system resolves to itself."""
    return name.endswith(".localhost")


async def _body(headers: MutableMapping[str, str], receive: Receive) -> bytes:
    """The request's body, which is not read further than the largest valid one.

    Raises:
        RequestEntityTooLarge: It is larger.
    """
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > wire.MAX_BODY:
        raise RequestEntityTooLarge(f"A request's body has at most {wire.MAX_BODY} bytes")
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > wire.MAX_BODY:
            raise RequestEntityTooLarge(f"A request's body has at most {wire.MAX_BODY} bytes")
        parts.append(part)
        more = message["type"] == "http.request" and message.get("more_body", False)
    return b"".join(parts)


async def _send_unless_gone(
    answering: Coroutine[Any, Any, wire.Response], receive: Receive, send: Send
) -> None:
    """Sends an answer that may take long; a caller who goes meanwhile asks for nothing any more."""
    answer = asyncio.ensure_future(answering)
    gone = asyncio.ensure_future(receive())
    try:
        await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            await _send(answer.result(), send)
    finally:
        answer.cancel()
        gone.cancel()


async def _send(response: wire.Response, send: Send) -> None:
    headers = [(name.encode(), value.encode()) for name, value in response.headers.items()]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
