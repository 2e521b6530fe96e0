"""What becomes of what a handler does: its failures, its results, the time it takes."""

import asyncio
import json
import math
import uuid
from decimal import Decimal

import pytest

import asl
from asl.handlers import Answer, Handlers
from asl.signals import RunTask, TaskFailed, TaskSubmitted, TaskSucceeded
from tests.unit.handling import INVOKE, NAME, SQS, call, cause, invoke, machine, seen, task

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


def test_the_end_of_a_test_or_ctrl_c_is_no_failure_of_a_function():
    """Where functions have threads of their own it is, as on Lambda: tests/emulator/test_hanging.py."""

    def interrupted(event, context):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asl.simulate(TOO_MUCH, handlers={"give": interrupted})


TOO_MUCH = {
    "StartAt": "Give",
    "States": {
        "Give": {
            "Type": "Task",
            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:give",
            "ResultSelector": {},
            "End": True,
        }
    },
}


@pytest.mark.parametrize(
    ("letter", "count", "error"),
    [("x", 6_291_554, "States.DataLimitExceeded"), ("x", 6_291_555, "Function.ResponseSizeTooLarge"),
     ("é", 3_145_777, "States.DataLimitExceeded"), ("é", 3_145_778, "Function.ResponseSizeTooLarge")],
)  # fmt: skip
def test_a_function_gives_at_most_what_lambda_takes(letter, count, error):
    """The limit is 6,291,556 bytes, quotes included; what is less may be too much for a state yet."""
    result = asl.simulate(TOO_MUCH, handlers={"give": lambda event, context: letter * count})
    assert result.error == error
    if error == "Function.ResponseSizeTooLarge":
        text = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
        assert json.loads(result.cause) == {"errorMessage": text, "errorType": error}
    assert asl.simulate(TOO_MUCH, handlers={"give": lambda e, c: letter * count}, quotas=False).error is None
