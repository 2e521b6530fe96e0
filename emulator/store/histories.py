"""How the history of an execution that has ended becomes one blob, and is read back."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

import msgspec

from asl import history as types
from asl.history import Event, EventType, History, Scheduled, TaskEvents
from emulator.store.codec import pack_value, unpack_value

_JSON, _TUPLE, _SCHEDULED = 0, 1, 2
"""What a value is: JSON, a tuple of JSON values, or what a *Scheduled event tells."""
_LEVEL = 1
_SHORT = 1024
"""Fewer bytes than these are not compressed: it would take longer than all the rest, for little."""
_COMPRESSED = b"\x78"
"""How what zlib wrote begins. MessagePack begins a list of three otherwise."""


def _all_types() -> Iterator[EventType]:
    """The event types that `asl.history` declares, alone or in tables."""
    for each in vars(types).values():
        members = each.values() if isinstance(each, dict) else (each,)
        for member in members:
            if isinstance(member, EventType):
                yield member
            elif isinstance(member, TaskEvents):
                fields = (getattr(member, name) for name in member.__struct_fields__)
                yield from (field for field in fields if isinstance(field, EventType))


_TYPES = {each.name: each for each in _all_types()}


class _Values:
    """Values numbered by identity: a state's output is the next one's input, and is kept once."""

    def __init__(self) -> None:
        self.texts: list[tuple[int, bytes]] = [(_JSON, b"null")]
        self._numbers: dict[int, int] = {id(None): 0}
        self._alive: list[Any] = []  # so that no identity is used twice

    def number(self, value: Any) -> int:
        found = self._numbers.get(id(value))
        if found is None:
            found = self._numbers[id(value)] = len(self.texts)
            self._alive.append(value)
            kind = (
                _SCHEDULED if isinstance(value, Scheduled) else _TUPLE if isinstance(value, tuple) else _JSON
            )
            self.texts.append((kind, pack_value(list(value) if kind else value)))
        return found


def pack_history(history: History, length: int) -> bytes:
    """The first events of a history. It may grow meanwhile in another thread."""
    values, names = _Values(), dict[str, int]()
    rows = [
        (
            names.setdefault(kind.name, len(names)), previous, time, names.setdefault(path, len(names)),
            names.setdefault(state, len(names)), visit, attempt, way, values.number(payload),
            values.number(extra),
        )
        for kind, previous, time, path, state, visit, attempt, way, payload, extra in islice(
            history.events(), length
        )
    ]  # fmt: skip
    columns = list(zip(*rows, strict=True))
    if columns:
        columns[2] = _deltas(columns[2])
    data = msgspec.msgpack.encode((list(names), values.texts, columns))
    return data if len(data) < _SHORT else zlib.compress(data, _LEVEL)


def _deltas(times: tuple[int, ...]) -> tuple[int, ...]:
    return times[0], *(later - earlier for earlier, later in pairwise(times))


_Columns = tuple[list[str], list[tuple[int, bytes]], list[list[int]]]


def unpack_history(data: bytes) -> History:
    """What `pack_history` wrote."""
    plain = zlib.decompress(data) if data.startswith(_COMPRESSED) else data
    names, texts, columns = msgspec.msgpack.decode(plain, type=_Columns)
    values = [_unpacked(kind, text) for kind, text in texts]
    return History(_events(names, values, columns))


def _unpacked(kind: int, text: bytes) -> Any:
    value = unpack_value(text)
    return Scheduled(*value) if kind == _SCHEDULED else tuple(value) if kind == _TUPLE else value


def _events(names: list[str], values: list[Any], columns: list[list[int]]) -> Iterator[Event]:
    time = 0
    for kind, previous, later, path, state, visit, attempt, way, payload, extra in zip(*columns, strict=True):
        time += later
        yield (
            _TYPES[names[kind]], previous, time, names[path], names[state], visit, attempt, way,
            values[payload], values[extra],
        )  # fmt: skip
