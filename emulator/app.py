"""The emulator: the one file that names concrete classes."""

from __future__ import annotations

from collections.abc import Mapping

from asl.handlers import Handler, Handlers
from emulator.clocks import Clock, clock_of
from emulator.engine.local import LocalEngine
from emulator.engine.running import Running
from emulator.ids import Ids, RandomIds
from emulator.records import ActivityRecord, ExecutionRecord, StateMachineRecord
from emulator.settings import Settings
from emulator.store.memory import MemoryJournal


class Emulator:
    """Step Functions in this process. Its operations are `emulator.api.table.OPERATIONS`.

    Attributes:
        settings: How it was set up.
        clock: What time it is.
        ids: Where names come from.
        engine: What runs executions.
        machines: State machines by ARN.
        activities: Activities by ARN.
        executions: Executions by ARN, in the order in which they were started.
        handlers: Functions that run tasks, by name.
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
        self.engine = LocalEngine(self.clock, MemoryJournal(), self.settings.pool)
        self.machines: dict[str, StateMachineRecord] = {}
        self.activities: dict[str, ActivityRecord] = {}
        self.executions: dict[str, Running] = {}
        self.engine.exists = self.activities.__contains__
        self.handlers: dict[str, Handler] = dict(handlers or {})

    def runner(self, record: ExecutionRecord, region: str, account: str) -> Handlers:
        """What runs the tasks of one execution."""
        return Handlers(self.handlers, execution_arn=record.arn, region=region, account=account)

    async def close(self) -> None:
        """Ends its work; executions that run are lost unless a database keeps them."""
        await self.engine.close()
