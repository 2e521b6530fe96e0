"""The database file: opened for one process, made, brought up to date; or refused, untouched."""

from __future__ import annotations

import os
import sqlite3
import time

from emulator.settings import Durability

APPLICATION = 0x41534C65
"""``ASLe``, in the header of every database of ours."""
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), latest INTEGER NOT NULL)",
        "INSERT INTO clock VALUES (1, 0)",
        "CREATE TABLE record (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, arn TEXT NOT NULL,"
        " data BLOB NOT NULL, UNIQUE (kind, arn))",
        "CREATE TABLE revision (id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
        "CREATE TABLE execution (id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, open INTEGER NOT NULL,"
        " revision INTEGER NOT NULL, events INTEGER NOT NULL, data BLOB NOT NULL)",
        "CREATE INDEX open_execution ON execution (id) WHERE open",
        "CREATE TABLE input (execution INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL,"
        " data BLOB NOT NULL, turns INTEGER, events INTEGER, digest INTEGER,"
        " PRIMARY KEY (execution, number)) WITHOUT ROWID",
        "CREATE TABLE history (execution INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    ),
    (
        "CREATE TABLE child (map_run TEXT NOT NULL, number INTEGER NOT NULL, data BLOB NOT NULL,"
        " PRIMARY KEY (map_run, number)) WITHOUT ROWID",
    ),
)
"""What makes each version of the schema out of the one before. Only added to: files outlive releases."""

LOG_PAGES = 1000
"""After so many pages SQLite begins its log (the ``-wal`` file) anew: its own default."""


class DatabaseRefused(Exception):
    """A database file cannot be used; the text says which, why, and what can be done."""


def opened(path: str, durability: Durability) -> sqlite3.Connection:
    """A connection to a database of the present version, which no other process can open meanwhile.

    Args:
        path: The file; it is made where there is none.
        durability: ``full`` waits for the disk at each commit, ``process`` leaves that to the system.

    Raises:
        DatabaseRefused: It is in use, not ours, newer than this program, damaged or not writable.
    """
    if os.path.exists(path) and not (os.access(path, os.W_OK) and os.access(_folder(path), os.W_OK)):
        raise _refusal(path, sqlite3.OperationalError("readonly"))
    try:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise DatabaseRefused(f"the database {path} cannot be opened: {error}") from None
    try:
        _prepare(connection, path, durability)
    except sqlite3.Error as error:
        connection.close()
        raise _refusal(path, error) from None
    except DatabaseRefused:
        connection.close()
        raise
    return connection


def _folder(path: str) -> str:
    return os.path.dirname(path) or "."


def _prepare(connection: sqlite3.Connection, path: str, durability: Durability) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    is_new = _check_ours(connection, path)
    if not is_new:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise DatabaseRefused(f"the database {path} is damaged, and was left as it is: {found}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("BEGIN IMMEDIATE")
    try:
        _migrate(connection, is_new)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    if durability == "full":
        _fill_log(connection)
        connection.execute("PRAGMA synchronous = FULL")


def _fill_log(connection: sqlite3.Connection) -> None:
    """Lets the log have its full size before it is needed, some 4 MB.

    Commits that write over what is there take some two thirds of the time of those that make the file
    longer: the disk need not be told its length as well. The checkpoint waits for the disk.
    """
    for number in range(LOG_PAGES):
        connection.execute(f"PRAGMA user_version = {1 - number % 2}")  # a page each; nobody reads it
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _check_ours(connection: sqlite3.Connection, path: str) -> bool:
    """Whether a database is still empty.

    Raises:
        DatabaseRefused: It belongs to another program, or to a later version of this one.
    """
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if tables and application != APPLICATION:
        raise DatabaseRefused(f"the database {path} belongs to another program, and was left as it is")
    if not tables:
        return True
    (version,) = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    if version > len(MIGRATIONS):
        raise DatabaseRefused(
            f"the database {path} has version {version} of the schema, and this program knows only up to "
            f"{len(MIGRATIONS)}: it was written by a later version of asl-emulator; use that"
        )
    return False


def _migrate(connection: sqlite3.Connection, is_new: bool) -> None:
    """Brings the schema up to the present version, all of it or nothing."""
    if is_new:
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, at INTEGER NOT NULL)")
    (version,) = connection.execute("SELECT coalesce(max(version), 0) FROM schema_version").fetchone()
    for number, statements in enumerate(MIGRATIONS[version:], version + 1):
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO schema_version VALUES (?, ?)", (number, int(time.time() * 1000)))


def _refusal(path: str, error: sqlite3.Error) -> DatabaseRefused:
    told = str(error)
    if "locked" in told:
        return DatabaseRefused(
            f"the database {path} is in use by another process; one emulator at a time can have it"
        )
    if "not a database" in told:
        return DatabaseRefused(f"{path} is not a database, and was left as it is")
    if "readonly" in told:
        return DatabaseRefused(f"the database {path} cannot be written: the file or its folder is read-only")
    if "malformed" in told:
        return DatabaseRefused(f"the database {path} is damaged, and was left as it is: {told}")
    return DatabaseRefused(f"the database {path} cannot be used: {told}")
