"""The store that keeps nothing beyond the process."""

from __future__ import annotations

from collections.abc import Callable

from asl.signals import Signal


class MemoryJournal:
    """Forgets what it is told: nothing survives the process, so all of it is as durable as it gets."""

    def told(self, execution: str, at: int, signal: Signal) -> None:
        """Nothing."""

    def when_committed(self, work: Callable[[], None]) -> None:
        """Does it now."""
        work()
