"""What is known of Map Runs: of those that run, and of those that have ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from asl.interpreter.map_run import Counts
from asl.signals import StartMapRun
from emulator.engine.running import Running
from emulator.records import ExecutionRecord, MapRunRecord


class MapRunRecords(Mapping[str, MapRunRecord]):
    """The records of Map Runs by ARN, in the order in which they began; and by the execution they are of."""

    def __init__(self) -> None:
        self._by_arn: dict[str, MapRunRecord] = {}
        self._of: dict[str, list[str]] = {}

    def __getitem__(self, arn: str) -> MapRunRecord:
        return self._by_arn[arn]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_arn)

    def __len__(self) -> int:
        return len(self._by_arn)

    def take(self, records: Iterable[MapRunRecord]) -> None:
        """Takes records of Map Runs that are not known yet, in the order in which they began."""
        for record in records:
            self._by_arn[record.arn] = record
            self._of.setdefault(record.execution_arn, []).append(record.arn)

    def of(self, execution_arn: str) -> list[MapRunRecord]:
        """Those of an execution, in the order in which they began."""
        return [self._by_arn[arn] for arn in self._of.get(execution_arn, ())]

    def give_up(self, execution_arn: str) -> list[MapRunRecord]:
        """Those of an execution, which are known no longer."""
        return [self._by_arn.pop(arn) for arn in self._of.pop(execution_arn, ())]

    def clear(self) -> None:
        """Forgets all of them."""
        self._by_arn.clear()
        self._of.clear()


def record_of(running: Running, command: StartMapRun, now: int) -> MapRunRecord:
    """The record of a Map Run that an execution begins."""
    return MapRunRecord(
        arn=command.arn,
        execution_arn=running.record.arn,
        machine_arn=f"{running.record.machine_arn}/{command.label}",
        started=now,
        type=command.execution_type,
        max_concurrency=command.concurrency,
        tolerated_count=command.tolerance.count,
        tolerated_percentage=command.tolerance.percentage,
    )


def count_anew(record: MapRunRecord, ended: Iterable[ExecutionRecord]) -> None:
    """Counts a Map Run's executions as they ended; those of which nothing is known count as aborted."""
    items, executions = Counts(), Counts()
    for each in ended:
        assert each.seat is not None
        items.add(each.status, each.seat.items)
        executions.add(each.status, 1)
    items.add("aborted", max(0, record.items.total - items.total))
    executions.add("aborted", max(0, record.executions.total - executions.total))
    record.items, record.executions = items, executions
