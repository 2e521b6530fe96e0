"""The text of a path -> its steps, by the rules (and oversights) of Jayway's parser."""

from __future__ import annotations

import re
from collections.abc import Callable

from asl.query.jsonpath.arguments import argument_texts
from asl.query.jsonpath.criteria import CriterionReader
from asl.query.jsonpath.cursor import Cursor
from asl.query.jsonpath.names import bracketed_names
from asl.query.jsonpath.steps import (
    Filter,
    Function,
    Indexes,
    Names,
    Query,
    Scan,
    Slice,
    Step,
    Wildcard,
    plain,
)

_INT32 = range(-(2**31), 2**31)
_ARRAY_CHARS = re.compile(r"[\d,\-: ]*")


def parse(text: str, base: int = 0, depth: int = 0) -> Query:
    """The query a path stands for.

    Args:
        text: The path.
        base: Where it begins in the path the user wrote.
        depth: How deep it sits inside others, see `asl.query.jsonpath.cursor.MAX_DEPTH`.

    Raises:
        PathSyntaxError: Jayway would refuse it, or it exceeds one of our limits.
    """
    if text[:1] not in ("$", "@"):
        text, base = "$." + text, base - 2
    cursor = Cursor(text.rstrip(" "), base)
    if cursor.text.endswith("."):
        cursor.fail("Path must not end with a '.' or '..'", cursor.end)
    return _query(cursor, depth)


def _query(cursor: Cursor, depth: int) -> Query:
    while cursor.char().isspace():
        cursor.position += 1
    root = cursor.char()
    if root not in "$@":
        cursor.fail("Path must start with '$' or '@'")
    steps: list[Step] = []
    if not cursor.at_tail():
        cursor.position += 1
        if cursor.char() not in ".[":
            cursor.fail(f"Illegal character at position {cursor.position} expected '.' or '['")
        _read_steps(cursor, steps, depth)
    return Query.of(root, tuple(steps))


def _read_steps(cursor: Cursor, steps: list[Step], depth: int) -> None:
    while True:
        if cursor.char() == ".":
            depth += _read_dots(cursor, steps)
        step = _read_step(cursor, depth)
        depth += not plain(step)
        cursor.limit(depth)
        steps.append(step)
        if cursor.at_tail():
            return


def _read_dots(cursor: Cursor, steps: list[Step]) -> bool:
    """Read ``.`` or ``..``, which another step must follow; whether it was ``..``."""
    scan = cursor.text.startswith("..", cursor.position)
    if scan:
        steps.append(Scan())
    cursor.position += 1 + scan
    if cursor.char() == ".":
        cursor.fail(f"Character '.' on position {cursor.position} is not valid.")
    return scan


def _read_step(cursor: Cursor, depth: int) -> Step:
    if cursor.char() == "[":
        for read in _BRACKETS:
            step = read(cursor, depth)
            if step is not None:
                return step
        cursor.fail(f"Could not parse token starting at position {cursor.position}. Expected ?, ', 0-9, * ")
    if cursor.char() == "*":
        cursor.position += 1
        return Wildcard()
    if cursor.char() in ". ":
        cursor.fail(f"Could not parse token starting at position {cursor.position}")
    return _name_or_function(cursor, depth)


def _name_or_function(cursor: Cursor, depth: int) -> Step:
    """``a``, ``a()`` or ``a(1, $.b)``: what goes on to the next dot or bracket."""
    start = end = cursor.position
    while end < cursor.end and cursor.text[end] not in ".[(":
        if cursor.text[end] == " ":
            cursor.fail(
                "Use bracket notion ['my prop'] if your property contains blank characters."
                f" position: {start}"
            )
        end += 1
    name = cursor.text[start:end]
    if end == cursor.end or cursor.text[end] != "(":
        cursor.position = end
        return Names((name,))
    if not _closed(cursor, end):
        cursor.fail(f"Arguments to function: '{name}' are not closed properly.")
    # Jayway stops before the bracket of `length()` and takes it, if anything follows it, for the
    # name of a property: `$.a.length().b` looks for `)` and then for `b`.
    cursor.position = end + 1
    return Function(name, () if cursor.char() == ")" else _arguments(cursor, name, depth + 1))


def _closed(cursor: Cursor, opening: int) -> bool:
    opened = 0
    for char in cursor.text[opening : cursor.end]:
        opened += (char == "(") - (char == ")")
        if not opened:
            return True
    return False


def _arguments(cursor: Cursor, name: str, depth: int) -> tuple[Query | str, ...]:
    found: list[Query | str] = []
    for start, text in argument_texts(cursor, name):
        if text[0] in "$@":
            cursor.limit(depth)
            found.append(_query(Cursor(text, cursor.base + start), depth))
        else:
            found.append(text)
    return tuple(found)


def _numbers(cursor: Cursor, depth: int) -> Step | None:
    """``[0]``, ``[0, -1]``, ``[1:2]``."""
    first = cursor.peek(cursor.position)
    end = cursor.text.find("]", cursor.position, cursor.end)
    if end == -1 or not (first.isdecimal() or first in "-:"):
        return None
    text = cursor.text[cursor.position + 1 : end].strip()
    if not _ARRAY_CHARS.fullmatch(text):
        return None
    step = _slice(cursor, text) if ":" in text else _indexes(cursor, text)
    cursor.position = end + 1
    return step


def _indexes(cursor: Cursor, text: str) -> Step:
    return Indexes(
        tuple(
            _integer(cursor, token, f"Failed to parse token in ArrayIndexOperation: {token}")
            for token in re.split(r"\s*,\s*", text)
        )
    )


def _slice(cursor: Cursor, text: str) -> Step:
    message = f"Failed to parse SliceOperation: {text}"
    if " " in text or "," in text:
        cursor.fail(message)
    ends = [_integer(cursor, end, message) if end else None for end in text.split(":")[:2]]
    if ends == [None, None]:
        cursor.fail(message)
    return Slice(ends[0], ends[1])


def _integer(cursor: Cursor, text: str, message: str) -> int:
    """A number as Java's ``Integer.parseInt`` takes it."""
    if not re.fullmatch(r"-?\d{1,30}", text) or int(text) not in _INT32:
        cursor.fail(message)
    return int(text)


def _wildcard(cursor: Cursor, depth: int) -> Step | None:
    """``[*]``."""
    star = cursor.next_significant(cursor.position)
    if cursor.peek(cursor.position) != "*":
        return None
    if cursor.peek(star) != "]":
        cursor.fail(f"Expected wildcard token to end with ']' on position {star + 1}")
    cursor.position = cursor.next_significant(star) + 1
    return Wildcard()


def _filter(cursor: Cursor, depth: int) -> Step | None:
    """``[?(...)]``."""
    mark = cursor.next_significant(cursor.position)
    if cursor.char(mark) != "?":
        return None
    opening = cursor.next_significant(mark)
    if cursor.char(opening) != "(":
        cursor.fail("Not enough predicates supplied for filter")
    closing = cursor.closing(opening, "()", regexes=True)
    if closing == -1 or cursor.peek(closing) != "]":
        return None
    inner = Cursor(cursor.text[opening : cursor.next_significant(closing) + 1], cursor.base + opening)
    inner.end = closing + 1 - opening
    criterion = CriterionReader(inner, depth, parse).read()
    cursor.position = cursor.next_significant(closing) + 1
    return Filter(criterion)


_BRACKETS: tuple[Callable[[Cursor, int], Step | None], ...] = (bracketed_names, _numbers, _wildcard, _filter)
