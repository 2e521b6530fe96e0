"""What the engine and the operations need of the rooms around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any, NamedTuple, Protocol, TypeAlias

import msgspec

from asl.handlers import Answer
from asl.history import History
from asl.interpreter import Identity
from asl.jsontypes import JSON
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

    def child_ended(self, record: ExecutionRecord) -> None:
        """Notes how an execution of a Map Run ended; `ended` does so too."""
        ...

    def forget_children(self, map_run: str) -> None:
        """Notes that nobody asks for the ends of a Map Run's executions any more."""
        ...

    def forget(self, execution: str) -> None:
        """Notes that an execution that has ended is not to be described any more."""
        ...

    def keep(self, record: Any) -> None:
        """Notes a record that has an ARN: of a state machine, an activity, a function."""
        ...

    def drop(self, record: Any) -> None:
        """Notes that what has such a record is gone."""
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

    def children(self, map_run: str) -> Iterator[ExecutionRecord]:
        """How those executions of a Map Run ended that have; without their revisions."""
        ...

    def close(self) -> None:
        """Commits what is left and closes."""
        ...


class TaskRunner(Protocol):
    """Runs tasks of one execution; may block, and is called from a pool of threads."""

    def expects(self, task: RunTask) -> bool:
        """Whether a task's answer is mocked, so that nobody outside is to be waited for. Must not block.

        It is asked of every task before that is run, in the order in which the core asked for them. Of an
        execution that was rebuilt it is asked of all of them again, those that have ended too.
        """
        ...

    def run(self, task: RunTask, now: int) -> Answer:
        """The signals that a task ends with, and how long it took."""
        ...

    def resume(self, task: RunTask, output: JSON, now: int) -> Answer:
        """Looks after a task of the pattern ``sync`` again that was begun before this process was.

        Args:
            task: The task.
            output: What its first call answered.
            now: The time, in milliseconds since the epoch.
        """
        ...


class Own(Protocol):
    """Step Functions itself, as tasks that call it need it: without waiting."""

    def begin(self, operation: str, members: JSON, region: str, account: str) -> Future[Reply]:
        """Asks for an operation.

        Args:
            operation: As AWS calls it.
            members: Its members, as the API calls them.
            region: Where.
            account: On whose account.
        """
        ...

    def when_ended(self, execution_arn: str, done: Callable[[], None]) -> None:
        """Has a function called when a Standard execution has ended; at once if it has, or is not there."""
        ...


class Reply(NamedTuple):
    """What the API answers: whether it went well, and the answer's or the error's members."""

    ok: bool
    members: dict[str, Any]


class Backends(Protocol):
    """What AWS's services are reached by.

    Attributes:
        own: Step Functions, where it is this emulator's; None if its endpoint is elsewhere.
    """

    @property
    def own(self) -> Own | None:
        """See above."""
        ...

    def client(self, service: str, region: str, account: str) -> Any:
        """A botocore client of a service.

        Args:
            service: As boto3 calls it.
            region: Where.
            account: On whose account.

        Raises:
            Unreachable: Nothing here answers for that service; the text says what to do.
        """
        ...

    def endpoint(self, service: str) -> str | None:
        """Where a service is reached over the network; None if it is answered in this process.

        Args:
            service: As boto3 calls it.
        """
        ...


class MocksRefused(Exception):
    """Mocks that cannot be used: the text says what, where, and what to do."""


NO_MOCKS = "there is no mock configuration: asl serve --mock-config FILE, or the variable SFN_MOCK_CONFIG"


class Unreachable(Exception):
    """There is nothing that answers for an AWS service; the text says what to do."""
