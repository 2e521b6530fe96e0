"""The whole machine laid out: each scope alone, inner ones first, and then in the boxes of their states."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from asl.graph.content import Content, content
from asl.graph.model import Graph
from asl.graph.picture import Area, Box, Picture, Point
from asl.graph.plan import Plan, plan


def layout(graph: Graph, captions: Mapping[str, str] | None = None) -> Picture:
    """The picture of a graph.

    The work grows with states and edges and hardly faster; the same graph gives the same picture.

    Args:
        graph: The graph.
        captions: One more line of text for some states, by their names.
    """
    captions = captions or {}
    contents: list[list[Content]] = [[] for _ in graph.scopes]
    plans: list[Plan] = []
    sizes = [(0, 0)] * len(graph.scopes)
    for index in reversed(range(len(graph.scopes))):  # no recursion: nesting may be deep
        scope = graph.scopes[index]
        contents[index] = [
            content(node, [sizes[each] for each in node.inner], captions.get(node.name))
            for node in scope.nodes
        ]
        made = plan(scope, index, contents[index])
        plans.append(made)
        sizes[index] = (made.area.width, made.area.height)
    picture = Picture([Area(0, 0, *size) for size in sizes], [], [], [], [])
    for index, made in enumerate(reversed(plans)):
        _add(picture, graph, index, made, contents[index])
    return picture


def _add(picture: Picture, graph: Graph, index: int, made: Plan, contents: list[Content]) -> None:
    """Adds a scope, whose own place is known, and gives those in it theirs."""
    place = picture.scopes[index]
    x, y = place.x - made.area.x, place.y - made.area.y
    for node, area, each in zip(graph.scopes[index].nodes, made.boxes, contents, strict=True):
        box = area.moved(x, y)
        picture.boxes.append(Box(node, index, box, each.head, each.texts))
        for number, inner in zip(node.inner, each.inner, strict=True):
            picture.scopes[number] = inner.moved(box.x, box.y)
    replace = msgspec.structs.replace
    picture.marks += [replace(each, area=each.area.moved(x, y)) for each in made.marks]
    picture.labels += [replace(each, area=each.area.moved(x, y)) for each in made.labels]
    picture.lines += [
        replace(each, points=tuple(Point(at.x + x, at.y + y) for at in each.points)) for each in made.lines
    ]
