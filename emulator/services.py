"""The AWS services beside Step Functions and Lambda: moto, in this process, loaded when first asked."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote, urlsplit

from emulator.ports import Unreachable
from emulator.transport import Request, Response

INSTALL = "pip install 'asl-emulator[aws]'"
_ACCOUNT = "x-moto-account-id"
"""How moto is told whose resources are meant."""


class Services:
    """Moto behind one function: an HTTP request in, an HTTP response out.

    What is kept lives as long as the process. Every emulator of a process shares it.

    Attributes:
        used: Whether anybody has asked for anything yet.
    """

    def __init__(self) -> None:
        self.used = False
        self._application: Callable[..., Iterable[bytes]] | None = None
        self._lock = threading.Lock()

    def answer(self, request: Request, account: str) -> Response:
        """The answer of the service that a request is signed for. Blocks; any thread may call it.

        Args:
            request: The request, as botocore and the SDKs send it.
            account: Whose resources are meant.

        Raises:
            Unreachable: Moto is not installed.
        """
        application = self._application or self._load()
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[bytes], object]:
            started[:] = [status, headers]
            return lambda data: None

        parts = application(_environ(request, account), start)
        try:
            body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        status, headers = started
        return Response(int(status.split()[0]), {name.lower(): value for name, value in headers}, body)

    def reset(self) -> None:
        """Forgets what all services keep, if any was ever asked."""
        if self._application is not None:
            self.answer(Request("POST", "http://localhost/moto-api/reset", {}, b""), "")

    def _load(self) -> Callable[..., Iterable[bytes]]:
        with self._lock:
            self.used = True
            if self._application is None:
                try:
                    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
                except ImportError as error:
                    raise Unreachable(
                        "Other AWS services than Step Functions and Lambda are answered by moto, which is "
                        f"not installed ({error}): {INSTALL}, or name an endpoint with --endpoint-url."
                    ) from None
                self._application = DomainDispatcherApplication(create_backend_app)
            return self._application


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
