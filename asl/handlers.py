"""Plain Python functions as tasks: matched by name, called as Lambda would call them, answered as AWS would.

The one module of the language that meets the world, because it runs the user's code: it times the
calls and lets ``async def`` handlers run. Loading files is the command line's work.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

import msgspec

from asl.defaults import ACCOUNT, REGION
from asl.entropy import draw, uuid4
from asl.jsontypes import JSON, InvalidJSON, dumps, encode, loads
from asl.lambda_calls import cause_of, event_of, function_of, invoke_result, is_invoke, response
from asl.signals import RunTask, Signal, TaskFailed, TaskSubmitted, TaskSucceeded

Handler: TypeAlias = Callable[[Any, Any], Any]
Timer: TypeAlias = Callable[[], float]


class Answer(msgspec.Struct, frozen=True):
    """How a task ended, or how far it got.

    Attributes:
        signals: What the core is to be told, in order.
        seconds: How long the task took.
        follow: How to find out what becomes of it, where the signals do not tell its end.
    """

    signals: tuple[Signal, ...]
    seconds: float = 0.0
    follow: Follow | None = None


class Follow(msgspec.Struct, frozen=True):
    """A task of the pattern ``sync`` that was begun elsewhere and has to be looked after.

    Attributes:
        look: Looks how it stands, at a time in milliseconds since the epoch. May block. Its answer
            tells the end, or has a `Follow` of its own.
        seconds: After how many seconds to look.
        until: Has a function called, from any thread, as soon as it is time to look; then ``seconds``
            is not counted. A simulation, which cannot wait for anybody, counts seconds all the same.
        cancel: Ends what was begun, as well as it can, because nobody waits for it any more.
    """

    look: Callable[[int], Answer]
    seconds: float = 1.0
    until: Callable[[Callable[[], None]], None] | None = None
    cancel: Callable[[], None] | None = None


MAX_ANSWER = 6_291_556
"""Limit: bytes of a Lambda function's result."""

LONGEST_MILLISECONDS = 900_000
"""What a Lambda function gets at most; a task without a limit of its own is told that."""


NAMES = "__asl_names__"
"""Where `handler` notes the names; a function without it goes by its own."""

Given = TypeVar("Given", bound=Handler)


def handler(*names: str) -> Callable[[Given], Given]:
    """Offers a function to tasks under names that are not its own, where a file of handlers is loaded.

    ``@asl.handler("charge-card-prod", "arn:aws:states:::sqs:sendMessage")`` before its definition.

    Args:
        names: Of Lambda functions, of activities, or whole Resources.

    Raises:
        TypeError: A name is no text, or there is none.
    """
    if not names or not all(isinstance(each, str) for each in names):
        raise TypeError('handler takes names: @asl.handler("charge-card")')

    def named(function: Given) -> Given:
        setattr(function, NAMES, names)
        return function

    return named


