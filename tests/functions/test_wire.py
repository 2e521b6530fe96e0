"""Requests as they come over the wire: right, wrong and hostile."""

import ast
import asyncio
import json
import sys
from pathlib import Path

import pytest

from emulator.functions import runtimes
from emulator.transport import Request
from tests.functions.shared import ACCOUNT, ECHO, REGION, arn

BASE = "http://127.0.0.1:8083"


def ask(world, method, path, body=b"", headers=None):
    response = world.functions.ask(Request(method, BASE + path, headers or {}, body), ACCOUNT, REGION)
    assert "Traceback" not in response.body.decode()
    return response.status, response.headers.get("x-amzn-errortype"), response.body


@pytest.mark.parametrize("slash", ["", "/"])
def test_paths_may_end_with_a_slash(world, slash):
    status, error, body = ask(world, "GET", f"/2015-03-31/functions{slash}")
    assert (status, error, json.loads(body)) == (200, None, {"Functions": []})


def test_names_are_unquoted(world):
    world.create()
    name = arn("f").replace(":", "%3A")
    status, _, body = ask(
        world, "POST", f"/2015-03-31/functions/{name}/invocations?Qualifier=%24LATEST", b"1"
    )
    assert (status, body) == (200, b"1")


@pytest.mark.parametrize(
    ("method", "path", "body", "error"),
    [
        ("GET", "/", b"", "UnknownOperationException"),
        ("PATCH", "/2015-03-31/functions", b"", "UnknownOperationException"),
        ("GET", "/2015-03-31/functions/a/b/c", b"", "UnknownOperationException"),
        ("POST", "/2015-03-31/functions", b"", "ValidationException"),
        ("POST", "/2015-03-31/functions", b"[]", "SerializationException"),
        ("POST", "/2015-03-31/functions", b"{", "SerializationException"),
        ("POST", "/2015-03-31/functions", b"\xff\xfe", "SerializationException"),
        ("POST", "/2015-03-31/functions", b'{"Code":{"ZipFile":"%"}}', "SerializationException"),
        ("POST", "/2015-03-31/functions", b'{"Code":7}', "SerializationException"),
        ("POST", "/2015-03-31/functions", b'{"Timeout":"3"}', "SerializationException"),
        ("POST", "/2015-03-31/functions", b'{"Environment":{"Variables":{"A":1}}}', "SerializationException"),
        ("GET", "/2015-03-31/functions?MaxItems=many", b"", "SerializationException"),
        ("GET", "/2015-03-31/functions?MaxItems=0", b"", "ValidationException"),
        ("GET", "/2015-03-31/functions?MaxItems=" + "9" * 5000, b"", "SerializationException"),
        ("GET", "/2015-03-31/functions/%00", b"", "ValidationException"),
        ("GET", "/2015-03-31/functions/" + "x" * 5000, b"", "ValidationException"),
        ("GET", "/2015-03-31/functions/" + "x" * 100, b"", "InvalidParameterValueException"),
        ("GET", "/2015-03-31/functions/f?Qualifier=%20", b"", "ValidationException"),
        ("POST", "/2015-03-31/functions/f/invocations", b"1", "ResourceNotFoundException"),
        ("GET", "/2017-03-31/tags/nothing", b"", "ValidationException"),
        ("GET", "/2017-03-31/tags/arn%3Aaws%3As3%3A%3A%3Ab", b"", "ValidationException"),
        ("POST", "/2015-03-31/event-source-mappings", b"{}", "UnknownOperationException"),
    ],
)
def test_bad_requests_are_refused(same_world, method, path, body, error):
    status, kind, text = ask(same_world, method, path, body)
    told = json.loads(text)
    assert kind == error, told
    assert 400 <= status < 500
    assert told["Type"] == "User"
    assert told.get("message") or told.get("Message")


def test_an_unknown_invocation_type_is_refused(world):
    world.create()
    headers = {"x-amz-invocation-type": "Later"}
    status, kind, _ = ask(world, "POST", "/2015-03-31/functions/f/invocations", b"1", headers)
    assert (status, kind) == (400, "ValidationException")


def test_the_door_answers_and_after_the_end_says_so(world):
    async def scene():
        request = Request("GET", f"{BASE}/2015-03-31/functions", {}, b"")
        first = await world.functions.answer(request, ACCOUNT, REGION)
        world.functions.close()
        return first, await world.functions.answer(request, ACCOUNT, REGION)

    first, last = asyncio.run(scene())
    assert (first.status, last.status) == (200, 503)
    assert last.headers["x-amzn-errortype"] == "ServiceUnavailable"


def test_faults_of_ours_are_told_as_ours(world, monkeypatch, caplog):
    monkeypatch.setattr(world.functions.shelf, "records", None)
    status, kind, body = ask(world, "GET", "/2015-03-31/functions")
    assert (status, kind) == (500, "InternalFailure")
    assert json.loads(body)["Type"] == "Service"
    assert "ListFunctions failed" in caplog.text


def test_what_is_kept_is_told_and_waited_for(world):
    from emulator.functions.service import Functions

    told = []
    functions = Functions(
        keep=lambda record: told.append(("keep", type(record).__name__)),
        drop=lambda record: told.append(("drop", type(record).__name__)),
        commit=lambda: told.append("commit"),
    )
    world.functions, before = functions, world.functions
    before.close()
    world.create(source=ECHO)
    assert told == [("keep", "FunctionCode"), ("keep", "FunctionRecord"), "commit"]
    told.clear()
    world.client.list_functions()
    world.call()
    assert told == []
    world.client.delete_function(FunctionName="f")
    assert told == [("drop", "FunctionRecord"), ("drop", "FunctionCode"), "commit"]


def test_the_runtimes_stand_alone():
    tree = ast.parse((Path(runtimes.__file__).parent / "python.py").read_text())
    names = [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    names += [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {each.partition(".")[0] for each in names} <= sys.stdlib_module_names
