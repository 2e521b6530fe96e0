"""The process that asks a server: it reads what to measure, and prints what it saw."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from benchmarks.wire import ROLE, Address, Connection, flood, request

PASSES = {
    "StartAt": "A",
    "States": {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Pass", "Next": "C"},
        "C": {"Type": "Pass", "End": True},
    },
}
INPUT = json.dumps({"order": "o-4711", "items": [{"sku": "a", "count": 2}], "total": 125})


def waiting(seconds: int) -> dict[str, Any]:
    """A machine with one Wait state."""
    return {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": seconds, "End": True}}}


def counting(times: int) -> dict[str, Any]:
    """A machine that goes round so many times, with four events each time and four for its start and end."""
    choice = {"Variable": "$.n", "NumericLessThan": times, "Next": "Add"}
    states = {
        "More": {"Type": "Choice", "Choices": [choice], "Default": "Done"},
        "Add": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "More"},
        "Done": {"Type": "Pass", "End": True},
    }
    return {"StartAt": "More", "States": states}


def latency(url: str, seconds: float, at_most: int) -> dict[str, Any]:
    """Seconds from StartExecution until DescribeExecution tells that it succeeded, over boto3."""
    import boto3

    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
    client = boto3.client("stepfunctions", endpoint_url=url, **keys)
    machine = client.create_state_machine(name="latency", definition=json.dumps(PASSES), roleArn=ROLE)
    times: list[float] = []
    polls, warmups = 0, 5
    end = time.perf_counter() + seconds
    while len(times) < warmups + 5 or (time.perf_counter() < end and len(times) < at_most):
        begun = time.perf_counter()
        arn = client.start_execution(
            stateMachineArn=machine["stateMachineArn"], name=f"l-{len(times)}", input=INPUT
        )["executionArn"]
        while (told := client.describe_execution(executionArn=arn))["status"] == "RUNNING":
            polls += 1
        times.append(time.perf_counter() - begun)
        if told["status"] != "SUCCEEDED":
            raise RuntimeError(f"an execution {told['status']}")
    return {"times": times[warmups:], "polls": polls}


def throughput(url: str, count: int, filters: bool) -> dict[str, Any]:
    """Seconds until so many starts over 16 connections were answered, and until all had ended."""
    machine = created(url, "throughput", PASSES)
    _start(url, machine, 50, "warm")
    requests = _starts(machine, count, "run")
    begun = time.perf_counter()
    arns = [json.loads(each)["executionArn"] for each in flood(address(url), requests)]
    answered = time.perf_counter() - begun
    await_end(url, machine, arns, filters)
    ended = time.perf_counter() - begun
    _check(url, arns)
    return {"count": count, "answered": answered, "ended": ended, "cpu": time.process_time()}


def waits(url: str, count: int, seconds: int, filters: bool) -> dict[str, Any]:
    """When the last of so many waits was due, and when nobody was left waiting, by this machine's clock."""
    machine = created(url, "waits", waiting(seconds))
    started = [json.loads(each) for each in flood(address(url), _starts(machine, count, "wait"))]
    due = max(_epoch(each["startDate"]) for each in started) + seconds
    time.sleep(max(0.0, due - time.time() - 0.05))
    await_end(url, machine, [each["executionArn"] for each in started], filters)
    ended = time.time()
    _check(url, [each["executionArn"] for each in started])
    return {"due": due, "ended": ended}


def history(url: str, events: int, filters: bool) -> dict[str, Any]:
    """Seconds to read a long history in pages of 1,000, again and again."""
    machine = created(url, "history", counting((events - 8) // 4))
    connection = Connection(address(url))
    arn = connection.call("StartExecution", stateMachineArn=machine, name="long", input='{"n": 0}')[
        "executionArn"
    ]
    await_end(url, machine, [arn], filters)
    times, seen, size = [], 0, 0
    for _ in range(5):
        begun = time.perf_counter()
        seen = size = 0
        for body, page in _pages(connection, arn):
            seen += len(page["events"])
            size += len(body)
        times.append(time.perf_counter() - begun)
    return {"times": times, "events": seen, "bytes": size}


def idle(url: str, count: int, prefix: str) -> dict[str, Any]:
    """Starts so many executions that wait for a day."""
    _start(url, created(url, f"idle-{prefix}", waiting(86_400)), count, prefix)
    return {"count": count}


def _pages(connection: Connection, arn: str) -> Iterator[tuple[bytes, dict[str, Any]]]:
    members: dict[str, Any] = {"executionArn": arn, "maxResults": 1000}
    while True:
        body = connection.ask(request("GetExecutionHistory", **members))
        page = json.loads(body)
        yield body, page
        if not page.get("nextToken"):
            return
        members["nextToken"] = page["nextToken"]


def created(url: str, name: str, definition: dict[str, Any]) -> str:
    """The ARN of a new state machine."""
    told = Connection(address(url)).call(
        "CreateStateMachine", name=name, definition=json.dumps(definition), roleArn=ROLE
    )
    return str(told["stateMachineArn"])


def _starts(machine: str, count: int, prefix: str) -> list[bytes]:
    # moto takes a second execution without a name for a repetition of the first.
    names = (f"{prefix}-{number}" for number in range(count))
    return [request("StartExecution", stateMachineArn=machine, name=name, input=INPUT) for name in names]


def _start(url: str, machine: str, count: int, prefix: str) -> None:
    flood(address(url), _starts(machine, count, prefix))


def await_end(url: str, machine: str, arns: list[str], filters: bool) -> None:
    """Waits until none of them runs: by the list of those that run, or asking for each, newest first."""
    connection = Connection(address(url))
    if filters:
        members = {"stateMachineArn": machine, "statusFilter": "RUNNING", "maxResults": 1}
        while connection.call("ListExecutions", **members)["executions"]:
            time.sleep(0.002)
        return
    for arn in reversed(arns):
        while connection.call("DescribeExecution", executionArn=arn)["status"] == "RUNNING":
            time.sleep(0.002)


def _check(url: str, arns: list[str]) -> None:
    """Whether they succeeded, by some of them."""
    connection = Connection(address(url))
    for arn in arns[:: max(1, len(arns) // 20)]:
        status = connection.call("DescribeExecution", executionArn=arn)["status"]
        if status != "SUCCEEDED":
            raise RuntimeError(f"an execution is {status}")


def _epoch(told: Any) -> float:
    """A time on the wire as seconds since the epoch; some peers write it as text."""
    if isinstance(told, int | float):
        return float(told)
    from datetime import datetime

    return datetime.fromisoformat(told).timestamp()


def address(url: str) -> Address:
    """Where a URL leads."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 0


ASKS = {each.__name__: each for each in (latency, throughput, waits, history, idle)}


def answer(asks: Mapping[str, Callable[..., dict[str, Any]]]) -> None:
    """Measures what standard input asks for."""
    asked = json.load(sys.stdin)
    print(json.dumps(asks[asked.pop("ask")](**asked)))


if __name__ == "__main__":
    answer(ASKS)
