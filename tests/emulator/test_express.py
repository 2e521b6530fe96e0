"""Express executions: waited for and billed, or started and never heard of again."""

import json

import pytest

from tests.emulator.shared import PASS, WAIT, Refused, asked, call, created, emulated, run, settled

FAIL = '{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"C"}}}'
ABOUT = json.dumps(
    {
        "StartAt": "P",
        "States": {"P": {"Type": "Pass", "Parameters": {"it.$": "$$.Execution"}, "End": True}},
    }
)


@pytest.fixture
def emulator():
    with emulated() as emulator:
        yield emulator


def sync(emulator, definition=PASS, **members):
    machine = created(emulator, definition, type="EXPRESS")
    return call(emulator, "StartSyncExecution", stateMachineArn=machine, **members)


def test_a_synchronous_execution_tells_all_of_itself(emulator):
    answer = sync(emulator, name="n", input='{"a": 1}')
    assert answer.pop("executionArn").startswith("arn:aws:states:us-east-1:123456789012:express:machine:n:")
    start = answer.pop("startDate")
    assert answer == {
        "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:machine",
        "name": "n",
        "status": "SUCCEEDED",
        "stopDate": start,
        "input": '{"a": 1}',
        "inputDetails": {"included": True},
        "output": '{"a":1}',
        "outputDetails": {"included": True},
        "billingDetails": {"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": 100},
    }


def test_a_failure_is_an_answer_too(emulator):
    answer = sync(emulator, FAIL)
    assert (answer["status"], answer["error"], answer["cause"]) == ("FAILED", "E", "C")
    assert "output" not in answer
    assert answer["outputDetails"] == {"included": True}


def test_five_minutes_are_the_limit(emulator):
    answer = sync(emulator, WAIT.replace("60", "400"))
    assert (answer["status"], answer["stopDate"] - answer["startDate"]) == ("TIMED_OUT", 300)
    assert answer["billingDetails"]["billedDurationInMilliseconds"] == 300_000


def test_memory_is_billed_by_what_a_maps_states_are_given(emulator):
    each = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": 0, "End": True}}}
    definition = {"StartAt": "M", "States": {"M": {"Type": "Map", "ItemSelector": {"x.$": "$"},
                  "ItemProcessor": each, "End": True}}}  # fmt: skip
    answer = sync(emulator, json.dumps(definition), input=json.dumps([f"{i:01000}" for i in range(150)]))
    assert answer["status"] == "SUCCEEDED"
    assert answer["billingDetails"]["billedMemoryUsedInMB"] == 128


def test_metadata_only(emulator):
    answer = sync(emulator, includedData="METADATA_ONLY")
    assert not {"input", "output"} & set(answer)
    assert answer["inputDetails"] == answer["outputDetails"] == {"included": False}


def test_the_context_of_a_synchronous_one_counts_no_redrives(emulator):
    assert "RedriveCount" not in json.loads(sync(emulator, ABOUT)["output"])["it"]


def test_a_standard_machine_is_not_waited_for(emulator):
    machine = created(emulator)
    with pytest.raises(Refused) as refused:
        call(emulator, "StartSyncExecution", stateMachineArn=machine)
    assert refused.value.code == "StateMachineTypeNotSupported"


def test_many_may_have_the_same_name(emulator):
    machine = created(emulator, type="EXPRESS")
    arns = {
        call(emulator, "StartExecution", stateMachineArn=machine, name="n")["executionArn"] for _ in range(3)
    }
    assert len(arns) == 3


def test_nothing_is_kept_of_an_asynchronous_one(emulator):
    machine = created(emulator, type="EXPRESS")
    arn = call(emulator, "StartExecution", stateMachineArn=machine)["executionArn"]
    settled(emulator)
    assert emulator.executions == {}
    for operation in ("DescribeExecution", "StopExecution", "GetExecutionHistory"):
        with pytest.raises(Refused) as refused:
            call(emulator, operation, executionArn=arn)
        assert refused.value.message == "Invalid Arn: 'Resource type not valid in this context: express'"
    with pytest.raises(Refused) as refused:
        call(emulator, "ListExecutions", stateMachineArn=machine)
    assert refused.value.code == "StateMachineTypeNotSupported"


def test_several_are_waited_for_at_a_time(emulator):
    machine = created(emulator, WAIT, type="EXPRESS")

    async def two():
        import asyncio

        one = asked(emulator, "StartSyncExecution", stateMachineArn=machine, name="a")
        other = asked(emulator, "StartSyncExecution", stateMachineArn=machine, name="b")
        return await asyncio.gather(one, other)

    answers = run(emulator, two())
    assert [(each["name"], each["stopDate"] - each["startDate"]) for each in answers] == [
        ("a", 60),
        ("b", 60),
    ]
