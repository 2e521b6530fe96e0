"""Whatever is sent, the emulator answers in words: never with an exception, never that it failed itself.

``JUNK=20000`` makes each property take so many examples instead of the few of an ordinary run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.api import wire
from emulator.api.model import service_model
from emulator.api.table import OPERATIONS
from tests.emulator.requests import FULL, World, checked_answer
from tests.emulator.shared import ASK, PASS, ROLE, WAIT, settled
from tests.properties.machines import json_values

Strategy = st.SearchStrategy[Any]

MANY = int(os.environ.get("JUNK", "0"))
OPERATION = st.sampled_from(sorted(OPERATIONS))
SPECIAL = st.sampled_from(
    ["", "\x00", "é", "\U0001f600", "{}", "[]", "null", "$", "a:b", "x" * 300, "\ud800"]
)
KEYS = ["name", "definition", "input", "stateMachineArn", "executionArn", "tags", "maxResults", "nextToken"]
DEFINITIONS = st.sampled_from(
    [PASS, WAIT, ASK, '{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}}', "{}", '{"Type":"Pass"}']
)
PART = st.sampled_from(
    ["machine", "ask", "live", "1", "0", "01", "99999999999999999999", "", "*", "a/b", "é"]
)
KINDS = st.sampled_from(["stateMachine", "execution", "express", "activity", "mapRun", "x", ""])
WRITTEN_ARNS = st.builds(
    lambda kind, parts: ":".join(["arn:aws:states:us-east-1:123456789012", kind, *parts]),
    KINDS,
    st.lists(PART, max_size=4),
)


def examples(number: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many examples in an ordinary run; the same ones each time, so that no run fails by chance."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    decorate: Callable[[Callable[..., None]], Callable[..., None]] = settings(
        max_examples=MANY or number,
        deadline=None,
        derandomize=not MANY,
        suppress_health_check=slow,
        database=None,
    )
    return decorate


# ------------------------------------------------------------------ what is sent


@cache
def valid(shape: Any) -> Strategy:
    """Values of one of botocore's shapes, mostly within its bounds."""
    return _OF_TYPE[shape.type_name](shape)


def _structure(shape: Any) -> Strategy:
    members = {name: _member(name, member) for name, member in shape.members.items()}
    required = {name: members.pop(name) for name in shape.required_members}
    return st.fixed_dictionaries(required, optional=members)


def _member(name: str, shape: Any) -> Strategy:
    """Of some members most values mean nothing; so what means something is tried as well."""
    text: dict[str, Strategy] = {
        "definition": DEFINITIONS,
        "roleArn": st.just(ROLE),
        "name": st.sampled_from(["machine", "ask", "live", "a", "b"]),
    }
    known = text.get(name, WRITTEN_ARNS if name.endswith("Arn") else st.nothing())
    return known | known | valid(shape)


def _string(shape: Any) -> Strategy:
    limits = shape.metadata
    if "enum" in limits:
        return st.sampled_from(sorted(limits["enum"]))
    low, high = limits.get("min", 0), min(limits.get("max", 40), 40)
    return st.text(st.characters(codec="utf-8"), min_size=min(low, high), max_size=max(low, high)) | SPECIAL


def _number(shape: Any) -> Strategy:
    low, high = shape.metadata.get("min", -(2**31)), shape.metadata.get("max", 2**31)
    return st.integers(int(low), int(high))


def _list(shape: Any) -> Strategy:
    return st.lists(valid(shape.member), min_size=shape.metadata.get("min", 0), max_size=3)


_OF_TYPE: dict[str, Callable[[Any], Strategy]] = {
    "structure": _structure,
    "list": _list,
    "map": lambda shape: st.dictionaries(valid(shape.key), valid(shape.value), max_size=2),
    "string": _string,
    "boolean": lambda _: st.booleans(),
    "integer": _number,
    "long": _number,
    "float": lambda _: st.floats(allow_nan=False, allow_infinity=False),
    "double": lambda _: st.floats(allow_nan=False, allow_infinity=False),
    "timestamp": lambda _: st.integers(0, 2**31),
}


def request_of(operation: str) -> Strategy:
    """The operation with members as its shape has them."""
    return st.tuples(st.just(operation), valid(service_model().operation_model(operation).input_shape))


REQUESTS = OPERATION.flatmap(request_of)


# ------------------------------------------------------------------ properties


def answered(world: World, target: str, body: bytes) -> Any:
    """The answer to a request, found to be in order."""
    response = world.send({"x-amz-target": target}, body)
    operation = target.rpartition(".")[2]
    if response.status == 200 or operation in OPERATIONS:
        return checked_answer(operation, response)
    assert response.status == 400
    assert json.loads(response.body)["__type"] == "UnknownOperationException"
    return None


def _sent(members: Any) -> bytes:
    return json.dumps(members).encode()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One world for all examples, which fill it with whatever they make."""
    with World() as world:
        yield world


@given(st.binary(max_size=200), OPERATION)
@examples(300)
def test_bytes_are_answered(world: World, body: bytes, operation: str) -> None:
    answered(world, f"{wire.TARGET}.{operation}", body)


@given(st.text(st.characters(codec="latin-1"), max_size=60), st.binary(max_size=20))
@examples(200)
def test_targets_are_answered(world: World, target: str, body: bytes) -> None:
    answered(world, target, body)


@given(st.dictionaries(st.sampled_from(KEYS), json_values, max_size=4) | json_values, OPERATION)
@examples(400)
def test_json_is_answered(world: World, body: Any, operation: str) -> None:
    answered(world, f"{wire.TARGET}.{operation}", _sent(body))


@given(REQUESTS)
@examples(1200)
def test_requests_are_answered(world: World, asked: tuple[str, Any]) -> None:
    operation, members = asked
    answered(world, f"{wire.TARGET}.{operation}", _sent(members))


@given(OPERATION, st.data())
@examples(400)
def test_valid_requests_with_one_thing_changed_are_answered(operation: str, data: st.DataObject) -> None:
    shape = service_model().operation_model(operation).input_shape
    name = data.draw(st.sampled_from(sorted(shape.members) or ["none"]))
    value = data.draw(valid(shape.members[name]) | json_values) if shape.members else None
    with World() as world:
        members = {**FULL[operation](world), name: value}
        answered(world, f"{wire.TARGET}.{operation}", _sent(members))


_KIND_OF = {"executionArn": ":execution:", "activityArn": ":activity:", "resourceArn": ":"}


@given(st.lists(REQUESTS, min_size=5, max_size=25), st.data())
@examples(80)
def test_any_sequence_of_requests_is_answered(requests: list[tuple[str, Any]], data: st.DataObject) -> None:
    """What earlier answers named is asked about again: ARNs, tokens of pages and of tasks."""
    with World() as world:
        known = [world.machine, world.express, world.alias, world.failed, world.running, world.activity]
        told: dict[str, str] = {}
        for operation, members in requests:
            for name in members:
                kind = _KIND_OF.get(name, ":stateMachine:")
                if name.endswith("Arn") and name != "roleArn":
                    members[name] = data.draw(
                        st.sampled_from([each for each in known if kind in each] * 4 + known)
                    )
                elif name in told:
                    members[name] = told[name]
            answer = answered(world, f"{wire.TARGET}.{operation}", _sent(members))
            told |= {name: answer[name] for name in ("taskToken", "nextToken") if answer.get(name)}
            known += [each for name, each in answer.items() if name.endswith("Arn") and isinstance(each, str)]
        settled(world.emulator)
        assert not [each for each in world.emulator.executions.values() if each.parked]
