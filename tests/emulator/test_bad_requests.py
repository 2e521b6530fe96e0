"""Requests that are wrong in one thing: each is refused with an error of its operation or the protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.parsers import create_parser

from emulator.api import wire
from emulator.api.model import service_model
from emulator.api.table import OPERATIONS
from tests.emulator.requests import FULL, PROTOCOL_ERRORS, World, error_names

WRONG_ARNS = (
    "x",
    "arn:aws:states:us-east-1:123456789012:stateMachine",
    "arn:aws:states:us-east-1:123456789012:nothing:x",
    "arn:aws:states:us-east-1:123456789012:stateMachine:missing",
    "arn:aws:states:us-east-1:123456789012:stateMachine:missing:1",
    "arn:aws:states:us-east-1:123456789012:stateMachine:missing:alias",
    "arn:aws:states:us-east-1:123456789012:execution:missing:missing",
    "arn:aws:states:us-east-1:123456789012:express:missing:missing:missing",
    "arn:aws:states:us-east-1:123456789012:activity:missing",
    "arn:aws:states:us-east-1:123456789012:mapRun:missing/label:missing",
    "arn:aws:lambda:us-east-1:123456789012:function:missing",
    "arn:aws:states:us-east-1:123456789012:stateMachine:\u00e9\u4e2d\U0001f600",
    "arn:aws:states:::::::::",
)
"""ARNs of nothing: badly written, of another service, or of what does not exist."""

WRONG_TYPES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    "",
    "\u0000",
    "x" * 5000,
    [],
    ["x"],
    [{}],
    {},
    {"x": 1},
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        yield world


def members_of(operation: str) -> list[str]:
    return list(service_model().operation_model(operation).input_shape.members)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_members_of_wrong_types_are_refused_in_words(world: World, operation: str) -> None:
    for name in members_of(operation):
        for value in WRONG_TYPES:
            world.ask(operation, {**FULL[operation](world), name: value})


@pytest.mark.parametrize("operation", OPERATIONS)
def test_missing_members_are_told(world: World, operation: str) -> None:
    full = FULL[operation](world)
    for name in service_model().operation_model(operation).input_shape.required_members:
        answer = world.ask(operation, {key: value for key, value in full.items() if key != name})
        assert answer["Error"]["Code"] == "ValidationException"
        assert f"Value null at '{name}' failed to satisfy constraint" in answer["Error"]["Message"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_arns_of_nothing_are_refused(world: World, operation: str) -> None:
    for name in members_of(operation):
        if not name.endswith("Arn"):
            continue
        for arn in WRONG_ARNS:
            world.ask(operation, {**FULL[operation](world), name: arn})


@pytest.mark.parametrize("operation", OPERATIONS)
def test_members_too_long_are_refused(world: World, operation: str) -> None:
    shape = service_model().operation_model(operation).input_shape
    for name, member in shape.members.items():
        if member.type_name == "string" and "max" in member.metadata:
            too_long = {**FULL[operation](world), name: "x" * (member.metadata["max"] + 1)}
            assert world.ask(operation, too_long)["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_unknown_members_are_dropped(world: World, operation: str) -> None:
    world.ask(operation, {**FULL[operation](world), "unknown": {"a": [1]}})


def _asked(world: World, body: bytes, target: str = "AWSStepFunctions.CreateActivity") -> dict[str, Any]:
    response = world.send({"x-amz-target": target}, body)
    parsed: dict[str, Any] = create_parser("json").parse(
        {"status_code": response.status, "headers": response.headers, "body": response.body}, None
    )
    return parsed


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"}", b"[", b"[]", b"null", b"true", b"1", b'"x"', b"\x00", b"\xff\xfe", b"{'a': 1}",
        b'{"a": NaN}',
        b'{"name": "\\ud800"}', b'{"name": "\xed\xa0\x80"}', b"[" * 100_000, b'{"a":' * 100_000,
        b"1" * 10_000,
        b'{"name": ' + b"[" * 900 + b"]" * 900 + b"}",
    ],
)  # fmt: skip
def test_bodies_that_cannot_be_read(world: World, body: bytes) -> None:
    answer = _asked(world, body)
    assert answer["Error"]["Code"] == "SerializationException"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("name", ["\ud83d", "\udc00x", "a\ud800b"])
def test_half_characters_are_refused(world: World, name: str) -> None:
    assert _asked(world, json.dumps({"name": name}).encode())["Error"]["Code"] == "SerializationException"


@pytest.mark.parametrize(
    "definition", ["", "{", "null", "[]", "1", '"x"', "x" * 1000, "[" * 5000, '{"a":' * 5000]
)
@pytest.mark.parametrize("operation", ["CreateStateMachine", "TestState", "ValidateStateMachineDefinition"])
def test_definitions_that_are_none(world: World, operation: str, definition: str) -> None:
    answer = world.ask(operation, {**FULL[operation](world), "definition": definition})
    assert "Error" in answer or answer.get("result") == "FAIL"


def test_protocol_errors_are_no_operation_s_own() -> None:
    assert not PROTOCOL_ERRORS & {name for operation in OPERATIONS for name in error_names(operation)}


def test_an_exception_of_ours_is_told_as_ours(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    async def broken(*_: Any) -> dict[str, Any]:
        raise KeyError("ours")

    monkeypatch.setitem(OPERATIONS, "ListActivities", broken)
    answer = _asked(world, b"{}", "AWSStepFunctions.ListActivities")
    assert answer["Error"]["Code"] == "InternalFailure"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert "ours" not in answer["Error"]["Message"]
    assert "KeyError" in caplog.text


def test_an_answer_that_cannot_be_written_is_ours_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> dict[str, Any]:
        return {"activities": object()}

    monkeypatch.setitem(OPERATIONS, "ListActivities", broken)
    assert _asked(world, b"{}", "AWSStepFunctions.ListActivities")["Error"]["Code"] == "InternalFailure"


def test_who_goes_meanwhile_is_let_go(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(*_: Any) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    monkeypatch.setitem(OPERATIONS, "ListActivities", slow)

    async def cancelled() -> None:
        headers = {"x-amz-target": "AWSStepFunctions.ListActivities"}
        asking = asyncio.ensure_future(wire.answer(world.emulator, headers, b"{}"))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    world.run(cancelled())
