"""How much room a text takes in a picture, by the widths that Helvetica and Arial share."""

from __future__ import annotations

import re
from typing import NamedTuple
from unicodedata import category, east_asian_width, normalize

NAME_SIZE = 13
SMALL_SIZE = 11
"""The sizes of fonts: of a state's name, and of everything else."""

_WIDTHS = {
    222: "ijl'|",
    278: "ft!,.:;/\\[]I ·",
    345: 'r-()`{}"*',
    500: "cksvxyzJ^",
    556: "abdeghnopqu0123456789#$?_",
    590: "FTLZ+<=>~≤≥",
    680: "ABEKPSVXY&",
    740: "CDHNRUwGOQ",
    870: "Mm%",
    1000: "W@…→\ufffd",
}
_WIDTH = {character: width for width, characters in _WIDTHS.items() for character in characters}
_WIDE = 1000
_OTHER = 680
"""Thousandths of the font's size: of known characters, of wide ones, and of those of other scripts."""

_UNDRAWABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BLANKS = re.compile(r"\s+")


class Size(NamedTuple):
    """The room that something takes: left and right of its axis, and down from its top."""

    left: int
    right: int
    height: int


def drawable(text: str) -> str:
    """A text on one line, with a mark for what XML cannot hold, and for what would turn it round."""
    return _UNDRAWABLE.sub("\ufffd", _BLANKS.sub(" ", text))


def width(text: str, size: int) -> int:
    """The width of a text in a font of that size, in its units."""
    return -(-sum(map(_units, text)) * size // 1000)


def shortened(text: str, size: int, room: int) -> str:
    """The beginning of a text that takes no more than the room, with a mark where it was cut."""
    units = room * 1000 // size
    taken = fitting = 0
    for place, character in enumerate(text, 1):
        taken += _units(character)
        if taken + _WIDE <= units:
            fitting = place  # so much leaves room for the mark
        elif taken > units:
            return text[:fitting].rstrip() + "…"
    return text


def is_known(text: str) -> bool:
    """Whether the width of a text is known, whatever font a viewer has in place of Helvetica."""
    return all(_known(character) is not None for character in text)


def _units(character: str) -> int:
    known = _known(character)
    return _OTHER if known is None else known


def _known(character: str) -> int | None:
    if character in _WIDTH:
        return _WIDTH[character]
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    if east_asian_width(character) in "WF":
        return _WIDE
    return _WIDTH.get(normalize("NFD", character)[0])  # with an accent it is as wide as without
