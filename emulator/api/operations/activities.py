"""Activities: created, described, listed, deleted; and their tasks given to workers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from asl.jsontypes import dumps
from asl.signals import TaskStarted
from emulator import arns
from emulator.api.caller import Caller
from emulator.api.operations.configurations import encryption
from emulator.api.operations.paging import Paging, Stand
from emulator.api.operations.shared import checked_name, seconds
from emulator.api.operations.tags import checked_tags
from emulator.engine.running import OpenTask
from emulator.errors import (
    ActivityAlreadyExists,
    ActivityDoesNotExist,
    ActivityLimitExceeded,
    ActivityWorkerLimitExceeded,
)
from emulator.records import ActivityRecord

if TYPE_CHECKING:
    from emulator.app import Emulator

MAX_ACTIVITIES = 100_000
MAX_WORKERS = 1_000
POLL_MILLISECONDS = 60_000
"""So long GetActivityTask waits for a task, by the emulator's clock."""


def found(emulator: Emulator, arn: str) -> ActivityRecord:
    """The activity that an ARN names.

    Raises:
        InvalidArn: It is no activity's ARN.
        ActivityDoesNotExist: There is none. Text recorded.
    """
    arns.parse(arn, "activity")
    record = emulator.activities.get(arn)
    if record is None:
        raise ActivityDoesNotExist(f"Activity Does Not Exist: '{arn}'")
    return record


async def create_activity(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """CreateActivity: idempotent by its name; only another encryption makes it another activity."""
    name = checked_name(members["name"])
    wanted = encryption(members.get("encryptionConfiguration"))
    arn = arns.arn(caller.region, caller.account, "activity", name)
    record = emulator.activities.get(arn)
    if record is None:
        tags = checked_tags(members.get("tags", []), arn)
        if len(emulator.activities) >= MAX_ACTIVITIES:
            raise ActivityLimitExceeded(f"There can be at most {MAX_ACTIVITIES} activities")
        record = ActivityRecord(arn, name, emulator.clock.now(), tags, wanted)
        emulator.activities[arn] = record
    elif record.encryption != wanted:
        raise ActivityAlreadyExists(f"Activity Already Exists: '{arn}'")
    await emulator.saved(record)
    return {"activityArn": arn, "creationDate": seconds(record.created)}


async def delete_activity(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """DeleteActivity: says nothing where there is none (recorded).

    Tasks that wait for a worker go on waiting; what AWS does with them is not known.
    """
    arn = members["activityArn"]
    arns.parse(arn, "activity")
    record = emulator.activities.pop(arn, None)
    if record is not None:
        emulator.journal.drop(record)
    await emulator.engine.durable()
    return {}


async def describe_activity(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """DescribeActivity."""
    record = found(emulator, members["activityArn"])
    return {**_listed(record), "encryptionConfiguration": record.encryption}


async def list_activities(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """ListActivities: the caller's own, in the order in which they were created."""
    own = arns.arn(caller.region, caller.account, "activity", "")
    records = [each for each in emulator.activities.values() if each.arn.startswith(own)]
    paging = Paging(members, f"activities {own}", emulator.clock.now())
    shown, token = paging.page(records, lambda each: Stand((each.created,), each.arn))
    return {"activities": [_listed(each) for each in shown], **token}


def _listed(record: ActivityRecord) -> dict[str, Any]:
    return {"activityArn": record.arn, "name": record.name, "creationDate": seconds(record.created)}


async def get_activity_task(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """GetActivityTask: the next task, or a null token if none comes within 60 seconds.

    On a virtual clock that is as soon as nothing happens any more that could bring one: there is
    nobody who would wait for a minute to pass.
    """
    record = found(emulator, members["activityArn"])
    await emulator.engine.admit()  # a task that a worker takes is told so before it gets the token
    queues = emulator.engine.tasks.activities
    if queues.workers(record.arn) >= MAX_WORKERS:  # the text is ours
        raise ActivityWorkerLimitExceeded(
            "The maximum number of workers concurrently polling for activity tasks has been reached"
        )
    task = await _next_task(emulator, record.arn)
    if task is None:
        return {"taskToken": None}
    command = task.command
    emulator.engine.tasks.tell(task, TaskStarted(command.id, members.get("workerName")))
    await emulator.engine.durable()
    return {"taskToken": command.token, "input": dumps(command.input)}


async def _next_task(emulator: Emulator, activity: str) -> OpenTask | None:
    clock, engine = emulator.clock, emulator.engine
    take = engine.tasks.activities.take
    if clock.virtual:
        return await take(activity, None, engine.when_idle())
    never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    return await take(activity, clock.seconds_until(clock.now() + POLL_MILLISECONDS), never)
