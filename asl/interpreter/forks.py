"""Parallel and Map: how their threads begin, end, fail together and are cleared away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asl.elements.outcome import Split
from asl.history import (
    ABORTED,
    MAP_ITERATION_ABORTED,
    MAP_ITERATION_FAILED,
    MAP_ITERATION_STARTED,
    MAP_ITERATION_SUCCEEDED,
    MAP_RUN_ABORTED,
    MAP_STATE_STARTED,
    MAP_STATE_SUCCEEDED,
    PARALLEL_STATE_STARTED,
    PARALLEL_STATE_SUCCEEDED,
)  # fmt: skip
from asl.interpreter.execution import Execution, Fork, Thread
from asl.interpreter.frame import Frame
from asl.jsontypes import JSON
from asl.signals import StartMapRun


def split(frame: Frame, thread: Thread, outcome: Split) -> bool:
    """Begins the branches, or the first iterations: all their Started events before any state is entered.

    Raises:
        Failure: An iteration's input cannot be made (ItemSelector).

    Returns:
        Whether the thread can take another step: there is nothing to wait for.
    """
    state = frame.states[thread.state]
    items = outcome.items
    total = len(state.branches) if items is None else len(items)
    fork = Fork(outcome.input, items, outcome.limit, [None] * total, bytearray(total), left=total)
    thread.fork = fork
    if items is None:
        frame.emit(PARALLEL_STATE_STARTED, thread, thread.head)
    else:
        frame.emit(MAP_STATE_STARTED, thread, thread.head, total)
    thread.phase = "wait"
    thread.awaiting = None
    if not total:
        thread.phase = "join"
        return True
    previous = thread.head
    for _ in range(min(outcome.limit, total)):
        begin_next(frame, thread, fork, previous)
    return False


def begin_next(frame: Frame, parent: Thread, fork: Fork, previous: int) -> None:
    """Begins the next branch or iteration, its first event pointing at ``previous``."""
    index = fork.next
    state = frame.states[parent.state]
    value = fork.input
    if fork.items is not None:
        value = fork.items[index]
        if state.item_selector is not None:
            value = _selected(frame, parent, state, fork, index)
    fork.next = index + 1
    child = Thread(
        f"{parent.path}{parent.visit}.{parent.attempt}[{index}]/", state.block(index).start_at, value,
        parent.path, index,
    )  # fmt: skip
    if fork.items is None:
        child.head = previous
    else:
        head = parent.head
        child.head = frame.emit(MAP_ITERATION_STARTED, parent, previous, index)
        parent.head = head  # it moves the iteration's chain, not the Map's
    frame.execution.threads[child.path] = child
    frame.ready.append(child)


def _selected(frame: Frame, parent: Thread, state: Any, fork: Fork, index: int) -> JSON:
    """An iteration's input by ItemSelector: ``$`` is the Map's effective input, ``$$`` knows the item."""
    assert fork.items is not None
    frame.focus(parent)
    frame.item = (index, fork.items[index])
    try:
        return frame.bounded(state.item_selector(fork.input, frame))
    finally:
        frame.item = None


def child_ended(frame: Frame, child: Thread, output: JSON) -> None:
    """Keeps a branch's or iteration's output, and begins the next iteration or joins.

    Raises:
        Failure: The next iteration's input cannot be made; it is the waiting thread's failure.
    """
    threads = frame.execution.threads
    assert child.parent is not None
    parent = threads[child.parent]
    fork = parent.fork
    assert fork is not None
    del threads[child.path]
    child.phase = "parked"
    fork.results[child.index] = output
    fork.done[child.index] = 1
    fork.left -= 1
    if fork.items is None:
        parent.head = child.head  # the last branch event in time is the one pointed at
    else:
        frame.emit(MAP_ITERATION_SUCCEEDED, parent, child.head, child.index)
        if fork.next < len(fork.items):
            # AWS: it points at the last event of the iteration that made room, not at its Succeeded
            begin_next(frame, parent, fork, child.head)
    if not fork.left:
        parent.phase = "join"
        frame.ready.append(parent)


def joined(frame: Frame, thread: Thread) -> int:
    """Writes that all branches or iterations have succeeded; gives the event's id."""
    fork = thread.fork
    assert fork is not None
    kind = PARALLEL_STATE_SUCCEEDED if fork.items is None else MAP_STATE_SUCCEEDED
    return frame.emit(kind, thread, thread.head)


def child_failed(frame: Frame, child: Thread) -> Thread:
    """Ends a fork whose child failed: the others are aborted. Gives the thread that waited for it.

    Every event points at the failing one (recorded; the order among siblings too).
    """
    assert child.parent is not None
    threads = frame.execution.threads
    parent = threads[child.parent]
    fork = parent.fork
    assert fork is not None
    failing = child.head
    if fork.items is not None:
        frame.emit(MAP_ITERATION_FAILED, parent, failing, child.index)
    if frame.states[child.state].kind == "Task":
        frame.emit(ABORTED["Task"], child, failing)
    child.phase = "parked"
    abort_children(frame, parent, failing)
    parent.head = failing
    return parent


def abort_children(frame: Frame, parent: Thread, failing: int) -> None:
    """Aborts the branches or iterations that still run, in the order of their indexes."""
    for child in _live_children(frame.execution, parent):
        _abort(frame, parent, child, failing)


def _live_children(execution: Execution, parent: Thread) -> list[Thread]:
    prefix = f"{parent.path}{parent.visit}.{parent.attempt}["
    children = [
        thread
        for path, thread in execution.threads.items()
        if thread.parent == parent.path and path.startswith(prefix) and thread.phase != "parked"
    ]
    return sorted(children, key=lambda thread: thread.index)


def _abort(frame: Frame, parent: Thread, thread: Thread, failing: int) -> None:
    """Cancels a thread and those below it; each live state writes its Aborted (inferred but for Task)."""
    pending = [(parent, thread)]
    while pending:
        parent, each = pending.pop()
        if parent.fork is not None and parent.fork.items is not None:
            frame.emit(MAP_ITERATION_ABORTED, parent, failing, each.index)
        if isinstance(each.awaiting, StartMapRun):
            frame.emit(MAP_RUN_ABORTED, each, failing)
        kind = ABORTED.get(frame.states[each.state].kind)
        if kind is not None and each.phase != "enter":
            frame.emit(kind, each, failing)
        if each.fork is not None:
            pending += [(each, below) for below in reversed(_live_children(frame.execution, each))]
        frame.cancel(each)


def drop(frame: Frame, thread: Thread) -> None:
    """Clears a fork away, after its state's Retry or Catch has taken the failure."""
    if thread.fork is None:
        return
    thread.fork = None
    for below in list(_descendants(frame.execution, thread)):
        frame.cancel(below)
        del frame.execution.threads[below.path]


def _descendants(execution: Execution, thread: Thread) -> Iterator[Thread]:
    prefix = f"{thread.path}{thread.visit}.{thread.attempt}["
    return (each for path, each in execution.threads.items() if path.startswith(prefix))
