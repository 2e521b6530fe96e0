"""One HTTP request and its response, over the network."""

from __future__ import annotations

import ipaddress
import re
import threading
import time
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit

import msgspec
import urllib3
from urllib3.exceptions import HTTPError

from asl.jsontypes import JSON, InvalidJSON, loads

MOST_BYTES = 1024 * 1024
"""So much of a response is read. A task's result may have a quarter of it: what is cut is too long anyway."""
SECONDS = 60.0
"""Limit: an HTTP request may take so long (guide)."""


METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
"""What tasks may ask for (guide, for HTTP Tasks and for API Gateway)."""


class Refused(Exception):
    """A task's parameters are not such that a request can be made of them."""


class Outgoing(msgspec.Struct, frozen=True):
    """A request.

    Attributes:
        method: ``GET`` and the like.
        url: Where to, with the query.
        headers: By name, as they are sent.
        body: What is sent, if anything.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


class Incoming(msgspec.Struct, frozen=True):
    """A response.

    Attributes:
        status: The status code.
        reason: The text with it.
        headers: The values of each header, by its name as it was sent.
        body: Its first `MOST_BYTES`.
    """

    status: int
    reason: str
    headers: Mapping[str, list[str]]
    body: bytes

    @property
    def succeeded(self) -> bool:
        """Whether the status is one of the 200s."""
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; empty if none is told."""
        return self._header("content-type").partition(";")[0].strip().lower()

    def text(self) -> str:
        """The body in its charset.

        Raises:
            UnicodeDecodeError: It is not text in that.
        """
        message = urllib3.HTTPHeaderDict({"content-type": self._header("content-type")})
        charset = "utf-8"
        for part in message["content-type"].split(";")[1:]:
            name, _, value = part.partition("=")
            if name.strip().lower() == "charset":
                charset = value.strip().strip("\"'")
        try:
            return self.body.decode(charset)
        except LookupError:
            return self.body.decode()

    def _header(self, name: str) -> str:
        return next((values[0] for key, values in self.headers.items() if key.lower() == name), "")


class SocketTrouble(Exception):
    """There was no response: no connection, a certificate that is not trusted, or no time left."""


def content(incoming: Incoming) -> JSON:
    """A response's body as a task's result has it: parsed if it is JSON, else its text.

    Raises:
        UnicodeDecodeError: It is no text.
    """
    text = incoming.text()
    if "json" in incoming.content_type or not incoming.content_type:
        try:
            return loads(text)
        except InvalidJSON:
            return text
    return text


def refusal(url: str) -> str | None:
    """Why a URL is not called; None if it may be.

    As on AWS only HTTPS is spoken, but for hosts on this machine: there a server under test has no
    certificate that anybody trusts, and nothing crosses a network.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return f"'{url}' is no URL: {error}"
    if not host or parts.scheme not in ("http", "https"):
        return f"'{url}' is no HTTPS URL"
    if parts.scheme == "http" and not is_loopback(host):
        return f"'{url}' must be an HTTPS URL; HTTP is for hosts on this machine only"
    return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, seen from within a container too."""
    if host in ("localhost", "host.docker.internal") or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_sendable(name: str, value: str) -> bool:
    """Whether a header can be sent as it is: nothing in it ends the header, or is not of its alphabet."""
    return _NAME.fullmatch(name) is not None and _VALUE.fullmatch(value) is not None


_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def send(request: Outgoing, seconds: float = SECONDS) -> Incoming:
    """Sends a request. Redirects are not followed, certificates are checked, nothing is repeated.

    Raises:
        SocketTrouble: There was no response in time; the text says why, and nothing of the request
            but its host.
    """
    end = time.monotonic() + seconds
    host = urlsplit(request.url).hostname
    given = {each.lower() for each in request.headers}
    unsaid = {each: urllib3.util.SKIP_HEADER for each in _OF_URLLIB3 if each not in given}
    try:
        with _lock:
            pool = _pool()
        response = pool.request(
            request.method,
            request.url,
            body=request.body,
            headers={**unsaid, **request.headers},
            timeout=urllib3.Timeout(total=seconds),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=True,
        )
        try:
            return _read(response, end)
        finally:
            response.close()
    except (HTTPError, OSError, ValueError) as error:
        raise SocketTrouble(f"The request to '{host}' failed: {_reason(error)}") from None


_OF_URLLIB3 = ("user-agent", "accept-encoding")
"""What urllib3 would say of itself."""


def _read(response: urllib3.BaseHTTPResponse, end: float) -> Incoming:
    parts: list[bytes] = []
    left = MOST_BYTES
    while left > 0:
        if time.monotonic() > end:
            raise TimeoutError("the response took too long")
        part = response.read1(min(left, 65536), decode_content=True)
        if not part:
            break
        parts.append(part)
        left -= len(part)
    headers: dict[str, list[str]] = {}
    for name, value in response.headers.iteritems():
        headers.setdefault(name, []).append(value)
    return Incoming(response.status, response.reason or phrase(response.status), headers, b"".join(parts))


def phrase(status: int) -> str:
    """The text that goes with a status code; empty where there is none."""
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def _reason(error: Exception) -> str:
    """What went wrong, without the request that urllib3 puts into its texts: a query may hold a secret."""
    deepest: BaseException = error
    while (inner := getattr(deepest, "reason", None)) is not None and isinstance(inner, BaseException):
        deepest = inner
    cause = deepest.__cause__ or deepest.__context__
    if isinstance(deepest, urllib3.exceptions.NewConnectionError):  # to urllib3 this is a timeout too
        why = cause.strerror if isinstance(cause, OSError) and cause.strerror else "there is no connection"
        return f"{type(cause or deepest).__name__}: {why}"
    if isinstance(deepest, TimeoutError | urllib3.exceptions.TimeoutError):
        return "it took too long"
    if isinstance(deepest, OSError) and deepest.strerror:
        return f"{type(deepest).__name__}: {deepest.strerror}"
    if isinstance(cause, OSError) and cause.strerror:
        return f"{type(deepest).__name__}: {cause.strerror}"
    return type(deepest).__name__


_lock = threading.Lock()


@cache
def _pool() -> urllib3.PoolManager:
    """Connections that are kept. No proxy and no file of the user's is looked at."""
    return urllib3.PoolManager(num_pools=16, maxsize=8, cert_reqs="CERT_REQUIRED")
