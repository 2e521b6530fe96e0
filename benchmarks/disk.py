"""What the disk lets SQLite do with nothing around it: the bounds of a server that keeps everything there."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

ROW = "x" * 800
PAUSE = 0.002
"""So many seconds lie between two commits, about as long as a client of the server takes for its next call.
Right after another one a commit is faster: neither the disk nor the processor has gone to rest."""


def single_commits(folder: Path, count: int = 100) -> list[float]:
    """Seconds of each of so many transactions of one row, now and then, which survive a power failure."""
    times = []
    with closing(_opened(folder / "single.db")) as database:
        database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)")
        for _ in range(count):
            time.sleep(PAUSE)
            begun = time.perf_counter()
            database.execute("INSERT INTO t (text) VALUES (?)", (ROW,))
            times.append(time.perf_counter() - begun)
    return times


def group_commits(source: Path, folder: Path, executions: int, group: int = 16) -> float:
    """Seconds to write all rows of a server's database anew, with those of so many executions in a commit."""
    # A copy, for its server keeps it locked; nothing is written there at the moment.
    for each in (source, source.with_name(source.name + "-wal")):
        if each.exists():
            shutil.copy(each, folder)
    with (
        closing(sqlite3.connect(folder / source.name)) as original,
        closing(_opened(folder / "group.db")) as copy,
    ):
        rows = []
        told = original.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
        )
        for kind, name, sql in told.fetchall():
            if name.startswith("sqlite_"):
                continue
            copy.execute(sql)
            if kind == "table":
                kept = original.execute(f'SELECT * FROM "{name}"').fetchall()
                rows += [(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(row))})', row) for row in kept]
        # Mixed as a server writes them: of every table a part in each commit.
        commits = max(1, executions // group)
        begun = time.perf_counter()
        for number in range(commits):
            copy.execute("BEGIN")
            for sql, row in rows[number::commits]:
                copy.execute(sql, row)
            copy.execute("COMMIT")
        return time.perf_counter() - begun


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    return database
