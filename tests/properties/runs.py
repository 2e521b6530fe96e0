"""Drives the core by hand: every signal a choice, every step a place to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asl import Execution, Identity, StateMachine, Step, advance, start
from asl.agenda import Agenda
from asl.handlers import Answer
from asl.history import Event
from asl.signals import (
    Cancel,
    Continue,
    RunTask,
    Signal,
    StartTimer,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
)  # fmt: skip
from asl.simulate import START_TIME
from asl.spec.quotas import Quotas

QUOTAS = Quotas(payload_bytes=262_144, history_events=400, seconds=10**6, variable_bytes=10**7)
IDENTITY = Identity("arn:e", "e", "arn:m", "m", "arn:r", "us-east-1", START_TIME)


class Scripted:
    """Answers tasks from a list: a value succeeds, an exception fails, None never answers."""

    def __init__(self, answers: list[Any]) -> None:
        self.answers = answers or [{"a": 1}]
        self.calls = 0

    def run(self, task: RunTask, now: int) -> Answer:
        answer = self.answers[self.calls % len(self.answers)]
        self.calls += 1
        seconds = self.calls % 3
        if isinstance(answer, str):
            return Answer((TaskFailed(task.id, answer, "why"),), seconds)
        if task.pattern == "request":
            return Answer((TaskSucceeded(task.id, answer),), seconds)
        submitted = TaskSubmitted(task.id, {"id": 1})
        ends = () if answer is None else (TaskSucceeded(task.id, answer),)
        return Answer((submitted, *ends), seconds)


def drive(
    machine: StateMachine,
    input: Any,
    answers: list[Any],
    between: Callable[[Execution], Execution] = lambda execution: execution,
) -> tuple[Execution, list[Event], list[Signal]]:
    """Runs a machine to its end; ``between`` sees, and may replace, the execution after every step."""
    runner, agenda = Scripted(answers), Agenda()
    waiting: list[tuple[int, int, Signal]] = []
    tape: list[Signal] = []
    history: list[Event] = []
    execution, step = start(machine, input, IDENTITY, quotas=QUOTAS)
    now = START_TIME
    for order in range(5000):
        history += step.history
        for command in step.commands:
            now_ends = obey(command, agenda, runner, now)
            waiting += [(now + seconds, order, signal) for seconds, signal in now_ends]
        if execution.status != "RUNNING":
            return execution, history, tape
        execution = between(execution)
        signal, now = following(step, agenda, waiting, now)
        if isinstance(signal, TaskSucceeded | TaskFailed):
            agenda.forget(signal.id)
        tape.append(signal)
        step = advance(machine, execution, signal, now)
    raise AssertionError("the run does not end")


def following(
    step: Step, agenda: Agenda, waiting: list[tuple[int, int, Signal]], now: int
) -> tuple[Signal, int]:
    if step.more:
        return Continue(), now
    waiting.sort(key=lambda entry: entry[:2])
    due = agenda.next()
    if waiting and (due is None or waiting[0][0] <= due):
        at, _, signal = waiting.pop(0)
        return signal, at
    assert due is not None, "nothing is left to happen"
    return agenda.due(), due


def obey(command: Any, agenda: Agenda, runner: Scripted, now: int) -> list[tuple[int, Signal]]:
    match command:
        case StartTimer():
            agenda.set(command.id, command.kind, command.deadline)
        case Cancel():
            agenda.forget(command.id)
        case RunTask():
            if command.deadline is not None:
                agenda.set(command.id, "timeout", command.deadline)
            answer = runner.run(command, now)
            started: list[tuple[int, Signal]] = []
            if command.service == "activity":
                started.append((0, TaskStarted(command.id, "worker")))
            return started + [(round(answer.seconds * 1000), signal) for signal in answer.signals]
    return []
