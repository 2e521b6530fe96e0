"""Pictures of machines: as SVG, and as text for Mermaid and Graphviz; pure, without input or output."""

from asl.graph.flowchart import mermaid
from asl.graph.graphviz import dot
from asl.graph.model import Edge, Graph, Node, Scope, graph
from asl.graph.svg import draw

__all__ = ["Edge", "Graph", "Node", "Scope", "dot", "draw", "graph", "mermaid"]
