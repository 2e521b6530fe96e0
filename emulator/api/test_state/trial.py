"""One try of one state: the interpreter's own frame, with nothing around the state."""

from __future__ import annotations

from typing import Any

from asl.elements.machine import StateMachine
from asl.elements.retry import answers
from asl.errors import Failure
from asl.interpreter.execution import Execution, Thread
from asl.interpreter.failing import handle
from asl.interpreter.frame import Frame
from asl.jsontypes import JSON, dumps
from asl.signals import StartTimer


class Trial(Frame):
    """The frame of a state that is tried alone.

    Attributes:
        given: The context object that the request brought along, or None.
        shown: The item that an ItemSelector works on, as the context object shows it, or None.
    """

    __slots__ = ("given", "shown")

    def __init__(
        self, machine: StateMachine, execution: Execution, state: Any, given: dict[str, JSON] | None
    ) -> None:
        super().__init__(machine, execution, execution.identity.start_time)
        self.states = {state.name: state}
        self.given = given
        self.shown: dict[str, JSON] | None = None
        self.focus(execution.threads[""])

    def context(self) -> dict[str, JSON]:
        """The context object: the given one as it is, beside the item that an ItemSelector works on."""
        context = super().context() if self.given is None else self.given
        return context if self.shown is None else {**context, "Map": {"Item": self.shown}}

    def located(self, thread: Thread, failure: Failure) -> Failure:
        """The failure as it is: TestState does not say where it happened (recorded)."""
        return failure

    def expect(self, failure: Failure, retries: int) -> None:
        """Takes it that the retrier that answers a failure has been used so many times before."""
        state = self.states[self.thread.state]
        used = [0] * len(state.retry)
        index = retrier_of(state, failure)
        if index is not None:
            used[index] = retries
        self.thread.retries = used

    def failed(self, failure: Failure) -> dict[str, Any]:
        """The answer's members after a failure, once Retry and Catch were asked by the interpreter."""
        thread, state = self.thread, self.states[self.thread.state]
        handle(self, thread, failure)
        details: dict[str, int] = {}
        index = None if failure.terminal else retrier_of(state, failure)
        if index is not None:
            details["retryIndex"] = index
        answer: dict[str, Any] = {"status": "FAILED"}
        error, cause = failure.error, failure.cause
        if isinstance(thread.awaiting, StartTimer):
            answer["status"] = "RETRIABLE"
            # AWS gives whole seconds; how it rounds is not known.
            details["retryBackoffIntervalSeconds"] = (thread.awaiting.deadline - self.now) // 1000
        elif thread.phase == "leave" and thread.finish is not None:
            finish = thread.finish
            answer = {"status": "CAUGHT_ERROR", "output": dumps(finish.output), "nextState": finish.next}
            details["catchIndex"] = finish.way
        else:  # a catcher that fails itself fails the state with another error
            error, cause = self.execution.error, self.execution.cause
        told = {"error": error, "cause": cause}
        answer |= {name: text for name, text in told.items() if text is not None}
        return answer | ({"errorDetails": details} if details else {})


def retrier_of(state: Any, failure: Failure) -> int | None:
    """The index of the retrier that answers a failure; the first one counts, used up or not."""
    named = (index for index, each in enumerate(state.retry) if answers(each.names, failure))
    return next(named, None)
