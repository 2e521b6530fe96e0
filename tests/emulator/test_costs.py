"""What an emulator tells executions cost: each, by state machine, and all, while they run and after."""

import asyncio
import json

import pytest

import asl
from emulator import Settings
from emulator.api.server import Application
from emulator.engine import costs
from tests.emulator import reopening
from tests.emulator.asked import ask
from tests.emulator.distributed import ASKED, REST, TASK, begun, distributed, machine
from tests.emulator.shared import ASK, PASS, START, WAIT, call, created, emulated, run, settled


@pytest.fixture
def emulator():
    with emulated(handlers={"f": lambda event, context: 1 / event}) as emulator:
        yield emulator


def told(emulator, path):
    answer = ask(Application(emulator), "GET", f"/_emulator{path}")
    assert answer.status == 200, answer.json
    return answer.json


def started(emulator, arn, **members):
    execution = call(emulator, "StartExecution", stateMachineArn=arn, **members)["executionArn"]
    settled(emulator)
    return execution


def test_all_executions_and_those_of_a_machine(emulator):
    passing, waiting = created(emulator, PASS), created(emulator, WAIT, name="other")
    for _ in range(3):
        started(emulator, passing)
    started(emulator, waiting)
    everything = told(emulator, "/cost")
    assert (everything["executions"], everything["running"]) == (4, 0)
    assert everything["standard"] == {"transitions": 4, "usd": pytest.approx(0.0001)}
    assert everything["usd"] == pytest.approx(0.0001)
    one = told(emulator, f"/cost?stateMachineArn={passing}")
    assert (one["executions"], one["by_state"]) == (3, {"P": 3})
    assert one in [{**each, "uncounted": 0} for each in everything["machines"]]


def test_what_runs_counts_as_far_as_it_is(emulator):
    call(emulator, "CreateActivity", name="ask")
    arn = created(emulator, ASK)
    execution = started(emulator, arn)
    now = told(emulator, "/cost")
    assert (now["executions"], now["running"], now["standard"]["transitions"]) == (1, 1, 1)
    assert told(emulator, f"/cost?executionArn={execution}")["status"] == "RUNNING"
    call(emulator, "StopExecution", executionArn=execution)
    settled(emulator)
    after = told(emulator, "/cost")
    assert (after["executions"], after["running"], after["standard"]["transitions"]) == (1, 0, 1)


def test_express_executions_are_requests_and_time(emulator):
    arn = created(emulator, WAIT, type="EXPRESS")
    call(emulator, "StartSyncExecution", stateMachineArn=arn)
    one = told(emulator, f"/cost?stateMachineArn={arn}")
    # 60 s at 64 MB
    assert one["express"]["requests"] == 1
    assert one["express"]["gb_seconds"] == 3.75
    assert one["express"]["usd"] == pytest.approx(0.000001 + 3.75 * 0.00001667)
    assert one["standard"] == {"transitions": 0, "usd": 0.0}


@pytest.mark.parametrize(("kind", "by_state"), [("STANDARD", {"M": 4, "S": 3}), ("EXPRESS", {"M": 4})])
def test_executions_of_map_runs_are_their_parents(emulator, kind, by_state):
    execution = begun(emulator, distributed(REST, kind), [1, 2, 30])
    told_of_it = told(emulator, f"/cost?executionArn={execution}")
    everything = told(emulator, "/cost")
    assert (everything["executions"], everything["running"]) == (1, 0)
    assert told_of_it["by_state"] == everything["machines"][0]["by_state"] == by_state
    assert told_of_it["children"]["executions"] == 3
    requests = 3 if kind == "EXPRESS" else 0
    assert told_of_it["children"]["requests"] == everything["express"]["requests"] == requests
    assert everything["express"]["gb_seconds"] == (33 * 0.0625 if requests else 0)
    transitions = sum(by_state.values())
    assert told_of_it["standard"]["transitions"] == everything["standard"]["transitions"] == transitions
    # simulate, the engine and the endpoint agree
    simulated = asl.simulate(json.dumps(machine(M=distributed(REST, kind))), [1, 2, 30])
    assert simulated.cost.by_state == by_state
    assert simulated.cost.to_dict()["children"] == told_of_it["children"]


