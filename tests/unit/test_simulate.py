"""simulate: who a run is, what it may take, and how its clock jumps."""

import copy
import inspect
import re
from datetime import UTC, datetime

import pytest

import asl
from asl.handlers import Answer
from asl.history import as_dict
from asl.signals import RunTask, TaskSucceeded
from asl.simulate import START_TIME

DAY = 86_400
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
TOKEN = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
SYNC = "arn:aws:states:::states:startExecution.sync"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:review"


def machine(**states):
    return {"StartAt": next(iter(states)), "States": states}


def last(kind, **fields):
    return {"Type": kind, **fields, **({} if "Next" in fields else {"End": True})}


def wait(seconds, **fields):
    return last("Wait", Seconds=seconds, **fields)


def task(resource=FUNCTION, **fields):
    return last("Task", Resource=resource, **fields)


PASS = machine(A=last("Pass"))
CONTEXT = machine(A=last("Pass", Parameters={"context.$": "$$"}, OutputPath="$.context"))
UUID = machine(A=last("Pass", Parameters={"id.$": "States.UUID()"}, OutputPath="$.id"))


def context(**options):
    return asl.simulate(CONTEXT, **options).output


def times(result):
    """When each event was written, in seconds since the start."""
    start = result.history[0]["timestamp"]
    return [(event["type"], (event["timestamp"] - start).total_seconds()) for event in result.history]


# ------------------------------------------------------------------ who it is


def test_a_run_that_is_told_nothing_is_the_same_one_each_time():
    told = context()
    assert told["Execution"] == {
        "Id": "arn:aws:states:us-east-1:123456789012:execution:machine:execution",
        "Input": {},
        "StartTime": "2026-01-01T00:00:00Z",
        "Name": "execution",
        "RoleArn": "arn:aws:iam::123456789012:role/StepFunctionsRole",
        "RedriveCount": 0,
    }
    assert told["StateMachine"] == {
        "Id": "arn:aws:states:us-east-1:123456789012:stateMachine:machine",
        "Name": "machine",
    }
    assert told == context()


def test_a_run_can_be_told_who_it_is():
    told = context(
        name="order-7",
        machine_name="shop",
        account="42",
        region="eu-west-1",
        role_arn="arn:aws:iam::42:role/r",
    )
    assert told["Execution"]["Id"] == "arn:aws:states:eu-west-1:42:execution:shop:order-7"
    assert told["Execution"]["Name"] == "order-7"
    assert told["Execution"]["RoleArn"] == "arn:aws:iam::42:role/r"
    assert told["StateMachine"] == {"Id": "arn:aws:states:eu-west-1:42:stateMachine:shop", "Name": "shop"}


def test_the_role_stands_in_the_account():
    result = asl.simulate(PASS, account="42")
    role = "arn:aws:iam::42:role/StepFunctionsRole"
    assert result.history[0]["executionStartedEventDetails"]["roleArn"] == role


def test_the_region_is_that_of_its_tasks_and_prices():
    definition = machine(A=task("arn:aws:states:::sqs:sendMessage"))
    result = asl.simulate(definition, region="eu-south-1", handlers={"sendMessage": lambda e, c: 1})
    scheduled = next(each for each in result.history if each["type"] == "TaskScheduled")
    assert scheduled["taskScheduledEventDetails"]["region"] == "eu-south-1"
    assert result.cost.region == "eu-south-1"


@pytest.mark.parametrize(
    ("start_time", "expected"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (0.25, "1970-01-01T00:00:00.25Z"),
        (1_700_000_000, "2023-11-14T22:13:20Z"),
        (1_700_000_000.0004, "2023-11-14T22:13:20Z"),
        (None, "2026-01-01T00:00:00Z"),
    ],
)
def test_when_it_begins(start_time, expected):
    result = asl.simulate(CONTEXT, start_time=start_time)
    assert result.output["Execution"]["StartTime"] == result.output["State"]["EnteredTime"] == expected
    assert result.history[0]["timestamp"].tzinfo == UTC


