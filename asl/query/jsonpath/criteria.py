"""The text between the brackets of a filter -> its criterion, by the rules of Jayway's parser."""

from __future__ import annotations

import re
from collections.abc import Callable

from asl.query.jsonpath import javatext
from asl.query.jsonpath.cursor import Cursor
from asl.query.jsonpath.failures import PathSyntaxError, Unsupported
from asl.query.jsonpath.patterns import FLAGS, compile_pattern
from asl.query.jsonpath.steps import (
    And,
    Comparison,
    Constant,
    Criterion,
    Existence,
    JSONText,
    Not,
    Or,
    Query,
)
from asl.query.jsonpath.strings import unescaped

OPERATORS = frozenset(
    [
        "==",
        "!=",
        "===",
        "!==",
        "<",
        "<=",
        ">",
        ">=",
        "=~",
        "IN",
        "NIN",
        "CONTAINS",
        "ALL",
        "SIZE",
        "EXISTS",
        "TYPE",
        "MATCHES",
        "EMPTY",
        "SUBSETOF",
        "ANYOF",
        "NONEOF",
    ]
)
_OPERATOR_CHARS = frozenset("<>=~!")
_NUMBER = re.compile(r"[\d.eE-]*")
_WORDS: dict[str, bool | None] = {"t": True, "f": False, "n": None}
_WORD_TEXTS = {"t": "true", "f": "false", "n": "null"}


