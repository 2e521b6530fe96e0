"""An execution rebuilt from its log: the same turns again, at the times that were noted."""

from __future__ import annotations

from zlib import crc32

from asl.history import EXECUTION_FAILED, NO_WAY, Event, History
from asl.interpreter import Execution, Step, advance, start
from asl.jsontypes import JSON, encode, loads
from asl.signals import (
    Cancel,
    Command,
    CommandId,
    Continue,
    Redriven,
    RunTask,
    Signal,
    Stopped,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
)  # fmt: skip
from emulator.engine.running import Running
from emulator.ports import Beaten, Check, Entry, Held, Log

VERSION = 1
"""The rules by which a log is read. A change of the core after which logs of before would take another
path, or of what the engine notes, makes it one more."""
DIVERGED = "Emulator.ReplayDiverged"
_CONTINUE = Continue()


class Diverged(Exception):
    """A log, replayed, does not give what it gave when it was written.

    Attributes:
        history: The events up to where both are the same.
    """

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


def digest(before: int, events: list[Event]) -> int:
    """A checksum of events, their times, links and payloads, and of those before them."""
    total = before
    for kind, previous, time, path, state, visit, attempt, way, payload, _ in events:
        key = f"{kind.name} {previous} {time} {path} {state} {visit} {attempt} {way} "
        total = crc32(key.encode("utf-8", "replace"), total)
        try:
            total = crc32(encode(payload), total)
        except (TypeError, UnicodeError):  # half a surrogate pair: no text to sum up
            continue
    return total


class Replay:
    """What comes of a log.

    Attributes:
        running: The execution, which goes on where the log ends.
        answered: Tasks whose end is known, and that wait for their first answer.
        begun: Tasks of which a worker, or an integration, has said that it has them.
        beats: When a worker was heard of last, by task.
        outputs: What an integration answered to a task's first call.
        held: Failures that were told before a first answer.
        tasks: All tasks that it asked for.
    """

    def __init__(self, running: Running) -> None:
        self.running = running
        self.answered: set[CommandId] = set()
        self.begun: set[CommandId] = set()
        self.beats: dict[CommandId, int] = {}
        self.outputs: dict[CommandId, JSON] = {}
        self.held: dict[CommandId, TaskFailed] = {}
        self.tasks: dict[CommandId, RunTask] = {}
        self._asked: dict[CommandId, int] = {}
        self._verified = 0

    def run(self, log: Log) -> None:
        """Takes all turns again.

        Raises:
            Diverged: They do not give what they gave.
        """
        running, first = self.running, log.start
        running.history, running.digest, running.parked = History(), 0, False
        running.told = running.now = running.record.started
        if first.replay != VERSION:
            raise self._diverged(f"the log is of version {first.replay}, and this program reads {VERSION}")
        try:
            running.execution, step = self._start(log)
            self._turns(step, log.check)
            for entry in log.entries:
                self._take(entry)
        except Diverged:
            raise
        except Exception as error:
            raise self._diverged(f"the core failed where it did not before: {error!r}") from error
        running.number = len(log.entries)
        running.visible = len(running.history)
        running.more = False

    def _start(self, log: Log) -> tuple[Execution, Step]:
        record, first = self.running.record, log.start
        return start(
            self.running.machine,
            loads(record.input),
            first.identity,
            seed=first.seed,
            quotas=first.quotas,
            input_text=record.input,
            missing=first.missing,
        )

    def _take(self, entry: Entry) -> None:
        running = self.running
        running.told = max(running.told, entry.at)
        what = entry.what
        if isinstance(what, Held):
            self.held[what.signal.id] = what.signal
            return
        if isinstance(what, Beaten):
            self.beats[what.id] = entry.at
            return
        self._note(what, entry.at)
        if isinstance(what, Redriven):
            running.parked = False
        if running.parked and not isinstance(what, Stopped):
            return
        running.now = entry.at
        self._turns(self._advance(what, 0, entry.check), entry.check)

    def _note(self, what: Signal, at: int) -> None:
        """Keeps what the engine, not the core, has to know of it."""
        if isinstance(what, TaskStarted | TaskSubmitted):
            self.begun.add(what.id)
            self.beats[what.id] = at
            if isinstance(what, TaskSubmitted):
                self.outputs[what.id] = what.output
        elif isinstance(what, TaskSucceeded) and what.id not in self.begun:
            self.answered.add(what.id)

    def _advance(self, signal: Signal, turns: int, check: Check | None) -> Step | None:
        """One more turn, or None where the core fails on it, as it did before if no check is beyond it."""
        running = self.running
        try:
            return advance(running.machine, running.execution, signal, running.now)
        except Exception:
            if check is not None and turns < check.turns:
                raise
            running.parked = True
            return None

    def _turns(self, step: Step | None, check: Check | None) -> None:
        """All turns of one line of the log. A check holds for one of them: the last that was noted."""
        running, turns = self.running, 1
        while step is not None:
            running.history.extend(step.history)
            running.digest = digest(running.digest, step.history)
            for number, command in enumerate(step.commands, len(self._asked)):
                self._obey(number, command)
            if check is not None and turns == check.turns:
                self._compare(check)
            if not step.more:
                break
            step, turns = self._advance(_CONTINUE, turns, check), turns + 1
        if check is not None and turns < check.turns:
            raise self._diverged(f"a line of the log took {check.turns} turns, and now {turns}")

    def _obey(self, number: int, command: Command) -> None:
        if isinstance(command, Cancel):
            return
        self._asked.setdefault(command.id, number)
        if isinstance(command, RunTask):
            self.tasks[command.id] = command

    def _compare(self, check: Check) -> None:
        running = self.running
        now = Check(check.turns, len(running.history), running.digest)
        if now != check:
            what = "events" if now.events == check.events else f"{check.events} events"
            raise self._diverged(f"the log gave {what}, and now gives {now.events} that are not the same")
        self._verified = now.events

    def _diverged(self, text: str) -> Diverged:
        events = list(self.running.history.events())[: self._verified]
        return Diverged(text, History(events))

    def pending(self) -> list[Command]:
        """What the execution waits for, in the order in which it was asked for."""
        asked = self._asked
        return sorted(self.running.execution.pending(), key=lambda each: asked.get(each.id, -1))


def failed(running: Running, diverged: Diverged, now: int) -> None:
    """Ends an execution whose replay diverged: with the events that are certain, and one that says why."""
    history, record = diverged.history, running.record
    record.status, record.error, record.cause = "FAILED", DIVERGED, str(diverged)
    record.stopped, record.output = now, None
    history.extend([(EXECUTION_FAILED, len(history), now, "", "", 0, 0, NO_WAY, DIVERGED, record.cause)])
    running.history = history
    running.visible = len(history)
