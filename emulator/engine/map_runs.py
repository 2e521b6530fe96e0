"""Map Runs: items read a few at a time, an execution for each batch, and what comes of all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

from asl.errors import Failure
from asl.interpreter.map_run import Item
from asl.jsontypes import JSON
from asl.map_simulation import Child, MapServices
from asl.signals import MapRunFailed, MapRunSucceeded, StartMapRun
from emulator.engine.map_children import MapChildren
from emulator.engine.map_run import OpenMapRun, Place, items_of_run, results_of_run
from emulator.engine.running import Running
from emulator.log import log
from emulator.records import MapRunRecord

if TYPE_CHECKING:
    from emulator.engine.local import LocalEngine

READ_AT_ONCE = 200
"""So many items are read before the next executions begin; no more are held than that many wait."""
BEGUN_AT_ONCE = 50
"""So many executions begin before the event loop gets a chance to serve requests."""


class MapRuns:
    """The Map Runs of an engine. They are kept in memory only.

    Attributes:
        records: What is known of each, by ARN; also of those that have ended.
        runs: Those that run, and those that a redrive can take up again, by ARN.
        children: Their executions that can be described.
        services: Reads items and writes results for an execution's Map Runs.
        busy: How many jobs are under way: reading, writing, or executions that are about to begin.
    """

    def __init__(self, engine: LocalEngine) -> None:
        self.records: dict[str, MapRunRecord] = {}
        self.runs: dict[str, OpenMapRun] = {}
        self.children = MapChildren()
        self.services: Callable[[Running], MapServices | None] = lambda running: None
        self.busy = 0
        self._of: dict[str, list[OpenMapRun]] = {}
        self._named: dict[str, list[str]] = {}
        self._engine = engine

    def run(self, running: Running, command: StartMapRun) -> None:
        """Begins a Map Run, or takes one up again that is redriven; one that is not known begins anew."""
        run = self.runs.get(command.arn) if command.redrives else None
        if run is None or run.spoiled:
            run = self._new(running, command)
        else:
            run.running = running
            run.reopen(command, self._engine.clock.now())
            for child in (self.children.get(arn) for arn, _ in run.again):
                if child is not None:
                    child.record.status = "PENDING_REDRIVE"
        self._of.setdefault(running.record.arn, []).append(run)
        self._work(run, lambda: self._open(run), lambda _: self._opened(run))

    def _new(self, running: Running, command: StartMapRun) -> OpenMapRun:
        record = MapRunRecord(
            arn=command.arn,
            execution_arn=running.record.arn,
            machine_arn=f"{running.record.machine_arn}/{command.label}",
            started=self._engine.clock.now(),
            type=command.execution_type,
            max_concurrency=command.concurrency,
            tolerated_count=command.tolerance.count,
            tolerated_percentage=command.tolerance.percentage,
        )
        if command.redrives:
            record.redrives, record.redriven = command.redrives, record.started
        if command.arn not in self.records:
            self._named.setdefault(record.execution_arn, []).append(command.arn)
        self.records[command.arn] = record
        run = self.runs[command.arn] = OpenMapRun(running, command, record)
        return run

    def named(self, execution_arn: str) -> list[MapRunRecord]:
        """The Map Runs of an execution, in the order in which they began."""
        return [self.records[arn] for arn in self._named.get(execution_arn, ())]

    def abandon(self, running: Running, command: str) -> None:
        """Ends a Map Run that nobody waits for any more."""
        for run in [run for run in self._of.get(running.record.arn, ()) if run.command.id == command]:
            self._abort(run, "ABORTED")

    def abandon_all(self, running: Running) -> None:
        """Ends all Map Runs of an execution."""
        for run in list(self._of.get(running.record.arn, ())):
            self._abort(run, "ABORTED")

    def update(self, record: MapRunRecord) -> None:
        """Goes by the bounds that a running Map Run's record has now."""
        run = self.runs[record.arn]
        if not self._fails(run):
            self._fill(run)

    def clear(self) -> None:
        """Forgets all that have ended."""
        self.records.clear()
        self.runs.clear()
        self.children.clear()
        self._of.clear()
        self._named.clear()

    # -------------------------------------------------------------- reading

    def _open(self, run: OpenMapRun) -> None:
        services = self.services(run.running)
        if not run.read:
            run.items = islice(items_of_run(run.command, services), run.taken, None)
        if run.results is None:
            run.results = results_of_run(run, services)

    def _opened(self, run: OpenMapRun) -> None:
        self._fill(run)
        self._check(run)

    def _read(self, run: OpenMapRun) -> None:
        """Reads some more, unless enough waits."""
        items = run.items
        if run.reading or run.read or not run.is_open or items is None:
            return
        run.reading = True
        self._work(run, lambda: list(islice(items, READ_AT_ONCE)), lambda found: self._took(run, found))

    def _took(self, run: OpenMapRun, found: list[Item]) -> None:
        try:
            run.take(found, last=len(found) < READ_AT_ONCE)
        except Failure as failure:
            run.spoiled = True
            self._fail(run, failure)
            return
        self._fill(run)
        self._check(run)

    # -------------------------------------------------------------- executions

    def _fill(self, run: OpenMapRun) -> None:
        """Begins executions, as many as may run. One that ends at once makes room for the next."""
        if run.filling:
            return
        run.filling = True
        left = BEGUN_AT_ONCE
        while left and run.is_open and run.has_more and run.has_room:
            left -= 1
            self._begin_next(run)
        if not left:
            self._fill_soon(run)
            return
        run.filling = False
        if len(run.pending) < READ_AT_ONCE // 2:
            self._read(run)

    def _fill_soon(self, run: OpenMapRun) -> None:
        """Lets the event loop do something else first. The clock stands still meanwhile."""
        self.busy += 1

        def fill() -> None:
            run.filling = False
            self.busy -= 1
            self._fill(run)
            self._check(run)
            self._engine.wake()

        asyncio.get_running_loop().call_soon(fill)

    def _begin_next(self, run: OpenMapRun) -> None:
        if run.again:
            self._begin_again(run, *run.again.popleft())
            return
        place = Place(run.begun, run.pending.popleft())
        run.begun += 1
        run.note_begun(place, again=False)
        self._begin(run, place)

    def _begin_again(self, run: OpenMapRun, arn: str, place: Place) -> None:
        """A Standard execution goes on where it ended, as long as it is kept; others begin anew (guide)."""
        run.note_begun(place, again=True)
        child = self.children.get(arn)
        if child is None or run.command.execution_type == "EXPRESS":
            self._begin(run, place)
            return
        run.children[arn], run.places[arn] = child, place
        self.children.began(child)
        child.write_redrive(self._engine.clock.now())
        self._engine.redrive(child)

    def _begin(self, run: OpenMapRun, place: Place) -> None:
        engine = self._engine
        record, execution, step = run.started(place, engine.clock.now(), engine.missing(run.machine))
        child = Running(record, run.machine, execution, engine.archive.runner_of(record))
        run.children[record.arn], run.places[record.arn] = child, place
        self.children.began(child)
        engine.began(child, step, record.arn)

    def closed(self, running: Running) -> None:
        """An execution has ended: it may have had Map Runs, and may be one of a Map Run's."""
        if running.record.status == "SUCCEEDED":
            self._forget(running.record.arn)
        run = self.runs.get(running.record.map_run_arn or "")
        if run is not None and run.children.pop(running.record.arn, None) is not None:
            self._child_closed(run, running)

    def _child_closed(self, run: OpenMapRun, child: Running) -> None:
        place = run.places.pop(child.record.arn)
        self.children.ended(child)
        run.note_ended(child, place)
        if not run.is_open:
            if not run.children and run.running.record.status == "SUCCEEDED":
                self.runs.pop(run.record.arn, None)
            return
        if child.record.status == "PENDING_REDRIVE":
            self._fill(run)
            return
        if run.results is not None:
            ended = child.record.stopped or 0
            run.results.add(place.number, Child(child.execution, place.given.value, ended))
        if not self._fails(run):
            self._fill(run)
            self._check(run)

    def _forget(self, execution_arn: str) -> None:
        """Gives up what only a redrive of an execution would need."""
        for arn in self._named.get(execution_arn, ()):
            if arn in self.runs and not self.runs[arn].children:
                del self.runs[arn]

    # -------------------------------------------------------------- the end

    def _fails(self, run: OpenMapRun) -> bool:
        failure = run.excess
        if failure is not None:
            self._fail(run, failure)
        return failure is not None

    def _check(self, run: OpenMapRun) -> None:
        """Ends a run whose items are all done."""
        if run.is_done and not self._fails(run):
            run.closing = True
            results = run.results
            assert results is not None
            self._work(run, results.close, lambda output: self._succeed(run, output))

    def _succeed(self, run: OpenMapRun, output: JSON) -> None:
        if run.command.writer is not None and run.command.writer.action:
            for counts in (run.record.items, run.record.executions):
                counts.results_written = counts.succeeded
        self._end(run, "SUCCEEDED")
        del self.runs[run.record.arn]
        self._engine.tell(run.running, MapRunSucceeded(run.command.id, output))

    def _fail(self, run: OpenMapRun, failure: Failure) -> None:
        self._abort(run, "FAILED")
        self._engine.tell(run.running, MapRunFailed(run.command.id, failure.error or "", failure.cause))

    def _abort(self, run: OpenMapRun, status: Any) -> None:
        self._end(run, status)
        for child in list(run.children.values()):
            self._engine.stop(child, None, None)

    def _end(self, run: OpenMapRun, status: Any) -> None:
        open_ones = self._of[run.record.execution_arn]
        open_ones.remove(run)
        if not open_ones:
            del self._of[run.record.execution_arn]
        run.end(status, self._engine.clock.now())

    # -------------------------------------------------------------- what blocks

    def _work(self, run: OpenMapRun, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Does something in the pool; a failure of it is the run's."""
        self.busy += 1
        command = run.command
        doing = self._engine.tasks.in_pool(work)

        def done(future: asyncio.Future[Any]) -> None:
            self.busy -= 1
            self._engine.wake()
            if future.cancelled() or not run.is_open or run.command is not command:
                return
            run.reading = False
            error = future.exception()
            if error is None:
                then(future.result())
            elif isinstance(error, Failure):
                self._fail(run, error)
            else:  # ours
                what = {"execution": run.record.execution_arn, "map_run": run.record.arn}
                log.error("a Map Run failed: %s", run.record.arn, exc_info=error, extra=what)
                text = f"The emulator failed on the Map Run; its log has the traceback: {error!r}"
                self._fail(run, Failure(None, text))

        doing.add_done_callback(done)
