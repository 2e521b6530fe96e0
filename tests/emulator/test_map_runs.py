"""Map Runs in the engine: how many run at a time, what ends them, what becomes of their executions."""

import json

import pytest

from asl.interpreter.map_run import Item
from emulator import Settings
from emulator.engine import map_children, map_runs
from tests.emulator.distributed import (
    ASKED,
    PASS,
    REST,
    TASK,
    begun,
    children,
    counted,
    described,
    distributed,
    machine,
    map_run,
    processor,
    runs,
    started,
    types,
)  # fmt: skip
from tests.emulator.shared import START, call, created, emulated, run, settled


class Function:
    """Upper-cases; fails for the items it is told to, as long as it is broken."""

    def __init__(self):
        self.broken = set()
        self.calls = []

    def __call__(self, event, context):
        self.calls.append(event)
        if event in self.broken:
            raise RuntimeError("no")
        return event.upper()


@pytest.fixture
def function():
    return Function()


@pytest.fixture
def emulator(function):
    with emulated(handlers={"f": function}) as emulator:
        call(emulator, "CreateActivity", name="ask")
        yield emulator


# ------------------------------------------------------------------ running


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
def test_each_item_is_an_execution(emulator, function, kind):
    arn = begun(emulator, distributed(TASK, kind), ["a", "b"])
    assert described(emulator, arn)["output"] == '["A","B"]'
    assert sorted(function.calls) == ["a", "b"]
    assert types(emulator, arn) == [
        ("ExecutionStarted", 0),
        ("MapStateEntered", 0),
        ("MapStateStarted", 2),
        ("MapRunStarted", 3),
        ("MapRunSucceeded", 4),
        ("MapStateSucceeded", 5),
        ("MapStateExited", 4),
        ("ExecutionSucceeded", 7),
    ]


def test_no_more_run_at_a_time_than_may(emulator):
    arn = begun(emulator, distributed(ASKED, MaxConcurrency=2), [1, 2, 3, 4, 5])
    assert counted(map_run(emulator, arn)["itemCounts"]) == {"pending": 3, "running": 2, "total": 5}
    token = call(emulator, "GetActivityTask", activityArn=ASKED["Resource"])["taskToken"]
    call(emulator, "SendTaskSuccess", taskToken=token, output="1")
    settled(emulator)
    assert counted(map_run(emulator, arn)["executionCounts"]) == {
        "pending": 2,
        "running": 2,
        "succeeded": 1,
        "total": 5,
    }


def test_time_passes_as_if_slots_were_filled_in_turn(emulator):
    arn = begun(emulator, distributed(REST, MaxConcurrency=2), [10, 1, 5, 3])
    answer = described(emulator, arn)
    assert answer["status"] == "SUCCEEDED"
    assert answer["stopDate"] - answer["startDate"] == 10  # 10 | 1 + 5 + 3
    begins = [each["startDate"] - START / 1000 for each in children(emulator, arn)]
    assert sorted(begins) == [0, 0, 1, 6]


def test_executions_that_end_at_once_do_not_nest(emulator):
    arn = begun(emulator, distributed(PASS, MaxConcurrency=1), list(range(2000)))
    assert json.loads(described(emulator, arn)["output"]) == list(range(2000))
    assert counted(map_run(emulator, arn)["itemCounts"]) == {"succeeded": 2000, "total": 2000}


def test_no_items(emulator):
    arn = begun(emulator, distributed(PASS), [])
    assert described(emulator, arn)["output"] == "[]"
    assert counted(map_run(emulator, arn)["itemCounts"]) == {}


def test_batches_count_items_and_executions(emulator):
    arn = begun(emulator, distributed(PASS, ItemBatcher={"MaxItemsPerBatch": 2}), [1, 2, 3])
    assert described(emulator, arn)["output"] == '[{"Items":[1,2]},{"Items":[3]}]'
    told = map_run(emulator, arn)
    assert counted(told["itemCounts"]) == {"succeeded": 3, "total": 3}
    assert counted(told["executionCounts"]) == {"succeeded": 2, "total": 2}
    assert [each["itemCount"] for each in children(emulator, arn)] == [2, 1]


