"""The HTTP side: who may ask, how much may be sent, and what becomes of those who go."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator import Emulator, Settings
from emulator.api import wire
from emulator.api.asgi import Route
from tests.emulator.shared import emulated, run

HOST = "localhost:8083"
LIST = {"x-amz-target": "AWSStepFunctions.ListActivities"}
CREATE = {"x-amz-target": "AWSStepFunctions.CreateActivity"}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with emulated(settings=Settings(hosts=("states.test",))) as emulator:
        yield emulator


class Sent:
    """What was answered, and how many parts of the request were read for it."""

    def __init__(self, messages: list[dict[str, Any]], read: int) -> None:
        self.nothing = not messages
        self.read = read
        if messages:
            start, body = messages
            self.status: int = start["status"]
            self.headers = {name.decode(): value.decode() for name, value in start["headers"]}
            self.body: dict[str, Any] = json.loads(body["body"])
            assert int(self.headers["content-length"]) == len(body["body"])
            assert self.headers["content-type"] == "application/x-amz-json-1.0"
            assert self.headers["x-amzn-requestid"]
            assert self.headers.get("x-amzn-errortype") == self.body.get("__type")


def sent(
    emulator: Emulator,
    headers: dict[str, str] | None = None,
    parts: tuple[bytes, ...] = (b"{}",),
    *,
    host: str = HOST,
    method: str = "POST",
    goes: bool = False,
) -> Sent:
    """Sends a request in parts; one that ``goes`` leaves in the place of its last part."""
    pairs = {"host": host, **(LIST if headers is None else headers)}
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs.items()]
    scope = {"type": "http", "method": method, "path": "/", "headers": encoded}
    messages: list[dict[str, Any]] = []
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1
        if read < len(parts) or (read == len(parts) and not goes):
            return {"type": "http.request", "body": parts[read - 1], "more_body": read < len(parts)}
        if goes:
            return {"type": "http.disconnect"}
        await asyncio.Event().wait()  # as long as the caller stays there is nothing to receive
        raise AssertionError

    async def send(message: Any) -> None:
        messages.append(message)

    run(emulator, Route(emulator)(scope, receive, send))
    return Sent(messages, read)


# ------------------------------------------------------------------ who may ask


@pytest.mark.parametrize(
    "host",
    [
        "localhost", HOST, "LocalHost:8083", "127.0.0.1:8083", "127.0.0.1", "[::1]:8083", "[::1]",
        "sync-localhost", "sync-localhost:8083", "sync-127.0.0.1:8083", "a.localhost:8083",
        "sync-states.localhost",
        "states.test:80", "sync-states.test", "host.docker.internal:8083",
    ],
)  # fmt: skip
def test_hosts_of_this_machine_may_be_asked(emulator: Emulator, host: str) -> None:
    assert sent(emulator, host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "", "example.com", "example.com:8083", "localhost.example.com", "127.0.0.1.example.com", "xlocalhost",
        "sync-example.com", "127.0.0.2", "localhost@example.com", "[::2]:8083", "sync-", ":8083", "é",
    ],
)  # fmt: skip
def test_other_hosts_are_refused(emulator: Emulator, host: str) -> None:
    refused = sent(emulator, CREATE, (b'{"name":"a"}',), host=host)
    assert (refused.status, refused.body["__type"]) == (403, "AccessDeniedException")
    assert refused.read == 0
    assert not emulator.activities


@pytest.mark.parametrize("origin", ["http://example.com", "http://localhost:8083", "null", ""])
def test_requests_of_web_pages_are_refused(emulator: Emulator, origin: str) -> None:
    refused = sent(emulator, {**CREATE, "Origin": origin}, (b'{"name":"a"}',))
    assert (refused.status, refused.body["__type"]) == (403, "AccessDeniedException")
    assert not emulator.activities


# ------------------------------------------------------------------ how much may be sent


@pytest.mark.parametrize("length", [str(wire.MAX_BODY + 1), "9" * 30, "9" * 5000])
def test_a_body_declared_too_large_is_not_read(emulator: Emulator, length: str) -> None:
    refused = sent(emulator, {**LIST, "content-length": length})
    assert (refused.status, refused.body["__type"], refused.read) == (413, "RequestEntityTooLarge", 0)
    assert refused.headers["connection"] == "close"


def test_a_body_is_read_no_further_than_the_limit(emulator: Emulator) -> None:
    part = b" " * (wire.MAX_BODY // 4)
    refused = sent(emulator, parts=(part,) * 100)
    assert (refused.status, refused.read) == (413, 5)


def test_a_body_of_the_limit_is_read(emulator: Emulator) -> None:
    body = b"{}".ljust(wire.MAX_BODY)
    assert sent(emulator, {**LIST, "content-length": str(len(body))}, (body[:9], body[9:])).status == 200


@pytest.mark.parametrize("length", ["-1", "x", "\xb2", "", "1e3", "0x10"])
def test_lengths_that_are_no_number_say_nothing(emulator: Emulator, length: str) -> None:
    assert sent(emulator, {**LIST, "content-length": length}).status == 200


def test_parts_make_one_body(emulator: Emulator) -> None:
    assert sent(emulator, CREATE, (b'{"na', b'me":', b"", b'"a"}')).status == 200
    assert [each.name for each in emulator.activities.values()] == ["a"]


# ------------------------------------------------------------------ what is asked


@pytest.mark.parametrize(
    "target",
    [
        None, "", ".", "ListActivities", "AWSStepFunctions", "AWSStepFunctions.", "AWSStepFunctions.Nothing",
        "AWSStepFunctions.listActivities", "DynamoDB_20120810.ListTables",
        "AWSStepFunctions.ListActivities.x",
        "x.AWSStepFunctions.ListActivities", "AWSStepFunctions.ListActivities ",
        "AWSStepFunctions." + "x" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_operation_is_refused(emulator: Emulator, target: str | None) -> None:
    refused = sent(emulator, {} if target is None else {"x-amz-target": target})
    assert (refused.status, refused.body["__type"]) == (400, "UnknownOperationException")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_post_asks_for_operations(emulator: Emulator, method: str) -> None:
    refused = sent(emulator, CREATE, (b'{"name":"a"}',), method=method)
    assert (refused.status, refused.body["__type"]) == (400, "UnknownOperationException")
    assert not emulator.activities


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-amz-json-1.1", "", "é"])
def test_the_content_type_is_not_asked_for(emulator: Emulator, kind: str) -> None:
    assert sent(emulator, {**LIST, "content-type": kind}).status == 200


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b"1", b'"x"', b"null", b"{}{}", b"\xef\xbb\xbf{}"])
def test_bodies_that_are_no_object_are_refused(emulator: Emulator, body: bytes) -> None:
    refused = sent(emulator, parts=(body,))
    assert (refused.status, refused.body["__type"]) == (400, "SerializationException")


def test_an_empty_body_has_no_members(emulator: Emulator) -> None:
    assert sent(emulator, parts=(b"",)).status == 200


@pytest.mark.parametrize(
    "value", ["x" * 1_000_000, "Credential=" * 10_000, "Credential=a/" * 10_000, "Credential=a/b/" * 10_000]
)
def test_long_headers_take_no_time(emulator: Emulator, value: str) -> None:
    assert sent(emulator, {**LIST, "authorization": value}).status == 200


@pytest.mark.parametrize(
    ("credential", "place"),
    [
        ("111122223333/20260101/eu-west-1", "eu-west-1:111122223333"),
        ("AKIDEXAMPLE/20260101/eu-west-1", "eu-west-1:123456789012"),
        ("11112222333/20260101/eu-west-1", "eu-west-1:123456789012"),
        ("111122223333/20260101/a:b", "us-east-1:123456789012"),
        ("111122223333/20260101/" + "x" * 99, "us-east-1:123456789012"),
    ],
)
def test_the_signature_tells_account_and_region(emulator: Emulator, credential: str, place: str) -> None:
    signature = f"AWS4-HMAC-SHA256 Credential={credential}/states/aws4_request, Signature=0"
    created = sent(emulator, {**CREATE, "authorization": signature}, (b'{"name":"a"}',))
    assert created.body["activityArn"] == f"arn:aws:states:{place}:activity:a"


# ------------------------------------------------------------------ who goes


def test_a_request_that_breaks_off_is_not_acted_upon(emulator: Emulator) -> None:
    assert sent(emulator, CREATE, (b'{"name":"a"}', b""), goes=True).nothing
    assert not emulator.activities


def test_a_worker_who_goes_takes_no_task(emulator: Emulator) -> None:
    created = sent(emulator, CREATE, (b'{"name":"a"}',)).body["activityArn"]
    headers = {"x-amz-target": "AWSStepFunctions.GetActivityTask"}
    body = json.dumps({"activityArn": created}).encode()
    gone = sent(emulator, headers, (body,), goes=False)
    assert gone.body == {"taskToken": None}  # nothing can bring a task, so nobody waits
    left = sent(emulator, headers, (body[:5], body[5:]), goes=True)
    assert left.nothing
    assert not emulator.engine.tasks.activities.workers(created)
