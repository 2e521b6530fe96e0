"""Activities: their records, their queues, and workers who poll."""

import asyncio
import json

import pytest

from emulator.api.operations import activities
from emulator.clocks import RealClock, VirtualClock
from emulator.records import ActivityRecord
from tests.emulator.shared import START, Refused, asked, call, created, emulated, run, settled

ARN = "arn:aws:states:us-east-1:123456789012:activity:work"
LISTED = {"activityArn": ARN, "name": "work", "creationDate": START / 1000}


def machine(**fields):
    task = {"Type": "Task", "Resource": ARN, "End": True, **fields}
    return json.dumps({"StartAt": "Work", "States": {"Work": task}})


def begun(emulator, definition, name="machine", **members):
    arn = created(emulator, definition, name)
    return call(emulator, "StartExecution", stateMachineArn=arn, **members)["executionArn"]


def history(emulator, execution):
    events = call(emulator, "GetExecutionHistory", executionArn=execution)["events"]
    return [f"{each['id']}<{each['previousEventId']} {each['type']}" for each in events]


@pytest.fixture
def emulator():
    with emulated() as made:
        call(made, "CreateActivity", name="work")
        yield made


# ------------------------------------------------------------------ records


def test_an_activity_is_created_described_and_deleted(emulator):
    assert call(emulator, "DescribeActivity", activityArn=ARN) == {
        **LISTED,
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
    }
    assert call(emulator, "DeleteActivity", activityArn=ARN) == {}
    assert call(emulator, "DeleteActivity", activityArn=ARN) == {}
    with pytest.raises(Refused, match=f"ActivityDoesNotExist: Activity Does Not Exist: '{ARN}'"):
        call(emulator, "DescribeActivity", activityArn=ARN)


def test_creating_it_again_gives_the_first_whatever_the_tags(emulator):
    emulator.clock.advance(START + 60_000)
    again = call(emulator, "CreateActivity", name="work", tags=[{"key": "a", "value": "b"}])
    assert again == {"activityArn": ARN, "creationDate": START / 1000}
    assert emulator.activities[ARN].tags == {}


def test_another_encryption_is_another_activity(emulator):
    key = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "alias/mine"}
    with pytest.raises(Refused, match="ActivityAlreadyExists: Activity Already Exists: "):
        call(emulator, "CreateActivity", name="work", encryptionConfiguration=key)
    made = call(emulator, "CreateActivity", name="kept", encryptionConfiguration=key)
    told = call(emulator, "DescribeActivity", activityArn=made["activityArn"])
    assert told["encryptionConfiguration"] == {**key, "kmsDataKeyReusePeriodSeconds": 300}


@pytest.mark.parametrize("operation", ["DeleteActivity", "DescribeActivity", "GetActivityTask"])
def test_an_arn_of_something_else_is_refused(emulator, operation):
    with pytest.raises(Refused, match="InvalidArn: Invalid Arn: 'Invalid ARN prefix: work'"):
        call(emulator, operation, activityArn="work")
    with pytest.raises(Refused, match="Resource type not valid in this context: stateMachine"):
        call(emulator, operation, activityArn=ARN.replace("activity", "stateMachine"))


def test_names_are_checked(emulator):
    with pytest.raises(Refused, match="InvalidName: Invalid Name: 'a b'"):
        call(emulator, "CreateActivity", name="a b")


def test_there_can_be_only_so_many(emulator, monkeypatch):
    monkeypatch.setattr(activities, "MAX_ACTIVITIES", 1)
    with pytest.raises(Refused, match="ActivityLimitExceeded"):
        call(emulator, "CreateActivity", name="more")
    assert call(emulator, "CreateActivity", name="work")["activityArn"] == ARN


def test_activities_are_listed_page_by_page_and_only_the_callers_own(emulator):
    for name in ("b", "c"):
        call(emulator, "CreateActivity", name=name)
    foreign = ARN.replace("us-east-1", "eu-west-1")
    emulator.activities[foreign] = ActivityRecord(foreign, "work", START)
    first = call(emulator, "ListActivities", maxResults=2)
    assert [each["name"] for each in first["activities"]] == ["work", "b"]
    assert first["activities"][0] == LISTED
    rest = call(emulator, "ListActivities", maxResults=2, nextToken=first["nextToken"])
    assert [each["name"] for each in rest["activities"]] == ["c"]
    assert "nextToken" not in rest


