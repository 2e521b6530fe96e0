"""What a journal keeps of an execution that runs: what it was told, and what its turns came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from asl.interpreter import Step
from emulator.engine import replay
from emulator.engine.running import Running
from emulator.ports import Check, Logged, Start

if TYPE_CHECKING:
    from emulator.engine.local import LocalEngine


class Logbook:
    """Notes in an engine's journal what a replay needs, of executions that are to survive the process."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine

    def began(self, running: Running, seed: str) -> None:
        """Decides whether an execution is logged, and if so notes how it began."""
        journal = self._engine.journal
        record = running.record
        running.logged = journal.lasting and record.type == "STANDARD"
        if running.logged:
            execution = running.execution
            begun = Start(execution.identity, seed, execution.quotas, execution.missing, replay.VERSION)
            journal.began(running.record, begun)

    def told(self, running: Running, what: Logged) -> None:
        """Writes a line into an execution's log."""
        if running.logged:
            running.number += 1
            self._engine.journal.told(running.record.arn, running.number, running.told, what)

    def turned(self, running: Running, step: Step) -> None:
        """Notes, beside the cause, what a turn has come to."""
        if not running.logged:
            return
        journal = self._engine.journal
        running.digest = replay.digest(running.digest, step.history)
        check = Check(running.turns, len(running.history), running.digest)
        journal.checked(running.record.arn, running.line, check)
        if running.execution.status != "RUNNING" and step.history:
            record = msgspec.structs.replace(running.record)
            running.write_ending(record)
            journal.ended(record, running.history)
