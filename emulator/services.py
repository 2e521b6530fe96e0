"""The AWS services beside Step Functions and Lambda: moto, in this process, loaded when first asked."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from emulator.asked import described, refused
from emulator.errors import ApiError, InternalFailure, UnknownOperationException
from emulator.log import log
from emulator.ports import Unreachable
from emulator.targets import Deliver, delivering, nowhere, teach
from emulator.transport import Request, Response

INSTALL = "pip install 'asl-emulator[aws]'"
_ACCOUNT = "x-moto-account-id"
"""How moto is told whose resources are meant."""


class Services:
    """Moto behind one function: an HTTP request in, an HTTP response out.

    What is kept lives as long as the process. Every emulator of a process shares it.

    Attributes:
        used: Whether anybody has asked for anything yet.
        deliver: Reaches the state machines and functions that rules lead to.
    """

    def __init__(self) -> None:
        self.used = False
        self.deliver: Deliver = nowhere
        self._application: Callable[..., Iterable[bytes]] | None = None
        self._lock = threading.Lock()

    def answer(self, request: Request, account: str) -> Response:
        """The answer of the service that a request is signed for. Blocks; any thread may call it.

        What moto does not have is refused in such a way that no SDK asks again; where moto itself fails,
        the log has the traceback, and the answer is an InternalFailure.

        Args:
            request: The request, as botocore and the SDKs send it.
            account: Whose resources are meant.

        Raises:
            Unreachable: Moto is not installed.
        """
        application = self._application or self._load()
        try:
            with delivering(self.deliver):
                return _answered(application, _environ(request, account))
        except NotImplementedError as error:
            return _refusal(request, UnknownOperationException(_lacking(request, error)))
        except Exception:  # moto's fault, not the caller's
            log.exception("%s failed in moto", described(request))
            return _refusal(request, InternalFailure(_FAILED))

    def reset(self) -> None:
        """Forgets what all services keep, if any was ever asked."""
        if self._application is not None:
            self.answer(Request("POST", "http://localhost/moto-api/reset", {}, b""), "")

    def _load(self) -> Callable[..., Iterable[bytes]]:
        with self._lock:
            self.used = True
            if self._application is None:
                try:
                    self._application = _moto()
                except ImportError as error:
                    raise Unreachable(
                        "Other AWS services than Step Functions and Lambda are answered by moto, which is "
                        f"not installed ({error}): {INSTALL}, or name an endpoint with --endpoint-url."
                    ) from None
            return self._application


def _moto() -> Callable[..., Iterable[bytes]]:
    """Moto's application.

    Raises:
        ImportError: It is not installed.
    """
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    class Dispatcher(DomainDispatcherApplication):
        """Finds the service of a request; moto's own prints a line for one that it does not have."""

        def get_backend_for_host(self, host: str | None) -> Any:
            if host is not None and host.endswith(".amazonaws.com"):
                address = f"http://{host}"
                if not any(pattern.match(address) for _, pattern in self.backend_url_patterns):
                    raise NotImplementedError
            return super().get_backend_for_host(host)

    def made(service: Any) -> Any:
        if service == "events":
            from moto.events.models import Rule

            teach(Rule)
        return create_backend_app(service)

    return Dispatcher(made)


def _refusal(request: Request, error: ApiError) -> Response:
    return refused(request, error.code, error.message, str(uuid4()), error.status)


def _lacking(request: Request, error: NotImplementedError) -> str:
    told = _ACTION.match(str(error))
    what = described(request, told[1] if told else "")
    return (
        f"moto, which answers for other AWS services here, does not have {what}: mock the task, or name an "
        "endpoint that has it with --endpoint-url."
    )


_FAILED = "moto, which answers for other AWS services here, failed; the emulator's log has the traceback."
_ACTION = re.compile(r"The (\w+) action has not been implemented")


def _answered(application: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> Response:
    """What a WSGI application answers."""
    started: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
        started[:] = [status, headers]
        return lambda data: None

    parts = application(environ, start)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    status, headers = started
    return Response(int(status.split()[0]), {name.lower(): value for name, value in headers}, body)


def _environ(request: Request, account: str) -> dict[str, Any]:
    """A request as WSGI has it."""
    url = urlsplit(request.url)
    headers = {**request.headers, **({_ACCOUNT: account} if account else {})}
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(url.path, "utf-8").encode("utf-8").decode("latin-1") or "/",
        "RAW_URI": url.path + (f"?{url.query}" if url.query else ""),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname or "localhost",
        "SERVER_PORT": str(url.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme or "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
            environ[f"HTTP_{key}"] = value
    environ.setdefault("HTTP_HOST", url.netloc)
    return environ
