"""The functions on strings: States.Format and States.StringSplit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from asl.jsontypes import JSON, dumps
from asl.query.intrinsics.arguments import Refusal, string

MAX_TEXT = 2**24
"""Limit, ours: characters that States.Format makes at most; 64 times what a payload may take."""

_MARK = re.compile(r"\\([\\{}'])|(\{\})|[{}]")


def filled(template: JSON, *values: JSON) -> str:
    """States.Format with a template known only at run time.

    Its escapes are read as those of a literal one; no recording shows whether AWS does so.
    """
    parts = _parts(string(template, 1))
    _check_count(parts, len(values))
    return _joined(parts, values)


def filler(template: str, count: int) -> Callable[..., str]:
    """States.Format for a literal template: a function of the values alone.

    Args:
        template: The literal as written between its quotes, escapes and all.
        count: How many values there will be.
    """
    parts = _parts(template)
    _check_count(parts, count)
    if count != 1:
        return lambda *values: _joined(parts, values)
    head, tail = parts

    def filled_once(value: JSON) -> str:
        return f"{head}{value if type(value) is str else printed(value)}{tail}"

    return filled_once


def printed(value: JSON) -> str:
    """A value as States.Format prints it: strings bare, arrays and objects as Java's toString.

    AWS: ``{Id=arn:..., Name=...}`` is recorded for an object of the context.
    """
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join([printed(each) for each in value])}]"
    if isinstance(value, dict):
        return f"{{{', '.join([f'{name}={printed(each)}' for name, each in value.items()])}}}"
    return dumps(value)


def split(text: JSON, delimiters: JSON) -> list[str]:
    """States.StringSplit: each character of the second string delimits, and empty parts are dropped.

    No recording shows what AWS does without any delimiter; here the text stays whole.
    """
    rest, characters = string(text, 1), string(delimiters, 2)
    if not characters:
        return [rest] if rest else []
    first = characters[0]
    same = rest if len(characters) == 1 else rest.translate(dict.fromkeys(map(ord, characters), first))
    return [part for part in same.split(first) if part]


def _parts(template: str) -> list[str]:
    """The text around the placeholders: one part more than there are placeholders."""
    parts: list[str] = []
    pieces: list[str] = []
    position = 0
    for mark in _MARK.finditer(template):
        pieces.append(template[position : mark.start()])
        position = mark.end()
        escaped, placeholder = mark.groups()
        if placeholder:
            parts.append("".join(pieces))
            pieces = []
        elif escaped:
            pieces.append(escaped)
        else:
            raise _unmatched(mark[0])
    return [*parts, "".join((*pieces, template[position:]))]


def _unmatched(brace: str) -> Refusal:
    # AWS: the text for "{" is quoted in github.com/aws/aws-cdk/issues/29261; "}" is taken to be its mirror.
    partner = "}" if brace == "{" else "{"
    return Refusal(f"matching '{partner}' not found for '{brace}'.", subject="template")


def _check_count(parts: Sequence[str], count: int) -> None:
    if len(parts) - 1 != count:
        raise Refusal(f"expected a value for each of {len(parts) - 1} placeholders {{}}, but got {count}")


def _joined(parts: Sequence[str], values: Sequence[JSON]) -> str:
    pieces = [parts[0]]
    room = MAX_TEXT
    for index, value in enumerate(values, 1):
        text = value if type(value) is str else printed(value)
        room -= len(text)
        if room < 0:
            raise Refusal(f"expected values that fill in at most {MAX_TEXT:,} characters")
        pieces += (text, parts[index])
    return "".join(pieces)
