"""Pictures looked at as a viewer does: what stands where, and from where to where the lines lead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from random import Random

from hypothesis import strategies as st

from asl.graph.model import Edge, Graph, Node, Scope
from asl.graph.picture import Area, Label, Line, Picture, Point

START, END = "(start)", "(end)"
"""The marks of a scope, where names of states are told."""

Way = tuple[str, str, str]
"""From where, to where, and the style of the line."""


# ------------------------------------------------------------------ random graphs


class Graphs:
    """Makes a graph of any form, also one that no machine has, with states that nothing leads to."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.count = 0
        self.scopes: list[Scope] = []

    def graph(self) -> Graph:
        self._scope("machine", None, 0)
        return Graph(tuple(self.scopes))

    def _scope(self, kind: str, owner: str | None, depth: int) -> int:
        index = len(self.scopes)
        self.scopes.append(Scope("machine", None, "", (), ()))  # its place
        names = [self._name() for _ in range(self.random.randint(1, 9 if depth < 2 else 3))]
        nodes = tuple(self._node(name, depth) for name in names)
        edges = tuple(self._edge(names) for _ in range(self.random.randrange(3 * len(names))))
        self.scopes[index] = Scope(kind, owner, self.random.choice(names), nodes, edges)  # type: ignore[arg-type]
        return index

    def _name(self) -> str:
        self.count += 1
        return f"{self.count} " + self.random.choice(["", "a", "日本語", "long " * 15, "<&>", "WWWW"])

    def _node(self, name: str, depth: int) -> Node:
        kind = self.random.choice(["Task", "Choice", "Pass", "Map", "Parallel"])
        inner = {"Map": 1, "Parallel": self.random.randint(1, 4)}.get(kind, 0) if depth < 3 else 0
        ends = self.random.choice([None, None, "success", "failure"])
        nested = [
            self._scope("processor" if kind == "Map" else "branch", name, depth + 1) for _ in range(inner)
        ]
        return Node(name, kind, self.random.choice(["", "about it"]), ends, tuple(nested))  # type: ignore[arg-type]

    def _edge(self, names: list[str]) -> Edge:
        kind = self.random.choice(["next", "choice", "default", "catch"])
        label = self.random.choice(["$.a = 1", "x" * 60, "é"]) if kind in ("choice", "catch") else ""
        return Edge(self.random.choice(names), self.random.choice(names), kind, label)  # type: ignore[arg-type]


graphs = st.integers(0, 2**32).map(lambda seed: Graphs(seed).graph())


# ------------------------------------------------------------------ what stands where


def overlapping(picture: Picture) -> list[tuple[Area, Area]]:
    """What stands over each other in the same scope: states, marks and labels."""
    found = []
    for areas in _by_scope(picture).values():
        areas.sort(key=lambda area: area.y)
        above: list[Area] = []
        for area in areas:
            above = [each for each in above if each.y + each.height > area.y]
            found += [
                (each, area)
                for each in above
                if each.x < area.x + area.width and area.x < each.x + each.width
            ]
            above.append(area)
    return found


def outside(picture: Picture) -> list[Area]:
    """What does not stand within its scope, and scopes not within their state, below its texts."""
    found = [
        area
        for scope, areas in _by_scope(picture).items()
        for area in areas
        if not _within(area, picture.scopes[scope])
    ]
    for box in picture.boxes:
        body = Area(box.area.x, box.area.y + box.head, box.area.width, box.area.height - box.head)
        found += [picture.scopes[each] for each in box.node.inner if not _within(picture.scopes[each], body)]
        inner = [picture.scopes[each] for each in box.node.inner]
        found += [one for at, one in enumerate(inner) for other in inner[at + 1 :] if _crosses(one, other)]
    return found


def hidden(picture: Picture) -> list[tuple[Line, Area]]:
    """Lines that lead through a state, a mark or a label of their scope."""
    places = _by_scope(picture)
    return [
        (line, area)
        for line in picture.lines
        for one, other in pairwise(line.points)
        for area in places[line.scope]
        if _crosses(_around(one, other), area)
    ]


