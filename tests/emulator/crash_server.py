"""A server to be killed: ``python -m tests.emulator.crash_server FOLDER BOOT [DURABILITY]``.

It prints its port when it answers. Its handlers write down each call before they answer.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import sys
import time
from pathlib import Path
from typing import Any

import uvicorn

from emulator import Emulator, Settings
from emulator.api.asgi import Route


def handlers(folder: Path, boot: int) -> dict[str, Any]:
    """What is called.

    ``work`` takes a moment and answers with its idempotency key; ``ask`` passes its token on; ``sum`` adds
    numbers up.
    """
    files = {
        name: os.open(folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT) for name in ("calls", "tokens")
    }

    def note(name: str, **line: Any) -> None:
        os.write(files[name], (json.dumps(line) + "\n").encode())

    def work(event: Any, context: Any) -> Any:
        note("calls", key=context.idempotency_key, boot=boot)
        time.sleep(random.random() * 0.02)
        return {"key": context.idempotency_key}

    def ask(event: Any, context: Any) -> Any:
        note("calls", key=context.idempotency_key, boot=boot)
        note("tokens", token=event["token"], boot=boot)
        return {}

    def total(event: Any, context: Any) -> Any:
        note("calls", first=event["Items"][0], boot=boot)
        return {"first": event["Items"][0], "sum": sum(event["Items"])}

    return {"work": work, "ask": ask, "sum": total}


async def main() -> None:
    """Serves until it is killed."""
    folder, boot = Path(sys.argv[1]), int(sys.argv[2])
    durability: Any = sys.argv[3] if len(sys.argv) > 3 else "full"
    settings = Settings(
        database=str(folder / "emulator.db"), durability=durability, clock="x60", s3_root=str(folder)
    )
    emulator = Emulator(settings, handlers=handlers(folder, boot))
    await emulator.open()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each answer takes 40 ms more
    # Not print: while a handler runs, what is printed goes to stderr, and they run again at once.
    os.write(1, f"{listener.getsockname()[1]}\n".encode())
    config = uvicorn.Config(Route(emulator), http="httptools", ws="none", lifespan="off", log_config=None)
    await uvicorn.Server(config).serve([listener])


if __name__ == "__main__":
    asyncio.run(main())
