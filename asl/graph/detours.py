"""Lines that go round, beside the rows: those for which bends in every row would be too many."""

from __future__ import annotations

from heapq import heappop, heappush

from asl.graph.picture import Point
from asl.graph.ports import side
from asl.graph.rows import Rows, Run, Trunk

_APART = 8
_LEAVING = 7
_ARRIVING = 10
"""Between tracks, and between a row and the part of a line that runs along it."""


class Detours:
    """The tracks beside the rows of a scope. Lines to the same vertex share one.

    Args:
        made: The rows.
        top: The upper edges of the rows.
        bottom: The lower edges of the rows.
        right: How far the vertices reach.
    """

    def __init__(self, made: Rows, top: list[int], bottom: list[int], right: int) -> None:
        self._made = made
        self._top = top
        self._bottom = bottom
        self._free = right + _APART
        reach: dict[Trunk, tuple[int, int]] = {}
        for run in made.runs:
            if run.around:
                key = self._made.trunk(run)
                levels = (self._leaves(run), self._arrives(run))
                first, last = reach.get(key, levels)
                reach[key] = (min(first, *levels), max(last, *levels))
        self._tracks, count = _tracks(reach)
        self.right = right + _APART * (count + 1) if count else right

    def points(self, run: Run, start: int, end: int) -> list[Point]:
        """The way of a line from above or below its source to above its target.

        Args:
            run: The line.
            start: Where it leaves, from left to right.
            end: Where it arrives, from left to right.
        """
        x = self._free + _APART * self._tracks[self._made.trunk(run)]
        leaves, arrives = self._leaves(run), self._arrives(run)
        return [Point(start, leaves), Point(x, leaves), Point(x, arrives), Point(end, arrives)]

    def _leaves(self, run: Run) -> int:
        row = self._made.row[run.vertices[0]]
        below = side(self._made, run, "source") == "bottom"
        return self._bottom[row] + _LEAVING if below else self._top[row] - _LEAVING

    def _arrives(self, run: Run) -> int:
        return self._top[self._made.row[run.vertices[-1]]] - _ARRIVING


def _tracks(reach: dict[Trunk, tuple[int, int]]) -> tuple[dict[Trunk, int], int]:
    """A track for each, none for two that are beside each other; and how many there are."""
    chosen: dict[Trunk, int] = {}
    busy: list[tuple[int, int]] = []
    free: list[int] = []
    count = 0
    for key, (first, last) in sorted(reach.items(), key=lambda item: item[1]):
        while busy and busy[0][0] < first:
            heappush(free, heappop(busy)[1])
        if free:
            track = heappop(free)
        else:
            track, count = count, count + 1
        chosen[key] = track
        heappush(busy, (last, track))
    return chosen, count
