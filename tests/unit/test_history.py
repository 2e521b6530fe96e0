"""The history: a sequence of events shaped as boto3 gives them, kept as columns."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

import asl
from asl import history as events
from asl.history import TASK_EVENTS, EventType, History, Scheduled, as_dict
from asl.jsontypes import dumps, loads

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"

# ------------------------------------------------------------------ a sequence


@pytest.fixture(scope="module")
def history():
    machine = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Assign": {"v": [1, "é"]}, "Next": "W"},
            "W": {"Type": "Wait", "Seconds": 90, "Next": "C"},
            "C": {
                "Type": "Choice",
                "Choices": [{"Variable": "$", "IsNull": True, "Next": "M"},
                            {"Variable": "$", "IsPresent": True, "Next": "M"}],
                "Default": "M",
            },
            "M": {"Type": "Map", "ItemProcessor": {"StartAt": "B", "States": {"B": {
                "Type": "Task", "Resource": ARN, "End": True, "Retry": [{"ErrorEquals": ["Once"]}]}}},
                "End": True},
        },
    }  # fmt: skip

    def once(event, context):
        if event == 1 and context.attempt == 0:
            raise Once
        return event

    class Once(Exception):
        pass

    return asl.simulate(machine, [0, 1, 2], handlers={"f": once}, task_seconds=1).history


def test_it_is_a_sequence(history):
    whole = list(history)
    assert len(history) == len(whole) > 20
    assert [history[place] for place in range(len(history))] == whole
    assert [history[place - len(history)] for place in range(len(history))] == whole
    assert list(reversed(history)) == whole[::-1]
    assert history.index(whole[5]) == 5
    assert whole[3] in history
    assert {} not in history


@pytest.mark.parametrize(
    "part",
    [slice(None), slice(3), slice(3, 7), slice(-3, None), slice(None, None, -1), slice(None, None, 4),
     slice(20, 4, -3), slice(5, 5), slice(500, 900), slice(-900, 2)],
    ids=str,
)  # fmt: skip
def test_slices_are_lists_of_events(history, part):
    assert history[part] == list(history)[part]
    assert isinstance(history[part], list)


@pytest.mark.parametrize("place", [0, -1])
def test_an_empty_history(place):
    empty = History()
    assert (len(empty), list(empty), empty[:], list(empty.marks()), empty.span()) == (0, [], [], [], 0)
    with pytest.raises(IndexError):
        empty[place]


@pytest.mark.parametrize("beyond", [0, 1, 99])
def test_there_is_nothing_beyond_its_ends(history, beyond):
    for place in (len(history) + beyond, -len(history) - 1 - beyond):
        with pytest.raises(IndexError):
            history[place]


def test_ids_count_from_one_and_previous_ones_come_before(history):
    assert [event["id"] for event in history] == list(range(1, len(history) + 1))
    assert all(0 <= event["previousEventId"] < event["id"] for event in history)


def test_timestamps_are_instants_in_utc(history):
    first, last = history[0]["timestamp"], history[-1]["timestamp"]
    assert first == datetime(2026, 1, 1, tzinfo=UTC)
    assert last - first == timedelta(seconds=90 + 1 + 1 + 1)  # the wait, the call, the back-off, the call
    assert history.span() == 93_000


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (1, datetime(1970, 1, 1, 0, 0, 0, 1_000, tzinfo=UTC)),
        (-1, datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
        (253_402_300_799_999, datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)),
    ],
)
def test_milliseconds_stay_exact(milliseconds, expected):
    assert events.timestamp(milliseconds) == expected


def test_an_event_read_is_the_readers_own(history):
    history[0]["type"] = "changed"
    next(iter(history))["executionStartedEventDetails"]["input"] = "changed"
    assert history[0]["type"] == "ExecutionStarted"
    assert history[0]["executionStartedEventDetails"]["input"] == "[0,1,2]"


def test_it_can_be_built_in_pieces(history):
    plain = list(history.events())
    pieces = History()
    for start in range(0, len(plain), 7):
        pieces.extend(plain[start : start + 7])
    pieces.extend([])
    pieces.extend(iter(()))
    assert list(pieces) == list(history) == list(History(iter(plain)))
    assert list(pieces.events()) == plain
    assert [pieces.event(place) for place in range(len(plain))] == plain


def test_marks_tell_where_in_the_run_an_event_happened(history):
    marks = list(history.marks())
    assert [mark.type.name for mark in marks] == [event["type"] for event in history]
    assert {mark.path for mark in marks} == {"", "4.0[0]/", "4.0[1]/", "4.0[2]/"}
    retried = [mark for mark in marks if mark.path == "4.0[1]/"]
    assert [(mark.type.name, mark.state, mark.visit, mark.attempt) for mark in retried] == [
        ("TaskStateEntered", "B", 1, 0),
        ("LambdaFunctionScheduled", "B", 1, 0),
        ("LambdaFunctionStarted", "B", 1, 0),
        ("LambdaFunctionFailed", "B", 1, 0),
        ("LambdaFunctionScheduled", "B", 1, 1),
        ("LambdaFunctionStarted", "B", 1, 1),
        ("LambdaFunctionSucceeded", "B", 1, 1),
        ("TaskStateExited", "B", 1, 1),
    ]
    assert [(mark.state, mark.visit) for mark in marks if mark.type.name == "WaitStateExited"] == [("W", 2)]


@pytest.mark.parametrize(("input", "way"), [("n", 0), (1, 1), ("x", events.DEFAULT_WAY)])
def test_the_way_a_choice_took_is_on_record(input, way):
    rules = [
        {"Variable": "$", "StringEquals": "n", "Next": "Z"},
        {"Variable": "$", "NumericEquals": 1, "Next": "Z"},
    ]
    machine = {"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": rules, "Default": "Z"},
                                          "Z": {"Type": "Succeed"}}}  # fmt: skip
    ways = [mark.way for mark in asl.simulate(machine, input).history.marks()]
    assert ways == [events.NO_WAY, events.NO_WAY, way, events.NO_WAY, events.NO_WAY, events.NO_WAY]


# ------------------------------------------------------------------ the shape of each type

SCHEDULED = Scheduled("sqs", "sendMessage", "us-east-1", 9, 4, "arn:aws:iam::1:role/other")
BARE = Scheduled("sqs", "sendMessage", "us-east-1", None, None, None)
VALUE = {"b": 1, "a": [1.0, "é"]}
TEXT = '{"b":1,"a":[1.0,"é"]}'
WHOLE = {"truncated": False}
INPUT = {"input": TEXT, "inputDetails": WHOLE}
OUTPUT = {"output": TEXT, "outputDetails": WHOLE}
CALLED = {"resourceType": "sqs", "resource": "sendMessage"}
LIMITS = {"timeoutInSeconds": 9, "heartbeatInSeconds": 4}
CREDENTIALS = {"taskCredentials": {"roleArn": "arn:aws:iam::1:role/other"}}
ERROR = {"error": "E", "cause": "why"}

TASK, LAMBDA, ACTIVITY = (TASK_EVENTS[family] for family in ("task", "lambda", "activity"))

DETAILS = [
    (events.EXECUTION_STARTED, VALUE, (None, "arn:r"), {**INPUT, "roleArn": "arn:r"}),
    (events.EXECUTION_STARTED, VALUE, ('{"b" : 1}', "arn:r"),
     {"input": '{"b" : 1}', "inputDetails": WHOLE, "roleArn": "arn:r"}),
    (events.EXECUTION_REDRIVEN, 1, None, {"redriveCount": 1}),
    (events.EXECUTION_SUCCEEDED, VALUE, None, OUTPUT),
    *[(kind, "E", "why", ERROR) for kind in (events.EXECUTION_FAILED, events.EXECUTION_ABORTED)],
    *[(kind, "E", None, {"error": "E"}) for kind in (events.EXECUTION_FAILED, events.EXECUTION_ABORTED)],
    (events.EXECUTION_FAILED, None, "why", {"cause": "why"}),
    (events.EXECUTION_FAILED, "", "", {"error": "", "cause": ""}),
    (events.EXECUTION_TIMED_OUT, None, None, {}),
    *[(kind, VALUE, None, {"name": "S", **INPUT}) for kind in events.ENTERED.values()],
    *[(kind, VALUE, None, {"name": "S", **OUTPUT}) for kind in events.EXITED.values()],
    (events.EXITED["Pass"], None, {"x": VALUE, "y": "é"},
     {"name": "S", "output": "null", "outputDetails": WHOLE, "assignedVariables": {"x": TEXT, "y": '"é"'},
      "assignedVariablesDetails": WHOLE}),
    (events.EVALUATION_FAILED, ("E", "why", "Output"), None, {**ERROR, "location": "Output", "state": "S"}),
    (events.MAP_STATE_STARTED, 3, None, {"length": 3}),
    *[(kind, 0, None, {"name": "S", "index": 0}) for kind in (
        events.MAP_ITERATION_STARTED, events.MAP_ITERATION_SUCCEEDED, events.MAP_ITERATION_FAILED,
        events.MAP_ITERATION_ABORTED)],
    *[(kind, None, None, None) for kind in (
        events.MAP_STATE_SUCCEEDED, events.MAP_STATE_FAILED,
        events.PARALLEL_STATE_STARTED, events.PARALLEL_STATE_SUCCEEDED, events.PARALLEL_STATE_FAILED,
        *events.ABORTED.values(), LAMBDA.started)],
    (TASK.scheduled, VALUE, SCHEDULED,
     {**CALLED, "region": "us-east-1", "parameters": TEXT, **LIMITS, **CREDENTIALS}),
    (TASK.scheduled, VALUE, BARE, {**CALLED, "region": "us-east-1", "parameters": TEXT}),
    (TASK.started, None, SCHEDULED, CALLED),
    *[(kind, VALUE, SCHEDULED, {**CALLED, **OUTPUT})
      for kind in (TASK.submitted, TASK.succeeded)],
    *[(kind, ("E", "why"), SCHEDULED, {**CALLED, **ERROR}) for kind in (TASK.failed, TASK.timed_out)],
    (TASK.failed, (None, None), SCHEDULED, CALLED),
    (events.MAP_RUN_STARTED, "arn:run", None, {"mapRunArn": "arn:run"}),
    (events.MAP_RUN_REDRIVEN, "arn:run", 2, {"mapRunArn": "arn:run", "redriveCount": 2}),
    (events.MAP_RUN_FAILED, "E", "why", ERROR),
    *[(kind, None, None, None) for kind in (events.MAP_RUN_SUCCEEDED, events.MAP_RUN_ABORTED)],
    (LAMBDA.scheduled, VALUE, BARE, {"resource": "sendMessage", **INPUT}),
    (LAMBDA.scheduled, VALUE, SCHEDULED,
     {"resource": "sendMessage", **INPUT, "timeoutInSeconds": 9, **CREDENTIALS}),
    (ACTIVITY.scheduled, VALUE, Scheduled("activity", "arn:a", "us-east-1", 9, 4, None),
     {"resource": "arn:a", **INPUT, **LIMITS}),
    (ACTIVITY.started, "worker", None, {"workerName": "worker"}),
    (ACTIVITY.started, None, None, {}),
    *[(kind, VALUE, SCHEDULED, OUTPUT)
      for kind in (LAMBDA.succeeded, ACTIVITY.succeeded)],
    *[(kind, ("E", "why"), SCHEDULED, ERROR)
      for kind in (LAMBDA.failed, LAMBDA.timed_out, ACTIVITY.failed, ACTIVITY.timed_out)],
]  # fmt: skip


def named(value):
    return value.name if isinstance(value, EventType) else ""


def written(kind, payload, extra):
    return as_dict(7, (kind, 6, 1_500, "1.0[0]/", "S", 1, 0, events.NO_WAY, payload, extra))


@pytest.mark.parametrize(("kind", "payload", "extra", "details"), DETAILS, ids=named)
def test_an_event_is_written_as_boto3_gives_it(kind, payload, extra, details):
    record = written(kind, payload, extra)
    assert record.pop("timestamp") == datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)
    assert [record.pop(key) for key in ("type", "id", "previousEventId")] == [kind.name, 7, 6]
    assert record == ({} if details is None else {kind.details: details})


def test_the_order_of_an_events_members_is_boto3s():
    record = written(events.EXECUTION_STARTED, 1, (None, "arn:r"))
    assert list(record) == ["timestamp", "type", "id", "previousEventId", "executionStartedEventDetails"]


def all_types():
    single = [each for each in vars(events).values() if isinstance(each, EventType)]
    groups = [events.ENTERED.values(), events.EXITED.values(), events.ABORTED.values()]
    tasks = [getattr(family, name) for family in TASK_EVENTS.values() for name in family.__struct_fields__]
    return [*single, *itertools.chain(*groups), *(each for each in tasks if isinstance(each, EventType))]


def test_every_type_is_named_once_and_written_in_a_test_above():
    names = [kind.name for kind in all_types()]
    assert len(names) == len(set(names)) > 45
    sampled = {each[0].name for each in DETAILS}
    assert set(names) == sampled


@pytest.fixture(scope="module")
def model():
    session = pytest.importorskip(
        "botocore.session", reason="botocore, which knows AWS's shapes, is not installed"
    )
    return session.get_session().get_service_model("stepfunctions")


def test_every_type_is_one_of_aws(model):
    known = model.shape_for("HistoryEventType").enum
    assert {kind.name for kind in all_types()} <= set(known)


@pytest.mark.parametrize(("kind", "payload", "extra", "details"), DETAILS, ids=named)
def test_every_member_is_one_of_aws_and_of_its_type(model, kind, payload, extra, details):
    assert_shape(written(kind, payload, extra), model.shape_for("HistoryEvent"), "event")


PYTHON = {"string": str, "long": int, "integer": int, "boolean": bool, "timestamp": datetime, "map": dict}


def assert_shape(value, shape, place):
    if shape.type_name == "structure":
        assert isinstance(value, dict), place
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{place} has {unknown}"
        for name, member in value.items():
            assert_shape(member, shape.members[name], f"{place}.{name}")
    else:
        assert type(value) is PYTHON[shape.type_name], place
        if shape.type_name == "map":
            for name, member in value.items():
                assert_shape(member, shape.value, f"{place}.{name}")


# ------------------------------------------------------------------ payloads


@pytest.mark.parametrize("value", [2**80, 1.0, "é\u2028", {"": None}, [], 1e300, -0.0, "</script>"])
def test_a_payload_is_compact_text_that_reads_back(value):
    text = written(events.EXECUTION_SUCCEEDED, value, None)["executionSucceededEventDetails"]["output"]
    assert text == dumps(value)
    assert repr(loads(text)) == repr(value)


def test_a_payload_is_kept_by_reference_and_not_copied():
    large = ["x" * 1000] * 100
    result = asl.simulate({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}, large)
    assert all(event[8] is large for event in result.history.events())
