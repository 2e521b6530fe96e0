"""A machine as text for Mermaid and for Graphviz."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest

import asl
from asl.graph import dot, mermaid
from tests.unit.graph.shared import END, block, catch, choice, machine, map_of, parallel, passing, task

NAMES = [
    "plain", "</svg>", 'a "b" c', "a\\nb", "a\\", "a\nb", "&lt; &amp;", "#35; #quot;", "`code`", "%%{init}%%",
    "{% $x %}", "$$x$$", "日本語 é", "\x00",
    "1. first", "- item", "* item", "--- x", "]; n1", "| -->", "end", "<br/>",
]  # fmt: skip


@pytest.fixture(scope="module")
def odd() -> asl.StateMachine:
    pairs = zip(NAMES, [*NAMES[1:], None], strict=True)
    return machine(**{name: passing(following) for name, following in pairs})


def shown(name: str) -> str:
    """What is to be read of a name in a picture."""
    return name.replace("\n", " ").replace("\x00", "\ufffd")


# ------------------------------------------------------------------ Mermaid


def test_a_flowchart():
    saga = machine(
        A=task("work", Next="B", Catch=catch("E1", "E2", following="D")), B=choice("C", default="A"),
        C={"Type": "Wait", "Seconds": 5, "Next": "E"}, D={"Type": "Fail", "Error": "X"},
        E={"Type": "Succeed"},
    )  # fmt: skip
    assert (
        mermaid(saga)
        == """flowchart TB
  s0(( ))
  n1["A<br/>Task · work"]
  n2{{"B<br/>Choice"}}
  n3("C<br/>Wait · 5 s")
  n4(["D<br/>Fail · X"])
  n5(["E<br/>Succeed"])
  e0((( )))
  s0 --> n1
  n1 --> n2
  n1 -.->|"E1, E2"| n4
  n2 -->|"$.n = 0"| n3
  n2 -->|"default"| n1
  n3 --> n5
  n5 --> e0
  linkStyle 2 stroke:#cf222e
"""
    )


def test_subgraphs():
    nested = machine(A=parallel(block(B=END), block(C=map_of(block(D=END))), Next="E"), E=END)
    lines = mermaid(nested).splitlines()
    assert lines[lines.index('  subgraph n1["A · Parallel"]') : lines.index("  e0((( )))")] == [
        '  subgraph n1["A · Parallel"]',
        "    direction TB",
        '    subgraph n1_1["branch 1"]',
        "      direction TB",
        "      s1(( ))",
        '      n3["B<br/>Pass"]',
        "      e1((( )))",
        "    end",
        '    subgraph n1_2["branch 2"]',
        "      direction TB",
        "      s2(( ))",
        '      subgraph n4["C · Map"]',
        "        direction TB",
        "        s3(( ))",
        '        n5["D<br/>Pass"]',
        "        e3((( )))",
        "      end",
        "      e2((( )))",
        "    end",
        "  end",
        '  n2["E<br/>Pass"]',
    ]


def test_the_links_that_are_styled_are_those_that_catch():
    branch = block(B=task(Next="C", Catch=catch("E", following="C")), C=END)
    other = block(D=task(Next="F", Catch=catch("E", following="F")), F=END)
    text = mermaid(machine(A=parallel(branch, other, Next="Z"), Z=END))
    links = [line.strip() for line in text.splitlines() if re.search(r" -\.?->", line)]
    (styled,) = re.findall(r"linkStyle ([\d,]+) ", text)
    assert [links[int(each)] for each in styled.split(",")] == [each for each in links if "-.->" in each]
    assert "linkStyle" not in mermaid(machine(A=END))


def test_any_name_is_a_text_of_mermaid(odd):
    quoted = re.findall(r'^  n\d+\["([^"]*)<br/>Pass"\]$', mermaid(odd), re.MULTILINE)
    read = [re.sub(r"#(\d+);", lambda code: chr(int(code[1])), each) for each in quoted]
    assert [each.replace("\u2060", "") for each in read] == [shown(each) for each in NAMES]
    for each in quoted:
        assert not re.search(r"""[<>"`\\{}|\[\];%&]|\$\$""", re.sub(r"#\d+;", "", each))
        assert not re.search(r"^\d*[-+*.)]|#92;(?!\u2060)", each)


# ------------------------------------------------------------------ Graphviz


def test_a_directed_graph():
    saga = machine(
        A=task("work", Next="B", Catch=catch("E", following="D")), B=choice("D", default="A"), D=END
    )
    lines = dot(saga).splitlines()
    assert lines[0] == "digraph {"
    assert [line.strip() for line in lines if "label=" in line and '""' not in line] == [
        r'n1 [label="A\nTask · work"]',
        r'n2 [label="B\nChoice" shape=hexagon]',
        r'n3 [label="D\nPass"]',
        'n1 -> n3 [label="E" style=dashed color="#cf222e" fontcolor="#cf222e"]',
        'n2 -> n3 [label="$.n = 0"]',
        'n2 -> n1 [label="default"]',
    ]
    assert [line.strip() for line in lines if "->" in line and "label" not in line] == [
        "s0 -> n1", "n1 -> n2", "n3 -> e0",
    ]  # fmt: skip


def test_edges_of_clusters_end_at_their_borders():
    one = machine(A=map_of(block(B=END), Next="C", Catch=catch("E", following="A")), C=map_of(block(D=END)))
    assert [line.strip() for line in dot(one).splitlines() if "->" in line] == [
        "s0 -> s1 [lhead=cluster_n1]",
        "e1 -> s2 [ltail=cluster_n1 lhead=cluster_n2]",
        'e1 -> s1 [label="E" style=dashed color="#cf222e" fontcolor="#cf222e"]',
        "e2 -> e0 [ltail=cluster_n2]",
        "s1 -> n3",
        "n3 -> e1",
        "s2 -> n4",
        "n4 -> e2",
    ]


def test_branches_are_level():
    lines = dot(machine(A=parallel(block(B=END), block(C={"Type": "Fail"})))).splitlines()
    assert [line.strip() for line in lines if "-> " in line and ("invis" in line or "cluster" in line)] == [
        "s0 -> in1 [lhead=cluster_n1]",
        "in1 -> s1 [style=invis]",
        "e1 -> on1 [style=invis]",
        "in1 -> s2 [style=invis]",
        "s2 -> on1 [style=invis]",
        "on1 -> e0 [ltail=cluster_n1]",
    ]


def test_any_name_is_a_text_of_graphviz(odd):
    labels = re.findall(r'^  n\d+ \[label="((?:[^"\\]|\\.)*)\\nPass"\]$', dot(odd), re.MULTILINE)
    assert [unescape(re.sub(r"\\(.)", r"\1", each)) for each in labels] == [shown(each) for each in NAMES]


def test_what_opens_is_closed():
    nested = block(Innermost=END)
    for level in range(300):
        nested = block(
            **{f"m{level}": map_of(nested), "end": END} if False else {f"m{level}": map_of(nested)}
        )
    found = asl.parse(nested)
    assert sum(depths(mermaid(found), "end")) == sum(depths(dot(found), "}", last=True)) == 0


def depths(text: str, closing: str, last: bool = False) -> Iterator[int]:
    """What each line adds to the depth."""
    for line in text.splitlines()[: -1 if last else None]:
        yield line.strip().startswith("subgraph") - (line.strip() == closing)
