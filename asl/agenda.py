"""The clock-work that every driver of the core shares: deadlines, and which of them fall due together."""

from __future__ import annotations

import re
from heapq import heapify, heappop, heappush

from asl.signals import CommandId, Deadline, Elapsed

_NUMBER = re.compile(r"\d+")
_CLEAN_UP_AT = 64


class Agenda:
    """Deadlines by command. Ties fall due together, in the order of the commands' numbers."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, tuple[int, ...], CommandId, Deadline]] = []
        self._deadlines: dict[tuple[CommandId, Deadline], int] = {}

    def __len__(self) -> int:
        return len(self._deadlines)

    def set(self, command: CommandId, kind: Deadline, at: int) -> None:
        """Sets a command's deadline, or moves it, in milliseconds since the epoch."""
        self._deadlines[command, kind] = at
        place = tuple(map(int, _NUMBER.findall(command)))
        heappush(self._heap, (at, place, command, kind))

    def forget(self, command: CommandId) -> None:
        """Forgets all deadlines of a command."""
        if not self._deadlines:
            return
        for kind in ("timer", "timeout", "heartbeat"):
            self._deadlines.pop((command, kind), None)
        if len(self._heap) > _CLEAN_UP_AT and len(self._heap) > 2 * len(self._deadlines):
            self._heap = [entry for entry in self._heap if self._stands(entry)]
            heapify(self._heap)

    def when(self, command: CommandId) -> int | None:
        """When a command's first deadline is, in milliseconds since the epoch, or None if it has none."""
        kinds: tuple[Deadline, ...] = ("timer", "timeout", "heartbeat")
        return min(
            (self._deadlines[command, each] for each in kinds if (command, each) in self._deadlines),
            default=None,
        )

    def _stands(self, entry: tuple[int, tuple[int, ...], CommandId, Deadline]) -> bool:
        at, _, command, kind = entry
        return self._deadlines.get((command, kind)) == at

    def next(self) -> int | None:
        """When the next deadline is, or None where there is none."""
        while self._heap and not self._stands(self._heap[0]):
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def due(self) -> Elapsed:
        """Takes out everything that is due at the next deadline, as the signal that tells it."""
        at = self.next()
        found: list[tuple[CommandId, Deadline]] = []
        while at is not None and self.next() == at:
            _, _, command, kind = heappop(self._heap)
            del self._deadlines[command, kind]
            found.append((command, kind))
        return Elapsed(tuple(found))