def entangled(picture: Picture) -> list[tuple[Line, Line]]:
    """Lines that lie on each other on their way beside the rows, though they do not end as one."""
    beside: dict[tuple[int, int], list[tuple[int, int, Line]]] = defaultdict(list)
    for line in picture.lines:
        for one, other in pairwise(line.points[1:-1]):
            if one.x == other.x and line.arrow and _turns(line):
                beside[line.scope, one.x].append((*sorted((one.y, other.y)), line))
    return [
        (one, other)
        for parts in beside.values()
        for at, (first, last, one) in enumerate(parts)
        for begin, end, other in parts[at + 1 :]
        if one.points[-1] != other.points[-1] and first < end and begin < last
    ]


def _turns(line: Line) -> bool:
    """Whether a line leads straight to the side."""
    return any(one.y == other.y for one, other in pairwise(line.points))


def _by_scope(picture: Picture) -> dict[int, list[Area]]:
    found: dict[int, list[Area]] = defaultdict(list)
    for each in (*picture.boxes, *picture.marks, *picture.labels):
        found[each.scope].append(each.area)
    return found


def _within(area: Area, other: Area) -> bool:
    return (
        other.x <= area.x
        and other.y <= area.y
        and area.x + area.width <= other.x + other.width
        and area.y + area.height <= other.y + other.height
    )


def _crosses(one: Area, other: Area) -> bool:
    """Whether they share more than a border; a line has no width, so it counts where it is inside."""
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


def _around(one: Point, other: Point) -> Area:
    """The room of a line between two points, as wide as a hair."""
    x, y = min(one.x, other.x), min(one.y, other.y)
    return Area(x, y, abs(one.x - other.x), abs(one.y - other.y))


# ------------------------------------------------------------------ where lines lead


def ways(picture: Picture, scope: int) -> list[Way]:
    """From where to where one comes by the lines of a scope, found by nothing but where they are."""
    viewer = _Viewer(picture, scope)
    return sorted(viewer.way(line) for line in viewer.lines if viewer.states_at(line.points[0]))


def expected(scope: Scope) -> list[Way]:
    """The same as the graph has it: edges of one style between the same two states are one."""
    found = {(START, scope.start, "flow")}
    found |= {(each.source, each.target, "catch" if each.kind == "catch" else "flow") for each in scope.edges}
    found |= {(each.name, END, "flow") for each in scope.nodes if each.ends == "success"}
    return sorted(found)


class _Viewer:
    """Looks at one scope."""

    def __init__(self, picture: Picture, scope: int) -> None:
        self.lines = [each for each in picture.lines if each.scope == scope]
        self.labels = [each for each in picture.labels if each.scope == scope]
        self.states = [(each.node.name, each.area) for each in picture.boxes if each.scope == scope]
        self.states += [
            (START if each.kind == "start" else END, each.area)
            for each in picture.marks
            if each.scope == scope
        ]

    def states_at(self, point: Point) -> list[str]:
        return [name for name, area in self.states if _on_border(point, area)]

    def way(self, line: Line) -> Way:
        """Where the line leads from a state."""
        (source,) = self.states_at(line.points[0])
        style = line.style
        while not line.arrow:
            (line,) = self._following(line)
            assert line.style == style
        (target,) = self.states_at(line.points[-1])
        return source, target, style

    def _following(self, line: Line) -> list[Line]:
        """The line that goes on where one ends: behind a label, or the one that it leads into."""
        end = line.points[-1]
        for label in self.labels:
            if _on_border(end, label.area):
                return [each for each in self._leaving(label) if each is not line]
        return [each for each in self.lines if each.points[-1] != end and end in _upright(each)]

    def _leaving(self, label: Label) -> Iterator[Line]:
        return (each for each in self.lines if _on_border(each.points[0], label.area))


class _upright:
    """The upright parts of a line."""

    def __init__(self, line: Line) -> None:
        self.parts = [(one, other) for one, other in pairwise(line.points) if one.x == other.x]
        self.first = line.points[0]

    def __contains__(self, point: Point) -> bool:
        return point == self.first or any(
            one.x == point.x and min(one.y, other.y) <= point.y <= max(one.y, other.y)
            for one, other in self.parts
        )


def _on_border(point: Point, area: Area) -> bool:
    right, bottom = area.x + area.width, area.y + area.height
    if point.x in (area.x, right):
        return area.y <= point.y <= bottom
    return point.y in (area.y, bottom) and area.x <= point.x <= right