def test_a_map_run_in_a_map_run(emulator):
    inner = {**distributed(PASS), "ItemProcessor": {**processor(PASS), **machine(T=TASK)}}
    arn = begun(emulator, distributed(inner), [["a", "b"], ["c"]])
    assert described(emulator, arn)["output"] == '[["A","B"],["C"]]'
    child = children(emulator, arn)[0]
    assert child["stateMachineArn"].endswith(":stateMachine:machine/L")
    below = children(emulator, child["executionArn"])
    assert [each["stateMachineArn"].rpartition(":")[2] for each in below] == ["machine/L/L"] * 2


# ------------------------------------------------------------------ failing


def test_a_failing_execution_fails_the_run(emulator, function):
    function.broken = {"b"}
    arn = begun(emulator, distributed(TASK, MaxConcurrency=1), ["a", "b", "c"])
    answer = described(emulator, arn)
    assert (answer["status"], answer["error"], answer["cause"]) == (
        "FAILED",
        "States.ExceedToleratedFailureThreshold",
        "The specified tolerated failure threshold was exceeded",
    )
    assert types(emulator, arn)[3:] == [
        ("MapRunStarted", 3),
        ("MapRunFailed", 4),
        ("MapStateFailed", 5),
        ("ExecutionFailed", 6),
    ]
    told = map_run(emulator, arn)
    assert told["status"] == "FAILED"
    assert counted(told["itemCounts"]) == {"succeeded": 1, "failed": 1, "aborted": 1, "total": 3}
    assert function.calls == ["a", "b"]


def test_a_failure_stops_those_that_run(emulator, function):
    function.broken = {"b"}
    is_b = {"Variable": "$", "StringEquals": "b", "Next": "T"}
    one = machine(C={"Type": "Choice", "Choices": [is_b], "Default": "A"}, T=TASK, A=ASKED)
    state = {**distributed(PASS), "ItemProcessor": {**processor(PASS), **one}}
    arn = begun(emulator, state, ["a", "b", "c"])
    assert sorted(each["status"] for each in children(emulator, arn)) == ["ABORTED", "ABORTED", "FAILED"]
    assert counted(map_run(emulator, arn)["itemCounts"]) == {"failed": 1, "aborted": 2, "total": 3}


def test_failures_that_are_tolerated(emulator, function):
    function.broken = {"b"}
    arn = begun(emulator, distributed(TASK, ToleratedFailureCount=1), ["a", "b", "c"])
    assert described(emulator, arn)["output"] == '["A","C"]'
    assert map_run(emulator, arn)["status"] == "SUCCEEDED"


def test_a_retry_is_a_new_run(emulator, function):
    function.broken = {"b"}
    retry = [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "MaxAttempts": 1}]
    arn = begun(emulator, distributed(TASK, Retry=retry), ["b"])
    assert len(set(runs(emulator, arn))) == 2
    assert [each for each, _ in types(emulator, arn)][2:] == [
        "MapStateStarted", "MapRunStarted", "MapRunFailed",
        "MapStateStarted", "MapRunStarted", "MapRunFailed",
        "MapStateFailed", "ExecutionFailed",
    ]  # fmt: skip


# ------------------------------------------------------------------ stopping


def test_a_stop_aborts_run_and_executions(emulator):
    arn = begun(emulator, distributed(ASKED, MaxConcurrency=1), [1, 2])
    call(emulator, "StopExecution", executionArn=arn)
    settled(emulator)
    told = map_run(emulator, arn)
    assert (told["status"], counted(told["itemCounts"])) == ("ABORTED", {"aborted": 2, "total": 2})
    assert [each["status"] for each in children(emulator, arn)] == ["ABORTED"]
    assert not emulator.engine.live


def test_the_time_limit_aborts_run_and_executions(emulator):
    definition = {**machine(M=distributed(REST)), "TimeoutSeconds": 5}
    arn = started(emulator, created(emulator, json.dumps(definition)), [1, 10])
    assert described(emulator, arn)["status"] == "TIMED_OUT"
    assert [each["status"] for each in children(emulator, arn)] == ["SUCCEEDED", "ABORTED"]
    assert map_run(emulator, arn)["status"] == "ABORTED"
    assert emulator.clock.now() == START + 5000


