"""Where things stand in a picture."""

from __future__ import annotations

from typing import Any

import asl
from asl.graph import graph
from asl.graph.layout import layout
from asl.graph.picture import Area, Picture
from tests.properties.pictures import hidden, outside, overlapping
from tests.unit.graph.shared import (
    END,
    block,
    catch,
    chain,
    choice,
    machine,
    map_of,
    parallel,
    passing,
    task,
)  # fmt: skip


def drawn(**states: Any) -> Picture:
    return layout(graph(machine(**states)))


def areas(picture: Picture) -> dict[str, Area]:
    return {box.node.name: box.area for box in picture.boxes}


def axis(area: Area) -> int:
    return area.x + area.width // 2


def labels(picture: Picture) -> list[tuple[str, ...]]:
    return [each.link.label for each in picture.labels]


def test_a_chain_leads_straight_down():
    picture = layout(graph(chain(5)))
    places = list(areas(picture).values())
    assert len({axis(each) for each in places}) == 1
    assert [each.y for each in places] == sorted({each.y for each in places})
    assert all(len(line.points) == 2 for line in picture.lines)


def test_a_chain_stays_straight_beside_its_catchers():
    states = {f"s{n}": task(Next=f"s{n + 1}", Catch=catch("E", following="h")) for n in range(4)}
    found = areas(drawn(**states, s4=END, h=END))
    assert len({axis(found[f"s{n}"]) for n in range(5)}) == 1


def test_a_choice_stands_between_what_it_leads_to():
    found = areas(drawn(A=choice("B", default="C"), B=END, C=END))
    assert abs(axis(found["B"]) + axis(found["C"]) - 2 * axis(found["A"])) <= 2
    assert found["B"].y == found["C"].y > found["A"].y


def test_lines_to_one_state_are_joined():
    states = {f"s{n}": task(Next=f"s{n + 1}", Catch=catch("E", following="h")) for n in range(9)}
    picture = drawn(**states, s9=END, h=END)
    caught = [each for each in picture.lines if each.style == "catch" and each.arrow]
    assert len(caught) <= 2


def test_edges_between_the_same_two_states_are_one_line_with_a_label_of_several():
    picture = drawn(A=choice("B", "B", default="C"), B=END, C=END)
    assert labels(picture) == [("$.n = 0", "$.n = 1"), ("default",)]
    many = drawn(A=choice(*["B"] * 9, default="B"), B=END)
    assert labels(many) == [("$.n = 0", "$.n = 1", "$.n = 2 and 7 more")]


def test_a_loop_to_itself_stands_beside_the_state():
    picture = drawn(A=task(Catch=catch("E", following="A"), Next="B"), B=choice("B", "B", default="C"), C=END)
    found = areas(picture)
    right = {"A": found["A"].x + found["A"].width, "B": found["B"].x + found["B"].width}
    loops = [
        line.points
        for line in picture.lines
        if line.points[0].y != line.points[-1].y and len(line.points) == 4
    ]
    assert [points[0].x for points in loops] == [points[-1].x for points in loops] == [right["A"], right["B"]]
    assert ("$.n = 0 and 1 more",) in labels(picture)


def test_loops_lead_up():
    found = areas(drawn(A=passing("B"), B=passing("C"), C=choice("A", default="D"), D=END))
    assert found["A"].y < found["B"].y < found["C"].y < found["D"].y


def test_scopes_stand_in_their_states():
    inner = parallel(block(D=END), block(E=map_of(block(F=END))))
    picture = drawn(A=map_of(block(B=parallel(block(C=inner), block(G=END)))))
    assert outside(picture) == []
    assert overlapping(picture) == []
    assert len(picture.scopes) == 7


def test_many_branches_stand_in_several_rows():
    picture = drawn(A=parallel(*(block(**{f"b{n}": END}) for n in range(60))))
    area = picture.scopes[0]
    assert len({each.y for each in picture.scopes[1:]}) > 3
    assert area.width < 3 * area.height
    assert outside(picture) == []


def test_a_long_name_is_cut_and_a_box_is_not_wider_for_it():
    names = ["long " * 16, "W" * 80, "日" * 80]
    picture = drawn(**{names[0]: passing(names[1]), names[1]: passing(names[2]), names[2]: END})
    assert all(box.texts[0].endswith("…") for box in picture.boxes)
    assert max(box.area.width for box in picture.boxes) < 280


def test_a_caption_is_one_more_line():
    plain, told = (layout(graph(machine(A=END)), captions) for captions in (None, {"A": "12 transitions"}))
    assert told.boxes[0].texts == ("A", "Pass", "12 transitions")
    assert told.boxes[0].area.height > plain.boxes[0].area.height


def test_6000_states():
    picture = layout(graph(chain(6_000)))
    assert len(picture.boxes) == 6_000
    assert overlapping(picture) == []
    assert outside(picture) == []


def test_more_lines_than_bends_can_be_afforded():
    count = 150
    states = {f"t{n}": passing(f"t{n + 1}" if n < count - 1 else None) for n in range(count)}
    picture = drawn(first=choice(*states), **states)
    assert overlapping(picture) == []
    assert hidden(picture) == []
    assert outside(picture) == []


def test_300_levels():
    nested = block(Innermost=END)
    for level in range(300):
        nested = block(**{f"Level {level}": map_of(nested)})
    picture = layout(graph(asl.parse(nested)))
    assert len(picture.scopes) == 301
    assert outside(picture) == []