# ------------------------------------------------------------------ tasks and workers


def test_a_worker_takes_a_task_and_ends_it(emulator):
    execution = begun(emulator, machine(), input='{"n": 1}')
    task = call(emulator, "GetActivityTask", activityArn=ARN, workerName="me")
    assert task["input"] == '{"n":1}'
    call(emulator, "SendTaskSuccess", taskToken=task["taskToken"], output='{"n": 2}')
    settled(emulator)
    assert history(emulator, execution) == [
        "1<0 ExecutionStarted",
        "2<0 TaskStateEntered",
        "3<2 ActivityScheduled",
        "4<3 ActivityStarted",
        "5<4 ActivitySucceeded",
        "6<5 TaskStateExited",
        "7<6 ExecutionSucceeded",
    ]
    started = call(emulator, "GetExecutionHistory", executionArn=execution)["events"][3]
    assert started["activityStartedEventDetails"] == {"workerName": "me"}
    assert call(emulator, "DescribeExecution", executionArn=execution)["output"] == '{"n":2}'


def test_tasks_are_given_in_the_order_in_which_they_were_scheduled(emulator):
    for number in range(3):
        begun(emulator, machine(), input=str(number))
    inputs = [call(emulator, "GetActivityTask", activityArn=ARN)["input"] for _ in range(3)]
    assert inputs == ["0", "1", "2"]


def test_on_a_virtual_clock_an_idle_engine_answers_null_at_once_and_no_time_passes(emulator):
    assert call(emulator, "GetActivityTask", activityArn=ARN) == {"taskToken": None}
    assert emulator.clock.now() == START


def test_on_a_virtual_clock_a_worker_waits_for_what_is_still_to_happen(emulator):
    states = {
        "Rest": {"Type": "Wait", "Seconds": 60, "Next": "Work"},
        "Work": {"Type": "Task", "Resource": ARN, "End": True},
    }
    begun(emulator, json.dumps({"StartAt": "Rest", "States": states}))
    assert call(emulator, "GetActivityTask", activityArn=ARN)["taskToken"] is not None
    assert emulator.clock.now() == START + 60_000


def test_a_poll_ends_after_a_minute_of_the_emulators_clock():
    with emulated(clock=RealClock(speed=6_000)) as emulator:
        call(emulator, "CreateActivity", name="work")
        before = emulator.clock.now()
        assert call(emulator, "GetActivityTask", activityArn=ARN) == {"taskToken": None}
        assert 60_000 <= emulator.clock.now() - before < 120_000


def test_a_waiting_worker_is_given_the_task_that_comes():
    with emulated(clock=RealClock()) as emulator:
        call(emulator, "CreateActivity", name="work")
        arn = created(emulator, machine())

        async def both():
            polls = [asyncio.ensure_future(asked(emulator, "GetActivityTask", activityArn=ARN)) for _ in "ab"]
            await asyncio.sleep(0)
            assert emulator.engine.tasks.activities.workers(ARN) == 2
            for number in ("1", "2"):
                await asked(emulator, "StartExecution", stateMachineArn=arn, input=number)
            return [poll["input"] for poll in await asyncio.gather(*polls)]

        assert run(emulator, both()) == ["1", "2"]
        assert emulator.engine.tasks.activities.workers(ARN) == 0


@pytest.mark.parametrize("moment", ["before the task comes", "when the task has come"])
def test_a_worker_who_goes_loses_no_task(moment):
    with emulated(clock=RealClock()) as emulator:
        call(emulator, "CreateActivity", name="work")
        arn = created(emulator, machine())

        async def gone():
            first = asyncio.ensure_future(asked(emulator, "GetActivityTask", activityArn=ARN))
            await asyncio.sleep(0)
            second = asyncio.ensure_future(asked(emulator, "GetActivityTask", activityArn=ARN))
            await asyncio.sleep(0)
            if moment == "before the task comes":
                first.cancel()
            await asked(emulator, "StartExecution", stateMachineArn=arn)
            first.cancel()
            return await asyncio.wait_for(second, 10)

        assert run(emulator, gone())["taskToken"] is not None


