"""Task tokens: whoever has one tells how its task goes on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from asl.jsontypes import JSON
from asl.signals import TaskFailed, TaskSucceeded
from asl.spec.quotas import STANDARD
from emulator import arns
from emulator.api.caller import Caller
from emulator.api.operations.shared import payload
from emulator.engine.running import OpenTask
from emulator.errors import InvalidOutput, InvalidToken, TaskDoesNotExist, TaskTimedOut

if TYPE_CHECKING:
    from emulator.app import Emulator

_OURS = re.compile(r"[0-9a-f]{64}")
"""What the interpreter's tokens look like."""


async def open_task(emulator: Emulator, caller: Caller, token: str) -> OpenTask:
    """The task that a token belongs to.

    Raises:
        TaskTimedOut: It has ended, or somebody told its end before, also if that was before a restart
            (`emulator.engine.tokens` tells how that is known). Text from memory.
        TaskDoesNotExist: The token looks like one, and no task of this emulator has it. Text ours.
        InvalidToken: It is none, or that of a task of another account: a token is good only for
            callers of the same account (the guide). Text recorded.
    """
    tokens = emulator.engine.tasks.tokens
    task = tokens.task(token)
    if task is not None:
        if arns.parse(task.running.record.arn).account != caller.account:
            raise InvalidToken("Invalid Token: 'Invalid token'")
        return task
    if not _OURS.fullmatch(token):
        raise InvalidToken("Invalid Token: 'Invalid token'")
    if await tokens.has_ended(token, list(emulator.executions.values()), emulator.journal):
        raise TaskTimedOut("Task Timed Out: 'Provided task does not exist anymore'")
    raise TaskDoesNotExist("Task Does Not Exist: 'Provided task does not exist'")


async def send_task_success(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """SendTaskSuccess."""
    await emulator.engine.admit()
    task = await open_task(emulator, caller, members["taskToken"])
    output = _output(members["output"])
    emulator.engine.tasks.end(task, TaskSucceeded(task.command.id, output))
    await emulator.engine.durable()
    return {}


async def send_task_failure(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """SendTaskFailure: what is not given the event leaves out (recorded)."""
    await emulator.engine.admit()
    task = await open_task(emulator, caller, members["taskToken"])
    failure = TaskFailed(task.command.id, members.get("error"), members.get("cause"))
    emulator.engine.tasks.end(task, failure)
    await emulator.engine.durable()
    return {}


async def send_task_heartbeat(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """SendTaskHeartbeat: writes no event."""
    await emulator.engine.admit()
    task = await open_task(emulator, caller, members["taskToken"])
    emulator.engine.tasks.heard(task)
    await emulator.engine.durable()
    return {}


def _output(text: str) -> JSON:
    """What a worker's output says.

    Raises:
        InvalidOutput: It is no JSON, or over the payload quota. Texts by analogy with an execution's input.
    """
    return payload(
        text,
        lambda told: InvalidOutput(f"Invalid Output: '{told}'"),
        f"The output takes more than {STANDARD.payload_bytes} bytes",
    )
