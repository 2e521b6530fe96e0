"""Texts that were put together from others, and remember where each character was before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from re import Match, Pattern


class Traced:
    """A text made from another by putting things in for parts of it.

    Attributes:
        text: The text as it is now.
    """

    def __init__(self, text: str, starts: list[int] | None = None, origins: list[int] | None = None) -> None:
        self.text = text
        self._starts = starts if starts is not None else [0]
        self._origins = origins if origins is not None else [0]
        # A stretch that was put in stands for one place of the original: its origin is marked negative.

    def origin(self, offset: int) -> int:
        """The offset in the original text of a character of this one."""
        index = bisect_right(self._starts, offset) - 1
        start = self._origins[index]
        return -start - 1 if start < 0 else start + offset - self._starts[index]

    def replaced(self, pattern: Pattern[str], instead: Callable[[Match[str]], str | None]) -> Traced:
        """The text with something else for what a pattern finds; None leaves it as it is."""
        pieces: list[str] = []
        starts: list[int] = []
        origins: list[int] = []
        length = at = 0
        for match in pattern.finditer(self.text):
            given = instead(match)
            if given is None:
                continue
            length = self._keep(at, match.start(), length, pieces, starts, origins)
            starts.append(length)
            origins.append(-self.origin(match.start()) - 1)
            pieces.append(given)
            length += len(given)
            at = match.end()
        self._keep(at, len(self.text), length, pieces, starts, origins)
        return Traced("".join(pieces), starts, origins) if at else self

    def _keep(
        self, start: int, end: int, length: int, pieces: list[str], starts: list[int], origins: list[int]
    ) -> int:
        """Takes over a stretch of this text, with the origins of its parts; the new length."""
        index = bisect_right(self._starts, start) - 1
        position = start
        while position <= end:
            following = self._starts[index + 1] if index + 1 < len(self._starts) else len(self.text) + 1
            first = self._origins[index]
            starts.append(length + position - start)
            origins.append(first if first < 0 else first + position - self._starts[index])
            index, position = index + 1, following
        pieces.append(self.text[start:end])
        return length + end - start