def test_the_fixed_start_is_new_years_day():
    assert asl.simulate(PASS).history[0]["timestamp"] == datetime(2026, 1, 1, tzinfo=UTC)
    assert datetime.fromtimestamp(START_TIME / 1000, UTC) == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_seed_is_a_number_or_a_text():
    drawn = {seed: asl.simulate(UUID, seed=seed).output for seed in (0, 1, -1, "a", "")}
    assert len(set(drawn.values())) == 5
    assert asl.simulate(UUID, seed="1").output == drawn[1]
    assert asl.simulate(UUID).output == drawn[0]


def test_the_name_draws_nothing():
    assert asl.simulate(UUID, name="a").output == asl.simulate(UUID, name="b").output


# ------------------------------------------------------------------ Standard and Express


def test_an_express_run_has_an_arn_that_is_its_own():
    def arn(**options):
        return asl.simulate(PASS, type="EXPRESS", **options).execution.identity.arn

    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    pattern = rf"arn:aws:states:eu-west-1:42:express:shop:order-7:{uuid}"
    options = {"machine_name": "shop", "name": "order-7", "account": "42", "region": "eu-west-1"}
    assert re.fullmatch(pattern, arn(**options))
    assert arn(**options) == arn(**options)
    assert len({arn(seed=seed, name=name) for seed in (0, 1) for name in "ab"}) == 4


def test_an_express_runs_context_counts_no_redrives():
    assert list(context(type="EXPRESS")["Execution"]) == ["Id", "Input", "Name", "RoleArn", "StartTime"]


@pytest.mark.parametrize(
    ("options", "limit"),
    [({"type": "EXPRESS"}, 300), ({}, 365 * DAY), ({"type": "STANDARD"}, 365 * DAY)],
    ids=["express", "default", "standard"],
)
def test_how_long_a_run_may_stay_open(options, limit):
    assert asl.simulate(machine(A=wait(limit - 1)), **options).status == "SUCCEEDED"
    for seconds in (limit, limit + 1):  # of two that end in one instant the execution goes first
        result = asl.simulate(machine(A=wait(seconds)), **options)
        assert (result.status, result.error, result.cause, result.output) == ("TIMED_OUT", None, None, None)
        assert result.history.span() == limit * 1000
        assert result.history[-1]["type"] == "ExecutionTimedOut"
    assert asl.simulate(machine(A=wait(limit + 1)), quotas=False, **options).status == "SUCCEEDED"


def test_an_express_run_may_write_more_than_25_000_events():
    definition = machine(A=last("Map", ItemProcessor=machine(P=last("Pass"))))
    items = list(range(6_300))
    assert asl.simulate(definition, items, type="EXPRESS").status == "SUCCEEDED"
    assert asl.simulate(definition, items).error == "States.Runtime"


@pytest.mark.parametrize("kind", ["express", "", "SYNC_EXPRESS", None])
def test_there_are_two_types(kind):
    with pytest.raises(ValueError, match="STANDARD or EXPRESS"):
        asl.simulate(PASS, type=kind)


# ------------------------------------------------------------------ what it takes


@pytest.mark.parametrize(
    "taken", [asl.parse(PASS), PASS, '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}']
)
def test_a_machine_may_come_in_every_form(taken):
    assert asl.simulate(taken, 1).output == 1


def test_a_definition_that_cannot_be_run_is_refused():
    with pytest.raises(asl.InvalidDefinition):
        asl.simulate({"StartAt": "A", "States": {}})


def test_neither_machine_nor_input_are_changed():
    definition = machine(A=last("Pass", Parameters={"a.$": "$.a"}, ResultPath="$.deep.b"))
    given = {"a": [1], "deep": {"x": 1}}
    before = copy.deepcopy((definition, given))
    assert asl.simulate(definition, given).output == {"a": [1], "deep": {"x": 1, "b": {"a": [1]}}}
    assert (definition, given) == before
    assert asl.simulate(definition, given).output["deep"]["b"] == {"a": [1]}


