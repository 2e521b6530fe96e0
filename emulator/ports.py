"""What the engine and the operations need of the rooms around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeAlias

import msgspec

from asl.handlers import Answer
from asl.history import History
from asl.interpreter import Identity
from asl.signals import CommandId, Record, RunTask, Signal, TaskFailed
from asl.spec.quotas import Quotas
from emulator.records import ExecutionRecord


class Start(msgspec.Struct, frozen=True):
    """What an execution began with, beside its record: enough to begin it again, the same.

    Attributes:
        identity: Who it is.
        seed: What its random draws come from.
        quotas: The bounds that it keeps.
        missing: The activities that it names and that did not exist.
        replay: The version of the rules by which its log is read.
    """

    identity: Identity
    seed: str
    quotas: Quotas
    missing: tuple[str, ...]
    replay: int


class Held(Record, frozen=True):
    """Somebody told a task's failure before its first answer; the core is told it after that."""

    signal: TaskFailed


class Beaten(Record, frozen=True):
    """A worker said that it still works on a task (SendTaskHeartbeat)."""

    id: CommandId


Logged: TypeAlias = Signal | Held | Beaten
"""What a log holds: what the core was told, and what the engine keeps for it meanwhile."""


class Check(NamedTuple):
    """How far an execution was after some turns, to be compared when they are taken again.

    Attributes:
        turns: How many turns it had taken for what it was told last.
        events: How many events it had written.
        digest: What `emulator.engine.replay.digest` gives for them.
    """

    turns: int
    events: int
    digest: int


class Entry(NamedTuple):
    """A line of an execution's log.

    Attributes:
        at: When it was told, in milliseconds since the epoch.
        what: What.
        check: How far that took the execution; None where no turn was taken for it, or none noted.
    """

    at: int
    what: Logged
    check: Check | None


class Log(NamedTuple):
    """An execution's log.

    Attributes:
        start: How it began.
        check: How far its beginning took it.
        entries: What it was told since, in order.
    """

    start: Start
    check: Check | None
    entries: list[Entry]


class Journal(Protocol):
    """Keeps records, and what executions are told, so that they can be rebuilt.

    Nothing is durable before the next commit; what is noted without asking for one in between is in
    the same commit or in none. The memory store's journal forgets at once.

    Attributes:
        lasting: Whether it keeps anything.
        trouble: Why its last commit failed, or None.
    """

    lasting: bool
    trouble: Exception | None

    def began(self, record: ExecutionRecord, start: Start) -> None:
        """Notes a new execution; one of the same ARN that was there before is forgotten."""
        ...

    def told(self, execution: str, number: int, at: int, what: Logged) -> None:
        """Notes the line of a number (from 1) in an execution's log, at a time in milliseconds."""
        ...

    def checked(self, execution: str, number: int, check: Check) -> None:
        """Notes how far a line, or with 0 its beginning, has taken an execution."""
        ...

    def changed(self, record: ExecutionRecord) -> None:
        """Notes an execution's record, which runs."""
        ...

    def ended(self, record: ExecutionRecord, history: History) -> None:
        """Notes an execution's record and its history as they are when it ends."""
        ...

    def keep(self, record: Any) -> None:
        """Notes the record of a state machine or an activity."""
        ...

    def drop(self, record: Any) -> None:
        """Notes that a state machine or an activity is gone."""
        ...

    def clear(self) -> None:
        """Notes that everything is gone."""
        ...

    def when_committed(
        self, work: Callable[[], None], lost: Callable[[Exception], None] | None = None
    ) -> None:
        """Does something as soon as all that was noted until now is durable; at once where it is.

        Args:
            work: What to do.
            lost: Is called instead, and at once, if a commit fails. Without it, ``work`` waits for
                one that succeeds: what was noted is never dropped.
        """
        ...

    def log(self, execution: str) -> Log:
        """An execution's log."""
        ...

    def history(self, execution: str) -> History:
        """The history of an execution that has ended."""
        ...

    def close(self) -> None:
        """Commits what is left and closes."""
        ...


class TaskRunner(Protocol):
    """Runs tasks of one execution; may block, and is called from a pool of threads."""

    def run(self, task: RunTask, now: int) -> Answer:
        """The signals that a task ends with, and how long it took."""
        ...
