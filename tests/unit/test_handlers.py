"""Handlers: plain functions called as Lambda calls them, answered as AWS would."""

import asyncio
import json
import sys
import uuid

import pytest

import asl
from asl.handlers import idempotency_key
from tests.unit.handling import ACTIVITY, INVOKE, NAME, SQS, call, cause, invoke, machine, seen, task

# ------------------------------------------------------------------ the event


def test_a_handler_gets_a_copy_of_its_event():
    def spoil(event, context):
        event["list"].append("spoilt")
        event.clear()

    given = {"list": [1], "deep": {"a": [{}]}}
    result = call(spoil, given, fields={"ResultPath": None})
    assert result.output == given == {"list": [1], "deep": {"a": [{}]}}
    assert (
        result.history[2]["lambdaFunctionScheduledEventDetails"]["input"] == '{"list":[1],"deep":{"a":[{}]}}'
    )


def test_each_attempt_gets_a_copy_of_its_own():
    events = []

    def spoil(event, context):
        events.append(json.dumps(event))
        event["n"] += 1
        if context.attempt < 2:
            raise ValueError

    call(spoil, {"n": 0}, fields={"Retry": [{"ErrorEquals": ["ValueError"]}]})
    assert events == ['{"n": 0}'] * 3


def test_a_result_that_the_handler_goes_on_changing_does_not_change():
    kept = {"calls": 0}

    def count(event, context):
        kept["calls"] += 1
        return kept

    states = {"A": task(Next="B", ResultPath="$.a"), "B": task(ResultPath="$.b")}
    result = asl.simulate(machine(**states), {}, handlers={"f": count})
    assert result.output == {"a": {"calls": 1}, "b": {"calls": 2}}


@pytest.mark.parametrize("event", [None, 0, 1.0, 2**80, "é", [], {}, {"a": [1, {"b": None}]}], ids=repr)
def test_an_event_is_what_json_makes_of_it(event):
    received = []
    call(lambda event, context: received.append(event), event)
    assert [(type(each), each) for each in received] == [(type(event), event)]


@pytest.mark.parametrize(
    ("parameters", "event"),
    [
        ({}, {}),
        ({"Payload": {"a": 1}}, {"a": 1}),
        ({"Payload": None}, {}),
        ({"Payload": [1]}, [1]),
        ({"Payload": '{"a": [1, 2.0]}'}, {"a": [1, 2.0]}),
        ({"Payload": '"text"'}, "text"),
        ({"Payload": " 5 "}, 5),
    ],
)
def test_an_invokes_payload_is_its_event(parameters, event):
    result = invoke(seen, {"FunctionName": "f", **parameters})
    assert result.output["Payload"] == event


@pytest.mark.parametrize("payload", ["", "text", "{'a': 1}", "[1", "NaN"])
def test_a_payload_of_text_that_is_not_json_is_a_bad_request(payload):
    called = []
    result = invoke(lambda e, c: called.append(e), {"FunctionName": "f", "Payload": payload})
    assert result.error == "Lambda.InvalidRequestContentException"
    assert result.cause.startswith("Could not parse request body into json")
    assert called == []


# ------------------------------------------------------------------ how it is found


@pytest.mark.parametrize(
    "resource",
    [
        NAME,
        NAME + ":7",
        NAME + ":prod",
        NAME + ":$LATEST",
        "arn:aws:lambda:eu-west-1:999999999999:function:f",
        "arn:aws-cn:lambda:cn-north-1:123456789012:function:f",
    ],
)
def test_a_direct_arn_finds_the_function_by_its_name(resource):
    assert call(lambda e, c: c.function_name, resource=resource).output == "f"


@pytest.mark.parametrize(
    "name",
    [
        "f",
        "f:7",
        "f:prod",
        "f:$LATEST",
        NAME,
        NAME + ":7",
        NAME + ":prod",
        "123456789012:function:f",
        "123456789012:function:f:prod",
        "function:f",
    ],
)
def test_a_function_name_may_be_written_in_all_of_lambdas_ways(name):
    assert invoke(lambda e, c: c.function_name, {"FunctionName": name}).output["Payload"] == "f"


@pytest.mark.parametrize(
    "qualifier",
    ["", ":prod"],
)
@pytest.mark.parametrize("before", ["", "123456789012:function:", NAME[:-1]])
def test_a_function_may_be_called_function(before, qualifier):
    parameters = {"FunctionName": f"{before}my-function{qualifier}"}
    assert invoke(lambda e, c: c.function_name, parameters, name="my-function").status == "SUCCEEDED"


