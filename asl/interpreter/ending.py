"""How an execution closes: by its own success or failure, by its time limit, or because someone stops it."""

from __future__ import annotations

from asl.errors import RUNTIME, Failure
from asl.history import (
    EXECUTION_ABORTED,
    EXECUTION_FAILED,
    EXECUTION_SUCCEEDED,
    EXECUTION_TIMED_OUT,
    EventType,
)
from asl.interpreter.execution import Status, Thread
from asl.interpreter.frame import Frame
from asl.jsontypes import JSON
from asl.signals import EXECUTION, Cancel


def succeeded(frame: Frame, thread: Thread, output: JSON) -> None:
    """Closes the execution with its output."""
    frame.emit(EXECUTION_SUCCEEDED, thread, thread.head, output)
    frame.execution.output = output
    _close(frame, "SUCCEEDED")


def failed(frame: Frame, thread: Thread, failure: Failure, origin: str = "") -> None:
    """Closes the execution as FAILED; its threads stay, so that it can be redriven.

    Args:
        frame: The turn's.
        thread: Whose chain the event goes on.
        failure: What nobody took.
        origin: The path of the thread whose state failed first.
    """
    frame.execution.failed = origin
    frame.emit(EXECUTION_FAILED, thread, thread.head, failure.error, failure.cause)
    _close(frame, "FAILED", failure.error, failure.cause)


def timed_out(frame: Frame) -> None:
    """Closes the execution at its time limit, which gives no error and no cause (recorded)."""
    _from_outside(frame, EXECUTION_TIMED_OUT, None, None)
    _close(frame, "TIMED_OUT")


def stopped(frame: Frame, error: str | None, cause: str | None) -> None:
    """Closes the execution because someone stopped it."""
    _from_outside(frame, EXECUTION_ABORTED, error, cause)
    _close(frame, "ABORTED", error, cause)


def over_quota(frame: Frame, limit: int) -> None:
    """Fails an execution whose history passes AWS's quota; the failure is its last event.

    What the last step wrote and asked for beyond the quota has never happened. The text is from
    memory; no recording of this failure exists.
    """
    if frame.execution.status != "RUNNING" and frame.last_id <= limit:
        return  # it closed just in time
    del frame.events[len(frame.events) - (frame.last_id - limit + 1) :]
    frame.last_id = limit - 1
    frame.commands[:] = [command for command in frame.commands if isinstance(command, Cancel)]
    frame.execution.output = None
    root = frame.execution.threads[""]
    root.head = frame.last_id
    failed(
        frame,
        root,
        Failure(RUNTIME, f"The execution reached the maximum number of history events ({limit})."),
    )


def _from_outside(frame: Frame, kind: EventType, error: str | None, cause: str | None) -> None:
    frame.emit(kind, frame.execution.threads[""], 0, error, cause)  # AWS: such an event points at 0


def _close(frame: Frame, status: Status, error: str | None = None, cause: str | None = None) -> None:
    execution = frame.execution
    execution.status, execution.error, execution.cause = status, error, cause
    for thread in execution.threads.values():
        frame.cancel(thread)
    frame.commands.append(Cancel(EXECUTION))
