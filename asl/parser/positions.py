"""Where members of a JSON text stand: one walk over its pieces, made only when something needs a place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TypeAlias

Position: TypeAlias = tuple[int, int]
"""Line and column, both from 1."""

Steps: TypeAlias = tuple[str | int, ...]
"""A path through a document: keys and indexes."""

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def offset_position(text: str, offset: int) -> Position:
    """The position of the character at an offset."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def json_positions(text: str, wanted: Iterable[Steps]) -> dict[Steps, Position]:
    """The positions of members: of the key in an object, of the value in an array.

    Where a path is not in the text, the position is that of the nearest of its ancestors that is.
    """
    paths = list(wanted)
    root = _Node()
    for path in paths:
        node = root
        for step in path:
            node = node.below.setdefault(step, _Node())
    _Walk(text).run(root)
    return {path: offset_position(text, root.nearest(path)) for path in paths}


def duplicate_keys(text: str) -> list[Steps]:
    """The paths of keys that stand twice in one object, once for each time too many."""
    if not _has_duplicates(text):
        return []
    walk = _Walk(text, collect_duplicates=True)
    walk.run(_Node())
    return walk.duplicates


def _has_duplicates(text: str) -> bool:
    """Whether any key stands twice in one object; quick, and so asked first."""
    found = False

    def look(pairs: list[tuple[str, object]]) -> None:
        nonlocal found
        found = found or len({key for key, _ in pairs}) < len(pairs)

    try:
        json.loads(text, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return True  # let the walk, which needs no call per level, find out
    return found


class _Node:
    """A step of the wanted paths, and where it was found."""

    __slots__ = ("below", "offset")

    def __init__(self) -> None:
        self.below: dict[str | int, _Node] = {}
        self.offset: int | None = None

    def nearest(self, path: Steps) -> int:
        node, best = self, self.offset or 0
        for step in path:
            node = node.below[step]
            if node.offset is None:
                break
            best = node.offset
        return best


class _Walk:
    """One pass over the pieces of a text that is known to be JSON; no call per level of nesting."""

    def __init__(self, text: str, collect_duplicates: bool = False) -> None:
        self.text = text
        self.duplicates: list[Steps] = []
        self._collect = collect_duplicates
        # For each open container: the key or index in it, and the node of the wanted paths it stands for.
        self._at: list[str | int] = []
        self._nodes: list[_Node | None] = []
        self._keys: list[set[str]] = []

    def run(self, root: _Node) -> None:
        """Notes the offset of every node of the wanted paths that is in the text."""
        member: _Node | None = root
        key_next = False
        for match in _PIECE.finditer(self.text):
            piece, start = match[0], match.start()
            if piece in ("]", "}"):
                self._close()
                key_next = False
            elif piece == ",":
                key_next = isinstance(self._at[-1], str)
                if not key_next:
                    self._at[-1] = int(self._at[-1]) + 1
            elif piece == ":":
                key_next = False
            elif key_next:
                self._key(json.loads(piece), start)
            else:
                if not self._at:
                    root.offset = start
                else:
                    member = self._member()
                    if member is not None and isinstance(self._at[-1], int) and member.offset is None:
                        member.offset = start
                if piece in ("{", "["):
                    self._open(piece, member)
                    key_next = piece == "{"

    def _open(self, piece: str, node: _Node | None) -> None:
        self._at.append("" if piece == "{" else 0)
        self._nodes.append(node)
        self._keys.append(set())

    def _close(self) -> None:
        self._at.pop()
        self._nodes.pop()
        self._keys.pop()

    def _member(self) -> _Node | None:
        container = self._nodes[-1]
        return None if container is None else container.below.get(self._at[-1])

    def _key(self, key: str, start: int) -> None:
        self._at[-1] = key
        member = self._member()
        if member is not None:
            member.offset = start  # of two equal keys the last counts, as it does for the value
        if self._collect:
            if key in self._keys[-1]:
                self.duplicates.append(tuple(self._at))
            self._keys[-1].add(key)
