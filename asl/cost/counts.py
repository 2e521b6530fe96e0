"""The tally of a run: one pass over its marks counts what Standard workflows are billed by."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from asl.history import Mark


class Tally(msgspec.Struct, frozen=True):
    """What a run did that costs money.

    Attributes:
        by_state: State name -> times entered plus retries, in order of first entry.
        retries: State name -> how many of these were retries.
        redrives: How often the execution was redriven; this belongs to no state.
        inner: States entered inside Map iterations and Parallel branches, without retries.
    """

    by_state: dict[str, int]
    retries: dict[str, int]
    redrives: int
    inner: int

    @property
    def transitions(self) -> int:
        """Billed transitions in all, without the one for the start that some sources add."""
        return sum(self.by_state.values()) + self.redrives


def tally(marks: Iterable[Mark]) -> Tally:
    """What to bill of a run, counted in one pass that remembers only the visits that were retried.

    - Every ``*StateEntered`` event is a transition, at any depth. A Map's iterations are none.
      Source: AWS's pricing page, which counts executed steps; stackoverflow.com for the Map.
    - Every retry is one more (pricing page). It writes no ``*StateEntered``: the attempt number
      in the frame key tells. That number never repeats within a visit, so the highest one is the
      count of retries. A retry that was still waited for when the state was aborted never was.
    - Every redrive is one more (developer guide, "Transitions").
    """
    by_state: dict[str, int] = {}
    retries: dict[str, int] = {}
    highest: dict[tuple[str, int], int] = {}
    redrives = inner = 0
    for kind, path, state, visit, attempt, _ in marks:
        if kind.name.endswith("StateEntered"):
            by_state[state] = by_state.get(state, 0) + 1
            inner += path != ""
        elif kind.name == "ExecutionRedriven":
            redrives += 1
        if attempt and not _is_told_from_outside(kind.name):
            more = attempt - highest.get((path, visit), 0)
            if more > 0:
                by_state[state] = by_state.get(state, 0) + more
                retries[state] = retries.get(state, 0) + more
                highest[path, visit] = attempt
    return Tally(by_state, retries, redrives, inner)


def _is_told_from_outside(kind: str) -> bool:
    """Whether an event's attempt need not have been made.

    An iteration's own events may repeat the attempt of the Map that made it; what is aborted or timed out
    as a whole may have waited for the attempt that its number already says.
    """
    return kind.startswith("MapIteration") or kind.endswith("Aborted") or kind == "ExecutionTimedOut"


def transitions(marks: Iterable[Mark]) -> dict[str, int]:
    """State name -> transitions, retries included, in order of first entry (rules: `tally`).

    Redrives and the start belong to no state and are not in it; `cost` adds them.
    """
    return tally(marks).by_state
