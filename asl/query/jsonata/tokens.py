"""The words of an expression, as far as AWS's own rules about expressions need them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["string", "number", "regex", "variable", "name", "operator"]

_NAME = r"[^\s.\[\]{}(),@#;:?+\-*/%|=<>^&!~]+"
_SPACE = re.compile(r"(?:\s+|/\*.*?\*/)+", re.DOTALL)
_REGEX = re.compile(r"/(?:\\.|[^\\/])+/[im]*", re.DOTALL)
_WORD = re.compile(
    r"(?P<string>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')"
    r"|(?P<quoted>`[^`]*`)"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
    rf"|(?P<variable>\$(?:{_NAME})?)"
    rf"|(?P<name>{_NAME})"
    r"|(?P<operator>\.\.|:=|!=|>=|<=|\*\*|~>|\?:|\?\?|.)",
    re.DOTALL,
)
_WORDS_THAT_OPERATE = frozenset({"and", "or", "in"})
_CLOSING = {")": "(", "]": "[", "}": "{"}


class Token(NamedTuple):
    """One word.

    Attributes:
        kind: What it is.
        text: The name of a variable or field, the content of a string, else the text itself.
        start: Where it begins.
        end: Where it ends.
    """

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def is_value(self) -> bool:
        """Whether a value can end with it, so that what follows cannot begin one."""
        if self.kind == "operator":
            return self.text in _CLOSING
        return self.kind != "name" or self.text not in _WORDS_THAT_OPERATE


def tokens(text: str) -> tuple[Token, ...]:
    """The words of an expression that is known to parse."""
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    position, before = 0, None
    while position < len(text):
        space = _SPACE.match(text, position)
        if space is not None:
            position = space.end()
            continue
        before = _token(text, position, before)
        yield before
        position = before.end


def _token(text: str, position: int, before: Token | None) -> Token:
    """The word at a place; a slash where a value is expected begins a regular expression."""
    if text[position] == "/" and (before is None or not before.is_value):
        regex = _REGEX.match(text, position)
        if regex is not None:
            return Token("regex", regex.group(), position, regex.end())
    match = _WORD.match(text, position)
    assert match is not None  # the last alternative takes any character
    kind, word = match.lastgroup, match.group()
    if kind == "quoted" or kind == "string":
        return Token("name" if kind == "quoted" else "string", word[1:-1], position, match.end())
    if kind == "variable":
        return Token("variable", word[1:], position, match.end())
    if kind == "number" or kind == "name":
        return Token("number" if kind == "number" else "name", word, position, match.end())
    return Token("operator", word, position, match.end())


def is_operator(words: tuple[Token, ...], index: int, *texts: str) -> bool:
    """Whether a word exists and is one of these operators."""
    return 0 <= index < len(words) and words[index].kind == "operator" and words[index].text in texts


def partners(words: tuple[Token, ...]) -> dict[int, int]:
    """The index of the closing bracket for the index of each opening one."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for index, word in enumerate(words):
        if word.kind != "operator":
            continue
        if word.text in ("(", "[", "{"):
            opened.append(index)
        elif word.text in _CLOSING and opened:
            found[opened.pop()] = index
    return found


def calls(words: tuple[Token, ...]) -> Iterator[tuple[str, int]]:
    """Each function used by name with the number of its arguments, 0 where it is not called at once."""
    ends = partners(words)
    for index, word in enumerate(words):
        if word.kind == "variable" and word.text not in ("", "$"):
            yield word.text, _arguments(words, index + 1, ends) if is_operator(words, index + 1, "(") else 0


def _arguments(words: tuple[Token, ...], opening: int, ends: dict[int, int]) -> int:
    end = ends.get(opening, len(words))
    if end == opening + 1:
        return 0
    count, index = 1, opening + 1
    while index < end:
        count += is_operator(words, index, ",")
        index = ends.get(index, index) + 1
    return count
