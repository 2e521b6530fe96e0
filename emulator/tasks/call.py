"""A task as an integration sees it: what to call, from where, and by what."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeAlias

import msgspec

from asl.handlers import Answer
from asl.jsontypes import JSON
from asl.signals import RunTask, TaskFailed, TaskSubmitted, TaskSucceeded
from emulator import arns
from emulator.ports import Backends


class Place(msgspec.Struct, frozen=True):
    """The execution that tasks are run for.

    Attributes:
        execution_arn: Its ARN.
        machine_name: Its state machine's name.
        role_arn: The role that it runs under.
        region: Where it runs.
        account: Whose it is.
        test_case: The test case of the mock configuration that it was started with, if any.
    """

    execution_arn: str
    machine_name: str
    role_arn: str
    region: str
    account: str
    test_case: str | None = None


class Call:
    """One task, to be run by an integration.

    Attributes:
        task: What the core asked for.
        now: When, in milliseconds since the epoch.
        place: The execution that it is for.
        backends: What the services are reached by.
    """

    def __init__(self, task: RunTask, now: int, place: Place, backends: Backends) -> None:
        self.task = task
        self.now = now
        self.place = place
        self.backends = backends

    @property
    def action(self) -> str:
        """The integration's action without its pattern: ``sendMessage``."""
        return self.task.action.partition(".")[0]

    @cached_property
    def parameters(self) -> dict[str, JSON]:
        """The task's parameters; none where its input is no object."""
        return self.task.input if isinstance(self.task.input, dict) else {}

    @property
    def account(self) -> str:
        """Whose resources it reaches: the account of its Credentials' role, else the execution's."""
        role = self.task.role_arn
        return arns.account_of(role) if role is not None else self.place.account

    def client(self, service: str) -> Any:
        """A botocore client of a service, in the execution's region and on the account that is meant.

        Args:
            service: As boto3 calls it.
        """
        return self.backends.client(service, self.place.region, self.account)

    # -------------------------------------------------------------- answers

    def succeeded(self, output: JSON) -> Answer:
        """The answer to a call that went well: a task's end, or of other patterns its first answer."""
        if self.task.pattern == "request":
            return Answer((TaskSucceeded(self.task.id, output),))
        return Answer((TaskSubmitted(self.task.id, output),))

    def failed(self, error: str, cause: str | None) -> Answer:
        """The answer to a call that failed."""
        return Answer((TaskFailed(self.task.id, error, cause),))

    def ended(self, output: JSON) -> Answer:
        """The end of a task that was begun before."""
        return Answer((TaskSucceeded(self.task.id, output),))


Integration: TypeAlias = Callable[[Call], Answer]
"""Runs a task to its first answer; may block."""
Resumption: TypeAlias = Callable[[Call, JSON], Answer]
"""Looks after a ``sync`` task again whose first answer is known: after the process before this ended."""
