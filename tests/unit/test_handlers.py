"""Handlers: plain functions called as Lambda calls them, answered as AWS would."""

import asyncio
import json
import math
import sys
import uuid
from decimal import Decimal

import pytest

import asl
from asl.handlers import Answer, Handlers, idempotency_key
from asl.signals import RunTask, TaskFailed, TaskSubmitted, TaskSucceeded

NAME = "arn:aws:lambda:us-east-1:123456789012:function:f"
INVOKE = "arn:aws:states:::lambda:invoke"
SQS = "arn:aws:states:::sqs:sendMessage"
ACTIVITY = "arn:aws:states:us-east-1:123456789012:activity:review"


def task(resource=NAME, **fields):
    state = {"Type": "Task", "Resource": resource, **fields}
    return state if "Next" in state else {**state, "End": True}


def machine(**states):
    return {"StartAt": next(iter(states)), "States": states}


def call(handler, event=None, resource=NAME, name="f", fields=None, **options):
    """How a machine of one task ends that a function answers."""
    options.setdefault("task_seconds", 0)
    return asl.simulate(
        machine(T=task(resource, **(fields or {}))), event, handlers={name: handler}, **options
    )


def invoke(handler, parameters, **options):
    return call(handler, resource=INVOKE, fields={"Parameters": parameters}, **options)


def seen(event, context):
    return event


def cause(result):
    assert result.status == "FAILED"
    return json.loads(result.cause)


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


# ------------------------------------------------------------------ failures


class OutOfStock(Exception):
    pass


def fails_in_two_functions(event, context):
    order("book")


def order(what):
    raise OutOfStock(f"no {what}: «left»")


def test_an_exception_becomes_lambdas_error():
    result = call(fails_in_two_functions)
    assert result.error == "OutOfStock"
    record = json.loads(result.cause)
    assert list(record) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert record["errorMessage"] == "no book: «left»"
    assert record["errorType"] == "OutOfStock"
    assert uuid.UUID(record["requestId"]).version == 4
    outer, inner = record["stackTrace"]
    code = fails_in_two_functions.__code__
    assert (
        outer
        == f'  File "{__file__}", line {code.co_firstlineno + 1}, in {code.co_name}\n    order("book")\n'
    )
    assert inner.endswith('in order\n    raise OutOfStock(f"no {what}: «left»")\n')


def test_a_functions_own_error_has_the_separators_of_pythons_json():
    """Lambda's runtime writes it, and a direct ARN passes its text on."""
    text = call(fails_in_two_functions).cause
    assert text == json.dumps(json.loads(text), ensure_ascii=False)
    assert text.startswith('{"errorMessage": "no book: «left»", "errorType": "OutOfStock", "requestId": ')


def test_an_invokes_error_is_written_compactly():
    direct, invoked = call(fails_in_two_functions), invoke(fails_in_two_functions, {"FunctionName": "f"})
    assert invoked.error == "OutOfStock"
    assert invoked.cause == json.dumps(json.loads(direct.cause), separators=(",", ":"), ensure_ascii=False)


def test_the_same_run_fails_with_the_same_text():
    assert call(fails_in_two_functions).cause == call(fails_in_two_functions).cause


