"""Redrive: an execution that ended badly goes on from the states that it had not left.

The developer guide says what is run again. No recording shows the history of a redrive, so the shapes of
its events are inferred: docs/history.md tells them.
"""

from __future__ import annotations

from collections import deque

import msgspec

from asl.errors import DATA_LIMIT_EXCEEDED
from asl.history import EXECUTION_REDRIVEN, MAP_ITERATION_STARTED, MAP_STATE_STARTED, PARALLEL_STATE_STARTED
from asl.interpreter import forks
from asl.interpreter.execution import Execution, Fork, Thread
from asl.interpreter.frame import Frame
from asl.signals import EXECUTION, StartTimer

REDRIVABLE = frozenset({"FAILED", "TIMED_OUT", "ABORTED"})


def redrive(frame: Frame, seconds: int | None) -> None:
    """Opens an execution again. Its own thread is ready; those below it follow as their forks go on.

    ExecutionRedriven points at 0, as all events do that come from outside; what is run again points
    at it (both inferred).

    Args:
        frame: The turn's.
        seconds: The time limit, which begins anew (developer guide), or None.
    """
    execution = frame.execution
    identity = execution.identity
    count = (identity.redrive_count or 0) + 1
    execution.identity = msgspec.structs.replace(identity, redrive_count=count, redrive_time=frame.now)
    execution.threads = _renewed(execution)
    execution.status = "RUNNING"
    execution.error = execution.cause = execution.failed = None
    root = execution.threads[""]
    frame.emit(EXECUTION_REDRIVEN, root, 0, count)
    execution.deadline = None if seconds is None else frame.now + seconds * 1000
    if execution.deadline is not None:
        frame.commands.append(StartTimer(EXECUTION, execution.deadline))
    _begin(frame, root)


def _renewed(execution: Execution) -> dict[str, Thread]:
    """The threads, each in a new visit of its state with no retries made; their paths follow.

    A new visit gives its tasks and timers numbers that were never used. Threads below a Parallel or
    Map that is run again as a whole are left out.
    """
    below: dict[str, list[Thread]] = {}
    for thread in execution.threads.values():
        if thread.parent is not None:
            below.setdefault(thread.parent, []).append(thread)
    renewed: dict[str, Thread] = {}
    pending = deque([(execution.threads[""], "")])
    while pending:
        thread, path = pending.popleft()
        children = below.get(thread.path, [])
        if _is_spoiled(execution, thread):
            thread.fork, children = None, []
            thread.map_run = None
        if thread.finish is None:
            thread.visit, thread.attempt, thread.retries = thread.visit + 1, 0, None
        thread.awaiting = thread.early = thread.failure = thread.result = None
        thread.path = path
        renewed[path] = thread
        for child in children:
            child.parent = path
            pending.append((child, _child_path(thread, child.index)))
    return renewed


def _is_spoiled(execution: Execution, thread: Thread) -> bool:
    """Whether a Parallel or Map failed with States.DataLimitExceeded: then all of it is run again.

    Source: developer guide. It is read as: the state itself, or what failed in it.
    """
    if thread.fork is None and thread.map_run is None:
        return False
    if execution.error != DATA_LIMIT_EXCEEDED or execution.failed is None:
        return False
    return execution.failed.startswith(thread.path)


def _child_path(thread: Thread, index: int) -> str:
    return f"{thread.path}{thread.visit}.{thread.attempt}[{index}]/"


def _begin(frame: Frame, thread: Thread) -> None:
    """Lets a thread take steps. A state that had its output is only left (guide, of Pass states)."""
    thread.phase = "enter" if thread.finish is None else "leave"
    frame.ready.append(thread)


def resumed(frame: Frame, thread: Thread) -> bool:
    """Goes on with a Parallel or Map: what failed in it or was aborted begins again, then what never began.

    It writes *StateStarted, and MapIterationStarted for each iteration (inferred from retries, which do).

    Raises:
        Failure: An iteration's input cannot be made (ItemSelector).

    Returns:
        Whether the thread can take another step: there is nothing left to wait for.
    """
    fork = thread.fork
    assert fork is not None
    if fork.items is None:
        started = frame.emit(PARALLEL_STATE_STARTED, thread, thread.head)
    else:
        started = frame.emit(MAP_STATE_STARTED, thread, thread.head, len(fork.items))
    thread.phase = "wait" if fork.left else "join"
    unfinished = [index for index in range(fork.next) if not fork.done[index]]
    for index in unfinished:
        _begin_again(frame, thread, fork, index, started)
    room = min(fork.limit - len(unfinished), len(fork.done) - fork.next)
    for _ in range(room):
        forks.begin_next(frame, thread, fork, started)
    return not fork.left


def _begin_again(frame: Frame, parent: Thread, fork: Fork, index: int, started: int) -> None:
    child = frame.execution.threads[_child_path(parent, index)]
    child.head = started
    if fork.items is not None:
        child.head = frame.emit(MAP_ITERATION_STARTED, parent, started, index)
        parent.head = started  # it moves the iteration's chain, not the Map's
    _begin(frame, child)
