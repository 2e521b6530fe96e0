"""The emulator: the one file that names concrete classes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from asl.cost import Prices, prices
from asl.handlers import Handler
from emulator import arns
from emulator.api.caller import caller
from emulator.api.operations.redrive import told as redrive_told
from emulator.clocks import Clock, clock_of
from emulator.engine.costs import Costs
from emulator.engine.local import LocalEngine
from emulator.engine.running import Running
from emulator.functions.service import Functions
from emulator.ids import Ids, RandomIds
from emulator.log import log
from emulator.metrics import Metrics
from emulator.nested import OwnApi
from emulator.notices.notices import Notices
from emulator.ports import Log
from emulator.records import (
    ActivityRecord,
    ExecutionRecord,
    FunctionCode,
    FunctionRecord,
    MapRunRecord,
    StateMachineRecord,
)  # fmt: skip
from emulator.services import Services
from emulator.settings import Settings
from emulator.store.memory import MemoryJournal
from emulator.store.sqlite import SqliteJournal
from emulator.targets import Targets
from emulator.tasks.backends import ServiceBackends
from emulator.tasks.call import Place
from emulator.tasks.maps.map_services import S3MapServices, map_services
from emulator.tasks.mocks import Mocks
from emulator.tasks.runner import Means, Runner
from emulator.transport import Request, Response

COMMITTED_WITHIN = 60.0
"""So many real seconds a request to Lambda waits for the database."""
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
        functions: Lambda.
        services: The other AWS services.
        backends: What tasks reach services by.
        notices: What tells other services of executions.
        url: Where it is served, or would be.
        journal: What keeps records and logs.
        metrics: What it has done, counted.
        costs: What executions have used of what AWS bills.
        price_of: The prices of a region; raises `asl.cost.UnknownRegion` where they are not known.

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
        self.engine.archive.runner_of = self.runner
        self.engine.on_began = self._began
        self.engine.on_closed = self._closed
        self.machines: dict[str, StateMachineRecord] = {}
        self.activities: dict[str, ActivityRecord] = {}
        self.executions: dict[str, Running] = {}
        self.costs = Costs(self.executions, self.engine.map_runs.records)
        self.price_of: Callable[[str], Prices] = prices
        self.engine.exists = self.activities.__contains__
        self.handlers: dict[str, Handler] = dict(handlers or {})
        self.url = f"http://localhost:{self.settings.port}"
        self.services = Services()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.functions = Functions(
            ids=self.ids,
            now=self.clock.now,
            endpoint=lambda: self.url,
            keep=lambda record: self._soon(self.journal.keep, record),
            drop=lambda record: self._soon(self.journal.drop, record),
            commit=self._commit,
        )
        own = self._own = OwnApi(self)
        self.backends = ServiceBackends(
            self.settings.endpoints,
            {"stepfunctions": own.answer, "lambda": self._ask_lambda},
            self.services.answer,
            lambda: self.url,
            own,
        )
        self.functions.backends = self.backends
        self.engine.map_runs.services = self._map_services
        self.services.deliver = Targets(self.backends).deliver
        self.notices = Notices(
            self.backends, lambda: self.services.used, lambda running: redrive_told(self, running)
        )
        self.engine.on_wrote = self.notices.wrote
        self.engine.on_redriven = self.notices.redriven
        mock_config = self.settings.mock_config
        self.mocks = None if mock_config is None else Mocks(mock_config)

    def runner(self, record: ExecutionRecord) -> Runner:
        """What runs the tasks of one execution."""
        self._own.loop = asyncio.get_running_loop()
        arn = arns.parse(record.arn)
        role = record.revision.role_arn
        name = arn.name.partition("/")[0]  # an execution of a Map Run is mocked as its parent is
        place = Place(record.arn, name, role, arn.region, arn.account, record.test_case)
        return Runner(place, self.means)

    def _map_services(self, running: Running) -> S3MapServices:
        """What an execution's Map Runs reach S3 by."""
        arn = arns.parse(running.record.arn)
        backends = self.backends
        return map_services(
            lambda service: backends.client(service, arn.region, arn.account), self.settings.s3_root
        )

    @property
    def means(self) -> Means:
        """What tasks are run with."""
        return Means(self.handlers, self.backends, self.mocks)

    def execution(self, arn: str) -> Running | None:
        """An execution that is known: of a Map Run too, also an Express one there."""
        return self.executions.get(arn) or self.engine.map_runs.children.get(arn)

    async def open(self) -> None:
        """Takes up what the database keeps; executions that ran go on.

        Without a database, and a second time, it does nothing.
        """
        self._own.loop = asyncio.get_running_loop()
        if not isinstance(self.journal, SqliteJournal) or self._is_open:
            return
        self._is_open = True
        self._loop = asyncio.get_running_loop()
        self.clock.advance(self.journal.latest)  # it never goes back, not even over a restart
        self.machines.update((each.arn, each) for each in self.journal.kept(StateMachineRecord))
        self.activities.update((each.arn, each) for each in self.journal.kept(ActivityRecord))
        self.functions.restore(self.journal.kept(FunctionRecord), self.journal.kept(FunctionCode))
        map_runs = self.engine.map_runs
        map_runs.records.take(self.journal.kept(MapRunRecord))
        running_children: dict[str, Running] = {}
        for found in self.journal.executions():
            running = Running.unloaded(found.record, self.engine.archive.recall)
            running.visible = found.events
            if found.record.seat is None:
                self.executions[found.record.arn] = running
            elif found.runs:
                running_children[found.record.arn] = running
            else:
                map_runs.keep(running)
        self.journal.is_read = True
        for arn, told in list(self.journal.open_logs()):
            self._go_on(running_children.get(arn) or self.executions[arn], told)
        map_runs.close_left_over()
        self.costs.since = self.clock.now()

    def _go_on(self, running: Running, told: Log) -> None:
        machine = self.machines.get(running.record.machine_arn)
        running.doomed = machine is not None and machine.deleting
        wanted = running.record.seat is None or self.engine.map_runs.adopt(running)
        self.engine.archive.revive(running, told)
        self.notices.resumed(running)
        if not wanted and running.record.status == "RUNNING":
            self.engine.stop(running, None, None)

    def _ask_lambda(self, request: Request, account: str) -> Response:
        """Lambda's answer to a request of a client in this process."""
        return self.functions.ask(request, account, caller(request.headers, self.settings).region)

    def _soon(self, note: Callable[[Any], None], record: Any) -> None:
        """Notes a record of Lambda's, whose threads are not the journal's."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(note, record)

    def _commit(self) -> None:
        """Waits, in a thread of Lambda's, until what it kept is durable.

        Raises:
            ServiceUnavailable: It cannot be written now.
        """
        if self._loop is not None:
            asyncio.run_coroutine_threadsafe(self.engine.durable(), self._loop).result(COMMITTED_WITHIN)

    async def saved(self, *records: StateMachineRecord | ActivityRecord | MapRunRecord) -> None:
        """Keeps what was changed, and waits until it is durable.

        Raises:
            ServiceUnavailable: It cannot be written now.
        """
        for each in records:
            self.journal.keep(each)
        await self.engine.durable()

    def _began(self, running: Running) -> None:
        """Counts an execution that was taken on."""
        self.metrics.began(running.record)
        self.notices.began(running)

    def _closed(self, running: Running) -> None:
        """Counts an execution that ended, and logs how it did: nothing of its input or output.

        Those of Map Runs, which may be a million, are logged only where everything is.
        """
        record = running.record
        self.metrics.closed(record, running.history)
        self.costs.closed(running)
        told = {"execution": record.arn, "status": record.status, "error": record.error}
        log.log(logging.INFO if record.seat is None else logging.DEBUG, "execution ended", extra=told)
        self.notices.closed(running)

    async def reset(self) -> None:
        """Forgets state machines, activities, functions, executions, other services' resources and metrics.

        Handlers and the clock stay.

        Executions that run are stopped first, so that nobody waits for them in vain.
        """
        self.engine.map_runs.abort_all()  # first, so that they begin nothing while they are stopped
        live = list(self.engine.live)
        for running in live:
            self.engine.stop(running, None, None)
        if live:
            closed = [asyncio.ensure_future(running.closed.wait()) for running in live]
            _, parked = await asyncio.wait(closed, timeout=STOPPED_WITHIN)
            for each in parked:
                each.cancel()
        self.engine.live.clear()
        await self.engine.durable()
        self.engine.map_runs.clear()
        self.costs.clear()
        for records in (self.machines, self.activities, self.executions):
            records.clear()
        self.journal.clear()
        if self.notices.worker.begun:
            await asyncio.to_thread(self.notices.reset)
        self.services.reset()
        self.functions.reset()
        self.metrics = Metrics()
        await self.engine.durable()

    async def close(self) -> None:
        """Ends its work; executions that run are lost unless a database keeps them."""
        self.functions.close()
        await self.engine.close()
        if self.notices.worker.begun:
            await asyncio.to_thread(self.notices.close)
        self.journal.close()


def _journal(settings: Settings) -> MemoryJournal | SqliteJournal:
    """What keeps records and logs, by the settings.

    Raises:
        DatabaseRefused: The database cannot be used.
    """
    if settings.database is None:
        return MemoryJournal()
    return SqliteJournal(settings.database, settings.durability)
