"""Task tokens: which task each belongs to, and which belonged to a task that has ended."""

from __future__ import annotations

from collections import OrderedDict

from emulator.engine.running import OpenTask

REMEMBERED = 10_000
"""So many tokens of ended tasks are known as such."""


class Tokens:
    """All tokens of an engine's tasks."""

    def __init__(self) -> None:
        self._open: dict[str, OpenTask] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def give(self, task: OpenTask) -> None:
        """Makes a task's token known, if it has one."""
        if task.command.token is not None:
            self._open[task.command.token] = task

    def close(self, task: OpenTask) -> None:
        """Makes it known that a task needs no callback any more."""
        token = task.command.token
        if token is None or self._open.get(token) is not task:
            return
        del self._open[token]
        self.note_ended(token)

    def note_ended(self, token: str) -> None:
        """Remembers that a token belonged to a task that has ended."""
        self._ended[token] = None
        if len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)

    def task(self, token: str) -> OpenTask | None:
        """The task that waits for a token, or None where none does."""
        return self._open.get(token)

    def has_ended(self, token: str) -> bool:
        """Whether it belonged to a task that has ended."""
        return token in self._ended
