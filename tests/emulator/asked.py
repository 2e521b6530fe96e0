"""Requests to the server's ASGI application, without a socket."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NamedTuple

from emulator.api.server import Application
from tests.emulator.shared import run


class Answer(NamedTuple):
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    application: Application,
    method: str,
    path: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
    *,
    parts: int = 1,
) -> Answer:
    """The answer to one request; a body that is no bytes is sent as JSON, in so many parts."""
    return run(application.emulator, asking(application, method, path, body, headers, parts=parts))


async def asking(
    application: Application,
    method: str,
    path: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
    *,
    parts: int = 1,
    gone: asyncio.Event | None = None,
) -> Answer:
    """The same on a loop that runs; with ``gone`` the caller goes away when that is set."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    told = {"host": "localhost:8083", "content-type": "application/json", **(headers or {})}
    size = -(-len(content) // parts) or 1
    pieces = [content[place : place + size] for place in range(0, len(content), size)] or [b""]
    pending = [
        {"type": "http.request", "body": each, "more_body": number < len(pieces)}
        for number, each in enumerate(pieces, 1)
    ]
    path, _, query = path.partition("?")
    sent: list[Any] = []

    async def receive() -> Any:
        if pending:
            return pending.pop(0)
        await (gone or asyncio.Event()).wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in told.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8083),
    }
    await application(scope, receive, send)
    if not sent:
        return Answer(0, {}, b"")
    names = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], names, b"".join(each.get("body", b"") for each in sent[1:]))
