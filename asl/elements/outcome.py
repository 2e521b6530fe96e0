"""What a state sees while it runs (the frame) and what it answers (an outcome)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias

import msgspec

from asl.history import NO_WAY, Scheduled
from asl.jsontypes import JSON
from asl.query.environment import Environment
from asl.signals import RunTask


class Frame(Environment, Protocol):
    """One visit of one state, as the state may see it.

    Attributes:
        input: The state's raw input.
        now: The time of the signal being worked on, in milliseconds since the Unix epoch.
        attempt: Retries of this visit so far.
    """

    input: JSON
    now: int
    attempt: int

    def command_id(self) -> str:
        """The number of the command that this visit gives, unique in the execution."""
        ...

    def resource_region(self) -> str:
        """The region that the execution runs in."""
        ...

    def exists(self, activity: str) -> bool:
        """Whether there is an activity of this ARN."""
        ...

    def token(self) -> str:
        """A new task token; ``$$.Task.Token`` gives it until the visit's next attempt."""
        ...

    def variables(self) -> dict[str, JSON]:
        """All variables that the visit sees, its own scope's before those around it."""
        ...

    def bounded(self, value: JSON) -> JSON:
        """The value, if it is within the payload quota.

        Raises:
            Failure: States.DataLimitExceeded, which nothing catches here.
        """
        ...


class Finish(msgspec.Struct, gc=False):
    """The state is done.

    Attributes:
        output: What the state passes on.
        next: The state to go to, or None where its block ends.
        assigned: Variables to set, or None.
        way: Which choice rule or catcher was taken.
    """

    output: JSON
    next: str | None
    assigned: dict[str, JSON] | None = None
    way: int = NO_WAY


class Call(msgspec.Struct, gc=False):
    """The state waits for a task.

    Attributes:
        command: The task, its deadline not yet set: its clock starts when it starts.
        timeout: Seconds until it times out, or None.
        family: Which events it writes, a key of `asl.history.TASK_EVENTS`.
        scheduled: What its Scheduled event tells.
        limit_name: What States.DataLimitExceeded calls the task.
    """

    command: RunTask
    timeout: int | None
    family: str
    scheduled: Scheduled
    limit_name: str


class Sleep(msgspec.Struct, gc=False):
    """The state waits for the clock to reach a deadline, in milliseconds since the Unix epoch."""

    deadline: int


class Split(msgspec.Struct, gc=False):
    """The state waits for the threads of its branches or iterations.

    Attributes:
        input: What every branch gets; for a Map what ItemSelector sees.
        items: The items of a Map, or None for a Parallel.
        limit: How many may run at a time.
    """

    input: JSON
    items: list[JSON] | None
    limit: int


class Distribute(msgspec.Struct, gc=False):
    """The state waits for a Map Run, which it asks for once it has said that it started.

    Attributes:
        input: What ItemSelector sees.
        items: The items, or None where they are read.
        length: How many there are, as far as that is known.
    """

    input: JSON
    items: list[JSON] | dict[str, JSON] | None
    length: int


Outcome: TypeAlias = Finish | Call | Sleep | Split | Distribute


class State(Protocol):
    """What the interpreter needs of a state."""

    name: str
    kind: str
    next: str | None
    retry: Sequence[Any]
    catch: Sequence[Any]

    def enter(self, frame: Frame) -> Outcome:
        """Begins a visit, or begins it again after a retry."""
        ...

    def resume(self, frame: Frame, result: JSON) -> Finish:
        """Goes on with the result of what was awaited."""
        ...
