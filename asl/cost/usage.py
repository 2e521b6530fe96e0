"""The use that an execution made of what AWS bills, with the executions that it started itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

from asl.cost.counts import tally
from asl.cost.express import billed_mb, billed_ms, gb_seconds, memory_mb, step_data
from asl.history import History, Mark

Count: TypeAlias = int | Decimal
"""A whole number where it was counted; a mean or an assumption may have a fraction."""

ExecutionType: TypeAlias = Literal["STANDARD", "EXPRESS"]


class Children(msgspec.Struct):
    """What the executions used that a run started, summed as each of them ends.

    Nothing of a single execution is kept, so a Map Run of a million takes no more memory than one of ten.

    Attributes:
        starts: Map state -> how many executions its Map Runs started.
        by_state: State name -> transitions of those that are Standard.
        retries: State name -> how many of these were retries.
        redrives: How often those that are Standard were redriven.
        requests: How many of them are Express.
        gb_seconds: The billed duration of those.
    """

    starts: dict[str, int] = {}
    by_state: dict[str, int] = {}
    retries: dict[str, int] = {}
    redrives: int = 0
    requests: int = 0
    gb_seconds: Decimal = Decimal(0)

    def add(self, state: str, type: ExecutionType, use: Use) -> None:
        """Adds an execution that has ended, with all that it started in its turn.

        Args:
            state: The Map state whose Map Run started it.
            type: What it is.
            use: What it used.
        """
        _add(self.starts, {state: 1})
        self.absorb(type, use)

    def absorb(self, type: ExecutionType, use: Use) -> None:
        """Adds what an execution used, but not its start: that is not counted, or was before.

        Args:
            type: What it is.
            use: What it used.
        """
        below = use.children
        _add(self.starts, below.starts)
        _add(self.by_state, below.by_state)
        _add(self.retries, below.retries)
        self.redrives += below.redrives
        self.requests += below.requests
        self.gb_seconds += below.gb_seconds
        if type == "STANDARD":
            _add(self.by_state, use.by_state)
            _add(self.retries, use.retries)
            self.redrives += use.redrives
        else:
            self.requests += 1
            self.gb_seconds += use.gb_seconds


def _add(total: dict[str, int], more: Mapping[str, int]) -> None:
    for name, count in more.items():
        total[name] = total.get(name, 0) + count


class Use(msgspec.Struct, frozen=True):
    """What one execution used.

    Attributes:
        by_state: State name -> transitions, retries included, in order of first entry: its own.
        retries: State name -> how many of these were retries.
        redrives: How often it was redriven.
        ms: How long it took, in milliseconds.
        mb: Its memory as Express would bill it.
        children: What the executions used that its Map Runs started.
    """

    by_state: dict[str, int]
    retries: dict[str, int]
    redrives: int
    ms: int
    mb: int
    children: Children

    @property
    def billed_ms(self) -> int:
        """Its duration as Express would bill it, in milliseconds."""
        return billed_ms(self.ms)

    @property
    def gb_seconds(self) -> Decimal:
        """Its duration times its memory as Express would bill them."""
        return gb_seconds(self.billed_ms, self.mb)

    def transitions_by_state(self, count_start: bool | None = None) -> dict[str, int]:
        """State name -> transitions, those of Standard children included.

        The start of a child belongs to the Map state that made it, where starts are counted
        (`counted_starts`).
        """
        told = dict(self.by_state)
        _add(told, self.children.by_state)
        if count_start is not False:
            _add(told, self.children.starts)
        return told

    def outside_states(self, count_start: bool | None = None) -> int:
        """Transitions that belong to no state: redrives, and the start where it is counted."""
        return self.redrives + self.children.redrives + (count_start is True)

    def transitions(self, count_start: bool | None = None) -> int:
        """All transitions that Standard bills."""
        return sum(self.transitions_by_state(count_start).values()) + self.outside_states(count_start)


def standard_use(marks: Iterable[Mark], children: Children | None = None) -> Use:
    """What a Standard execution used that will never be one of Express: its memory is not measured.

    Args:
        marks: Of its history, or of the part of it that is asked for.
        children: As for `use`.
    """
    counted = tally(marks)
    return Use(counted.by_state, counted.retries, counted.redrives, 0, 0, children or Children())


def use(history: History, definition_bytes: int, children: Children | None = None) -> Use:
    """What the execution with this history used.

    Args:
        history: Of the execution, up to now if it still runs.
        definition_bytes: The size of the state machine definition in bytes of UTF-8.
        children: What the executions used that its Map Runs started.
    """
    counted = tally(history.marks())
    # Outside Map and Parallel the formula has no data term, and nothing needs to be measured.
    data = step_data(history.events()) if counted.inner else 0
    return Use(
        by_state=counted.by_state,
        retries=counted.retries,
        redrives=counted.redrives,
        ms=history.span(),
        mb=billed_mb(memory_mb(definition_bytes, data)),
        children=children or Children(),
    )


def start_rule(count_start: bool | None) -> str:
    """The rule by which starts are counted as transitions, in a sentence.

    Args:
        count_start: True counts every start, False none, None those of Distributed Map's executions.
    """
    counted = "Counted: 1 transition for each state entered, each retry, each redrive"
    match count_start:
        case None:
            return f"{counted} and each start of a Distributed Map's execution; not for the run's own start."
        case True:
            return f"{counted} and each start, the run's own and those of a Distributed Map's executions."
        case False:
            return f"{counted}; for no start, not even of a Distributed Map's executions."
