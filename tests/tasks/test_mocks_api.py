"""Test cases of a mock configuration started by ARN: StartExecution and StartSyncExecution, and restarts."""

from __future__ import annotations

import json

import pytest

from emulator import Emulator, Settings
from emulator.clocks import VirtualClock
from tests.emulator.reopening import at, block, crashed, described, on_a_loop, settled, started, types
from tests.emulator.shared import ROLE, START, Refused, asked, call, created, emulated

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:work"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:ask"


def task(resource=FUNCTION, **fields):
    return {"Type": "Task", "Resource": resource, **({} if "Next" in fields else {"End": True}), **fields}


@pytest.fixture
def mocks(tmp_path):
    """Writes the test case ``C`` of the state machine ``machine``; gives the file."""

    def write(states, machine="machine"):
        content = {"StateMachines": {machine: {"TestCases": {"C": states}}}}
        (tmp_path / "mocks.json").write_text(json.dumps(content), encoding="utf-8")
        return str(tmp_path / "mocks.json")

    return write


@pytest.fixture
def emulator(tmp_path):
    settings = Settings(mock_config=str(tmp_path / "mocks.json"))
    with emulated(settings=settings, handlers={"work": lambda event, context: "really"}) as emulator:
        yield emulator


def ended(emulator, arn, **members):
    """How an execution ended, and the types of its events."""
    run = call(emulator, "StartExecution", stateMachineArn=arn, **members)["executionArn"]
    for _ in range(1000):
        told = call(emulator, "DescribeExecution", executionArn=run)
        if told["status"] != "RUNNING":
            events = call(emulator, "GetExecutionHistory", executionArn=run, maxResults=1000)["events"]
            return told, [each["type"] for each in events]
    raise AssertionError("it runs on")


def made(emulator, type="STANDARD", **states):
    return created(emulator, json.dumps(block(**states)), type=type)


def test_a_test_case_is_started_by_its_name_behind_the_arn(emulator, mocks):
    mocks({"A": {"Return": "mocked"}})
    arn = made(emulator, A=task(Next="B", ResultPath="$.a"), B=task(ResultPath="$.b"))
    told, _ = ended(emulator, f"{arn}#C")
    assert json.loads(told["output"]) == {"a": "mocked", "b": "really"}
    assert told["stateMachineArn"] == arn


@pytest.mark.parametrize("suffix", ["", "#"])
def test_without_a_name_nothing_is_mocked(suffix, emulator, mocks):
    mocks({"A": {"Return": "mocked"}})
    told, _ = ended(emulator, made(emulator, A=task()) + suffix)
    assert told["output"] == '"really"'


def test_the_file_may_come_later_and_change(emulator, mocks):
    arn = made(emulator, A=task())
    with pytest.raises(Refused, match="cannot read the mock configuration") as refused:
        ended(emulator, f"{arn}#C")
    assert refused.value.code == "ValidationException"
    for answer in ("first", "second"):
        mocks({"A": {"Return": answer}})
        assert ended(emulator, f"{arn}#C")[0]["output"] == f'"{answer}"'


@pytest.mark.parametrize(
    ("states", "machine", "case", "told"),
    [
        ({}, "other", "C", "there is no state machine called 'machine' in it; there are other"),
        ({}, "machine", "D", "the state machine 'machine' has no test case called 'D' in it; there are C"),
        (
            {"Z": {"Return": 1}},
            "machine",
            "C",
            "the test case 'C' mocks 'Z', which is no state of the machine",
        ),
        ({"A": {}}, "machine", "C", "this is empty at /StateMachines/machine/TestCases/C/A"),
    ],
)
def test_a_case_that_cannot_be_is_refused_at_the_start(states, machine, case, told, emulator, mocks):
    mocks(states, machine)
    arn = made(emulator, A=task())
    for operation in ("StartExecution", "StartSyncExecution"):
        with pytest.raises(Refused) as refused:
            call(emulator, operation, stateMachineArn=f"{arn}#{case}")
        assert refused.value.code == "ValidationException"
        assert told in refused.value.message


def test_without_a_mock_configuration_a_case_is_refused():
    with emulated() as emulator, pytest.raises(Refused, match="there is no mock configuration"):
        ended(emulator, made(emulator, A=task()) + "#C")


