"""A machine as a Mermaid flowchart, which GitHub and many editors draw in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from asl.elements.machine import StateMachine
from asl.graph.measure import drawable
from asl.graph.model import Edge, Node, graph
from asl.graph.nesting import about, has_end, ids, indented, told

_SHAPES = {
    "Choice": ('{{"', '"}}'), "Wait": ('("', '")'), "Succeed": ('(["', '"])'), "Fail": ('(["', '"])'),
}  # fmt: skip
_BOX = ('["', '"]')
_DOWN = "direction TB"
_CAUGHT = "stroke:#cf222e"

_MARKED = re.compile(r"[^\w\u2060 $'(),./:=\u0080-\U0010ffff-]")
"""What Mermaid, or the HTML that it takes in texts, might read as something else."""

_TORN = re.compile(r"^\d*(?=[-+*.)])|(?<=\$)(?=\$)|(?<=\\)")
"""Where a joiner that nobody sees keeps Mermaid from reading a list, a formula or an escape."""


def mermaid(machine: StateMachine) -> str:
    """A machine as the text of a Mermaid flowchart; what is in a Map or Parallel is in a subgraph.

    Mermaid draws 500 edges and texts of 50,000 characters at most, unless its settings allow more.

    Args:
        machine: The machine.
    """
    drawn = graph(machine)
    names = ids(drawn)

    def scope(index: int) -> Iterator[str | int]:
        each = drawn.scopes[index]
        yield f"s{index}(( ))"
        for node in each.nodes:
            yield from _node(node, names[node.name])
        if has_end(each):
            yield f"e{index}((( )))"

    lines = ["flowchart TB", *indented(scope)]
    caught: list[str] = []
    ways = 0
    for index, each in enumerate(drawn.scopes):
        lines.append(f"  s{index} --> {names[each.start]}")
        for way, edge in enumerate(each.edges, ways + 1):
            lines.append(f"  {names[edge.source]} {_arrow(edge)} {names[edge.target]}")
            caught += [f"{way}"] * (edge.kind == "catch")
        ends = [node for node in each.nodes if node.ends == "success"]
        lines += [f"  {names[node.name]} --> e{index}" for node in ends]
        ways += 1 + len(each.edges) + len(ends)
    lines += [f"  linkStyle {','.join(caught)} {_CAUGHT}"] * bool(caught)
    return "\n".join((*lines, ""))


def _node(node: Node, name: str) -> Iterator[str | int]:
    if not node.inner:
        before, behind = _SHAPES.get(node.type, _BOX)
        yield f"{name}{before}{_text(node.name)}<br/>{_text(about(node))}{behind}"
        return
    yield f'subgraph {name}["{_text(node.name)} · {_text(about(node))}"]'
    yield _DOWN
    for number, inner in enumerate(node.inner, 1):
        if len(node.inner) > 1:
            yield f'subgraph {name}_{number}["branch {number}"]'
            yield _DOWN
        yield inner
        if len(node.inner) > 1:
            yield "end"
    yield "end"


def _arrow(edge: Edge) -> str:
    arrow = "-.->" if edge.kind == "catch" else "-->"
    when = told(edge)
    return f'{arrow}|"{_text(when)}"|' if when else arrow


def _text(text: str) -> str:
    """A text as Mermaid shows it and nothing else."""
    plain = _TORN.sub(lambda found: f"{found[0]}\u2060", drawable(text))
    return _MARKED.sub(lambda found: f"#{ord(found[0])};", plain)
