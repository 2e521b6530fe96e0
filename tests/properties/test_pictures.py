"""What holds for every picture: nothing stands over anything else, and lines lead where the graph says."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

import asl
from asl.graph import Graph, dot, draw, graph, mermaid, rows
from asl.graph.layout import layout
from tests.properties.definitions import VALID, spoilt_definitions
from tests.properties.machines import machines
from tests.properties.pictures import entangled, expected, graphs, hidden, outside, overlapping, ways

many = settings(max_examples=200, deadline=None)
DRAWABLE = [each for each in VALID if not any(told.severity == "ERROR" for told in asl.validate(each))]


def faults(drawn: Graph) -> list[Any]:
    """What is wrong with the picture of a graph."""
    picture = layout(drawn)
    found: list[Any] = [*overlapping(picture), *outside(picture), *hidden(picture)]
    for index, scope in enumerate(drawn.scopes):
        if ways(picture, index) != expected(scope):
            found.append((scope, ways(picture, index), expected(scope)))
    return found


@many
@given(graphs)
def test_a_graph_of_any_form(drawn: Graph) -> None:
    assert faults(drawn) == []
    assert layout(drawn) == layout(drawn)


@many
@given(graphs)
def test_a_graph_whose_long_lines_all_go_round(drawn: Graph) -> None:
    with mock.patch.multiple(rows, BENDS=0, BENDS_ANYWAY=0):
        assert faults(drawn) == []
        assert entangled(layout(drawn)) == []


@many
@given(machines)
def test_a_random_machine(definition: Any) -> None:
    machine = asl.parse(definition)
    assert faults(graph(machine)) == []
    assert_texts(machine)


@pytest.mark.parametrize("number", range(len(DRAWABLE)))
def test_the_machines_of_samples_and_cases(number: int) -> None:
    machine = asl.parse(DRAWABLE[number])
    assert faults(graph(machine)) == []
    assert_texts(machine)


@many
@given(spoilt_definitions())
def test_whatever_can_be_parsed_can_be_drawn(definition: Any) -> None:
    try:
        machine = asl.parse(definition)
    except asl.InvalidDefinition:
        return
    assert faults(graph(machine)) == []
    assert_texts(machine)


def assert_texts(machine: asl.StateMachine) -> None:
    """The texts hold every state and every edge, the SVG is well-formed, and it is the same each time."""
    scopes = graph(machine).scopes
    ends = sum(node.ends == "success" for scope in scopes for node in scope.nodes)
    ways = sum(len(scope.edges) + 1 for scope in scopes) + ends
    svg = ElementTree.fromstring(draw(machine))
    assert len(svg.findall("{*}g/{*}use")) == len(machine.states)
    assert draw(machine) == draw(machine)
    flowchart, directed = mermaid(machine), dot(machine)
    assert len(set(re.findall(r"^ +(?:subgraph )?(n\d+)\W.*\"", flowchart, re.MULTILINE))) == len(
        machine.states
    )
    assert len(re.findall(r"^  \w+ -\.?->", flowchart, re.MULTILINE)) == ways
    assert len(set(re.findall(r"^ +(?:subgraph cluster_)?(n\d+) [\[{]", directed, re.MULTILINE))) == len(
        machine.states
    )
    assert len(re.findall(r"^  \w+ -> \w+(?! \[style=invis)", directed, re.MULTILINE)) >= ways
