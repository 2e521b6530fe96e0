"""Regular expressions of filters: Java's flavour, run by Python's ``re``."""

from __future__ import annotations

import re
import warnings

MAX_PATTERN = 1_000
MAX_INPUT = 10_000
"""Limits, ours: how long a pattern may be, and the text it is matched with."""

FLAGS = "dixmsuU"
_TERMINATORS = r"\n\r\u0085\u2028\u2029"
_CLASSES = {
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
_BRACED = re.compile(r"\{(\w+)\}")
_GROUP_NAME = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)>")
_QUOTE = re.compile(r"(.*?)(\\E|$)", re.DOTALL)
_ESCAPES = {
    "z": r"\Z",
    "Z": r"(?=\n?\Z)",
    "R": rf"(?:\r\n|[\x0b\f{_TERMINATORS}])",
    "e": r"\x1b",
}
_SETS = {"h": r" \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000", "v": rf"\x0b\f{_TERMINATORS}"}


def compile_pattern(pattern: str, flags: str) -> re.Pattern[str]:
    """The regular expression of ``/pattern/flags``, to be matched in full.

    Raises:
        ValueError: It is none, is too long, or uses what ``re`` has no words for.
    """
    if len(pattern) > MAX_PATTERN:
        raise ValueError(f"A regular expression may have {MAX_PATTERN:,} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(_Translation(pattern, flags).result(), _python_flags(flags))
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
        self.in_set = False
        self.dot = "." if "s" in flags else r"[^\n]" if "d" in flags else rf"[^{_TERMINATORS}]"

    def result(self) -> str:
        out: list[str] = []
        while self.at < len(self.pattern):
            char = self.pattern[self.at]
            self.at += 1
            out.append(self._set_part(char) if self.in_set else self._part(char))
        return "".join(out)

    def _part(self, char: str) -> str:
        if char == "\\":
            return self._escape()
        if char == ".":
            return self.dot
        if char == "[":
            self.in_set = True
            negated = self.pattern.startswith("^", self.at)
            self.at += negated
            return "[^" if negated else "["
        name = _GROUP_NAME.match(self.pattern, self.at + 1)
        if char == "(" and name and self.pattern[self.at] == "?":
            self.at = name.end()
            return f"(?P<{name[1]}>"
        return char

    def _set_part(self, char: str) -> str:
        if char == "\\":
            return self._escape()
        if char == "[" or self.pattern.startswith("&&", self.at - 1):
            raise ValueError("A set within a set is not supported")
        if char == "]":
            self.in_set = False
        # Python warns of these, which may come to mean something in its sets.
        return f"\\{char}" if char in "&~|" else char

    def _escape(self) -> str:
        char = self.pattern[self.at : self.at + 1]
        self.at += 1
        if char == "Q":
            return self._quotation()
        if char in ("p", "P"):
            return self._class(negated=char == "P")
        if char in _SETS:
            return _SETS[char] if self.in_set else f"[{_SETS[char]}]"
        if char == "k" and not self.in_set and (name := _GROUP_NAME.match(self.pattern, self.at)):
            self.at = name.end()
            return f"(?P={name[1]})"
        if char == "x" and (braced := _BRACED.match(self.pattern, self.at)):
            self.at = braced.end()
            return re.escape(chr(int(braced[1], 16)))
        return _ESCAPES.get(char, f"\\{char}") if not self.in_set else f"\\{char}"

    def _quotation(self) -> str:
        match = _QUOTE.match(self.pattern, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return re.escape(match[1])

    def _class(self, *, negated: bool) -> str:
        name = _BRACED.match(self.pattern, self.at)
        members = _CLASSES.get(name[1].removeprefix("Is")) if name else None
        if name is None or members is None or (negated and self.in_set):
            raise ValueError("A character class by its Unicode property is not supported")
        self.at = name.end()
        return members if self.in_set else f"[{'^' * negated}{members}]"
