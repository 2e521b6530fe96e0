"""The lines of a scope before they have a place: edges between the same two states, drawn as one."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from asl.graph.measure import SMALL_SIZE, Size, drawable, shortened, width
from asl.graph.model import Edge, Scope

Style: TypeAlias = Literal["flow", "catch"]

LABEL_ROOM = 170
LABEL_LINES = 3
LABEL_LINE_HEIGHT = 14
"""How much of a label is shown: its width and its lines."""

START = 0
"""The vertex of the mark at which a scope begins; its states follow, and then the mark at which it ends."""


class Link(msgspec.Struct):
    """All edges of one style from a vertex to another.

    Attributes:
        source: The vertex that it leaves.
        target: The vertex that it leads to.
        style: How it is drawn.
        edges: The edges; none where it leaves or reaches a mark.
        label: When it is taken, each line cut to the room; may be empty.
        back: Whether it leads up, as a loop does.
    """

    source: int
    target: int
    style: Style
    edges: list[Edge]
    label: tuple[str, ...] = ()
    back: bool = False


def links(scope: Scope) -> list[Link]:
    """The links of a scope, from its start mark on, state by state."""
    number = {node.name: index for index, node in enumerate(scope.nodes, START + 1)}
    end = len(scope.nodes) + 1
    same: dict[tuple[int, int, Style], Link] = {}
    for edge in scope.edges:
        style: Style = "catch" if edge.kind == "catch" else "flow"
        key = (number[edge.source], number[edge.target], style)
        same.setdefault(key, Link(*key, [])).edges.append(edge)
    for link in same.values():
        link.label = _label(link.edges, 1 if link.source == link.target else LABEL_LINES)
    ends = [Link(number[node.name], end, "flow", []) for node in scope.nodes if node.ends == "success"]
    return [Link(START, number[scope.start], "flow", []), *same.values(), *ends]


def _label(edges: list[Edge], lines: int) -> tuple[str, ...]:
    """When edges are taken, in so many lines."""
    told = [each.label or each.kind for each in edges if each.kind != "next"]
    if len(told) <= lines:
        return tuple(_cut(each, "") for each in told)
    more = f" and {len(told) - lines} more"
    return (*(_cut(each, "") for each in told[: lines - 1]), _cut(told[lines - 1], more))


def _cut(text: str, more: str) -> str:
    return shortened(drawable(text), SMALL_SIZE, LABEL_ROOM - width(more, SMALL_SIZE)) + more


def label_size(link: Link) -> Size:
    """The room of a link's label."""
    half = -(-max(width(line, SMALL_SIZE) for line in link.label) // 2)
    return Size(half, half, LABEL_LINE_HEIGHT * len(link.label))


def layers(count: int, found: list[Link]) -> list[int]:
    """The layer of each vertex, so that links lead down but for those that close a loop: these are marked.

    A vertex stands below all that lead to it, as high as that lets it (longest path).

    Args:
        count: How many vertices there are.
        found: The links between them; none from a vertex to itself.
    """
    leaving: list[list[Link]] = [[] for _ in range(count)]
    for link in found:
        leaving[link.source].append(link)
    layer = [0] + [1] * (count - 1)
    for vertex in _order(leaving):
        for link in leaving[vertex]:
            if not link.back:
                layer[link.target] = max(layer[link.target], layer[vertex] + 1)
    return layer


def _order(leaving: list[list[Link]]) -> list[int]:
    """The vertices, each before those that its links lead down to; marks the links that lead back."""
    done: list[int] = []
    state = [0] * len(leaving)  # 0 not seen, 1 on the way, 2 done
    for root in range(len(leaving)):
        if state[root]:
            continue
        state[root] = 1
        path = [(root, iter(leaving[root]))]
        while path:
            vertex, pending = path[-1]
            link = next(pending, None)
            if link is None:
                path.pop()
                state[vertex] = 2
                done.append(vertex)
            elif state[link.target] == 1:
                link.back = True
            elif not state[link.target]:
                state[link.target] = 1
                path.append((link.target, iter(leaving[link.target])))
    return done[::-1]
