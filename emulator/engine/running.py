"""An execution in an engine's hands: the core's value, its history, and what is under way."""

from __future__ import annotations

import asyncio

from asl.agenda import Agenda
from asl.elements.machine import StateMachine
from asl.history import History
from asl.interpreter import Execution
from asl.signals import CommandId, RunTask, Signal, TaskFailed
from emulator.ports import TaskRunner
from emulator.records import ExecutionRecord


class OpenTask:
    """A task under way.

    Attributes:
        running: The execution that waits for it.
        command: What the core asked for.
        order: Its place among all tasks of the engine.
        open: Whether the core still waits for it.
        submitted: Whether its integration has answered its first call.
        answered: Whether its end is known, so that nobody may tell another.
        ending: Whether whoever runs it has given its end, which the clock has yet to reach.
        held: A failure told before the first call was answered; the core is told it after.
    """

    __slots__ = ("answered", "command", "ending", "held", "open", "order", "running", "submitted")

    def __init__(self, running: Running, command: RunTask, order: int) -> None:
        self.running = running
        self.command = command
        self.order = order
        self.open = True
        self.submitted = False
        self.answered = self.ending = False
        self.held: TaskFailed | None = None

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

    Attributes:
        record: What is known of it beside its state.
        machine: What it runs.
        execution: The core's value.
        runner: Runs its tasks.
        history: Every event so far, those not yet durable too.
        visible: How many of them may be read: those whose causes are durable.
        agenda: Its deadlines.
        tasks: The tasks under way, by command.
        inbox: What it is yet to be told, and when that happened.
        told: When it was last told something, in milliseconds since the epoch.
        now: The time of its last turn.
        more: Whether its last turn left steps over.
        queued: Whether it stands in the engine's queue.
        armed: Which entry of the engine's schedule is its next deadline's; None where there is none.
        armed_at: When that is.
        parked: Whether the core failed on it. It can only be stopped.
        doomed: Whether its state machine was deleted. It is stopped when it comes to something new.
    """

    __slots__ = (
        "_closed",
        "agenda",
        "armed",
        "armed_at",
        "doomed",
        "execution",
        "history",
        "inbox",
        "machine",
        "more",
        "now",
        "parked",
        "queued",
        "record",
        "runner",
        "tasks",
        "told",
        "visible",
    )

    def __init__(
        self, record: ExecutionRecord, machine: StateMachine, execution: Execution, runner: TaskRunner
    ) -> None:
        self.record = record
        self.machine = machine
        self.execution = execution
        self.runner = runner
        self.history = History()
        self.visible = 0
        self.agenda = Agenda()
        self.tasks: dict[CommandId, OpenTask] = {}
        self.inbox: list[tuple[int, Signal]] = []
        self.told = self.now = record.started
        self.more = self.queued = self.parked = self.doomed = False
        self.armed: int | None = None
        self.armed_at = 0
        self._closed: asyncio.Event | None = None

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
