"""A machine as a graph."""

from __future__ import annotations

import asl
from asl.graph import Edge, graph
from tests.unit.graph.shared import END, block, catch, choice, machine, map_of, parallel, passing, task


def test_edges_by_kind_in_the_order_in_which_they_are_asked_for():
    ((scope,),) = [
        graph(
            machine(
                A=task(Next="B", Catch=catch("E1", "E2", following="C")),
                B=choice("C", "A", default="D"),
                C=END,
                D=END,
            )
        ).scopes
    ]
    assert list(scope.edges) == [
        Edge("A", "B", "next", ""),
        Edge("A", "C", "catch", "E1, E2"),
        Edge("B", "C", "choice", "$.n = 0"),
        Edge("B", "A", "choice", "$.n = 1"),
        Edge("B", "D", "default", ""),
    ]


def test_states_called_like_fields():
    scope = graph(machine(Choices=passing("Catch"), Catch=passing("Default"), Default=END)).scopes[0]
    assert [(each.source, each.kind) for each in scope.edges] == [("Choices", "next"), ("Catch", "next")]


def test_how_scopes_end():
    states = {"A": choice("B", "C", default="D"), "B": {"Type": "Succeed"}, "C": {"Type": "Fail"}, "D": END}
    nodes = graph(machine(**states)).scopes[0].nodes
    assert [each.ends for each in nodes] == [None, "success", "failure", "success"]


def test_scopes_and_the_states_that_they_stand_in():
    inner = block(In=map_of(block(Deep=END)))
    found = graph(machine(Both=parallel(block(One=END), inner, Next="Last"), Last=map_of(block(Each=END))))
    assert [(each.kind, each.owner, each.start) for each in found.scopes] == [
        ("machine", None, "Both"),
        ("branch", "Both", "One"),
        ("branch", "Both", "In"),
        ("processor", "In", "Deep"),
        ("processor", "Last", "Each"),
    ]
    inside = {node.name: node.inner for scope in found.scopes for node in scope.nodes}
    assert inside == {"Both": (1, 2), "One": (), "In": (3,), "Deep": (), "Last": (4,), "Each": ()}


def test_the_older_name_of_a_processor():
    found = graph(asl.parse(block(A={"Type": "Map", "Iterator": block(B=END), "End": True})))
    assert [each.start for each in found.scopes] == ["A", "B"]


def test_as_json():
    assert graph(machine(A=map_of(block(B=task("work", Next="C"), C=END)))).to_dict() == {
        "scopes": [
            {"kind": "machine", "state": None, "startAt": "A"},
            {"kind": "processor", "state": "A", "startAt": "B"},
        ],
        "nodes": [
            {"name": "A", "type": "Map", "details": "", "ends": "success", "inner": [1], "scope": 0},
            {"name": "B", "type": "Task", "details": "work", "ends": None, "inner": [], "scope": 1},
            {"name": "C", "type": "Pass", "details": "", "ends": "success", "inner": [], "scope": 1},
        ],
        "edges": [{"source": "B", "target": "C", "kind": "next", "label": "", "scope": 1}],
    }
