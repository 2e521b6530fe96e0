"""The one thread that writes: each commit takes what gathered while the last was on its way to the disk."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
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
        self._wake = threading.Condition()
        self._pending: list[Statement] = []
        self._ticket = 0
        self._asked = False
        self._closing = False

    def put(self, statements: list[Statement], ticket: int) -> None:
        """Has statements written, all in one commit.

        ``done`` or ``failed`` is told their ticket, or a later one.
        """
        with self._wake:
            self._pending += statements
            self._ticket = ticket
            self._asked = True
            self._wake.notify()

    def ask(self) -> None:
        """Has what failed tried again now."""
        with self._wake:
            self._asked = True
            self._wake.notify()

    def close(self) -> None:
        """Writes what is left, if that can be done, and ends."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        """Until `close`."""
        batch: list[Statement] = []
        failing = False
        while True:
            with self._wake:
                if not (self._asked or self._closing):
                    self._wake.wait(RETRY_SECONDS if failing else None)
                batch += self._pending
                self._pending = []
                ticket, self._asked, closing = self._ticket, False, self._closing
            if batch:
                failing = not self._commit(batch, ticket, failing)
                if not failing:
                    batch = []
            if closing:
                return

    def _commit(self, batch: list[Statement], ticket: int, failed_before: bool) -> bool:
        try:
            self._write(batch)
        except Exception as error:
            if not failed_before:
                log.exception("the database cannot be written; nothing is acknowledged until it can be")
            self._failed(ticket, error)
            return False
        if failed_before:
            log.warning("the database can be written again")
        self._done(ticket)
        return True

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
