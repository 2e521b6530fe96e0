"""Executions of which only the journal has the whole: read again, rebuilt, taken up where they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from asl import InvalidDefinition
from asl.elements.machine import StateMachine
from asl.history import History
from asl.signals import RunTask
from emulator.engine import replay
from emulator.engine.definitions import compiled
from emulator.engine.running import Running
from emulator.log import log
from emulator.ports import Log, TaskRunner
from emulator.records import ExecutionRecord

if TYPE_CHECKING:
    from emulator.engine.local import LocalEngine


class Archive:
    """Brings executions back: those that ended when somebody asks for them, those that ran at the start.

    Attributes:
        runner_of: What runs the tasks of an execution that is rebuilt.
    """

    def __init__(self, engine: LocalEngine) -> None:
        self.runner_of: Callable[[ExecutionRecord], TaskRunner] = _no_runner
        self._engine = engine

    def recall(self, running: Running, name: str) -> Any:
        """What an execution that was unloaded has given up."""
        if name == "machine":
            return machine_of(running.record)
        return self._engine.journal.history(running.record.arn)

    def load(self, running: Running) -> None:
        """Makes an execution whole that has ended and may have been unloaded.

        Raises:
            Diverged: Its log does not give what it gave.
        """
        if not running.is_unloaded:
            return
        try:
            self._rebuild(running, self._engine.journal.log(running.record.arn))
        except replay.Diverged:
            running.unload(self.recall)
            raise

    def revive(self, running: Running, log: Log) -> None:
        """Goes on with an execution that ran when the process before this one ended."""
        try:
            past = self._rebuild(running, log)
        except (replay.Diverged, InvalidDefinition) as error:
            self._give_up(running, error)
            return
        if running.execution.status == "RUNNING":
            self._go_on(running, past)
            return
        record = msgspec.structs.replace(running.record)
        running.write_ending(record)
        self._engine.journal.ended(record, running.history)
        self._engine.journal.when_committed(lambda: self._engine.closed(running))

    def _go_on(self, running: Running, past: replay.Replay) -> None:
        """Obeys again what an execution still waits for."""
        engine, tasks = self._engine, self._engine.tasks
        engine.live.add(running)
        for token in (each.token for each in past.tasks.values() if each.token is not None):
            tasks.tokens.note_ended(token)
        if running.parked:
            log.warning("an execution is still parked: %s", running.record.arn)
            return
        for command in past.pending():
            if isinstance(command, RunTask):
                tasks.restore(running, command, past)
            else:
                engine.obey(running, command)
        engine.timing.arm(running)

    def _rebuild(self, running: Running, log: Log) -> replay.Replay:
        """Takes an execution through its log again.

        Raises:
            Diverged: The log does not give what it gave.
        """
        past = replay.Replay(running)
        if running.record.error == replay.DIVERGED:
            raise replay.Diverged("it did so before", running.history)
        running.runner = self.runner_of(running.record)
        running.machine = self.recall(running, "machine")
        past.run(log)
        for task in past.tasks.values():
            running.runner.expects(task)
        running.note_loaded()
        return past

    def _give_up(self, running: Running, error: Exception) -> None:
        """Ends an execution that cannot be rebuilt. Its log stays."""
        log.error("an execution cannot be rebuilt: %s: %s", running.record.arn, error)
        if not isinstance(error, replay.Diverged):
            error = replay.Diverged(str(error), History())
        replay.failed(running, error, max(self._engine.clock.now(), running.told))
        self._engine.journal.ended(running.record, running.history)
        self._engine.journal.when_committed(lambda: self._given_up(running))

    def _given_up(self, running: Running) -> None:
        running.note_closed()
        self._engine.map_runs.closed(running)


def machine_of(record: ExecutionRecord) -> StateMachine:
    """What an execution runs; one of a Map Run the processor of the Map state.

    Raises:
        InvalidDefinition: Its definition cannot be read any more.
    """
    if record.seat is None:
        return compiled(record.revision.definition, record.type)
    return compiled(record.revision.definition, "STANDARD").child(record.seat.state)


def _no_runner(record: ExecutionRecord) -> TaskRunner:
    raise RuntimeError("nobody runs the tasks of executions that are rebuilt")