def test_more_than_a_thousand_workers_are_refused(monkeypatch):
    monkeypatch.setattr(activities, "MAX_WORKERS", 1)
    with emulated(clock=RealClock()) as emulator:
        call(emulator, "CreateActivity", name="work")

        async def two():
            first = asyncio.ensure_future(asked(emulator, "GetActivityTask", activityArn=ARN))
            await asyncio.sleep(0)
            try:
                await asked(emulator, "GetActivityTask", activityArn=ARN)
            finally:
                first.cancel()

        with pytest.raises(Refused, match="ActivityWorkerLimitExceeded"):
            run(emulator, two())


def test_a_task_of_a_stopped_execution_is_given_to_nobody(emulator):
    execution = begun(emulator, machine())
    settled(emulator)
    call(emulator, "StopExecution", executionArn=execution)
    assert call(emulator, "GetActivityTask", activityArn=ARN) == {"taskToken": None}


def test_an_activitys_clock_starts_when_a_worker_takes_it(emulator):
    execution = begun(emulator, machine(TimeoutSeconds=60, HeartbeatSeconds=10))
    settled(emulator)
    run(emulator, emulator.engine.advance_clock(START + 100_000))
    task = call(emulator, "GetActivityTask", activityArn=ARN)
    run(emulator, emulator.engine.advance_clock(START + 109_999))
    call(emulator, "SendTaskHeartbeat", taskToken=task["taskToken"])
    run(emulator, emulator.engine.advance_clock(START + 119_998))
    assert emulator.executions[execution].record.status == "RUNNING"
    run(emulator, emulator.engine.advance_clock(START + 119_999))
    settled(emulator)
    told = call(emulator, "DescribeExecution", executionArn=execution)
    assert (told["status"], told["error"]) == ("FAILED", "States.Timeout")
    assert history(emulator, execution)[-2:] == ["5<4 ActivityTimedOut", "6<5 ExecutionFailed"]


# ------------------------------------------------------------------ activities that are not there


def test_a_task_of_an_activity_that_does_not_exist_fails_before_it_is_scheduled(emulator):
    call(emulator, "DeleteActivity", activityArn=ARN)
    execution = begun(emulator, machine(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Work"}]))
    settled(emulator)
    assert history(emulator, execution) == [
        "1<0 ExecutionStarted",
        "2<0 TaskStateEntered",
        "3<2 ExecutionFailed",
    ]
    told = call(emulator, "DescribeExecution", executionArn=execution)
    assert (told["error"], told["cause"]) == (
        "States.Runtime",
        "An error occurred while executing the state 'Work' (entered at the event id #2). "
        f"The activity {ARN} does not exist.",
    )


@pytest.mark.parametrize("there", [True, False])
def test_what_counts_is_whether_it_exists_when_its_task_is_scheduled(there):
    with emulated(clock=VirtualClock(START)) as emulator:
        if not there:
            call(emulator, "CreateActivity", name="work")
        states = {
            "Ask": {"Type": "Task", "Resource": ARN.replace("work", "first"), "Next": "Work"},
            "Work": {"Type": "Task", "Resource": ARN, "End": True},
        }
        call(emulator, "CreateActivity", name="first")
        execution = begun(emulator, json.dumps({"StartAt": "Ask", "States": states}))
        task = call(emulator, "GetActivityTask", activityArn=ARN.replace("work", "first"))
        if there:
            call(emulator, "CreateActivity", name="work")
        else:
            call(emulator, "DeleteActivity", activityArn=ARN)
        call(emulator, "SendTaskSuccess", taskToken=task["taskToken"], output="1")
        settled(emulator)
        last = history(emulator, execution)[-1]
        assert last == ("8<7 ActivityScheduled" if there else "8<7 ExecutionFailed")
