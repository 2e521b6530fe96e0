"""What becomes of a failure: Retry, Catch, the fork around it, or the end of the execution."""

from __future__ import annotations

from typing import Any

from asl.elements.outcome import Finish
from asl.elements.retry import answers, error_output
from asl.errors import Failure
from asl.history import MAP_STATE_FAILED, PARALLEL_STATE_FAILED
from asl.interpreter import ending, forks
from asl.interpreter.execution import Thread
from asl.interpreter.frame import Frame
from asl.signals import StartTimer

RETRY_MARK = "~"
"""Ends the number of a timer that is a retry's delay."""

_FORK_FAILED = {"Map": MAP_STATE_FAILED, "Parallel": PARALLEL_STATE_FAILED}


def handle(frame: Frame, thread: Thread, failure: Failure) -> bool:
    """Hands a failure to the state's Retry and Catch, and else to the thread that waits for this one.

    States.Runtime goes past them all and ends the execution at once, with no event of the forks
    around it (measured). Goes up by a loop: forks may nest deeper than a call stack.

    Returns:
        Whether the thread that failed can take another step.
    """
    failed = thread
    while not failure.terminal:
        state = frame.focus(thread)
        if _retry(frame, thread, state, failure):
            return False
        before = thread.head
        _fork_failed(frame, thread, state, failure)
        try:
            if _catch(frame, thread, state, failure):
                if thread is failed:
                    return True
                frame.ready.append(thread)
                return False
        except Failure as worse:
            # A catcher that fails itself is not asked again; its state fails with the new error (measured)
            failure = frame.located(thread, worse)
            if failure.terminal:
                break
            frame.note(thread, failure, before)
            _fork_failed(frame, thread, state, failure)
        if thread.parent is None:
            break
        thread = forks.child_failed(frame, thread)
    ending.failed(frame, thread, failure, failed.path)
    return False


def _fork_failed(frame: Frame, thread: Thread, state: Any, failure: Failure) -> None:
    """Writes *StateFailed for a Parallel or Map: its threads, run or own JSONata failed (recorded)."""
    if (
        thread.fork is not None
        or failure.of_map_run
        or (failure.location is not None and state.kind in _FORK_FAILED)
    ):
        frame.emit(_FORK_FAILED[state.kind], thread, thread.head)


def _retry(frame: Frame, thread: Thread, state: Any, failure: Failure) -> bool:
    """Waits for another attempt, if the first retrier that names the error has one left."""
    for index, retrier in enumerate(state.retry):
        if not answers(retrier.names, failure):
            continue
        if thread.retries is None:
            thread.retries = [0] * len(state.retry)
        used = thread.retries[index]
        if used >= retrier.max_attempts:
            return False
        delay = retrier.delay(used, frame)
        thread.retries[index] = used + 1
        forks.drop(frame, thread)
        thread.attempt += 1
        frame.wait(thread, StartTimer(frame.command_id() + RETRY_MARK, frame.now + delay))
        return True
    return False


def _catch(frame: Frame, thread: Thread, state: Any, failure: Failure) -> bool:
    """Goes on where the first catcher that names the error leads."""
    for index, catcher in enumerate(state.catch):
        if not answers(catcher.names, failure):
            continue
        caught = error_output(failure)
        assigned = None if catcher.assign is None else catcher.assign(caught, frame)
        output = frame.bounded(catcher.output(caught, frame))
        forks.drop(frame, thread)
        thread.map_run = None
        thread.finish = Finish(output, catcher.next, assigned, index)
        thread.phase = "leave"
        return True
    return False
