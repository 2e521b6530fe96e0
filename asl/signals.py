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


class Tolerance(Record, frozen=True):
    """How many items of a Map Run may fail.

    Attributes:
        count: So many; None for no bound of this kind.
        percentage: So much of all items, in per cent; None for no bound of this kind.
    """

    count: int | None = None
    percentage: float | None = None


class S3Call(Record, frozen=True):
    """What a distributed Map reads from S3, or writes there.

    Attributes:
        action: ``s3:getObject``, ``s3:listObjectsV2`` or ``s3:putObject``; empty where nothing is written.
        parameters: The call's parameters.
        config: ReaderConfig or WriterConfig, its values computed.
    """

    action: str
    parameters: dict[str, JSON] = {}
    config: dict[str, JSON] = {}


class Batching(Record, frozen=True):
    """How the items of a Map Run are put together.

    Attributes:
        items: The most items of a batch, or None.
        bytes: The most bytes of a batch's input, or None.
        input: What each batch is given besides its items, or None for nothing.
    """

    items: int | None = None
    bytes: int | None = None
    input: JSON = None


class StartMapRun(Record, frozen=True):
    """Run the items of a distributed Map as executions of their own.

    Its end is told by `MapRunSucceeded` or `MapRunFailed`. What each is given is computed by
    `asl.interpreter.map_run`.

    Attributes:
        id: Echo it in every signal about this run.
        state: The Map state's name.
        arn: The Map Run's ARN.
        label: What names the state in ARNs.
        execution_type: STANDARD or EXPRESS.
        input: The state's effective input, ``$`` of ItemSelector.
        items: The items, an array or an object; None where they are read.
        reader: What reads them, or None.
        batching: How they are put together, or None for an execution each.
        writer: What becomes of the results, or None for the state's result.
        concurrency: How many executions may run at a time; 0 for AWS's own bound.
        tolerance: How many items may fail.
        context: The context object at the state.
        variables: The variables that the state sees.
        redrives: How often it was redriven: 0 for a new one.
    """

    id: CommandId
    state: str
    arn: str
    label: str
    execution_type: Literal["STANDARD", "EXPRESS"]
    input: JSON = None
    items: JSON = None
    reader: S3Call | None = None
    batching: Batching | None = None
    writer: S3Call | None = None
    concurrency: int = 0
    tolerance: Tolerance = Tolerance()
    context: dict[str, JSON] = {}
    variables: dict[str, JSON] = {}
    redrives: int = 0


class StartTimer(Record, frozen=True):
    """Send `Elapsed` with this id and kind at the deadline (milliseconds since the epoch)."""

    id: CommandId
    deadline: int
    kind: Deadline = "timer"


class Cancel(Record, frozen=True):
    """Forget a command; an answer that still comes will be ignored."""

    id: CommandId


Command: TypeAlias = RunTask | StartMapRun | StartTimer | Cancel


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


class MapRunSucceeded(Record, frozen=True):
    """A Map Run ended, and no more of its items failed than may."""

    id: CommandId
    output: JSON


class MapRunFailed(Record, frozen=True):
    """A Map Run failed: too many of its items did, or items could not be read, or results not written."""

    id: CommandId
    error: str
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
    | MapRunSucceeded
    | MapRunFailed
    | Elapsed
    | ActivitiesMissing
    | Stopped
    | Redriven
)
