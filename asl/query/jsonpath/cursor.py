"""A place in a text, and looking around from it the way Jayway's own parser does."""

from __future__ import annotations

from typing import NoReturn

from asl.query.jsonpath.failures import PathSyntaxError, Unsupported

BLANK = " "

MAX_DEPTH = 20
"""Limit: how many levels deep a path may go, counting brackets and filters inside each other and all
steps but single names and indexes.

Ours, so that neither reading a path nor following it overflows the stack: a level takes up to
sixteen frames of it.
"""


class Cursor:
    """A moving position in a window of a text.

    Only the blank counts as white space, and looking beyond the window is allowed where Jayway
    allows it: `char` sees the whole text, `inside` only the window.

    Attributes:
        text: The whole text.
        position: Where we are.
        end: The first position after the window.
        base: What to add to a position to get the offset in the path the user wrote.
    """

    def __init__(self, text: str, base: int = 0) -> None:
        self.text = text
        self.position = 0
        self.end = len(text)
        self.base = base

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        """Refuse the text, at the current position if none is given."""
        raise PathSyntaxError(message, self.offset(position))

    def offset(self, position: int | None = None) -> int:
        """Where a position, by default the current one, is in the path the user wrote."""
        return max(0, self.base + (self.position if position is None else position))

    def limit(self, depth: int) -> None:
        """Refuse what is deeper than `MAX_DEPTH`."""
        if depth > MAX_DEPTH:
            message = f"The path is more than {MAX_DEPTH} levels deep"
            raise Unsupported(message, self.offset())

    def inside(self, position: int) -> bool:
        """Whether a position lies in the window."""
        return 0 <= position < self.end

    def char(self, position: int | None = None) -> str:
        """The character at a position (the current one if none is given).

        Raises:
            PathSyntaxError: The text is over.
        """
        at = self.position if position is None else position
        if not 0 <= at < len(self.text):
            self.fail("The path ends too early", len(self.text))
        return self.text[at]

    def at_tail(self) -> bool:
        """Whether Jayway would read on: a single character left over is silently dropped."""
        return self.position >= self.end - 1

    def skip_blanks(self) -> str:
        """Step over blanks and give back the character behind them."""
        while self.position < self.end - 1 and self.text[self.position] == BLANK:
            self.position += 1
        return self.char()

    def expect(self, char: str) -> None:
        """Step over blanks and one character that must be there."""
        if self.skip_blanks() != char:
            self.fail(f"Expected character: {char}")
        self.position += 1

    def accept(self, word: str) -> bool:
        """Step over blanks and a word, or stay where we are if the word is not there."""
        start = self.position
        if self.inside(start):
            self.skip_blanks()
            if self.text.startswith(word, self.position) and self.position + len(word) <= self.end:
                self.position += len(word)
                return True
        self.position = start
        return False

    def next_significant(self, position: int) -> int:
        """Where the first character after a position stands that is no blank; maybe behind the window."""
        position += 1
        while position < self.end and self.text[position] == BLANK:
            position += 1
        return position

    def peek(self, position: int) -> str:
        """The first character after a position that is no blank; a blank if there is none."""
        at = self.next_significant(position)
        return self.text[at] if at < self.end else BLANK

    def unescaped(self, position: int, char: str) -> int:
        """Where a character next occurs after a position without a backslash; -1 if nowhere."""
        at = position + 1
        while at < self.end:
            if self.text[at] == "\\":
                at += 1
            elif self.text[at] == char:
                return at
            at += 1
        return -1

    def closing(self, position: int, pair: str, *, regexes: bool = False) -> int:
        """Where the bracket closes that opens at a position; -1 if nowhere.

        Args:
            position: Of the opening bracket.
            pair: The opening and the closing bracket.
            regexes: Whether a slash opens a regular expression, which is skipped as strings are.
        """
        opened, at = 1, position + 1
        while self.inside(at):
            # Strings and then a regex are skipped, each once a turn, as Jayway does: a string that
            # follows a string directly is not seen.
            for fences in ("'\"", "/" if regexes else ""):
                fence = self.char(at)
                if fence in fences:
                    at = self.unescaped(at, fence) + 1
                    if not at:
                        self.fail(f"Could not find matching close for {fence} in : {self.text}", position)
            opened += (self.char(at) == pair[0]) - (self.char(at) == pair[1])
            if not opened:
                return at
            at += 1
        return -1
