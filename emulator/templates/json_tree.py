"""Where every member of a JSON text stands, found in one walk over its pieces."""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from asl.parser.positions import Position, Steps

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|[^\s{}\[\],:"]+', re.DOTALL)


class JSONTree:
    """The places of a text that is known to be JSON: of the key in an object, of the value in an array."""

    def __init__(self, text: str) -> None:
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self._offsets: dict[Steps, int] = {}
        path: list[str | int] = []
        key_next = False
        for match in _PIECE.finditer(text):
            piece = match[0]
            if piece in "]}":
                path.pop()
                key_next = False
            elif piece == ",":
                key_next = isinstance(path[-1], str)
                if not key_next:
                    path[-1] = int(path[-1]) + 1
            elif key_next:
                path[-1] = json.loads(piece)
                self._offsets[tuple(path)] = match.start()
                key_next = False
            else:
                if not path or isinstance(path[-1], int):
                    self._offsets[tuple(path)] = match.start()
                if piece in "{[":
                    path.append("" if piece == "{" else 0)
                    key_next = piece == "{"

    def position(self, steps: Steps) -> Position:
        """Line and column of a member, or of the nearest of its ancestors that is there."""
        while steps and steps not in self._offsets:
            steps = steps[:-1]
        offset = self._offsets.get(steps, 0)
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def text_position(self, steps: Steps, offset: int) -> Position | None:
        """Where a character of a string stands: not told, because its escapes would have to be undone."""
        return None
