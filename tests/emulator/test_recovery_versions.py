"""Databases of other versions: an old one goes on, a newer is refused, a migration is whole or is not."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.store import database
from emulator.store.database import DatabaseRefused, opened
from tests.emulator.reopening import at, described, emulated, history, on_a_loop, settled, types
from tests.emulator.shared import START, Refused, asked

DATA = Path(__file__).with_name("data")
MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:greet"
DONE = "arn:aws:states:us-east-1:123456789012:execution:greet:done"
WAITS = "arn:aws:states:us-east-1:123456789012:execution:asks:waits"
ASK = "arn:aws:states:us-east-1:123456789012:activity:ask"
TOKEN = "b47442b7406bc42894f4c1969738e551943a3b2bcc8dfaec2e0f1aff8d153316"
"""The worker Ben has the task of this token, since 30 seconds after `START`."""


@pytest.fixture
def old(tmp_path):
    """A database as version 1 of the schema left it; its text is never written anew."""
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript(gzip.decompress((DATA / "version_1.sql.gz").read_bytes()).decode())
    connection.close()
    return path


def content(path):
    """All that a database holds."""
    connection = sqlite3.connect(path)
    found = "\n".join(connection.iterdump())
    connection.close()
    return found


@on_a_loop
async def test_what_an_old_database_holds_is_seen(old):
    async with emulated(old) as emulator:
        machines = (await asked(emulator, "ListStateMachines"))["stateMachines"]
        assert [each["name"] for each in machines] == ["greet", "asks"]
        assert [each["name"] for each in (await asked(emulator, "ListActivities"))["activities"]] == ["ask"]
        alias = await asked(emulator, "DescribeStateMachineAlias", stateMachineAliasArn=f"{MACHINE}:live")
        assert alias["routingConfiguration"] == [{"stateMachineVersionArn": f"{MACHINE}:1", "weight": 100}]
        tags = await asked(emulator, "ListTagsForResource", resourceArn=MACHINE)
        assert tags["tags"] == [{"key": "team", "value": "shop"}]
        told = await described(emulator, DONE)
        assert (told["status"], told["output"]) == ("SUCCEEDED", '{"greeting":"Hello, Ada!"}')
        assert told["stateMachineAliasArn"] == f"{MACHINE}:live"
        assert await types(emulator, DONE) == [
            "ExecutionStarted",
            "TaskStateEntered",
            "LambdaFunctionScheduled",
            "LambdaFunctionStarted",
            "LambdaFunctionSucceeded",
            "TaskStateExited",
            "ExecutionSucceeded",
        ]
        assert (await history(emulator, WAITS))[-1]["activityStartedEventDetails"] == {"workerName": "Ben"}


@on_a_loop
async def test_an_execution_that_ran_in_an_old_database_goes_on(old):
    async with emulated(old) as emulator:
        await asked(emulator, "SendTaskSuccess", taskToken=TOKEN, output='{"paid": true}')
        await settled(emulator)
        told = await described(emulator, WAITS)
        assert (told["status"], told["output"]) == ("SUCCEEDED", '{"paid":true}')
        assert told["stopDate"] == START / 1000 + 90
        with pytest.raises(Refused, match="TaskTimedOut"):
            await asked(emulator, "SendTaskSuccess", taskToken=TOKEN, output="1")
        again = await asked(emulator, "StartExecution", stateMachineArn=f"{MACHINE}:live", name="again")
    async with emulated(old) as emulator:
        assert (await described(emulator, WAITS)) == told
        assert (await described(emulator, again["executionArn"]))["stateMachineVersionArn"] == f"{MACHINE}:1"


@on_a_loop
async def test_its_heartbeat_counts_from_the_old_start(old):
    async with emulated(old) as emulator:
        await at(emulator, 629.999)
        assert (await described(emulator, WAITS))["status"] == "RUNNING"
        await at(emulator, 630)
        assert (await types(emulator, WAITS))[-2:] == ["ActivityTimedOut", "ExecutionFailed"]


def test_one_of_a_newer_version_is_refused_and_left_as_it_is(old):
    connection = sqlite3.connect(old)
    newer = len(database.MIGRATIONS) + 1
    connection.execute("INSERT INTO schema_version VALUES (?, 0)", (newer,))
    connection.commit()
    connection.close()
    before = old.read_bytes()
    with pytest.raises(DatabaseRefused) as caught:
        opened(str(old), "full")
    assert str(caught.value) == (
        f"the database {old} has version {newer} of the schema, and this program knows only up to "
        f"{newer - 1}: it was written by a later version of asl-emulator; use that"
    )
    assert old.read_bytes() == before
    assert [each.name for each in old.parent.iterdir()] == [old.name]


FAILS = ("ALTER TABLE record ADD COLUMN note TEXT", "DELETE FROM execution", "INSERT INTO absent VALUES (1)")


def test_a_migration_that_fails_leaves_the_old_version(old, monkeypatch):
    before = content(old)
    now = len(database.MIGRATIONS)
    works = ("CREATE TABLE more (a)",)
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, works, FAILS))
        with pytest.raises(DatabaseRefused, match=r"cannot be used: no such table: absent"):
            opened(str(old), "full")
    if now == 1:
        assert content(old) == before
    opened(str(old), "full").close()
    found = content(old)
    assert "CREATE TABLE more" not in found
    assert WAITS in found


KILLED = """
import os, sys
from emulator.store import database

def statements():
    yield "ALTER TABLE record ADD COLUMN note TEXT"
    yield "DELETE FROM execution"
    os._exit(9)

database.MIGRATIONS = (*database.MIGRATIONS, statements())
database.opened(sys.argv[1], sys.argv[2])
"""


@pytest.mark.parametrize("durability", ["full", "process"])
def test_a_migration_during_which_the_process_is_killed_leaves_the_old_version(old, durability):
    before = content(old)
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(old), durability], capture_output=True, timeout=60
    )
    assert ran.returncode == 9, ran.stderr
    if len(database.MIGRATIONS) == 1:
        assert content(old) == before
    opened(str(old), durability).close()
    found = content(old)
    assert "note TEXT" not in found
    assert WAITS in found
