"""A Map Run on a clock that jumps: its executions one after the other, at the times they would run at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from typing import Any, NamedTuple

import msgspec

from asl.elements.machine import StateMachine
from asl.entropy import draw, seed_of, uuid4
from asl.errors import Failure
from asl.interpreter import Execution, Identity
from asl.interpreter.map_run import ChildInput, Counts, Inputs, breach, concurrency
from asl.jsontypes import JSON
from asl.map_services import Child, Results, items_of_run, results_of_run
from asl.signals import MapRunFailed, MapRunSucceeded, StartMapRun
from asl.spec import quotas as limits
from asl.spec.quotas import Quotas


class _UnderWay(NamedTuple):
    ended: int
    number: int
    child: Child
    items: int


RunChild = Callable[[StateMachine, JSON, Identity, str, Quotas], tuple[Execution, int]]
"""Runs an execution of a Map Run to its end, with a seed; gives it and when it ended."""


Progress = Callable[[StartMapRun, Counts, bool], None]
"""Is told how far a Map Run is: its command, its items, and whether it is known how many there are."""


class MapSimulation:
    """One Map Run.

    Attributes:
        counts: Its items.
        now: When it ended, once it has.
    """

    def __init__(
        self, machine: StateMachine, parent: Execution, command: StartMapRun, now: int, run: RunChild
    ) -> None:
        self.counts = Counts()
        self.now = now
        self._machine = machine.child(command.state)
        self._inputs = Inputs(machine, command, parent.quotas)
        self._parent = parent
        self._command = command
        self._run = run
        self._under_way: list[_UnderWay] = []
        self._started = 0
        self._known = command.items is not None
        self._tell: Progress | None = None
        if isinstance(command.items, (list, dict)):
            self.counts.total = len(command.items)

    def signal(self, services: Any) -> MapRunSucceeded | MapRunFailed:
        """Runs it to its end.

        Args:
            services: Reads items and writes results, if it can (`MapServices`); and if it has a method
                ``progress``, that is called with the command, the counts, and whether their total is
                known, after each execution that has ended.
        """
        command = self._command
        results: Results | None = None
        self._tell = getattr(services, "progress", None)
        try:
            results = results_of_run(command, self._parent.quotas.payload_bytes, services)
            self._run_all(services, results)
            return MapRunSucceeded(command.id, results.close())
        except Failure as failure:
            return MapRunFailed(command.id, failure.error or "", failure.cause)
        finally:
            if results is not None:
                results.abort()

    def _run_all(self, services: Any, results: Results) -> None:
        most = concurrency(self._command.concurrency)
        for given in self._given(services):
            if len(self._under_way) >= most:
                self._ends(results)
            self._begin(given)
        self._known = True
        while self._under_way:
            self._ends(results)
        self._hold(known=True)

    def _given(self, services: Any) -> Iterator[ChildInput]:
        for item in items_of_run(self._command, services):
            if self._command.reader is not None:
                self.counts.total += 1
            yield from self._inputs.put(item)
        yield from self._inputs.rest()

    def _begin(self, given: ChildInput) -> None:
        """Runs an execution to its end, which counts only once the clock has come to it."""
        index, self._started = self._started, self._started + 1
        identity = child_identity(self._parent.identity, self._command, index, self.now)
        self.counts.running += given.items
        unbound = self._parent.quotas is limits.NONE
        quotas = limits.NONE if unbound else limits.of(self._command.execution_type)
        execution, ended = self._run(self._machine, given.value, identity, identity.arn, quotas)
        heappush(
            self._under_way, _UnderWay(ended, index, Child.of(execution, given.value, ended), given.items)
        )

    def _ends(self, results: Results) -> None:
        """Lets the clock come to the next end of an execution."""
        self.now, number, child, items = heappop(self._under_way)
        self.counts.move("running", child.status, items)
        results.add(number, child)
        if self._tell is not None:
            self._tell(self._command, self.counts, self._known)
        self._hold(known=self._known)

    def _hold(self, *, known: bool) -> None:
        failure = breach(self._command.tolerance, self.counts, known=known)
        if failure is not None:
            raise failure


def child_identity(parent: Identity, command: StartMapRun, index: int, start: int) -> Identity:
    """Who an execution of a Map Run is: its state machine is the parent's with the Map state's label."""
    name = uuid4(draw(seed_of(command.arn), f"child {index}", 128))
    machine = f"{parent.machine_name}/{command.label}"
    prefix = parent.machine_arn.rpartition(":stateMachine:")[0]
    if command.execution_type == "STANDARD":
        arn = f"{prefix}:execution:{machine}:{name}"
    else:
        run = uuid4(draw(seed_of(command.arn), f"run {index}", 128))
        arn = f"{prefix}:express:{machine}:{name}:{run}"
    return msgspec.structs.replace(
        parent,
        arn=arn,
        name=name,
        machine_arn=f"{parent.machine_arn}/{command.label}",
        machine_name=machine,
        start_time=start,
        redrive_count=0,
        redrive_time=None,
    )
