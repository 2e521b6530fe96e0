"""An execution in an engine's hands: the core's value, its history, and what is under way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from asl.agenda import Agenda
from asl.elements.machine import StateMachine
from asl.handlers import Follow
from asl.history import History
from asl.interpreter import Execution
from asl.jsontypes import dumps
from asl.signals import CommandId, RunTask, Signal, TaskFailed
from emulator.ports import TaskRunner
from emulator.records import ExecutionRecord


class OpenTask:
    """A task under way.

    Attributes:
        running: The execution that waits for it.
        command: What the core asked for.
        order: Its place among all tasks of the engine.
        mocked: Whether its answer is mocked, so that it waits for nobody outside.
        open: Whether the core still waits for it.
        submitted: Whether its integration has answered its first call.
        answered: Whether its end is known, so that nobody may tell another.
        ending: Whether whoever runs it has given its end, which the clock has yet to reach.
        held: A failure told before the first call was answered; the core is told it after.
        follow: How to find out what became of it, while nobody does.
    """

    __slots__ = (
        "answered",
        "command",
        "ending",
        "follow",
        "held",
        "mocked",
        "open",
        "order",
        "running",
        "submitted",
    )

    def __init__(self, running: Running, command: RunTask, order: int) -> None:
        self.running = running
        self.command = command
        self.order = order
        self.mocked = running.runner.expects(command)
        self.open = True
        self.submitted = False
        self.answered = self.ending = False
        self.held: TaskFailed | None = None
        self.follow: Follow | None = None

    @property
    def has_first_answer(self) -> bool:
        """Whether its first call is answered apart from its end: tasks of the patterns sync and token."""
        return self.command.pattern != "request"

    @property
    def waits_for_someone(self) -> bool:
        """Whether it ends only if somebody outside tells so: a worker, or whoever has its token."""
        outside = self.submitted if self.command.pattern == "token" else self.command.service == "activity"
        return outside and not (self.answered or self.ending)


class Running:
    """One execution, running or closed.

    One that has ended and is kept by a database can be unloaded: its history, machine and so on are
    given up, and read again when somebody asks for them.

    Attributes:
        record: What is known of it beside its state.
        machine: What it runs.
        execution: The core's value.
        runner: Runs its tasks.
        history: Every event so far, those not yet durable too.
        visible: How many of them may be read: those whose causes are durable.
        agenda: Its deadlines.
        tasks: The tasks under way, by command.
        inbox: What it is yet to be told, when that happened, and the number of its line in the log.
        told: When it was last told something, in milliseconds since the epoch.
        now: The time of its last turn.
        more: Whether its last turn left steps over.
        queued: Whether it stands in the engine's queue.
        armed: Which entry of the engine's schedule is its next deadline's; None where there is none.
        armed_at: When that is.
        parked: Whether the core failed on it. It can only be stopped.
        doomed: Whether its state machine was deleted. It is stopped when it comes to something new.
        logged: Whether a journal keeps it.
        number: The number of the last line of its log.
        line: The number of the line that its last turn was for.
        turns: How many turns that line has taken.
        digest: The checksum of its events; kept only if it is logged.
    """

    __slots__ = (
        "_closed",
        "_recall",
        "agenda",
        "armed",
        "armed_at",
        "digest",
        "doomed",
        "execution",
        "history",
        "inbox",
        "line",
        "logged",
        "machine",
        "more",
        "now",
        "number",
        "parked",
        "queued",
        "record",
        "runner",
        "tasks",
        "told",
        "turns",
        "visible",
    )

    execution: Execution
    history: History
    machine: StateMachine
    runner: TaskRunner

    def __init__(
        self, record: ExecutionRecord, machine: StateMachine, execution: Execution, runner: TaskRunner
    ) -> None:
        self._prepare(record)
        self.machine = machine
        self.execution = execution
        self.runner = runner
        self.history = History()

    @classmethod
    def unloaded(cls, record: ExecutionRecord, recall: Callable[[Running, str], Any]) -> Running:
        """An execution of which there is only the record.

        Args:
            record: The record.
            recall: Gives the rest, by the attribute's name.
        """
        running = cls.__new__(cls)
        running._prepare(record)
        running.logged = True
        running._recall = recall
        return running

    def _prepare(self, record: ExecutionRecord) -> None:
        self.record = record
        self.visible = 0
        self.agenda = Agenda()
        self.tasks: dict[CommandId, OpenTask] = {}
        self.inbox: list[tuple[int, Signal, int]] = []
        self.told = self.now = record.started
        self.more = self.queued = self.parked = self.doomed = self.logged = False
        self.number = self.line = self.turns = self.digest = 0
        self.armed: int | None = None
        self.armed_at = 0
        self._closed: asyncio.Event | None = None
        self._recall: Callable[[Running, str], Any] | None = None

    def unload(self, recall: Callable[[Running, str], Any] | None) -> None:
        """Gives up all but its record; what can be read again is, where there is something to recall it."""
        for name in ("history", "machine", "execution", "runner"):
            with suppress(AttributeError):  # it may have been given up before
                delattr(self, name)
        self._recall = recall

    @property
    def is_unloaded(self) -> bool:
        """Whether it has only its record, and what can be read again."""
        return self._recall is not None

    def note_loaded(self) -> None:
        """It is whole again."""
        self._recall = None

    def __getattr__(self, name: str) -> Any:
        """What was given up. Python asks here only for attributes that are not there."""
        if name not in ("history", "machine") or self._recall is None:
            raise AttributeError(f"an execution has no {name}, or has given it up")
        return self._recall(self, name)

    def write_ending(self, record: ExecutionRecord) -> None:
        """Puts into a record how the execution ended."""
        execution = self.execution
        record.status = execution.status
        record.stopped = self.history.event(len(self.history) - 1)[2]
        record.output = dumps(execution.output) if execution.status == "SUCCEEDED" else None
        record.error, record.cause = execution.error, execution.cause

    def write_redrive(self, now: int) -> None:
        """Puts into its record that it runs again."""
        record = self.record
        record.status = "RUNNING"
        record.stopped = record.error = record.cause = None
        record.redrives += 1
        record.redriven = now

    @property
    def closed(self) -> asyncio.Event:
        """Is set when it has ended. Made when somebody asks: most executions are never waited for."""
        if self._closed is None:
            self._closed = asyncio.Event()
            if self.record.status != "RUNNING":
                self._closed.set()
        return self._closed

    def note_opened(self) -> None:
        """Lets those who ask from now on wait for another end."""
        self._closed = None

    def note_closed(self) -> None:
        """Wakes those who wait for its end."""
        if self._closed is not None:
            self._closed.set()
