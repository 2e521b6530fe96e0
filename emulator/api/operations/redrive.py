"""RedriveExecution: an execution that did not succeed goes on from where it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator import arns
from emulator.api.caller import Caller
from emulator.api.operations.shared import seconds
from emulator.engine.replay import Diverged
from emulator.engine.running import Running
from emulator.errors import ExecutionDoesNotExist, ExecutionNotRedrivable
from emulator.records import ExecutionRecord

if TYPE_CHECKING:
    from emulator.app import Emulator

LAUNCH = 1_700_006_400_000
"""2023-11-15T00:00:00Z: executions started before cannot be redriven (developer guide)."""
PERIOD = 14 * 86_400_000
"""Limit: after so many milliseconds a closed execution cannot be redriven any more."""
MOST_OPEN = 365 * 86_400_000
"""Limit: so many milliseconds an execution may be open in all."""
MOST_EVENTS = 24_999
"""Limit: a history of so many events is too long for a redrive."""
TOKENS = 10
TOKEN_LIFE = 15 * 60_000
"""Limit: the last 10 client tokens are honoured, each for 15 minutes."""


def obstacle(emulator: Emulator, running: Running) -> str | None:
    """Why an execution cannot be redriven, in AWS's words, or None where it can be.

    Of a Map Run's execution the words are ours.
    """
    if running.record.seat is not None:
        return "Execution belongs to a Map Run and is redriven with the execution that started it"
    record, now = running.record, emulator.clock.now()
    if record.status in ("RUNNING", "SUCCEEDED") or record.stopped is None:
        return f"Execution is {record.status} and cannot be redriven"
    machine = emulator.machines.get(record.machine_arn)
    if machine is None or machine.deleting:
        return "State machine is in DELETING status"
    if record.started < LAUNCH:
        return "Execution was started before the launch of RedriveExecution"
    if running.visible >= MOST_EVENTS:
        return "Execution history event limit exceeded"
    if record.stopped - record.started >= MOST_OPEN:
        return "Execution has exceeded the max execution time"
    if now - record.stopped > PERIOD:
        return "Execution redrivable period exceeded"
    return None


def told(emulator: Emulator, running: Running) -> dict[str, str]:
    """What DescribeExecution says of an execution's redrive. A Map Run's is redriven with its parent."""
    if running.record.seat is not None:
        return _of_child(emulator.engine.map_runs.told(running))
    reason = obstacle(emulator, running)
    if reason is None:
        return {"redriveStatus": "REDRIVABLE"}
    return {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}


def _of_child(record: ExecutionRecord) -> dict[str, str]:
    """What is told of an execution of a Map Run: an Express one has no redrive of its own."""
    if record.status in ("RUNNING", "SUCCEEDED", "PENDING_REDRIVE"):
        reason = f"Execution is {record.status} and cannot be redriven"
        return {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}
    return {"redriveStatus": "REDRIVABLE_BY_MAP_RUN"}


async def redrive_execution(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """RedriveExecution: with a client token that it was told before, the redrive of then again.

    Raises:
        InvalidArn: It is no execution's ARN, or an Express one's.
        ExecutionDoesNotExist: There is none.
        ExecutionNotRedrivable: It cannot be. AWS's text is not recorded; ours is the reason that
            DescribeExecution gives.
    """
    arn, token = members["executionArn"], members.get("clientToken")
    arns.parse(arn, "execution")
    running = emulator.execution(arn)
    if running is None:
        raise ExecutionDoesNotExist(f"Execution Does Not Exist: '{arn}'")
    await emulator.engine.admit()
    now = emulator.clock.now()
    before = _redriven_by(running, token, now)
    if before is not None:
        await emulator.engine.durable()
        return {"redriveDate": seconds(before)}
    reason = obstacle(emulator, running)
    if reason is not None:
        raise ExecutionNotRedrivable(reason)
    try:
        emulator.engine.archive.load(running)
    except Diverged as error:
        raise ExecutionNotRedrivable(f"The execution cannot be rebuilt from its log: {error}") from None
    _redrive(emulator, running, token, now)
    await emulator.engine.durable()
    return {"redriveDate": seconds(now)}


def _redriven_by(running: Running, token: str | None, now: int) -> int | None:
    """When a token redrove an execution, or None where it has not, or too long ago."""
    known = (at for each, at in reversed(running.record.tokens) if each == token and now - at <= TOKEN_LIFE)
    return None if token is None else next(known, None)


def _redrive(emulator: Emulator, running: Running, token: str | None, now: int) -> None:
    record = running.record
    running.write_redrive(now)
    if token is not None:
        record.tokens = [*record.tokens, (token, now)][-TOKENS:]
    if running.logged:
        emulator.journal.changed(record)
    emulator.engine.redrive(running)
