"""A Map Run under way: its items, the executions that run, how far it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from asl.elements.machine import StateMachine
from asl.errors import Failure
from asl.interpreter import Execution, Step, start
from asl.interpreter.map_run import ChildInput, Inputs, Item, breach, concurrency
from asl.jsontypes import dumps, loads
from asl.map_services import Child, MapServices, Results, items_of_run, results_of_run
from asl.map_simulation import child_identity
from asl.signals import StartMapRun, Tolerance
from asl.spec import quotas
from emulator.engine import roll
from emulator.engine.roll import Roll
from emulator.engine.running import Running
from emulator.records import ExecutionRecord, MapRunRecord, MapRunStatus, Seat


class Place(NamedTuple):
    """An execution of a Map Run that is about to begin.

    Attributes:
        number: How many stand before it, in the order of the items.
        given: What it is given.
        again: Whether it ran before.
    """

    number: int
    given: ChildInput
    again: bool


class OpenMapRun:
    """A Map Run that runs, or may be taken up again by a redrive.

    Attributes:
        record: What is told of it.
        running: The execution whose Map state it is.
        command: What the core asked for.
        machine: What its executions run.
        items: The items that are yet to be read; takes long, and may raise Failure.
        pending: The executions that are about to begin.
        waiting: How many items they are given together.
        at_once: How many items were read at once, the last time.
        results: Takes what executions give; None before it is opened.
        children: Those that run, by ARN.
        leaving: Those that had yet to end when it was redriven.
        read: Whether all items have been read.
        reading: Whether some are being read.
        filling: Whether more executions are about to begin.
        writing: Whether results are being written, be it those of before a redrive.
        is_open: Whether the core waits for it.
    """

    def __init__(self, running: Running, command: StartMapRun, record: MapRunRecord) -> None:
        self.record = record
        self.running = running
        self.command = command
        self.machine: StateMachine = running.machine.child(command.state)
        self.pending: deque[Place] = deque()
        self.results: Results | None = None
        self.children: dict[str, Running] = {}
        self.leaving: frozenset[str] = frozenset()
        self._roll = Roll()
        self.items: Iterator[Item] = iter(())
        self._since = self._before = 0
        self.at_once = 1
        self.writing = False
        self._begin_reading()
        if isinstance(command.items, list | dict):
            record.items.total = record.items.pending = len(command.items)

    def _begin_reading(self) -> None:
        """With the first item, as always: the roll knows what is to become of each."""
        self.is_open = True
        self.read = self.reading = self.filling = False
        self.pending.clear()
        self._next = self.waiting = 0
        self._inputs = Inputs(self.running.machine, self.command, self.running.execution.quotas)

    def open(self, services: MapServices | None) -> None:
        """Gets ready to read items and to take results.

        Raises:
            Failure: They cannot be read, or written.
        """
        self.items = items_of_run(self.command, services)
        if self.results is None:
            limit = self.running.execution.quotas.payload_bytes
            self.results = results_of_run(self.command, limit, services)

    @property
    def has_room(self) -> bool:
        """Whether one more execution may run."""
        return len(self.children) < concurrency(self.record.max_concurrency)

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to run."""
        return self.is_open and self.read and not (self.pending or self.children or self.writing)

    @property
    def excess(self) -> Failure | None:
        """The failure that too many failed items are, by the bounds that the record has now, or None."""
        record = self.record
        tolerance = Tolerance(record.tolerated_count, record.tolerated_percentage)
        return breach(tolerance, record.items, known=self.knows_total)

    def note_start(self, now: int) -> None:
        """Has the rate count from here on."""
        self._since, self._before = now, self.record.items.done

    def rate(self, now: int) -> float | None:
        """How many items end in a second; None before any time has passed."""
        passed = now - self._since
        return (self.record.items.done - self._before) * 1000 / passed if passed > 0 else None

    @property
    def knows_total(self) -> bool:
        """Whether it is known how many items there are."""
        return self.read or self.command.items is not None

    # -------------------------------------------------------------- items

    def take(self, found: list[Item], *, last: bool) -> None:
        """Takes items that were read.

        Raises:
            Failure: One makes no input.
        """
        for item in found:
            for given in self._inputs.put(item):
                self._give(given)
        if last:
            self.read = True
            for given in self._inputs.rest():
                self._give(given)

    def _give(self, given: ChildInput) -> None:
        """What an execution is given is known: it is to run, unless it has."""
        number, self._next = self._next, self._next + 1
        state = self._roll[number]
        if number >= self._roll.known:
            self._roll.known = number + 1
            if state == roll.NEW:
                self._count(given.items)
        if state in (roll.NEW, roll.AGAIN):
            self._line_up(Place(number, given, state == roll.AGAIN))

    def _line_up(self, place: Place) -> None:
        self.pending.append(place)
        self.waiting += place.given.items

    def next_place(self) -> Place:
        """Takes the execution that is to begin next; there is one."""
        place = self.pending.popleft()
        self.waiting -= place.given.items
        self._begins(place)
        return place

    def _count(self, items: int) -> None:
        """One more execution is pending. Items that the state was given are counted from the beginning."""
        items_counts, counts = self.record.items, self.record.executions
        if self.command.items is None:
            items_counts.total += items
            items_counts.pending += items
        counts.total += 1
        counts.pending += 1

    def _move(self, items: int, source: str, target: str) -> None:
        self.record.items.move(source, target, items)
        self.record.executions.move(source, target, 1)

    # -------------------------------------------------------------- executions

    def arn_of(self, number: int) -> str:
        """The ARN of an execution."""
        return child_identity(self.running.execution.identity, self.command, number, 0).arn

    def _begins(self, place: Place) -> None:
        """Counts an execution that begins."""
        self._move(place.given.items, "pending_redrive" if place.again else "pending", "running")
        self._roll[place.number] = roll.BEGUN

    def waits_for_redrive(self, number: int) -> bool:
        """Whether an execution that has ended is about to be run again."""
        return self.is_open and self._roll[number] == roll.AGAIN

    def ended(self, child: Running) -> bool:
        """Counts an execution that has ended; says whether it runs again, for a redrive came meanwhile."""
        record, seat = child.record, child.record.seat
        assert seat is not None
        was_leaving, self.leaving = record.arn in self.leaving, self.leaving - {record.arn}
        if was_leaving and self.is_open and record.status != "SUCCEEDED":
            self._move(seat.items, "running", "pending_redrive")
            self._roll[seat.number] = roll.AGAIN
            self._line_up(Place(seat.number, ChildInput(loads(record.input), seat.items), True))
            return True
        self._move(seat.items, "running", record.status)
        self._keep(seat.number, record)
        return False

    def _keep(self, number: int, record: ExecutionRecord) -> None:
        self._roll[number] = roll.SUCCEEDED if record.status == "SUCCEEDED" else roll.LOST
        if self.results is not None:
            self.results.add(number, _child(record))

    def restore(self, record: ExecutionRecord) -> None:
        """Takes an execution that had ended before this process began."""
        seat = record.seat
        assert seat is not None
        self._count(seat.items)
        if record.status == "SUCCEEDED" or seat.redrive == self.command.redrives:
            self._move(seat.items, "pending", record.status)
            self._keep(seat.number, record)
        else:
            self._move(seat.items, "pending", "pending_redrive")
            self._roll[seat.number] = roll.AGAIN

    def adopt(self, child: Running) -> bool:
        """Takes an execution back that ran when the process before this one ended.

        Returns:
            Whether it may go on; else it was about to be stopped when the Map Run was redriven.
        """
        seat = child.record.seat
        assert seat is not None
        if self._roll[seat.number] == roll.AGAIN:
            self._move(seat.items, "pending_redrive", "running")
        else:
            self._count(seat.items)
            self._move(seat.items, "pending", "running")
        self._roll[seat.number] = roll.BEGUN
        self.children[child.record.arn] = child
        if seat.redrive == self.command.redrives:
            return True
        self.leaving |= {child.record.arn}
        return False

    # -------------------------------------------------------------- the end, and a redrive

    def end(self, status: MapRunStatus, now: int) -> None:
        """Notes its end. What is pending then counts as aborted, and stays for a redrive."""
        self.is_open = False
        record = self.record
        record.status = status
        record.stopped = now
        for counts in (record.items, record.executions):
            counts.aborted += counts.pending + counts.pending_redrive
            counts.cut, counts.pending, counts.pending_redrive = counts.pending, 0, 0
        self.items = iter(())
        self.leaving = frozenset()
        self.pending.clear()

    def reopen(self, running: Running, command: StartMapRun) -> None:
        """Takes it up again: what did not succeed is run anew, and what never began is begun."""
        self.running, self.command = running, command
        self.leaving = frozenset(self.children)
        self._roll.lost_to_again()
        for counts in (self.record.items, self.record.executions):
            counts.pending, counts.aborted, counts.cut = counts.cut, counts.aborted - counts.cut, 0
            counts.pending_redrive = counts.not_succeeded
            counts.failed = counts.timed_out = counts.aborted = 0
        self._begin_reading()

    # -------------------------------------------------------------- an execution

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
            seat=Seat(command.arn, command.state, place.number, place.given.items, command.redrives),
        )
        execution, step = start(
            self.machine,
            place.given.value,
            identity,
            seed=identity.arn,
            quotas=quotas.of(command.execution_type),
            input_text=record.input,
            missing=missing,
        )
        return record, execution, step


def _child(record: ExecutionRecord) -> Child:
    """What results are made of."""
    assert record.status != "RUNNING"
    assert record.status != "PENDING_REDRIVE"
    return Child(
        record.arn,
        record.name,
        record.machine_arn,
        record.status,
        loads(record.input),
        None if record.output is None else loads(record.output),
        record.error,
        record.cause,
        record.started,
        record.stopped or 0,
        record.redrives,
    )
