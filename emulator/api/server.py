"""The server: the API at ``/``, the emulator's own routes beside it, on one port until it is told to end."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from emulator.api import own, wire
from emulator.api.asgi import (
    Gone,
    Message,
    Receive,
    Route,
    Send,
    body_of,
    check_origin,
    headers_of,
    send_response,
)
from emulator.api.door import OWN, OtherServices
from emulator.asked import service_of
from emulator.errors import ApiError

if TYPE_CHECKING:
    from emulator.app import Emulator

MAX_OWN_BODY = 65_536
"""The largest body that one of our own routes takes, in bytes."""
PATIENCE = 5
"""So many seconds requests under way get when the server ends."""
LAST_WORDS = 2.0
"""So many seconds functions get then that run; a second signal takes them away."""
_LOOPBACK = ("localhost", "::1")


class Application:
    """The ASGI application: the API is answered without a framework, the emulator's own routes by FastAPI.

    Attributes:
        route: Answers the API.
        others: Answers for the other AWS services.
        own: Answers everything else.
    """

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.route = Route(emulator)
        self.others = OtherServices(emulator)
        self.own: ASGIApp = _own(emulator)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            return
        headers = headers_of(scope)
        if not scope["path"].startswith(own.PREFIX):
            service = service_of(headers, scope["query_string"])
            if service in (None, OWN) and scope["path"] == "/" and scope["method"] == "POST":
                await self.route(scope, receive, send)
                return
            # What is not signed belongs to nobody, unless others are in use: objects can be public.
            if service not in (None, OWN) or self.emulator.services.used:
                await self.others(scope, receive, send)
                return
        try:
            check_origin(headers, self.emulator.settings.hosts)
            body = await body_of(headers, receive, MAX_OWN_BODY)
        except Gone:
            return
        except ApiError as error:
            await send_response(wire.refusal(error, self.emulator.ids.uuid()), send)
            return
        await self.own(scope, _given(body, receive), send)


def _own(emulator: Emulator) -> FastAPI:
    app = FastAPI(
        title="asl-emulator",
        description="AWS Step Functions on this machine. The API itself is POST /, as AWS's SDKs speak it.",
        docs_url=f"{own.PREFIX}/docs",
        openapi_url=f"{own.PREFIX}/openapi.json",
        redoc_url=None,
        swagger_ui_parameters={"supportedSubmitMethods": ["get"]},  # a page's POST has an Origin: refused
    )
    app.include_router(own.router(emulator))
    return app


def _given(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read, and then what else comes."""
    pending = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return pending.pop() if pending else await receive()

    return give


# ------------------------------------------------------------------ on a port


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Args:
        host: The address or name.
        port: The port, 0 for any that is free.

    Raises:
        OSError: The port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=2048)
    # asyncio sets it only where the protocol is named; without it each answer waits 40 ms for the ACK
    # of its own headers. What is accepted inherits it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url_of(listener: socket.socket) -> str:
    """The URL by which programs on this machine reach a socket."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # named, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_public(host: str) -> bool:
    """Whether other machines may reach a server on this address."""
    return host not in _LOOPBACK and not host.startswith("127.")


async def serve(
    emulator: Emulator,
    listener: socket.socket,
    on_ready: Callable[[], None],
    prepare: Callable[[], None] | None = None,
) -> None:
    """Serves until SIGINT or SIGTERM: then accepts nothing more, ends what is under way, and closes.

    Args:
        emulator: Whose API it is.
        listener: Where requests come in.
        on_ready: Is called as soon as they are answered.
        prepare: Is called before that, on a thread of its own; requests are answered already. What it
            raises ends the server, and is raised again.
    """
    emulator.url = url_of(listener)
    application = Application(emulator)
    config = uvicorn.Config(
        application,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=PATIENCE,
    )
    server = _Server(config, application.route, on_ready, prepare)
    # What is loaded stays: the collector need not look at it, nor stop the server for a few new objects.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        await emulator.open()
    except BaseException:
        await _close(emulator, application, listener)
        raise
    with server.heeding_signals():
        try:
            await server.serve([listener])
            end = time.monotonic() + LAST_WORDS
            await emulator.engine.tasks.ended(lambda: time.monotonic() < end and not server.force_exit)
        finally:
            await _close(emulator, application, listener)
    if server.trouble is not None:
        raise server.trouble


async def _close(emulator: Emulator, application: Application, listener: socket.socket) -> None:
    listener.close()
    application.others.close()
    await emulator.close()


class _Server(uvicorn.Server):
    """Uvicorn's, which says when it is ready, ends long polls, and takes a signal for an order."""

    def __init__(
        self,
        config: uvicorn.Config,
        route: Route,
        on_ready: Callable[[], None],
        prepare: Callable[[], None] | None,
    ) -> None:
        super().__init__(config)
        self.trouble: Exception | None = None
        self._route = route
        self._on_ready = on_ready
        self._prepare = prepare

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        try:
            if self._prepare is not None:
                await asyncio.to_thread(self._prepare)
        except Exception as error:
            self.trouble = error
            self.should_exit = True
        else:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._route.close()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Uvicorn raises them again at the end; being told to end is no failure of a server."""
        yield

    @contextmanager
    def heeding_signals(self) -> Iterator[None]:
        """Takes signals for orders; a second one to end at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
