"""Plain Python functions as tasks: matched by name, called as Lambda would call them, answered as AWS would.

The one module of the language that meets the world, because it runs the user's code: it times the
calls and lets ``async def`` handlers run. Loading files is the command line's work.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import nullcontext, redirect_stdout
from itertools import dropwhile
from typing import Any, TypeAlias

import msgspec

from asl.entropy import draw, uuid4
from asl.jsontypes import JSON, InvalidJSON, dumps, encode, loads
from asl.query.hash_order import java_hash_order
from asl.signals import RunTask, Signal, TaskFailed, TaskSubmitted, TaskSucceeded

Handler: TypeAlias = Callable[[Any, Any], Any]
Timer: TypeAlias = Callable[[], float]


class Answer(msgspec.Struct, frozen=True):
    """How a task ended.

    Attributes:
        signals: What the core is to be told, in order.
        seconds: How long the task took.
    """

    signals: tuple[Signal, ...]
    seconds: float = 0.0


class LambdaContext:
    """What a handler gets as its second argument: Lambda's attributes and two of ours.

    Attributes:
        attempt: 0 for the first call of a state's visit, one more at each ASL retry.
        idempotency_key: The same for every attempt at one piece of work, also when the Retry that
            repeats it is that of a Parallel or Map around it.
        function_name: The name that the handler was found by.
        aws_request_id: Of this call.
    """

    function_version = "$LATEST"
    memory_limit_in_mb = "128"
    identity = None
    client_context = None

    def __init__(
        self,
        function_name: str,
        arn: str,
        request_id: str,
        attempt: int,
        idempotency_key: str,
        remaining: float | None,
    ) -> None:
        self.function_name = function_name
        self.invoked_function_arn = arn
        self.aws_request_id = request_id
        self.attempt = attempt
        self.idempotency_key = idempotency_key
        self.log_group_name = f"/aws/lambda/{function_name}"
        self.log_stream_name = f"[$LATEST]{request_id.replace('-', '')}"
        self._remaining = 900.0 if remaining is None else remaining

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds that the task had left when it was called."""
        return int(self._remaining * 1000)


class Handlers:
    """Runs tasks by calling functions.

    Args:
        functions: Functions by name: a Lambda function's name (in its ARN or as FunctionName), a
            whole Resource, or an activity's name. Async functions work too.
        execution_arn: Goes into idempotency keys and request ids.
        region: For the ARNs that handlers see.
        account: For the ARNs that handlers see.
        timer: Gives seconds that only ever grow; the difference is what a call took. By default
            the machine's performance counter.
        task_seconds: Fixes how long a task takes instead, for all or by name.
        own_stdout: Whether standard output stays the caller's while a function runs, and what it
            prints goes to standard error. Not where functions run side by side: it is the process's.
    """

    def __init__(
        self,
        functions: Mapping[str, Handler],
        *,
        execution_arn: str = "",
        region: str = "us-east-1",
        account: str = "123456789012",
        timer: Timer | None = None,
        task_seconds: float | Mapping[str, float] | None = None,
        own_stdout: bool = True,
    ) -> None:
        _check_seconds(task_seconds)
        self.functions = functions
        self.execution_arn = execution_arn
        self.region = region
        self.account = account
        self.task_seconds = task_seconds
        self.timer = timer or _performance_counter()
        self.own_stdout = own_stdout

    def run(self, task: RunTask, now: int) -> Answer:
        """Calls the function that a task names, with a fresh copy of its event."""
        try:
            name, event = _called(task)
        except InvalidJSON as error:
            return Answer(
                (TaskFailed(task.id, _BAD_REQUEST, f"Could not parse request body into json: {error}"),)
            )
        key = next((each for each in (name, task.resource) if each in self.functions), None)
        if key is None:
            return Answer((TaskFailed(task.id, "States.Runtime", _no_handler(task, name)),))
        function = self.functions[key]
        request_id = self._request_id(task)
        context = LambdaContext(
            name,
            f"arn:aws:lambda:{self.region}:{self.account}:function:{name}",
            request_id,
            task.attempt,
            idempotency_key(self.execution_arn, task.id, task.state),
            None if task.deadline is None else (task.deadline - now) / 1000,
        )
        began = self.timer()
        try:
            with redirect_stdout(sys.stderr) if self.own_stdout else nullcontext():
                result = function(loads(encode(event)), context)
                if inspect.isawaitable(result):
                    result = _await(result)
            payload, text = _response(result)
            signals = self._succeeded(task, payload, text, request_id)
        except (Exception, SystemExit) as error:  # sys.exit() ends a function on Lambda, not the service
            cause = _cause(error, request_id)
            if _is_invoke(task):
                cause = dumps(loads(cause))  # the integration writes the error anew (recorded)
            signals = (TaskFailed(task.id, type(error).__name__, cause),)
        return Answer(signals, self._seconds(key, name, self.timer() - began))

    def _seconds(self, key: str, name: str, measured: float) -> float:
        fixed = self.task_seconds
        if fixed is None:
            return measured
        if isinstance(fixed, Mapping):
            return fixed.get(key, fixed.get(name, measured))
        return fixed

    def _succeeded(self, task: RunTask, payload: JSON, text: str, request_id: str) -> tuple[Signal, ...]:
        output = _invoke_result(payload, text, request_id) if _is_invoke(task) else payload
        if task.pattern == "request":
            return (TaskSucceeded(task.id, output),)
        if task.pattern == "token":
            return (TaskSubmitted(task.id, output),)
        return (TaskSubmitted(task.id, output), TaskSucceeded(task.id, output))

    def _request_id(self, task: RunTask) -> str:
        """A UUID that is the same in every run of the same tape."""
        return uuid4(draw(self.execution_arn.encode(), f"request {task.id}", 128))


