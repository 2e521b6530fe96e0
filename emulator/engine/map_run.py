"""A Map Run under way: its items, the executions that run, how far it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from asl.elements.machine import StateMachine
from asl.errors import ITEM_READER_FAILED, RESULT_WRITER_FAILED, Failure
from asl.interpreter import Execution, Step, start
from asl.interpreter.map_run import ChildInput, Inputs, Item, breach, concurrency, items_of
from asl.jsontypes import dumps
from asl.map_simulation import MapServices, Outputs, Results, child_identity
from asl.signals import StartMapRun, Tolerance
from asl.spec import quotas
from emulator.engine.running import Running
from emulator.records import ExecutionRecord, MapRunRecord, MapRunStatus


class Place(NamedTuple):
    """Which execution of its Map Run one is.

    Attributes:
        number: How many began before it.
        given: What it is given.
    """

    number: int
    given: ChildInput


class OpenMapRun:
    """A Map Run.

    Attributes:
        record: What is told of it.
        running: The execution whose Map state it is.
        command: What the core asked for.
        machine: What its executions run.
        inputs: Makes inputs of items.
        items: The items that are yet to be read; None while nothing is to be read.
        taken: How many have been.
        pending: The inputs of executions that are yet to begin.
        results: Takes what executions give.
        children: Those that run, by ARN.
        places: Which they are.
        failed: Those that did not succeed, which a redrive runs again.
        again: Those of them that a redrive has yet to run.
        leaving: Those that had yet to end when it was redriven.
        begun: How many have begun.
        read: Whether all items have been read.
        reading: Whether some are being read.
        filling: Whether more executions are about to begin.
        closing: Whether the results are being written.
        spoiled: Whether an item made no input, so that a redrive begins with the first item again.
        is_open: Whether the core waits for it.
    """

    def __init__(self, running: Running, command: StartMapRun, record: MapRunRecord) -> None:
        self.record = record
        self.running = running
        self.command = command
        self.machine: StateMachine = running.machine.child(command.state)
        self.inputs = Inputs(running.machine, command, running.execution.quotas)
        self.items: Iterator[Item] | None = None
        self.taken = 0
        self.pending: deque[ChildInput] = deque()
        self.results: Results | None = None
        self.children: dict[str, Running] = {}
        self.places: dict[str, Place] = {}
        self.failed: dict[str, Place] = {}
        self.again: deque[tuple[str, Place]] = deque()
        self.begun = 0
        self.leaving: frozenset[str] = frozenset()
        self.read = self.reading = self.filling = self.closing = self.spoiled = False
        self.is_open = True
        if isinstance(command.items, list | dict):
            record.items.total = record.items.pending = len(command.items)

    @property
    def has_room(self) -> bool:
        """Whether one more execution may run."""
        return len(self.children) < concurrency(self.record.max_concurrency)

    @property
    def has_more(self) -> bool:
        """Whether executions are yet to begin."""
        return bool(self.again or self.pending)

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to run."""
        return self.is_open and self.read and not (self.has_more or self.children or self.closing)

    @property
    def excess(self) -> Failure | None:
        """The failure that too many failed items are, by the bounds that the record has now, or None."""
        record = self.record
        tolerance = Tolerance(record.tolerated_count, record.tolerated_percentage)
        return breach(tolerance, record.items, known=self.read or self.command.items is not None)

    def take(self, found: list[Item], *, last: bool) -> None:
        """Takes items that were read.

        Raises:
            Failure: One makes no input.
        """
        self.taken += len(found)
        counts = self.record.items
        if self.command.items is None:
            counts.total += len(found)
            counts.pending += len(found)
        before = len(self.pending)
        for item in found:
            self.pending += self.inputs.put(item)
        if last:
            self.read = True
            self.pending += self.inputs.rest()
        self.record.executions.pending += len(self.pending) - before
        self.record.executions.total += len(self.pending) - before

    def note_begun(self, place: Place, *, again: bool) -> None:
        """Counts an execution that begins."""
        record = self.record
        for counts, number in ((record.items, place.given.items), (record.executions, 1)):
            if again:
                counts.pending_redrive -= number
            else:
                counts.pending -= number
            counts.running += number

    def note_ended(self, child: Running, place: Place) -> None:
        """Counts an execution that has ended; a redrive may run it again."""
        arn, status = child.record.arn, child.record.status
        for counts, number in ((self.record.items, place.given.items), (self.record.executions, 1)):
            if arn in self.leaving:
                counts.running -= number
                counts.pending_redrive += number
            else:
                counts.ended(status, number)  # type: ignore[arg-type]
        if arn in self.leaving:
            self.leaving -= {arn}
            child.record.status = "PENDING_REDRIVE"
            self.again.append((arn, place))
        elif status != "SUCCEEDED":
            self.failed[arn] = place

    def end(self, status: MapRunStatus, now: int) -> None:
        """Notes its end. What is pending then counts as aborted, and stays for a redrive."""
        self.is_open = False
        record = self.record
        record.status = status
        record.stopped = now
        for counts in (record.items, record.executions):
            counts.aborted += counts.pending + counts.pending_redrive
            counts.cut, counts.pending, counts.pending_redrive = counts.pending, 0, 0
        self.failed.update(self.again)
        self.again.clear()
        self.items = None

    def reopen(self, command: StartMapRun, now: int) -> None:
        """Takes it up again: what did not succeed is run anew, then what never began."""
        self.command, self.is_open = command, True
        self.closing = self.reading = False
        self.leaving = frozenset(self.children)
        record = self.record
        record.status, record.stopped = "RUNNING", None
        record.redrives, record.redriven = command.redrives, now
        self.again.extend(sorted(self.failed.items(), key=lambda each: each[1].number))
        self.failed.clear()
        for counts in (record.items, record.executions):
            counts.pending, counts.aborted, counts.cut = counts.cut, counts.aborted - counts.cut, 0
            counts.pending_redrive = counts.not_succeeded
            counts.failed = counts.timed_out = counts.aborted = 0

    def started(
        self, place: Place, now: int, missing: tuple[str, ...]
    ) -> tuple[ExecutionRecord, Execution, Step]:
        """An execution that begins.

        Args:
            place: Which.
            now: When.
            missing: The activities that it names and that do not exist.
        """
        command, parent = self.command, self.running
        identity = child_identity(parent.execution.identity, command, place.number, now)
        record = ExecutionRecord(
            arn=identity.arn,
            name=identity.name,
            machine_arn=identity.machine_arn,
            type=command.execution_type,
            revision=parent.record.revision,
            input=dumps(place.given.value),
            started=now,
            test_case=parent.record.test_case,
            map_run_arn=command.arn,
            items=place.given.items,
        )
        execution, step = start(
            self.machine,
            place.given.value,
            identity,
            seed=identity.arn,
            quotas=quotas.STANDARD if command.execution_type == "STANDARD" else quotas.EXPRESS,
            missing=missing,
        )
        return record, execution, step


def items_of_run(command: StartMapRun, services: MapServices | None) -> Iterator[Item]:
    """The items of a Map Run.

    Raises:
        Failure: They cannot be read.
    """
    if command.reader is None:
        return items_of(command)
    if services is None:
        raise Failure(ITEM_READER_FAILED, "Nothing here reads items from S3.")
    return services.items(command)


def results_of_run(run: OpenMapRun, services: MapServices | None) -> Results:
    """What takes the results of a Map Run.

    Raises:
        Failure: They cannot be written.
    """
    if run.command.writer is None:
        return Outputs(run.running.execution.quotas.payload_bytes)
    if services is None:
        raise Failure(RESULT_WRITER_FAILED, "Nothing here writes results to S3.")
    return services.results(run.command)
