"""Signals: what happened in the world is put to the thread that waits for it."""

from __future__ import annotations

import msgspec

from asl.errors import TIMEOUT
from asl.history import MAP_RUN_FAILED, TASK_EVENTS
from asl.interpreter import ending
from asl.interpreter.execution import Thread
from asl.interpreter.failing import RETRY_MARK
from asl.interpreter.frame import Frame
from asl.signals import (
    EXECUTION,
    ActivitiesMissing,
    Cancel,
    Continue,
    Deadline,
    Elapsed,
    MapRunFailed,
    MapRunSucceeded,
    Redriven,
    RunTask,
    Signal,
    StartTimer,
    Stopped,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
)  # fmt: skip


def take(frame: Frame, signal: Signal) -> None:
    """Notes a signal: writes its events and makes its thread ready to go on.

    A signal about a command that nobody awaits any more is dropped.
    """
    match signal:
        case TaskSucceeded() | TaskFailed():
            thread = _waiting(frame, signal.id)
            if thread is not None:
                _answered(frame, thread, signal)
        case Elapsed():
            for command, deadline in signal.due:
                _elapsed(frame, command, deadline)
        case TaskSubmitted():
            _submitted(frame, signal)
        case TaskStarted():
            _started(frame, signal)
        case MapRunSucceeded() | MapRunFailed():
            thread = _waiting(frame, signal.id)
            if thread is not None:
                _map_run_ended(frame, thread, signal)
        case ActivitiesMissing():
            frame.execution.missing = signal.arns
        case Stopped():
            ending.stopped(frame, signal.error, signal.cause)
        case Continue() | Redriven():
            pass


def _waiting(frame: Frame, command: str) -> Thread | None:
    """The thread that awaits a command, or None where nobody does any more."""
    thread = frame.execution.threads.get(command[: command.rfind("/") + 1])
    if thread is None or thread.phase != "wait" or thread.awaiting is None or thread.awaiting.id != command:
        return None
    return thread


def _answered(frame: Frame, thread: Thread, signal: TaskSucceeded | TaskFailed) -> None:
    if isinstance(signal, TaskFailed):
        _task_failed(frame, thread, signal.error, signal.cause)
        return
    if _too_early(thread):
        thread.early = signal
        return
    failure = frame.too_large(thread.limit_name, signal.output)
    if failure is not None:
        _task_failed(frame, thread, failure.error, failure.cause)
        return
    kind = TASK_EVENTS[thread.family].succeeded
    frame.emit(kind, thread, thread.head, signal.output, thread.scheduled)
    thread.result = signal.output
    thread.phase = "wake"
    frame.ready.append(thread)


def _map_run_ended(frame: Frame, thread: Thread, signal: MapRunSucceeded | MapRunFailed) -> None:
    if isinstance(signal, MapRunFailed):
        frame.emit(MAP_RUN_FAILED, thread, thread.head, signal.error, signal.cause)
        _fails(frame, thread, signal.error, signal.cause)
        return
    thread.result = signal.output
    thread.phase = "wake"
    frame.ready.append(thread)


def _too_early(thread: Thread) -> bool:
    """Whether a task's end comes before its first answer; it is kept until that is there."""
    command = thread.awaiting
    return isinstance(command, RunTask) and command.pattern != "request" and not thread.submitted


def _task_failed(frame: Frame, thread: Thread, error: str | None, cause: str | None) -> None:
    kind = TASK_EVENTS[thread.family].failed
    frame.emit(kind, thread, thread.head, (error, cause), thread.scheduled)
    _fails(frame, thread, error, cause)


def _fails(
    frame: Frame, thread: Thread, error: str | None, cause: str | None, heartbeat: bool = False
) -> None:
    """Notes a failure, to be acted on in a step of its own, after the other signals of this instant."""
    thread.failure = (error, cause, heartbeat)
    thread.phase = "fail"
    frame.ready.append(thread)


def _elapsed(frame: Frame, command: str, deadline: Deadline) -> None:
    if command == EXECUTION:
        ending.timed_out(frame)
        return
    thread = _waiting(frame, command)
    if thread is None:
        return
    if deadline == "timer":
        thread.phase = "again" if command.endswith(RETRY_MARK) else "wake"
        frame.ready.append(thread)
        return
    kind = TASK_EVENTS[thread.family].timed_out
    frame.emit(kind, thread, thread.head, (TIMEOUT, None), thread.scheduled)
    frame.commands.append(Cancel(command))
    _fails(frame, thread, TIMEOUT, None, heartbeat=deadline == "heartbeat")


def _submitted(frame: Frame, signal: TaskSubmitted) -> None:
    thread = _waiting(frame, signal.id)
    if thread is None or thread.submitted:
        return
    kind = TASK_EVENTS[thread.family].submitted
    if kind is not None:
        frame.emit(kind, thread, thread.head, signal.output, thread.scheduled)
    thread.submitted = True
    early, thread.early = thread.early, None
    if early is not None:
        _answered(frame, thread, early)


def _started(frame: Frame, signal: TaskStarted) -> None:
    thread = _waiting(frame, signal.id)
    if thread is None or thread.submitted or not isinstance(thread.awaiting, RunTask):
        return
    events = TASK_EVENTS[thread.family]
    if events.starts_itself:
        return
    thread.submitted = True
    frame.emit(events.started, thread, thread.head, signal.worker)
    timeout = thread.scheduled.timeout_seconds if thread.scheduled else None
    if timeout is not None:  # an activity's clock starts when a worker takes it
        deadline = frame.now + timeout * 1000
        thread.awaiting = msgspec.structs.replace(thread.awaiting, deadline=deadline)
        frame.commands.append(StartTimer(signal.id, deadline, "timeout"))
