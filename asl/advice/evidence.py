"""Evidence: what sample runs showed of each state, kept as sums and maxima, never the runs themselves."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import msgspec

from asl import errors
from asl.cost import Use
from asl.cost.express import billed_ms
from asl.history import History
from asl.jsontypes import JSON, size


class Growth(msgspec.Struct, frozen=True):
    """What went into a state and what came out of it, in bytes of compact JSON."""

    came: int
    left: int


class Seen(msgspec.Struct):
    """What the runs showed of one state, all of them together.

    Attributes:
        transitions: States entered and retries, those of Standard executions of Map Runs too.
        retries: The retries of these.
        most: The entries of the run that made most.
        largest: The largest payload that it was given or that it passed on.
        growth: The largest that it passed on, with what it was given in that visit.
        items: The items of the visit with most: of a Map, by iterations.
        iterations: All its iterations.
        iteration_ms: What these took as Express would bill them, one by one, in milliseconds.
        children: Executions that its Map Runs started.
        too_large: Runs that failed here with States.DataLimitExceeded.
        reached_after: States that an execution enters until it is first entered, itself too: at most.
    """

    transitions: int = 0
    retries: int = 0
    most: int = 0
    largest: int = 0
    growth: Growth | None = None
    items: int = 0
    iterations: int = 0
    iteration_ms: int = 0
    children: int = 0
    too_large: int = 0
    reached_after: int = 0

    @property
    def entries(self) -> int:
        """How often the state was entered."""
        return self.transitions - self.retries


class Evidence(msgspec.Struct):
    """What sample runs showed.

    Attributes:
        runs: How many there were.
        states: State name -> what they showed of it.
        entrances: (state before, state) -> how often the one came after the other in a block; "" before the
            first. Of the executions of Map Runs nothing is in it.
        requests: Express executions of Map Runs.
        gb_seconds: The billed duration of those.
    """

    runs: int = 0
    states: dict[str, Seen] = {}
    entrances: dict[tuple[str, str], int] = {}
    requests: int = 0
    gb_seconds: Fraction = Fraction(0)

    def add(self, use: Use, history: History | None = None) -> None:
        """Adds a run.

        Args:
            use: What it used.
            history: Its history, where there is one.
        """
        self.runs += 1
        self.requests += use.children.requests
        self.gb_seconds += Fraction(use.children.gb_seconds)
        for name, made in use.transitions_by_state(count_start=False).items():
            seen = self._seen(name)
            retries = use.retries.get(name, 0) + use.children.retries.get(name, 0)
            seen.transitions += made
            seen.retries += retries
            seen.most = max(seen.most, made - retries)
        for name, count in use.children.starts.items():
            self._seen(name).children += count
        if history is not None:
            self._entries(history)
            self._outcomes(history)
            self._payloads(history)

    def of(self, name: str) -> Seen:
        """What was seen of a state; nothing, if no run came to it."""
        return self.states.get(name) or Seen()

    def each(self, count: int) -> Fraction:
        """A count of all runs as that of one of them."""
        return Fraction(count, max(1, self.runs))

    def _seen(self, name: str) -> Seen:
        return self.states.setdefault(name, Seen())

    def _entries(self, history: History) -> None:
        entered, last = 0, dict[str, str]()
        first = set[str]()
        for mark in history.marks():
            if not mark.type.name.endswith("StateEntered"):
                continue
            entered += 1
            way = last.get(mark.path, ""), mark.state
            self.entrances[way] = self.entrances.get(way, 0) + 1
            last[mark.path] = mark.state
            if mark.state not in first:
                first.add(mark.state)
                seen = self._seen(mark.state)
                seen.reached_after = max(seen.reached_after, entered)

    def _outcomes(self, history: History) -> None:
        began: dict[tuple[str, int, int, int], int] = {}
        for kind, _, time, path, state, visit, attempt, _, payload, _ in history.events():
            if payload is None:
                continue
            if kind.name == "ExecutionFailed" and payload == errors.DATA_LIMIT_EXCEEDED:
                self._seen(state).too_large += 1
            elif kind.name == "MapStateStarted":
                seen = self._seen(state)
                seen.items = max(seen.items, payload)
            elif kind.name.startswith("MapIteration"):
                place = (path, visit, attempt, payload)
                if kind.name == "MapIterationStarted":
                    began[place] = time
                elif place in began:
                    seen = self._seen(state)
                    seen.iterations += 1
                    seen.iteration_ms += billed_ms(time - began.pop(place))

    def _payloads(self, history: History) -> None:
        came: dict[tuple[str, int], int] = {}
        for name, path, visit, entered, taken in _sizes(history):
            seen = self._seen(name)
            seen.largest = max(seen.largest, taken)
            if entered:
                came[path, visit] = taken
            elif (path, visit) in came:
                before = came.pop((path, visit))
                if seen.growth is None or taken > seen.growth.left:
                    seen.growth = Growth(before, taken)


def _sizes(history: History) -> Iterator[tuple[str, str, int, bool, int]]:
    """State, path, visit, whether it was entered, and bytes; what passes unchanged is measured once."""
    last: tuple[JSON, int] = (None, size(None))
    for kind, _, _, path, state, visit, _, _, payload, _ in history.events():
        entered = kind.name.endswith("StateEntered")
        if payload is None or not (entered or kind.name.endswith("StateExited")):
            continue  # a history that was exported without its data has none
        if payload is not last[0]:
            last = (payload, size(payload))
        yield state, path, visit, entered, last[1]
