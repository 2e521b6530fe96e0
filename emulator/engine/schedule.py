"""What happens when: the next deadline of every execution and answers still on their way, on one heap."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TypeAlias

from asl.signals import Signal
from emulator.engine.running import OpenTask, Running

Entry: TypeAlias = tuple[int, int, int, int, Running | OpenTask, Signal | None]
"""(time, rank, the task's order, the entry's own, whose, signal)."""

_ANSWER, _DEADLINE = 0, 1
"""Ranks: an answer just in time counts. Only deadlines are counted when they are taken back."""
_CLEAN_UP_AT = 64


class Schedule:
    """Answers by their time, and of each execution its next deadline.

    Entries that no longer hold stay until they come up, or are the larger part.
    """

    def __init__(self) -> None:
        self._heap: list[Entry] = []
        self._order = 0
        self._stale = 0

    def __len__(self) -> int:
        return len(self._heap)

    def put(self, at: int, task: OpenTask, signal: Signal | None) -> None:
        """Puts down that a task gives a signal at a time, or with None that it is looked after.

        Those of one instant come in the tasks' order.
        """
        self._order += 1
        heappush(self._heap, (at, _ANSWER, task.order, self._order, task, signal))

    def arm(self, running: Running, at: int) -> None:
        """Puts down an execution's next deadline, unless an earlier one of it is there already.

        When that comes up and has been met, the next takes its place.
        """
        if running.armed is not None and running.armed_at <= at:
            return
        self.disarm(running)
        self._order += 1
        running.armed, running.armed_at = self._order, at
        heappush(self._heap, (at, _DEADLINE, 0, self._order, running, None))

    def disarm(self, running: Running) -> None:
        """Takes an execution's next deadline back."""
        if running.armed is None:
            return
        running.armed = None
        self._stale += 1
        if self._stale > _CLEAN_UP_AT and 2 * self._stale > len(self._heap):
            self._heap = [entry for entry in self._heap if _holds(entry)]
            heapify(self._heap)
            self._stale = 0

    def next(self) -> int | None:
        """When the next thing happens, or None where nothing will."""
        heap = self._heap
        while heap:
            at, rank, _, _, subject, _ = entry = heap[0]
            if not _holds(entry):
                heappop(heap)
                self._stale -= rank
            elif isinstance(subject, Running) and (due := subject.agenda.next()) != at:
                heappop(heap)  # that deadline was met, or moved
                subject.armed = None
                if due is not None:
                    self.arm(subject, due)
            else:
                return at
        return None

    @property
    def next_is_answer(self) -> bool:
        """Whether what happens next is a task's answer, or a look at how one stands."""
        return self.next() is not None and self._heap[0][1] == _ANSWER

    def pop(self) -> tuple[Running | OpenTask, Signal | None]:
        """Takes out what happens next: a task and its signal, if any, or the execution whose deadline it is.

        Raises:
            IndexError: Nothing will.
        """
        self.next()
        *_, subject, signal = heappop(self._heap)
        if isinstance(subject, Running):
            subject.armed = None
        return subject, signal


def _holds(entry: Entry) -> bool:
    subject = entry[4]
    return subject.open if isinstance(subject, OpenTask) else subject.armed == entry[3]
