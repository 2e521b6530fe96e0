"""One scope laid out alone, in layers from top to bottom: where its states, marks, lines and labels are."""

from __future__ import annotations

import msgspec

from asl.graph.columns import columns
from asl.graph.content import Content
from asl.graph.detours import Detours
from asl.graph.links import START, Link, label_size, links
from asl.graph.measure import Size
from asl.graph.model import Scope
from asl.graph.order import order
from asl.graph.picture import Area, Label, Line, Mark, Point
from asl.graph.ports import Ports, Side, side
from asl.graph.rows import Rows, Run, rows

MARK = 7
"""The radius of the marks where a scope begins and ends."""

_MARGIN = 14
_GAP = 28
_ABOVE_LABEL = 14
_BELOW_LABEL = 24
_SLOPE = 14
_MORE = 44
"""Between rows; and a pixel more for so many that a line leads to the side, up to a bound."""

_LOOP = 18
_LOOP_DOWN = 9
_LOOP_HEIGHT = 12
_LOOP_LABEL = 4
"""A line from a state to itself: how far it leads away, where it begins and ends, and its label after it."""


class Plan(msgspec.Struct):
    """A scope laid out, with coordinates of its own.

    Attributes:
        area: Where it is in these.
        boxes: Where its states are, in the scope's order.
        marks: Where it begins and ends.
        lines: The lines.
        labels: What stands beside them.
    """

    area: Area
    boxes: list[Area]
    marks: list[Mark]
    lines: list[Line]
    labels: list[Label]


def plan(scope: Scope, index: int, contents: list[Content]) -> Plan:
    """Lays out a scope.

    Args:
        scope: The scope.
        index: Its index.
        contents: What stands in the boxes of its states, in its order.
    """
    found = links(scope)
    ends = any(node.ends == "success" for node in scope.nodes)
    mark = Size(MARK, MARK, 2 * MARK)
    sizes = [mark]
    sizes += [Size(each.width // 2, each.width // 2, each.height) for each in contents]
    sizes += [mark] * ends
    loops = [link for link in found if link.source == link.target]
    for link in loops:
        left, right, height = sizes[link.source]
        beyond = _LOOP + (_LOOP_LABEL + 2 * label_size(link).right if link.label else 0)
        sizes[link.source] = Size(left, max(right, left + beyond), height)
    made = rows(sizes, [link for link in found if link.source != link.target])
    return _Layout(made, index).plan(loops, len(contents), ends=ends)


class _Layout:
    """A scope whose rows are made."""

    def __init__(self, made: Rows, index: int) -> None:
        self._made = made
        self._index = index
        self._axis = columns(made, order(made))
        self._top, self._bottom = self._levels()
        self._left = min(axis - size.left for axis, size in zip(self._axis, made.sizes, strict=True))
        self._right = max(axis + size.right for axis, size in zip(self._axis, made.sizes, strict=True))

    def _levels(self) -> tuple[list[int], list[int]]:
        """The upper and lower edges of the rows."""
        made = self._made
        heights = [0] * (max(made.row) + 1)
        sideways = [0] * len(heights)
        labelled = [False] * len(heights)
        for vertex, (row, size) in enumerate(zip(made.row, made.sizes, strict=True)):
            heights[row] = max(heights[row], size.height)
            labelled[row] |= vertex in made.labels
        for upper, lower, _ in made.segments:
            row = made.row[upper]
            sideways[row] = max(sideways[row], abs(self._axis[upper] - self._axis[lower]))
        tops, bottoms, y = [], [], 0
        for row, height in enumerate(heights):
            tops.append(y)
            bottoms.append(y + height)
            if labelled[row]:
                y += _BELOW_LABEL
            elif any(labelled[row + 1 : row + 2]):
                y += _ABOVE_LABEL
            else:
                y += _GAP
            y += height + min(_MORE, sideways[row] // _SLOPE)
        return tops, bottoms

    def plan(self, loops: list[Link], states: int, *, ends: bool) -> Plan:
        """The scope laid out."""
        made = self._made
        detours = Detours(made, self._top, self._bottom, self._right)
        ports = Ports(made, self._axis)
        lines = [
            Line(self._points(at, run, ports, detours), run.style, run.arrow, self._index)
            for at, run in enumerate(made.runs)
        ]
        labels = [Label(link, self._index, self._area(vertex)) for vertex, link in made.labels.items()]
        self._loops(loops, lines, labels)
        marks = [Mark("start", self._index, self._area(START))]
        if ends:
            marks.append(Mark("end", self._index, self._area(states + 1)))
        boxes = [self._area(vertex) for vertex in range(START + 1, states + 1)]
        width, height = detours.right - self._left, self._bottom[-1]
        area = Area(self._left - _MARGIN, -_MARGIN, width + 2 * _MARGIN, height + 2 * _MARGIN)
        return Plan(area, boxes, marks, lines, labels)

    def _area(self, vertex: int) -> Area:
        """Where a vertex is, without the loops to its right."""
        size = self._made.sizes[vertex]
        x, y = self._axis[vertex] - size.left, self._top[self._made.row[vertex]]
        return Area(x, y, 2 * size.left, size.height)

    # -------------------------------------------------------------- lines

    def _points(self, at: int, run: Run, ports: Ports, detours: Detours) -> tuple[Point, ...]:
        made = self._made
        source, target = run.vertices[0], run.vertices[-1]
        leaving, arriving = side(made, run, "source"), side(made, run, "target")
        start, end = ports.x(at, run, "source"), ports.x(at, run, "target")
        if run.around:
            between = detours.points(run, start, end)
        else:
            between = [each for bend in run.vertices[1:-1] for each in self._through(bend, leaving)]
        bent = source in made.bends
        first = self._through(source, leaving) if bent else self._out(source, start, leaving)
        last = self._out(target, end, arriving)[::-1]
        return _cornered([*first, *between, *(last[:1] if target in made.bends else last)])

    def _through(self, bend: int, leaving: Side) -> list[Point]:
        """Through the row of a bend."""
        row, x = self._made.row[bend], self._axis[bend]
        levels = (self._top[row], self._bottom[row])
        return [Point(x, y) for y in (levels if leaving == "bottom" else levels[::-1])]

    def _out(self, vertex: int, x: int, leaving: Side) -> list[Point]:
        """From a vertex to the edge of its row."""
        row = self._made.row[vertex]
        if leaving == "top":
            return [Point(x, self._top[row])]
        return [Point(x, self._top[row] + self._made.sizes[vertex].height), Point(x, self._bottom[row])]

    def _loops(self, loops: list[Link], lines: list[Line], labels: list[Label]) -> None:
        """Adds the lines from states to themselves, at their right sides."""
        drawn: dict[int, int] = {}
        for link in loops:
            box = self._area(link.source)
            number = drawn[link.source] = drawn.get(link.source, -1) + 1
            right, y = box.x + box.width, box.y + _LOOP_DOWN + _LOOP * number
            low = y + _LOOP_HEIGHT
            points = (Point(right, y), Point(right + _LOOP, y), Point(right + _LOOP, low), Point(right, low))
            lines.append(Line(points, link.style, True, self._index))
            if link.label:
                size = label_size(link)
                beside = Area(right + _LOOP + _LOOP_LABEL, y - 1, 2 * size.right, size.height)
                labels.append(Label(link, self._index, beside))


def _cornered(points: list[Point]) -> tuple[Point, ...]:
    """The points without those that a straight line leads through."""
    kept: list[Point] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and kept[-2].x == kept[-1].x == point.x:
            kept.pop()
        kept.append(point)
    return tuple(kept)
