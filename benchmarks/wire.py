"""Requests of AWS JSON 1.0 as bytes, and connections that cost the asking process as little as they can."""

from __future__ import annotations

import json
import selectors
import socket
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

ROLE = "arn:aws:iam::123456789012:role/benchmark"
Address = tuple[str, int]


def request(operation: str, **members: Any) -> bytes:
    """A request, complete; nobody here checks its signature."""
    body = json.dumps(members).encode()
    head = (
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n"
        f"X-Amz-Target: AWSStepFunctions.{operation}\r\nX-Amz-Date: 20260101T000000Z\r\n"
        f"Authorization: {_signature('states')}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def invocation(function: str, event: Any) -> bytes:
    """A request of Lambda's Invoke, complete."""
    body = json.dumps(event).encode()
    head = (
        f"POST /2015-03-31/functions/{function}/invocations HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/json\r\nX-Amz-Date: 20260101T000000Z\r\n"
        f"Authorization: {_signature('lambda')}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _signature(service: str) -> str:
    return (
        f"AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}"
    )


class Connection:
    """One kept-alive connection with one request at a time; opened anew where a server closes it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._socket: socket.socket | None = None
        self._heard = bytearray()

    @property
    def closed(self) -> bool:
        """Whether the next request has to open it."""
        return self._socket is None

    def send(self, raw: bytes) -> None:
        """Sends a request."""
        if self._socket is None:
            self._socket = socket.create_connection(self.address, timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(raw)

    def fileno(self) -> int:
        """The socket's number, for a selector."""
        assert self._socket is not None
        return self._socket.fileno()

    def hear(self) -> bytes | None:
        """What has come of the answer: its body as soon as it is complete, None before.

        Raises:
            RuntimeError: The server refused, or went away.
        """
        assert self._socket is not None
        part = self._socket.recv(1 << 20)
        self._heard += part
        end = self._heard.find(b"\r\n\r\n")
        if end < 0:
            if not part:
                raise RuntimeError("the server closed a connection without an answer")
            return None
        head = bytes(self._heard[:end]).lower()
        body = _body(head, self._heard, end + 4, closed=not part)
        if body is None:
            return None
        self._heard.clear()
        if b"connection: close" in head or head.startswith(b"http/1.0") or not part:
            self.close()
        if not head.startswith((b"http/1.1 200", b"http/1.0 200")):
            raise RuntimeError(f"{head.split(b' ')[1].decode()} {body[:120].decode(errors='replace')}")
        return body

    def ask(self, raw: bytes) -> bytes:
        """The body of the answer to a request."""
        self.send(raw)
        while (body := self.hear()) is None:
            pass
        return body

    def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """An operation's answer."""
        answer: dict[str, Any] = json.loads(self.ask(request(operation, **members)))
        return answer

    def close(self) -> None:
        """Closes it; the next request opens another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _body(head: bytes, heard: bytearray, start: int, closed: bool) -> bytes | None:
    _, told, rest = head.partition(b"content-length:")
    if told:
        end = start + int(rest.split(b"\r\n", 1)[0])
        return bytes(heard[start:end]) if len(heard) >= end else None
    if b"transfer-encoding: chunked" in head:
        return _joined(bytes(heard[start:])) if heard.endswith(b"0\r\n\r\n") else None
    return bytes(heard[start:]) if closed else None


def _joined(chunks: bytes) -> bytes:
    parts = []
    while chunks:
        size, _, chunks = chunks.partition(b"\r\n")
        length = int(size, 16)
        parts.append(chunks[:length])
        chunks = chunks[length + 2 :]
    return b"".join(parts)


def flood(address: Address, requests: Sequence[bytes], lanes: int = 16) -> list[bytes]:
    """The answers, in the order in which they came, of requests made over several connections at once."""
    pending, answers = iter(requests), []
    with selectors.DefaultSelector() as selector:
        busy = _opened(address, pending, lanes, selector)
        while busy:
            for key, _ in selector.select():
                lane: Connection = key.data
                file, body = key.fd, lane.hear()
                if body is None:
                    continue
                answers.append(body)
                raw = next(pending, None)
                if raw is None:
                    selector.unregister(file)
                    lane.close()
                    busy -= 1
                    continue
                if not lane.closed:
                    lane.send(raw)
                    continue
                selector.unregister(file)  # first: the new socket may have the old one's number
                lane.send(raw)
                selector.register(lane.fileno(), selectors.EVENT_READ, lane)
    return answers


def _opened(address: Address, pending: Iterator[bytes], lanes: int, selector: selectors.BaseSelector) -> int:
    opened = 0
    for raw in islice(pending, lanes):
        lane = Connection(address)
        lane.send(raw)
        selector.register(lane.fileno(), selectors.EVENT_READ, lane)
        opened += 1
    return opened
