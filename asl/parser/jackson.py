"""What AWS's JSON parser (Jackson) says of a text that is not JSON."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[\w$]+")
_SHOWN = 500
"""Jackson shows so many characters of the source."""


def jackson_complaint(text: str, offset: int, complaint: str) -> tuple[str, str]:
    """AWS's text for a complaint of Python's parser at an offset, and AWS's location of it.

    Where we do not know what AWS says, the text is the complaint and the location ``/``. The first two
    forms are recorded; the others are Jackson's own, from memory.
    """
    if not text.strip():
        return "No content to map due to end-of-input", "/"
    if offset >= len(text):
        return complaint, "/"
    if complaint.startswith("Expecting value"):
        token = _TOKEN.match(text, offset)
        if token:
            return _told(
                f"Unrecognized token '{token[0]}': was expecting (JSON String, Number, Array, Object or "
                "token 'null', 'true' or 'false')",
                text,
                token.end(),
            )
        return _told(f"{_unexpected(text, offset)}: expected a valid value", text, offset)
    for beginning, expected in _EXPECTED.items():
        if complaint.startswith(beginning):
            return _told(f"{_unexpected(text, offset)}: was expecting {expected}", text, offset)
    return complaint, "/"


def _told(message: str, text: str, offset: int) -> tuple[str, str]:
    place = f'[Source: (String)"{text[:_SHOWN]}"; {_place(text, offset)}]'
    return f"{message}\n at {place}", place


_EXPECTED = {
    "Expecting property name": "double-quote to start field name",
    "Expecting ':'": "a colon to separate field name and value",
    "Expecting ','": "comma to separate entries",
}


def _unexpected(text: str, offset: int) -> str:
    character = text[offset]
    return f"Unexpected character ('{character}' (code {ord(character)}))"


def _place(text: str, offset: int) -> str:
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    return f"line: {line}, column: {column}"
