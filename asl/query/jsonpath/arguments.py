"""Between the brackets of a function: the text of each argument."""

from __future__ import annotations

from collections.abc import Iterator

from asl.query.jsonpath.cursor import Cursor

_OPENER = {")": "(", "]": "[", "}": "{"}


def argument_texts(cursor: Cursor, name: str) -> Iterator[tuple[int, str]]:
    """The place and text of each argument; leaves the cursor behind the closing bracket.

    Jayway knows two kinds of argument by their first character: a path begins with ``$`` or ``@``,
    JSON with a digit, a minus, a double quote or a brace. Anything before that is passed over.
    It counts brackets within strings, and loses commas there.
    """
    depth = {"(": 1, "[": 0, "{": 0}
    quoted, begun, start, text, before = 0, False, 0, "", ""
    while cursor.inside(cursor.position):
        char = cursor.char()
        cursor.position += 1
        if not begun and char.isspace():
            continue
        if not begun and (char in '{"-$@' or char.isdecimal()):
            begun, start = True, cursor.position - 1
        quoted += _quotes(char, before, quoted)
        _count(cursor, char, depth)
        if char == ")" and (depth["("] < 0 or before == "("):
            text += char
        level = -1 if depth["["] or depth["{"] else depth["("]
        if char in ",)" and not quoted and (level == 1 or (char == ")" and level == 0)):
            if begun:
                yield start, text
            begun, text = False, ""
            if not level:
                break
        elif begun and not (char == "," and level == 1):
            text += char
        before = char
    if any(depth.values()):
        cursor.fail(f"Arguments to function: '{name}' are not closed properly.")


def _quotes(char: str, before: str, quoted: int) -> int:
    if char != '"':
        return 0
    return -1 if quoted and before != "\\" else 1


def _count(cursor: Cursor, char: str, depth: dict[str, int]) -> None:
    if char in depth:
        depth[char] += 1
    elif char in _OPENER:
        opener = _OPENER[char]
        if char != ")" and not depth[opener]:
            cursor.fail(f"Unexpected close bracket '{char}' at character position: {cursor.position}")
        depth[opener] -= 1
