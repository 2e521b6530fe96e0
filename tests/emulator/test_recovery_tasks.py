"""Recovery of tasks: their heartbeats, time limits, back-off and tokens after the process has ended."""

from __future__ import annotations

import pytest

from emulator.engine import replay
from emulator.engine import tokens as tokens_of_tasks
from tests.emulator.reopening import (
    FUNCTION,
    TOKEN,
    at,
    both,
    crashed,
    described,
    emulated,
    held,
    history,
    machine,
    on_a_loop,
    settled,
    started,
    types,
)
from tests.emulator.shared import ASK, START, Refused, asked

ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:ask"
RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 100, "MaxAttempts": 1}]
UNKNOWN = "0" * 64


def task(kind, **fields):
    """A task that waits for somebody outside, by a token or as an activity's."""
    state = TOKEN if kind == "token" else {"Type": "Task", "Resource": ACTIVITY, "End": True}
    return machine(T={**state, **fields})


class Asking:
    """Functions that ask somebody outside, by keeping the tokens that they are given."""

    def __init__(self):
        self.tokens = []
        self.handlers = {"ask": lambda event, context: self.tokens.append(event["token"])}

    async def begun(self, emulator, kind, definition):
        """An execution that has come to its task, and a worker has that if it is an activity's."""
        await asked(emulator, "CreateActivity", name="ask")
        arn = await started(emulator, definition)
        await settled(emulator)
        if kind == "activity":
            await self.take(emulator)
        return arn

    async def take(self, emulator):
        """Takes the next task of the activity."""
        self.tokens.append((await asked(emulator, "GetActivityTask", activityArn=ACTIVITY))["taskToken"])
        await settled(emulator)


async def told(emulator, token, operation="SendTaskHeartbeat", **members):
    """How a token is answered: with {} or the error's name."""
    try:
        return await asked(emulator, operation, taskToken=token, **members)
    except Refused as refusal:
        return refusal.code


# ------------------------------------------------------------------ heartbeats and time limits


@pytest.mark.parametrize("kind", ["token", "activity"])
@pytest.mark.parametrize("beats", [(), (4,), (4, 11)], ids=str)
@on_a_loop
async def test_silence_counts_from_the_last_beat_before_the_end_of_the_process(tmp_path, kind, beats):
    path, asking = tmp_path / "a.db", Asking()
    async with emulated(path, handlers=asking.handlers) as emulator:
        arn = await asking.begun(emulator, kind, task(kind, HeartbeatSeconds=10))
        for second in beats:
            await at(emulator, second)
            assert await told(emulator, asking.tokens[0]) == {}
        begun = (await history(emulator, arn))[-1]["timestamp"]  # a function takes its time
        copy = crashed(path)
    last = beats[-1] if beats else begun - START / 1000
    async with emulated(copy, handlers=asking.handlers) as emulator:
        await at(emulator, last + 9.999)
        assert (await described(emulator, arn))["status"] == "RUNNING"
        await at(emulator, last + 10)
        assert (await described(emulator, arn))["status"] == "FAILED"
        timed_out, failed = (await history(emulator, arn))[-2:]
        assert timed_out["type"] == ("TaskTimedOut" if kind == "token" else "ActivityTimedOut")
        assert failed["timestamp"] == pytest.approx(START / 1000 + last + 10, abs=1e-4)
        assert await told(emulator, asking.tokens[0]) == "TaskTimedOut"
    assert len(asking.tokens) == 1


@pytest.mark.parametrize("kind", ["token", "activity"])
@on_a_loop
async def test_one_that_is_beaten_after_the_restart_lives_on(tmp_path, kind):
    path, asking = tmp_path / "a.db", Asking()
    async with emulated(path, handlers=asking.handlers) as emulator:
        arn = await asking.begun(emulator, kind, task(kind, HeartbeatSeconds=10))
        copy = crashed(path)
    async with emulated(copy, handlers=asking.handlers) as emulator:
        await at(emulator, 9)
        assert await told(emulator, asking.tokens[0]) == {}
        again = crashed(copy)
    async with emulated(again, handlers=asking.handlers) as emulator:
        await at(emulator, 18.999)
        assert await told(emulator, asking.tokens[0], "SendTaskSuccess", output="1") == {}
        await settled(emulator)
        assert (await described(emulator, arn))["output"] == "1"


