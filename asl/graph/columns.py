"""Where vertices stand from left to right: what leads straight down is aligned, and the rest is near.

Lines' straight parts and chains of states are blocks, whose vertices share an axis. Blocks are first put
as far left as they go, and then each moves towards its neighbours as far as the blocks beside it let it.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from asl.graph.rows import Rows, Segment

PASSES = 8
"""How often the blocks are moved, from the right and from the left in turn."""

STATE_GAP = 14
LABEL_GAP = 6
BEND_GAP = 8
"""Room on each side of a vertex, besides its own."""


def columns(made: Rows, lines: list[list[int]]) -> list[int]:
    """The axis of each vertex. Where two stand side by side in a row, their sizes and gaps do not overlap."""
    block = _blocks(made, lines)
    blocks = _Blocks(made, lines, block)
    blocks.pack()
    for number in range(PASSES):
        blocks.settle(leftwards=bool(number % 2))
    return [blocks.axis[each] for each in block]


def _gap(made: Rows, vertex: int) -> int:
    return BEND_GAP if vertex in made.bends else LABEL_GAP if vertex in made.labels else STATE_GAP


# ------------------------------------------------------------------ what is aligned


def _blocks(made: Rows, lines: list[list[int]]) -> list[int]:
    """The block of each vertex, named by its uppermost one."""
    place = [0] * len(made.row)
    for line in lines:
        for index, vertex in enumerate(line):
            place[vertex] = index
    between: list[list[Segment]] = [[] for _ in lines]
    for segment in made.segments:
        between[made.row[segment.upper]].append(segment)
    block = list(range(len(made.row)))
    for segments in between:
        for upper, lower in _aligned(segments, place):
            block[lower] = block[upper]
    return block


def _aligned(segments: list[Segment], place: list[int]) -> list[tuple[int, int]]:
    """Of the segments between two rows those that are to be upright: no two cross, or share a vertex.

    A vertex goes with the middle one of its neighbours, among those that its heaviest segments lead to,
    if that one goes with it; with two, it stands between them.
    """
    above, below = _middle(segments, place, upwards=True), _middle(segments, place, upwards=False)
    wanted = sorted(
        ((-weight, place[upper], upper, lower) for upper, lower, weight in segments
         if above.get(lower) == upper and below.get(upper) == lower),
    )  # fmt: skip
    chosen: list[tuple[int, int]] = []
    places: list[tuple[int, int]] = []
    for _, at, upper, lower in wanted:
        index = bisect_left(places, (at, place[lower]))
        if index and places[index - 1][1] >= place[lower]:
            continue
        if index < len(places) and places[index][1] <= place[lower]:
            continue
        places.insert(index, (at, place[lower]))
        chosen.append((upper, lower))
    return chosen


def _middle(segments: list[Segment], place: list[int], *, upwards: bool) -> dict[int, int]:
    """For each vertex the neighbour that it goes with, if any."""
    heaviest: dict[int, int] = {}
    found: dict[int, list[int]] = {}
    for upper, lower, weight in segments:
        vertex, neighbour = (lower, upper) if upwards else (upper, lower)
        if weight > heaviest.get(vertex, -1):
            heaviest[vertex] = weight
            found[vertex] = []
        if weight == heaviest[vertex]:
            found[vertex].append(neighbour)
    return {
        vertex: sorted(near, key=place.__getitem__)[len(near) // 2]
        for vertex, near in found.items()
        if len(near) % 2
    }


# ------------------------------------------------------------------ where blocks stand


class _Blocks:
    """The blocks of a scope, and how near they may come to each other.

    Attributes:
        axis: Where each stands; by the names of blocks, which are vertices.
    """

    def __init__(self, made: Rows, lines: list[list[int]], block: list[int]) -> None:
        count = len(block)
        self.axis = [0] * count
        self._right: list[dict[int, int]] = [{} for _ in range(count)]
        self._left: list[dict[int, int]] = [{} for _ in range(count)]
        for line in lines:
            for one, other in pairwise(line):
                apart = made.sizes[one].right + _gap(made, one) + _gap(made, other) + made.sizes[other].left
                a, b = block[one], block[other]
                self._right[a][b] = self._left[b][a] = max(apart, self._right[a].get(b, 0))
        self._pulls: list[list[tuple[int, int]]] = [[] for _ in range(count)]
        for upper, lower, weight in made.segments:
            a, b = block[upper], block[lower]
            if a != b:
                self._pulls[a].append((b, weight + 1))
                self._pulls[b].append((a, weight + 1))
        self._order = self._from_the_left({*block})

    def _from_the_left(self, blocks: set[int]) -> list[int]:
        """The blocks, each after those to its left."""
        waiting = {each: len(self._left[each]) for each in blocks}
        ready = sorted((each for each in blocks if not waiting[each]), reverse=True)
        done = []
        while ready:
            block = ready.pop()
            done.append(block)
            for other in self._right[block]:
                waiting[other] -= 1
                if not waiting[other]:
                    ready.append(other)
        return done

    def pack(self) -> None:
        """Puts each block as far left as it goes."""
        for block in self._order:
            left = self._left[block]
            self.axis[block] = max((self.axis[each] + apart for each, apart in left.items()), default=0)

    def settle(self, *, leftwards: bool) -> None:
        """Moves each block towards the mean of those that it is connected with."""
        axis = self.axis
        for block in self._order if leftwards else reversed(self._order):
            pulls = self._pulls[block]
            if not pulls:
                continue
            total = sum(weight for _, weight in pulls)
            wanted = sum(axis[each] * weight for each, weight in pulls) // total
            for each, apart in self._left[block].items():
                wanted = max(wanted, axis[each] + apart)
            for each, apart in self._right[block].items():
                wanted = min(wanted, axis[each] - apart)
            axis[block] = wanted