@pytest.mark.parametrize(
    ("resource", "name"),
    [(SQS, SQS), (ACTIVITY, "review"), (ACTIVITY, ACTIVITY), (NAME, NAME), (NAME + ":7", NAME + ":7"),
     (INVOKE, INVOKE), ("arn:aws:states:::aws-sdk:s3:getObject", "arn:aws:states:::aws-sdk:s3:getObject")],
)  # fmt: skip
def test_a_handler_may_stand_under_a_whole_resource(resource, name):
    result = call(lambda e, c: "found", resource=resource, name=name)
    found = result.output["Payload"] if resource == INVOKE else result.output
    assert found == "found"


def test_the_name_goes_before_the_whole_resource():
    handlers = {NAME: lambda e, c: "resource", "f": lambda e, c: "name"}
    assert asl.simulate(machine(T=task()), handlers=handlers).output == "name"


def test_another_version_is_another_resource():
    assert call(seen, resource=NAME + ":7", name=NAME + ":8").error == "States.Runtime"


@pytest.mark.parametrize(
    ("resource", "parameters", "wanted"),
    [
        (NAME, None, "f"),
        (INVOKE, {"FunctionName": NAME + ":prod"}, "f"),
        (ACTIVITY, None, "review"),
        (SQS, {}, SQS),
        (SQS + ".waitForTaskToken", {}, SQS + ".waitForTaskToken"),
    ],
)
def test_where_there_is_no_handler_the_failure_says_what_and_how(resource, parameters, wanted):
    fields = {} if parameters is None else {"Parameters": parameters}
    caught = {"Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z"}], "Next": "Z"}
    states = {"Call the bank": task(resource, **fields, **caught), "Z": {"Type": "Succeed"}}
    result = asl.simulate(machine(**states))
    assert (result.status, result.error) == ("FAILED", "States.Runtime")  # which no Catch takes
    for part in ("'Call the bank'", f"Resource {resource}", f"handlers={{'{wanted}': ", "--handlers"):
        assert part in result.cause


@pytest.mark.parametrize(("resource", "wanted"), [(NAME, "f"), (SQS, SQS), (ACTIVITY, "review")])
def test_the_handler_that_the_failure_asks_for_is_the_right_one(resource, wanted):
    assert f"'{wanted}'" in call(seen, resource=resource, name="other").cause
    assert call(seen, resource=resource, name=wanted).status == "SUCCEEDED"


# ------------------------------------------------------------------ the context


def test_the_context_has_lambdas_attributes():
    contexts = []
    call(lambda e, c: contexts.append(c), fields={"TimeoutSeconds": 7}, region="eu-west-1", account="42")
    (context,) = contexts
    assert context.function_name == "f"
    assert context.function_version == "$LATEST"
    assert context.invoked_function_arn == "arn:aws:lambda:eu-west-1:42:function:f"
    assert context.memory_limit_in_mb == "128"
    assert context.log_group_name == "/aws/lambda/f"
    assert "[$LATEST]" in context.log_stream_name
    assert (context.identity, context.client_context) == (None, None)
    assert uuid.UUID(context.aws_request_id).version == 4
    assert context.get_remaining_time_in_millis() == 7_000


def test_a_task_without_a_limit_has_lambdas_fifteen_minutes():
    assert call(lambda e, c: c.get_remaining_time_in_millis()).output == 900_000


def contexts_of(definition, input=None, fails=lambda event, context: False, **options):
    """The context of every call of a run, in order; calls that ``fails`` names raise."""
    contexts = []

    def handler(event, context):
        contexts.append(context)
        if fails(event, context):
            raise ValueError
        return event

    result = asl.simulate(definition, input, handlers={"f": handler, "g": handler}, task_seconds=0, **options)
    assert result.status == "SUCCEEDED", result
    return contexts


RETRY = [{"ErrorEquals": ["ValueError"]}]


def test_attempts_count_from_zero_at_each_visit():
    definition = machine(A=task(Next="B", Retry=RETRY), B=task(Retry=RETRY))
    contexts = contexts_of(definition, fails=lambda e, c: c.attempt < 2)
    assert [context.attempt for context in contexts] == [0, 1, 2, 0, 1, 2]
    assert len({context.aws_request_id for context in contexts}) == 6
    keys = [context.idempotency_key for context in contexts]
    assert keys == [keys[0]] * 3 + [keys[3]] * 3
    assert keys[0] != keys[3]


