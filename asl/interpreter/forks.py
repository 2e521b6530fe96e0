"""Parallel and Map: how their threads begin, end, fail together and are cleared away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from asl.elements.outcome import Split
from asl.errors import Failure
from asl.history import (
    ABORTED,
    MAP_ITERATION_ABORTED,
    MAP_ITERATION_FAILED,
    MAP_ITERATION_STARTED,
    MAP_ITERATION_SUCCEEDED,
    MAP_STATE_STARTED,
    MAP_STATE_SUCCEEDED,
    PARALLEL_STATE_STARTED,
    PARALLEL_STATE_SUCCEEDED,
)  # fmt: skip
from asl.interpreter.execution import Execution, Fork, Thread
from asl.jsontypes import JSON
from asl.signals import Cancel

if TYPE_CHECKING:
    from asl.interpreter.turn import Turn


def split(turn: Turn, thread: Thread, outcome: Split) -> bool:
    """Begins the branches, or the first iterations: all their Started events before any state is entered."""
    state = turn.states[thread.state]
    items = outcome.items
    total = len(state.branches) if items is None else len(items)
    fork = Fork(outcome.input, items, outcome.limit, [None] * total, bytearray(total), left=total)
    thread.fork = fork
    if items is None:
        turn.emit(PARALLEL_STATE_STARTED, thread, thread.head)
    else:
        turn.emit(MAP_STATE_STARTED, thread, thread.head, total)
    thread.phase = "wait"
    thread.awaiting = None
    if not total:
        thread.phase = "join"
        return True
    previous = thread.head
    for _ in range(min(outcome.limit, total)):
        if not _begin_next(turn, thread, fork, previous):
            break
    return False


def _begin_next(turn: Turn, parent: Thread, fork: Fork, previous: int) -> bool:
    """Begins the next branch or iteration, its first event pointing at ``previous``."""
    index = fork.next
    state = turn.states[parent.state]
    value = fork.input
    if fork.items is not None:
        value = fork.items[index]
        if state.item_selector is not None:
            try:
                value = _selected(turn, parent, state, fork, index)
            except Failure as failure:
                turn.fail(parent, failure)
                return False
    fork.next = index + 1
    child = Thread(
        f"{parent.path}{parent.visit}.{parent.attempt}[{index}]/", state.block(index).start_at, value,
        parent.path, index,
    )  # fmt: skip
    if fork.items is None:
        child.head = previous
    else:
        head = parent.head
        child.head = turn.emit(MAP_ITERATION_STARTED, parent, previous, index)
        parent.head = head  # it moves the iteration's chain, not the Map's
    turn.execution.threads[child.path] = child
    turn.ready.append(child)
    return True


def _selected(turn: Turn, parent: Thread, state: Any, fork: Fork, index: int) -> JSON:
    """An iteration's input by ItemSelector: ``$`` is the Map's effective input, ``$$`` knows the item."""
    assert fork.items is not None
    turn.focus(parent)
    turn.item = (index, fork.items[index])
    try:
        return turn.bounded(state.item_selector(fork.input, turn))
    finally:
        turn.item = None


def item_of(execution: Execution, thread: Thread) -> tuple[int, JSON] | None:
    """Index and value of the Map item that a thread works on, the innermost where Maps nest."""
    while thread.parent is not None:
        parent = execution.threads[thread.parent]
        if parent.fork is not None and parent.fork.items is not None:
            return thread.index, parent.fork.items[thread.index]
        thread = parent
    return None


def child_ended(turn: Turn, child: Thread, output: JSON) -> bool:
    """Keeps a branch's or iteration's output, and begins the next iteration or joins."""
    threads = turn.execution.threads
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
        turn.emit(MAP_ITERATION_SUCCEEDED, parent, child.head, child.index)
        if fork.next < len(fork.items):
            # AWS: it points at the last event of the iteration that made room, not at its Succeeded
            _begin_next(turn, parent, fork, child.head)
    if not fork.left:
        parent.phase = "join"
        turn.ready.append(parent)
    return False


def join(turn: Turn, thread: Thread) -> bool:
    """Goes on with the results of all branches or iterations."""
    fork = thread.fork
    assert fork is not None
    kind = PARALLEL_STATE_SUCCEEDED if fork.items is None else MAP_STATE_SUCCEEDED
    before = thread.head
    succeeded = turn.emit(kind, thread, before)
    # AWS: *Exited points past *Succeeded, but a failure of the state's own output points at it
    state = turn.focus(thread)
    try:
        turn.finish(thread, state.resume(turn, fork.results))
    except Failure as failure:
        thread.head = succeeded
        return turn.fail(thread, failure)
    thread.fork = None
    return True


def child_failed(turn: Turn, child: Thread) -> Thread:
    """Ends a fork whose child failed: the others are aborted. Gives the thread that waited for it.

    Every event points at the failing one (recorded; the order among siblings too).
    """
    assert child.parent is not None
    threads = turn.execution.threads
    parent = threads[child.parent]
    fork = parent.fork
    assert fork is not None
    failing = child.head
    if fork.items is not None:
        turn.emit(MAP_ITERATION_FAILED, parent, failing, child.index)
    if turn.states[child.state].kind == "Task":
        turn.emit(ABORTED["Task"], child, failing)
    child.phase = "parked"
    for sibling in _live_children(turn.execution, parent):
        if sibling is not child:
            _abort(turn, parent, sibling, failing)
    parent.head = failing
    return parent


def _live_children(execution: Execution, parent: Thread) -> list[Thread]:
    prefix = f"{parent.path}{parent.visit}.{parent.attempt}["
    children = [
        thread
        for path, thread in execution.threads.items()
        if thread.parent == parent.path and path.startswith(prefix) and thread.phase != "parked"
    ]
    return sorted(children, key=lambda thread: thread.index)


def _abort(turn: Turn, parent: Thread, thread: Thread, failing: int) -> None:
    """Cancels a thread and those below it; each live state writes its Aborted (inferred but for Task)."""
    pending = [(parent, thread)]
    while pending:
        parent, each = pending.pop()
        if parent.fork is not None and parent.fork.items is not None:
            turn.emit(MAP_ITERATION_ABORTED, parent, failing, each.index)
        kind = ABORTED.get(turn.states[each.state].kind)
        if kind is not None and each.phase != "enter":
            turn.emit(kind, each, failing)
        if each.fork is not None:
            pending += [(each, below) for below in reversed(_live_children(turn.execution, each))]
        _cancel(turn, each)


def _cancel(turn: Turn, thread: Thread) -> None:
    if thread.phase == "wait" and thread.awaiting is not None:
        turn.commands.append(Cancel(thread.awaiting.id))
    thread.phase = "parked"


def drop(turn: Turn, thread: Thread) -> None:
    """Clears a fork away, after its state's Retry or Catch has taken the failure."""
    if thread.fork is None:
        return
    thread.fork = None
    for below in list(_descendants(turn.execution, thread)):
        _cancel(turn, below)
        del turn.execution.threads[below.path]


def _descendants(execution: Execution, thread: Thread) -> Iterator[Thread]:
    prefix = f"{thread.path}{thread.visit}.{thread.attempt}["
    return (each for path, each in execution.threads.items() if path.startswith(prefix))
