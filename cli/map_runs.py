"""How far a Map Run is, as people read it."""

from __future__ import annotations

from math import ceil
from time import monotonic

from asl.interpreter.map_run import Counts
from cli.figures import count, duration


class MapRunProgress:
    """A Map Run that began just now.

    Attributes:
        executions: How many of its executions have ended.
    """

    def __init__(self) -> None:
        self.executions = 0
        self._began = monotonic()
        self._counts = Counts()
        self._known = False

    def note(self, counts: Counts, *, known: bool) -> None:
        """Notes that an execution has ended.

        Args:
            counts: The items.
            known: Whether it is known how many there are.
        """
        self.executions += 1
        self._counts, self._known = counts, known

    @property
    def done(self) -> int:
        """How many items are done, well or not."""
        return self._counts.done

    @property
    def far(self) -> str:
        """How far it is: ``1,200 of 3,000 items, 3 failed, 400/s, 4.5s left``."""
        return far(self._counts, monotonic() - self._began, known=self._known)

    @property
    def total(self) -> str:
        """What it has done: ``3,000 items, 3 failed, in 30 executions``."""
        executions = count(self.executions, "execution")
        return f"{count(self.done, 'item')}{_failed(self._counts)} in {executions}"


def far(counts: Counts, seconds: float, *, known: bool) -> str:
    """How far a Map Run is.

    Args:
        counts: Its items.
        seconds: How long it has been at work, in real time.
        known: Whether it is known how many there are; only then can be told how long they will take.
    """
    done = counts.done
    items = f"{done:,} of {count(counts.total, 'item')}" if known else count(done, "item")
    text = f"{items}{_failed(counts)}"
    if not done or seconds <= 0:
        return text
    rate = done / seconds
    text += f", {rate:,.0f}/s" if rate >= 10 else f", {rate:.1f}/s"
    if known and done < counts.total:
        text += f", {duration(ceil((counts.total - done) / rate) * 1000)} left"
    return text


def _failed(counts: Counts) -> str:
    return f", {counts.not_succeeded:,} failed" if counts.not_succeeded else ""
