"""Between brackets and quotes: names, ``['a', 'b']``."""

from __future__ import annotations

from asl.query.jsonpath.cursor import Cursor
from asl.query.jsonpath.steps import Names
from asl.query.jsonpath.strings import unescaped


def bracketed_names(cursor: Cursor, depth: int) -> Names | None:
    """The names in the bracket the cursor stands at; None if there are none in it."""
    quote = cursor.peek(cursor.position)
    if quote not in "'\"":
        return None
    names, end = _names(cursor, quote)
    end = cursor.next_significant(end)
    if cursor.char(end) != "]":
        cursor.fail("Property has not been closed - missing closing ]")
    cursor.position = end + 1
    return Names(tuple(names), quote)


def _names(cursor: Cursor, quote: str) -> tuple[list[str], int]:
    """The names, and where the last one ends. What stands between them is passed over."""
    names: list[str] = []
    at = start = cursor.position + 1
    end = 0
    quoted = comma = False
    while cursor.inside(at):
        char = cursor.text[at]
        if char == "\\":
            at += 1
        elif char == quote and quoted:
            names.append(_name(cursor, start, at))
            end, quoted = at, False
        elif char == quote:
            start, quoted, comma = at + 1, True, False
        elif char in ",]" and not quoted:
            if comma:
                cursor.fail(f"Found empty property at index {at}", at)
            if char == "]":
                break
            comma = True
        at += 1
    if quoted:
        cursor.fail(f"Property has not been closed - missing closing {quote}")
    return names, end


def _name(cursor: Cursor, start: int, end: int) -> str:
    if cursor.peek(end) not in "],":
        cursor.fail(
            "Property must be separated by comma or Property must be terminated close"
            f" square bracket at index {end}",
            end,
        )
    try:
        return unescaped(cursor.text[start:end])
    except ValueError:
        cursor.fail("Unable to parse unicode value", start)
