"""The order of vertices within their rows, with few crossings: each is near the mean of its neighbours."""

from __future__ import annotations

from asl.graph.rows import Rows, Segment

SWEEPS = 8
"""How often the rows are put in order, down and up in turn; the best order is kept."""


def order(made: Rows) -> list[list[int]]:
    """The vertices of each row, from left to right."""
    above: list[list[int]] = [[] for _ in made.row]
    below: list[list[int]] = [[] for _ in made.row]
    between: list[list[Segment]] = [[] for _ in range(max(made.row) + 1)]
    for segment in sorted(made.segments, key=lambda each: -each.weight):
        below[segment.upper].append(segment.lower)
        above[segment.lower].append(segment.upper)
        between[made.row[segment.upper]].append(segment)
    lines = _first(made, below)
    place = [0] * len(made.row)
    for line in lines:
        _number(line, place)
    best, fewest = lines, _crossings(between, lines, place)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        lines = [list(line) for line in lines]
        neighbours = below if sweep % 2 else above
        for line in reversed(lines) if sweep % 2 else lines:
            _sort(line, neighbours, place)
        crossings = _crossings(between, lines, place)
        if crossings < fewest:
            best, fewest = lines, crossings
    return best


def _first(made: Rows, below: list[list[int]]) -> list[list[int]]:
    """An order to begin with: as one finds the vertices by going down as far as one can, main lines first."""
    lines: list[list[int]] = [[] for _ in range(max(made.row) + 1)]
    seen = [False] * len(made.row)
    for root in sorted(range(len(made.row)), key=made.row.__getitem__):
        pending = [root]
        while pending:
            vertex = pending.pop()
            if not seen[vertex]:
                seen[vertex] = True
                lines[made.row[vertex]].append(vertex)
                pending += reversed(below[vertex])
    return lines


def _sort(line: list[int], neighbours: list[list[int]], place: list[int]) -> None:
    """Sorts a row by the mean places of its vertices' neighbours; those without any stay where they are."""

    def mean(vertex: int) -> float:
        near = neighbours[vertex]
        return sum(place[each] for each in near) / len(near) if near else place[vertex]

    line.sort(key=mean)
    _number(line, place)


def _number(line: list[int], place: list[int]) -> None:
    for index, vertex in enumerate(line):
        place[vertex] = index


def _crossings(between: list[list[Segment]], lines: list[list[int]], place: list[int]) -> int:
    """How many segments cross, counted in a binary indexed tree (Barth, Juenger and Mutzel)."""
    total = 0
    for row, segments in enumerate(between):
        if len(segments) < 2:
            continue
        ends = sorted((place[each.upper], place[each.lower]) for each in segments)
        size = len(lines[row + 1])
        tree = [0] * (size + 1)
        for passed, (_, end) in enumerate(ends):
            at, before = end + 1, 0
            while at:
                before += tree[at]
                at -= at & -at
            total += passed - before
            at = end + 1
            while at <= size:
                tree[at] += 1
                at += at & -at
    return total