@pytest.mark.parametrize("kind", ["token", "activity"])
@pytest.mark.parametrize("limit", ["HeartbeatSeconds", "TimeoutSeconds"])
@on_a_loop
async def test_a_limit_that_passed_while_no_process_ran_ends_the_task_at_once(tmp_path, kind, limit):
    path, asking = tmp_path / "a.db", Asking()
    async with emulated(path, handlers=asking.handlers) as emulator:
        arn = await asking.begun(emulator, kind, task(kind, **{limit: 10}))
        copy = crashed(path)
    async with emulated(copy, at=START + 60_000, handlers=asking.handlers) as emulator:
        await settled(emulator)
        last = (await history(emulator, arn))[-1]
        assert (last["type"], last["timestamp"]) == ("ExecutionFailed", START / 1000 + 60)


@on_a_loop
async def test_an_activitys_time_counts_from_when_a_worker_took_it_before_the_restart(tmp_path):
    path, asking = tmp_path / "a.db", Asking()
    async with emulated(path) as emulator:
        await asked(emulator, "CreateActivity", name="ask")
        arn = await started(emulator, task("activity", TimeoutSeconds=10))
        await at(emulator, 30)
        await asking.take(emulator)
        events, _ = await both(path, arn, lambda each: at(each, 60))
    assert (events[-1]["type"], events[-1]["timestamp"]) == ("ExecutionFailed", START / 1000 + 40)


@on_a_loop
async def test_a_task_that_no_worker_took_has_no_limit_after_a_restart_either(tmp_path):
    path = tmp_path / "a.db"
    async with emulated(path) as emulator:
        await asked(emulator, "CreateActivity", name="ask")
        arn = await started(emulator, task("activity", TimeoutSeconds=10, HeartbeatSeconds=5))
        await settled(emulator)
        copy = crashed(path)
    async with emulated(copy, at=START + 60_000) as emulator:
        await settled(emulator)
        assert (await types(emulator, arn))[-1] == "ActivityScheduled"
        token = (await asked(emulator, "GetActivityTask", activityArn=ACTIVITY))["taskToken"]
        await at(emulator, 64.999)
        assert await told(emulator, token, "SendTaskSuccess", output="1") == {}


# ------------------------------------------------------------------ back-off


@on_a_loop
async def test_a_back_off_ends_when_it_would_have(tmp_path):
    path, calls = tmp_path / "a.db", []

    def fail(event, context):
        calls.append(event)
        raise ValueError("no")

    failing = {"Type": "Task", "Resource": f"{FUNCTION}f", "Retry": RETRY, "End": True}
    async with emulated(path, handlers={"f": fail}) as emulator:
        await held(emulator)
        arn = await started(emulator, machine(T=failing))
        await settled(emulator)
        await at(emulator, 40)
        failed = (await history(emulator, arn))[-1]
        assert (len(calls), failed["type"]) == (1, "LambdaFunctionFailed")
        copy = crashed(path)
    since = failed["timestamp"] - START / 1000  # a function takes its time
    async with emulated(copy, handlers={"f": fail}) as emulator:
        await at(emulator, since + 99.999)
        assert len(calls) == 1
        await at(emulator, since + 100)
        assert len(calls) == 2
        await at(emulator, since + 101)
        assert (await described(emulator, arn))["status"] == "FAILED"
        assert [each["type"] for each in (await history(emulator, arn))[5:]] == [
            "LambdaFunctionScheduled",
            "LambdaFunctionStarted",
            "LambdaFunctionFailed",
            "ExecutionFailed",
        ]


# ------------------------------------------------------------------ tokens of tasks that have ended


