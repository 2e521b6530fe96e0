"""An emulator on an event loop of its own, in a thread of its own, for tests that are not async."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, overload
from urllib.parse import urlsplit

from botocore.config import Config

from asl.handlers import Handler
from emulator.api import wire
from emulator.api.caller import caller
from emulator.api.door import LAMBDA, OWN
from emulator.app import Emulator
from emulator.asked import service_of
from emulator.clients import client
from emulator.clocks import Clock, clock_of
from emulator.engine.running import OpenTask, Running
from emulator.engine.tasks import Tasks
from emulator.settings import Settings
from emulator.transport import Request, Response, answered_in_process

Given = TypeVar("Given")

HOST = "http://localhost"
"""Stands in the requests of clients in process; nothing is sent there."""
WITHIN = 30.0
"""So many real seconds a test waits for something before it fails."""


class TestClock:
    """The clock of an emulator in process.

    A virtual clock goes by itself to whatever happens next. It stands still while a task runs, or
    waits for a worker or for its token; then it goes on only if it is told to.
    """

    __test__ = False  # no test, whatever its name begins with

    def __init__(self, owner: InProcess) -> None:
        self._owner = owner

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromtimestamp(self._owner.emulator.clock.now() / 1000, UTC)

    def advance(self, seconds: float | timedelta = 0, *, to: datetime | None = None) -> datetime:
        """Puts the clock on; everything that falls due on the way happens, in order.

        Args:
            seconds: How far.
            to: Or until when.

        Returns:
            The time it shows then.

        Raises:
            ValueError: That would be back.
        """
        passed = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        now = self._owner.emulator.clock.now()
        at = now + round(passed * 1000) if to is None else round(to.timestamp() * 1000)
        if at < now:
            raise ValueError("a clock never goes back")
        self._owner.run(self._owner.emulator.engine.advance_clock(at))
        return self.now


class InProcess:
    """An emulator in this process.

    Attributes:
        emulator: The emulator itself. It belongs to its own thread; see `run`.
        clock: What time it is, and how to put it on.
        handlers: Functions that run tasks, by name; may be changed at any time.
    """

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.clock = TestClock(self)
        self.handlers = emulator.handlers
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._drive, name="asl-emulator", daemon=True)
        self._thread.start()
        self.run(emulator.open(), None)

    def client(self, service: str = "stepfunctions", **options: Any) -> Any:
        """A boto3 client whose requests are answered here, without a socket.

        Args:
            service: The service; others than Step Functions and Lambda are answered by moto, whose
                resources all emulators of a process share.
            options: Anything else that ``boto3.client`` takes.
        """
        config = Config(s3={"addressing_style": "path"})
        given = options.pop("config", None)
        made = client(service, HOST, config=config.merge(given) if given else config, **options)
        made._endpoint = answered_in_process(made._endpoint, self.post)
        return made

    @overload
    def register(self, name: str, function: Handler) -> Handler: ...
    @overload
    def register(self, name: str) -> Callable[[Handler], Handler]: ...
    def register(self, name: str, function: Handler | None = None) -> Any:
        """Lets a function run tasks: of a Lambda function's name, an activity's, or a whole ``Resource``.

        ``register("charge", function)``, or before its definition ``@register("charge")``.
        """
        if function is None:
            return lambda each: self.register(name, each)
        self.handlers[name] = function
        return function

    def wait(self, execution_arn: str, timeout: float = WITHIN) -> dict[str, Any]:
        """Waits until an execution has ended; gives what DescribeExecution tells of it.

        Args:
            execution_arn: Of a Standard execution.
            timeout: For so many real seconds at most.

        Raises:
            TimeoutError: It runs on; the text says what it waits for.
            ExecutionDoesNotExist: There is none (botocore's exception of that name).
        """
        try:
            self.run(self._closed(execution_arn), timeout)
        except TimeoutError:
            text = self.run(_told(self.emulator.executions[execution_arn], self.emulator.engine.tasks))
            raise TimeoutError(f"{execution_arn} has not ended in {timeout:g} s: {text}") from None
        described: dict[str, Any] = self.client().describe_execution(executionArn=execution_arn)
        return described

    async def _closed(self, arn: str) -> None:
        running = self.emulator.execution(arn)
        if running is not None:  # else DescribeExecution complains
            await running.closed.wait()

    def settle(self, timeout: float = WITHIN) -> None:
        """Waits until nothing happens any more by itself: what still runs waits for somebody outside.

        Raises:
            TimeoutError: Something goes on happening.
        """
        self.run(self._idle(), timeout)

    async def _idle(self) -> None:
        await self.emulator.engine.when_idle()

    def reset(self) -> None:
        """Forgets state machines, activities and executions."""
        self.run(self.emulator.reset())

    # -------------------------------------------------------------- its thread

    def run(self, work: Awaitable[Given], timeout: float | None = WITHIN) -> Given:
        """What a coroutine gives, run on the emulator's own event loop.

        Raises:
            TimeoutError: It takes longer, in real seconds.
        """
        future = asyncio.run_coroutine_threadsafe(_awaited(work), self._loop)
        try:
            return future.result(timeout)
        except BaseException:
            future.cancel()
            raise

    def post(self, request: Request) -> Response:
        """The answer to a request, of whatever service it is signed for."""
        emulator, headers = self.emulator, request.headers
        service = service_of(headers, urlsplit(request.url).query.encode())
        who = caller(headers, emulator.settings)
        if service in (None, OWN):
            return self.run(wire.answer(emulator, headers, request.body), None)
        if service == LAMBDA:
            return emulator.functions.ask(request, who.account, who.region)
        return emulator.services.answer(request, who.account)

    def close(self, *, forget: bool = True) -> None:
        """Ends the emulator and its thread.

        Args:
            forget: Whether the resources of other services go too, if any was asked of this emulator.
        """
        if self._loop.is_closed():
            return
        if forget:
            self.emulator.services.reset()
        self.run(self.emulator.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _drive(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        left = asyncio.all_tasks(self._loop)
        for each in left:
            each.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))


async def _told(running: Running, tasks: Tasks) -> str:
    """What an execution waits for."""
    told = [_waits(each, tasks) for each in running.tasks.values()]
    at = running.agenda.next()
    if not told and at is not None:
        told.append(f"it waits until {datetime.fromtimestamp(at / 1000, UTC).isoformat()}")
    return f"still {running.record.status}: {'; '.join(told[:5]) or 'no task is under way'}"


def _waits(task: OpenTask, tasks: Tasks) -> str:
    state, command = task.command.state, task.command
    if task.waits_for_someone and command.service != "activity":
        return f"state {state} waits for its task token; answer it, or clock.advance()"
    if task.waits_for_someone:
        return f"state {state} waits for a worker of {command.action}; answer it, or clock.advance()"
    if task in tasks.watch.begun:
        return f"state {state} waits for its function, which runs"
    return f"state {state} waits for its task to end"


async def _awaited(work: Awaitable[Given]) -> Given:
    return await work


@contextmanager
def in_process(
    handlers: Mapping[str, Handler] | None = None,
    *,
    clock: Clock | str = "virtual",
    settings: Settings | None = None,
    forget: bool = True,
) -> Iterator[InProcess]:
    """An emulator in this process, until the block ends.

    It has no port and no file, so any number of them run beside each other.

    Args:
        handlers: Functions that run tasks, by name; `InProcess.register` adds more.
        clock: ``virtual``, where waits take no time; ``real``; a speed such as ``x60``; or a clock.
        settings: Anything else: account, region.
        forget: Whether the resources of other services, which moto keeps for the whole process, go at
            the end of the block, if any was asked of this emulator.
    """
    chosen = clock_of(clock) if isinstance(clock, str) else clock
    inside = InProcess(Emulator(settings, handlers=handlers, clock=chosen))
    try:
        yield inside
    finally:
        inside.close(forget=forget)
