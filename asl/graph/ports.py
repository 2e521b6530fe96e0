"""Where on a state's upper and lower side lines end, so that those that lead elsewhere do not meet there."""

from __future__ import annotations

from typing import Literal, TypeAlias

from asl.graph.rows import Rows, Run, Trunk

Side: TypeAlias = Literal["top", "bottom"]
End: TypeAlias = Literal["source", "target"]

_ENDS: tuple[End, ...] = ("source", "target")

_APART = 16
_CORNER = 12
"""Between two ends, if there is room for so much, and between the outermost and the corner."""


def side(made: Rows, run: Run, end: End) -> Side:
    """The side of its vertex at which a line ends. What goes round comes from above."""
    first, last = made.row[run.vertices[0]], made.row[run.vertices[-1]]
    down = first < last
    if end == "source":
        return "bottom" if down else "top"
    return "top" if down or run.around else "bottom"


Name: TypeAlias = tuple[int, End] | Trunk
"""An end of a line, by the line's index; lines that go round to the same vertex end as one."""


class Ports:
    """The ends of all lines of a scope.

    Args:
        made: Its rows.
        axis: The axis of each vertex.
    """

    def __init__(self, made: Rows, axis: list[int]) -> None:
        self._made = made
        self._axis = axis
        self._offsets: dict[Name, int] = {}
        beyond = max(axis) + 1
        ends: dict[tuple[int, Side], dict[Name, int]] = {}
        for index, run in enumerate(made.runs):
            for end in _ENDS:
                vertex, other = run.vertices[:2] if end == "source" else run.vertices[:-3:-1]
                if vertex not in made.bends and vertex not in made.labels:
                    led = ends.setdefault((vertex, side(made, run, end)), {})
                    led[self._name(index, run, end)] = beyond if run.around else axis[other]
        for (vertex, _), led in ends.items():
            self._spread(axis[vertex], made.sizes[vertex].left - _CORNER, led)

    def x(self, index: int, run: Run, end: End) -> int:
        """Where a line ends, from left to right.

        Args:
            index: The line's index.
            run: The line.
            end: Which of its ends.
        """
        vertex = run.vertices[0 if end == "source" else -1]
        return self._axis[vertex] + self._offsets.get(self._name(index, run, end), 0)

    def _name(self, index: int, run: Run, end: End) -> Name:
        return self._made.trunk(run) if run.around and end == "target" else (index, end)

    def _spread(self, axis: int, room: int, led: dict[Name, int]) -> None:
        """Gives the ends at one side their places, in the order of where they lead to.

        What leads straight up or down ends in the middle; if nothing does, what leads to either side
        stands evenly about it.
        """
        names = sorted(led, key=led.__getitem__)
        left = sum(led[name] < axis for name in names)
        right = sum(led[name] > axis for name in names)
        straight = len(names) - left - right
        step = min(_APART, max(0, room) // max(1, left, right))
        if not straight and not (left and right):
            step = min(_APART, 2 * max(0, room) // max(1, len(names) - 1))
            halves = [2 * place - len(names) + 1 for place in range(len(names))]
        else:
            middle = 0 if straight else 1
            halves = [middle - 2 * (left - place) for place in range(left)]
            halves += [0] * straight
            halves += [2 * (place + 1) - middle for place in range(right)]
        for name, half in zip(names, halves, strict=True):
            self._offsets[name] = step * half // 2
