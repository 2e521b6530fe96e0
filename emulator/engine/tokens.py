"""Task tokens: which task each belongs to, and which belonged to a task that has ended.

AWS tells a token whose task has ended (TaskTimedOut) from one that is none (InvalidToken, TaskDoesNotExist).
Nothing is kept of a task for that. A token is drawn from the execution's seed and the number of its command,
and both outlive the task: the seed stands in the first line of the execution's log, the number in the event
that scheduled the task. So all tokens that an execution ever gave follow from what is kept of it anyway, and
no turn is taken again for them.

That is looked for only when somebody sends a token that looks like ours and that no task waits for, and once
for each event; tokens of the last tasks that ended are known without it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from asl.entropy import seed_of, task_token
from asl.history import TASK_EVENTS, Event
from emulator.engine.running import OpenTask, Running
from emulator.ports import Journal

REMEMBERED = 10_000
"""So many tokens of tasks that ended last are known as such at once."""
_SLICE = 1_000
"""After so many executions that need no look the event loop gets a chance to serve others."""
_WITH_TOKEN = (":activity:", ".sync", ".waitForTaskToken")
"""What stands in the Resource of tasks that have a token."""
_TASK, _ACTIVITY = TASK_EVENTS["task"].scheduled, TASK_EVENTS["activity"].scheduled


class Tokens:
    """All tokens of an engine's tasks."""

    def __init__(self) -> None:
        self._open: dict[str, OpenTask] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._given: set[int] = set()
        self._looked: dict[tuple[str, int], int] = {}

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

    async def has_ended(self, token: str, executions: Sequence[Running], journal: Journal) -> bool:
        """Whether a token that no task waits for belonged to one that has ended, however long ago.

        Args:
            token: 64 hexadecimal digits.
            executions: Where to look.
            journal: Has the logs of those that were unloaded.
        """
        short = _short(token)
        if token in self._ended or short in self._given:
            return True
        for number, running in enumerate(reversed(executions), 1):  # a late answer is rarely a very late one
            looked = self._look(running, journal)
            if looked and short in self._given:
                return True
            if looked or not number % _SLICE:
                await asyncio.sleep(0)
        return short in self._given

    def _look(self, running: Running, journal: Journal) -> bool:
        """Notes the tokens that an execution has given since the last look; tells whether it had to."""
        record = running.record
        if not _may_have_tokens(record.revision.definition):
            return False
        key = record.arn, record.started  # a name may be used again
        known = self._looked.get(key, 0)
        if running.visible <= known:
            return False
        seed = _seed(running, journal)
        history = running.history
        self._looked[key] = len(history)
        events = (history.event(place) for place in range(known, len(history)))
        self._given.update(_short(task_token(seed, command)) for command in _commands(events))
        return True


def _seed(running: Running, journal: Journal) -> bytes:
    if running.is_unloaded:
        return seed_of(journal.log(running.record.arn).start.seed)
    return running.execution.seed


def _short(token: str) -> int:
    """Enough of a token to know it again."""
    return int(token[:16], 16)


def _commands(events: Iterator[Event]) -> Iterator[str]:
    """The numbers of the commands for which tasks with a token were scheduled."""
    for kind, _, _, path, _, visit, attempt, _, _, extra in events:
        if kind is _ACTIVITY or (kind is _TASK and _has_token(extra.resource)):
            yield f"{path}{visit}.{attempt}"


def _has_token(text: str) -> bool:
    return any(each in text for each in _WITH_TOKEN)


@lru_cache(maxsize=1_024)
def _may_have_tokens(definition: str) -> bool:
    """Whether a definition can have tasks with a token. Escapes in it may hide them, so they count too."""
    return _has_token(definition) or "\\u" in definition
