"""A picture of a machine before it is drawn: boxes, lines, labels and marks with their places, in pixels."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

from asl.graph.links import Link, Style
from asl.graph.model import Node


class Area(NamedTuple):
    """A rectangle."""

    x: int
    y: int
    width: int
    height: int

    def moved(self, x: int, y: int) -> Area:
        """The same elsewhere."""
        return Area(self.x + x, self.y + y, self.width, self.height)


class Point(NamedTuple):
    """A place: right of the left edge, and below the upper one."""

    x: int
    y: int


class Box(msgspec.Struct, frozen=True):
    """A state.

    Attributes:
        node: The state.
        scope: The scope that it is in, by index.
        area: Where it is.
        head: The height of its upper part, in which its texts stand; what is below holds its inner scopes.
        texts: Its name, what it is, and a caption if there is one, each cut to the room.
    """

    node: Node
    scope: int
    area: Area
    head: int
    texts: tuple[str, ...]


class Mark(msgspec.Struct, frozen=True):
    """Where a scope begins or ends."""

    kind: Literal["start", "end"]
    scope: int
    area: Area


class Label(msgspec.Struct, frozen=True):
    """The text beside a line.

    Attributes:
        link: What it belongs to, with its lines of text.
        scope: The scope that it is in, by index.
        area: Where it is.
    """

    link: Link
    scope: int
    area: Area


class Line(msgspec.Struct, frozen=True):
    """A line, which may be a part of several ways: those that lead to the same state share its end.

    Attributes:
        points: Where it leads through. It is straight between points above or beside each other, and
            swings between others, upright at both.
        style: How it is drawn.
        arrow: Whether an arrow head stands at its end; else a label or another line goes on from there.
        scope: The scope that it is in, by index.
    """

    points: tuple[Point, ...]
    style: Style
    arrow: bool
    scope: int


class Picture(msgspec.Struct):
    """All that is to be drawn. What stands in something else comes after it.

    Attributes:
        scopes: Where the scopes of states are, by index; the machine's own is the whole picture.
        boxes: The states.
        marks: Where scopes begin and end.
        lines: The lines.
        labels: What stands beside them.
    """

    scopes: list[Area]
    boxes: list[Box]
    marks: list[Mark]
    lines: list[Line]
    labels: list[Label]
