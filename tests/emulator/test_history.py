"""GetExecutionHistory: pages, order, and what is left out of an event."""

import json
import time

import pytest

from tests.emulator.shared import PASS, START, Refused, call, created, emulated, settled

TASK = json.dumps(
    {
        "StartAt": "T",
        "States": {
            "T": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": "f", "Payload.$": "$"},
                "End": True,
            }
        },
    }
)


@pytest.fixture
def emulator():
    with emulated(handlers={"f": lambda event, context: event}) as emulator:
        yield emulator


def finished(emulator, definition=PASS, **members):
    machine = created(emulator, definition)
    arn = call(emulator, "StartExecution", stateMachineArn=machine, **members)["executionArn"]
    settled(emulator)
    return arn


def history(emulator, arn, **members):
    return call(emulator, "GetExecutionHistory", executionArn=arn, **members)


def test_events_are_in_order_or_in_reverse(emulator):
    arn = finished(emulator, input='{ "a": 1 }')
    events = history(emulator, arn)["events"]
    assert [(each["id"], each["previousEventId"]) for each in events] == [(1, 0), (2, 0), (3, 2), (4, 3)]
    assert {each["timestamp"] for each in events} == {START / 1000}
    assert events[0]["executionStartedEventDetails"]["input"] == '{ "a": 1 }'
    assert history(emulator, arn, reverseOrder=True)["events"] == events[::-1]


@pytest.mark.parametrize("reverse", [False, True])
def test_pages_make_up_the_whole(emulator, reverse):
    arn = finished(emulator)
    whole = history(emulator, arn, reverseOrder=reverse)["events"]
    first = history(emulator, arn, reverseOrder=reverse, maxResults=3)
    rest = history(emulator, arn, reverseOrder=reverse, maxResults=3, nextToken=first["nextToken"])
    assert first["events"] + rest["events"] == whole
    assert "nextToken" not in rest
    with pytest.raises(Refused, match="InvalidToken"):
        history(emulator, arn, reverseOrder=not reverse, nextToken=first["nextToken"])


def test_without_execution_data_only_a_tasks_parameters_are_left(emulator):
    arn = finished(emulator, TASK, input='{"secret":1}')
    events = history(emulator, arn, includeExecutionData=False)["events"]
    assert [each["type"] for each in events if "secret" in json.dumps(each)] == ["TaskScheduled"]
    assert set(events[0]["executionStartedEventDetails"]) == {"roleArn"}
    assert set(events[1]["stateEnteredEventDetails"]) == {"name"}
    assert "secret" in json.dumps(history(emulator, arn)["events"][1])


def test_a_page_of_a_long_history_is_encoded_alone(emulator):
    counting = {
        "StartAt": "M",
        "States": {
            "M": {
                "Type": "Map",
                "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}},
                "End": True,
            }
        },
    }
    arn = finished(emulator, json.dumps(counting), input=json.dumps(list(range(6000))))
    started = time.perf_counter()
    for _ in range(20):
        page = history(emulator, arn, maxResults=10, reverseOrder=True)
    assert page["events"][0]["id"] > 24_000
    assert time.perf_counter() - started < 1