def test_an_execution_of_a_run_can_be_stopped(emulator):
    arn = begun(emulator, distributed(ASKED, ToleratedFailureCount=1), [1])
    child = children(emulator, arn)[0]["executionArn"]
    call(emulator, "StopExecution", executionArn=child)
    settled(emulator)
    assert described(emulator, child)["status"] == "ABORTED"
    assert described(emulator, arn)["output"] == "[]"


def test_a_sibling_that_fails_aborts_a_run(emulator):
    fails = machine(F={"Type": "Fail", "Error": "E"})
    state = {"Type": "Parallel", "Branches": [machine(D=distributed(ASKED)), fails], "End": True}
    arn = begun(emulator, state, [1])
    assert described(emulator, arn)["error"] == "E"
    assert [each for each, _ in types(emulator, arn)][-4:] == [
        "MapRunAborted",
        "MapStateAborted",
        "ParallelStateFailed",
        "ExecutionFailed",
    ]
    assert map_run(emulator, arn)["status"] == "ABORTED"


# ------------------------------------------------------------------ redrive


def test_a_redrive_runs_what_failed_and_what_never_began(emulator, function):
    function.broken = {"b"}
    arn = begun(emulator, distributed(TASK, MaxConcurrency=1), ["a", "b", "c"])
    function.broken.clear()
    call(emulator, "RedriveExecution", executionArn=arn)
    settled(emulator)
    assert described(emulator, arn)["output"] == '["A","B","C"]'
    assert function.calls == ["a", "b", "b", "c"]
    assert types(emulator, arn)[7:] == [
        ("ExecutionRedriven", 0),
        ("MapStateEntered", 8),
        ("MapStateStarted", 9),
        ("MapRunRedriven", 10),
        ("MapRunSucceeded", 11),
        ("MapStateSucceeded", 12),
        ("MapStateExited", 11),
        ("ExecutionSucceeded", 14),
    ]
    told = map_run(emulator, arn)
    assert (told["status"], told["redriveCount"]) == ("SUCCEEDED", 1)
    assert counted(told["itemCounts"]) == {"succeeded": 3, "total": 3}
    assert [each["redriveCount"] for each in children(emulator, arn)] == [0, 1, 0]


@pytest.mark.parametrize("kind", ["STANDARD", "EXPRESS"])
def test_executions_wait_for_their_redrive(emulator, kind):
    arn = begun(emulator, distributed(ASKED, MaxConcurrency=3), [1, 2, 3])
    call(emulator, "StopExecution", executionArn=arn)
    settled(emulator)
    told = described(emulator, children(emulator, arn)[0]["executionArn"])
    assert told["redriveStatus"] == "REDRIVABLE_BY_MAP_RUN"
    call(emulator, "RedriveExecution", executionArn=arn)
    settled(emulator)
    run = runs(emulator, arn)[0]
    assert counted(map_run(emulator, arn)["itemCounts"]) == {"running": 3, "total": 3}
    call(emulator, "StopExecution", executionArn=arn)
    settled(emulator)
    emulator.engine.map_runs.records[run].max_concurrency = 1
    call(emulator, "RedriveExecution", executionArn=arn)
    settled(emulator)
    assert counted(map_run(emulator, arn)["itemCounts"]) == {"running": 1, "pendingRedrive": 2, "total": 3}
    assert len(children(emulator, arn, statusFilter="PENDING_REDRIVE")) == 2
    assert len(children(emulator, arn, statusFilter="RUNNING")) == 1
    call(emulator, "StopExecution", executionArn=arn)
    settled(emulator)
    assert counted(map_run(emulator, arn)["itemCounts"]) == {"aborted": 3, "total": 3}
    assert {each["status"] for each in children(emulator, arn)} == {"ABORTED"}


def test_an_express_execution_begins_anew(emulator, function):
    function.broken = {"a"}
    arn = begun(emulator, distributed(TASK, "EXPRESS"), ["a"])
    function.broken.clear()
    call(emulator, "RedriveExecution", executionArn=arn)
    settled(emulator)
    assert described(emulator, arn)["output"] == '["A"]'
    assert [each["status"] for each in children(emulator, arn)] == ["SUCCEEDED"]


