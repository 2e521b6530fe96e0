"""A machine in DOT, the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from asl.elements.machine import StateMachine
from asl.graph.measure import drawable
from asl.graph.model import Edge, Graph, Node, graph
from asl.graph.nesting import about, has_end, ids, indented, told

_BEGINNING = (
    "digraph {",
    "  compound=true",
    '  graph [fontname="Helvetica,Arial,sans-serif" style=rounded]',
    '  node [fontname="Helvetica,Arial,sans-serif" shape=box style=rounded]',
    '  edge [fontname="Helvetica,Arial,sans-serif" fontsize=10]',
)
_SHAPES = {"Choice": " shape=hexagon", "Fail": ' color="#cf222e"', "Succeed": ' color="#1a7f37"'}
_CAUGHT = 'style=dashed color="#cf222e" fontcolor="#cf222e"'
_START = 'shape=circle style=filled fillcolor=black label="" width=0.15'
_END = 'shape=doublecircle style=filled fillcolor=black label="" width=0.1'
_HIDDEN = "style=invis"
_POINT = f"shape=point {_HIDDEN}"
"""What stands above the beginnings of all branches and below their ends, so that they are level."""


def dot(machine: StateMachine) -> str:
    """A machine as the text of a DOT graph; what is in a Map or Parallel is in a cluster.

    Args:
        machine: The machine.
    """
    drawn = graph(machine)
    names = ids(drawn)

    def scope(index: int) -> Iterator[str | int]:
        each = drawn.scopes[index]
        yield f"s{index} [{_START}]"
        for node in each.nodes:
            yield from _node(node, names[node.name])
        if has_end(each):
            yield f"e{index} [{_END}]"

    return "\n".join((*_BEGINNING, *indented(scope), *_Ways(drawn, names).lines(), "}", ""))


def _node(node: Node, name: str) -> Iterator[str | int]:
    label = f"label={_quoted(node.name, about(node))}"
    if not node.inner:
        yield f"{name} [{label}{_SHAPES.get(node.type, '')}]"
        return
    yield f"subgraph cluster_{name} {{"
    yield label
    for number, inner in enumerate(node.inner, 1):
        if len(node.inner) > 1:
            yield f"subgraph cluster_{name}_{number} {{"
            yield f'label="branch {number}" style="rounded,dashed"'
        yield inner
        if len(node.inner) > 1:
            yield "}"
    if len(node.inner) > 1:
        yield f"i{name} [{_POINT}]"
        yield f"o{name} [{_POINT}]"
    yield "}"


class _Ways:
    """The edges. One that leads to a cluster is drawn to a mark in it, and cut off at its border."""

    def __init__(self, drawn: Graph, names: dict[str, str]) -> None:
        self._drawn = drawn
        self._names = names
        self._nodes = {node.name: node for scope in drawn.scopes for node in scope.nodes}

    def lines(self) -> Iterator[str]:
        """A line for each."""
        for index, scope in enumerate(self._drawn.scopes):
            yield f"  s{index} -> {self._first(scope.start)}{_attributes(self._border('lhead', scope.start))}"
            yield from map(self._edge, scope.edges)
            for node in scope.nodes:
                yield from self._joined(node)
                if node.ends == "success":
                    out = _attributes(self._border("ltail", node.name))
                    yield f"  {self._last(node.name)} -> e{index}{out}"

    def _joined(self, node: Node) -> Iterator[str]:
        """What puts the branches of a state side by side."""
        if len(node.inner) > 1:
            name = self._names[node.name]
            for each in node.inner:
                yield f"  i{name} -> s{each} [{_HIDDEN}]"
                yield f"  {self._end(each)} -> o{name} [{_HIDDEN}]"

    def _edge(self, edge: Edge) -> str:
        source, target = edge.source, edge.target
        label = f"label={_quoted(told(edge))}" if told(edge) else ""
        # What leads from a cluster to itself has no part outside of it that could be shown.
        borders = [] if source == target else [self._border("ltail", source), self._border("lhead", target)]
        attributes = _attributes(label, _CAUGHT if edge.kind == "catch" else "", *borders)
        return f"  {self._last(source)} -> {self._first(target)}{attributes}"

    def _border(self, end: str, name: str) -> str:
        return f"{end}=cluster_{self._names[name]}" if self._nodes[name].inner else ""

    def _first(self, name: str) -> str:
        """What stands for a state where edges reach it."""
        inner = self._nodes[name].inner
        if len(inner) > 1:
            return f"i{self._names[name]}"
        return f"s{inner[0]}" if inner else self._names[name]

    def _last(self, name: str) -> str:
        """What stands for a state where edges leave it."""
        inner = self._nodes[name].inner
        if len(inner) > 1:
            return f"o{self._names[name]}"
        return self._end(inner[0]) if inner else self._names[name]

    def _end(self, scope: int) -> str:
        return f"e{scope}" if has_end(self._drawn.scopes[scope]) else f"s{scope}"


def _attributes(*given: str) -> str:
    found = " ".join(filter(None, given))
    return f" [{found}]" if found else ""


def _quoted(*lines: str) -> str:
    r"""Lines of text as a string of DOT, in which ``\`` and ``&`` begin something else than themselves."""
    escaped = (
        drawable(line).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for line in lines
    )
    return '"' + "\\n".join(escaped) + '"'
