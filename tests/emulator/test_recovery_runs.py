"""Recovery of what is more than one task: forks, time limits, redrives, machines that are being deleted."""

from __future__ import annotations

import json

import pytest

from tests.emulator.reopening import (
    FUNCTION,
    TOKEN,
    at,
    block,
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
from tests.emulator.shared import ROLE, START, Refused, asked

CALL = {"Type": "Task", "Resource": f"{FUNCTION}f", "End": True}


def wait(seconds, **fields):
    return {"Type": "Wait", "Seconds": seconds, **({} if "Next" in fields else {"End": True}), **fields}


def noting(calls):
    """Functions that note what they were called with and the key of the call."""
    return {"f": lambda event, context: calls.append((event, context.idempotency_key)) or event}


# ------------------------------------------------------------------ forks


@on_a_loop
async def test_a_parallel_of_which_one_branch_has_ended(tmp_path):
    path, calls = tmp_path / "a.db", []
    branches = [
        block(A=CALL),
        block(B=wait(50, Next="C"), C=CALL),
        block(D=wait(90)),
    ]
    forked = machine(P={"Type": "Parallel", "Branches": branches, "Next": "Z"}, Z={"Type": "Succeed"})
    async with emulated(path, handlers=noting(calls)) as emulator:
        await held(emulator)
        arn = await started(emulator, forked, input="7")
        await at(emulator, 20)
        assert len(calls) == 1
        events, told = await both(path, arn, lambda each: at(each, 100), handlers=noting(calls))
    assert (told["status"], json.loads(told["output"])) == ("SUCCEEDED", [7, 7, 7])
    assert events[-1]["timestamp"] == START / 1000 + 90
    assert len(calls) == 3  # the branch that had ended called nothing again
    assert len(set(calls)) == 2


@on_a_loop
async def test_a_map_half_way_through(tmp_path):
    path, calls = tmp_path / "a.db", []
    processor = block(W=wait(10, Next="C"), C=CALL)
    fan = {"Type": "Map", "ItemsPath": "$", "MaxConcurrency": 2, "ItemProcessor": processor, "End": True}
    async with emulated(path, handlers=noting(calls)) as emulator:
        await held(emulator)
        arn = await started(emulator, machine(M=fan), input="[1,2,3,4,5]")
        await at(emulator, 15)
        assert [event for event, _ in calls] == [1, 2]
        events, told = await both(path, arn, lambda each: at(each, 60), handlers=noting(calls))
    assert json.loads(told["output"]) == [1, 2, 3, 4, 5]
    assert events[-1]["timestamp"] == START / 1000 + 30
    assert sorted(event for event, _ in calls) == [1, 2, 3, 3, 4, 4, 5, 5]
    assert len(set(calls)) == 5


@on_a_loop
async def test_a_branch_that_waits_for_a_token_and_one_that_fails(tmp_path):
    path, tokens = tmp_path / "a.db", []
    handlers = {"ask": lambda event, context: tokens.append(event["token"])}
    fails = block(W=wait(30, Next="F"), F={"Type": "Fail", "Error": "E"})
    forked = machine(P={"Type": "Parallel", "Branches": [block(T=TOKEN), fails], "End": True})
    async with emulated(path, handlers=handlers) as emulator:
        arn = await started(emulator, forked)
        await settled(emulator)
        copy = crashed(path)
    async with emulated(copy, handlers=handlers) as emulator:
        await at(emulator, 30)
        assert (await described(emulator, arn))["error"] == "E"
        with pytest.raises(Refused, match="TaskTimedOut"):
            await asked(emulator, "SendTaskSuccess", taskToken=tokens[0], output="1")
    assert len(tokens) == 1


# ------------------------------------------------------------------ the execution's own time limit


@on_a_loop
async def test_an_executions_time_is_up_when_it_would_have_been(tmp_path):
    path = tmp_path / "a.db"
    limited = json.dumps({**block(W=wait(90)), "TimeoutSeconds": 50})
    async with emulated(path) as emulator:
        await held(emulator)
        arn = await started(emulator, limited)
        await at(emulator, 20)
        _, told = await both(path, arn, lambda each: at(each, 60))
        copy = crashed(path)
    assert (told["status"], told["stopDate"]) == ("TIMED_OUT", START / 1000 + 50)
    async with emulated(copy) as emulator:
        assert (await described(emulator, arn)) == told


@on_a_loop
async def test_what_fell_due_while_no_process_ran_happens_at_once_though_somebody_else_is_waited_for(
    tmp_path,
):
    path = tmp_path / "a.db"
    limited = json.dumps({**block(W=wait(90)), "TimeoutSeconds": 50})
    async with emulated(path) as emulator:
        await held(emulator)
        arn = await started(emulator, limited)
        await settled(emulator)
        rests = await started(emulator, machine(W=wait(40, Next="X"), X=wait(90)), "rests", "rests")
        await settled(emulator)
        copy = crashed(path)
    async with emulated(copy, at=START + 120_000) as emulator:
        await settled(emulator)
        assert (await described(emulator, arn))["status"] == "TIMED_OUT"
        events = await history(emulator, rests)
        assert [each["timestamp"] - START / 1000 for each in events] == [0, 0, 120, 120]
        assert emulator.clock.now() == START + 120_000


# ------------------------------------------------------------------ redrives


@on_a_loop
async def test_a_redriven_execution_goes_on_with_its_own_time_limit(tmp_path):
    path, fails = tmp_path / "a.db", [True]

    def f(event, context):
        if fails:
            raise ValueError("not yet")
        return event

    call = {"Type": "Task", "Resource": CALL["Resource"], "Next": "W"}
    states = block(T=call, W=wait(30))
    async with emulated(path, handlers={"f": f}) as emulator:
        await held(emulator)
        arn = await started(emulator, json.dumps({**states, "TimeoutSeconds": 50}), input="7")
        await settled(emulator)
        await at(emulator, 100)
        fails.clear()
        await asked(emulator, "RedriveExecution", executionArn=arn)
        await at(emulator, 110)
        assert (await types(emulator, arn))[-1] == "WaitStateEntered"
        events, told = await both(path, arn, lambda each: at(each, 200), handlers={"f": f})
    assert (told["status"], told["redriveCount"], told["redriveDate"]) == ("SUCCEEDED", 1, START / 1000 + 100)
    assert events[-1]["timestamp"] == START / 1000 + 130


@on_a_loop
async def test_a_redriven_execution_times_out_as_it_would_have(tmp_path):
    path = tmp_path / "a.db"
    limited = json.dumps({**block(W=wait(90)), "TimeoutSeconds": 50})
    async with emulated(path) as emulator:
        await held(emulator)
        arn = await started(emulator, limited)
        await at(emulator, 100)
        await asked(emulator, "RedriveExecution", executionArn=arn)
        await at(emulator, 120)
        assert (await described(emulator, arn))["status"] == "RUNNING"
        _, told = await both(path, arn, lambda each: at(each, 300))
    assert (told["status"], told["stopDate"]) == ("TIMED_OUT", START / 1000 + 150)


# ------------------------------------------------------------------ machines that are being deleted


@pytest.mark.parametrize("name", ["wait", "token"])
@on_a_loop
async def test_executions_of_a_machine_that_is_being_deleted_end_at_their_next_transition(tmp_path, name):
    path, tokens, calls = tmp_path / "a.db", [], []
    handlers = {"ask": lambda event, context: tokens.append(event["token"]), **noting(calls)}
    first = wait(50, Next="C") if name == "wait" else {k: v for k, v in TOKEN.items() if k != "End"}
    arn = None

    async def go_on(emulator):
        if name == "token":
            await asked(emulator, "SendTaskSuccess", taskToken=tokens[0], output="1")
        await at(emulator, 60)

    async with emulated(path, handlers=handlers) as emulator:
        await held(emulator)
        arn = await started(emulator, machine(A={**first, "Next": "C"}, C=CALL))
        await settled(emulator)
        deleted = (await described(emulator, arn))["stateMachineArn"]
        await asked(emulator, "DeleteStateMachine", stateMachineArn=deleted)
        copy = crashed(path)
        _, told = await both(path, arn, go_on, handlers=handlers)
    assert (told["status"], calls) == ("ABORTED", [])
    async with emulated(copy, handlers=handlers) as emulator:
        found = await asked(emulator, "DescribeStateMachine", stateMachineArn=deleted)
        assert found["status"] == "DELETING"
        with pytest.raises(Refused, match="StateMachineDeleting"):
            await asked(emulator, "StartExecution", stateMachineArn=deleted)
        await go_on(emulator)
        with pytest.raises(Refused, match="StateMachineDoesNotExist"):
            await asked(emulator, "DescribeStateMachine", stateMachineArn=deleted)
        await asked(
            emulator, "CreateStateMachine", name="m", definition=machine(P={"Type": "Succeed"}), roleArn=ROLE
        )
    async with emulated(copy) as emulator:
        found = await asked(emulator, "DescribeStateMachine", stateMachineArn=deleted)
        assert found["status"] == "ACTIVE"
