"""What a Map Run asks of the world around it: items to read, and somebody to take its results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

from asl.errors import DATA_LIMIT_EXCEEDED, ITEM_READER_FAILED, RESULT_WRITER_FAILED, Failure
from asl.interpreter import Execution
from asl.interpreter.map_run import End, Item, items_of
from asl.jsontypes import JSON, size
from asl.signals import StartMapRun


class Child(NamedTuple):
    """An execution of a Map Run that has ended.

    Attributes:
        arn: Its ARN.
        name: Its name.
        machine_arn: The state machine's ARN with the Map state's label.
        status: How it ended.
        input: What it was given.
        output: What it gave, where it succeeded.
        error: Its error name, where it has one.
        cause: The text with it.
        started: When it began, in milliseconds since the epoch.
        stopped: When it ended, likewise.
        redrives: How often it was redriven.
    """

    arn: str
    name: str
    machine_arn: str
    status: End
    input: JSON
    output: JSON = None
    error: str | None = None
    cause: str | None = None
    started: int = 0
    stopped: int = 0
    redrives: int = 0

    @classmethod
    def of(cls, execution: Execution, input: JSON, stopped: int) -> Child:
        """What has become of an execution that is closed."""
        identity = execution.identity
        assert execution.status != "RUNNING"
        return cls(
            identity.arn,
            identity.name,
            identity.machine_arn,
            execution.status,
            input,
            execution.output,
            execution.error,
            execution.cause,
            identity.start_time,
            stopped,
            identity.redrive_count or 0,
        )


class Results(Protocol):
    """What becomes of the results of a Map Run."""

    def add(self, number: int, child: Child) -> None:
        """Takes the result of an execution; of one that was redriven a second time, in place of the first.

        Args:
            number: How many executions of the Map Run stand before it, in the order of the items.
            child: It.
        """
        ...

    def close(self) -> JSON:
        """The Map state's result. After a failure it may be asked for again.

        Raises:
            Failure: The results could not be written.
        """
        ...

    def abort(self) -> None:
        """Lets go of all that was taken."""
        ...


class MapServices(Protocol):
    """What a runner of tasks has that can read items and write results too."""

    def items(self, command: StartMapRun) -> Iterator[Item]:
        """The items, read one after the other.

        Raises:
            Failure: They cannot be read; raised as they are taken.
        """
        ...

    def results(self, command: StartMapRun) -> Results:
        """What takes the results."""
        ...


class Outputs:
    """The results of a Map Run that are the state's own, in the order of the items.

    Args:
        limit: How many bytes they may take together; None for any number.
        state: The Map state's name.
    """

    def __init__(self, limit: int | None, state: str) -> None:
        self._limit = limit
        self._state = state
        self._found: dict[int, list[JSON]] = {}
        self._bytes = 1

    def add(self, number: int, child: Child) -> None:
        """Takes a result; what failed has none."""
        self.put(number, [child.output] if child.status == "SUCCEEDED" else [])

    def put(self, number: int, values: list[JSON]) -> None:
        """Takes what stands for an execution. Beyond the limit nothing is kept any more."""
        if self._limit is not None:
            before = self._found.get(number, ())
            self._bytes += _taken(values) - _taken(before)
            if self._bytes > self._limit:
                self._found.clear()
                return
        self._found[number] = values

    def close(self) -> JSON:
        """All of them, one after the other.

        Raises:
            Failure: They are over the limit. Text recorded.
        """
        if self._limit is not None and self._bytes > self._limit:
            raise Failure(
                DATA_LIMIT_EXCEEDED,
                f"The state/task '{self._state}' returned a result with a size exceeding the maximum number "
                "of bytes service limit.",
            )
        return [value for number in sorted(self._found) for value in self._found[number]]

    def abort(self) -> None:
        """Lets go of them."""
        self._found.clear()


def _taken(values: Any) -> int:
    return sum(size(each) + 1 for each in values)


def items_of_run(command: StartMapRun, services: Any) -> Iterator[Item]:
    """The items of a Map Run.

    Args:
        command: What the core asked for.
        services: Reads items, if it can (`MapServices`).

    Raises:
        Failure: They cannot be read.
    """
    if command.reader is None:
        return items_of(command.items)
    if not hasattr(services, "items"):
        raise Failure(ITEM_READER_FAILED, "Nothing here reads items from S3.")
    found: Iterator[Item] = services.items(command)
    return found


def results_of_run(command: StartMapRun, limit: int | None, services: Any) -> Results:
    """What takes the results of a Map Run.

    Args:
        command: What the core asked for.
        limit: How many bytes the state's own result may take; None for any number.
        services: Writes results, if it can (`MapServices`).

    Raises:
        Failure: They cannot be written.
    """
    if command.writer is None:
        return Outputs(limit, command.state)
    if not hasattr(services, "results"):
        raise Failure(RESULT_WRITER_FAILED, "Nothing here writes results to S3.")
    found: Results = services.results(command)
    return found
