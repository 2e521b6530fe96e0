"""Python functions: what they get, what they give, and how what goes wrong with them is told."""

import base64
import json
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import asl
from tests.functions.shared import ACCOUNT, REGION, arn


@pytest.mark.parametrize("event", [None, 0, 1.5, "é", [], {}, {"a": [1, {"b": None}]}, "\ud800"], ids=ascii)
def test_an_event_comes_and_goes_as_json(same_world, event):
    if "echo" not in {each["FunctionName"] for each in same_world.client.list_functions()["Functions"]}:
        same_world.create("echo")
    if event == "\ud800":
        refused = pytest.raises(same_world.client.exceptions.InvalidRequestContentException)
        with refused:
            same_world.call("echo", event)
        return
    assert json.loads(same_world.client.invoke(
        FunctionName="echo", Payload=json.dumps(event))["Payload"].read()) == event  # fmt: skip


def test_a_call_without_a_body_has_an_empty_event(world):
    world.create()
    assert world.result() == {}


SEEN = """
import os, sys

def handler(event, context):
    names = [each for each in dir(context) if not each.startswith("_")]
    values = {each: getattr(context, each) for each in names}
    context.log("said by the context\\n")
    return {
        "context": {each: value for each, value in values.items() if isinstance(value, (str, int))},
        "left": context.get_remaining_time_in_millis(),
        "custom": context.client_context and context.client_context.custom,
        "title": context.client_context and context.client_context.client.app_title,
        "environment": dict(os.environ),
        "first": sys.path[0],
        "folder": os.getcwd(),
    }
"""


def test_a_function_sees_what_it_would_on_aws(world):
    world.create("seen", SEEN, Timeout=20, Environment={"Variables": {"TABLE": "orders"}}, MemorySize=256)
    given = base64.b64encode(b'{"custom": {"a": 1}, "client": {"app_title": "shop"}}').decode()
    answer = world.call("seen", {}, ClientContext=given)
    told = json.loads(answer.text)
    environment = told["environment"]
    assert told["context"] == {
        "aws_request_id": answer.request,
        "function_name": "seen",
        "function_version": "$LATEST",
        "invoked_function_arn": arn("seen"),
        "log_group_name": "/aws/lambda/seen",
        "log_stream_name": environment["AWS_LAMBDA_LOG_STREAM_NAME"],
        "memory_limit_in_mb": "256",
    }
    assert 15_000 < told["left"] <= 20_000
    assert (told["custom"], told["title"]) == ({"a": 1}, "shop")
    assert told["first"] == told["folder"] == environment["LAMBDA_TASK_ROOT"]
    assert environment["TABLE"] == "orders"
    assert environment["AWS_ACCESS_KEY_ID"] == ACCOUNT
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == REGION
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "seen"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["_HANDLER"] == "handler.handler"
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.12"
    assert "AWS_ENDPOINT_URL" not in environment
    assert bytes(world.printed) == b"said by the context\n"


