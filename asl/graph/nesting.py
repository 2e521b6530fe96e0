"""Texts in which scopes stand within each other, as the languages of other drawing programs have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from asl.graph.model import Edge, Graph, Node, Scope

LONGEST = 60
"""Characters of an edge's label that are shown."""

_OPENING = "subgraph "
_CLOSING = ("end", "}")
"""How both languages begin and end what stands within something else."""


def indented(scope: Callable[[int], Iterator[str | int]]) -> Iterator[str]:
    """The lines of the machine's own scope, with those of inner scopes where their indexes stand.

    Args:
        scope: Gives the lines of a scope, and in their midst the indexes of scopes.
    """
    pending = [scope(0)]  # no recursion: nesting may be deep
    depth = 1
    while pending:
        line = next(pending[-1], None)
        if line is None:
            pending.pop()
        elif isinstance(line, int):
            pending.append(scope(line))
        else:
            depth -= line in _CLOSING
            yield "  " * depth + line
            depth += line.startswith(_OPENING)


def ids(graph: Graph) -> dict[str, str]:
    """A plain identifier for each state, by its name."""
    nodes = [node for scope in graph.scopes for node in scope.nodes]
    return {node.name: f"n{number}" for number, node in enumerate(nodes, 1)}


def about(node: Node) -> str:
    """What a state is and does, in one line."""
    return f"{node.type} · {node.details}" if node.details else node.type


def told(edge: Edge) -> str:
    """When an edge is taken, shortened; empty where it always is."""
    text = edge.label or ("" if edge.kind == "next" else edge.kind)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def has_end(scope: Scope) -> bool:
    """Whether a scope can end well, and so has a mark for that."""
    return any(node.ends == "success" for node in scope.nodes)
