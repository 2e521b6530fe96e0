"""A small world of state machines and executions, and a valid request of every operation in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from functools import cache
from typing import Any

from botocore.parsers import create_parser

from emulator.api import wire
from emulator.api.model import service_model
from emulator.api.wire import Response
from tests.emulator.shared import ASK, PASS, ROLE, created, emulated, run, settled

PROTOCOL_ERRORS = frozenset({"SerializationException", "UnknownOperationException"})
"""What the service's model lists for no operation; `ValidationException` it lists for some."""


@cache
def error_names(operation: str) -> frozenset[str]:
    """The errors that the model lists for an operation."""
    return frozenset(shape.name for shape in service_model().operation_model(operation).error_shapes)


class World:
    """An emulator with one of everything, and requests that are checked on the way.

    Attributes:
        emulator: What is asked.
        machine: A Standard state machine's ARN; it has version 1 and the alias ``live``.
        express: An Express one's.
        failed: An execution that has failed, and can be redriven.
        running: One that waits for a worker of the activity.
        activity: An activity's ARN.
    """

    def __enter__(self) -> World:
        self._stack = ExitStack()
        self.emulator = emulator = self._stack.enter_context(emulated())
        self._names = 0
        self.activity = self.ask("CreateActivity", {"name": "ask"})["activityArn"]
        self.machine = created(emulator, publish=True)
        self.express = created(emulator, name="express", type="EXPRESS")
        routing = [{"stateMachineVersionArn": f"{self.machine}:1", "weight": 100}]
        self.alias = self.ask("CreateStateMachineAlias", {"name": "live", "routingConfiguration": routing})[
            "stateMachineAliasArn"
        ]
        failing = created(emulator, '{"StartAt":"F","States":{"F":{"Type":"Fail"}}}', "failing")
        self.failed = self.ask("StartExecution", {"stateMachineArn": failing})["executionArn"]
        asking = created(emulator, ASK, "asking")
        self.running = self.ask("StartExecution", {"stateMachineArn": asking})["executionArn"]
        settled(emulator)
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def fresh(self, prefix: str = "n") -> str:
        """A name that was not given yet."""
        self._names += 1
        return f"{prefix}-{self._names}"

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What a coroutine gives."""
        return run(self.emulator, work)

    def send(self, headers: dict[str, str], body: bytes) -> Response:
        """The raw answer to a request."""
        response: Response = self.run(wire.answer(self.emulator, headers, body))
        return response

    def ask(self, operation: str, members: dict[str, Any]) -> dict[str, Any]:
        """The answer of an operation as botocore reads it, found to be one that its model allows."""
        headers = {"x-amz-target": f"{wire.TARGET}.{operation}"}
        response = self.send(headers, json.dumps(members).encode())
        return checked_answer(operation, response)


def checked_answer(operation: str, response: Response) -> dict[str, Any]:
    """An answer as botocore reads it.

    Raises:
        AssertionError: The operation's model does not allow it.
    """
    shape = service_model().operation_model(operation).output_shape
    raw = {"status_code": response.status, "headers": response.headers, "body": response.body}
    answer: dict[str, Any] = create_parser("json").parse(raw, shape)
    body = json.loads(response.body)
    if response.status == 200:
        assert "Error" not in answer
        _check(shape, body, operation)
        return answer
    assert response.status == 400, (operation, body)
    allowed = error_names(operation) | PROTOCOL_ERRORS | {"ValidationException"}
    assert answer["Error"]["Code"] in allowed, (operation, body)
    assert answer["Error"]["Code"] == body["__type"] == response.headers["x-amzn-errortype"]
    assert isinstance(body["message"], str)
    return answer


def _check(shape: Any, value: Any, place: str) -> None:
    """Holds an answer to its shape: required members are there, no unknown ones, all of their types."""
    if shape.type_name == "structure":
        assert isinstance(value, dict), (place, value)
        assert value.keys() <= shape.members.keys(), (place, value.keys() - shape.members.keys())
        assert set(shape.required_members) <= value.keys(), (place, value)
        for name, each in value.items():
            if each is not None or name != "taskToken":
                _check(shape.members[name], each, f"{place}.{name}")
    elif shape.type_name == "list":
        for each in value:
            _check(shape.member, each, f"{place}[]")
    elif shape.type_name == "string":
        assert isinstance(value, str), (place, value)
        assert value in (shape.metadata.get("enum") or [value]), (place, value)
    elif shape.type_name == "boolean":
        assert isinstance(value, bool), (place, value)
    elif shape.type_name == "timestamp":
        assert 1e9 < value < 1e10, (place, value)
    elif shape.type_name in {"integer", "long"}:
        assert type(value) is int, (place, value)


Members = dict[str, Any]


def _routing(world: World) -> Members:
    return {"routingConfiguration": [{"stateMachineVersionArn": f"{world.machine}:1", "weight": 100}]}


_NO_MAP_RUN = "arn:aws:states:us-east-1:123456789012:mapRun:machine/label:missing"

FULL: dict[str, Callable[[World], Members]] = {
    "CreateActivity": lambda w: {"name": w.fresh()},
    "CreateStateMachine": lambda w: {"name": w.fresh(), "definition": PASS, "roleArn": ROLE},
    "CreateStateMachineAlias": lambda w: {"name": w.fresh(), **_routing(w)},
    "DeleteActivity": lambda w: {"activityArn": f"{w.activity}-gone"},
    "DeleteStateMachine": lambda w: {"stateMachineArn": f"{w.machine}-gone"},
    "DeleteStateMachineAlias": lambda w: {
        "stateMachineAliasArn": w.ask("CreateStateMachineAlias", {"name": "doomed", **_routing(w)})[
            "stateMachineAliasArn"
        ]
    },
    "DeleteStateMachineVersion": lambda w: {"stateMachineVersionArn": f"{w.machine}:99"},
    "DescribeActivity": lambda w: {"activityArn": w.activity},
    "DescribeExecution": lambda w: {"executionArn": w.failed},
    "DescribeMapRun": lambda w: {"mapRunArn": _NO_MAP_RUN},
    "DescribeStateMachine": lambda w: {"stateMachineArn": w.machine},
    "DescribeStateMachineAlias": lambda w: {"stateMachineAliasArn": w.alias},
    "DescribeStateMachineForExecution": lambda w: {"executionArn": w.failed},
    "GetActivityTask": lambda w: {"activityArn": w.activity},
    "GetExecutionHistory": lambda w: {"executionArn": w.failed},
    "ListActivities": lambda w: {},
    "ListExecutions": lambda w: {"stateMachineArn": w.machine},
    "ListMapRuns": lambda w: {"executionArn": w.failed},
    "ListStateMachineAliases": lambda w: {"stateMachineArn": w.machine},
    "ListStateMachineVersions": lambda w: {"stateMachineArn": w.machine},
    "ListStateMachines": lambda w: {},
    "ListTagsForResource": lambda w: {"resourceArn": w.machine},
    "PublishStateMachineVersion": lambda w: {"stateMachineArn": w.machine},
    "RedriveExecution": lambda w: {"executionArn": w.failed},
    "SendTaskFailure": lambda w: {"taskToken": "none"},
    "SendTaskHeartbeat": lambda w: {"taskToken": "none"},
    "SendTaskSuccess": lambda w: {"taskToken": "none", "output": "{}"},
    "StartExecution": lambda w: {"stateMachineArn": w.machine},
    "StartSyncExecution": lambda w: {"stateMachineArn": w.express},
    "StopExecution": lambda w: {"executionArn": w.failed},
    "TagResource": lambda w: {"resourceArn": w.machine, "tags": [{"key": "k", "value": "v"}]},
    "TestState": lambda w: {"definition": '{"Type":"Pass","End":true}'},
    "UntagResource": lambda w: {"resourceArn": w.machine, "tagKeys": ["k"]},
    "UpdateMapRun": lambda w: {"mapRunArn": _NO_MAP_RUN, "maxConcurrency": 1},
    "UpdateStateMachine": lambda w: {"stateMachineArn": w.machine, "definition": PASS},
    "UpdateStateMachineAlias": lambda w: {"stateMachineAliasArn": w.alias, **_routing(w)},
    "ValidateStateMachineDefinition": lambda w: {"definition": PASS},
}
"""A request of every operation that is well formed, and means something except where nothing is there."""
