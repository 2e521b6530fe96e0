"""A server that answers every request with the same words: the bound of any server on uvicorn and asyncio."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import Any

BODY = json.dumps(
    {
        "executionArn": "arn:aws:states:us-east-1:123456789012:execution:bare:bare",
        "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:bare",
        "name": "bare",
        "status": "SUCCEEDED",
        "startDate": 1.0,
        "stopDate": 1.0,
        "output": "{}",
        "executions": [],
    }
).encode()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Reads the request and answers."""
    while (await receive()).get("more_body"):
        pass
    headers = [
        (b"content-type", b"application/x-amz-json-1.0"),
        (b"content-length", str(len(BODY)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


async def main() -> None:
    """Serves until it is ended."""
    import uvicorn

    # With its protocol named: asyncio turns Nagle's algorithm off only on sockets that say they are TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
    config = uvicorn.Config(
        application, http="httptools", ws="none", lifespan="off", access_log=False, log_level="warning"
    )
    await uvicorn.Server(config).serve([listener])


if __name__ == "__main__":
    asyncio.run(main())