def test_two_runs_share_nothing():
    parsed = asl.parse(machine(A=last("Pass", Result={"r": []})))
    first, second = asl.simulate(parsed), asl.simulate(parsed)
    assert first.history is not second.history
    assert first.output == second.output == {"r": []}
    assert inspect.signature(asl.simulate).parameters["input"].default == {}


LIMIT = 262_144


@pytest.mark.parametrize(
    ("input", "input_text", "over"),
    [
        ("x" * (LIMIT - 2), None, False),
        ("x" * (LIMIT - 1), None, True),
        ("é" * (LIMIT // 2), None, True),
        ([1], "[" + " " * (LIMIT - 3) + "1]", False),
        ([1], "[" + " " * (LIMIT - 2) + "1]", True),
    ],
    ids=["exactly", "one byte more", "two bytes a letter", "text exactly", "text one byte more"],
)
def test_an_input_over_the_quota_starts_nothing(input, input_text, over):
    if not over:
        result = asl.simulate(PASS, input, input_text=input_text)
        details = result.history[0]["executionStartedEventDetails"]
        assert len(details["input"].encode()) == LIMIT
        return
    seen = []
    with pytest.raises(asl.InvalidExecutionInput, match="262,144"):
        asl.simulate(PASS, input, input_text=input_text, observer=lambda *event: seen.append(event))
    assert seen == []
    assert asl.simulate(PASS, input, input_text=input_text, quotas=False).status == "SUCCEEDED"


@pytest.mark.parametrize("input", [{1, 2}, float("nan"), b"{}", {"a": {1}}], ids=repr)
def test_an_input_that_is_not_json_starts_nothing(input):
    with pytest.raises(asl.InvalidExecutionInput):
        asl.simulate(PASS, input)


# ------------------------------------------------------------------ what it gives


def test_an_observer_sees_every_event_in_order_while_it_is_written():
    seen = []
    at_call = []

    def handler(event, context):
        at_call.append([kind.name for _, (kind, *_) in seen])
        return event

    definition = machine(
        A=wait(60, Next="M"), M=last("Map", ItemProcessor=machine(T=task(Next="B"), B=last("Pass")))
    )
    result = asl.simulate(
        definition, [1, 2], handlers={"f": handler}, observer=lambda *event: seen.append(event)
    )
    assert [as_dict(number, event) for number, event in seen] == list(result.history)
    assert all(names[-1] == "LambdaFunctionStarted" for names in at_call)
    assert len(at_call) == 2


def test_what_an_observer_raises_ends_the_run():
    def observer(number, event):
        if number == 3:
            raise StopIteration("enough")

    with pytest.raises(StopIteration, match="enough"):
        asl.simulate(PASS, observer=observer)


@pytest.mark.parametrize(
    ("definition", "text"),
    [
        (machine(A=last("Pass", Result={"a": [1]})), "<Result SUCCEEDED {'a': [1]}>"),
        (machine(A={"Type": "Fail", "Error": "E", "Cause": "why"}), "<Result FAILED E: why>"),
        ({**machine(A=wait(9)), "TimeoutSeconds": 5}, "<Result TIMED_OUT None: None>"),
    ],
)
def test_a_result_says_how_it_ended(definition, text):
    assert repr(asl.simulate(definition)) == text


def test_a_result_has_everything():
    result = asl.simulate(machine(A=last("Pass", Next="B"), B=wait(1)), "in")
    assert (result.status, result.output, result.error, result.cause) == ("SUCCEEDED", "in", None, None)
    assert result.transitions == result.cost.standard.transitions == 2
    assert result.execution.status == "SUCCEEDED"
    assert len(result.history) == result.execution.last_event == 6


# ------------------------------------------------------------------ the clock jumps


def test_a_year_of_waiting_takes_no_time():
    year = [wait(30 * DAY, Next=f"W{month + 1}") for month in range(11)]
    states = {f"W{month}": state for month, state in enumerate(year)}
    result = asl.simulate(machine(**states, W11=wait(30 * DAY)))
    assert result.status == "SUCCEEDED"
    assert result.history.span() == 360 * DAY * 1000
    assert str(result.history[-1]["timestamp"]) == "2026-12-27 00:00:00+00:00"


def test_waits_retries_and_time_limits_share_one_clock():
    retried = [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 4, "MaxAttempts": 1}]
    caught = {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "D"}]}
    definition = machine(
        P=last(
            "Parallel",
            Branches=[
                machine(A=wait(7)),
                machine(B=task(TimeoutSeconds=5, Retry=retried, **caught, Next="D"), D=last("Pass")),
                machine(C=task(FUNCTION[:-1] + "quick", Next="E"), E=wait(2)),
            ],
        )
    )
    result = asl.simulate(
        definition,
        handlers={"f": lambda e, c: 1, "quick": lambda e, c: 2},
        task_seconds={"f": 6, "quick": 3},
    )
    assert result.status == "SUCCEEDED"
    moments = [(name, at) for name, at in times(result) if at]
    assert moments == [
        ("LambdaFunctionSucceeded", 3),
        ("TaskStateExited", 3),
        ("WaitStateEntered", 3),
        ("LambdaFunctionTimedOut", 5),
        ("WaitStateExited", 5),
        ("WaitStateExited", 7),
        ("LambdaFunctionScheduled", 9),
        ("LambdaFunctionStarted", 9),
        ("LambdaFunctionTimedOut", 14),
        ("TaskStateExited", 14),
        ("PassStateEntered", 14),
        ("PassStateExited", 14),
        ("ParallelStateSucceeded", 14),
        ("ParallelStateExited", 14),
        ("ExecutionSucceeded", 14),
    ]


