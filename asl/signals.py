"""The core's border: commands, which it wants obeyed, and signals, which tell it of the world."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from asl.jsontypes import JSON

CommandId: TypeAlias = str
"""A command's number: its place in the run, ``<thread path><visit>.<attempt>``.

It is never used twice, so an answer that comes late, from before a retry, matches nothing.
"""

Deadline: TypeAlias = Literal["timer", "timeout", "heartbeat"]
"""Which clock of a command it is: a timer's own, a task's time limit, or the silence between its beats."""

EXECUTION: CommandId = "0"
"""Command 0 is the execution itself; its timer is the execution's time limit."""


class Record(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """Plain data that can be written to a log and read back."""


# ------------------------------------------------------------------ commands


class RunTask(Record, frozen=True):
    """Run a task and tell its end by `TaskSucceeded` or `TaskFailed`.

    Attributes:
        id: Echo it in every signal about this task.
        state: The Task state's name.
        resource: The Resource as written.
        service: What does it: ``lambda``, ``activity``, or an integration's service part.
        action: The integration's action part; for a Lambda function its name.
        pattern: ``request`` (one answer), ``sync`` or ``token`` (an answer, told by
            `TaskSubmitted`, and later the end).
        input: The task's parameters.
        deadline: When it times out, in milliseconds since the epoch, or None.
        heartbeat: The longest silence allowed between two beats in milliseconds, or None.
        token: The task token, where the context object has one.
        role_arn: The role to assume, from Credentials.
        attempt: 0 for the first, one more at each retry of the state.
    """

    id: CommandId
    state: str
    resource: str
    service: str
    action: str
    pattern: Literal["request", "sync", "token"]
    input: JSON
    deadline: int | None = None
    heartbeat: int | None = None
    token: str | None = None
    role_arn: str | None = None
    attempt: int = 0


class StartTimer(Record, frozen=True):
    """Send `Elapsed` with this id and kind at the deadline (milliseconds since the epoch)."""

    id: CommandId
    deadline: int
    kind: Deadline = "timer"


class Cancel(Record, frozen=True):
    """Forget a command; an answer that still comes will be ignored."""

    id: CommandId


Command: TypeAlias = RunTask | StartTimer | Cancel


# ------------------------------------------------------------------ signals


class Continue(Record, frozen=True):
    """Nothing happened; go on with the steps that the last turn left over (`Step.more`)."""


class TaskStarted(Record, frozen=True):
    """A worker has taken an activity's task."""

    id: CommandId
    worker: str | None = None


class TaskSubmitted(Record, frozen=True):
    """The integration answered a ``sync`` or ``token`` task's first call; its end is still to come."""

    id: CommandId
    output: JSON


class TaskSucceeded(Record, frozen=True):
    """A task ended well."""

    id: CommandId
    output: JSON


class TaskFailed(Record, frozen=True):
    """A task ended badly. AWS leaves out the error and the cause where nobody gave them."""

    id: CommandId
    error: str | None = None
    cause: str | None = None


class Elapsed(Record, frozen=True):
    """The clock reached the deadlines of these commands, all of them in this one instant.

    One signal and not one each: AWS writes the events of all that end together before it
    acts on the first (recording of four concurrent timeouts).
    """

    due: tuple[tuple[CommandId, Deadline], ...]


class ActivitiesMissing(Record, frozen=True):
    """These of the activities that the definition names do not exist, from now on and until told anew."""

    arns: tuple[str, ...]


class Stopped(Record, frozen=True):
    """Someone stopped the execution (StopExecution)."""

    error: str | None = None
    cause: str | None = None


class Redriven(Record, frozen=True):
    """Someone redrives the execution, which failed, timed out or was stopped (RedriveExecution)."""


Signal: TypeAlias = (
    Continue
    | TaskStarted
    | TaskSubmitted
    | TaskSucceeded
    | TaskFailed
    | Elapsed
    | ActivitiesMissing
    | Stopped
    | Redriven
)
