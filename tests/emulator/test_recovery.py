"""Recovery: a copy of the files at some moment, opened anew, is the emulator as it was then."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest

from emulator.engine import replay
from tests.emulator.reopening import FUNCTION, TOKEN, crashed, emulated, history, machine, settled, started
from tests.emulator.shared import ASK, ROLE, START, WAIT, Refused, asked


def test_an_activity_that_a_worker_has_waits_for_it_and_its_token_stays_good(tmp_path):
    async def work():
        path = tmp_path / "a.db"
        async with emulated(path) as emulator:
            activity = (await asked(emulator, "CreateActivity", name="ask"))["activityArn"]
            arn = await started(emulator, ASK)
            token = (await asked(emulator, "GetActivityTask", activityArn=activity))["taskToken"]
            await settled(emulator)
            before = await history(emulator, arn)
            copy = crashed(path)
        async with emulated(copy) as emulator:
            assert await history(emulator, arn) == before
            assert (await asked(emulator, "GetActivityTask", activityArn=activity))["taskToken"] is None
            await asked(emulator, "SendTaskHeartbeat", taskToken=token)
            await asked(emulator, "SendTaskSuccess", taskToken=token, output="1")
            await settled(emulator)
            after = await history(emulator, arn)
            assert after[: len(before)] == before
            assert after[-1]["type"] == "ExecutionSucceeded"

    asyncio.run(work())


def test_a_wait_rings_when_it_would_have(tmp_path):
    async def work():
        path = tmp_path / "a.db"
        async with emulated(path) as emulator:
            emulator.clock.advance(START + 5)
            asyncio.get_running_loop()
            made = await asked(emulator, "CreateStateMachine", name="m", definition=WAIT, roleArn=ROLE)
            begun = await asked(emulator, "StartExecution", stateMachineArn=made["stateMachineArn"], name="e")
            copy = crashed(path)
            await settled(emulator)
            wanted = await history(emulator, begun["executionArn"])
        async with emulated(copy) as emulator:
            await settled(emulator)
            assert await history(emulator, begun["executionArn"]) == wanted

    asyncio.run(work())


@pytest.mark.parametrize("operation", ["SendTaskFailure", "SendTaskSuccess"])
def test_an_end_told_before_the_first_answer_is_kept(tmp_path, operation):
    keys = []

    async def work():
        path = tmp_path / "a.db"
        told = asyncio.Event()
        loop = asyncio.get_running_loop()
        tokens = []

        def ask(event, context):
            keys.append(context.idempotency_key)
            if not tokens:
                tokens.append(event["token"])
                asyncio.run_coroutine_threadsafe(answer(event["token"]), loop).result()
            return {}

        async def answer(token):
            members = {"output": "7"} if operation == "SendTaskSuccess" else {"error": "Mine", "cause": "why"}
            await asked(emulator, operation, taskToken=token, **members)
            crashed(path)
            told.set()

        async with emulated(path, handlers={"ask": ask}) as emulator:
            arn = await started(emulator, machine(T=TOKEN))
            await told.wait()
            await settled(emulator)
            wanted = (await asked(emulator, "DescribeExecution", executionArn=arn))["status"]
        async with emulated(path.with_name("0.crashed"), handlers={"ask": ask}) as emulator:
            with pytest.raises(Refused, match="TaskTimedOut"):
                await asked(emulator, "SendTaskSuccess", taskToken=tokens[0], output="8")
            await settled(emulator)
            found = await asked(emulator, "DescribeExecution", executionArn=arn)
        assert found["status"] == wanted
        assert found.get("output") == ("7" if operation == "SendTaskSuccess" else None)
        assert found.get("error") == (None if operation == "SendTaskSuccess" else "Mine")

    asyncio.run(work())
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_closed_executions_are_read_from_their_rows_and_redriven_from_their_logs(tmp_path):
    async def work():
        path, fails = tmp_path / "a.db", [True]

        def f(event, context):
            if fails:
                raise ValueError("not yet")
            return 1

        states = {"Type": "Task", "Resource": f"{FUNCTION}f", "End": True}
        async with emulated(path, handlers={"f": f}) as emulator:
            arn = await started(emulator, machine(T=states))
            await settled(emulator)
            before = await history(emulator, arn)
            assert before[-1]["type"] == "ExecutionFailed"
        fails.clear()
        async with emulated(path, handlers={"f": f}) as emulator:
            assert emulator.executions[arn].is_unloaded
            assert await history(emulator, arn) == before
            await asked(emulator, "RedriveExecution", executionArn=arn)
            copy = crashed(path)
        async with emulated(copy, handlers={"f": f}) as emulator:
            await settled(emulator)
            found = await asked(emulator, "DescribeExecution", executionArn=arn)
            assert (found["status"], found["redriveCount"]) == ("SUCCEEDED", 1)
            assert (await history(emulator, arn))[: len(before)] == before

    asyncio.run(work())


def test_records_come_back_as_they_were(tmp_path):
    async def answers(emulator, machine_arn, activity):
        return [
            await asked(emulator, "DescribeStateMachine", stateMachineArn=machine_arn),
            await asked(emulator, "ListStateMachineVersions", stateMachineArn=machine_arn),
            await asked(emulator, "ListStateMachineAliases", stateMachineArn=machine_arn),
            await asked(emulator, "ListTagsForResource", resourceArn=machine_arn),
            await asked(emulator, "DescribeActivity", activityArn=activity),
            await asked(emulator, "ListStateMachines"),
        ]

    async def work():
        path = tmp_path / "a.db"
        async with emulated(path) as emulator:
            activity = (await asked(emulator, "CreateActivity", name="x"))["activityArn"]
            made = await asked(emulator, "CreateStateMachine", name="m", definition=WAIT, roleArn=ROLE)
            arn = made["stateMachineArn"]
            await asked(emulator, "CreateStateMachine", name="gone", definition=WAIT, roleArn=ROLE)
            await asked(emulator, "DeleteStateMachine", stateMachineArn=arn.replace(":m", ":gone"))
            await asked(emulator, "UpdateStateMachine", stateMachineArn=arn, definition=ASK, publish=True)
            routing = [{"stateMachineVersionArn": f"{arn}:1", "weight": 100}]
            await asked(emulator, "CreateStateMachineAlias", name="live", routingConfiguration=routing)
            await asked(emulator, "TagResource", resourceArn=arn, tags=[{"key": "a", "value": "b"}])
            wanted = await answers(emulator, arn, activity)
            copy = crashed(path)
        async with emulated(copy) as emulator:
            assert await answers(emulator, arn, activity) == wanted

    asyncio.run(work())


def test_a_log_that_leads_elsewhere_ends_the_execution_and_is_kept(tmp_path, caplog):
    async def work():
        path = tmp_path / "a.db"
        async with emulated(path) as emulator:
            await asked(emulator, "CreateActivity", name="ask")
            arn = await started(emulator, ASK)
        connection = sqlite3.connect(path)
        connection.execute("UPDATE input SET digest = digest + 1")
        connection.commit()
        connection.close()
        for _ in range(2):
            async with emulated(path) as emulator:
                found = await asked(emulator, "DescribeExecution", executionArn=arn)
                assert (found["status"], found["error"]) == ("FAILED", replay.DIVERGED)
                assert (await history(emulator, arn))[-1]["type"] == "ExecutionFailed"
                with pytest.raises(Refused, match="ExecutionNotRedrivable"):
                    await asked(emulator, "RedriveExecution", executionArn=arn)
        connection = sqlite3.connect(path)
        (lines,) = connection.execute("SELECT count(*) FROM input").fetchone()
        connection.close()
        assert lines == 1

    asyncio.run(work())
    assert "cannot be rebuilt" in caplog.text


def test_express_executions_are_not_kept(tmp_path):
    async def work():
        path = tmp_path / "a.db"
        async with emulated(path) as emulator:
            made = await asked(
                emulator, "CreateStateMachine", name="m", definition=WAIT, roleArn=ROLE, type="EXPRESS"
            )
            await asked(emulator, "StartExecution", stateMachineArn=made["stateMachineArn"])
            copy = crashed(path)
        connection = sqlite3.connect(copy)
        (count,) = connection.execute("SELECT count(*) FROM execution").fetchone()
        connection.close()
        assert count == 0

    asyncio.run(work())
