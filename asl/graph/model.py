"""A machine as a graph: its scopes, the states in them, and the ways from state to state."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import msgspec

from asl.elements.machine import StateMachine
from asl.graph.words import condition, details, error_names
from asl.validator import scopes as places

EdgeKind: TypeAlias = Literal["next", "choice", "default", "catch"]


class Node(msgspec.Struct, frozen=True):
    """A state.

    Attributes:
        name: Its name, unique in the machine.
        type: Its Type, such as Task.
        details: What it does in a few words, such as the function that it calls; may be empty.
        ends: Whether its scope ends with it: ``success``, ``failure``, or None where it leads on.
        inner: The scopes in it, by index: a Parallel's branches, a Map's processor.
    """

    name: str
    type: str
    details: str
    ends: Literal["success", "failure"] | None
    inner: tuple[int, ...] = ()


class Edge(msgspec.Struct, frozen=True):
    """A way from a state to one of the same scope.

    Attributes:
        source: The state that it leaves.
        target: The state that it leads to.
        kind: The field that tells it.
        label: When it is taken: a choice rule's condition or a catcher's error names; else empty.
    """

    source: str
    target: str
    kind: EdgeKind
    label: str


class Scope(msgspec.Struct, frozen=True):
    """States that lead to each other and to no others (specification, "Transitions").

    Attributes:
        kind: What it is: the machine itself, a Parallel's branch or a Map's processor.
        owner: The state that it stands in, or None.
        start: The state that it begins with.
        nodes: Its states, in the order of the definition.
        edges: The ways between them, state by state.
    """

    kind: Literal["machine", "branch", "processor"]
    owner: str | None
    start: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


class Graph(msgspec.Struct, frozen=True):
    """A machine as a graph.

    Attributes:
        scopes: All its scopes: the machine's own first, and each before those in its states.
    """

    scopes: tuple[Scope, ...]

    def to_dict(self) -> dict[str, Any]:
        """The graph as JSON: ``scopes``, and ``nodes`` and ``edges`` that name theirs by index."""
        return {
            "scopes": [
                {"kind": each.kind, "state": each.owner, "startAt": each.start} for each in self.scopes
            ],
            "nodes": [
                {**msgspec.structs.asdict(node), "inner": list(node.inner), "scope": index}
                for index, scope in enumerate(self.scopes)
                for node in scope.nodes
            ],
            "edges": [
                {**msgspec.structs.asdict(edge), "scope": index}
                for index, scope in enumerate(self.scopes)
                for edge in scope.edges
            ],
        }


def graph(machine: StateMachine) -> Graph:
    """The graph of a machine."""
    found = list(places.scopes(machine.definition))
    inside: dict[str, list[int]] = {}
    for index, place in enumerate(found):
        owner = _owner(place)
        if owner is not None:
            inside.setdefault(owner, []).append(index)
    return Graph(tuple(_scope(place, inside) for place in found))


def _owner(place: places.Scope) -> str | None:
    """The state that a scope stands in: its path ends with ``NAME/ItemProcessor`` or ``NAME/Branches/0``."""
    if not place.place:
        return None
    return str(place.place[-3 if isinstance(place.place[-1], int) else -2])


def _scope(place: places.Scope, inside: dict[str, list[int]]) -> Scope:
    states: dict[str, Any] = place.states
    owner = _owner(place)
    nested: Literal["branch", "processor"] = (
        "branch" if place.place and isinstance(place.place[-1], int) else "processor"
    )
    return Scope(
        "machine" if owner is None else nested,
        owner,
        str(place.value["StartAt"]),
        tuple(
            Node(name, state["Type"], details(state), _ends(state), tuple(inside.get(name, ())))
            for name, state in states.items()
        ),
        tuple(edge for name, state in states.items() for edge in _edges(name, state, place)),
    )


def _ends(state: dict[str, Any]) -> Literal["success", "failure"] | None:
    if state["Type"] == "Fail":
        return "failure"
    return "success" if state["Type"] == "Succeed" or state.get("End") else None


_ORDER: tuple[EdgeKind, ...] = ("next", "choice", "default", "catch")


def _edges(name: str, state: dict[str, Any], place: places.Scope) -> list[Edge]:
    """The ways on from a state, in the order in which they are asked for."""
    found = []
    for edge in place.edges[name]:
        field, index = edge.place[-3:-1]  # such as Choices/0, or States/NAME for a field of the state's own
        if not isinstance(index, int):
            kind: EdgeKind = "default" if edge.field == "Default" else "next"
            found.append(Edge(name, edge.target, kind, ""))
        elif field == "Choices":
            found.append(Edge(name, edge.target, "choice", condition(state["Choices"][index])))
        else:
            found.append(Edge(name, edge.target, "catch", error_names(state["Catch"][index])))
    return sorted(found, key=lambda edge: _ORDER.index(edge.kind))
