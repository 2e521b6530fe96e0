"""What AWS's JSON parser (Jackson) says of a text that is not JSON."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[\w$]+")
_SHOWN = 500
"""Jackson shows so many characters of the source."""


def jackson_message(text: str, offset: int, complaint: str) -> str | None:
    """AWS's text for a complaint of Python's parser at an offset; None where we know none.

    The first two forms are recorded; the others are Jackson's own, from memory.
    """
    if not text.strip():
        return "No content to map due to end-of-input"
    if offset >= len(text):
        return None
    where = f'\n at [Source: (String)"{text[:_SHOWN]}"; {_place(text, offset)}]'
    if complaint.startswith("Expecting value"):
        token = _TOKEN.match(text, offset)
        if token:
            where = f'\n at [Source: (String)"{text[:_SHOWN]}"; {_place(text, token.end())}]'
            return (
                f"Unrecognized token '{token[0]}': was expecting (JSON String, Number, Array, Object or "
                f"token 'null', 'true' or 'false'){where}"
            )
        return f"{_unexpected(text, offset)}: expected a valid value{where}"
    for beginning, expected in _EXPECTED.items():
        if complaint.startswith(beginning):
            return f"{_unexpected(text, offset)}: was expecting {expected}{where}"
    return None


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
