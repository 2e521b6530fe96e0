"""What the engine and the operations need of the rooms around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from asl.handlers import Answer
from asl.signals import RunTask, Signal


class Journal(Protocol):
    """Keeps what an execution is told, so that it can be rebuilt. The memory store's forgets at once."""

    def told(self, execution: str, at: int, signal: Signal) -> None:
        """Notes a signal, at a time in milliseconds since the epoch. It is durable after the next commit."""
        ...

    def when_committed(self, work: Callable[[], None]) -> None:
        """Does something as soon as all that was noted until now is durable; at once where it is."""
        ...


class TaskRunner(Protocol):
    """Runs tasks of one execution; may block, and is called from a pool of threads."""

    def run(self, task: RunTask, now: int) -> Answer:
        """The signals that a task ends with, and how long it took."""
        ...