def _check_seconds(seconds: float | Mapping[str, float] | None) -> None:
    given: tuple[Any, ...] = tuple(seconds.values()) if isinstance(seconds, Mapping) else (seconds,)
    for each in given:
        if each is not None and not (isinstance(each, int | float) and each >= 0):
            raise ValueError(
                f"task_seconds is a number of seconds from 0 up, by name or for all, not {each!r}"
            )


def idempotency_key(execution_arn: str, command: str, state: str) -> str:
    """What names one piece of work whatever is retried around it: the command's place without attempts.

    The state's name is part of it, because a branch that is retried may take another way.
    """
    return f"{execution_arn}/{_ATTEMPT.sub('', command)}/{state}"


_ATTEMPT = re.compile(r"\.\d+")


def _called(task: RunTask) -> tuple[str, JSON]:
    """The name of the function that a task calls, and the event that it gets.

    Raises:
        InvalidJSON: The request's body is no JSON.
    """
    if not _is_invoke(task):
        return task.action, task.input
    parameters = task.input if isinstance(task.input, dict) else {}
    name = str(parameters.get("FunctionName", ""))
    name = _BEFORE_NAME.sub("", name)
    payload = parameters.get("Payload")
    if payload is None:
        payload = {}  # a request without a body, with null too (recorded)
    if isinstance(payload, str):
        payload = loads(payload)  # a string is the request's body as it stands (recorded)
    return name.split(":")[0], payload


def _is_invoke(task: RunTask) -> bool:
    """Whether it is the optimised Lambda integration, which wraps what the function gives."""
    return task.service == "lambda" and task.resource.startswith("arn:aws") and ":states:" in task.resource


def _no_handler(task: RunTask, name: str) -> str:
    what = f"the function '{name}'" if task.service == "lambda" else f"the resource '{task.resource}'"
    wanted = name if task.service in ("lambda", "activity") else task.resource
    return (
        f"State '{task.state}' calls {what} (Resource {task.resource}), and there is no handler for it. "
        f"Give it one: handlers={{'{wanted}': function}} in Python, or on the command line "
        f"--handlers FILE.py with a function of that name or HANDLERS = {{'{wanted}': function}}."
    )