def test_a_function_does_not_see_the_emulators_own_environment(world, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("DATABASE_PASSWORD", "secret")
    world.create("seen", SEEN)
    environment = world.result({}, "seen")["environment"]
    assert not {"AWS_PROFILE", "DATABASE_PASSWORD", "HOME", "PYTHONPATH"} & environment.keys()


def test_packages_in_the_archive_are_found_and_nothing_of_the_emulators_path_is_changed(world):
    before = list(sys.path)
    files = {
        "shop/__init__.py": "",
        "shop/orders.py": "from helpers import double\ndef place(event, _):\n    return double(event)\n",
        "helpers.py": "def double(n):\n    return 2 * n\n",
    }
    world.create(files=files, Handler="shop/orders.place")
    assert world.result(21) == 42
    assert sys.path == before
    assert "helpers" not in sys.modules


# ------------------------------------------------------------------ failures

RAISES = """
class OutOfStock(Exception):
    pass


def pick(event):
    raise OutOfStock(event)


def handler(event, context):
    pick(event)
"""


def test_an_exception_is_told_in_lambdas_form(world):
    world.create(source=RAISES)
    answer = world.call("f", "tea")
    assert answer.error == "Unhandled"
    assert answer.status == 200
    assert answer.text == json.dumps(
        {
            "errorMessage": "tea",
            "errorType": "OutOfStock",
            "requestId": answer.request,
            "stackTrace": [
                '  File "/var/task/handler.py", line 11, in handler\n    pick(event)\n',
                '  File "/var/task/handler.py", line 7, in pick\n    raise OutOfStock(event)\n',
            ],
        }
    )


@pytest.mark.parametrize(
    "body",
    [
        "raise ValueError('é')",
        "raise KeyError('a')",
        "return {1, 2}",
        "return float('nan')",
        "return b'raw'",
        "return 1 / 0",
        "raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})()",
        "from decimal import Decimal; return [Decimal('1.50'), Decimal('3')]",
    ],
)
def test_a_local_handler_and_a_function_tell_the_same(same_world, body, tmp_path):
    name = "g" + str(abs(hash(body)))
    source = f"def handler(event, context):\n    {body}\n"
    same_world.create(name, source)
    answer = same_world.call(name, {})
    path = tmp_path / "handler.py"
    path.write_text(source)
    found = {}
    exec(compile(source, str(path), "exec"), found)
    local = _run_locally(found["handler"])
    if answer.error is None:
        assert local.status == "SUCCEEDED"
        text = answer.text
        assert local.output == (json.loads(text) if text != "raw" else "raw")
        return
    ours = json.loads(local.cause)
    assert list(json.loads(answer.text)) == list(ours)
    shown = {**ours, "requestId": answer.request}
    shown["stackTrace"] = [each.replace(str(tmp_path), "/var/task") for each in ours["stackTrace"]]
    assert json.loads(answer.text) == shown


def _run_locally(handler):
    task = {"Type": "Task", "Resource": arn("g"), "End": True}
    return asl.simulate({"StartAt": "T", "States": {"T": task}}, {}, handlers={"g": handler})


@pytest.mark.parametrize(
    ("files", "handler", "kind", "message"),
    [
        (
            {"handler.py": "import nowhere_to_be_found"},
            "handler.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'handler': No module named 'nowhere_to_be_found'",
        ),
        (
            {"other.py": "x = 1"},
            "handler.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'handler': No module named 'handler'",
        ),
        (
            {"handler.py": "x = 1"},
            "handler.start",
            "Runtime.HandlerNotFound",
            "Handler 'start' missing on module 'handler'",
        ),
        (
            {"handler.py": "x = 1"},
            "handler",
            "Runtime.MalformedHandlerName",
            "Bad handler 'handler': not enough values to unpack (expected 2, got 1)",
        ),
    ],
)
def test_a_handler_that_is_not_there(world, files, handler, kind, message):
    world.create(files=files, Handler=handler)
    for _ in range(2):  # a new process each time, for the next one may find it
        answer = world.call()
        told = json.loads(answer.text)
        assert answer.error == "Unhandled"
        assert told == {
            "errorMessage": message,
            "errorType": kind,
            "requestId": answer.request,
            "stackTrace": [],
        }
    assert world.functions.runs.processes() == 0


def test_code_that_is_no_python(world):
    world.create(source="def handler(event, context:\n    return 1\n")
    told = world.failure()
    assert told["errorType"] == "Runtime.UserCodeSyntaxError"
    assert told["errorMessage"].startswith("Syntax error in module 'handler': ")
    assert told["errorMessage"].endswith("(handler.py, line 1)")
    assert told["stackTrace"] == ['  File "/var/task/handler.py" Line 1\n    def handler(event, context:\n']


def test_an_exception_while_the_code_is_loaded(world):
    world.create(source="raise OSError('no table')\n")
    told = world.failure()
    assert (told["errorType"], told["errorMessage"]) == ("OSError", "no table")
    assert told["stackTrace"] == [
        "  File \"/var/task/handler.py\", line 1, in <module>\n    raise OSError('no table')\n"
    ]


# ------------------------------------------------------------------ processes that go wrong

HANGS = """
import time

def handler(event, context):
    print('asleep')
    time.sleep(event)
    return 'awake'
"""


def test_a_function_that_hangs_times_out_and_the_next_call_has_a_new_process(world):
    world.create(source=HANGS, Timeout=1)
    began = time.monotonic()
    answer = world.call("f", 60, LogType="Tail")
    assert 0.9 < time.monotonic() - began < 5
    assert json.loads(answer.text) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {answer.request} Error: Task timed out after 1.00 seconds",
    }
    assert b"asleep" in base64.b64decode(answer.log)
    assert world.functions.runs.processes() == 0
    assert world.result(0) == "awake"


def test_a_function_that_never_stops_printing_times_out(world):
    world.create(source="def handler(event, context):\n    while True:\n        print('x' * 9999)\n")
    world.hurry(0.3)
    assert world.failure()["errorType"] == "Sandbox.Timedout"
    assert world.printed.startswith(b"xxx")


def test_what_a_function_started_ends_with_it(world, tmp_path):
    """Its children too: one holds a pipe open that is read to its end."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    source = f"""
import os, subprocess
def handler(event, context):
    subprocess.Popen(["sleep", "600"], stdout=open({str(pipe)!r}, "w"))
    os._exit(1)
