"""JSON as people read it: a whole value over many lines, or the beginning of one on a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from unicodedata import east_asian_width

import click
import orjson

from asl.jsontypes import JSON, dumps
from cli.terminal import Terminal

_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")(?P<colon>:)?|(?P<word>true|false|null)|(?P<number>-?\d[\d.eE+-]*)'
)

_COLOURABLE = 200_000
"""Characters from which nobody will look at the colours, and the terminal is slow enough."""


def pretty(value: JSON) -> str:
    """The JSON text of a value, two blanks for each level."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    except TypeError:  # an integer over 64 bits, or more than 254 levels
        try:
            return json.dumps(value, indent=2, ensure_ascii=False)
        except RecursionError:
            return dumps(value)


def write(value: JSON) -> None:
    """Prints a value on standard output, for people with colours and for programs in UTF-8."""
    text, terminal = pretty(value), Terminal("stdout")
    if terminal.live:
        terminal.write(coloured(text) if terminal.coloured else text)
    else:
        # A lone surrogate, which a file's name can hold, becomes the escape that JSON has for it.
        click.echo(text.encode("utf-8", "backslashreplace"))


def coloured(text: str) -> str:
    """A JSON text with names, texts, numbers and words told apart by colour."""
    return _TOKEN.sub(_colour, text) if len(text) <= _COLOURABLE else text


def _colour(match: re.Match[str]) -> str:
    if match["colon"]:
        return click.style(match["string"], fg="blue") + ":"
    if match["string"]:
        return click.style(match["string"], fg="green")
    return click.style(match[0], fg="magenta" if match["word"] else "cyan")


def preview(value: JSON, room: int) -> str:
    """As much of a value's JSON text as there is room for; what is cut off is never encoded."""
    if room < 8:
        return ""
    parts: list[str] = []
    length = 0
    for part in _parts(value, room):
        parts.append(part)
        length += len(part)
        if length > room:
            break
    return cut(printable("".join(parts)), room)


def cut(text: str, room: int) -> str:
    """The beginning of a text that takes no more columns than there is room for."""
    if text.isascii():
        return text if len(text) <= room else text[: room - 1] + "…"
    columns = fitting = 0
    for place, character in enumerate(text, 1):
        columns += 2 if east_asian_width(character) in "WF" else 1
        if columns < room:
            fitting = place  # so much leaves a column for the mark
        elif columns > room:
            return text[:fitting] + "…"
    return text


def _parts(value: Any, room: int) -> Iterator[str]:
    if isinstance(value, dict):
        yield "{"
        for place, (name, member) in enumerate(value.items()):
            yield f"{', ' if place else ''}{dumps(name[:room])}: "
            yield from _parts(member, room)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for place, member in enumerate(value):
            if place:
                yield ", "
            yield from _parts(member, room)
        yield "]"
    else:
        # One more character than there is room for, so that it is seen to be cut.
        yield dumps(value[: room + 1] if isinstance(value, str) else value)


def printable(text: str) -> str:
    """A text from a machine or its data with what could command the terminal written as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
