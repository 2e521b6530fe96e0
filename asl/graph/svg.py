"""A machine as SVG: a text that stands alone, for light and dark pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from xml.sax.saxutils import escape

from asl.elements.machine import StateMachine
from asl.graph.content import LINE_HEIGHT, TEXT_LEFT
from asl.graph.layout import layout
from asl.graph.links import LABEL_LINE_HEIGHT, Link
from asl.graph.measure import NAME_SIZE, SMALL_SIZE, drawable, is_known, width
from asl.graph.model import Graph, graph
from asl.graph.picture import Area, Box, Label, Line, Mark, Picture, Point
from asl.graph.style import COLOURS, OTHER, SIGNS, STYLE, opacity

_ROUND = 6
"""How far from a corner a line begins to turn, and how far before its end it is straight."""

_TOLD = 40
"""Ways that the description tells; whoever wants all of them has the definition."""

_LEGEND = 36
_LEGEND_SHARES = (0.01, 0.1, 0.25, 0.5, 1.0)
_SWATCH = 44


def draw(
    machine: StateMachine,
    *,
    shares: Mapping[str, float] | None = None,
    captions: Mapping[str, str] | None = None,
) -> str:
    """A machine as an SVG document, which needs no font, style sheet or script beside it.

    Args:
        machine: The machine.
        shares: By the names of states, shares of something from 0 to 1: the greater, the darker the state.
        captions: By the names of states, one more line of text, such as ``12 transitions``.

    Raises:
        ValueError: The machine has no state of such a name, or a share is not from 0 to 1.
    """
    shares, captions = shares or {}, captions or {}
    for name in [*shares, *captions]:
        if name not in machine.states:
            raise ValueError(f"the machine has no state called {name!r}")
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise ValueError(f"the share of {name!r} is to be from 0 to 1, not {share}")
    drawn = graph(machine)
    picture = layout(drawn, captions)
    return "\n".join((*_document(drawn, picture, shares), ""))


def _document(drawn: Graph, picture: Picture, shares: Mapping[str, float]) -> Iterator[str]:
    _, _, across, down = picture.scopes[0]
    legend = down
    if shares:
        across, down = max(across, _SWATCH * len(_LEGEND_SHARES) + 80), down + _LEGEND
    yield (
        '<svg xmlns="http://www.w3.org/2000/svg" class="asl-graph" role="img" '
        f'width="{across}" height="{down}" viewBox="0 0 {across} {down}">'
    )
    yield f"<title>A state machine that begins with {_text(drawn.scopes[0].start)}</title>"
    yield f"<desc>{_text(_description(drawn))}</desc>"
    yield f"<style>\n{STYLE}</style>"
    yield from _definitions(picture)
    yield f'<rect class="asl-page" width="{across}" height="{down}" rx="8"/>'
    for box in picture.boxes:
        yield _box(box, picture, shares.get(box.node.name))
    yield from map(_line, picture.lines)
    yield from map(_mark, picture.marks)
    yield from map(_label, picture.labels)
    if shares:
        yield from _legend(legend)
    yield "</svg>"


def _description(drawn: Graph) -> str:
    """The machine in words, for those who cannot see it."""
    edges = [edge for scope in drawn.scopes for edge in scope.edges]
    ways = [
        f"{edge.source} → {edge.target}" + (f" ({edge.kind})" if edge.kind != "next" else "")
        for edge in edges[:_TOLD]
    ]
    more = [f"and {len(edges) - _TOLD} more"] if len(edges) > _TOLD else []
    states = sum(len(scope.nodes) for scope in drawn.scopes)
    return "; ".join([f"{states} state{'s' * (states != 1)}", *ways, *more]) + "."


def _definitions(picture: Picture) -> Iterator[str]:
    """What is drawn again and again: arrow heads, and the signs of those types that there are."""
    yield "<defs>"
    for style in sorted({line.style for line in picture.lines}):
        yield (
            f'<marker id="asl-{style}" markerUnits="userSpaceOnUse" markerWidth="8" markerHeight="8" '
            f'refX="8" refY="4" orient="auto"><path class="asl-{style} asl-solid" d="M0 .5L8 4 0 7.5z"/>'
            "</marker>"
        )
    for kind in sorted({box.node.type for box in picture.boxes}):
        colour, sign = COLOURS.get(kind, OTHER[0]), SIGNS.get(kind, OTHER[1])
        yield (
            f'<g id="asl-{kind}"><rect width="24" height="24" rx="6" fill="{colour}"/><path '
            f'transform="translate(2 2)" d="{sign}" fill="none" stroke="#fff" stroke-width="1.8" '
            'stroke-linecap="round" stroke-linejoin="round"/></g>'
        )
    yield "</defs>"


# ------------------------------------------------------------------ states and marks


def _box(box: Box, picture: Picture, share: float | None) -> str:
    node, area = box.node, box.area
    about = f"{node.name} ({node.type})" if share is None else f"{node.name} ({node.type}, {share:.1%})"
    parts = [f"<g><title>{_text(about)}</title>", _rect("asl-box", area, 8)]
    if share:
        head = area._replace(height=box.head)
        parts.append(_rect("asl-share", head, 8, f' fill-opacity="{opacity(share)}"'))
    parts += [_rect("asl-inner", picture.scopes[each], 6) for each in node.inner]
    parts.append(f'<use href="#asl-{node.type}" x="{area.x + 10}" y="{area.y + 10}"/>')
    small = "asl-small asl-shaded" if share else "asl-small"
    for index, text in enumerate(box.texts):
        y = area.y + 20 + LINE_HEIGHT * index
        kind, size = (small, SMALL_SIZE) if index else ("asl-name", NAME_SIZE)
        parts.append(_write(text, area.x + TEXT_LEFT, y, kind, size))
    return "".join((*parts, "</g>"))


def _mark(mark: Mark) -> str:
    radius = mark.area.width // 2
    if mark.kind == "start":
        return _circle("asl-solid", mark.area, radius)
    return _circle("asl-line", mark.area, radius) + _circle("asl-solid", mark.area, radius - 3)


def _circle(kind: str, area: Area, radius: int) -> str:
    x, y = area.x + area.width // 2, area.y + area.height // 2
    return f'<circle class="{kind}" cx="{x}" cy="{y}" r="{radius}"/>'


# ------------------------------------------------------------------ lines and labels


def _line(line: Line) -> str:
    arrow = f' marker-end="url(#asl-{line.style})"' if line.arrow else ""
    return f'<path class="asl-{line.style} asl-line" d="{_path(line)}"{arrow}/>'


def _path(line: Line) -> str:
    """A path through the points of a line, rounded where it turns."""
    points = line.points
    parts = [f"M{points[0].x} {points[0].y}"]
    for index, (here, there) in enumerate(pairwise(points), 1):
        after = points[index + 1] if index + 1 < len(points) else None
        if _is_curve(here, there):
            parts.append(_swing(here, there, _ROUND if line.arrow and after is None else 0))
        elif after is None or _is_curve(there, after) or (here.x == there.x) == (there.x == after.x):
            parts.append(f"L{there.x} {there.y}")
        else:
            before, behind = _towards(there, here), _towards(there, after)
            parts.append(f"L{before.x} {before.y}Q{there.x} {there.y} {behind.x} {behind.y}")
    return "".join(parts)


def _is_curve(here: Point, there: Point) -> bool:
    return here.x != there.x and here.y != there.y


def _swing(here: Point, there: Point, straight: int) -> str:
    """A curve that is upright at both ends, and straight for the last few pixels."""
    down = 1 if there.y > here.y else -1
    end = there.y - down * min(straight, abs(there.y - here.y) // 3)
    middle = (here.y + end) // 2
    last = f"L{there.x} {there.y}" if end != there.y else ""
    return f"C{here.x} {middle} {there.x} {middle} {there.x} {end}{last}"


def _towards(here: Point, there: Point) -> Point:
    """A place between two points that are above or beside each other, a few pixels from the first."""
    across, down = there.x - here.x, there.y - here.y
    return Point(here.x + _clamped(across // 2), here.y + _clamped(down // 2))


def _clamped(length: int) -> int:
    return max(-_ROUND, min(_ROUND, length))


def _label(label: Label) -> str:
    x, y = label.area.x + label.area.width // 2, label.area.y + 11
    kind = f"asl-{label.link.style} asl-when"
    lines = [
        _write(line, x, y + LABEL_LINE_HEIGHT * index, kind, SMALL_SIZE)
        for index, line in enumerate(label.link.label)
    ]
    return f"<g><title>{_text(_told(label.link))}</title>{''.join(lines)}</g>"


def _told(link: Link) -> str:
    """When a link is taken, in full."""
    first = link.edges[0]
    return f"{first.source} → {first.target}: " + "; ".join(each.label or each.kind for each in link.edges)


# ------------------------------------------------------------------ small things


def _legend(y: int) -> Iterator[str]:
    """What the shades mean."""
    yield f'<text class="asl-small" x="14" y="{y + 18}">Share</text>'
    for index, share in enumerate(_LEGEND_SHARES):
        area = Area(54 + _SWATCH * index, y + 6, _SWATCH - 4, 18)
        yield _rect("asl-box", area, 4) + _rect("asl-share", area, 4, f' fill-opacity="{opacity(share)}"')
        text = f'x="{area.x + area.width // 2}" y="{area.y + 13}" text-anchor="middle"'
        yield f'<text class="asl-small asl-shaded" {text}>{share:.0%}</text>'


def _rect(kind: str, area: Area, radius: int, more: str = "") -> str:
    place = f'x="{area.x}" y="{area.y}" width="{area.width}" height="{area.height}"'
    return f'<rect class="{kind}" {place} rx="{radius}"{more}/>'


def _write(text: str, x: int, y: int, kind: str, size: int) -> str:
    """A line of text, as wide as it was measured where that can be known, whatever the font is."""
    fixed = f' textLength="{width(text, size)}" lengthAdjust="spacingAndGlyphs"' if is_known(text) else ""
    return f'<text class="{kind}" x="{x}" y="{y}"{fixed}>{escape(text)}</text>'


def _text(text: str) -> str:
    return escape(drawable(text))
