"""Activities: tasks that wait for a worker, and workers that wait for a task."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TypeAlias

from emulator.engine.running import OpenTask

Waker: TypeAlias = "asyncio.Future[None]"


class Activities:
    """The queues of all activities, by ARN; first come, first served on both sides.

    A worker who waits is woken, and then takes the task itself. So no task is ever on its way to
    a worker who has gone meanwhile.
    """

    def __init__(self) -> None:
        self._tasks: dict[str, OrderedDict[OpenTask, None]] = {}
        self._workers: dict[str, OrderedDict[Waker, None]] = {}

    def offer(self, task: OpenTask) -> None:
        """Keeps a task until a worker takes it."""
        activity = task.command.resource
        self._tasks.setdefault(activity, OrderedDict())[task] = None
        self._wake(activity)

    def withdraw(self, task: OpenTask) -> bool:
        """Takes back a task; tells whether no worker had taken it."""
        tasks = self._tasks.get(task.command.resource)
        if tasks is None or task not in tasks:
            return False
        del tasks[task]
        if not tasks:
            del self._tasks[task.command.resource]
        return True

    def holds(self, task: OpenTask) -> bool:
        """Whether a task is there that no worker has taken."""
        return task in self._tasks.get(task.command.resource, ())

    async def take(self, activity: str, seconds: float | None, end: asyncio.Future[None]) -> OpenTask | None:
        """The next task of an activity, or None if none comes in time.

        Args:
            activity: Its ARN.
            seconds: How many real seconds to wait, None for no limit.
            end: Ends the waiting when it is done.
        """
        loop = asyncio.get_running_loop()
        until = None if seconds is None else loop.time() + seconds
        found = self._next(activity)
        while found is None and not end.done():
            left = None if until is None else until - loop.time()
            if left is not None and left <= 0:
                break
            await self._wait(activity, left, end)
            found = self._next(activity)
        return found

    async def _wait(self, activity: str, seconds: float | None, end: asyncio.Future[None]) -> None:
        waker: Waker = asyncio.get_running_loop().create_future()
        waiting = self._workers.setdefault(activity, OrderedDict())
        waiting[waker] = None
        try:
            await asyncio.wait((waker, end), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            if waker.done() and activity in self._tasks:
                self._wake(activity)  # this worker has gone; another may have the task
            raise
        finally:
            waiting.pop(waker, None)
            waker.cancel()
            if not waiting:
                self._workers.pop(activity, None)

    def _next(self, activity: str) -> OpenTask | None:
        tasks = self._tasks.get(activity)
        if not tasks:
            return None
        task, _ = tasks.popitem(last=False)
        if not tasks:
            del self._tasks[activity]
        return task

    def _wake(self, activity: str) -> None:
        for waker in self._workers.get(activity, ()):
            if not waker.done():
                waker.set_result(None)
                return

    def workers(self, activity: str) -> int:
        """How many workers wait for a task of an activity."""
        return len(self._workers.get(activity, ()))
