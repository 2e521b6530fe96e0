"""Tells EventBridge and CloudWatch Logs of executions, where somebody could be listening.

That is so where the service has an endpoint of its own, or the services in this process are in use
already. Otherwise nobody can have made a rule or a log group, and nothing is started for it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from asl.history import Event
from emulator import arns
from emulator.engine.running import Running
from emulator.log import log
from emulator.notices import events, logs
from emulator.notices.logs import Destination
from emulator.notices.worker import Worker
from emulator.ports import Backends, Unreachable
from emulator.records import ExecutionRecord

RedriveTold: TypeAlias = Callable[[Running], Mapping[str, str]]

_BATCH_EVENTS = 10_000
_BATCH_BYTES = 1_000_000
"""Limits of PutLogEvents are 10,000 events and 1,048,576 bytes, 26 of them for each event."""

_OLDEST = 13 * 86_400_000
_NEWEST = 3_600_000


class Notices:
    """Takes note of what becomes of executions, on the event loop; what blocks says so.

    Args:
        backends: What the services are reached by.
        in_use: Whether the services in this process are in use.
        redrive: What DescribeExecution tells of an execution's redrive.
    """

    def __init__(self, backends: Backends, in_use: Callable[[], bool], redrive: RedriveTold) -> None:
        self.worker = Worker()
        self._backends = backends
        self._in_use = in_use
        self._redrive = redrive
        self._seen: dict[str, int] = {}
        """How many events of each running execution were logged."""
        self._streams: dict[tuple[Destination, str], str] = {}
        """The log streams that are there, by destination and state machine. The worker's alone."""

    def reachable(self, service: str) -> bool:
        """Whether there may be anybody who listens."""
        return self._backends.endpoint(service) is not None or self._in_use()

    # -------------------------------------------------------------- what is told of executions

    def began(self, running: Running) -> None:
        """An execution began."""
        self._put_status(running, running.record.started)
        self._note_from(running, 0)

    def redriven(self, running: Running) -> None:
        """An execution that had ended runs again; what it did before is logged already."""
        record = running.record
        self._put_status(running, record.started if record.redriven is None else record.redriven)
        self._note_from(running, running.visible)

    def resumed(self, running: Running) -> None:
        """An execution goes on that was begun before this process was."""
        self._note_from(running, running.visible)

    def wrote(self, running: Running) -> None:
        """More events of an execution may be read."""
        record = running.record
        first = self._seen.get(record.arn)
        if first is None or first >= running.visible:
            return
        to = logs.destination(record.revision.logging)
        if to is None or not self.reachable("logs"):
            return
        self._seen[record.arn] = running.visible
        told = [running.history.event(place) for place in range(first, running.visible)]
        now = msgspec.structs.replace(record)
        self.worker.put(lambda: self._write(now, first + 1, told, to))

    def closed(self, running: Running) -> None:
        """An execution ended."""
        record = running.record
        self.wrote(running)
        self._seen.pop(record.arn, None)
        self._put_status(running, record.started if record.stopped is None else record.stopped)

    def _note_from(self, running: Running, seen: int) -> None:
        if logs.destination(running.record.revision.logging) is not None:
            self._seen[running.record.arn] = seen

    # -------------------------------------------------------------- EventBridge

    def _put_status(self, running: Running, at: int) -> None:
        """Puts an event of a Standard execution's status; Express ones have none (guide)."""
        if running.record.type != "STANDARD" or not self.reachable("events"):
            return
        record = msgspec.structs.replace(running.record)
        redrive = self._redrive(running)
        self.worker.put(lambda: self._put_event(record, redrive, at))

    def _put_event(self, record: ExecutionRecord, redrive: Mapping[str, str], at: int) -> None:
        place = arns.parse(record.arn)
        client = self._backends.client("events", place.region, place.account)
        answer = client.put_events(Entries=[events.entry(record, redrive, at)])
        for each in answer.get("Entries", []):
            if each.get("ErrorCode"):
                raise NotTaken(f"EventBridge: {each['ErrorCode']}: {each.get('ErrorMessage')}")

    # -------------------------------------------------------------- CloudWatch Logs

    def exists(self, logging: dict[str, Any]) -> bool:
        """Whether the log group of a logging configuration is there; so it is said where nobody can tell.

        Blocks.
        """
        to = logs.destination(logging)
        if to is None or not self.reachable("logs"):
            return True
        try:
            return self._is_there(to)
        except (BotoCoreError, ClientError, Unreachable) as error:
            log.warning("CloudWatch Logs did not say whether '%s' is there: %s", to.group, error)
            return True

    def _is_there(self, to: Destination) -> bool:
        client = self._backends.client("logs", to.region, to.account)
        asked: dict[str, str] = {"logGroupNamePrefix": to.group}
        while True:
            answer = client.describe_log_groups(**asked)
            if any(each["logGroupName"] == to.group for each in answer.get("logGroups", [])):
                return True
            if not answer.get("nextToken"):
                return False
            asked["nextToken"] = answer["nextToken"]

    def _write(self, record: ExecutionRecord, first: int, told: list[Event], to: Destination) -> None:
        """Writes what a level asks for. A group that is gone takes nothing, and nobody is told (recorded)."""
        client = self._backends.client("logs", to.region, to.account)
        key = to, record.machine_arn
        for batch in _batches(_taken(logs.records(record, first, told, to))):
            # A stream that is known may be gone and its group there again; a new one is tried once.
            if not (self._put(client, key, batch) or self._put(client, key, batch)):
                return

    def _put(self, client: Any, key: tuple[Destination, str], batch: list[dict[str, Any]]) -> bool:
        """Writes log events; whether the group, and the stream that is known of it, were there."""
        group = key[0].group
        try:
            stream = self._streams.get(key) or self._stream(client, key, batch[0]["timestamp"])
            client.put_log_events(logGroupName=group, logStreamName=stream, logEvents=batch)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            self._streams.pop(key, None)
            return False
        return True

    def _stream(self, client: Any, key: tuple[Destination, str], at: int) -> str:
        """A log stream of a state machine in a group, made if it is not there."""
        to, machine = key
        identity = hashlib.sha256(f"{machine} {at}".encode()).hexdigest()[:8]
        name = logs.stream_name(arns.parse(machine).name, at, identity)
        try:
            client.create_log_stream(logGroupName=to.group, logStreamName=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise
        self._streams[key] = name
        return name

    # -------------------------------------------------------------- the end

    def reset(self) -> None:
        """Forgets the executions that run. Blocks until what was noted is done."""
        self._seen.clear()
        self.worker.flush()
        self._streams.clear()

    def close(self) -> None:
        """Lets what was noted be done, and ends. Blocks."""
        self.worker.close()


class NotTaken(Exception):
    """A service answered that it did not take a notice."""


def _taken(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Log events with times that CloudWatch Logs takes: 14 days old at most, and 2 hours ahead.

    An emulator whose clock jumps may be anywhere else. When it was there the record tells.
    """
    now = int(time.time() * 1000)
    first, last = now - _OLDEST, now + _NEWEST
    return [{**each, "timestamp": min(max(each["timestamp"], first), last)} for each in told]


def _batches(told: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Log events in portions that one PutLogEvents takes."""
    batches: list[list[dict[str, Any]]] = []
    size = 0
    for each in told:
        length = len(each["message"].encode()) + 26
        if not batches or size + length > _BATCH_BYTES or len(batches[-1]) == _BATCH_EVENTS:
            batches.append([])
            size = 0
        batches[-1].append(each)
        size += length
    return batches
