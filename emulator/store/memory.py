"""The store that keeps nothing beyond the process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from asl.history import History
from emulator.ports import Check, Log, Logged, Start
from emulator.records import ExecutionRecord


class MemoryJournal:
    """Forgets what it is told: nothing survives the process, so all of it is as durable as it gets."""

    lasting = False
    trouble: Exception | None = None

    def began(self, record: ExecutionRecord, start: Start) -> None:
        """Nothing."""

    def told(self, execution: str, number: int, at: int, what: Logged) -> None:
        """Nothing."""

    def checked(self, execution: str, number: int, check: Check) -> None:
        """Nothing."""

    def changed(self, record: ExecutionRecord) -> None:
        """Nothing."""

    def ended(self, record: ExecutionRecord, history: History) -> None:
        """Nothing."""

    def child_ended(self, record: ExecutionRecord) -> None:
        """Nothing."""

    def forget_children(self, map_run: str) -> None:
        """Nothing."""

    def forget(self, execution: str) -> None:
        """Nothing."""

    def keep(self, record: Any) -> None:
        """Nothing."""

    def drop(self, record: Any) -> None:
        """Nothing."""

    def clear(self) -> None:
        """Nothing."""

    def when_committed(
        self, work: Callable[[], None], lost: Callable[[Exception], None] | None = None
    ) -> None:
        """Does it now."""
        work()

    def log(self, execution: str) -> Log:
        """None: nobody asks, for executions stay in memory.

        Raises:
            KeyError: Always.
        """
        raise KeyError(execution)

    def history(self, execution: str) -> History:
        """None, as `log`.

        Raises:
            KeyError: Always.
        """
        raise KeyError(execution)

    def children(self, map_run: str) -> Iterator[ExecutionRecord]:
        """None."""
        return iter(())

    def close(self) -> None:
        """Nothing."""