@pytest.mark.parametrize(
    ("error", "name", "message"),
    [
        (KeyError("k"), "KeyError", "'k'"),
        (ValueError(), "ValueError", ""),
        (ValueError(1, "two"), "ValueError", "(1, 'two')"),
        (OutOfStock('a\n"b" \\ \x00'), "OutOfStock", 'a\n"b" \\ \x00'),
        (SystemExit(3), "SystemExit", "3"),
        (SystemExit(), "SystemExit", ""),
        (RecursionError("deep"), "RecursionError", "deep"),
        (StopIteration(), "StopIteration", ""),
        (AssertionError("no"), "AssertionError", "no"),
        (ValueError("lone \ud800"), "ValueError", "lone ?"),
        (asl.Failure("Custom.Error", "why"), "Failure", "Custom.Error: why"),
        (type("Lambda.Odd", (Exception,), {})("x"), "Lambda.Odd", "x"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_the_class_is_the_error_and_its_text_the_message(error, name, message):
    def fails(event, context):
        raise error

    result = call(fails)
    assert result.error == name
    assert cause(result)["errorMessage"] == message


def test_errors_are_caught_by_their_class_name():
    caught = {"Catch": [{"ErrorEquals": ["OutOfStock"], "Next": "Z"}], "Next": "Z"}
    states = {"T": task(**caught), "Z": {"Type": "Pass", "End": True}}
    result = asl.simulate(machine(**states), handlers={"f": fails_in_two_functions})
    assert result.output["Error"] == "OutOfStock"
    assert json.loads(result.output["Cause"])["errorMessage"].startswith("no book")


def test_the_user_can_interrupt_a_handler():
    def interrupted(event, context):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call(interrupted)


def test_an_exception_without_a_text_is_a_failure_all_the_same():
    class Broken(Exception):
        def __str__(self):
            return str(1 / 0)

    def fails(event, context):
        raise Broken

    assert call(fails).error == "Broken"


@pytest.mark.parametrize(
    "inside",
    [False, True],
    ids=["alone", "where a loop runs already"],
)
def test_an_async_handlers_stack_trace_shows_its_own_code_only(inside):
    async def fails(event, context):
        raise ValueError

    async def program():
        return call(fails)

    trace = cause(asyncio.run(program()) if inside else call(fails))["stackTrace"]
    assert [__file__ in line for line in trace] == [True]


# ------------------------------------------------------------------ results


@pytest.mark.parametrize(
    ("value", "output"),
    [
        ((1, (2,)), [1, [2]]),
        ({1: "int", 2.5: "float"}, {"1": "int", "2.5": "float"}),
        ({True: 1, None: 2}, {"true": 1, "null": 2}),
        ({"1": "text", 1: "int"}, {"1": "int"}),
        (2**80, 2**80),
        (1.0, 1.0),
        ("é😀", "é😀"),
        (None, None),
        (b'{"a": 1}', {"a": 1}),
        (b"not json", "not json"),
    ],
    ids=repr,
)
def test_a_result_goes_through_json(value, output):
    result = call(lambda e, c: value)
    assert (result.output, type(result.output)) == (output, type(output))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.5", 1.5),
        ("0.10", 0.1),
        ("1E+2", 100.0),
        ("3", 3),
        ("12345678901234567890", 12345678901234567890),
    ],
)
def test_a_decimal_is_the_number_that_it_prints(text, number):
    """As Lambda's runtime writes it; what boto3 gives of DynamoDB is full of them."""
    assert repr(call(lambda e, c: {"n": Decimal(text)}).output) == repr({"n": number})


def circular():
    value = []
    value.append(value)
    return value


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [{1, 2}, object(), len, math.nan, math.inf, {"a": [-math.inf]}, circular(), "\ud800", {"\ud800": 1},
     {(1,): 2}, b"\xff", bytearray(b"a"), 1j, iter([]), nested(5_000), Decimal("NaN")],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
@pytest.mark.parametrize("resource", [NAME, INVOKE])
def test_a_result_that_is_not_json_is_lambdas_marshal_error(value, resource):
    fields = {"Parameters": {"FunctionName": "f"}} if resource == INVOKE else {}
    result = call(lambda e, c: value, resource=resource, fields=fields)
    assert result.error == "Runtime.MarshalError"
    record = cause(result)
    assert record["errorMessage"].startswith("Unable to marshal response: ")
    assert (record["errorType"], record["stackTrace"]) == ("Runtime.MarshalError", [])


def test_a_set_is_reported_in_lambdas_words():
    record = cause(call(lambda e, c: {1}))
    assert record["errorMessage"] == "Unable to marshal response: Object of type set is not JSON serializable"


@pytest.mark.parametrize(("resource", "called"), [(NAME, NAME), (INVOKE, "lambda"), (SQS, "sqs")])
def test_a_result_of_300_kb_is_over_the_limit(resource, called):
    fields = {"Parameters": {"FunctionName": "f"}} if resource == INVOKE else {}
    name = SQS if resource == SQS else "f"
    result = call(lambda e, c: "x" * 300_000, resource=resource, name=name, fields=fields)
    assert result.error == "States.DataLimitExceeded"
    assert f"'{called}'" in result.cause
    assert call(lambda e, c: "x" * 300_000, resource=resource, name=name, fields=fields, quotas=False).output


@pytest.mark.parametrize(("length", "status"), [(262_142, "SUCCEEDED"), (262_143, "FAILED")])
def test_the_limit_counts_the_bytes_of_the_compact_text(length, status):
    assert call(lambda e, c: "x" * length).status == status
    assert call(lambda e, c: "é" * (length // 2) + "x" * (length % 2)).status == status


def test_an_invoke_gives_the_services_whole_response():
    result = invoke(lambda e, c: {"é": 1}, {"FunctionName": "f"})
    assert list(result.output) == [
        "ExecutedVersion", "Payload", "SdkHttpMetadata", "SdkResponseMetadata", "StatusCode",
    ]  # fmt: skip
    assert result.output["Payload"] == {"é": 1}
    headers = result.output["SdkHttpMetadata"]["HttpHeaders"]
    assert headers["Content-Length"] == str(len('{"é": 1}'.encode()))
    assert headers["x-amzn-RequestId"] == result.output["SdkResponseMetadata"]["RequestId"]


# ------------------------------------------------------------------ time


def ticking(*seconds):
    """A timer that gives these one after the other."""
    return iter(seconds).__next__


def test_an_injected_timer_says_how_long_a_call_took():
    result = call(seen, task_seconds=None, timer=ticking(10.0, 12.5))
    assert result.history.span() == 2_500
    assert result.cost.express.billed_ms == 2_500


@pytest.mark.parametrize(
    ("took", "status"), [(4.999, "SUCCEEDED"), (5.0, "SUCCEEDED"), (5.001, "FAILED"), (5_000.0, "FAILED")]
)
def test_an_injected_timer_decides_whether_a_task_times_out(took, status):
    result = call(seen, task_seconds=None, timer=ticking(0.0, took), fields={"TimeoutSeconds": 5})
    assert result.status == status
    if status == "FAILED":
        assert result.error == "States.Timeout"
        assert result.history.span() == 5_000


@pytest.mark.parametrize(
    ("task_seconds", "milliseconds"),
    [
        (None, 100),
        (7, 7_000),
        (0.25, 250),
        (0, 0),
        ({"f": 3}, 3_000),
        ({"f": 0}, 0),
        ({"other": 3}, 100),
        ({}, 100),
    ],
    ids=repr,
)
def test_a_fixed_time_goes_before_the_measured_one(task_seconds, milliseconds):
    result = call(seen, task_seconds=task_seconds, timer=ticking(1.0, 1.1))
    assert result.history.span() == milliseconds


def test_a_fixed_time_may_stand_under_a_whole_resource():
    assert call(seen, resource=SQS, name=SQS, task_seconds={SQS: 2}).history.span() == 2_000
    assert call(seen, name=NAME, task_seconds={"f": 2}).history.span() == 2_000


def test_a_failure_takes_its_time_too():
    assert call(fails_in_two_functions, task_seconds=4).history.span() == 4_000


# ------------------------------------------------------------------ as a runner


def ran(pattern, handler=seen, service="sqs", resource=SQS):
    command = RunTask("1.0", "T", resource, service, "sendMessage", pattern, {"a": 1})
    return Handlers({resource: handler}, timer=ticking(0.0, 2.0)).run(command, 0)


@pytest.mark.parametrize(
    ("pattern", "signals"),
    [
        ("request", (TaskSucceeded("1.0", {"a": 1}),)),
        ("token", (TaskSubmitted("1.0", {"a": 1}),)),
        ("sync", (TaskSubmitted("1.0", {"a": 1}), TaskSucceeded("1.0", {"a": 1}))),
    ],
)
def test_each_pattern_has_its_signals(pattern, signals):
    assert ran(pattern) == Answer(signals, 2.0)


@pytest.mark.parametrize("pattern", ["request", "token", "sync"])
def test_a_call_that_fails_submits_nothing(pattern):
    (signal,) = ran(pattern, fails_in_two_functions).signals
    assert isinstance(signal, TaskFailed)
    assert signal.error == "OutOfStock"


def test_any_object_that_runs_tasks_can_take_their_place():
    class Runner:
        def run(self, task, now):
            return Answer((TaskSucceeded(task.id, [task.action, now]),), 1.0)

    result = asl.simulate(machine(T=task()), handlers=Runner(), start_time=5)
    assert (result.output, result.history.span()) == (["f", 5_000], 1_000)
