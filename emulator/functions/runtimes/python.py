"""Runs a Lambda function's Python code in a process of its own. It stands alone: nothing of ours is imported.

The file descriptor that the first argument names is a socket. A request is two lengths (4 bytes each, the
highest first), a JSON object that says who is called, and the event. An answer is a letter, a length and
a body: ``R`` once the process is ready, ``S`` the result, ``E`` an error, ``I`` an error before there was
a handler, after which the process ends. Standard output and error are the function's log.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import select
import struct
import sys
import threading
import time
import traceback
from typing import Any, NoReturn

ROOT = os.environ.get("LAMBDA_TASK_ROOT", "")
SHOWN = "/var/task"
"""Where a function's code is on AWS, and in its stack traces here too."""

Frames = list[str]


class Fault(Exception):
    """What is wrong with a function before it is called, or with its result.

    Attributes:
        kind: The error's type, as AWS names it.
        stack: The stack trace that goes with it.
    """

    def __init__(self, kind: str, message: str, stack: Frames | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.stack = stack or []


class Identity:
    """Who called through Amazon Cognito: nobody."""

    cognito_identity_id = None
    cognito_identity_pool_id = None


class Client:
    """The part of a client context that tells of the application."""

    def __init__(self, given: dict[str, Any]) -> None:
        for name in (
            "installation_id",
            "app_title",
            "app_version_name",
            "app_version_code",
            "app_package_name",
        ):
            setattr(self, name, given.get(name))


class ClientContext:
    """What the caller sent as ClientContext."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.custom = given.get("custom")
        self.env = given.get("env")
        self.client = Client(given["client"]) if isinstance(given.get("client"), dict) else None


class Context:
    """What a handler gets as its second argument."""

    identity = Identity()
    tenant_id = None

    def __init__(self, head: dict[str, Any]) -> None:
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.invoked_function_arn = head["arn"]
        self.aws_request_id = head["request_id"]
        given = head.get("client_context")
        self.client_context = ClientContext(given) if isinstance(given, dict) else None
        self._deadline = head["deadline"]

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function times out."""
        return max(0, int(self._deadline - time.time() * 1000))

    def log(self, message: object) -> None:
        """Writes to the function's log."""
        sys.stdout.write(str(message))


# ------------------------------------------------------------------ the handler


def handler_of(name: str) -> Any:
    """The function that a Handler setting names: ``folder/module.function``.

    Raises:
        Fault: There is none. Kinds and texts as AWS's runtime has them (from memory).
    """
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from None
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}"
        ) from None
    except SyntaxError as error:
        where = [f'  File "{_shown(error.filename)}" Line {error.lineno}\n    {error.text}']
        raise Fault(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", where
        ) from None
    try:
        return getattr(module, function_name)
    except AttributeError:
        text = f"Handler '{function_name}' missing on module '{module_name}'"
        raise Fault("Runtime.HandlerNotFound", text) from None


def call(handler: Any, payload: bytes, head: dict[str, Any]) -> tuple[bytes, bytes]:
    """What a handler makes of an event: the letter and the body of the answer."""
    try:
        return b"S", marshalled(handler(json.loads(payload), Context(head)))
    except Exception as error:
        return b"E", told(error, head["request_id"])


def marshalled(result: Any) -> bytes:
    """The JSON text of a result; bytes are sent as they stand.

    Raises:
        Fault: It is no JSON.
    """
    if isinstance(result, bytes):
        return result
    try:
        return json.dumps(result, ensure_ascii=False, allow_nan=False, default=_decimal).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None


def _decimal(value: Any) -> Any:
    """A Decimal as the number that it prints; anything else is no JSON."""
    from decimal import Decimal

    if isinstance(value, Decimal):
        return json.loads(str(value))
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


# ------------------------------------------------------------------ errors


def told(error: BaseException, request_id: str) -> bytes:
    """An error as Lambda reports it: its key order, its separators."""
    stack = error.stack if isinstance(error, Fault) else frames(error)
    kind = error.kind if isinstance(error, Fault) else type(error).__name__
    message = _message(error)
    print(f"[ERROR] {kind}: {message}", *_traceback(stack), sep="\n", file=sys.stderr)
    record = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": stack}
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace")


def frames(error: BaseException) -> Frames:
    """The frames of the function's own code, and of what it called; those that led to it are left out."""
    every = traceback.extract_tb(error.__traceback__)
    while every and (every[0].filename == __file__ or "importlib" in every[0].filename):
        del every[0]
    return [
        f'  File "{_shown(each.filename)}", line {each.lineno}, in {each.name}\n    {each.line}\n'
        for each in every
    ]


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as worse:
        return f"<{type(worse).__name__} while the message was made>"


def _shown(path: str | None) -> str:
    if ROOT and path is not None and path.startswith(ROOT):
        return SHOWN + path[len(ROOT) :]
    return str(path)


def _traceback(stack: Frames) -> Frames:
    return ["Traceback (most recent call last):", *(each.rstrip("\n") for each in stack)] if stack else []


# ------------------------------------------------------------------ the log


class RequestFilter(logging.Filter):
    """Puts the request's id into each log record."""

    request_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through."""
        record.aws_request_id = self.request_id
        return True


def set_up_log() -> RequestFilter:
    """Makes `logging` and `print` write to the function's log, as Lambda sets them up."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="replace")  # type: ignore[union-attr]
    line = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"
    )
    line.converter = time.gmtime
    handler = logging.StreamHandler()
    requests = RequestFilter()
    handler.setFormatter(line)
    handler.addFilter(requests)
    logging.getLogger().addHandler(handler)
    return requests


# ------------------------------------------------------------------ the process


def read(channel: int, size: int) -> bytes:
    """So many bytes; the process ends if there are no more, for then nobody asks any more."""
    parts = []
    while size:
        part = os.read(channel, min(size, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def send(channel: int, letter: bytes, body: bytes = b"") -> None:
    """Sends an answer, and before it what the function printed."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()
    rest = memoryview(struct.pack(">cI", letter, len(body)) + body)
    while rest:
        rest = rest[os.write(channel, rest) :]


def end_with_server(channel: int) -> None:
    """Ends the process when the other end of the channel closes, whatever the function is doing."""
    watch = select.poll()
    watch.register(channel, 0)  # a hang-up is always told
    watch.poll()
    os._exit(0)


def main() -> NoReturn:
    """Answers requests for as long as there are any."""
    channel = int(sys.argv[1])
    os.set_inheritable(channel, False)
    threading.Thread(target=end_with_server, args=(channel,), daemon=True).start()
    requests = set_up_log()
    sys.path.insert(0, ROOT)
    handler, fault = None, None
    try:
        handler = handler_of(os.environ["_HANDLER"])
    except Exception as error:
        fault = error
    send(channel, b"R")
    while True:
        sizes = struct.unpack(">II", read(channel, 8))
        head = json.loads(read(channel, sizes[0]))
        payload = read(channel, sizes[1])
        requests.request_id = head["request_id"]
        if fault is not None:
            send(channel, b"I", told(fault, head["request_id"]))
            os._exit(1)
        send(channel, *call(handler, payload, head))


if __name__ == "__main__":
    main()