@pytest.mark.parametrize(
    "fork",
    [
        {"Type": "Parallel", "Branches": [machine(T=task())]},
        {"Type": "Map", "ItemProcessor": machine(T=task())},
        {
            "Type": "Map",
            "ItemProcessor": machine(P={"Type": "Parallel", "End": True, "Branches": [machine(T=task())]}),
        },
    ],
    ids=["parallel", "map", "parallel in a map"],
)
def test_the_key_stays_when_the_fork_around_it_is_retried(fork):
    calls = []

    def fails(event, context):
        calls.append(1)
        return len(calls) < 3

    definition = machine(A={**fork, "End": True, "Retry": RETRY})
    contexts = contexts_of(definition, ["item"], fails)
    assert len(contexts) == 3
    assert [context.attempt for context in contexts] == [0, 0, 0]
    assert len({context.idempotency_key for context in contexts}) == 1
    assert len({context.aws_request_id for context in contexts}) == 3


@pytest.mark.parametrize(
    ("definition", "count"),
    [
        (machine(A=task(Next="B"), B=task()), 2),
        (machine(A={"Type": "Map", "ItemProcessor": machine(T=task()), "End": True}), 3),
        (machine(A={"Type": "Parallel", "End": True, "Branches": [machine(S=task()), machine(T=task())]}), 2),
        (machine(A={"Type": "Map", "Next": "B", "ItemProcessor": machine(S=task())},
                 B={"Type": "Map", "End": True, "ItemProcessor": machine(T=task())}), 6),
    ],
    ids=["states", "items", "branches", "maps in a row"],
)  # fmt: skip
def test_different_work_has_different_keys(definition, count):
    keys = [context.idempotency_key for context in contexts_of(definition, [0, 1, 2])]
    assert len(keys) == len(set(keys)) == count
    assert keys == [context.idempotency_key for context in contexts_of(definition, [0, 1, 2])]
    others = contexts_of(definition, [0, 1, 2], name="another")
    assert not set(keys) & {context.idempotency_key for context in others}


def test_every_visit_has_a_key_of_its_own():
    keys = []

    def count(event, context):
        keys.append(context.idempotency_key)
        return len(keys)

    again = {"Choices": [{"Variable": "$", "NumericLessThan": 4, "Next": "A"}], "Default": "Z"}
    states = {"A": task(Next="C"), "C": {"Type": "Choice", **again}, "Z": {"Type": "Succeed"}}
    asl.simulate(machine(**states), handlers={"f": count})
    assert len(keys) == len(set(keys)) == 4


def test_a_branch_that_takes_another_way_when_retried_has_another_key():
    """The second state of the branch is a different one: different work, in the same place."""
    assert idempotency_key("arn", "1.0[0]/2.0", "S") != idempotency_key("arn", "1.1[0]/2.0", "T")
    assert idempotency_key("arn", "1.0[0]/2.0", "S") == idempotency_key("arn", "1.1[0]/2.3", "S")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.0", "2.0"),
        ("11.0", "1.0"),
        ("1.0[1]/1.0", "1.0[11]/1.0"),
        ("1.0[0]/1.0", "1.0"),
        ("1.0[0]/2.0", "2.0[0]/1.0"),
    ],
)
def test_keys_of_different_places_differ(one, other):
    assert idempotency_key("arn", one, "S") != idempotency_key("arn", other, "S")


# ------------------------------------------------------------------ what it may be


class Callable:
    def __call__(self, event, context):
        return ["called", event]

    def method(self, event, context):
        return ["called", event]

    async def async_method(self, event, context):
        await asyncio.sleep(0)
        return ["called", event]


async def coroutine(event, context):
    await asyncio.sleep(0)
    return ["called", event]


class Awaitable:
    def __await__(self):
        yield from asyncio.sleep(0).__await__()
        return ["called", 1]


@pytest.mark.parametrize(
    "handler",
    [Callable(), Callable().method, Callable().async_method, coroutine, lambda e, c: coroutine(e, c),
     lambda e, c: Awaitable()],
    ids=["object", "method", "async method", "async def", "gives a coroutine", "gives an awaitable"],
)  # fmt: skip
def test_everything_that_can_be_called_works(handler):
    assert call(handler, 1).output == ["called", 1]


def test_what_an_async_handler_raises_is_its_failure():
    async def fails(event, context):
        await asyncio.sleep(0)
        raise KeyError("k")

    result = call(fails)
    assert (result.error, cause(result)["errorMessage"]) == ("KeyError", "'k'")


def test_an_async_handler_works_where_a_loop_runs_already():
    async def program():
        return call(coroutine, 1)

    assert asyncio.run(program()).output == ["called", 1]


def test_what_a_handler_prints_is_no_result(capsys):
    def prints(event, context):
        print("to output")
        print("to error", file=sys.stderr)
        return 1

    assert call(prints).output == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "to output\nto error\n")


def test_what_is_printed_before_a_failure_is_not_lost(capsys):
    def prints(event, context):
        print("working")
        raise ValueError

    call(prints)
    print("afterwards")
    assert capsys.readouterr() == ("afterwards\n", "working\n")
