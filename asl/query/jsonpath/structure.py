"""What a regular expression is made of: groups, alternatives and repetitions around characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from asl.query.jsonpath.matching import (
    Part,
    again,
    atomic,
    char,
    check,
    either,
    group,
    look,
    repeated,
    sequence,
)

MAX_GROUPS = 50
"""Limit, ours: how deep groups may stand in each other."""

_TAKES_NOTHING = frozenset({"^", "$", r"\A", r"\Z", r"\b", r"\B", r"(?=\n?\Z)"})
_DIGITS_AFTER = {r"\x": 2, r"\u": 4}
_LONGEST_COUNT = 24
_COUNT = re.compile(r"\{(\d*)(?:(,)(\d*))?\}")
_NAMED = re.compile(r"\(\?P([<=])(\w+)[>)]?")
_FLAGS = {"i": re.I, "m": re.M, "s": re.S, "x": re.X, "a": re.A, "u": re.U}


def parsed(words: Sequence[str], flags: re.RegexFlag) -> Part:
    """The parts of a pattern that ``re`` takes.

    Args:
        words: The pattern in Python's flavour: a word is a set, an escape, or a single character.
        flags: Python's.

    Raises:
        ValueError: It nests too deeply, or uses what we have no words for.
    """
    reader = _Reader(words, flags)
    whole = reader.alternatives(0)
    if reader.at < len(words):
        raise ValueError(f"{words[reader.at]} stands alone")
    return whole


class _Reader:
    """A place among the words, from which each method reads one thing and moves on."""

    def __init__(self, words: Sequence[str], flags: re.RegexFlag) -> None:
        self.words = words
        self.flags = flags
        self.at = 0
        self.groups = 0
        self.names: dict[str, int] = {}
        self.removing = False

    def peek(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def next(self) -> str:
        word = self.peek()
        self.at += 1
        return word

    def take(self, word: str) -> bool:
        found = self.peek() == word
        self.at += found
        return found

    def alternatives(self, depth: int) -> Part:
        if depth > MAX_GROUPS:
            raise ValueError(f"Groups may stand {MAX_GROUPS} deep in each other")
        branches = [self.branch(depth)]
        while self.take("|"):
            branches.append(self.branch(depth))
        return either(branches)

    def branch(self, depth: int) -> Part:
        parts: list[Part] = []
        while self.significant() not in ("", "|", ")"):
            parts.append(self.quantified(self.one(self.next(), depth)))
        return sequence(parts)

    def significant(self) -> str:
        """The next word that is none of the blanks and comments which the flag x allows."""
        while self.flags & re.X and (self.peek().isspace() or self.peek() == "#"):
            if self.next() == "#":
                while self.peek() not in ("", "\n"):
                    self.at += 1
        return self.peek()

    def quantified(self, part: Part) -> Part:
        sign = self.significant()
        least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(sign, (1, 1))
        if sign == "{":
            count = _COUNT.match("".join(self.words[self.at : self.at + _LONGEST_COUNT]))
            if count is None or count[0] in ("{}", "{,}"):
                return part  # a brace that stands for itself
            least = int(count[1] or 0)
            most = least if count[2] is None else int(count[3]) if count[3] else None
            self.at += len(count[0])
        elif sign in ("*", "+", "?"):
            self.at += 1
        else:
            return part
        lazy, possessive = self.take("?"), self.take("+")
        found = repeated(part, least, most, lazy=lazy)
        return atomic(found) if possessive else found

    def one(self, word: str, depth: int) -> Part:
        """What a quantifier refers to: a character, a place or a group."""
        if word == "(":
            return self.bracket(depth)
        if word in _TAKES_NOTHING:
            return check(re.compile(word, self.flags).match)
        named = _NAMED.match(word)
        if named and named[1] == "=":
            return again(self.names[named[2]], self.flags)
        if named:
            return self.numbered(depth, named[2])
        if word[:1] == "\\" and word[1:].isdigit():
            return self.digits(word)
        for _ in range(_DIGITS_AFTER.get(word, 0)):
            word += self.next()
        if word.startswith("(?:\\r\\n"):  # any line break: two characters, or one
            return either([sequence([self.char(r"\r"), self.char(r"\n")]), self.char(word[7:-1].lstrip("|"))])
        return self.char(word)

    def char(self, word: str) -> Part:
        return char(re.compile(word, self.flags).match)

    def digits(self, word: str) -> Part:
        r"""``\1`` to ``\99``, or a character by its octal number, as Python tells them apart."""
        octal = frozenset("01234567")
        if word == r"\0":
            while len(word) < 4 and self.peek() in octal:
                word += self.next()
            return self.char(word)
        if self.peek().isdecimal():
            word += self.next()
            if octal.issuperset(word[1:]) and self.peek() in octal:
                return self.char(word + self.next())
        return again(int(word[1:]), self.flags)

    def bracket(self, depth: int) -> Part:
        if not self.take("?"):
            return self.numbered(depth)
        kind = self.next()
        if kind in ("=", "!"):
            return look(self.closed(depth), wanted=kind == "=", behind=False)
        if kind == "<":
            wanted = self.next() == "="
            return look(self.closed(depth), wanted=wanted, behind=True)
        if kind == ">":
            return atomic(self.closed(depth))
        outside = self.flags
        while kind not in (":", ")"):
            self.set_flag(kind)
            kind = self.next()
        if kind == ")":  # flags at the very beginning, which hold for the whole
            return sequence([])
        inside = self.closed(depth)
        self.flags = outside
        return inside

    def set_flag(self, letter: str) -> None:
        if letter == "-":
            self.removing = True
            return
        flag = _FLAGS.get(letter)
        if flag is None:
            raise ValueError(f"(?{letter} is nothing we can run")
        if self.removing:
            self.flags &= ~flag
        else:
            self.flags = (self.flags & ~(re.A | re.U) if letter in "au" else self.flags) | flag

    def numbered(self, depth: int, name: str = "") -> Part:
        self.groups += 1
        number = self.groups
        if name:
            self.names[name] = number
        return group(number, self.closed(depth))

    def closed(self, depth: int) -> Part:
        self.removing = False
        inside = self.alternatives(depth + 1)
        self.at += 1  # the closing bracket, which `re` made sure of
        return inside
