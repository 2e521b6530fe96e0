"""A Map Run: what each of its executions is given, how many may fail, and what comes of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from asl.elements.item_batcher import Batches
from asl.elements.machine import StateMachine
from asl.entropy import draw, seed_of
from asl.errors import DATA_LIMIT_EXCEEDED, EXCEED_TOLERATED_FAILURE_THRESHOLD, Failure
from asl.jsontypes import JSON, size
from asl.signals import StartMapRun, Tolerance
from asl.spec.quotas import STANDARD, Quotas
from asl.states.distributed_map import DistributedMap

STATE_DATA = "STATE_DATA"
"""The source of items that were in the state's input."""
MOST_CONCURRENT = 10_000
"""Limit: so many executions of a Map Run run at a time (developer guide, "Distributed mode")."""

End: TypeAlias = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]


class Item(NamedTuple):
    """An item of a Map Run.

    Attributes:
        value: What it is.
        key: Its key, where the items are an object.
        source: Where it is from: `STATE_DATA` or ``S3://bucket/key``.
    """

    value: JSON
    key: str | None = None
    source: str = STATE_DATA


class ChildInput(NamedTuple):
    """What one execution is given, and how many items are in it."""

    value: JSON
    items: int


def items_of(items: JSON) -> Iterator[Item]:
    """The items that a state's input has: of an array, or of an object as keys and values."""
    if isinstance(items, dict):
        for key, value in items.items():
            yield Item({"Key": key, "Value": value}, key)
    elif isinstance(items, list):
        for value in items:
            yield Item(value)


def shown(index: int, item: Item) -> dict[str, JSON]:
    """An item as the context object shows it: ``$$.Map.Item``."""
    told: dict[str, JSON] = {"Index": index, "Value": item.value}
    if item.key is not None:
        told["Key"] = item.key
    return {**told, "Source": item.source}


class ItemFrame:
    """What ItemSelector sees: the Map's input, its context object with the item, and its variables."""

    attempt = 0
    now = 0

    def __init__(self, command: StartMapRun) -> None:
        self.input = command.input
        self._command = command
        self._seed = seed_of(command.arn)
        self._item: dict[str, JSON] = {}
        self._draws = 0

    def show(self, index: int, item: Item) -> None:
        """Makes an item the one that is seen."""
        self._item = shown(index, item)

    def context(self) -> dict[str, JSON]:
        """The context object."""
        return {**self._command.context, "Map": {"Item": self._item}}

    def variable(self, name: str) -> JSON:
        """A variable that the Map state sees."""
        return self._command.variables[name]

    def draw(self, bits: int) -> int:
        """A fresh random integer, keyed by the run and a counter."""
        self._draws += 1
        return draw(self._seed, f"{self._draws}", bits)


class Inputs:
    """Makes inputs of executions out of items, one after the other."""

    def __init__(self, machine: StateMachine, command: StartMapRun, quotas: Quotas = STANDARD) -> None:
        state = machine.states[command.state]
        assert isinstance(state, DistributedMap)
        self._select: Any = state.item_selector
        self._frame = ItemFrame(command)
        self._input = command.input
        self._limit = quotas.payload_bytes
        self._index = 0
        self._batches = None if command.batching is None else Batches(command.batching, self._limit)

    def put(self, item: Item) -> Iterator[ChildInput]:
        """What becomes complete with one more item.

        Raises:
            Failure: ItemSelector fails, or the item is over the payload quota.
        """
        value = item.value
        if self._select is not None:
            self._frame.show(self._index, item)
            value = self._select(self._input, self._frame)
        batches = self._batches
        taken = 0 if self._limit is None and batches is None else size(value)
        self._hold(taken + (0 if batches is None else batches.empty))
        self._index += 1
        if batches is None:
            yield ChildInput(value, 1)
        else:
            yield from (ChildInput(*each) for each in batches.put(value, taken))

    def rest(self) -> Iterator[ChildInput]:
        """The batch that is not full, if there is one."""
        if self._batches is not None:
            yield from (ChildInput(*each) for each in self._batches.rest())

    def _hold(self, taken: int) -> None:
        if self._limit is not None and taken > self._limit:
            raise Failure(
                DATA_LIMIT_EXCEEDED,
                f"The item with index {self._index} makes an input of {taken} bytes; an execution is given "
                f"no more than {self._limit}.",
            )


class Counts(msgspec.Struct):
    """How far the items, or the executions, of a Map Run are: as DescribeMapRun tells it.

    Attributes:
        pending: Those that have yet to begin, and so on by what DescribeMapRun calls them.
        cut: Those of the aborted that never began.
    """

    pending: int = 0
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    timed_out: int = 0
    aborted: int = 0
    total: int = 0
    results_written: int = 0
    pending_redrive: int = 0
    cut: int = 0

    def add(self, place: str, number: int) -> None:
        """Counts so many more of all, which stand in a place: a name of the counts, in capitals or not."""
        self.total += number
        setattr(self, place.lower(), getattr(self, place.lower()) + number)

    def move(self, source: str, target: str, number: int) -> None:
        """Counts so many in another place than before.

        Args:
            source: Where they stood: a name of the counts, in capitals or not.
            target: Where they stand now.
            number: How many.
        """
        source, target = source.lower(), target.lower()
        setattr(self, source, getattr(self, source) - number)
        setattr(self, target, getattr(self, target) + number)

    @property
    def done(self) -> int:
        """Those that have ended."""
        return self.succeeded + self.not_succeeded

    @property
    def not_succeeded(self) -> int:
        """Those that ended otherwise than well."""
        return self.failed + self.timed_out + self.aborted


def breach(tolerance: Tolerance, counts: Counts, *, known: bool) -> Failure | None:
    """The failure that too many failed items are, or None.

    One past a bound is too many. A share of all can be told only when it is known how many there are.
    Without any bound none may fail.

    Args:
        tolerance: How many may.
        counts: How many did.
        known: Whether `counts` has the total.
    """
    failed = counts.not_succeeded
    if tolerance.count is None and tolerance.percentage is None:
        over = failed > 0
    else:
        over = tolerance.count is not None and failed > tolerance.count
        if known and tolerance.percentage is not None:
            over = over or failed * 100 > tolerance.percentage * counts.total
    if not over:
        return None
    return exceeded()


def exceeded() -> Failure:
    """The failure that more failed items are than may fail. Text recorded."""
    text = "The specified tolerated failure threshold was exceeded"
    return Failure(EXCEED_TOLERATED_FAILURE_THRESHOLD, text)


def concurrency(asked: int) -> int:
    """How many executions may run at a time, where so many were asked for; 0 stands for AWS's own bound."""
    return min(asked or MOST_CONCURRENT, MOST_CONCURRENT)