def test_timers_that_end_together_fall_due_in_the_order_of_their_numbers():
    block = machine(W=wait(5))
    result = asl.simulate(machine(M=last("Map", ItemProcessor=block)), list(range(12)))
    ended = [mark.path for mark in result.history.marks() if mark.type.name == "WaitStateExited"]
    assert ended == [f"1.0[{index}]/" for index in range(12)]


def test_a_wait_until_a_time_gone_by_ends_at_once():
    result = asl.simulate(machine(A=last("Wait", Timestamp="2020-01-01T00:00:00Z")))
    assert result.history.span() == 0


def test_an_answer_just_in_time_counts():
    result = asl.simulate(
        machine(A=task(TimeoutSeconds=5)), handlers={"f": lambda e, c: "just"}, task_seconds=5
    )
    assert result.output == "just"


def test_a_machines_time_limit_stands_before_an_answer_that_never_came():
    definition = {**machine(A=task()), "TimeoutSeconds": 5}
    result = asl.simulate(definition, handlers={"f": lambda e, c: "late"}, task_seconds=5.001)
    assert (result.status, result.history.span()) == ("TIMED_OUT", 5_000)


# ------------------------------------------------------------------ what nobody answers


@pytest.mark.parametrize(
    ("limits", "seconds", "status"),
    [
        ({"TimeoutSeconds": 600}, 600, "FAILED"),
        ({"HeartbeatSeconds": 90}, 90, "FAILED"),
        ({"TimeoutSeconds": 600, "HeartbeatSeconds": 90}, 90, "FAILED"),
        ({}, 365 * DAY, "TIMED_OUT"),
    ],
    ids=["timeout", "heartbeat", "both", "neither"],
)
def test_a_token_task_that_nobody_answers_times_out_at_once(limits, seconds, status):
    result = asl.simulate(machine(A=task(TOKEN, **limits)), handlers={TOKEN: lambda e, c: {"MessageId": "1"}})
    assert result.status == status
    assert result.error == ("States.Timeout" if status == "FAILED" else None)
    assert result.history.span() == seconds * 1000
    submitted = next(each for each in result.history if each["type"] == "TaskSubmitted")
    assert submitted["taskSubmittedEventDetails"]["output"] == '{"MessageId":"1"}'