"""
    world.create(source=source)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(pipe.read_text)
        assert world.failure()["errorType"] == "Runtime.ExitError"
        assert reading.result(10) == ""


def test_older_runtimes_tell_a_timeout_without_a_type(world):
    world.create(source=HANGS, Runtime="python3.9")
    world.hurry(0.04)
    answer = world.call("f", 60)
    told = json.loads(answer.text)
    when, request, text = told.pop("errorMessage").split(" ", 2)
    assert told == {}
    assert request == answer.request
    assert when.endswith("Z")
    assert text == "Task timed out after 0.04 seconds"


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ("os._exit(3)", "Runtime exited with error: exit status 3"),
        ("os._exit(0)", "Runtime exited without providing a reason"),
        ("sys.exit(1)", "Runtime exited with error: exit status 1"),
        ("os.kill(os.getpid(), 11)", "Runtime exited with error: signal: segmentation fault (core dumped)"),
        ("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed"),
        ("os.closerange(0, 256); os._exit(1)", "Runtime exited with error: exit status 1"),
    ],
)
def test_a_process_that_ends(same_world, body, ending):
    name = "x" + str(abs(hash(body)))
    same_world.create(name, f"import os, sys\n\n\ndef handler(event, context):\n    {body}\n")
    answer = same_world.call(name)
    assert answer.error == "Unhandled"
    assert json.loads(answer.text) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {answer.request} Error: {ending}",
    }


def test_printing_a_lot_does_no_harm(world):
    source = """
import os, sys, subprocess
def handler(event, context):
    for _ in range(200):
        print("x" * 9999)
    os.write(1, b"raw\\n")
    subprocess.run(["echo", "from a child"])
    sys.stderr.write("to standard error")
    return "quiet"
"""
    world.create(source=source, Timeout=20)
    answer = world.call(LogType="Tail")
    assert answer.text == '"quiet"'
    log = base64.b64decode(answer.log).decode()
    assert len(log) <= 4096
    assert "raw\nfrom a child\nto standard error\nEND RequestId: " in log
    assert len(world.printed) > 2_000_000


def test_the_log_stands_between_lambdas_own_lines(world):
    source = """
import logging
def handler(event, context):
    print('hello')
    logging.getLogger().error('bad')
"""
    world.create(source=source)
    answer = world.call(LogType="Tail")
    lines = base64.b64decode(answer.log).decode().split("\n")
    request = answer.request
    assert lines[:2] == [f"START RequestId: {request} Version: $LATEST", "hello"]
    assert lines[2].startswith("[ERROR]\t")
    assert lines[2].endswith(f"Z\t{request}\tbad")
    assert lines[3] == f"END RequestId: {request}"
    assert lines[4].startswith(f"REPORT RequestId: {request}\tDuration: ")
    assert "\tMemory Size: 128 MB" in lines[4]
    assert world.call().log is None


def test_a_result_of_seven_megabytes_is_too_large(world):
    world.create(source="def handler(event, context):\n    return 'x' * event\n", Timeout=20)
    told = world.failure(7_000_000)
    assert told == {
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }
    assert len(world.result(6_291_554)) == 6_291_554
    assert world.functions.runs.processes() == 1


def test_an_event_of_six_megabytes_gets_through_and_a_larger_one_is_refused(world):
    world.create(source="def handler(event, context):\n    return len(event)\n", Timeout=20)
    assert world.result("x" * 6_291_454) == 6_291_454
    with pytest.raises(world.client.exceptions.RequestTooLargeException, match="6291456 bytes"):
        world.call("f", "x" * 6_291_455)


@pytest.mark.parametrize("body", [b"{", b"text", b"\xff", b"NaN"])
def test_an_event_that_is_no_json_is_refused(same_world, body):
    if not same_world.functions.shelf.records.get(arn("any")):
        same_world.create("any")
    with pytest.raises(same_world.client.exceptions.InvalidRequestContentException) as caught:
        same_world.client.invoke(FunctionName="any", Payload=body)
    assert "Could not parse request body into json" in str(caught.value)


@pytest.mark.parametrize("runtime", ["java21", "dotnet8", "provided.al2023", "python2.7", "ruby3.3"])
def test_a_runtime_that_nothing_here_runs_is_refused_when_it_is_called(same_world, runtime):
    name = runtime.replace(".", "-")
    assert same_world.create(name, Runtime=runtime)["State"] == "Active"
    with pytest.raises(same_world.client.exceptions.InvalidParameterValueException) as caught:
        same_world.call(name)
    assert f"The runtime {runtime} cannot be run here" in str(caught.value)
    assert "--handlers" in str(caught.value)
    assert "LAMBDA_ENDPOINT" in str(caught.value)


def test_a_killed_process_is_not_asked_again(world):
    world.create(source="import os\n\n\ndef handler(event, context):\n    return os.getpid()\n")
    first = world.result()
    assert world.result() == first
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert world.result() != first
