"""The one thread that writes: each commit takes what gathered while the last was on its way to the disk."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeAlias

from emulator.log import log

Statement: TypeAlias = tuple[str, Callable[[], tuple[object, ...]]]
"""SQL, and what gives its parameters when it is written."""

RETRY_SECONDS = 0.25
"""So long after a commit failed the same is tried again, or as soon as somebody asks."""


class Writer(threading.Thread):
    """Commits statements in the order in which they were put, and drops none.

    Attributes:
        guard: Held while a transaction is open; whoever else uses the connection takes it.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        done: Callable[[int], None],
        failed: Callable[[int, Exception], None],
    ) -> None:
        super().__init__(name="store", daemon=True)
        self.guard = threading.Lock()
        self._connection = connection
        self._done = done
        self._failed = failed
        self._orders: SimpleQueue[tuple[list[Statement], int] | None] = SimpleQueue()
        self._batch: list[Statement] = []
        self._ticket = 0
        self._failing = False

    def put(self, statements: list[Statement], ticket: int) -> None:
        """Has statements written, all in one commit.

        ``done`` or ``failed`` is told their ticket, or a later one.
        """
        self._orders.put((statements, ticket))

    def ask(self) -> None:
        """Has what failed tried again now."""
        self._orders.put(([], 0))

    def close(self) -> None:
        """Writes what is left, if that can be done, and ends."""
        self._orders.put(None)
        if self.is_alive():
            self.join()

    def run(self) -> None:
        """Until `close`."""
        going_on = True
        while going_on:
            going_on = self._gather(RETRY_SECONDS if self._failing else None)
            if self._batch:
                self._commit()

    def _gather(self, seconds: float | None) -> bool:
        """Takes all that was put, and waits for the first so long; whether there may be more."""
        try:
            order = self._orders.get(timeout=seconds)
            while order is not None:
                statements, ticket = order
                self._batch += statements
                self._ticket = max(self._ticket, ticket)
                order = self._orders.get_nowait()
        except Empty:
            return True
        return False

    def _commit(self) -> None:
        try:
            self._write(self._batch)
        except Exception as error:
            if not self._failing:
                log.exception("the database cannot be written; nothing is acknowledged until it can be")
            self._failing = True
            self._failed(self._ticket, error)
            return
        if self._failing:
            log.warning("the database can be written again")
        self._failing, self._batch = False, []
        self._done(self._ticket)

    def _write(self, batch: list[Statement]) -> None:
        connection = self._connection
        with self.guard:
            connection.execute("BEGIN IMMEDIATE")
            try:
                for sql, parameters in batch:
                    connection.execute(sql, parameters())
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk may have ended it
                    connection.execute("ROLLBACK")
                raise