def test_a_synchronous_express_execution_is_mocked_too(emulator, mocks):
    mocks({"A": {"Return": {"mocked": True}}})
    arn = made(emulator, "EXPRESS", A=task())
    answer = call(emulator, "StartSyncExecution", stateMachineArn=f"{arn}#C")
    assert (answer["status"], answer["output"]) == ("SUCCEEDED", '{"mocked":true}')


def test_retries_and_items_get_their_own_answers_in_order(emulator, mocks):
    mocks({"A": [{"Return": 0}, {"Throw": {"Error": "Busy"}}, {"Return": 2}, {"Return": 3}]})
    inner = block(A=task(Retry=[{"ErrorEquals": ["Busy"]}]))
    arn = made(emulator, M={"Type": "Map", "ItemProcessor": inner, "MaxConcurrency": 1, "End": True})
    assert ended(emulator, f"{arn}#C", input="[0, 0, 0]")[0]["output"] == "[0,2,3]"


def test_concurrent_items_get_answers_in_the_order_of_the_items(emulator, mocks):
    mocks({"A": [{"Return": number} for number in range(40)]})
    arn = made(emulator, M={"Type": "Map", "ItemProcessor": block(A=task()), "End": True})
    told, _ = ended(emulator, f"{arn}#C", input=json.dumps([None] * 40))
    assert json.loads(told["output"]) == list(range(40))


def test_each_execution_counts_for_itself(emulator, mocks):
    mocks({"A": [{"Return": "only"}]})
    arn = made(emulator, A=task())
    assert [ended(emulator, f"{arn}#C")[0]["output"] for _ in range(2)] == ['"only"', '"only"']


def test_a_missing_answer_fails_the_execution(emulator, mocks):
    mocks({"A": {"1": {"Return": 1}}})
    arn = made(emulator, A=task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "B"}]), B={"Type": "Succeed"})
    told, _ = ended(emulator, f"{arn}#C")
    assert (told["status"], told["error"]) == ("FAILED", "States.Runtime")
    assert "which has no answer for call 0 of it" in told["cause"]


