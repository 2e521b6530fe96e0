"""JavaScript functions, where there is a node to run them."""

import json
import shutil

import pytest

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node on the PATH")


def make(world, files, name="f", **options):
    files = files if isinstance(files, dict) else {"index.js": files}
    return world.create(name, files=files, **{"Runtime": "nodejs20.x", "Handler": "index.handler", **options})


@needs_node
@pytest.mark.parametrize(
    "files",
    [
        "exports.handler = async (event) => ({ got: event });",
        "exports.handler = (event, context, callback) => callback(null, { got: event });",
        "exports.handler = (event, context, callback) => setTimeout(callback, 1, null, { got: event });",
        "exports.handler = (event) => Promise.resolve({ got: event });",
        "exports.handler = (event, context, callback) => context.succeed({ got: event });",
        {"index.mjs": "export const handler = async (event) => ({ got: event });"},
        {"index.js": "export const handler = async (e) => ({got: e});", "package.json": '{"type":"module"}'},
        {"index.cjs": "module.exports = { handler: async (event) => ({ got: event }) };"},
        {
            "index.js": "module.exports = require('./lib/own');",
            "lib/own.js": "exports.handler = async (event) => ({ got: event });",
        },
    ],
    ids=range(9),
)  # fmt: skip
def test_a_handler_of_any_kind_is_called(world, files):
    make(world, files)
    for event in ({"a": [1, "é", None]}, "x" * 300_000):
        assert world.result(event) == {"got": event}
    assert world.functions.runs.processes() == 1


@needs_node
def test_a_handler_sees_its_context(world):
    source = """
exports.handler = async (event, context) => {
  console.log("printed");
  const { awsRequestId, functionName, invokedFunctionArn, memoryLimitInMB } = context;
  const left = context.getRemainingTimeInMillis();
  const region = process.env.AWS_REGION;
  return { awsRequestId, functionName, invokedFunctionArn, memoryLimitInMB, left, region };
};
"""
    make(world, source, Timeout=20)
    answer = world.call()
    told = json.loads(answer.text)
    assert 15_000 < told.pop("left") <= 20_000
    assert told == {
        "awsRequestId": answer.request,
        "functionName": "f",
        "invokedFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "memoryLimitInMB": "128",
        "region": "us-east-1",
    }
    assert bytes(world.printed) == b"printed\n"


@needs_node
def test_nothing_returned_is_null(world):
    make(world, "exports.handler = async () => {};")
    assert world.call().text == "null"
    make(world, "exports.handler = () => 5;", "g")
    assert world.call("g").text == "null"


@needs_node
@pytest.mark.parametrize(
    ("source", "kind", "message"),
    [
        ("exports.handler = async () => { throw new TypeError('bad'); };", "TypeError", "bad"),
        ("class Odd extends Error { constructor() { super('own'); this.name = 'Odd'; } }\n"
         "exports.handler = async () => { throw new Odd(); };", "Odd", "own"),
        ("exports.handler = (event, context, callback) => callback(new Error('given'));", "Error", "given"),
        ("exports.handler = (event, context, f) => { throw new RangeError('now'); };", "RangeError", "now"),
        ("exports.handler = async () => { throw 'text'; };", "string", "text"),
        ("exports.handler = async () => 5n;", "Error", "Unable to stringify response body"),
        ("exports.other = 1;", "Runtime.HandlerNotFound", "index.handler is undefined or not exported"),
        ("throw new Error('at the start');", "Error", "at the start"),
    ],
)  # fmt: skip
def test_an_error_is_told_in_lambdas_form(world, source, kind, message):
    make(world, source)
    told = world.failure()
    assert list(told) == ["errorType", "errorMessage", "trace"]
    assert (told["errorType"], told["errorMessage"]) == (kind, message)
    if told["trace"]:
        assert told["trace"][0] == f"{kind}: {message}"
    assert "asl-functions" not in json.dumps(told)


@needs_node
@pytest.mark.parametrize(
    ("files", "kind", "match"),
    [
        ({"index.js": "exports.handler = ("}, "Runtime.UserCodeSyntaxError", "SyntaxError: "),
        ({"index.js": "require('nowhere');"}, "Runtime.ImportModuleError", "Cannot find module 'nowhere'"),
        ({"other.js": ""}, "Runtime.ImportModuleError", "Cannot find module 'index'"),
    ],
)
def test_code_that_cannot_be_loaded(world, files, kind, match):
    make(world, files)
    told = world.failure()
    assert told["errorType"] == kind
    assert match in told["errorMessage"]
    assert world.functions.runs.processes() == 0


@needs_node
def test_a_loop_times_out_and_an_exit_is_told(world):
    make(world, "exports.handler = async (e) => { if (e) process.exit(2); for (;;) ; };")
    world.hurry(0.2)
    assert world.failure(False)["errorType"] == "Sandbox.Timedout"
    told = world.failure(True)
    assert told["errorType"] == "Runtime.ExitError"
    assert told["errorMessage"].endswith("Runtime exited with error: exit status 2")


def test_without_node_a_call_says_what_to_do(world, monkeypatch):
    monkeypatch.setenv("PATH", "")
    make(world, "exports.handler = async () => 1;")
    with pytest.raises(world.client.exceptions.InvalidParameterValueException) as caught:
        world.call()
    assert "needs the program 'node', which is not on the PATH" in str(caught.value)