class LambdaContext:
    """What a handler gets as its second argument: Lambda's attributes and three of ours.

    Attributes:
        attempt: 0 for the first call of a state's visit, one more at each ASL retry.
        idempotency_key: The same for every attempt at one piece of work, also when the Retry that
            repeats it is that of a Parallel or Map around it.
        state: The name of the state whose task it is.
        function_name: The name that the handler was found by.
        aws_request_id: Of this call.
    """

    function_version = "$LATEST"
    memory_limit_in_mb = "128"
    identity = None
    client_context = None

    def __init__(self, function_name: str, owner: Handlers, task: RunTask, now: int) -> None:
        self.function_name = function_name
        self.attempt = task.attempt
        self._owner = owner
        self._task = task
        self._now = now

    # Most functions look at none of these, so each is made when it is asked for.

    @cached_property
    def invoked_function_arn(self) -> str:
        """The function's ARN, in the region and account of the execution."""
        return f"arn:aws:lambda:{self._owner.region}:{self._owner.account}:function:{self.function_name}"

    @cached_property
    def aws_request_id(self) -> str:
        """A UUID that is the same in every run of the same tape."""
        return uuid4(draw(self._owner.execution_arn.encode(), f"request {self._task.id}", 128))

    @cached_property
    def idempotency_key(self) -> str:
        """The same for every attempt at one piece of work, see `idempotency_key`."""
        return idempotency_key(self._owner.execution_arn, self._task.id, self._task.state)

    @property
    def state(self) -> str:
        """The state whose task it is."""
        return self._task.state

    def again(self) -> LambdaContext:
        """What the next attempt at the same piece of work is called with."""
        attempt = self.attempt + 1
        place = _LAST_ATTEMPT.sub(f".{attempt}", self._task.id)
        task = msgspec.structs.replace(self._task, id=place, attempt=attempt)
        return LambdaContext(self.function_name, self._owner, task, self._now)

    @property
    def log_group_name(self) -> str:
        """Where Lambda would log."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """Where in the group."""
        return f"[$LATEST]{self.aws_request_id.replace('-', '')}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds that the task had left when it was called."""
        deadline = self._task.deadline
        return LONGEST_MILLISECONDS if deadline is None else deadline - self._now


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
        max_answer: The most bytes that a Lambda function may give, or None for any number.
        catches_all: Whether all that a function raises is its failure, as on Lambda. Else what is
            meant for others goes up: Ctrl-C, the end of a test. Not where functions have threads of
            their own, in which nobody is interrupted.
    """

    def __init__(
        self,
        functions: Mapping[str, Handler],
        *,
        execution_arn: str = "",
        region: str = REGION,
        account: str = ACCOUNT,
        timer: Timer | None = None,
        task_seconds: float | Mapping[str, float] | None = None,
        own_stdout: bool = True,
        max_answer: int | None = MAX_ANSWER,
        catches_all: bool = False,
    ) -> None:
        _check_seconds(task_seconds)
        self.functions = functions
        self.execution_arn = execution_arn
        self.region = region
        self.account = account
        self.task_seconds = task_seconds
        self.timer = timer or _performance_counter()
        self.own_stdout = own_stdout
        self.max_answer = max_answer
        self.catches_all = catches_all

    def of(self, execution_arn: str) -> Handlers:
        """The same for another execution: one of a Map Run."""
        return Handlers(
            self.functions,
            execution_arn=execution_arn,
            region=self.region,
            account=self.account,
            timer=self.timer,
            task_seconds=self.task_seconds,
            own_stdout=self.own_stdout,
            max_answer=self.max_answer,
            catches_all=self.catches_all,
        )

    def has(self, task: RunTask) -> bool:
        """Whether there is a function for a task."""
        return self._key(task, function_of(task)) is not None

    def _key(self, task: RunTask, name: str) -> str | None:
        if name in self.functions:
            return name
        return task.resource if task.resource in self.functions else None

    def run(self, task: RunTask, now: int) -> Answer:
        """Calls the function that a task names, with a fresh copy of its event."""
        name = function_of(task)
        try:
            event = event_of(task)
        except InvalidJSON as error:
            return Answer(
                (TaskFailed(task.id, _BAD_REQUEST, f"Could not parse request body into json: {error}"),)
            )
        key = self._key(task, name)
        if key is None:
            return Answer((TaskFailed(task.id, "States.Runtime", _no_handler(task, name)),))
        function = self.functions[key]
        context = LambdaContext(name, self, task, now)
        began = self.timer()
        try:
            result = self._call(function, loads(encode(event)), context)
            payload, text = response(result)
            signals = self._too_large(task, text) or self._succeeded(task, payload, text, context)
        except BaseException as error:
            # sys.exit() ends a function on Lambda, not the service.
            if not (self.catches_all or isinstance(error, Exception | SystemExit)):
                raise
            cause = cause_of(error, context.aws_request_id, __file__)
            if is_invoke(task):
                cause = dumps(loads(cause))  # the integration writes the error anew (recorded)
            signals = (TaskFailed(task.id, type(error).__name__, cause),)
        return Answer(signals, self._seconds(key, name, self.timer() - began))

    def _call(self, function: Handler, event: JSON, context: LambdaContext) -> Any:
        stdout = sys.stdout
        if self.own_stdout:
            sys.stdout = sys.stderr
        try:
            result = function(event, context)
            if type(result) in _ANSWERS:  # most are, and the question below takes a while
                return result
            return _await(result) if inspect.isawaitable(result) else result
        finally:
            if self.own_stdout:
                sys.stdout = stdout

    def _seconds(self, key: str, name: str, measured: float) -> float:
        fixed = self.task_seconds
        if fixed is None:
            return measured
        if isinstance(fixed, Mapping):
            return fixed.get(key, fixed.get(name, measured))
        return fixed

    def _too_large(self, task: RunTask, text: str) -> tuple[Signal, ...]:
        """The failure of a Lambda function that gives more than Lambda takes (recorded)."""
        limit = self.max_answer
        if limit is None or task.service != "lambda" or len(text) <= limit // 4:
            return ()
        if len(text.encode("utf-8", "replace")) <= limit:
            return ()
        message = f"Response payload size exceeded maximum allowed payload size ({limit} bytes)."
        cause = dumps({"errorMessage": message, "errorType": _TOO_LARGE})
        return (TaskFailed(task.id, _TOO_LARGE, cause),)

    def _succeeded(
        self, task: RunTask, payload: JSON, text: str, context: LambdaContext
    ) -> tuple[Signal, ...]:
        output = invoke_result(payload, text, context.aws_request_id) if is_invoke(task) else payload
        if task.pattern == "request":
            return (TaskSucceeded(task.id, output),)
        if task.pattern == "token":
            return (TaskSubmitted(task.id, output),)
        return (TaskSubmitted(task.id, output), TaskSucceeded(task.id, output))


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
_LAST_ATTEMPT = re.compile(r"\.\d+$")


def _no_handler(task: RunTask, name: str) -> str:
    what = f"the function '{name}'" if task.service == "lambda" else f"the resource '{task.resource}'"
    wanted = name if task.service in ("lambda", "activity") else task.resource
    return (
        f"State '{task.state}' calls {what} (Resource {task.resource}), and there is no handler for it. "
        f"Give it one: handlers={{'{wanted}': function}} in Python, or on the command line "
        f"--handlers FILE.py with a function of that name or HANDLERS = {{'{wanted}': function}}."
    )


_ANSWERS = frozenset({dict, list, str, int, float, bool, type(None)})
"""The types of results that nobody has to wait for."""

_BAD_REQUEST = "Lambda.InvalidRequestContentException"
_TOO_LARGE = "Function.ResponseSizeTooLarge"


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
