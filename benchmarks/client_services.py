"""What asks a server whose tasks reach something: functions, a table, other executions."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import Any

from benchmarks.client import INPUT, PASSES, address, answer, await_end, created, waiting
from benchmarks.wire import ROLE, Connection, flood, invocation, request

FUNCTION, TABLE = "increment", "items"
CODE = 'def handler(event, context):\n    return {"n": event["n"] + 1}\n'
ACTIVE_WITHIN = 60.0
WARM = 20
"""So many Invokes, and so many parents, go before what is timed."""


def invocations(url: str, count: int, checked: bool) -> dict[str, Any]:
    """Seconds of each Invoke of a warm function made of an archive, one after another."""
    if checked:
        _make_function(url)
    connection = Connection(address(url))
    raw, times = invocation(FUNCTION, {"n": 1}), []
    for _ in range(WARM + count):
        begun = time.perf_counter()
        body = connection.ask(raw)
        times.append(time.perf_counter() - begun)
        if checked and body.replace(b" ", b"") != b'{"n":2}':
            raise RuntimeError(f"the function is not run, but: {body.decode(errors='replace')[:100]}")
    return {"times": times[WARM:]}


def function_tasks(url: str, count: int, filters: bool) -> dict[str, Any]:
    """Seconds of an execution whose Task states call the function, one after another."""
    arn = _make_function(url)
    definition = _chain(count, {"Resource": arn})
    return {"times": _executions(url, "functions", definition, {"n": 1}, filters, {"n": count + 1})}


def items(url: str, count: int, filters: bool) -> dict[str, Any]:
    """Seconds of so many put_item by boto3, and of an execution with as many Task states, by turns."""
    client = _client(url, "dynamodb")
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    arguments = {"TableName": TABLE, "Item": {"id": {"S.$": "$.id"}, "cents": {"N": "990"}}}
    task = {"Resource": "arn:aws:states:::dynamodb:putItem", "Parameters": arguments, "ResultPath": None}
    bare, tasks = [], []
    for turn in range(3):
        begun = time.perf_counter()
        for number in range(count):
            client.put_item(TableName=TABLE, Item={"id": {"S": f"{turn}-{number}"}, "cents": {"N": "990"}})
        bare.append(time.perf_counter() - begun)
        tasks += _executions(url, f"items-{turn}", _chain(count, task), {"id": f"by task {turn}"}, filters)
        found = client.get_item(TableName=TABLE, Key={"id": {"S": f"by task {turn}"}})
        if found.get("Item", {}).get("cents") != {"N": "990"}:
            raise RuntimeError("the table does not have what a task put into it")
    return {"bare": bare, "times": tasks}


def children(url: str, count: int, filters: bool) -> dict[str, Any]:
    """Seconds until so many executions have ended that each start another and wait for its end."""
    child = created(url, "child", PASSES)
    task = {
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": child, "Input.$": "$"},
    }
    return {"times": [_parents(url, "parents", task, count, filters)]}


def express_children(url: str, count: int, seconds: int, filters: bool) -> dict[str, Any]:
    """The same with a child that waits and is asked for its end in the one call that starts it."""
    child = Connection(address(url)).call(
        "CreateStateMachine",
        name="express",
        definition=json.dumps(waiting(seconds)),
        roleArn=ROLE,
        type="EXPRESS",
    )
    task = {
        "Resource": "arn:aws:states:::aws-sdk:sfn:startSyncExecution",
        "Parameters": {"StateMachineArn": child["stateMachineArn"], "Input": "{}"},
    }
    return {"times": [_parents(url, "express-parents", task, count, filters)]}


def _parents(url: str, name: str, task: dict[str, Any], count: int, filters: bool) -> float:
    machine = created(url, name, _chain(1, task))
    named = [f"{name}-{number}" for number in range(WARM + count)]
    requests = [request("StartExecution", stateMachineArn=machine, name=each, input=INPUT) for each in named]
    warm = flood(address(url), requests[:WARM])
    await_end(url, machine, [json.loads(each)["executionArn"] for each in warm], filters)
    begun = time.perf_counter()
    arns = [json.loads(each)["executionArn"] for each in flood(address(url), requests[WARM:])]
    await_end(url, machine, arns, filters)
    seconds = time.perf_counter() - begun
    _check(url, arns)
    return seconds


def _check(url: str, arns: list[str]) -> None:
    """Whether some of them succeeded; if not, why."""
    connection = Connection(address(url))
    for arn in arns[:: max(1, len(arns) // 20)]:
        told = connection.call("DescribeExecution", executionArn=arn)
        if told["status"] != "SUCCEEDED":
            raise RuntimeError(f"an execution {told['status']}: {told.get('cause') or told.get('error')}")


def _executions(
    url: str, name: str, definition: dict[str, Any], given: Any, filters: bool, expected: Any = None
) -> list[float]:
    machine = created(url, name, definition)
    connection = Connection(address(url))
    begun = time.perf_counter()
    arn = connection.call(
        "StartExecution", stateMachineArn=machine, name=f"{name}-1", input=json.dumps(given)
    )["executionArn"]
    await_end(url, machine, [arn], filters)
    seconds = time.perf_counter() - begun
    _check(url, [arn])
    output = connection.call("DescribeExecution", executionArn=arn)["output"]
    if expected is not None and json.loads(output) != expected:
        raise RuntimeError(f"the output is {output[:80]}")
    return [seconds]


def _chain(count: int, task: dict[str, Any]) -> dict[str, Any]:
    """Task states, one after another."""
    states = {
        f"T{step}": {"Type": "Task", **task, **({"Next": f"T{step + 1}"} if step < count else {"End": True})}
        for step in range(1, count + 1)
    }
    return {"StartAt": "T1", "States": states}


def _make_function(url: str) -> str:
    """The ARN of the function, made of an archive where it is not there yet."""
    client = _client(url, "lambda")
    if any(each["FunctionName"] == FUNCTION for each in client.list_functions()["Functions"]):
        return str(client.get_function_configuration(FunctionName=FUNCTION)["FunctionArn"])
    trust = {"Version": "2012-10-17", "Statement": []}
    role = _client(url, "iam").create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps(trust))
    told = client.create_function(
        FunctionName=FUNCTION,
        Runtime="python3.12",
        Role=role["Role"]["Arn"],
        Handler="bench_code.handler",
        Code={"ZipFile": _archive()},
    )
    end = time.monotonic() + ACTIVE_WITHIN
    while told.get("State", "Active") != "Active":
        if time.monotonic() > end:
            raise RuntimeError(f"the function is {told.get('State')} after {ACTIVE_WITHIN:.0f} s")
        time.sleep(0.05)
        told = client.get_function_configuration(FunctionName=FUNCTION)
    return str(told["FunctionArn"])


def _archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("bench_code.py", CODE)
    return held.getvalue()


def _client(url: str, service: str) -> Any:
    import boto3

    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    return boto3.client(service, endpoint_url=url, **keys)


ASKS = {each.__name__: each for each in (invocations, function_tasks, items, children, express_children)}


if __name__ == "__main__":
    answer(ASKS)
