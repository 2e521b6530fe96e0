"""The one port of all services: what is Step Functions' own, what another service's, what the emulator's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from emulator.api.asgi import Gone, Message, Receive, Send, body_of, check_origin, headers_of, send_response
from emulator.api.caller import caller
from emulator.asked import refused, service_of
from emulator.errors import ApiError, ServiceUnavailable, UnknownOperationException
from emulator.ports import Unreachable
from emulator.transport import Request, Response

if TYPE_CHECKING:
    from emulator.app import Emulator

MAX_BODY = 512 * 1_048_576
"""The largest body that another service is given, in bytes."""
THREADS = 32
"""So many requests to other services are under way at a time; a long poll holds one."""

OWN = "states"
"""What requests to Step Functions are signed for."""
LAMBDA = "lambda"
"""What requests to Lambda are signed for."""


class OtherServices:
    """The ASGI application of every AWS service beside Step Functions."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="service")

    def close(self) -> None:
        """Answers nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers one request."""
        headers = headers_of(scope)
        emulator = self.emulator
        request = Request(scope["method"], _url(scope, headers), headers, b"")
        try:
            check_origin(headers, emulator.settings.hosts)
            body = await body_of(headers, receive, MAX_BODY)
            request = Request(request.method, request.url, headers, body)
            who = caller(headers, emulator.settings)
            if service_of(headers, scope["query_string"]) == LAMBDA:
                response = await emulator.functions.answer(request, who.account, who.region)
            else:
                response = await self._answering(request, who.account)
        except Gone:
            return
        except Unreachable as error:
            response = self._refusal(request, UnknownOperationException(str(error)))
        except ApiError as error:
            response = self._refusal(request, error)
        await send_response(response, send)

    def _answering(self, request: Request, account: str) -> Awaitable[Response]:
        """The answer of a service in this process, on a thread of its own.

        Raises:
            ServiceUnavailable: No thread is left, because the emulator is closing.
        """
        loop = asyncio.get_running_loop()
        try:
            return loop.run_in_executor(self._pool, self.emulator.services.answer, request, account)
        except RuntimeError:
            raise ServiceUnavailable("The emulator is closing") from None

    def _refusal(self, request: Request, error: ApiError) -> Response:
        """An error as the protocol of the service has it that is asked."""
        return refused(request, error.code, error.message, self.emulator.ids.uuid(), error.status)


def _url(scope: Message, headers: Mapping[str, str]) -> str:
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return f"http://{headers.get('host', 'localhost')}{path}" + (f"?{query}" if query else "")