TASK = ["TaskScheduled", "TaskStarted"]
DONE = ["TaskStateExited", "ExecutionSucceeded"]
SQS = "arn:aws:states:::sqs:sendMessage"
TOKEN = {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}}
NESTED = {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:none"}


@pytest.mark.parametrize(
    ("state", "answer", "between"),
    [
        (task(SQS), {"Return": 7}, [*TASK, "TaskSucceeded", *DONE]),
        (task(f"{SQS}.waitForTaskToken", Parameters=TOKEN), {"Return": 7},
         [*TASK, "TaskSubmitted", "TaskSucceeded", *DONE]),
        (task("arn:aws:states:::states:startExecution.sync", Parameters=NESTED), {"Return": 7},
         [*TASK, "TaskSubmitted", "TaskSucceeded", *DONE]),
        (task(f"{SQS}.waitForTaskToken", Parameters=TOKEN), {"Throw": {"Error": "E"}},
         [*TASK, "TaskSubmitted", "TaskFailed", "ExecutionFailed"]),
        (task(), {"Return": 7},
         ["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded", *DONE]),
        (task(ACTIVITY), {"Return": 7}, ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded", *DONE]),
        (task(ACTIVITY), {"Throw": {"Error": "E"}},
         ["ActivityScheduled", "ActivityStarted", "ActivityFailed", "ExecutionFailed"]),
    ],
)  # fmt: skip
def test_mocked_tasks_have_the_events_of_real_ones(state, answer, between, emulator, mocks):
    mocks({"A": answer})
    call(emulator, "CreateActivity", name="ask")
    told, events = ended(emulator, made(emulator, A=state) + "#C")
    assert events == ["ExecutionStarted", "TaskStateEntered", *between]
    assert told.get("output", "7") == "7"


@pytest.mark.parametrize("resource", [FUNCTION, ACTIVITY])
def test_a_task_takes_the_seconds_that_its_mock_says(resource, emulator, mocks):
    mocks({"A": {"Return": 1, "Seconds": 90}})
    call(emulator, "CreateActivity", name="ask")
    told, _ = ended(emulator, made(emulator, A=task(resource)) + "#C")
    assert told["stopDate"] - told["startDate"] == 90
    told, _ = ended(emulator, created(emulator, json.dumps(block(A=task(resource))), "machine") + "#C")
    assert told["status"] == "SUCCEEDED"


@pytest.mark.parametrize("resource", [FUNCTION, ACTIVITY])
def test_a_mock_that_takes_too_long_times_out(resource, emulator, mocks):
    mocks({"A": {"Return": 1, "Seconds": 90}})
    call(emulator, "CreateActivity", name="ask")
    told, _ = ended(emulator, made(emulator, A=task(resource, TimeoutSeconds=60)) + "#C")
    assert told["error"] == "States.Timeout"
    assert told["stopDate"] - told["startDate"] == 60


# ------------------------------------------------------------------ restarts


class Server:
    """An emulator on a file that is opened again after a crash."""

    def __init__(self, path, mock_config):
        self.path = path
        self.mock_config = mock_config

    async def opened(self, second=0):
        settings = Settings(database=str(self.path), mock_config=self.mock_config)
        self.emulator = Emulator(settings, clock=VirtualClock(START + second * 1000))
        await self.emulator.open()
        await asked(self.emulator, "CreateActivity", name="hold")
        return self.emulator

    async def crashed(self, second):
        self.path = crashed(self.path)
        await self.emulator.close()
        return await self.opened(second)


async def begun(emulator, **states):
    """An execution of the test case, and another that waits, so that the clock moves only when it is told."""
    hold = json.dumps(block(H=task(ACTIVITY.replace("ask", "hold"))))
    await started(emulator, hold, "held", "held")
    definition = json.dumps(block(**states))
    made = await asked(emulator, "CreateStateMachine", name="machine", definition=definition, roleArn=ROLE)
    arn = f"{made['stateMachineArn']}#C"
    run = await asked(emulator, "StartExecution", stateMachineArn=arn, name="e")
    await settled(emulator)
    return run["executionArn"]


@on_a_loop
async def test_calls_are_counted_on_after_a_restart(tmp_path):
    mocks = tmp_path / "mocks.json"
    states = {"A": [{"Return": "first"}, {"Return": "second"}]}
    mocks.write_text(json.dumps({"StateMachines": {"machine": {"TestCases": {"C": states}}}}))
    server = Server(tmp_path / "db", str(mocks))
    emulator = await server.opened()
    inner = block(
        Rest={"Type": "Wait", "SecondsPath": "$", "Next": "A"},
        A=task(),
    )
    each = {"Type": "Map", "ItemProcessor": inner, "End": True}
    arn = await begun(emulator, P={"Type": "Pass", "Result": [10, 60], "Next": "M"}, M=each)
    await at(emulator, 30)
    assert (await types(emulator, arn)).count("LambdaFunctionSucceeded") == 1
    emulator = await server.crashed(30)
    await at(emulator, 61)
    assert json.loads((await described(emulator, arn))["output"]) == ["first", "second"]
    await emulator.close()


@pytest.mark.parametrize("resource", [FUNCTION, ACTIVITY.replace("ask", "hold"), f"{SQS}.waitForTaskToken"])
def test_a_call_under_way_keeps_its_number_over_a_restart(resource, tmp_path):
    @on_a_loop
    async def played():
        mocks = tmp_path / "mocks.json"
        states = {"A": [{"Return": "first", "Seconds": 60}, {"Return": "second"}]}
        mocks.write_text(json.dumps({"StateMachines": {"machine": {"TestCases": {"C": states}}}}))
        server = Server(tmp_path / "db", str(mocks))
        emulator = await server.opened()
        more = {"Parameters": TOKEN} if "Token" in resource else {}
        arn = await begun(emulator, A=task(resource, **more))
        await at(emulator, 30)
        emulator = await server.crashed(30)
        await at(emulator, 100)
        told = await described(emulator, arn)
        assert told.get("output") == '"first"', told
        found = await types(emulator, arn)
        assert len([each for each in found if each.endswith("Started")]) == 2
        await emulator.close()

    played()


@on_a_loop
async def test_a_restart_without_the_mocks_fails_what_was_mocked(tmp_path):
    mocks = tmp_path / "mocks.json"
    states = {"A": {"Return": 1}}
    mocks.write_text(json.dumps({"StateMachines": {"machine": {"TestCases": {"C": states}}}}))
    server = Server(tmp_path / "db", str(mocks))
    emulator = await server.opened()
    arn = await begun(emulator, W={"Type": "Wait", "Seconds": 10, "Next": "A"}, A=task())
    server.mock_config = None
    emulator = await server.crashed(5)
    await at(emulator, 20)
    told = await described(emulator, arn)
    assert (told["status"], told["error"]) == ("FAILED", "States.Runtime")
    assert "there is no mock configuration" in told["cause"]
    await emulator.close()
