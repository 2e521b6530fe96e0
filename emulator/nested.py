"""The emulator as its own tasks see it: asked from their threads, answered on its event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from asl.jsontypes import JSON, encode, loads
from emulator.api import wire
from emulator.ports import Reply
from emulator.transport import Request, Response

if TYPE_CHECKING:
    from emulator.app import Emulator

Given = TypeVar("Given")


class OwnApi:
    """The API of an emulator, for the threads that its tasks run on.

    Attributes:
        loop: The event loop that the emulator lives on; set before the first task runs.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.loop: asyncio.AbstractEventLoop | None = None

    def answer(self, request: Request, account: str) -> Response:
        """The answer to a request of a client in process. Waits for it."""
        return self._started(wire.answer(self._emulator, request.headers, request.body)).result()

    def begin(self, operation: str, members: JSON, region: str, account: str) -> Future[Reply]:
        """Asks for an operation, and does not wait."""
        headers = {
            "x-amz-target": f"{wire.TARGET}.{operation}",
            "authorization": f"AWS4-HMAC-SHA256 Credential={account}/0/{region}/states/aws4_request",
        }
        return self._started(self._replied(headers, encode(members)))

    async def _replied(self, headers: dict[str, str], body: bytes) -> Reply:
        response = await wire.answer(self._emulator, headers, body)
        members: Any = loads(response.body)
        return Reply(response.status == 200, members)

    def when_ended(self, execution_arn: str, done: Callable[[], None]) -> None:
        """Has a function called when a Standard execution has ended; at once if it has, or is not there."""
        self._started(self._ended(execution_arn, done))

    async def _ended(self, arn: str, done: Callable[[], None]) -> None:
        running = self._emulator.execution(arn)
        if running is not None:
            await running.closed.wait()
        done()

    def _started(self, work: Coroutine[Any, Any, Given]) -> Future[Given]:
        assert self.loop is not None  # no task runs before its execution was given a runner
        return asyncio.run_coroutine_threadsafe(work, self.loop)