def test_a_token_tasks_beats_count_from_its_submission():
    result = asl.simulate(
        machine(A=task(TOKEN, HeartbeatSeconds=90)), handlers={TOKEN: lambda e, c: 1}, task_seconds=20
    )
    assert result.history.span() == 110_000


def test_a_missed_heartbeat_can_be_caught_by_its_name():
    caught = [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Z"}]
    states = {"A": task(TOKEN, HeartbeatSeconds=90, Catch=caught, Next="Z"), "Z": last("Pass")}
    result = asl.simulate(machine(**states), handlers={TOKEN: lambda e, c: 1})
    assert result.output == {"Error": "States.Timeout", "Cause": ""}


@pytest.mark.parametrize("resource", [FUNCTION, SYNC, ACTIVITY])
@pytest.mark.parametrize(("took", "status"), [(90, "SUCCEEDED"), (91, "FAILED")])
def test_a_task_that_is_silent_too_long_misses_its_heartbeat(resource, took, status):
    result = asl.simulate(
        machine(A=task(resource, HeartbeatSeconds=90)),
        handlers={"f": lambda e, c: 1, "review": lambda e, c: 1, SYNC: lambda e, c: 1},
        task_seconds=took,
    )
    assert (result.status, result.history.span()) == (status, 90_000)


def test_an_activity_times_out_by_the_clock_that_its_worker_started():
    result = asl.simulate(
        machine(A=task(ACTIVITY, TimeoutSeconds=60)), handlers={"review": lambda e, c: 1}, task_seconds=61
    )
    assert (result.error, result.history.span()) == ("States.Timeout", 60_000)
    assert [name for name, _ in times(result)][2:5] == [
        "ActivityScheduled",
        "ActivityStarted",
        "ActivityTimedOut",
    ]


def test_each_attempt_at_a_token_task_waits_anew():
    retried = [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 10, "MaxAttempts": 2, "BackoffRate": 1}]
    tokens = []
    definition = machine(A=task(TOKEN, TimeoutSeconds=60, Retry=retried, Parameters={"t.$": "$$.Task.Token"}))
    result = asl.simulate(definition, handlers={TOKEN: lambda e, c: tokens.append(e["t"])})
    assert result.history.span() == (60 + 10 + 60 + 10 + 60) * 1000
    assert len(set(tokens)) == 3


class Silent:
    """A runner that never answers."""

    def run(self, task: RunTask, now: int) -> Answer:
        return Answer(())


def test_a_runner_that_never_answers_is_not_waited_for():
    with pytest.raises(RuntimeError, match="nobody will tell"):
        asl.simulate(machine(A=task()), handlers=Silent(), quotas=False)
    assert asl.simulate(machine(A=task()), handlers=Silent()).status == "TIMED_OUT"
    assert asl.simulate(machine(A=task(TimeoutSeconds=5)), handlers=Silent()).error == "States.Timeout"


def test_a_late_answer_from_before_a_retry_is_dropped():
    class Late:
        """Its first answer comes long after the time limit, its second at once."""

        def run(self, task, now):
            return Answer((TaskSucceeded(task.id, task.attempt),), 0 if task.attempt else 20)

    retried = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1}]
    definition = machine(A=task(TimeoutSeconds=5, Retry=retried, Next="B"), B=wait(60))
    result = asl.simulate(definition, handlers=Late())
    assert (result.output, result.history.span()) == (1, 66_000)


def test_the_clock_never_goes_back():
    task = {
        "Type": "Task",
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "TimeoutSecondsPath": "$",
        "End": True,
    }
    result = asl.simulate(
        {"StartAt": "T", "States": {"T": task}}, -3, handlers={"f": lambda event, context: 1}, task_seconds=1
    )
    times = [event["timestamp"] for event in result.history]
    assert times == sorted(times)
