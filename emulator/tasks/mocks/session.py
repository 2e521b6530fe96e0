"""The mocks of one execution: which call of a state is which, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import Protocol

from asl.errors import RUNTIME
from asl.handlers import Answer
from asl.interpreter.map_run import Counts, Item
from asl.jsontypes import JSON
from asl.map_services import Results
from asl.signals import (
    CommandId,
    RunTask,
    Signal,
    StartMapRun,
    TaskFailed,
    TaskSubmitted,
    TaskSucceeded,
)
from emulator.tasks.mocks.conditions import ConditionFailed
from emulator.tasks.mocks.configuration import TestCase
from emulator.tasks.mocks.responses import index_of


class Mocked:
    """Answers the mocked tasks of one execution.

    The calls of each state are counted as the interpreter asks for them, retries and the items of a Map
    too. A call keeps its number: one that is run again after a restart is not counted again.

    Args:
        case: What the states answer.
        trouble: Why nothing can be mocked, though it was asked for.
    """

    def __init__(self, case: TestCase, trouble: str | None = None) -> None:
        self._case = case
        self._trouble = trouble
        self._numbers: dict[str, dict[CommandId, int]] = {state: {} for state in case.states}
        self._lock = Lock()

    def anew(self) -> Mocked:
        """The same for another execution."""
        return Mocked(self._case, self._trouble)

    def expects(self, task: RunTask) -> bool:
        """Counts a task, unless it was counted before; says whether its answer is mocked."""
        if self._trouble is not None:
            return True
        counted = self._numbers.get(task.state)
        if counted is None:
            return False
        with self._lock:
            counted.setdefault(task.id, len(counted))
        return True

    def answer(self, task: RunTask) -> Answer | None:
        """The mocked answer to a task, or None where its state is not mocked."""
        if not self.expects(task):
            return None
        if self._trouble is not None:
            return _failed(task, self._trouble)
        number = self._numbers[task.state][task.id]
        response = self._case.states[task.state]
        try:
            found = response.answer(task, number, _values(task, number))
        except ConditionFailed as error:
            return _failed(task, f"State '{task.state}' is mocked by '{response.name}': {error}")
        if found is None:
            return _failed(
                task,
                f"State '{task.state}' is mocked by '{response.name}', which has no answer for call {number} "
                f'of it, counted from 0. Give it one: "{number}", a range, or "Default".',
            )
        end: Signal = TaskSucceeded(task.id, found.output)
        if found.fails:
            end = TaskFailed(task.id, found.error, found.cause)
        if task.pattern == "request":
            return Answer((end,), found.seconds)
        # What the first call gave nobody asks for: what the task ends with stands for it.
        return Answer((TaskSubmitted(task.id, {} if found.fails else found.output), end), found.seconds)


def _failed(task: RunTask, cause: str) -> Answer:
    return Answer((TaskFailed(task.id, RUNTIME, cause),))


def _values(task: RunTask, number: int) -> dict[str, JSON]:
    """What conditions see of a call."""
    context: dict[str, JSON] = {
        "State": {"Name": task.state, "RetryCount": task.attempt},
        "Call": {"Number": number},
    }
    index = index_of(task)
    if index is not None:
        context["Map"] = {"Item": {"Index": index}}
    if task.token is not None:
        context["Task"] = {"Token": task.token}
    return {"input": task.input, "context": context}


class Runner(Protocol):
    """Runs tasks."""

    def run(self, task: RunTask, now: int) -> Answer:
        """Runs a task that starts at a time, in milliseconds since the epoch."""
        ...

    def of(self, execution_arn: str) -> Runner:
        """The same for another execution."""
        ...

    def items(self, command: StartMapRun) -> Iterator[Item]:
        """The items of a Map Run."""
        ...

    def results(self, command: StartMapRun) -> Results:
        """What takes the results of a Map Run."""
        ...

    def progress(self, command: StartMapRun, counts: Counts, known: bool) -> None:
        """Is told how far a Map Run is."""
        ...


class MockedFirst:
    """Runs the tasks of one execution: those that are mocked by the mock, the others by somebody else."""

    def __init__(self, mocked: Mocked, others: Runner) -> None:
        self._mocked = mocked
        self._others = others

    def run(self, task: RunTask, now: int) -> Answer:
        """The mocked answer, or what the others answer."""
        answer = self._mocked.answer(task)
        return self._others.run(task, now) if answer is None else answer

    def of(self, execution_arn: str) -> MockedFirst:
        """The same for an execution of a Map Run, whose calls are counted from 0 again."""
        return MockedFirst(self._mocked.anew(), self._others.of(execution_arn))

    def items(self, command: StartMapRun) -> Iterator[Item]:
        """The items of a Map Run; they are not mocked."""
        return self._others.items(command)

    def results(self, command: StartMapRun) -> Results:
        """What takes the results of a Map Run."""
        return self._others.results(command)

    def progress(self, command: StartMapRun, counts: Counts, known: bool) -> None:
        """Tells the others how far a Map Run is."""
        self._others.progress(command, counts, known)
