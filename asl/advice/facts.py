"""The facts that advice is made of: a definition's states and how they are nested, and what runs showed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, TypeAlias

import msgspec

from asl.advice.bill import Bill
from asl.advice.evidence import Evidence
from asl.advice.finding import Saving
from asl.elements.resource import Resource, resource
from asl.jsontypes import JSON
from asl.states.map_ import is_distributed
from asl.validator.scopes import Edge, Scope, Steps, scopes

Kind: TypeAlias = Literal["STANDARD", "EXPRESS"]


class Node(msgspec.Struct, frozen=True, eq=False):
    """A state in its place.

    Attributes:
        name: Its name.
        place: Path to it.
        state: It, as it is written.
        scope: The block that it stands in.
        around: The states around it, the outermost first.
    """

    name: str
    place: Steps
    state: dict[str, Any]
    scope: Scope
    around: tuple[Node, ...]

    @property
    def type(self) -> str:
        """Its Type."""
        kind: str = self.state["Type"]
        return kind

    @property
    def levels(self) -> tuple[Node, ...]:
        """The states around it and itself."""
        return (*self.around, self)

    @property
    def is_distributed(self) -> bool:
        """Whether it is a Map in Distributed mode."""
        return self.type == "Map" and is_distributed(self.state)

    @property
    def calls(self) -> Resource | None:
        """What a Task calls."""
        text = self.state.get("Resource")
        return resource(text) if self.type == "Task" and isinstance(text, str) else None

    @property
    def scope_ways(self) -> dict[str, list[str]]:
        """Where each state of its block leads, catchers left out."""
        return {
            name: [each.target for each in edges if not is_catch(each)]
            for name, edges in self.scope.edges.items()
        }


class Facts:
    """A definition without errors, what it is, and what is known of its executions.

    Args:
        definition: The definition.
        kind: What it is.
        evidence: What runs showed; without any runs, rules that measure say nothing.
        bill: How many executions there are, and what they cost; None where money is not asked for.
    """

    def __init__(
        self,
        definition: JSON,
        kind: Kind = "STANDARD",
        evidence: Evidence | None = None,
        bill: Bill | None = None,
    ) -> None:
        self.definition: dict[str, Any] = definition
        self.kind = kind
        self.evidence = evidence or Evidence()
        self.bill = bill
        self.scopes = list(scopes(definition))

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Every state by its name; names are unique in a machine. Outer states come first."""
        found: dict[str, Node] = {}
        for scope in self.scopes:
            around = tuple(found[name] for name in _owners(scope.place))
            for place, state in scope.members:
                name = str(place[-1])
                found[name] = Node(name, place, state, scope, around)
        return found

    def all(self, kind: str) -> Iterator[Node]:
        """The states of a Type."""
        return (each for each in self.nodes.values() if each.type == kind)

    def before(self, node: Node) -> list[Edge]:
        """Every way that leads to a state, by catchers too; the block's StartAt is none."""
        return [each for edges in node.scope.edges.values() for each in edges if each.target == node.name]

    @cached_property
    def transitions(self) -> Fraction:
        """The transitions of an execution, on average; 0 without runs."""
        if self.bill is not None:
            return self.bill.transitions
        return self.evidence.each(sum(each.transitions for each in self.evidence.states.values()))

    def saving(self, transitions: Fraction) -> Saving | None:
        """What it saves where each execution makes so many transitions less; None if no run was seen."""
        if not self.evidence.runs:
            return None
        return Saving(transitions, None if self.bill is None else self.bill.less(transitions))

    def is_billed_by_transition(self, node: Node) -> bool:
        """Whether entering the state is a transition that is paid: not in Express executions."""
        if self.kind == "EXPRESS":
            return False
        return not any(each.is_distributed and child_type(each) == "EXPRESS" for each in node.around)

    def language(self, node: Node) -> str:
        """The query language that a state is written in."""
        told: str = node.state.get("QueryLanguage", self.definition.get("QueryLanguage", "JSONPath"))
        return told


def is_catch(edge: Edge) -> bool:
    """Whether a way is a catcher's."""
    return len(edge.place) >= 3 and edge.place[-3] == "Catch"


def child_type(node: Node) -> str:
    """What the executions of a distributed Map are."""
    block = processor(node)
    kind: str = block["ProcessorConfig"].get("ExecutionType", "STANDARD")
    return kind


def processor(node: Node) -> dict[str, Any]:
    """The block that a Map's items go through."""
    block: dict[str, Any] = node.state.get("ItemProcessor") or node.state["Iterator"]
    return block


def _owners(place: Steps) -> Iterator[str]:
    """The names of the states that a block stands in, the outermost first."""
    at = 0
    while at < len(place):
        yield str(place[at + 1])  # States, NAME
        at += 4 if place[at + 2] == "Branches" else 3
