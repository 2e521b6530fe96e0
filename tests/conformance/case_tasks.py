"""A case's tasks: gives the core the answers that the case lists, exactly as written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from asl.handlers import Answer
from asl.signals import RunTask, Signal, TaskFailed, TaskSubmitted, TaskSucceeded

if TYPE_CHECKING:
    from collections.abc import Iterator


class Raise(msgspec.Struct, forbid_unknown_fields=True):
    """How a task fails: error and cause as the event will carry them, each left out where null."""

    error: str | None = None
    cause: str | None = None


class Reply(msgspec.Struct, forbid_unknown_fields=True, rename={"gives": "return", "fails": "raise"}):
    """What one call is answered. With none of return, echo and raise the task never ends.

    Attributes:
        gives: (``return``) The result.
        echo: Whether the result is the task's own input.
        fails: (``raise``) The failure.
        submitted: What the first call of a ``.sync`` or token task answers.
        seconds: How long the task takes.
    """

    gives: Any = msgspec.UNSET
    echo: bool = False
    fails: Raise | None = None
    submitted: Any = msgspec.UNSET
    seconds: float = 0.0

    def signals(self, task: RunTask) -> Iterator[Signal]:
        """What the core is told."""
        if self.submitted is not msgspec.UNSET:
            yield TaskSubmitted(task.id, self.submitted)
        if self.fails is not None:
            yield TaskFailed(task.id, self.fails.error, self.fails.cause)
        elif self.echo:
            yield TaskSucceeded(task.id, task.input)
        elif self.gives is not msgspec.UNSET:
            yield TaskSucceeded(task.id, self.gives)


class Replies:
    """Runs the tasks of one run; notes calls that the case does not foresee.

    Attributes:
        complaints: What the interpreter asked that the case has no answer to.
    """

    def __init__(self, tasks: dict[str, Any]) -> None:
        self.complaints: list[str] = []
        self._always: dict[str, Reply] = {}
        self._queued: dict[str, list[Reply]] = {}
        for name, answers in tasks.items():
            if isinstance(answers, list):
                self._queued[name] = msgspec.convert(answers, list[Reply])
            else:
                self._always[name] = msgspec.convert(answers, Reply)

    def run(self, task: RunTask, now: int) -> Answer:
        """The next answer for what a task calls."""
        name = called(task)
        queue = self._queued.get(name)
        reply = queue.pop(0) if queue else self._always.get(name)
        if reply is None:
            self.complaints.append(f"{name} is called in state '{task.state}', and no answer is left")
            return Answer((TaskFailed(task.id, "NoAnswer", name),))
        return Answer(tuple(reply.signals(task)), reply.seconds)

    def left_over(self) -> list[str]:
        """What the case foresees and the interpreter never asked."""
        left = {name: len(queue) for name, queue in self._queued.items() if queue}
        return [f"{name} was to be called {count} times more" for name, count in left.items()]


def called(task: RunTask) -> str:
    """What names a task in a case: its function, its activity or ``service:action``."""
    if task.service == "lambda" and task.action.startswith("invoke"):
        name = str(task.input["FunctionName"])
        return name.split(":function:")[-1].split(":")[0]
    if task.service in ("lambda", "activity"):
        return task.action
    return f"{task.service}:{task.action}"
