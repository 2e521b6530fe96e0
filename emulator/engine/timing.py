"""What has fallen due is told: when the clock comes to it, or when a clock that stands still is moved."""

from __future__ import annotations

import asyncio
from collections.abc import Set
from typing import TYPE_CHECKING

from emulator.engine.running import Running

if TYPE_CHECKING:
    from emulator.engine.local import LocalEngine

PATIENCE = 1.0
"""So many real seconds tasks get to end before somebody moves the clock on without them."""

COURTESY = 4
"""So many rounds of the event loop it takes, at most, until a task that waited for an execution runs."""


class Timing:
    """Goes by the clock and the schedule of an engine."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine
        self._alarm: tuple[int, asyncio.TimerHandle] | None = None
        self._courtesy = 0

    def close(self) -> None:
        """Lets nothing ring any more."""
        if self._alarm is not None:
            self._alarm[1].cancel()

    def arm(self, running: Running) -> None:
        """Sees to it that an execution's next deadline is in the schedule."""
        at = running.agenda.next()
        if at is not None:
            self._engine.schedule.arm(running, at)
            self._engine.wake()

    def ring(self) -> None:
        """Tells everything that has fallen due by a clock that goes."""
        if self._engine.clock.virtual:
            return
        schedule, now = self._engine.schedule, self._engine.clock.now()
        while (at := schedule.next()) is not None and at <= now:
            self._happen(at)

    def jump(self) -> bool:
        """Lets a clock that stands still go to what happens next, if nothing keeps it where it is."""
        at = self.next_jump()
        if at is None:
            return False
        if self._courtesy:
            self._courtesy -= 1
            self._engine.wake()
            return False
        self._engine.clock.advance(at)
        self._happen(at)
        return True

    def wait_for_others(self) -> None:
        """Keeps a clock that stands still where it is until those act who waited for an execution's end."""
        self._courtesy = COURTESY

    def next_jump(self) -> int | None:
        """Where such a clock would go now, or None where it would not.

        What fell due while no process ran waits for nobody.
        """
        engine = self._engine
        if not engine.clock.virtual or engine.has_turns:
            return None
        schedule = engine.schedule
        at = schedule.next()
        if at is None:
            return None
        by_itself = schedule.next_is_answer or engine.tasks.watch.gives_up_at(at)
        return None if engine.tasks.keep_clock(at, engine.clock.now(), by_itself) else at

    def _happen(self, at: int) -> None:
        """Tells what happens next, at its time."""
        tasks = self._engine.tasks
        subject, signal = self._engine.schedule.pop()
        if not isinstance(subject, Running):
            if signal is None:
                tasks.look(subject)
            else:
                tasks.tell(subject, signal)
            return
        if subject.agenda.next() == at:
            elapsed = subject.agenda.due()
            for command, kind in elapsed.due:
                if kind != "timer":
                    tasks.abandon(subject, command)  # its attempt is over, whatever comes later
            self._engine.tell(subject, elapsed)
        self.arm(subject)

    async def advance(self, at: int, patience: float = PATIENCE) -> None:
        """Moves the clock on to a time, whatever keeps it; what falls due on the way happens in order.

        Tasks that run get some time to end before the clock goes on without them.

        Args:
            at: The time, in milliseconds since the epoch.
            patience: How many real seconds any task gets.
        """
        engine = self._engine
        overtaken: Set[object] = frozenset()
        while True:
            overtaken = await self._settle(overtaken, patience)
            due = engine.schedule.next()
            if due is None or due > at:
                break
            engine.clock.advance(due)
            self._happen(due)
        engine.clock.advance(at)
        engine.wake()

    async def _settle(self, overtaken: Set[object], patience: float) -> Set[object]:
        """Waits until there are no turns to take and no tasks run but these; gives those that still do."""
        engine, time = self._engine, asyncio.get_running_loop().time
        end = time() + patience
        while engine.has_turns or self._courtesy or engine.map_runs.busy or engine.tasks.running - overtaken:
            busy = engine.has_turns or self._courtesy
            if not busy and time() >= end:
                break
            self._courtesy = max(self._courtesy - 1, 0)
            await asyncio.sleep(0 if busy else 0.001)
        return frozenset(engine.tasks.running)

    def set_alarm(self) -> None:
        """Asks the loop to call when the next thing happens, unless it will call before."""
        clock = self._engine.clock
        at = None if clock.virtual else self._engine.schedule.next()
        if at is None or (self._alarm is not None and self._alarm[0] <= at):
            return
        self.close()
        delay = clock.seconds_until(at)
        self._alarm = at, asyncio.get_running_loop().call_later(delay, self._on_alarm)

    def _on_alarm(self) -> None:
        self._alarm = None
        self._engine.wake()