_BEFORE_NAME = re.compile(r"^(?:.*:)?function:")
"""What stands before the function's name in an ARN, whole or partial."""

_BAD_REQUEST = "Lambda.InvalidRequestContentException"

# ------------------------------------------------------------------ what AWS makes of it


def _response(result: Any) -> tuple[JSON, str]:
    """The payload that a handler's result becomes, and the JSON text that Lambda's runtime sends of it.

    Raises:
        RuntimeMarshalError: The result is not JSON, as Lambda reports it.
    """
    try:
        if isinstance(result, bytes):  # the response's body as it stands (recorded)
            text = result.decode()
            return _parsed(text), text
        text = json.dumps(result, ensure_ascii=False, allow_nan=False, default=_decimal)
        return loads(text), text
    except (TypeError, ValueError, RecursionError) as error:
        raise RuntimeMarshalError(f"Unable to marshal response: {error}") from None


def _decimal(value: Any) -> JSON:
    """A Decimal as the number that it prints, as Lambda's runtime writes it; anything else is no JSON."""
    from decimal import Decimal

    if isinstance(value, Decimal):
        return loads(str(value))
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _parsed(text: str) -> JSON:
    try:
        return loads(text)
    except InvalidJSON:
        return text


class RuntimeMarshalError(Exception):
    """A handler's result that is not JSON."""

    __module__ = "Runtime"


RuntimeMarshalError.__name__ = "Runtime.MarshalError"


def _cause(error: BaseException, request_id: str) -> str:
    """The cause that Lambda reports of an exception, in its key order and with its separators."""
    record = {
        "errorMessage": _message(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": _stack(error),
    }
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace").decode()


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as worse:
        return f"<{type(worse).__name__} while the message was made>"


def _stack(error: BaseException) -> list[str]:
    """The frames of the handler's own code, as Python prints them; those that led to it are left out."""
    own = dropwhile(_leads_to_handler, traceback.extract_tb(error.__traceback__))
    return [f'  File "{f.filename}", line {f.lineno}, in {f.name}\n    {f.line}\n' for f in own]


def _leads_to_handler(frame: traceback.FrameSummary) -> bool:
    folders = frame.filename.replace("\\", "/").split("/")[:-1]
    return frame.filename == __file__ or "asyncio" in folders or "concurrent" in folders


def _invoke_result(payload: JSON, text: str, request_id: str) -> JSON:
    """What lambda:invoke gives: the payload in the service's response. Members and order as recorded."""
    length = str(len(text.encode()))
    headers = {
        "Connection": "keep-alive",
        "Content-Length": length,
        "Content-Type": "application/json",
        "Date": _DATE,
        "X-Amz-Executed-Version": "$LATEST",
        "x-amzn-Remapped-Content-Length": "0",
        "x-amzn-RequestId": request_id,
        "X-Amzn-Trace-Id": f"Root=1-00000000-{request_id.replace('-', '')[:24]};Sampled=0",
    }
    return {
        "ExecutedVersion": "$LATEST",
        "Payload": payload,
        "SdkHttpMetadata": {
            "AllHttpHeaders": {name: [headers[name]] for name in java_hash_order(list(headers))},
            "HttpHeaders": headers,
            "HttpStatusCode": 200,
        },
        "SdkResponseMetadata": {"RequestId": request_id},
        "StatusCode": 200,
    }


_DATE = "Thu, 01 Jan 1970 00:00:00 GMT"
"""Lambda's response carries the date of the call; ours keeps runs of one tape equal."""


# ------------------------------------------------------------------ where the world is met


def _performance_counter() -> Timer:
    from time import perf_counter

    return perf_counter


def _await(result: Any) -> Any:
    """The result of an async handler, run to its end."""
    import asyncio

    async def whole() -> Any:
        return await result

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(whole())
    # Someone runs a loop here already (a notebook, an async test): the handler gets one of its own.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, whole()).result()
