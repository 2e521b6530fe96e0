"""What stands in the boxes of states, and the room that it takes."""

from __future__ import annotations

from math import isqrt
from typing import NamedTuple

from asl.graph.measure import NAME_SIZE, SMALL_SIZE, drawable, shortened, width
from asl.graph.model import Node
from asl.graph.picture import Area

TEXT_ROOM = 210
"""How wide names and captions are shown."""

TEXT_LEFT = 44
LINE_HEIGHT = 16
_TEXT_RIGHT = 14
_NARROWEST = 110
_HEAD = 30

_INSIDE = 12
_BETWEEN = 12
_WIDEST_ROW = 1200


class Content(NamedTuple):
    """What stands in a box.

    Attributes:
        texts: Its lines of text, each cut to the room.
        head: The height of the part that they stand in.
        width: The width of the box.
        height: The height of the box.
        inner: Where the inner scopes are in the box.
    """

    texts: tuple[str, ...]
    head: int
    width: int
    height: int
    inner: tuple[Area, ...]


def content(node: Node, inner: list[tuple[int, int]], caption: str | None) -> Content:
    """What stands in a state's box.

    Args:
        node: The state.
        inner: The widths and heights of its inner scopes.
        caption: One more line of text.
    """
    about = f"{node.type} · {node.details}" if node.details else node.type
    texts = [shortened(drawable(node.name), NAME_SIZE, TEXT_ROOM)]
    texts += [shortened(drawable(each), SMALL_SIZE, TEXT_ROOM) for each in (about, caption) if each]
    widths = [width(texts[0], NAME_SIZE), *(width(each, SMALL_SIZE) for each in texts[1:])]
    room = max(_NARROWEST, TEXT_LEFT + max(widths) + _TEXT_RIGHT)
    head = _HEAD + LINE_HEIGHT * (len(texts) - 1)
    if not inner:
        return Content(tuple(texts), head, _even(room), head, ())
    areas = _rows(inner)
    right = max(each.x + each.width for each in areas) + _INSIDE
    bottom = max(each.y + each.height for each in areas) + _INSIDE
    left = max(0, room - right) // 2
    return Content(
        tuple(texts),
        head,
        _even(max(room, right)),
        head + bottom,
        tuple(each.moved(left, head) for each in areas),
    )


def _even(length: int) -> int:
    return length + length % 2


def _rows(sizes: list[tuple[int, int]]) -> list[Area]:
    """Places for scopes side by side, equally tall; where there are many, in several rows."""
    widest = max(_WIDEST_ROW, isqrt(2 * sum(across * down for across, down in sizes)))
    rows: list[list[tuple[int, int]]] = [[]]
    x = 0
    for size in sizes:
        if rows[-1] and x + size[0] > widest:
            rows.append([])
            x = 0
        rows[-1].append(size)
        x += size[0] + _BETWEEN
    areas = []
    y = 0
    for row in rows:
        x, tallest = _INSIDE, max(down for _, down in row)
        for across, _ in row:
            areas.append(Area(x, y, across, tallest))
            x += across + _BETWEEN
        y += tallest + _BETWEEN
    return areas
