"""The pages of the documentation, taken apart: code blocks, tables and links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<content>.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block of code."""

    language: str
    content: str
    line: int
    """The line of the page on which its content begins, from 1."""
    printed: slice | None
    """Where in the page a ```text block right below it says what it prints."""


class Link(NamedTuple):
    """A link to something in the checkout."""

    text: str
    target: Path
    anchor: str


def pages() -> list[Path]:
    """Every page for people, those of samples and benchmarks too."""
    return sorted(
        [
            *ROOT.glob("*.md"),
            *ROOT.glob("docs/**/*.md"),
            *ROOT.glob("sample_machines/*/README.md"),
            ROOT / "benchmarks" / "README.md",
        ]
    )


def name(page: Path) -> str:
    """What a page is called in reports."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = list(_FENCE.finditer(text))
    return [
        Block(
            match["language"],
            match["content"],
            text.count("\n", 0, match.start("content")) + 1,
            _printed(text, match, following),
        )
        for match, following in zip_longest(found, found[1:])
    ]


def _printed(text: str, block: re.Match[str], following: re.Match[str] | None) -> slice | None:
    if following is None or following["language"] != "text" or text[block.end() : following.start()].strip():
        return None
    return slice(*following.span("content"))


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> Iterator[Link]:
    """The links of a page that lead to something in the checkout."""
    for match in _LINK.finditer(prose(page)):
        target, _, anchor = match["target"].partition("#")
        if "://" not in target and not target.startswith("mailto:"):
            yield Link(match["text"], (page.parent / target).resolve() if target else page, anchor)


def anchors(page: Path) -> set[str]:
    """The names by which a page's headings can be linked to, as GitHub makes them."""
    return {_anchor(heading) for heading in _HEADING.findall(prose(page))}


def _anchor(heading: str) -> str:
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def rows(page: Path, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without the table's own head."""
    below = prose(page).partition(f"# {heading}\n")[2]
    table = re.search(r"(?:^\|.*\|\n)+", below, re.MULTILINE)
    if table is None:
        raise ValueError(f"{name(page)}: no table below the heading {heading!r}")
    lines = table[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def code(text: str) -> list[str]:
    """The pieces of a text that stand in backticks."""
    return re.findall(r"`([^`]+)`", text)
