"""An execution: plain data, all that is needed to go on with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from asl.elements.outcome import Finish
from asl.history import Event, Scheduled
from asl.jsontypes import JSON, InvalidJSON, encode, loads
from asl.signals import EXECUTION, Cancel, Command, RunTask, StartMapRun, StartTimer, TaskSucceeded
from asl.spec.quotas import Quotas

Status: TypeAlias = Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]

Phase: TypeAlias = Literal[
    "enter",  # the state is about to be entered
    "again",  # ... entered again after a retry's delay, which writes no Entered event
    "begin",  # its task is scheduled and about to start
    "wait",  # it waits for a signal; not in the ready queue
    "wake",  # its timer rang, or its task succeeded
    "join",  # its branches or iterations are all done
    "fail",  # its task failed; Retry and Catch are still to be asked
    "leave",  # it has its output and is about to be left
    "parked",  # the execution failed around it; a redrive begins here
]


class Fork(msgspec.Struct):
    """The branches or iterations that a Parallel or Map waits for.

    Attributes:
        input: What each branch gets; for a Map, what ItemSelector sees.
        items: The items of a Map; None for a Parallel.
        limit: How many may run at a time.
        results: Outputs by index.
        done: One byte for each index: 1 where there is a result.
        next: The first index not yet started. Those behind it are this one number, no threads.
        left: How many have not ended.
    """

    input: JSON
    items: list[JSON] | None
    limit: int
    results: list[JSON]
    done: bytearray
    next: int = 0
    left: int = 0


class Thread(msgspec.Struct):
    """One line of control: the whole execution's, a branch's or an iteration's.

    Attributes:
        path: Where it runs, ``""`` for the execution's own. A child's is its parent's path, visit
            and attempt, and its index: ``3.0[5]/``.
        state: The state it is in.
        input: That state's raw input.
        parent: The path of the thread that waits for it, None for the execution's own.
        index: Its branch or item.
        visit: States it has entered; numbers the visits of states.
        attempt: Retries of this visit.
        retries: ... of them by retrier, in the order of Retry.
        draws: Random draws it has made.
        head: The last event of its chain.
        entered: The id of this visit's Entered event.
        entered_at: When that was, in milliseconds since the epoch.
        variables: What has been assigned in its scope.
        phase: What is next for it.
        finish: The output to leave with, in phase ``leave``.
        failure: (error, cause, heartbeat) to be handled, in phase ``fail``.
        awaiting: The command whose signal it waits for.
        map_run: The last Map Run of the state that it is in, which a redrive takes up again.
        family: Which events its task writes.
        scheduled: What its Scheduled event told, which the later ones repeat.
        limit_name: What States.DataLimitExceeded calls its task.
        submitted: Whether its task's first answer has come.
        early: A callback that came before that.
        result: What its task gave, in phase ``wake``.
        fork: The threads it waits for.
    """

    path: str
    state: str
    input: JSON
    parent: str | None = None
    index: int = 0
    visit: int = 1
    attempt: int = 0
    retries: list[int] | None = None
    draws: int = 0
    head: int = 0
    entered: int = 0
    entered_at: int = 0
    variables: dict[str, JSON] | None = None
    phase: Phase = "enter"
    finish: Finish | None = None
    failure: tuple[str | None, str | None, bool] | None = None
    awaiting: RunTask | StartMapRun | StartTimer | None = None
    map_run: StartMapRun | None = None
    family: str = ""
    scheduled: Scheduled | None = None
    limit_name: str = ""
    submitted: bool = False
    early: TaskSucceeded | None = None
    result: JSON = None
    fork: Fork | None = None


class Identity(msgspec.Struct, frozen=True):
    """Who an execution is; the context object tells it to the states.

    Attributes:
        arn: The execution's ARN.
        name: Its name.
        machine_arn: The state machine's ARN.
        machine_name: Its name.
        role_arn: The role it runs under; None for a state that is tried without one.
        region: Where it runs.
        start_time: When it began, in milliseconds since the epoch.
        redrive_count: How often it was redriven; None where AWS's context object has no such
            member (a synchronous Express execution).
        redrive_time: When it was redriven last, in milliseconds since the epoch; None if never.
    """

    arn: str
    name: str
    machine_arn: str
    machine_name: str
    role_arn: str | None
    region: str
    start_time: int
    redrive_count: int | None = 0
    redrive_time: int | None = None


class Execution(msgspec.Struct):
    """A run of a state machine, between two signals.

    Attributes:
        definition_hash: Of the definition that it runs, and must go on with.
        identity: Who it is.
        input: Its input.
        seed: What its random draws come from.
        quotas: The bounds it keeps.
        status: RUNNING until it closes.
        output: Its output, once SUCCEEDED.
        error: The error name, where it failed or was stopped with one.
        cause: The text with it.
        deadline: When its time is up, in milliseconds since the epoch, or None.
        last_event: The id of its last history event.
        variable_bytes: No less than its variables take as compact JSON.
        threads: Its lines of control by path.
        ready: Those that can take a step, first in first out.
        missing: The activities that it names and that do not exist.
        failed: The path of the thread whose state failed it; None if it did not fail.
    """

    definition_hash: str
    identity: Identity
    input: JSON
    seed: bytes
    quotas: Quotas
    status: Status = "RUNNING"
    output: JSON = None
    error: str | None = None
    cause: str | None = None
    deadline: int | None = None
    last_event: int = 0
    variable_bytes: int = 0
    threads: dict[str, Thread] = {}
    ready: list[str] = []
    missing: tuple[str, ...] = ()
    failed: str | None = None

    def save(self) -> bytes:
        """The whole execution as JSON text; `restore` makes it again."""
        return encode(msgspec.to_builtins(self))

    @classmethod
    def restore(cls, saved: bytes) -> Execution:
        """The execution that `save` wrote.

        Raises:
            ValueError: The text is no saved execution.
        """
        try:
            return msgspec.convert(loads(saved), cls)
        except (InvalidJSON, msgspec.ValidationError) as error:
            raise ValueError(f"not a saved execution: {error}") from None

    def pending(self) -> Iterator[Command]:
        """The commands given and not yet answered, for a driver that takes a restored execution on."""
        if self.status == "RUNNING" and self.deadline is not None:
            yield StartTimer(EXECUTION, self.deadline)
        for thread in self.threads.values():
            if thread.phase == "wait" and thread.awaiting is not None:
                yield thread.awaiting


class Step(msgspec.Struct, frozen=True):
    """What one turn of the interpreter gave.

    Attributes:
        commands: What is to be done, in this order.
        history: The events that were written.
        more: Whether steps are left over; go on with the signal `asl.signals.Continue`.
    """

    commands: list[Command | Cancel]
    history: list[Event]
    more: bool = False
