"""What tests of recovery share: an emulator on a file, what a crash leaves of it, and how it goes on."""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import asynccontextmanager
from functools import wraps

from emulator import Emulator, Settings
from emulator.clocks import VirtualClock
from tests.emulator.shared import ASK, ROLE, START, asked

TOKEN = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
    "End": True,
}
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:"

_open: dict[str, Emulator] = {}


def block(**states):
    """A machine, or a block in one, that begins with the first of its states."""
    return {"StartAt": next(iter(states)), "States": states}


def machine(**states):
    """A machine's definition as text."""
    return json.dumps(block(**states))


@asynccontextmanager
async def emulated(path, at=START, **options):
    """An emulator on a file, opened, with a virtual clock that stands at this time at first."""
    emulator = Emulator(Settings(database=str(path)), clock=VirtualClock(at), **options)
    await emulator.open()
    _open[str(path)] = emulator
    try:
        yield emulator
    finally:
        del _open[str(path)]
        await emulator.close()


def crashed(path):
    """What a crash leaves: the files as they are now, copied while they are in use."""
    number = len(list(path.parent.glob("*.crashed")))
    copy = path.with_name(f"{number}.crashed")
    for end in ("", "-wal"):
        shutil.copy(f"{path}{end}", f"{copy}{end}")
    return copy


async def started(emulator, definition, name="e", machine="m", **members):
    made = await asked(emulator, "CreateStateMachine", name=machine, definition=definition, roleArn=ROLE)
    arn = made["stateMachineArn"]
    return (await asked(emulator, "StartExecution", stateMachineArn=arn, name=name, **members))[
        "executionArn"
    ]


async def settled(emulator):
    await emulator.engine.durable()
    await emulator.engine.when_idle()


async def history(emulator, arn):
    """All events of an execution."""
    answer = await asked(emulator, "GetExecutionHistory", executionArn=arn, maxResults=1000)
    events = answer["events"]
    while "nextToken" in answer:
        more = {"maxResults": 1000, "nextToken": answer["nextToken"]}
        answer = await asked(emulator, "GetExecutionHistory", executionArn=arn, **more)
        events += answer["events"]
    return events


async def at(emulator, second):
    """Lets the clock go on to so many seconds after `START`."""
    await emulator.engine.advance_clock(START + round(second * 1000))
    await settled(emulator)


async def held(emulator):
    """Has an execution wait for a worker, so that the clock moves only when a test moves it."""
    await asked(emulator, "CreateActivity", name="ask")
    await started(emulator, ASK, "held", "held")
    await settled(emulator)


async def types(emulator, arn):
    return [each["type"] for each in await history(emulator, arn)]


async def described(emulator, arn):
    return await asked(emulator, "DescribeExecution", executionArn=arn)


def on_a_loop(test):
    """A test that is a coroutine, run on a loop of its own."""

    @wraps(test)
    def run(*arguments, **options):
        asyncio.run(test(*arguments, **options))

    return run


async def both(path, arn, go_on=settled, **options):
    """Compares an emulator that goes on with one that is opened on what a crash leaves of it now.

    Args:
        path: The database, which is in use.
        arn: The execution to compare.
        go_on: What happens then to the emulator.
        options: Of the second emulator.

    Returns:
        The history and the description, which are the same for both.
    """
    copy = crashed(path)
    first = _open[str(path)]
    await go_on(first)
    wanted = await history(first, arn), await described(first, arn)
    async with emulated(copy, **options) as second:
        await go_on(second)
        assert (await history(second, arn), await described(second, arn)) == wanted
    return wanted
