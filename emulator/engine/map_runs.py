"""Map Runs: items read a few at a time, an execution for each batch, and what comes of all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from asl.errors import Failure
from asl.interpreter.map_run import Counts, Item
from asl.jsontypes import JSON, size
from asl.map_services import MapServices
from asl.signals import MapRunFailed, MapRunSucceeded, StartMapRun
from emulator.engine.map_children import MapChildren
from emulator.engine.map_run import OpenMapRun, Place
from emulator.engine.map_run_records import MapRunRecords, count_anew, record_of
from emulator.engine.replay import Diverged
from emulator.engine.running import Running
from emulator.log import log
from emulator.records import ExecutionRecord, MapRunRecord

if TYPE_CHECKING:
    from emulator.engine.local import LocalEngine

READ_AT_ONCE = 200
"""So many items are read before the next executions begin; then no more until half of them have begun."""
READ_BYTES = 1024**2
"""Of large items fewer are read at once: as many as take so many bytes, if all are like the first."""
BEGUN_AT_ONCE = 50
"""So many executions begin before the event loop gets a chance to serve requests."""
KEPT = 100
"""So many Map Runs that failed, the latest of all, can be taken up by a redrive without a database."""


class MapRuns:
    """The Map Runs of an engine.

    What survives the process: the records; the executions that are Standard, with their logs, as all others
    of that type; and of each execution that has ended how, until its Map Run has succeeded.

    Attributes:
        records: What is known of each, by ARN; also of those that have ended.
        runs: Those that run, and those that a redrive can take up again, by ARN.
        children: Their executions that can be described.
        services: Reads items and writes results for an execution's Map Runs.
        busy: How many jobs are under way: reading, writing, or executions that are about to begin.
    """

    def __init__(self, engine: LocalEngine) -> None:
        self.records = MapRunRecords()
        self.runs: dict[str, OpenMapRun] = {}
        self.children = MapChildren()
        self.services: Callable[[Running], MapServices | None] = lambda running: None
        self.busy = 0
        self._engine = engine

    # -------------------------------------------------------------- beginning

    def run(self, running: Running, command: StartMapRun) -> None:
        """Begins a Map Run, or goes on with one: after a redrive, or where the last process left it."""
        arn, journal = command.arn, self._engine.journal
        run = self.runs.get(arn)
        past: Iterator[ExecutionRecord] = iter(())
        reopened = run is not None
        if run is not None:
            run.reopen(running, command)
        elif arn in self.records:  # of it there is what was kept; where nothing was, all is to be done again
            record = self.records[arn]
            record.items, record.executions = Counts(), Counts()
            run, past = OpenMapRun(running, command, record), journal.children(arn)
        else:
            record = record_of(running, command, self._engine.clock.now())
            self.records.take([record])
            run = OpenMapRun(running, command, record)
        self.runs[arn] = run
        self._note_opened(run)
        try:
            run.open(self.services(running))
        except Failure as failure:
            self._fail(run, failure)
            if not reopened:  # of what was kept nothing is known yet
                del self.runs[arn]
            return
        for child in past:
            run.restore(child)
        run.note_start(self._engine.clock.now())
        self._read(run)

    def _note_opened(self, run: OpenMapRun) -> None:
        """Its record says that it runs, and how often it was redriven."""
        record, redrives = run.record, run.command.redrives
        record.status, record.stopped = "RUNNING", None
        if record.redrives != redrives:
            record.redrives, record.redriven = redrives, self._engine.clock.now()
        self._engine.journal.keep(record)

    def told(self, child: Running) -> ExecutionRecord:
        """What is told of an execution: that it is about to be run again stands in no record."""
        record, seat = child.record, child.record.seat
        run = None if seat is None else self.runs.get(seat.map_run_arn)
        if run is None or seat is None or not run.waits_for_redrive(seat.number):
            return record
        return msgspec.structs.replace(record, status="PENDING_REDRIVE")

    def _open_ones(self, running: Running) -> list[OpenMapRun]:
        found = (self.runs.get(record.arn) for record in self.records.of(running.record.arn))
        return [run for run in found if run is not None and run.is_open]

    def abandon(self, running: Running, command: str) -> None:
        """Ends a Map Run that nobody waits for any more."""
        for run in self._open_ones(running):
            if run.command.id == command:
                self._abort(run, "ABORTED")

    def abandon_all(self, running: Running) -> None:
        """Ends all Map Runs of an execution."""
        for run in self._open_ones(running):
            self._abort(run, "ABORTED")

    def update(self, record: MapRunRecord) -> None:
        """Goes by the bounds that a running Map Run's record has now."""
        self._go_on(self.runs[record.arn])

    def abort_all(self) -> None:
        """Ends all Map Runs; nobody is told."""
        for run in list(self.runs.values()):
            if run.is_open:
                self._abort(run, "ABORTED")

    def clear(self) -> None:
        """Forgets all that have ended."""
        self.close()
        self.records.clear()
        self.runs.clear()
        self.children.clear()

    def close(self) -> None:
        """Lets go of results that are not written."""
        for run in self.runs.values():
            self._let_go(run)

    # -------------------------------------------------------------- after a restart

    def adopt(self, child: Running) -> bool:
        """Takes an execution back that ran when the process before this one ended.

        Its own Map Runs, and those that it belongs to, are taken up by `run` as those of any execution.

        Returns:
            Whether it may go on; else nobody waits for it any more.
        """
        self.children.began(child)
        seat = child.record.seat
        run = None if seat is None else self.runs.get(seat.map_run_arn)
        if run is None or not run.is_open:
            return False
        return run.adopt(child)

    def close_left_over(self) -> None:
        """Ends the Map Runs that ran when the process before this one ended, and that nobody goes on with.

        Those too of which some executions had yet to be stopped.
        """
        for record in self.records.values():
            if record.arn not in self.runs and (record.status == "RUNNING" or record.executions.running):
                count_anew(record, self._engine.journal.children(record.arn))
                if record.status == "RUNNING":
                    record.status, record.stopped = "ABORTED", self._engine.clock.now()
                self._engine.journal.keep(record)

    # -------------------------------------------------------------- reading

    def _read(self, run: OpenMapRun) -> None:
        """Reads some more, unless enough waits."""
        if run.reading or run.read or not run.is_open:
            return
        run.reading = True
        items = run.items
        self._work(run, lambda: _some(items), lambda found: self._took(run, *found))

    def _took(self, run: OpenMapRun, found: list[Item], last: bool) -> None:
        run.at_once = len(found)
        try:
            run.take(found, last=last)
        except Failure as failure:
            self._fail(run, failure)
            return
        self._go_on(run)

    # -------------------------------------------------------------- executions

    def _go_on(self, run: OpenMapRun) -> None:
        """Ends a run of which too much has failed, or whose items are all done; else begins executions."""
        if not run.is_open:
            return
        failure = run.excess
        if failure is not None:
            self._fail(run, failure)
            return
        self._fill(run)
        if run.is_done:
            self._write(run)

    def _fill(self, run: OpenMapRun) -> None:
        """Begins executions, as many as may run. One that ends at once makes room for the next."""
        if run.filling:
            return
        run.filling = True
        left = BEGUN_AT_ONCE
        while left and run.is_open and run.pending and run.has_room:
            left -= 1
            place = run.next_place()
            if not (place.again and self._begin_again(run, place)):
                self._begin(run, place)
        if not left:
            self._fill_soon(run)
            return
        run.filling = False
        if run.waiting <= run.at_once // 2:
            self._read(run)

    def _fill_soon(self, run: OpenMapRun) -> None:
        """Lets the event loop do something else first. The clock stands still meanwhile."""
        self.busy += 1

        def fill() -> None:
            run.filling = False
            self.busy -= 1
            self._go_on(run)
            self._engine.wake()

        asyncio.get_running_loop().call_soon(fill)

    def _begin_again(self, run: OpenMapRun, place: Place) -> bool:
        """Has a Standard execution go on where it ended, if it is kept; others begin anew (guide)."""
        if run.command.execution_type == "EXPRESS":
            return False
        child = self.children.get(run.arn_of(place.number))
        if child is None:
            return False
        engine = self._engine
        try:
            engine.archive.load(child)
        except Diverged as error:
            log.error("an execution of a Map Run begins anew: %s: %s", child.record.arn, error)
            return False
        run.children[child.record.arn] = child
        self.children.began(child)
        child.write_redrive(engine.clock.now())
        assert child.record.seat is not None
        child.record.seat = msgspec.structs.replace(child.record.seat, redrive=run.command.redrives)
        if child.logged:
            engine.journal.changed(child.record)
        engine.redrive(child)
        return True

    def _begin(self, run: OpenMapRun, place: Place) -> None:
        engine = self._engine
        record, execution, step = run.started(place, engine.clock.now(), engine.missing(run.machine))
        if place.again:  # the Map Runs that it had are not those that it will have
            self._forget_runs(record.arn)
        child = Running(record, run.machine, execution, engine.archive.runner_of(record))
        run.children[record.arn] = child
        self.children.began(child)
        engine.began(child, step, record.arn)

    def closed(self, running: Running) -> None:
        """An execution has ended: it may have had Map Runs, and may be one of a Map Run's."""
        record = running.record
        if record.status == "SUCCEEDED":
            self._forget_runs(record.arn)
        if record.seat is None:
            return
        run = self.runs.get(record.seat.map_run_arn)
        if run is not None and run.children.get(record.arn) is running:
            self._note_end(run, running)
        self.keep(running)

    def _note_end(self, run: OpenMapRun, child: Running) -> None:
        """Counts the end of an execution once it is durable; only then the next may begin in its place."""
        journal = self._engine.journal
        if child.logged or not journal.lasting:
            self._child_closed(run, child)
            return
        self.busy += 1

        def noted() -> None:
            self.busy -= 1
            self._child_closed(run, child)
            self._engine.wake()

        journal.child_ended(child.record)
        journal.when_committed(noted)

    def _child_closed(self, run: OpenMapRun, child: Running) -> None:
        if run.children.pop(child.record.arn, None) is None or self.runs.get(run.record.arn) is not run:
            return  # it was given up while its end was being written
        if run.ended(child):
            if not run.filling:
                run.filling = True
                self._fill_soon(run)  # not now: whoever tells of its end is not done with it
        elif run.is_open:
            self._go_on(run)
        elif not run.children:
            self._engine.journal.keep(run.record)
            self._give_up_oldest()

    def keep(self, child: Running) -> None:
        """Keeps an execution that has ended to be described, for a while."""
        journal = self._engine.journal
        for each in self.children.ended(child):
            self._forget_runs(each.record.arn)
            for record in self.records.give_up(each.record.arn):
                journal.drop(record)
            if each.logged:
                journal.forget(each.record.arn)

    # -------------------------------------------------------------- the end

    def _write(self, run: OpenMapRun) -> None:
        """Writes the results of a run whose items are all done."""
        run.writing = True
        results = run.results
        assert results is not None

        def wrote() -> None:
            run.writing = False

        self._work(run, results.close, lambda output: self._succeed(run, output), wrote)

    def _succeed(self, run: OpenMapRun, output: JSON) -> None:
        if run.command.writer is not None and run.command.writer.action:
            for counts in (run.record.items, run.record.executions):
                counts.results_written = counts.succeeded
        self._end(run, "SUCCEEDED")
        self._forget(run.record.arn)
        self._engine.tell(run.running, MapRunSucceeded(run.command.id, output))

    def _fail(self, run: OpenMapRun, failure: Failure) -> None:
        self._abort(run, "FAILED")
        self._engine.tell(run.running, MapRunFailed(run.command.id, failure.error or "", failure.cause))

    def _abort(self, run: OpenMapRun, status: Any) -> None:
        self._end(run, status)
        for child in list(run.children.values()):
            if child.record.status == "RUNNING":
                self._engine.stop(child, None, None)
        self._give_up_oldest()

    def _give_up_oldest(self) -> None:
        """Lets go of those runs that ended first, of more than a redrive is to find."""
        ended = [each for each in self.runs.values() if not (each.is_open or each.children)]
        for each in ended[: max(0, len(ended) - KEPT)]:
            self._let_go(each)
            del self.runs[each.record.arn]

    def _end(self, run: OpenMapRun, status: Any) -> None:
        run.end(status, self._engine.clock.now())
        self.runs[run.record.arn] = self.runs.pop(run.record.arn)  # the latest stands last
        self._engine.journal.keep(run.record)

    def _forget_runs(self, execution_arn: str) -> None:
        """Gives up what only a redrive of an execution would need."""
        for record in self.records.of(execution_arn):
            self._forget(record.arn)

    def _forget(self, arn: str) -> None:
        run = self.runs.pop(arn, None)
        if run is not None:
            self._let_go(run)
        self._engine.journal.forget_children(arn)

    def _let_go(self, run: OpenMapRun) -> None:
        if run.results is not None:
            run.results.abort()

    # -------------------------------------------------------------- what blocks

    def _work(
        self,
        run: OpenMapRun,
        work: Callable[[], Any],
        then: Callable[[Any], None],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """Does something in the pool; a failure of it is the run's.

        Args:
            run: For which run.
            work: What to do.
            then: What to do with what it gives, if the run is still what it was.
            ended: Is called first, whatever has become of both.
        """
        self.busy += 1
        command = run.command
        doing = self._engine.tasks.in_pool(work)

        def done(future: asyncio.Future[Any]) -> None:
            self.busy -= 1
            self._engine.wake()
            ended()
            error = None if future.cancelled() else future.exception()
            if future.cancelled() or not run.is_open or run.command is not command:
                self._go_on(run)  # a redrive may have waited for it
                return
            run.reading = False
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


def _some(items: Iterator[Item]) -> tuple[list[Item], bool]:
    """The next items, and whether they are the last.

    Raises:
        Failure: They cannot be read.
    """
    first = next(items, None)
    if first is None:
        return [], True
    most = max(1, min(READ_AT_ONCE, READ_BYTES // max(1, size(first.value))))
    found = [first, *islice(items, most - 1)]
    return found, len(found) < most
