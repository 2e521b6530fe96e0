"""What executions have cost so far: summed by state machine as each ends, and kept small by execution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from itertools import islice

import msgspec

from asl.cost import Children, Use, standard_use, use
from asl.history import History, Mark
from emulator.engine.running import Running
from emulator.records import ExecutionRecord, MachineType, MapRunRecord

COUNTED_AT_ONCE = 500
"""So many histories are read for one request, of executions that ended before this process began."""


class Totals(msgspec.Struct):
    """What the executions of a state machine have used.

    Attributes:
        type: What it is.
        ended: How many have ended; those of Map Runs are not counted here.
        running: How many run.
        used: What they used, those of Map Runs too.
    """

    type: MachineType
    ended: int = 0
    running: int = 0
    used: Children = msgspec.field(default_factory=Children)


class Costs:
    """Counts what executions use, as Standard and Express are billed.

    Args:
        executions: All executions that are known, by ARN, without those of Map Runs.
        map_runs: All Map Runs that are known, by ARN.

    Attributes:
        since: When this process took up what the database kept, in milliseconds since the epoch; 0 if never.
    """

    def __init__(self, executions: Mapping[str, Running], map_runs: Mapping[str, MapRunRecord]) -> None:
        self.since = 0
        self._executions = executions
        self._map_runs = map_runs
        self._totals: dict[str, Totals] = {}
        self._transitions: dict[str, int] = {}
        self._children: dict[str, Children] = {}

    def clear(self) -> None:
        """Forgets everything."""
        self._totals.clear()
        self._transitions.clear()
        self._children.clear()

    def closed(self, running: Running) -> None:
        """Counts an execution that has ended; of one that was redriven, what it did since."""
        record = running.record
        begins = not self._was_counted(record)
        own = _used(running, since_redrive=not begins)
        totals = self._of_machine(record)
        totals.used.absorb(record.type, own)
        if record.seat is None:
            totals.ended += begins
            self._note(record, own)
            return
        if begins:
            totals.used.starts[record.seat.state] = totals.used.starts.get(record.seat.state, 0) + 1
        self._note_child(record, record.seat.map_run_arn, record.seat.state, own)

    def _was_counted(self, record: ExecutionRecord) -> bool:
        """Whether it has ended before, and was counted then: what ended before a restart was not."""
        return record.redrives > 0 and (record.seat is not None or record.arn in self._transitions)

    def _note(self, record: ExecutionRecord, own: Use) -> None:
        if record.type == "STANDARD":
            self._transitions[record.arn] = self._transitions.get(record.arn, 0) + own.transitions(False)

    def _note_child(self, record: ExecutionRecord, map_run_arn: str, state: str, own: Use) -> None:
        """Adds an execution of a Map Run to what is known of the execution whose Map Run it is."""
        map_run = self._map_runs.get(map_run_arn)
        if map_run is None:
            return
        children = self._children.setdefault(map_run.execution_arn, Children())
        with_its_own = msgspec.structs.replace(own, children=self._children.pop(record.arn, Children()))
        if record.redrives:
            children.absorb(record.type, with_its_own)
        else:
            children.add(state, record.type, with_its_own)

    def _of_machine(self, record: ExecutionRecord) -> Totals:
        arn = machine_of(record)
        # A Map Run's executions may be Express; their state machine is Standard.
        return self._totals.setdefault(arn, Totals("STANDARD" if record.seat is not None else record.type))

    # -------------------------------------------------------------- what is told

    def of(self, running: Running) -> Use:
        """What an execution has used until now, with those of its Map Runs that have ended."""
        children = self._children.get(running.record.arn)
        return use(running.history, running.machine.size, children and deepcopy(children))

    def is_incomplete(self, running: Running) -> bool:
        """Whether executions of its Map Runs may have ended before this process began, and so uncounted."""
        arn = running.record.arn
        return any(
            each.execution_arn == arn and each.started < self.since for each in self._map_runs.values()
        )

    def transitions(self, running: Running) -> int:
        """The transitions of an execution until now, with those of its Map Runs and their starts."""
        record = running.record
        own = self._transitions.get(record.arn)
        if own is None or record.status == "RUNNING":
            own = standard_use(running.history.marks()).transitions(False)
            if record.status != "RUNNING":
                self._transitions[record.arn] = own
        return own + Use({}, {}, 0, 0, 0, self._children.get(record.arn, Children())).transitions()

    def totals(self, live: Iterable[Running]) -> dict[str, Totals]:
        """What is known of each state machine by ARN, executions that run included.

        Args:
            live: The executions that run, those of Map Runs too.
        """
        found = deepcopy(self._totals)
        for running in list(live):
            record = running.record
            known = "STANDARD" if record.seat is not None else record.type
            totals = found.setdefault(machine_of(record), Totals(known))
            totals.running += record.seat is None
            begins = not self._was_counted(record)
            totals.used.absorb(record.type, _used(running, since_redrive=not begins))
            if record.seat is not None and begins:
                totals.used.starts[record.seat.state] = totals.used.starts.get(record.seat.state, 0) + 1
        return found

    def count_more(self) -> int:
        """Counts some executions that ended before this process began, and are read from the database.

        Returns:
            How many are left.
        """
        uncounted = (
            each
            for each in list(self._executions.values())
            if each.record.status != "RUNNING" and each.record.arn not in self._transitions
        )
        for running in islice(uncounted, COUNTED_AT_ONCE):
            own = standard_use(running.history.marks())
            totals = self._of_machine(running.record)
            totals.used.absorb(running.record.type, own)
            totals.ended += 1
            self._transitions[running.record.arn] = own.transitions(False)
        return sum(1 for _ in uncounted)


def machine_of(record: ExecutionRecord) -> str:
    """The ARN of the state machine whose execution it is, or whose Map Run's."""
    return record.machine_arn.partition("/")[0]


def _used(running: Running, *, since_redrive: bool) -> Use:
    """What an execution used in all, or since it was last redriven; without those of its Map Runs."""
    record, history = running.record, running.history
    if record.type == "EXPRESS":
        return use(history, running.machine.size)
    return standard_use(_latest(history) if since_redrive else history.marks())


def _latest(history: History) -> list[Mark]:
    """The marks from the last redrive on."""
    marks = list(history.marks())
    begins = max((at for at, each in enumerate(marks) if each.type.name == "ExecutionRedriven"), default=0)
    return marks[begins:]
