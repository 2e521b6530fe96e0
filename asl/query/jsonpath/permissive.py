"""JSON as json-smart reads it in filters and arguments: quotes and commas are a matter of taste."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from asl.jsontypes import JSON
from asl.query.jsonpath.strings import unescaped

MAX_DEPTH = 64
"""Limit: how deep such a value may nest; ours."""

_BLANKS = re.compile(r"[ \t\r\n]*")
_QUOTED = re.compile(r"""(["'])((?:\\.|(?!\1)[^\\])*)\1""", re.DOTALL)
_INTEGER = re.compile(r"-?[0-9]{1,4000}")
_FLOAT = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_WORDS: dict[str, JSON] = {"null": None, "true": True, "false": False}


@lru_cache(maxsize=256)
def loads(text: str) -> JSON:
    """The value a text begins with; what is nothing else is a string, and what follows is left alone.

    Raises:
        ValueError: Brackets or quotes that do not match.
    """
    return _value(text, 0, "", 0)[0]


def _skip(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at


def _value(text: str, at: int, stops: str, depth: int) -> tuple[JSON, int]:
    at = _skip(text, at)
    char = text[at : at + 1]
    if char and char in "[{":
        if depth == MAX_DEPTH:
            raise ValueError(f"JSON nested more than {MAX_DEPTH} levels deep")
        return (_array if char == "[" else _object)(text, at + 1, depth + 1)
    if char and char in "'\"":
        return _string(text, at)
    if not char or char in ":}]":
        raise ValueError(f"Unexpected character ({char}) at position {at}.")
    word, end = _word(text, at, stops)
    return _bare(word), end


def _array(text: str, at: int, depth: int) -> tuple[JSON, int]:
    values: list[JSON] = []
    while True:
        at = _skip(text, at)
        if text[at : at + 1] == "]":
            return values, at + 1
        if text[at : at + 1] == ",":
            at += 1
            continue
        value, at = _value(text, at, ",]", depth)
        values.append(value)
        at = _separated(text, at, ",]")


def _object(text: str, at: int, depth: int) -> tuple[JSON, int]:
    values: dict[str, JSON] = {}
    while True:
        at = _skip(text, at)
        char = text[at : at + 1]
        if char == "}":
            return values, at + 1
        if char == ",":
            at += 1
            continue
        key, at = _string(text, at) if char and char in "'\"" else _word(text, at, ":")
        at = _separated(text, at, ":") + 1
        values[key], at = _value(text, at, ",}", depth)
        at = _separated(text, at, ",}")


def _separated(text: str, at: int, stops: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] not in tuple(stops):
        raise ValueError(f"Unexpected token {text[at:]} at position {at}.")
    return at


def _string(text: str, at: int) -> tuple[str, int]:
    match = _QUOTED.match(text, at)
    if match is None:
        raise ValueError(f"Unexpected End Of File position {len(text)}: EOF")
    return unescaped(match[2]), match.end()


def _word(text: str, at: int, stops: str) -> tuple[str, int]:
    end = min((found for stop in stops if (found := text.find(stop, at)) != -1), default=len(text))
    return text[at:end].strip(" \t\r\n"), end


def _bare(word: str) -> JSON:
    if word in _WORDS:
        return _WORDS[word]
    if _INTEGER.fullmatch(word):
        return int(word)
    if not _FLOAT.fullmatch(word):
        return word
    number = float(word)
    if math.isinf(number):
        raise ValueError(f"{word} is too large")
    return number