class CriterionReader:
    """Reads one criterion.

    Attributes:
        cursor: Stands at the criterion, which fills its window.
        depth: How deep we are, see `asl.query.jsonpath.cursor.MAX_DEPTH`.
        path: Reads a path, given its text, its offset and how deep it sits.
    """

    def __init__(self, cursor: Cursor, depth: int, path: Callable[[str, int, int], Query]) -> None:
        self.cursor = cursor
        self.depth = depth
        self.path = path

    def read(self) -> Criterion:
        """The criterion.

        Raises:
            PathSyntaxError: It is none.
        """
        found = self._either()
        cursor = self.cursor
        if cursor.inside(cursor.position):
            rest = cursor.text[cursor.position : cursor.end].strip(" ")
            cursor.fail(f"Expected end of filter expression instead of: {rest}")
        return found

    def _either(self) -> Criterion:
        criteria = [self._both()]
        while self.cursor.accept("||"):
            criteria.append(self._both())
        return criteria[0] if len(criteria) == 1 else Or(tuple(criteria))

    def _both(self) -> Criterion:
        criteria = [self._single()]
        while self.cursor.accept("&&"):
            criteria.append(self._single())
        return criteria[0] if len(criteria) == 1 else And(tuple(criteria))

    def _single(self) -> Criterion:
        """``(...)``, ``!(...)`` or a comparison."""
        cursor = self.cursor
        char = cursor.skip_blanks()
        if char == "!" and cursor.peek(cursor.position) not in "$@":
            cursor.position += 1
            return Not(self._deeper(self._single))
        if char == "(":
            cursor.position += 1
            found = self._deeper(self._either)
            cursor.expect(")")
            return found
        return self._comparison()

    def _deeper(self, read: Callable[[], Criterion]) -> Criterion:
        self.depth += 1
        self.cursor.limit(self.depth)
        found = read()
        self.depth -= 1
        return found

    def _comparison(self) -> Criterion:
        """``left operator right``, or a path alone, which asks whether it leads anywhere."""
        expected = self.cursor.char() != "!"
        left = self._operand()
        start = self.cursor.position
        try:
            operator = self._operator()
            return Comparison(left, operator, self._operand())
        except Unsupported:
            raise
        except PathSyntaxError:
            # Jayway takes an operator or right side it cannot read for none at all, and then
            # stumbles over the same characters.
            if not isinstance(left, Query):
                raise
            self.cursor.position = start
            return Existence(left, expected)

    def _operator(self) -> str:
        cursor = self.cursor
        symbolic = cursor.skip_blanks() in _OPERATOR_CHARS
        start = cursor.position
        while cursor.inside(cursor.position):
            char = cursor.char()
            if (char not in _OPERATOR_CHARS) if symbolic else (char == " "):
                break
            cursor.position += 1
        operator = cursor.text[start : cursor.position]
        if operator.upper() not in OPERATORS:
            cursor.fail(f"Filter operator {operator} is not supported!", start)
        return operator.upper()

    def _operand(self) -> Query | Constant:
        cursor = self.cursor
        char = cursor.skip_blanks()
        if char == "!":
            cursor.position += 1
            char = cursor.skip_blanks()
            if char not in "$@":
                cursor.fail("Unexpected character: !")
        if char in "$@":
            return self._query()
        if char in "'\"":
            return self._string(char)
        if char in "[{":
            return self._json(char)
        if char == "/":
            return self._pattern()
        return self._word(char) if char in _WORDS else self._number()

    def _query(self) -> Query:
        """A path, which ends at a blank, an operator or a bracket that is not its own."""
        cursor = self.cursor
        start = cursor.position
        cursor.position += 1
        while cursor.inside(cursor.position):
            if cursor.char() == "[":
                end = cursor.closing(cursor.position, "[]")
                if end == -1:
                    cursor.fail("Square brackets does not match in filter")
                cursor.position = end + 1
            char = cursor.char()
            if not cursor.inside(cursor.position) or char in _OPERATOR_CHARS or char == " ":
                break
            if char == ")" and not self._ends_call(start):
                break
            cursor.position += 1
        text = cursor.text[start : cursor.position]
        return self.path(text, cursor.base + start, self.depth)

    def _ends_call(self, start: int) -> bool:
        """Whether the bracket here closes a function without arguments; others Jayway does not see."""
        before = self.cursor.text[: self.cursor.position].rstrip(" ")
        return before.endswith("(") and "." in before[start + 1 : -1]

    def _string(self, quote: str) -> Constant:
        cursor = self.cursor
        start = cursor.position
        end = cursor.unescaped(start, quote)
        if end == -1:
            cursor.fail(f"String literal does not have matching quotes. Expected {quote}")
        cursor.position = end + 1
        try:
            return Constant(unescaped(cursor.text[start + 1 : end]))
        except ValueError:
            cursor.fail("Unable to parse unicode value", start)

    def _json(self, bracket: str) -> Constant:
        cursor = self.cursor
        start = cursor.position
        end = cursor.closing(start, "[]" if bracket == "[" else "{}")
        if end == -1:
            cursor.fail("String not closed. Expected '")
        cursor.position = end + 1
        return Constant(JSONText(cursor.text[start : end + 1]))

    def _pattern(self) -> Constant:
        cursor = self.cursor
        start = cursor.position
        end = flags = cursor.unescaped(start, "/")
        if end == -1:
            cursor.fail("Pattern not closed. Expected /")
        while cursor.inside(flags + 1) and cursor.text[flags + 1] in FLAGS:
            flags += 1
        cursor.position = flags + 1
        try:
            return Constant(compile_pattern(cursor.text[start + 1 : end], cursor.text[end + 1 : flags + 1]))
        except ValueError as error:
            raise Unsupported(str(error), cursor.offset(start)) from None

    def _word(self, first: str) -> Constant:
        """``true``, ``false`` or ``null``."""
        cursor = self.cursor
        word = _WORD_TEXTS[first]
        end = cursor.position + len(word)
        if end > cursor.end or not cursor.text.startswith(word, cursor.position):
            cursor.fail(f"Expected <{word}> value")
        cursor.position = end
        return Constant(_WORDS[first])

    def _number(self) -> Constant:
        cursor = self.cursor
        match = _NUMBER.match(cursor.text, cursor.position, cursor.end)
        text = match.group() if match else ""
        number = javatext.literal(text)
        if number is None:
            cursor.fail(f"Failed to parse filter: {cursor.text}, error on position: {cursor.position}")
        cursor.position += len(text)
        return Constant(number)
