"""What the tests of HTTP Tasks share: a server on this machine, connections, and a call."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from asl.signals import RunTask
from emulator.tasks.call import Call, Place

NOW = 1_767_225_600_000
ACCOUNT = "123456789012"
CONNECTION = f"arn:aws:events:us-east-1:{ACCOUNT}:connection/crm/11112222-3333-4444-5555-666677778888"


class Seen(NamedTuple):
    """A request that the server got."""

    method: str
    path: str
    headers: dict[str, str]
    body: str


class Reply(NamedTuple):
    """What the server answers."""

    status: int = 200
    body: bytes = b'{"ok":true}'
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)


Replying = Callable[[Seen], Reply]


class Site(NamedTuple):
    """A server: its URL and what it got."""

    url: str
    seen: list[Seen]


@contextmanager
def site(replying: Replying = lambda seen: Reply(), wrap: Any = None) -> Iterator[Site]:
    """A server on this machine that answers as told."""
    got: list[Seen] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(self.command, self.path, headers, self.rfile.read(length).decode())
            got.append(seen)
            reply = replying(seen)
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if wrap is not None:
        server.socket = wrap(server.socket)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Site(f"{'http' if wrap is None else 'https'}://localhost:{server.server_port}", got)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fault(code: str, message: str, operation: str) -> ClientError:
    """An error as a client raises it."""
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


class Service:
    """A client made of functions."""

    def __init__(self, **functions: Any) -> None:
        self.__dict__.update(functions)


class Clients:
    """Backends whose clients are given."""

    own = None

    def __init__(self, endpoints: dict[str, str] | None = None, **clients: Any) -> None:
        self.clients = clients
        self.endpoints = endpoints or {}
        self.asked: list[tuple[str, str, str]] = []

    def client(self, service: str, region: str, account: str) -> Any:
        self.asked.append((service, region, account))
        return self.clients[service]

    def endpoint(self, service: str) -> str | None:
        return self.endpoints.get(service)


def connected(
    kind: str = "BASIC",
    secret: dict[str, Any] | None = None,
    parameters: dict[str, Any] | None = None,
    state: str = "AUTHORIZED",
) -> Clients:
    """Backends with the connection `CONNECTION`."""
    kept = {"username": "ada", "password": "s3cret"} if secret is None else secret

    def describe_connection(Name: str) -> dict[str, Any]:
        if Name != "crm":
            raise fault(
                "ResourceNotFoundException", f"Connection '{Name}' does not exist.", "DescribeConnection"
            )
        return {
            "ConnectionArn": CONNECTION,
            "AuthorizationType": kind,
            "AuthParameters": parameters or {},
            "ConnectionState": state,
            "SecretArn": "arn:secret",
        }

    def get_secret_value(SecretId: str) -> dict[str, str]:
        assert SecretId == "arn:secret"
        return {"SecretString": json.dumps(kept)}

    return Clients(
        events=Service(describe_connection=describe_connection),
        secretsmanager=Service(get_secret_value=get_secret_value),
    )


def called(service: str, parameters: Any, backends: Any, *, now: int = NOW, **task: Any) -> Call:
    """A call of an integration's ``invoke``."""
    run = RunTask(
        id="1.0", state="S", resource=f"arn:aws:states:::{service}:invoke", service=service, action="invoke",
        pattern=task.pop("pattern", "request"), input=parameters, **task,
    )  # fmt: skip
    place = Place(
        f"arn:aws:states:us-east-1:{ACCOUNT}:execution:m:e",
        "m",
        "arn:aws:iam::1:role/r",
        "us-east-1",
        ACCOUNT,
    )
    return Call(run, now, place, backends)


def payload(value: Any) -> dict[str, Any]:
    """What Lambda's Invoke answers."""
    return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(value).encode())}