@pytest.mark.parametrize("kind", ["token", "activity"])
@on_a_loop
async def test_the_token_of_a_task_that_timed_out_before_the_restart_is_known_as_such(tmp_path, kind):
    path, asking = tmp_path / "a.db", Asking()
    async with emulated(path, handlers=asking.handlers) as emulator:
        arn = await asking.begun(emulator, kind, task(kind, TimeoutSeconds=5, Retry=RETRY))
        await at(emulator, 5)
        copy = crashed(path)
    async with emulated(copy, handlers=asking.handlers) as emulator:
        assert (await described(emulator, arn))["status"] == "RUNNING"
        assert await told(emulator, asking.tokens[0]) == "TaskTimedOut"
        assert await told(emulator, UNKNOWN) == "TaskDoesNotExist"
        await at(emulator, 105)
        if kind == "activity":
            asking.tokens.append(
                (await asked(emulator, "GetActivityTask", activityArn=ACTIVITY))["taskToken"]
            )
        first, second = asking.tokens
        assert await told(emulator, first) == "TaskTimedOut"
        assert await told(emulator, second) == {}


@on_a_loop
async def test_tokens_of_executions_that_had_ended_are_known_without_a_replay(tmp_path, monkeypatch):
    path, asking = tmp_path / "a.db", Asking()
    asks = {**TOKEN, "Retry": [{**RETRY[0], "MaxAttempts": 2}], "TimeoutSeconds": 5}
    processor = {"StartAt": "T", "States": {"T": asks}}
    fan = machine(M={"Type": "Map", "ItemsPath": "$", "ItemProcessor": processor, "End": True})
    async with emulated(path, handlers=asking.handlers) as emulator:
        arn = await started(emulator, fan, input="[1,2,3]")
        await at(emulator, 1_000)
        await asked(emulator, "RedriveExecution", executionArn=arn)
        await at(emulator, 2_000)
        assert (await described(emulator, arn))["status"] == "FAILED"
    assert len(set(asking.tokens)) > 9
    async with emulated(path) as emulator:
        monkeypatch.setattr(replay, "Replay", None)
        for token in asking.tokens:
            assert await told(emulator, token) == "TaskTimedOut"
        for other in (UNKNOWN, asking.tokens[0][::-1]):
            assert await told(emulator, other) == "TaskDoesNotExist"
        assert emulator.executions[arn].is_unloaded


@on_a_loop
async def test_only_executions_that_can_have_tokens_are_looked_at_and_only_once(tmp_path, monkeypatch):
    path = tmp_path / "a.db"
    looked = []
    async with emulated(path) as emulator:
        await asked(emulator, "CreateActivity", name="ask")
        asking = await started(emulator, ASK)
        await settled(emulator)
        await asked(emulator, "StopExecution", executionArn=asking)
    async with emulated(path) as emulator:
        read = emulator.journal.history
        monkeypatch.setattr(emulator.journal, "history", lambda arn: looked.append(arn) or read(arn))
        for _ in range(3):
            assert await told(emulator, UNKNOWN) == "TaskDoesNotExist"
    assert looked == [asking]


@on_a_loop
async def test_tokens_that_are_no_longer_remembered_are_found_again(tmp_path, monkeypatch):
    monkeypatch.setattr(tokens_of_tasks, "REMEMBERED", 0)
    path, asking = tmp_path / "a.db", Asking()
    async with emulated(path, handlers=asking.handlers) as emulator:
        arn = await asking.begun(emulator, "token", task("token", TimeoutSeconds=5, Retry=RETRY))
        assert await told(emulator, UNKNOWN) == "TaskDoesNotExist"
        await at(emulator, 105)
        first, second = asking.tokens
        assert await told(emulator, first) == "TaskTimedOut"
        assert await told(emulator, second, "SendTaskSuccess", output="1") == {}
        await settled(emulator)
        assert (await described(emulator, arn))["status"] == "SUCCEEDED"
        assert await told(emulator, second) == "TaskTimedOut"