def test_children_that_run_count_too(emulator):
    call(emulator, "CreateActivity", name="ask")
    begun(emulator, distributed(ASKED), [1, 2])
    assert told(emulator, "/cost")["machines"][0]["by_state"] == {"M": 3, "S": 2}


def test_a_redrive_counts_once_and_what_it_runs_again(emulator):
    calls = []

    def sometimes(event, context):
        calls.append(event)
        if len(calls) == 1:
            raise ValueError

    emulator.handlers["f"] = sometimes
    arn = created(emulator, json.dumps(machine(A={"Type": "Pass", "Next": "B"}, B=TASK)))
    execution = started(emulator, arn)
    assert told(emulator, "/cost")["standard"]["transitions"] == 2
    call(emulator, "RedriveExecution", executionArn=execution)
    settled(emulator)
    everything = told(emulator, "/cost")
    assert (everything["executions"], everything["standard"]["transitions"]) == (1, 4)
    assert told(emulator, f"/cost?executionArn={execution}")["standard"]["transitions"] == 4
    assert told(emulator, "/cost/executions")["executions"][execution]["transitions"] == 4


def test_redriven_map_runs_start_no_child_twice(emulator):
    execution = begun(emulator, distributed(TASK), [1, 0])
    before = told(emulator, "/cost")
    assert before["machines"][0]["by_state"] == {"M": 3, "S": 2}
    emulator.handlers["f"] = lambda event, context: event
    call(emulator, "RedriveExecution", executionArn=execution)
    settled(emulator)
    after = told(emulator, "/cost")["standard"]["transitions"]
    assert after == told(emulator, f"/cost?executionArn={execution}")["standard"]["transitions"]
    # two redrives, the execution's and the child's, and both states again
    assert after == 5 + 4


def test_the_cost_of_each_execution_for_a_list(emulator):
    execution = started(emulator, created(emulator))
    assert told(emulator, "/cost/executions") == {
        "executions": {execution: {"transitions": 1, "usd": 0.000025}}
    }


def test_reset_forgets_what_it_cost(emulator):
    started(emulator, created(emulator))
    run(emulator, emulator.reset())
    assert told(emulator, "/cost")["executions"] == 0


def test_a_region_without_known_prices_has_transitions_and_no_price():
    with emulated(settings=Settings(region="xx-nowhere-1")) as emulator:
        started(emulator, created(emulator))
        everything = told(emulator, "/cost")
        assert everything["standard"] == {"transitions": 1, "usd": 0}
        assert "No prices are known" in everything["machines"][0]["costUnknown"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("?stateMachineArn=arn:aws:states:us-east-1:123456789012:stateMachine:none", 404),
        ("?executionArn=nonsense", 400),
        ("?executionArn=arn:aws:states:us-east-1:123456789012:execution:m:none", 404),
        ("?executionArn=a&stateMachineArn=b", 400),
    ],
)
def test_what_is_not_there_is_refused(emulator, path, status):
    assert ask(Application(emulator), "GET", f"/_emulator/cost{path}").status == status


def test_what_ended_before_a_restart_is_counted_a_part_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(costs, "COUNTED_AT_ONCE", 2)

    async def scenario():
        async with reopening.emulated(tmp_path / "db") as emulator:
            for name in "abc":
                await reopening.started(emulator, PASS, name)
            await reopening.settled(emulator)
        async with reopening.emulated(tmp_path / "db") as emulator:
            left = [emulator.costs.count_more() for _ in range(3)]
            (totals,) = emulator.costs.totals(emulator.engine.live).values()
            return left, totals.ended, totals.used.by_state

    assert asyncio.run(scenario()) == ([1, 0, 0], 3, {"P": 3})


@reopening.on_a_loop
async def test_what_is_not_counted_after_a_restart_is_told(tmp_path):
    path = tmp_path / "a.db"
    definition = json.dumps(machine(M=distributed(TASK)))
    async with reopening.emulated(path, handlers={"f": lambda event, context: 1}) as emulator:
        arn = await reopening.started(emulator, definition, input="[1,2]")
        await reopening.settled(emulator)
        assert not emulator.costs.is_incomplete(emulator.executions[arn])
        copy = reopening.crashed(path)
    async with reopening.emulated(copy, at=START + 1) as emulator:
        assert emulator.costs.is_incomplete(emulator.executions[arn])
