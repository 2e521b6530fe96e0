"""A machine as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

import asl
from asl.graph import draw
from asl.graph.style import COLOURS, SIGNS, STYLE, opacity
from asl.states import STATE_TYPES
from tests.unit.graph.shared import END, block, catch, choice, machine, map_of, parallel, passing, task

ODD = ["</svg>", '"quoted"', "&amp;", "a\nb", "\x00\x1b[2J", "]]>", "<!--", "'", "日本語", "\u202eright"]
SAGA = machine(
    A=task(Next="B", Catch=catch("E", following="D")), B=choice("C", default="A"), C=map_of(block(In=END)),
    D={"Type": "Fail", "Error": "X"},
)  # fmt: skip


def svg(*given: Any, **options: Any) -> Element:
    return ElementTree.fromstring(draw(*given, **options))


def texts(element: Element) -> list[str]:
    return [each.text or "" for each in element.findall(".//{*}text")]


def by_class(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element.iter() if name in each.get("class", "").split())


def test_it_says_what_it_is_to_those_who_cannot_see_it():
    found = svg(SAGA)
    assert found.get("role") == "img"
    assert [each.tag.split("}")[1] for each in found][:2] == ["title", "desc"]
    assert found[0].text == "A state machine that begins with A"
    assert found[1].text == "5 states; A → B; A → D (catch); B → C (choice); B → A (default)."


def test_it_needs_nothing_beside_it():
    text = draw(SAGA)
    assert text.count("http") == text.count('xmlns="http://www.w3.org/2000/svg"') == 1
    assert all(
        word not in text for word in ("url(http", "@import", "@font-face", "<script", "<image", "var(")
    )


def test_its_size_is_that_of_what_is_in_it():
    found = svg(SAGA)
    width, height = int(found.get("width", "")), int(found.get("height", ""))
    assert found.get("viewBox") == f"0 0 {width} {height}"
    for each in by_class(found, "asl-box"):
        assert int(each.get("x", "")) + int(each.get("width", "")) <= width
        assert int(each.get("y", "")) + int(each.get("height", "")) <= height


def test_every_type_has_its_sign():
    assert set(SIGNS) == set(COLOURS) == set(STATE_TYPES)
    found = svg(SAGA)
    used = {each.get("href", "").removeprefix("#") for each in found.findall(".//{*}use")}
    defined = {each.get("id") for each in found.find("{*}defs") or ()}
    assert used == {"asl-Task", "asl-Choice", "asl-Map", "asl-Pass", "asl-Fail"}
    assert used < defined


def test_texts_are_there():
    assert texts(svg(SAGA)) == [
        "A", "Task · f", "B", "Choice", "C", "Map", "D", "Fail · X", "In", "Pass",
        "E", "$.n = 0", "default",
    ]  # fmt: skip


def test_a_long_name_is_shortened_and_told_in_full():
    name = "A name that is much too long for a box, and that one cannot read to its end there"[:80]
    found = svg(machine(**{name: END}))
    assert texts(found)[0].endswith("…")
    assert f"{name} (Pass)" in [each.text for each in found.findall(".//{*}title")]


def test_a_long_condition_is_told_in_full():
    rule = {"Variable": "$.a", "StringEquals": "x" * 90, "Next": "B"}
    found = svg(machine(A={"Type": "Choice", "Choices": [rule]}, B=END))
    assert any(each.text == f'A → B: $.a = "{"x" * 90}"' for each in found.findall(".//{*}title"))


def test_odd_names_are_texts_and_nothing_else():
    names = [*ODD, "last"]
    states = {name: passing(following) for name, following in zip(names, [*names[1:], None], strict=True)}
    found = svg(machine(**states))
    assert len(found.findall(".//{*}use")) == len(names)
    for name in ("</svg>", '"quoted"', "&amp;", "a b", "��[2J", "]]>", "<!--", "'", "日本語", "�right"):
        assert name in texts(found)


def test_lines_that_catch_are_told_apart_without_colour():
    assert "asl-catch.asl-line{stroke:#cf222e;stroke-dasharray" in STYLE
    caught = [each for each in by_class(svg(SAGA), "asl-catch") if each.tag.endswith("path")]
    assert len([each for each in caught if each.get("marker-end") == "url(#asl-catch)"]) == 1


def test_dark_has_a_colour_for_whatever_light_has():
    light, _, dark = STYLE.partition("@media (prefers-color-scheme:dark)")
    same_in_both = {".asl-graph", ".asl-share"}
    assert {line.split("{")[0] for line in light.split()[1:] if line.startswith(".")} - same_in_both == {
        line.split("{")[0] for line in dark.split() if line.startswith(".")
    }


# ------------------------------------------------------------------ shares and captions


def test_shares_shade_states():
    found = svg(SAGA, shares={"A": 0.75, "B": 0.25, "C": 0.0})
    shaded = list(by_class(found, "asl-share"))[:2]
    assert [float(each.get("fill-opacity", "")) for each in shaded] == [opacity(0.75), opacity(0.25)]
    assert [each.text for each in found.findall(".//{*}title")][1:4] == [
        "A (Task, 75.0%)",
        "B (Choice, 25.0%)",
        "C (Map, 0.0%)",
    ]


def test_shares_have_a_legend():
    found = svg(SAGA, shares={"A": 1})
    assert texts(found)[-6:] == ["Share", "1%", "10%", "25%", "50%", "100%"]
    assert int(found.get("height", "")) > int(svg(SAGA).get("height", ""))
    assert "Share" not in texts(svg(SAGA))


def test_the_legend_fits_below_a_small_machine():
    found = svg(machine(A=END), shares={"A": 1})
    swatch = list(by_class(found, "asl-share"))[-1]
    assert int(swatch.get("x", "")) + int(swatch.get("width", "")) < int(found.get("width", ""))


def test_a_shade_of_what_has_scopes_is_behind_its_texts_only():
    found = svg(SAGA, shares={"C": 0.5})
    shade = next(by_class(found, "asl-share"))
    box = list(by_class(found, "asl-box"))[2]
    assert (shade.get("x"), shade.get("y"), shade.get("width")) == (
        box.get("x"),
        box.get("y"),
        box.get("width"),
    )
    assert int(shade.get("height", "")) < int(box.get("height", ""))


def test_shades_grow_with_shares():
    shades = [opacity(share / 100) for share in range(101)]
    assert shades == sorted(set(shades))
    assert (shades[0], shades[-1]) == (0, 0.6)


def test_captions():
    found = svg(SAGA, captions={"A": "12 transitions · $0.0003", "In": "<b>"})
    assert texts(found)[:3] == ["A", "Task · f", "12 transitions · $0.0003"]
    assert "<b>" in texts(found)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"shares": {"Nobody": 0.5}}, "no state called 'Nobody'"),
        ({"captions": {"Nobody": ""}}, "no state called 'Nobody'"),
        ({"shares": {"A": 1.01}}, "the share of 'A' is to be from 0 to 1, not 1.01"),
        ({"shares": {"A": -0.1}}, "from 0 to 1"),
        ({"shares": {"A": float("nan")}}, "from 0 to 1, not nan"),
    ],
)
def test_what_cannot_be_drawn(options, told):
    with pytest.raises(ValueError, match=told):
        draw(SAGA, **options)


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The contrast of two colours, by the Web Content Accessibility Guidelines 2.1."""

    def luminance(colour: tuple[float, ...]) -> float:
        parts = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colour(name: str, style: str) -> tuple[float, ...]:
    """What a rule of the style sheet fills with."""
    digits = style.split(f"\n.{name}{{")[1].split("fill:#")[1].split(";")[0].split("}")[0]
    digits = digits if len(digits) == 6 else "".join(each * 2 for each in digits)
    return tuple(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_texts_can_be_read(dark):
    light, _, other = STYLE.partition("@media")
    style = other if dark else light
    box, page = colour("asl-box", style), colour("asl-page", style)
    share = colour("asl-share", light)
    darkest = tuple(
        opacity(1) * one + (1 - opacity(1)) * under for one, under in zip(share, box, strict=True)
    )
    for text, behind in (
        ("asl-name", box), ("asl-name", darkest), ("asl-small", box), ("asl-shaded", darkest),
        ("asl-when", page), ("asl-catch.asl-when", page),
    ):  # fmt: skip
        assert contrast(colour(text, style), behind) >= 4.5, text


@pytest.mark.parametrize("kind", COLOURS)
def test_signs_can_be_seen(kind):
    digits = COLOURS[kind].removeprefix("#")
    assert contrast(tuple(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)), (1, 1, 1)) >= 4.5


def test_a_parallel_in_a_map_in_a_parallel():
    inner = map_of(block(M=parallel(block(A=END), block(B=END))))
    found = svg(asl.parse(block(P=parallel(block(L=inner), block(R=END)))))
    assert len(list(by_class(found, "asl-inner"))) == 5
    assert len(list(by_class(found, "asl-box"))) == 6
