"""A scope as rows of vertices, so that every line leads from a row to the next: what is longer gets bends."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import msgspec

from asl.graph.links import Link, Style, label_size, layers
from asl.graph.measure import Size

BENDS = 2
BENDS_ANYWAY = 1_000
"""Bends for each vertex and link, and besides. Lines that would need more go round, beside the rows.

Without a bound their number could grow as the square of the definition.
"""

Trunk = tuple[int, Style, bool]
"""What lines share that lead to the same vertex, in the same style and direction."""


class Run(msgspec.Struct, frozen=True):
    """A line from vertex to vertex, each in a row beside the one before.

    Attributes:
        vertices: The vertices.
        style: How it is drawn.
        arrow: Whether its end has an arrow head; else it leads into a label or another line.
        around: Whether its last two vertices are far apart, and it goes round beside the rows.
    """

    vertices: tuple[int, ...]
    style: Style
    arrow: bool
    around: bool = False


class Segment(NamedTuple):
    """A part of a line between two rows. The higher its weight, the more it should be straight."""

    upper: int
    lower: int
    weight: int


class Rows(msgspec.Struct):
    """The vertices of a scope in rows.

    Attributes:
        sizes: The size of each vertex: those of the marks and states, then labels and bends.
        row: The row of each vertex.
        bends: Those that are bends.
        labels: Those that are labels, each with its link.
        runs: The lines.
        segments: The lines' parts, each of which leads from a row to the next.
    """

    sizes: list[Size]
    row: list[int]
    bends: set[int]
    labels: dict[int, Link]
    runs: list[Run]
    segments: list[Segment]

    def add(self, row: int, size: Size) -> int:
        """Puts one more vertex into a row."""
        self.sizes.append(size)
        self.row.append(row)
        return len(self.row) - 1

    def trunk(self, run: Run) -> Trunk:
        """What a line shares with others, or would share."""
        source, target = run.vertices[0], run.vertices[-1]
        return target, run.style, self.row[target] < self.row[source]

    def bend(self, row: int) -> int:
        """Puts one more bend into a row."""
        vertex = self.add(row, Size(0, 0, 0))
        self.bends.add(vertex)
        return vertex


def rows(sizes: list[Size], found: list[Link]) -> Rows:
    """The rows of a scope.

    Args:
        sizes: The sizes of its vertices.
        found: The links between them; none from a vertex to itself.
    """
    layer = layers(len(sizes), found)
    # Between two layers there is a row for labels: each stands right below or above its link's source.
    beside = [2 * layer[link.source] + (-1 if link.back else 1) if link.label else None for link in found]
    used = {*(2 * each for each in layer), *(each for each in beside if each is not None)}
    number = {each: index for index, each in enumerate(sorted(used))}
    made = Rows(list(sizes), [number[2 * each] for each in layer], set(), {}, [], [])
    heads = []
    for link, row in zip(found, beside, strict=True):
        head = link.source
        if row is not None:
            head = made.add(number[row], label_size(link))
            made.labels[head] = link
            _run(made, (link.source, head), link, arrow=False)
        heads.append(head)
    _lead(made, found, heads)
    return made


def _lead(made: Rows, found: list[Link], heads: list[int]) -> None:
    """Draws each link on, from its source or its label to its target."""
    lengths = [abs(made.row[link.target] - made.row[head]) for link, head in zip(found, heads, strict=True)]
    longest: dict[Trunk, int] = {}
    for link, length in zip(found, lengths, strict=True):
        longest[_trunk(link)] = max(longest.get(_trunk(link), 0), length - 1)
    bent = _affordable(longest, BENDS_ANYWAY + BENDS * (len(made.row) + len(found)))
    bends: dict[Trunk, list[int]] = {}
    for link, head, length in zip(found, heads, lengths, strict=True):
        trunk = _trunk(link)
        if length == 1:
            _run(made, (head, link.target), link)
        elif trunk not in bent:
            made.runs.append(Run((head, link.target), link.style, arrow=True, around=True))
        else:
            if trunk not in bends:
                bends[trunk] = _bends(made, link, longest[trunk])
                _run(made, (*bends[trunk], link.target), link)
            _run(made, (head, bends[trunk][1 - length]), link, arrow=False)


def _trunk(link: Link) -> Trunk:
    return link.target, link.style, link.back


def _affordable(lengths: dict[Trunk, int], bends: int) -> set[Trunk]:
    """The trunks that get bends, the short ones first."""
    chosen = set()
    for trunk, length in sorted(lengths.items(), key=lambda item: item[1]):
        bends -= length
        if bends < 0:
            break
        chosen.add(trunk)
    return chosen


def _bends(made: Rows, link: Link, length: int) -> list[int]:
    """New bends, one in each row on the way to a link's target, and the last of them right beside it."""
    step = 1 if link.back else -1
    return [made.bend(made.row[link.target] + step * distance) for distance in range(length, 0, -1)]


def _run(made: Rows, vertices: tuple[int, ...], link: Link, *, arrow: bool = True) -> None:
    made.runs.append(Run(vertices, link.style, arrow))
    for source, target in pairwise(vertices):
        upper, lower = (target, source) if link.back else (source, target)
        made.segments.append(Segment(upper, lower, _weight(made, upper, lower, link)))


def _weight(made: Rows, upper: int, lower: int, link: Link) -> int:
    bends = (upper in made.bends) + (lower in made.bends)
    if bends == 2:
        return 3
    return 0 if link.back or link.style == "catch" else 1 if bends else 2
