"""The emulator: the one file that names concrete classes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from asl.handlers import Handler, Handlers
from emulator import arns
from emulator.clocks import Clock, clock_of
from emulator.engine.local import LocalEngine
from emulator.engine.running import Running
from emulator.ids import Ids, RandomIds
from emulator.log import log
from emulator.metrics import Metrics
from emulator.ports import Log
from emulator.records import ActivityRecord, ExecutionRecord, StateMachineRecord
from emulator.settings import Settings
from emulator.store.memory import MemoryJournal
from emulator.store.sqlite import SqliteJournal

STOPPED_WITHIN = 5.0
"""So many real seconds a reset gives executions to stop; one on which the core failed may never."""


class Emulator:
    """Step Functions in this process. Its operations are `emulator.api.table.OPERATIONS`.

    One with a database has to be opened before it is asked anything.

    Attributes:
        settings: How it was set up.
        clock: What time it is.
        ids: Where names come from.
        engine: What runs executions.
        machines: State machines by ARN.
        activities: Activities by ARN.
        executions: Executions by ARN, in the order in which they were started.
        handlers: Functions that run tasks, by name.
        journal: What keeps records and logs.
        metrics: What it has done, counted.

    Raises:
        ValueError: The settings ask for a clock that there is not.
        DatabaseRefused: The database cannot be used; the text says why.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        handlers: Mapping[str, Handler] | None = None,
        clock: Clock | None = None,
        ids: Ids | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.clock = clock or clock_of(self.settings.clock)
        self.ids = ids or RandomIds()
        self.metrics = Metrics()
        self._is_open = False
        self.journal = _journal(self.settings)
        self.engine = LocalEngine(self.clock, self.journal, self.settings.pool)
        self.engine.runner_of = self._runner_again
        self.engine.on_began = lambda running: self.metrics.began(running.record)
        self.engine.on_closed = self._closed
        self.machines: dict[str, StateMachineRecord] = {}
        self.activities: dict[str, ActivityRecord] = {}
        self.executions: dict[str, Running] = {}
        self.engine.exists = self.activities.__contains__
        self.handlers: dict[str, Handler] = dict(handlers or {})

    def runner(self, record: ExecutionRecord, region: str, account: str) -> Handlers:
        """What runs the tasks of one execution."""
        return Handlers(
            self.handlers, execution_arn=record.arn, region=region, account=account, own_stdout=False
        )

    def _runner_again(self, record: ExecutionRecord) -> Handlers:
        place = arns.parse(record.arn)
        return self.runner(record, place.region, place.account)

    async def open(self) -> None:
        """Takes up what the database keeps; executions that ran go on.

        Without a database, and a second time, it does nothing.
        """
        if not isinstance(self.journal, SqliteJournal) or self._is_open:
            return
        self._is_open = True
        self.clock.advance(self.journal.latest)  # it never goes back, not even over a restart
        self.machines.update((each.arn, each) for each in self.journal.machines())
        self.activities.update((each.arn, each) for each in self.journal.activities())
        for found in self.journal.executions():
            running = Running.unloaded(found.record, self.engine.recall)
            running.visible = found.events
            self.executions[found.record.arn] = running
        self.journal.is_read = True
        for arn, told in list(self.journal.open_logs()):
            self._go_on(self.executions[arn], told)

    def _go_on(self, running: Running, told: Log) -> None:
        machine = self.machines.get(running.record.machine_arn)
        running.doomed = machine is not None and machine.deleting
        self.engine.revive(running, told)

    async def saved(self, *records: StateMachineRecord | ActivityRecord) -> None:
        """Keeps what was changed, and waits until it is durable.

        Raises:
            ServiceUnavailable: It cannot be written now.
        """
        for each in records:
            self.journal.keep(each)
        await self.engine.durable()

    def _closed(self, running: Running) -> None:
        """Counts an execution that ended, and logs how it did: nothing of its input or output."""
        record = running.record
        self.metrics.closed(record, running.history)
        told = {"execution": record.arn, "status": record.status, "error": record.error}
        log.info("execution ended", extra=told)

    async def reset(self) -> None:
        """Forgets state machines, activities, executions and metrics; handlers and the clock stay.

        Executions that run are stopped first, so that nobody waits for them in vain.
        """
        live = list(self.engine.live)
        for running in live:
            self.engine.stop(running, None, None)
        if live:
            closed = [asyncio.ensure_future(running.closed.wait()) for running in live]
            _, parked = await asyncio.wait(closed, timeout=STOPPED_WITHIN)
            for each in parked:
                each.cancel()
        self.engine.live.clear()
        for records in (self.machines, self.activities, self.executions):
            records.clear()
        self.journal.clear()
        self.metrics = Metrics()
        await self.engine.durable()

    async def close(self) -> None:
        """Ends its work; executions that run are lost unless a database keeps them."""
        await self.engine.close()
        self.journal.close()


def _journal(settings: Settings) -> MemoryJournal | SqliteJournal:
    """What keeps records and logs, by the settings.

    Raises:
        DatabaseRefused: The database cannot be used.
    """
    if settings.database is None:
        return MemoryJournal()
    return SqliteJournal(settings.database, settings.durability)