def test_a_caught_run_is_not_redriven(emulator, function):
    function.broken = {"a"}
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "F"}]
    state = distributed(TASK, Catch=catch)
    definition = machine(M=state, F={"Type": "Fail"})
    arn = started(emulator, created(emulator, json.dumps(definition)), ["a"])
    call(emulator, "RedriveExecution", executionArn=arn)
    settled(emulator)
    assert [each for each, _ in types(emulator, arn)][-3:] == [
        "ExecutionRedriven",
        "FailStateEntered",
        "ExecutionFailed",
    ]
    assert function.calls == ["a"]


# ------------------------------------------------------------------ memory


def test_few_ended_executions_are_kept(emulator, monkeypatch):
    monkeypatch.setattr(map_children, "KEPT", 10)
    arn = begun(emulator, distributed(PASS), list(range(50)))
    assert len(children(emulator, arn)) == 10
    assert counted(map_run(emulator, arn)["executionCounts"]) == {"succeeded": 50, "total": 50}
    assert not emulator.engine.map_runs.runs


def test_fewer_large_ended_executions_are_kept(emulator, monkeypatch):
    monkeypatch.setattr(map_children, "KEPT_BYTES", 10_000)
    arn = begun(emulator, distributed(PASS), ["x" * 998] * 50)
    assert len(children(emulator, arn)) == 5  # its input and its output, of 1,000 bytes each
    assert counted(map_run(emulator, arn)["executionCounts"]) == {"succeeded": 50, "total": 50}


def test_of_an_express_execution_that_has_ended_no_more_is_kept_than_can_be_asked_for(emulator):
    arn = begun(emulator, distributed(PASS, "EXPRESS"), [1])
    [ended] = emulator.engine.map_runs.children.of(runs(emulator, arn)[0])
    assert not {"history", "execution", "machine", "runner"} & {
        name for name in ended.__slots__ if name in dir(ended) and _has(ended, name)
    }


def _has(thing, name):
    try:
        object.__getattribute__(thing, name)
    except AttributeError:
        return False
    return True


def test_large_items_are_read_one_by_one(emulator, monkeypatch):
    monkeypatch.setattr(map_runs, "READ_BYTES", 100)
    read = []

    class Reading:
        def items(self, command):
            for number in range(6):
                read.append(number)
                yield Item("x" * 200)

    monkeypatch.setattr(emulator.engine.map_runs, "services", lambda running: Reading())
    reader = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}}
    state = distributed(ASKED, ItemReader=reader, MaxConcurrency=2)
    state["ItemReader"]["ReaderConfig"] = {"InputType": "JSON"}
    arn = begun(emulator, state, None)
    assert read == [0, 1, 2]
    assert counted(map_run(emulator, arn)["itemCounts"]) == {"pending": 1, "running": 2, "total": 3}


def test_what_is_not_kept_begins_anew_when_redriven(emulator, function, monkeypatch):
    monkeypatch.setattr(map_children, "KEPT", 0)
    function.broken = {"a", "b"}
    arn = begun(emulator, distributed(TASK, MaxConcurrency=1), ["a", "b"])
    assert children(emulator, arn) == []
    function.broken.clear()
    call(emulator, "RedriveExecution", executionArn=arn)
    settled(emulator)
    assert described(emulator, arn)["output"] == '["A","B"]'


# ------------------------------------------------------------------ the end of the process


def test_a_parent_that_is_brought_back_begins_its_run_anew(tmp_path):
    settings = Settings(database=str(tmp_path / "db"))
    with emulated(settings=settings) as emulator:
        run(emulator, emulator.open())
        call(emulator, "CreateActivity", name="ask")
        arn = begun(emulator, distributed(ASKED), [1, 2])
        before = runs(emulator, arn)
    with emulated(settings=settings) as emulator:
        run(emulator, emulator.open())
        settled(emulator)
        assert runs(emulator, arn) == before
        assert counted(map_run(emulator, arn)["itemCounts"]) == {"running": 2, "total": 2}
        for _ in range(2):
            token = call(emulator, "GetActivityTask", activityArn=ASKED["Resource"])["taskToken"]
            call(emulator, "SendTaskSuccess", taskToken=token, output="7")
        settled(emulator)
        assert described(emulator, arn)["output"] == "[7,7]"
