"""The database: what is read back is what was written; files that cannot be used are refused, untouched."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
import zlib
from contextlib import closing

import pytest

import asl
from asl.jsontypes import loads
from asl.signals import Elapsed, TaskFailed, TaskStarted, TaskSucceeded
from emulator import Emulator, Settings
from emulator.ports import Beaten, Held
from emulator.records import ActivityRecord
from emulator.store import codec, database
from emulator.store.database import DatabaseRefused
from emulator.store.histories import pack_history, unpack_history
from emulator.store.sqlite import SqliteJournal
from tests.emulator.shared import PASS, ROLE, WAIT, Refused, asked


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "what",
    [
        TaskSucceeded("1.0", {"a": [1, 1.0, True, None, "grüße 😀"]}),
        TaskSucceeded("1.0", 2**80),
        TaskSucceeded("1.0", -0.0),
        TaskSucceeded("1.0", nested(995)),
        TaskSucceeded("1.0", "\ud800"),
        TaskFailed("1.0", "E", "half \udc00"),
        TaskStarted("2.0[1]/1.0", None),
        Elapsed((("1.0", "timer"), ("2.0", "heartbeat"))),
        Held(TaskFailed("1.0", None, None)),
        Beaten("1.0"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_an_execution_was_told_is_read_back(what):
    back = codec.unpack_signal(codec.pack_signal(what))
    assert type(back) is type(what)
    assert codec.pack_signal(back) == codec.pack_signal(what)


def test_a_history_is_read_back_event_for_event():
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}}
    states = {"P": {"Type": "Pass", "Assign": {"x.$": "$.a"}, "Next": "T"}, "T": {**task, "End": True}}
    result = asl.simulate({"StartAt": "P", "States": states}, {"a": 2**70}, handlers={"f": lambda e, c: 1.0})
    packed = pack_history(result.history, len(result.history))
    back = unpack_history(packed)
    assert list(back.events()) == list(result.history.events())
    assert list(back) == list(result.history)
    assert len(packed) < 1_500


def test_long_histories_are_compressed_and_short_ones_of_older_files_are_read():
    states = {"W": {"Type": "Map", "ItemProcessor": loads(PASS), "End": True}}
    for items in (0, 400):
        history = asl.simulate({"StartAt": "W", "States": states}, [7] * items).history
        packed = pack_history(history, len(history))
        assert len(packed) < 1024 + 5 * len(history)
        older = packed if items else zlib.compress(packed)
        assert list(unpack_history(older).events()) == list(history.events())


def test_an_execution_that_ends_at_once_needs_one_commit_and_each_row_once(tmp_path):
    async def start():
        emulator = Emulator(Settings(database=str(tmp_path / "emulator.db")))
        await emulator.open()
        created = await asked(emulator, "CreateStateMachine", name="m", definition=PASS, roleArn=ROLE)
        told = []
        emulator.journal._connection.set_trace_callback(told.append)
        arn = created["stateMachineArn"]
        execution = await asked(emulator, "StartExecution", stateMachineArn=arn, name="e")
        described = await asked(emulator, "DescribeExecution", executionArn=execution["executionArn"])
        assert described["status"] == "SUCCEEDED"
        await emulator.close()
        return told

    told = asyncio.run(start())
    assert [each for each in told if each == "COMMIT"] == ["COMMIT"]
    assert [each for each in told if each.startswith("UPDATE execution")] == []
    with closing(sqlite3.connect(tmp_path / "emulator.db")) as found:
        assert found.execute("SELECT open, events FROM execution").fetchall() == [(0, 4)]
        assert found.execute("SELECT turns, events FROM input").fetchall() == [(1, 4)]


def test_the_log_of_a_file_has_its_size_before_the_first_commit(tmp_path):
    log = tmp_path / "emulator.db-wal"
    with closing(database.opened(str(tmp_path / "emulator.db"), "full")) as connection:
        before = log.stat().st_size
        assert before > 4096 * database.LOG_PAGES
        for latest in range(100):
            connection.execute("UPDATE clock SET latest = ?", (latest,))
        assert log.stat().st_size == before
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA wal_autocheckpoint").fetchone() == (database.LOG_PAGES,)


# ------------------------------------------------------------------ files that are refused


def refused(path):
    with pytest.raises(DatabaseRefused) as caught:
        Emulator(Settings(database=str(path)))
    assert str(path) in str(caught.value)
    return str(caught.value)


def test_what_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but somebody's notes " * 100)
    before = path.read_bytes()
    assert "not a database" in refused(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    before = path.read_bytes()
    assert "another program" in refused(path)
    assert path.read_bytes() == before


def test_a_damaged_database_is_refused(tmp_path):
    path = tmp_path / "a.db"
    SqliteJournal(str(path)).close()
    data = bytearray(path.read_bytes())
    data[4096 + 100 :] = b"\xff" * (len(data) - 4196)
    path.write_bytes(data)
    assert "damaged" in refused(path)
    assert path.read_bytes() == data


def test_a_second_emulator_on_one_file_is_refused(tmp_path):
    path = tmp_path / "a.db"
    first = SqliteJournal(str(path))
    assert "in use by another process" in refused(path)
    first.close()
    SqliteJournal(str(path)).close()


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert "cannot be opened" in refused(tmp_path / "none" / "a.db")


def test_a_file_that_cannot_be_written_is_refused(tmp_path):
    path = tmp_path / "a.db"
    SqliteJournal(str(path)).close()
    path.chmod(0o444)
    program = (
        "import os, sys\n"
        "from emulator.store.database import DatabaseRefused, opened\n"
        "os.getuid() or os.setuid(65534)\n"  # nobody; root may write anything
        "try: opened(sys.argv[1], 'full')\n"
        "except DatabaseRefused as error: print(error)\n"
    )
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if os.stat(folder).st_uid == os.getuid() and str(folder).startswith(str(tmp_path.parents[2])):
            folder.chmod(0o755)
    ran = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True)
    assert "read-only" in ran.stdout, ran.stderr


def test_a_newer_schema_is_refused(tmp_path):
    path = tmp_path / "a.db"
    SqliteJournal(str(path)).close()
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO schema_version VALUES (99, 0)")
    connection.commit()
    connection.close()
    assert "later version of asl-emulator" in refused(path)


def test_an_older_schema_is_brought_up_to_date(tmp_path, monkeypatch):
    path = tmp_path / "a.db"

    async def use():
        emulator = Emulator(Settings(database=str(path)))
        await emulator.open()
        machines = await asked(emulator, "ListStateMachines")
        if not machines["stateMachines"]:
            await asked(emulator, "CreateStateMachine", name="m", definition=PASS, roleArn=ROLE)
        await emulator.close()
        return machines["stateMachines"]

    asyncio.run(use())
    later = (*database.MIGRATIONS, ("ALTER TABLE record ADD COLUMN note TEXT",))
    monkeypatch.setattr(database, "MIGRATIONS", later)
    assert len(asyncio.run(use())) == 1
    connection = sqlite3.connect(path)
    versions = [number for (number,) in connection.execute("SELECT version FROM schema_version")]
    connection.execute("SELECT note FROM record").fetchall()
    connection.close()
    assert versions == list(range(1, len(later) + 1))


# ------------------------------------------------------------------ a full disk


def test_a_full_disk_refuses_calls_and_loses_nothing(tmp_path):
    async def fill():
        settings = Settings(database=str(tmp_path / "a.db"))
        emulator = Emulator(settings)
        await emulator.open()
        made = await asked(emulator, "CreateStateMachine", name="m", definition=WAIT, roleArn=ROLE)
        kept = []

        async def start(name):
            text = f'"{"x" * 30_000}"'
            arn = made["stateMachineArn"]
            return (await asked(emulator, "StartExecution", stateMachineArn=arn, name=name, input=text))[
                "executionArn"
            ]

        connection = emulator.journal._connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 40}")
        with pytest.raises(Refused) as caught:  # noqa: PT012  # which of them fails is not known
            for number in range(50):
                kept.append(await start(f"e{number}"))
        assert (caught.value.code, caught.value.status) == ("ServiceUnavailable", 503)
        assert "full" in caught.value.message
        assert kept
        with pytest.raises(Refused, match="ServiceUnavailable"):
            await start("later")
        for arn in kept:
            assert (await asked(emulator, "DescribeExecution", executionArn=arn))["status"] == "RUNNING"
        connection.execute("PRAGMA max_page_count = 1000000")
        kept.append(await start("later"))
        await emulator.close()
        again = Emulator(settings)
        await again.open()
        for arn in kept:
            assert (await asked(again, "DescribeExecution", executionArn=arn))["status"] == "RUNNING"
        await again.close()

    asyncio.run(fill())


def test_a_database_that_was_not_read_takes_nothing(tmp_path):
    async def use(is_open):
        emulator = Emulator(Settings(database=str(tmp_path / "a.db")))
        if is_open:
            await emulator.open()
        try:
            await asked(emulator, "CreateStateMachine", name="m", definition=PASS, roleArn=ROLE)
        finally:
            emulator.journal.is_read = True
            await emulator.close()

    asyncio.run(use(True))
    with pytest.raises(Refused, match="InternalFailure"):
        asyncio.run(use(False))


def test_a_commit_that_is_done_before_anybody_waits_is_told():
    async def work():
        journal = SqliteJournal(":memory:", "process")
        done, put, note = threading.Event(), journal._writer.put, journal._writer._done

        def noting(ticket):
            note(ticket)
            done.set()

        def putting(statements, ticket):
            put(statements, ticket)
            assert done.wait(30)

        journal._writer._done, journal._writer.put = noting, putting
        told = asyncio.Event()
        journal.keep(ActivityRecord("arn", "ask", 0))
        journal.when_committed(told.set)
        await asyncio.wait_for(told.wait(), 10)
        journal.close()

    asyncio.run(work())


def test_work_that_fails_after_a_commit_keeps_no_other_from_it():
    async def work():
        journal = SqliteJournal(":memory:", "process")
        told = asyncio.Event()
        journal.keep(ActivityRecord("arn", "ask", 0))
        journal.when_committed(lambda: {}["nothing"])
        journal.when_committed(told.set)
        await asyncio.wait_for(told.wait(), 10)
        journal.close()

    asyncio.run(work())
