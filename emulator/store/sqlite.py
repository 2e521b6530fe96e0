"""The store that keeps everything in one SQLite file."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import groupby
from typing import Any, NamedTuple

from asl.history import History
from emulator.log import log
from emulator.ports import Check, Log, Logged, Start
from emulator.records import ExecutionRecord, Revision
from emulator.settings import Durability
from emulator.store import codec
from emulator.store.database import opened
from emulator.store.histories import pack_history, unpack_history
from emulator.store.staging import Staged
from emulator.store.writer import Writer

HISTORIES = 8
"""So many histories of ended executions stay in memory after they were read."""

_BEGAN = "INSERT INTO execution (id, arn, revision, open, events, data) VALUES (?, ?, ?, ?, ?, ?)"
_TOLD = "INSERT INTO input (execution, number, at, data, turns, events, digest) VALUES (?, ?, ?, ?, ?, ?, ?)"
_CHECKED = "UPDATE input SET turns = ?, events = ?, digest = ? WHERE execution = ? AND number = ?"
_CHANGED = "UPDATE execution SET open = ?, events = max(events, ?), data = ? WHERE id = ?"
_ENDED = "INSERT OR REPLACE INTO history (execution, data) VALUES (?, ?)"
_KEPT = (
    "INSERT INTO record (kind, arn, data) VALUES (?, ?, ?)"
    " ON CONFLICT (kind, arn) DO UPDATE SET data = excluded.data"
)
_CHILD = "INSERT OR REPLACE INTO child (map_run, number, data) VALUES (?, ?, ?)"
_TABLES = ("record", "revision", "execution", "input", "history", "child")


class Found(NamedTuple):
    """An execution in the file.

    Attributes:
        record: Its record.
        events: How many events it had when it last ended; 0 if it never did.
        runs: Whether it runs.
    """

    record: ExecutionRecord
    events: int
    runs: bool


class SqliteJournal:
    """Notes on the event loop, writes in a thread of its own, and says on the loop when that is done.

    What is noted between two calls of `when_committed` is written in one transaction. Reading the log or
    the history of one execution is done at once and may wait for a commit on its way.

    Attributes:
        path: The file.
        latest: The latest time that was noted, in milliseconds since the epoch.
        trouble: Why the last commit failed, or None.
        is_read: Whether what was in the file is known to whoever notes more.
    """

    lasting = True

    def __init__(self, path: str, durability: Durability = "full") -> None:
        """Opens the file.

        Raises:
            DatabaseRefused: It cannot be used.
        """
        self.path = path
        self.trouble: Exception | None = None
        self._connection = opened(path, durability)
        self._writer = Writer(self._connection, self._on_done, self._on_failed)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._staged = Staged()
        self._ticket = self._committed = 0
        self._waiting: deque[tuple[int, Callable[[], None], Callable[[Exception], None] | None]] = deque()
        self._telling = False
        self._histories: dict[str, History] = {}
        (self.latest,) = self._connection.execute("SELECT latest FROM clock").fetchone()
        self._noted_latest: int = self.latest
        self._ids: dict[str, int] = dict(self._connection.execute("SELECT arn, id FROM execution").fetchall())
        self._next_id = max(self._ids.values(), default=0) + 1
        self._revisions: dict[int, Revision] = {
            number: codec.unpack_revision(data)
            for number, data in self._connection.execute("SELECT id, data FROM revision")
        }
        self._revision_ids = {data: number for number, data in self._packed_revisions()}
        self._known = {id(each): number for number, each in self._revisions.items()}
        self.is_read = not (self._ids or self._rows("SELECT id FROM record LIMIT 1"))
        self._writer.start()

    def _packed_revisions(self) -> Iterator[tuple[int, bytes]]:
        return ((number, codec.pack(each)) for number, each in self._revisions.items())

    # -------------------------------------------------------------- noting

    def began(self, record: ExecutionRecord, start: Start) -> None:
        """Notes a new execution."""
        revision = self._revision(record.revision)
        before = self._ids.get(record.arn)
        if before is not None:
            self._forget(before)
        number = self._ids[record.arn] = self._next_id
        self._next_id += 1
        self._histories.pop(record.arn, None)
        row = [number, record.arn, revision, 1, 0, codec.pack_execution(record)]
        self._staged.insert((number,), _BEGAN, row)
        self._line(number, 0, record.started, codec.pack(start))

    def _forget(self, number: int) -> None:
        for sql in (
            "DELETE FROM execution WHERE id = ?",
            "DELETE FROM input WHERE execution = ?",
            "DELETE FROM history WHERE execution = ?",
        ):
            self._staged.add(sql, number)

    def _revision(self, revision: Revision) -> int:
        """The number of a revision, which is written when it is first used."""
        known = self._known.get(id(revision))
        if known is not None:
            return known
        data = codec.pack(revision)
        number = self._revision_ids.get(data)
        if number is None:
            number = self._revision_ids[data] = max(self._revisions, default=0) + 1
            self._revisions[number] = revision
            self._known[id(revision)] = number
            self._staged.add("INSERT INTO revision (id, data) VALUES (?, ?)", number, data)
        return number

    def told(self, execution: str, number: int, at: int, what: Logged) -> None:
        """Notes a line of a log."""
        self._line(self._ids[execution], number, at, codec.pack_signal(what))

    def _line(self, execution: int, number: int, at: int, data: bytes) -> None:
        self.latest = max(self.latest, at)
        self._staged.insert((execution, number), _TOLD, [execution, number, at, data, None, None, None])

    def checked(self, execution: str, number: int, check: Check) -> None:
        """Notes a check, in the line itself if that is not on its way to the disk yet."""
        known = self._ids[execution]
        row = self._staged.row((known, number))
        if row is not None:
            row[4:] = check
        else:
            self._staged.add(_CHECKED, *check, known, number)

    def changed(self, record: ExecutionRecord) -> None:
        """Notes an execution's record, which runs."""
        self._histories.pop(record.arn, None)
        self._change(record, 1, 0)

    def ended(self, record: ExecutionRecord, history: History) -> None:
        """Notes an execution's record and history; the history becomes bytes in the writer's thread."""
        number, length = self._ids[record.arn], len(history)
        self.latest = max(self.latest, record.stopped or 0)
        self._change(record, 0, length)
        self._staged.add_late((_ENDED, lambda: (number, pack_history(history, length))))
        if record.seat is not None:
            self.child_ended(record)

    def child_ended(self, record: ExecutionRecord) -> None:
        """Notes how an execution of a Map Run ended, in place of how it did before."""
        seat = record.seat
        assert seat is not None
        self._staged.add(_CHILD, seat.map_run_arn, seat.number, codec.pack_execution(record))

    def forget_children(self, map_run: str) -> None:
        """Notes that nobody asks for the ends of a Map Run's executions any more."""
        self._staged.add("DELETE FROM child WHERE map_run = ?", map_run)

    def forget(self, execution: str) -> None:
        """Notes that an execution is not to be described any more."""
        number = self._ids.pop(execution, None)
        if number is not None:
            self._forget(number)
        self._histories.pop(execution, None)

    def _change(self, record: ExecutionRecord, runs: int, events: int) -> None:
        """Changes an execution's row, before it is written if it is not on its way to the disk yet."""
        number, data = self._ids[record.arn], codec.pack_execution(record)
        row = self._staged.row((number,))
        if row is not None:
            row[3:] = runs, max(row[4], events), data
        else:
            self._staged.add(_CHANGED, runs, events, data, number)

    def keep(self, record: Any) -> None:
        """Notes a record that has an ARN: of a state machine, an activity, a function."""
        self._staged.add(_KEPT, type(record).__name__, record.arn, codec.pack(record))

    def drop(self, record: Any) -> None:
        """Notes that what has such a record is gone."""
        self._staged.add("DELETE FROM record WHERE kind = ? AND arn = ?", type(record).__name__, record.arn)

    def clear(self) -> None:
        """Notes that everything is gone."""
        for table in _TABLES:
            self._staged.add(f"DELETE FROM {table}")  # noqa: S608  # ours
        for each in (self._ids, self._revisions, self._revision_ids, self._known, self._histories):
            each.clear()

    # -------------------------------------------------------------- committing

    def when_committed(
        self, work: Callable[[], None], lost: Callable[[Exception], None] | None = None
    ) -> None:
        """Does something as soon as all that was noted until now is durable."""
        if not self.is_read:
            raise RuntimeError("what the database keeps was not read: await emulator.open() first")
        self._loop = asyncio.get_running_loop()  # first: the writer may be done before this thread goes on
        self._flush()
        if self._committed == self._ticket and not (self._waiting or self._telling):
            work()
            return
        self._waiting.append((self._ticket, work, lost))
        if self.trouble is not None:
            self._writer.ask()

    def _flush(self) -> None:
        """Gives the writer what was noted. Only here, so that a change is never written by halves."""
        if not self._staged:
            return
        if self.latest > self._noted_latest:
            self._noted_latest = self.latest
            self._staged.add("UPDATE clock SET latest = ?", self.latest)
        self._ticket += 1
        self._writer.put(self._staged.take(), self._ticket)

    def _on_done(self, ticket: int) -> None:
        self._call(lambda: self._durable(ticket))

    def _on_failed(self, ticket: int, error: Exception) -> None:
        self._call(lambda: self._refused(ticket, error))

    def _call(self, work: Callable[[], None]) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
                self._loop.call_soon_threadsafe(work)

    def _durable(self, ticket: int) -> None:
        self._committed = ticket
        self.trouble = None
        self._telling = True
        while self._waiting and self._waiting[0][0] <= ticket:
            _, work, _ = self._waiting.popleft()
            try:
                work()
            except Exception:  # ours; the others are told all the same
                log.exception("something failed that waited for the database")
        self._telling = False

    def _refused(self, ticket: int, error: Exception) -> None:
        """Tells those who want to know that a commit failed; the others wait for one that does not."""
        self.trouble = error
        waiting, self._waiting = self._waiting, deque()
        for each in waiting:
            if each[2] is not None and each[0] <= ticket:
                each[2](error)
            else:
                self._waiting.append(each)

    def close(self) -> None:
        """Commits what is left and closes the file."""
        self._flush()
        self._writer.close()
        self._connection.close()

    # -------------------------------------------------------------- reading

    def _rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with self._writer.guard:
            return self._connection.execute(sql, parameters).fetchall()

    def kept(self, kind: type[codec.Kept]) -> list[codec.Kept]:
        """All records of a kind, oldest first."""
        rows = self._rows("SELECT data FROM record WHERE kind = ? ORDER BY id", kind.__name__)
        return [codec.unpack_record(data, kind) for (data,) in rows]

    def executions(self) -> Iterator[Found]:
        """All executions, in the order in which they were started."""
        with self._writer.guard:
            rows = self._connection.execute("SELECT revision, events, open, data FROM execution ORDER BY id")
            for revision, events, runs, data in rows:
                yield Found(codec.unpack_execution(data, self._revisions[revision]), events, bool(runs))

    def open_logs(self) -> Iterator[tuple[str, Log]]:
        """The logs of all executions that run, by ARN."""
        sql = (
            "SELECT e.arn, i.at, i.data, i.turns, i.events, i.digest FROM execution e"
            " JOIN input i ON i.execution = e.id WHERE e.open ORDER BY e.id, i.number"
        )
        with self._writer.guard:
            for arn, rows in groupby(self._connection.execute(sql), key=lambda row: row[0]):
                yield arn, codec.unpack_log(row[1:] for row in rows)

    def log(self, execution: str) -> Log:
        """An execution's log."""
        sql = "SELECT at, data, turns, events, digest FROM input WHERE execution = ? ORDER BY number"
        return codec.unpack_log(iter(self._rows(sql, self._ids[execution])))

    def children(self, map_run: str) -> Iterator[ExecutionRecord]:
        """How those executions of a Map Run ended that have, in the order of the items."""
        with self._writer.guard:
            sql = "SELECT data FROM child WHERE map_run = ? ORDER BY number"
            for (data,) in self._connection.execute(sql, (map_run,)):
                yield codec.unpack_execution(data)

    def history(self, execution: str) -> History:
        """The history of an execution that has ended."""
        found = self._histories.pop(execution, None)
        if found is None:
            sql = "SELECT data FROM history WHERE execution = ?"
            ((data,),) = self._rows(sql, self._ids[execution])
            found = unpack_history(data)
        self._histories[execution] = found  # the latest stands last
        if len(self._histories) > HISTORIES:
            del self._histories[next(iter(self._histories))]
        return found
