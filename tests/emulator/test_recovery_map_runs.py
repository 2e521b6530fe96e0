"""Recovery of Map Runs: what had ended is not run again, what ran goes on, results are written once."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections import Counter
from contextlib import closing

import pytest

from emulator import Emulator, Settings
from emulator.clocks import VirtualClock
from emulator.engine import map_children, map_runs
from emulator.store import sqlite, writer
from tests.emulator import reopening
from tests.emulator.distributed import PASS, TASK, counted, distributed, machine
from tests.emulator.reopening import at, both, crashed, described, emulated, held, history, on_a_loop, settled
from tests.emulator.shared import ROLE, START, Refused, asked

WAITING = {"Type": "Wait", "SecondsPath": "$", "Next": "Call"}
WRITER = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "box", "Prefix": "out"}}
READER = {
    "Resource": "arn:aws:states:::s3:getObject",
    "ReaderConfig": {"InputType": "JSON"},
    "Parameters": {"Bucket": "box", "Key": "in"},
}
KINDS = pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])


class Function:
    """Gives what it is given, and notes it; fails for the items it is told to."""

    def __init__(self, *broken):
        self.calls = []
        self.broken = set(broken)

    def __call__(self, event, context):
        self.calls.append(event)
        if event in self.broken:
            raise RuntimeError("no")
        return event


def resting(kind, **fields):
    """A Map whose executions wait for as many seconds as their item says, and then call the function."""
    state = distributed(PASS, kind, **fields)
    state["ItemProcessor"] |= machine(Rest=WAITING, Call=TASK)
    return state


async def begun(emulator, state, items):
    definition = json.dumps(machine(M=state))
    return await reopening.started(emulator, definition, input=json.dumps(items))


async def map_run(emulator, arn):
    [run] = (await asked(emulator, "ListMapRuns", executionArn=arn))["mapRuns"]
    return await asked(emulator, "DescribeMapRun", mapRunArn=run["mapRunArn"])


async def listed(emulator, arn, **members):
    run = await map_run(emulator, arn)
    found = await asked(emulator, "ListExecutions", mapRunArn=run["mapRunArn"], **members)
    return found["executions"][::-1]


# ------------------------------------------------------------------ a run that is under way


@KINDS
@on_a_loop
async def test_what_had_ended_is_not_run_again(tmp_path, kind):
    path, function = tmp_path / "a.db", Function()
    async with emulated(path, handlers={"f": function}) as emulator:
        await held(emulator)
        arn = await begun(emulator, resting(kind, MaxConcurrency=3), [5, 10, 20, 30, 40])
        await at(emulator, 12)
        assert function.calls == [5, 10]
        again = Function()
        copy = crashed(path)
        async with emulated(copy, handlers={"f": again}) as second:
            await settled(second)
            run = await map_run(second, arn)
            assert counted(run["itemCounts"]) == {"succeeded": 2, "running": 3, "total": 5}
            assert counted(run["executionCounts"]) == {"succeeded": 2, "running": 3, "total": 5}
            await at(second, 100)
            told = await described(second, arn)
            assert (told["status"], told["output"]) == ("SUCCEEDED", "[5,10,20,30,40]")
            assert counted((await map_run(second, arn))["itemCounts"]) == {"succeeded": 5, "total": 5}
        assert again.calls == [20, 30, 40]


@on_a_loop
async def test_standard_executions_go_on_where_they_were(tmp_path):
    path = tmp_path / "a.db"
    async with emulated(path, handlers={"f": Function()}) as emulator:
        await held(emulator)
        arn = await begun(emulator, resting("STANDARD", MaxConcurrency=2), [10, 20, 30])
        await at(emulator, 15)
        [first, second] = [each["executionArn"] for each in (await listed(emulator, arn))[:2]]
        for each in (first, second):
            await both(path, each, lambda one: at(one, 100), handlers={"f": Function()})


@on_a_loop
async def test_after_a_restart_they_are_listed_and_described(tmp_path):
    path = tmp_path / "a.db"
    async with emulated(path, handlers={"f": Function(2)}) as emulator:
        arn = await begun(emulator, resting("STANDARD", ToleratedFailureCount=1), [1, 2, 3])
        await at(emulator, 10)
        wanted = await listed(emulator, arn), await map_run(emulator, arn)
        events = [await history(emulator, each["executionArn"]) for each in wanted[0]]
        copy = crashed(path)
    async with emulated(copy, at=START + 10_000) as emulator:
        assert (await listed(emulator, arn), await map_run(emulator, arn)) == wanted
        assert [await history(emulator, each["executionArn"]) for each in wanted[0]] == events
        assert Counter(each["status"] for each in wanted[0]) == {"SUCCEEDED": 2, "FAILED": 1}


@KINDS
@on_a_loop
async def test_bounds_that_were_changed_stay_changed(tmp_path, kind):
    path = tmp_path / "a.db"
    async with emulated(path, handlers={"f": Function()}) as emulator:
        await held(emulator)
        arn = await begun(emulator, resting(kind, MaxConcurrency=4), [10, 20, 30, 40, 50])
        await at(emulator, 1)
        run = (await map_run(emulator, arn))["mapRunArn"]
        await asked(emulator, "UpdateMapRun", mapRunArn=run, maxConcurrency=1, toleratedFailureCount=3)
        copy = crashed(path)
    async with emulated(copy, handlers={"f": Function()}) as emulator:
        await settled(emulator)
        told = await map_run(emulator, arn)
        assert (told["maxConcurrency"], told["toleratedFailureCount"]) == (1, 3)


@KINDS
@on_a_loop
async def test_a_stop_after_a_restart_ends_all(tmp_path, kind):
    path = tmp_path / "a.db"
    async with emulated(path, handlers={"f": Function()}) as emulator:
        await held(emulator)
        arn = await begun(emulator, resting(kind), [10, 20])
        await at(emulator, 1)
        copy = crashed(path)
    async with emulated(copy, handlers={"f": Function()}) as emulator:
        await settled(emulator)
        await asked(emulator, "StopExecution", executionArn=arn)
        await settled(emulator)
        run = await map_run(emulator, arn)
        assert (run["status"], counted(run["itemCounts"])) == ("ABORTED", {"aborted": 2, "total": 2})
        assert {each["status"] for each in await listed(emulator, arn)} == {"ABORTED"}


@on_a_loop
async def test_nobody_goes_on_with_a_run_whose_execution_has_ended(tmp_path):
    path = tmp_path / "a.db"
    async with emulated(path, handlers={"f": Function()}) as emulator:
        await held(emulator)
        arn = await begun(emulator, resting("STANDARD"), [10, 20])
        await at(emulator, 1)
        emulator.engine.map_runs.abandon_all = lambda running: None  # as if it had crashed before that
        await asked(emulator, "StopExecution", executionArn=arn)
        copy = crashed(path)
    async with emulated(copy, handlers={"f": Function()}) as emulator:
        await settled(emulator)
        assert (await map_run(emulator, arn))["status"] == "ABORTED"
        assert {each["status"] for each in await listed(emulator, arn)} == {"ABORTED"}


@KINDS
@on_a_loop
async def test_the_counts_of_a_run_that_failed_stay_as_they_are(tmp_path, kind):
    path = tmp_path / "a.db"
    async with emulated(path, handlers={"f": Function(5)}) as emulator:
        arn = await begun(emulator, resting(kind, MaxConcurrency=3), [5, 10, 20, 30, 40])
        await at(emulator, 100)
        wanted = counted((await map_run(emulator, arn))["itemCounts"])
        assert wanted == {"failed": 1, "aborted": 4, "total": 5}
        copy = crashed(path)
    async with emulated(copy, at=START + 100_000) as emulator:
        await settled(emulator)
        assert counted((await map_run(emulator, arn))["itemCounts"]) == wanted


@KINDS
@on_a_loop
async def test_a_reset_while_executions_run(tmp_path, kind):
    (tmp_path / "box").mkdir()
    settings = Settings(database=str(tmp_path / "a.db"), s3_root=str(tmp_path))
    emulator = Emulator(settings, clock=VirtualClock(START), handlers={"f": Function()})
    await emulator.open()
    try:
        await held(emulator)
        state = resting(kind, MaxConcurrency=2, ToleratedFailurePercentage=100, ResultWriter=WRITER)
        await begun(emulator, state, [10] * 20)
        await at(emulator, 1)
        await asyncio.wait_for(emulator.reset(), 20)
        await asyncio.wait_for(settled(emulator), 20)
        assert (emulator.engine.live, emulator.engine.map_runs.busy) == (set(), 0)
        arn = await begun(emulator, distributed(TASK, kind), [1, 2])
        await settled(emulator)
        assert (await described(emulator, arn))["output"] == "[1,2]"
    finally:
        await emulator.close()


# ------------------------------------------------------------------ a redrive


@on_a_loop
async def test_a_nested_run_is_begun_anew_where_its_execution_is(tmp_path, monkeypatch):
    monkeypatch.setattr(map_children, "KEPT", 0)
    path, again = tmp_path / "a.db", Function()
    outer = distributed(PASS, MaxConcurrency=1)
    outer["ItemProcessor"] |= machine(Inner=distributed(TASK, MaxConcurrency=1, Label="I"))
    async with emulated(path, handlers={"f": Function(2)}) as emulator:
        arn = await begun(emulator, outer, [[1, 2]])
        await settled(emulator)
        assert (await described(emulator, arn))["status"] == "FAILED"
        copy = crashed(path)
    async with emulated(copy, handlers={"f": again}) as emulator:
        await asked(emulator, "RedriveExecution", executionArn=arn)
        await settled(emulator)
        assert (await described(emulator, arn))["output"] == "[[1,2]]"
    assert again.calls == [1, 2]


@KINDS
@pytest.mark.parametrize("broken", [(), ("out",)], ids=["results", "files"])
@on_a_loop
async def test_a_redrive_after_a_restart_runs_what_did_not_succeed(tmp_path, kind, broken):
    path, first = tmp_path / "a.db", Function(2)
    (tmp_path / "box").mkdir()
    writing = {"ResultWriter": WRITER} if broken else {}
    async with emulated(path, handlers={"f": first}) as emulator:
        arn = await begun(emulator, resting(kind, MaxConcurrency=1, **writing), [1, 2, 3])
        await at(emulator, 10)
        assert first.calls == [1, 2]
        copy = crashed(path)
    again = Function()
    settings = Settings(database=str(copy), s3_root=str(tmp_path))
    emulator = Emulator(settings, clock=VirtualClock(START + 10_000), handlers={"f": again})
    await emulator.open()
    try:
        await asked(emulator, "RedriveExecution", executionArn=arn)
        await at(emulator, 100)
        told = await described(emulator, arn)
        run = await map_run(emulator, arn)
        # A Standard execution goes on where it failed: there the Wait is not repeated, but the call is.
        assert again.calls == [2, 3]
        assert (told["status"], run["redriveCount"]) == ("SUCCEEDED", 1)
        assert counted(run["itemCounts"]) == {
            "succeeded": 3, "total": 3, **({"resultsWritten": 3} if broken else {}),
        }  # fmt: skip
        if broken:
            key = json.loads(told["output"])["ResultWriterDetails"]["Key"]
            files = json.loads((tmp_path / "box" / key).read_text())["ResultFiles"]
            assert files["FAILED"] == []
            found = json.loads((tmp_path / "box" / files["SUCCEEDED"][0]["Key"]).read_text())
            assert [each["Output"] for each in found] == ["1", "2", "3"]
        else:
            assert told["output"] == "[1,2,3]"
    finally:
        await emulator.close()


# ------------------------------------------------------------------ at any moment


async def run_to_the_end(path, folder, function, kind=None, tolerated=2):
    """A run with failures and files, begun with a kind, else gone on with; what came of it."""
    settings = Settings(database=str(path), s3_root=str(folder))
    emulator = Emulator(settings, clock=VirtualClock(START), handlers={"f": function})
    await emulator.open()
    try:
        if kind is not None:
            state = distributed(
                TASK, kind, MaxConcurrency=1, ToleratedFailureCount=tolerated, ItemReader=READER,
                ItemBatcher={"MaxItemsPerBatch": 2}, ResultWriter=WRITER,
            )  # fmt: skip
            state["ItemProcessor"]["States"] = {"S": {**TASK, "InputPath": "$.Items[0]"}}
            definition = json.dumps(machine(M=state))
            made = await asked(emulator, "CreateStateMachine", name="m", definition=definition, roleArn=ROLE)
            arn = made["stateMachineArn"]
            emulator.ids.seed = lambda: "1"
            await asked(emulator, "StartExecution", stateMachineArn=arn, name="e", input="null")
        await settled(emulator)
        machines = (await asked(emulator, "ListStateMachines"))["stateMachines"]
        if not machines:
            return None
        arn = machines[0]["stateMachineArn"].replace("stateMachine", "execution") + ":e"
        try:
            told = await described(emulator, arn)
        except Refused:
            return None
        run = await map_run(emulator, arn)
        files = {
            each.name: json.loads(each.read_text())
            for each in sorted((folder / "box" / "out").rglob("*.json"))
        }
        output = json.loads(told.get("output", "null"))
        return told["status"], output, counted(run["itemCounts"]), _without_times(files)
    finally:
        await emulator.close()


def _without_times(files):
    if not files:
        return files
    for name, file in files.items():
        if name != "manifest.json":
            for each in file:
                del each["StartDate"], each["StopDate"]
                each.pop("Cause", None)
    files["manifest.json"]["ResultFiles"] = {
        group: [each["Key"] for each in names]
        for group, names in files["manifest.json"]["ResultFiles"].items()
    }
    return files


@KINDS
@on_a_loop
async def test_a_crash_after_any_commit_changes_nothing_of_the_results(tmp_path, kind, monkeypatch):
    def folder(name):
        made = tmp_path / name
        (made / "box").mkdir(parents=True)
        (made / "box" / "in").write_text(json.dumps(list(range(16))))
        return made

    path, copies = folder("first") / "a.db", []
    write = writer.Writer._write

    written = threading.Semaphore()  # each execution begins once the end of the one before is written

    def writing(self, batch):
        write(self, batch)
        copies.append(crashed(path))
        for statement, _ in batch:
            if statement == sqlite._CHILD:
                written.release()

    function = Function(4)
    call = Function.__call__

    def called(self, event, context):
        assert written.acquire(timeout=30)
        return call(self, event, context)

    monkeypatch.setattr(Function, "__call__", called)
    with monkeypatch.context() as patched:
        patched.setattr(writer.Writer, "_write", writing)
        wanted = await run_to_the_end(path, path.parent, function, kind)
    assert wanted[0] == "SUCCEEDED"
    assert wanted[2] == {"succeeded": 14, "failed": 2, "total": 16, "resultsWritten": 14}
    assert len(wanted[3]) == 3
    assert function.calls == list(range(0, 16, 2))
    monkeypatch.setattr(Function, "__call__", call)
    taken_up = 0
    for number, copy in enumerate(copies):
        again, ended = Function(4), ended_in(copy)
        found = await run_to_the_end(copy, folder(f"again-{number}"), again)
        if found is None:  # a crash before the start was durable
            continue
        assert found[:3] == wanted[:3]
        if found[3]:
            assert found[3] == wanted[3]
            assert len(again.calls) <= 8 - ended
            taken_up += ended > 0
        else:  # all was done before
            assert again.calls == []
    assert taken_up >= 7


@KINDS
@on_a_loop
async def test_after_a_crash_nothing_begins_in_a_run_that_has_failed(tmp_path, kind, monkeypatch):
    path, copies, write = tmp_path / "a.db", [], writer.Writer._write
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "in").write_text("[0,1,2,3,4,5]")

    def writing(self, batch):
        write(self, batch)
        copies.append(crashed(path))

    with monkeypatch.context() as patched:
        patched.setattr(writer.Writer, "_write", writing)
        wanted = await run_to_the_end(path, tmp_path, Function(2), kind, tolerated=0)
    assert wanted[::2] == ("FAILED", {"succeeded": 2, "failed": 2, "aborted": 2, "total": 6})
    for copy in copies:
        again, ended = Function(2), ended_in(copy)
        found = await run_to_the_end(copy, tmp_path, again)
        if found is not None:
            assert found[::2] == wanted[::2]
            assert 4 not in again.calls
            assert ended < 2 or again.calls == []


def ended_in(copy):
    """How many executions have ended by what a file says."""
    with closing(sqlite3.connect(copy)) as connection:
        [(number,)] = connection.execute("SELECT count(*) FROM child").fetchall()
    return number


# ------------------------------------------------------------------ what is kept, and for how long


@on_a_loop
async def test_the_file_keeps_no_more_than_can_be_told(tmp_path, monkeypatch):
    monkeypatch.setattr(map_children, "KEPT", 5)
    path = tmp_path / "a.db"
    async with emulated(path, handlers={"f": Function()}) as emulator:
        for kind in ("STANDARD", "EXPRESS"):
            state = json.dumps(machine(M=distributed(TASK, kind)))
            await reopening.started(emulator, state, machine=kind, input=json.dumps(list(range(20))))
            await settled(emulator)
        journal = emulator.journal
        assert len([found for found in journal.executions() if found.record.seat is not None]) == 0
        assert journal._rows("SELECT count(*) FROM child") == [(0,)]
        assert journal._rows(
            "SELECT count(*) FROM input WHERE execution NOT IN (SELECT id FROM execution)"
        ) == [(0,)]


@pytest.mark.parametrize("kept", [0, 2])
@on_a_loop
async def test_runs_that_failed_are_kept_for_a_while(tmp_path, monkeypatch, kept):
    monkeypatch.setattr(map_runs, "KEPT", kept)
    path, function = tmp_path / "a.db", Function(2)
    async with emulated(path, handlers={"f": function}) as emulator:
        definition = json.dumps(machine(M=distributed(TASK, MaxConcurrency=1)))
        begun = [
            await reopening.started(emulator, definition, name, input="[1,2,3]") for name in ("a", "b", "c")
        ]
        await settled(emulator)
        assert len(emulator.engine.map_runs.runs) == kept
        function.broken.clear()
        function.calls.clear()
        await asked(emulator, "RedriveExecution", executionArn=begun[0])
        await settled(emulator)
        assert (await described(emulator, begun[0]))["output"] == "[1,2,3]"
        assert function.calls == [2, 3]
