"""What becomes of a failure: Retry, Catch, the fork around it, or the end of the execution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.elements.outcome import Finish
from asl.elements.retry import answers, error_output
from asl.errors import DATA_LIMIT_EXCEEDED, Failure
from asl.history import MAP_STATE_FAILED, PARALLEL_STATE_FAILED
from asl.interpreter import forks
from asl.interpreter.execution import Thread
from asl.jsontypes import JSON, encode
from asl.signals import StartTimer
from asl.spec.quotas import Quotas

if TYPE_CHECKING:
    from asl.interpreter.turn import Turn

RETRY_MARK = "~"
"""Ends the number of a timer that is a retry's delay."""

_FORK_FAILED = {"Map": MAP_STATE_FAILED, "Parallel": PARALLEL_STATE_FAILED}


def handle(turn: Turn, thread: Thread, failure: Failure) -> bool:
    """Hands a failure to the state's Retry and Catch, and else to the thread that waits for this one.

    States.Runtime goes past them all and ends the execution at once, with no event of the forks
    around it (measured). Goes up by a loop: forks may nest deeper than a call stack.

    Returns:
        Whether the thread that failed can take another step.
    """
    failed = thread
    while not failure.terminal:
        state = turn.focus(thread)
        if _retry(turn, thread, state, failure):
            return False
        if thread.fork is not None:
            turn.emit(_FORK_FAILED[state.kind], thread, thread.head)
        try:
            if _catch(turn, thread, state, failure):
                if thread is failed:
                    return True
                turn.ready.append(thread)
                return False
        except Failure as worse:
            # A catcher that fails itself is not asked again; its state fails with the new error (measured)
            failure = turn.located(thread, worse)
            if failure.terminal:
                break
            if thread.fork is not None:
                turn.emit(_FORK_FAILED[state.kind], thread, thread.head)
        if thread.parent is None:
            break
        thread = forks.child_failed(turn, thread)
    turn.close_failed(thread, failure)
    return False


def _retry(turn: Turn, thread: Thread, state: Any, failure: Failure) -> bool:
    """Waits for another attempt, if the first retrier that names the error has one left."""
    for index, retrier in enumerate(state.retry):
        if not answers(retrier.names, failure):
            continue
        if thread.retries is None:
            thread.retries = [0] * len(state.retry)
        used = thread.retries[index]
        if used >= retrier.max_attempts:
            return False
        delay = retrier.delay(used, turn)
        thread.retries[index] = used + 1
        forks.drop(turn, thread)
        thread.attempt += 1
        turn.timer(thread, StartTimer(turn.command_id() + RETRY_MARK, turn.now + delay))
        return True
    return False


def _catch(turn: Turn, thread: Thread, state: Any, failure: Failure) -> bool:
    """Goes on where the first catcher that names the error leads."""
    for index, catcher in enumerate(state.catch):
        if not answers(catcher.names, failure):
            continue
        caught = error_output(failure)
        assigned = None if catcher.assign is None else catcher.assign(caught, turn)
        output = turn.bounded(catcher.output(caught, turn))
        forks.drop(turn, thread)
        thread.finish = Finish(output, catcher.next, assigned, index)
        thread.phase = "leave"
        return True
    return False


def too_large(quotas: Quotas, name: str, value: JSON) -> Failure | None:
    """The failure that a value over the payload quota means, or None. Text as recorded."""
    if quotas.payload_bytes is None or len(encode(value)) <= quotas.payload_bytes:
        return None
    return Failure(
        DATA_LIMIT_EXCEEDED,
        f"The state/task '{name}' returned a result with a size exceeding the maximum number of bytes "
        "service limit.",
    )
