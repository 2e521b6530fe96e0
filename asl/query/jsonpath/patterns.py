"""Regular expressions of filters: Java's flavour, translated to Python's."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache

from asl.query.jsonpath.matching import Pattern
from asl.query.jsonpath.structure import parsed

MAX_PATTERN = 1_000
"""Limit, ours: how many characters a pattern may have."""

FLAGS = "dixmsuU"
_MAX_SETS = 10
_ANY = r"[\s\S]"
_TERMINATORS = r"\n\r\u0085\u2028\u2029"
_POSIX = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": r"\x00-\x7f",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Punct": r"!-/:-@\[-`{-~",
    "Graph": "!-~",
    "Print": " -~",
    "Blank": r" \t",
    "Cntrl": r"\x00-\x1f\x7f",
    "XDigit": "0-9a-fA-F",
    "Space": r" \t\n\x0b\f\r",
}
_BLANKS = {"h": r" \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000", "v": rf"\x0b\f{_TERMINATORS}"}
_ESCAPES = {
    "z": r"\Z",
    "Z": r"(?=\n?\Z)",
    "R": rf"(?:\r\n|[\x0b\f{_TERMINATORS}])",
    "e": r"\x1b",
}
_CATEGORIES = {"Alphabetic": "L", "Letter": "L", "Digit": "Nd", "Uppercase": "Lu", "Lowercase": "Ll"}
_ASCII = {"d": "0-9", "w": "a-zA-Z0-9_", "s": r" \t\n\x0b\f\r"}
_SET_ESCAPES = tuple("PDWSHV")
_LEADING_FLAGS = re.compile(r"\(\?([dixmsuU]+)\)")
_BRACED = re.compile(r"\{(\w+)\}")
_PROPERTY = re.compile(r"\{(?:Is|general_category=|gc=)?(\w+)\}|([A-Z])")
_GROUP_NAME = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)>")
_QUOTE = re.compile(r"(.*?)(\\E|$)", re.DOTALL)


def compile_pattern(pattern: str, flags: str) -> Pattern:
    """The regular expression of ``/pattern/flags``, to be matched in full.

    Raises:
        ValueError: It is none, is too long, or uses what ``re`` has no words for.
    """
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"A regular expression may have {MAX_PATTERN:,} characters")
    while leading := _LEADING_FLAGS.match(pattern):
        flags, pattern = flags + leading[1], pattern[leading.end() :]
    words = _Translation(pattern, flags).words()
    python_flags = _python_flags(flags)
    try:
        compiled = re.compile("".join(words), python_flags)
        return Pattern(pattern, compiled, parsed(words, python_flags))
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"Not a regular expression we can run: {error}") from None


def _python_flags(flags: str) -> re.RegexFlag:
    # Java's classes and its ignoring of case know ASCII only, unless told otherwise.
    found = re.UNICODE if "u" in flags or "U" in flags else re.ASCII
    for letter, flag in (("i", re.I), ("m", re.M), ("s", re.S), ("x", re.X)):
        if letter in flags:
            found |= flag
    return found


class _Translation:
    """One pattern on its way from Java to Python."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.sets = 0
        # Java's flag u is about case alone, Python's also about these.
        self.classes = {**_BLANKS, **(_ASCII if "u" in flags and "U" not in flags else {})}
        self.dot = "." if "s" in flags else r"[^\n]" if "d" in flags else rf"[^{_TERMINATORS}]"

    def words(self) -> list[str]:
        """The pattern in parts: whole sets and escapes, but single brackets, bars and quantifiers."""
        out: list[str] = []
        while self.at < len(self.pattern):
            if self.pattern.startswith("\\Q", self.at):
                self.at += 2
                out += map(re.escape, self._quoted())
            else:
                out.append(self._part(self._next()))
        return out

    def _next(self) -> str:
        if self.at == len(self.pattern):
            raise ValueError("The regular expression ends too early")
        self.at += 1
        return self.pattern[self.at - 1]

    def _part(self, char: str) -> str:
        if char == "\\":
            return self._escape()
        if char == ".":
            return self.dot
        if char == "[":
            return self._set()
        name = _GROUP_NAME.match(self.pattern, self.at + 1)
        if char == "(" and name and self.pattern[self.at] == "?":
            self.at = name.end()
            return f"(?P<{name[1]}>"
        return char

    def _escape(self) -> str:
        char = self._next()
        if char in "pP":
            return f"[{'^' * (char == 'P')}{self._property()}]"
        if char.lower() in self.classes:
            return f"[{'^' * char.isupper()}{self.classes[char.lower()]}]"
        name = _GROUP_NAME.match(self.pattern, self.at)
        if char == "k" and name:
            self.at = name.end()
            return f"(?P={name[1]})"
        return self._code_point() if char == "x" else _ESCAPES.get(char, f"\\{char}")

    def _quoted(self) -> str:
        match = _QUOTE.match(self.pattern, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match[1]

    def _code_point(self) -> str:
        braced = _BRACED.match(self.pattern, self.at)
        if braced is None:
            return r"\x"
        self.at = braced.end()
        return re.escape(chr(int(braced[1], 16)))

    def _property(self) -> str:
        match = _PROPERTY.match(self.pattern, self.at)
        if match is None:
            raise ValueError("A character class has no name")
        self.at = match.end()
        name = match[1] or match[2]
        return _POSIX.get(name) or _category(name)

    def _set(self) -> str:
        """``[...]``, which may hold other sets, and intersect them: ``[a-z&&[^aeiou]]``."""
        self.sets += 1
        if self.sets > _MAX_SETS:
            raise ValueError(f"Sets may stand {_MAX_SETS} deep in each other")
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        unions = [self._union()]
        while self.pattern.startswith("&&", self.at):
            self.at += 2
            unions.append(self._union())
        self.at += 1
        self.sets -= 1
        found = "".join(f"(?={each})" for each in unions[:-1]) + unions[-1]
        if negated:
            plain = len(unions) == 1 and found.startswith("[") and not found.startswith("[^")
            return f"[^{found[1:]}" if plain else f"(?:(?!{found}){_ANY})"
        return f"(?:{found})" if len(unions) > 1 else found

    def _union(self) -> str:
        chars: list[str] = []
        sets: list[str] = []
        while not self.pattern.startswith(("]", "&&"), self.at) or not (chars or sets):
            char = self._next()
            if char == "[":
                sets.append(self._set())
            elif char == "\\" and self.pattern[self.at : self.at + 1] in _SET_ESCAPES:
                sets.append(self._escape())
            else:
                chars.append(self._set_part(char))
        if chars:
            sets.insert(0, f"[{''.join(chars)}]")
        return sets[0] if len(sets) == 1 else f"(?:{'|'.join(sets)})"

    def _set_part(self, char: str) -> str:
        if char != "\\":
            # Python's sets take or may come to take these for something else.
            doubled = char == "-" and self.pattern.startswith("-", self.at)
            return f"\\{char}" if char in "&~|]^" or doubled else char
        char = self._next()
        if char == "p":
            return self._property()
        if char == "Q":
            return re.escape(self._quoted())
        return self._code_point() if char == "x" else self.classes.get(char, f"\\{char}")


@lru_cache(maxsize=32)
def _category(name: str) -> str:
    """The characters of a Unicode category such as ``L`` or ``Lu``, as they stand in a set."""
    name = _CATEGORIES.get(name, name)
    ranges: list[str] = []
    start = None
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and unicodedata.category(chr(code)).startswith(name)
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            ranges.append(f"\\U{start:08x}-\\U{code - 1:08x}")
            start = None
    if not ranges:
        raise ValueError(f"Unknown character class {name}")
    return "".join(ranges)
