"""What the tests of the emulator share: an emulator on a virtual clock, and operations called in process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from emulator import Emulator
from emulator.api import wire
from emulator.clocks import VirtualClock

START = 1_767_225_600_000
"""2026-01-01T00:00:00Z in milliseconds: where the virtual clock of these tests stands at first."""
ROLE = "arn:aws:iam::123456789012:role/test"
PASS = '{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}'
WAIT = '{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}'
ASK = (
    '{"StartAt":"A","States":{"A":{"Type":"Task",'
    '"Resource":"arn:aws:states:us-east-1:123456789012:activity:ask","End":true}}}'
)
"""Waits for a worker of the activity ``ask`` for ever, so that nothing ends it but a stop."""

Answer = TypeVar("Answer")


class Refused(Exception):
    """An operation answered with an error.

    Attributes:
        code: The error's name.
        message: Its text.
        status: The HTTP status.
        body: The whole answer.
    """

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{body['__type']}: {body['message']}")
        self.status = status
        self.body = body
        self.code: str = body["__type"]
        self.message: str = body["message"]


_loops: dict[int, asyncio.AbstractEventLoop] = {}


@contextmanager
def emulated(**options: Any) -> Iterator[Emulator]:
    """An emulator with a loop of its own; both are closed at the end.

    Args:
        options: Those of `Emulator`; without a clock it has a virtual one that stands at `START`.
    """
    options.setdefault("clock", VirtualClock(START))
    emulator = Emulator(**options)
    loop = _loops[id(emulator)] = asyncio.new_event_loop()
    try:
        yield emulator
    finally:
        loop.run_until_complete(emulator.close())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        del _loops[id(emulator)]


def run(emulator: Emulator, work: Awaitable[Answer]) -> Answer:
    """What a coroutine gives, run on the emulator's loop."""
    return _loops[id(emulator)].run_until_complete(work)


async def asked(emulator: Emulator, operation: str, /, **members: Any) -> dict[str, Any]:
    """The answer of an operation, for tests that have several under way at a time.

    Raises:
        Refused: It answered with an error.
    """
    headers = {"x-amz-target": f"{wire.TARGET}.{operation}"}
    response = await wire.answer(emulator, headers, json.dumps(members).encode())
    body: dict[str, Any] = json.loads(response.body)
    if response.status != 200:
        raise Refused(response.status, body)
    return body


def call(emulator: Emulator, operation: str, /, **members: Any) -> dict[str, Any]:
    """The answer of an operation: ``call(emulator, "DescribeExecution", executionArn=arn)``.

    Raises:
        Refused: It answered with an error.
    """
    return run(emulator, asked(emulator, operation, **members))


def settled(emulator: Emulator) -> None:
    """Lets the engine work until it has nothing to do at the present time of the clock."""

    async def idle() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        while not emulator.engine.idle:
            await asyncio.sleep(0)

    run(emulator, idle())


def created(emulator: Emulator, definition: str = PASS, name: str = "machine", **members: Any) -> str:
    """A new state machine's ARN."""
    answer = call(emulator, "CreateStateMachine", name=name, definition=definition, roleArn=ROLE, **members)
    arn: str = answer["stateMachineArn"]
    return arn
