"""How records and signals become bytes, and are read back."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from asl.jsontypes import MAX_DEPTH, InvalidJSON, encode, loads
from emulator.ports import Check, Entry, Log, Logged, Start
from emulator.records import ExecutionRecord, Revision

Kept = TypeVar("Kept")

_PLAIN = Revision("", "", None, 0)
_SLOW = b"!"
"""How the text of what the fast encoder refuses begins. No JSON does."""

_signals: msgspec.json.Decoder[Logged] = msgspec.json.Decoder(Logged)
_starts = msgspec.msgpack.Decoder(Start)
_revisions = msgspec.msgpack.Decoder(Revision)
_executions = msgspec.msgpack.Decoder(ExecutionRecord)

pack = msgspec.msgpack.Encoder().encode


def pack_signal(what: Logged) -> bytes:
    """What an execution was told, as bytes. Deep data and halves of surrogate pairs are taken too."""
    try:
        return msgspec.json.encode(what)
    except (RecursionError, UnicodeError, ValueError, TypeError):
        output = getattr(what, "output", None)
        head = msgspec.structs.replace(what, output=None) if output is not None else what
        return _SLOW + json.dumps(msgspec.to_builtins(head)).encode() + b"\n" + pack_value(output)


def unpack_signal(data: bytes) -> Logged:
    """What `pack_signal` wrote, however deep the stack is that asks."""
    try:
        return _unpacked(data)
    except RecursionError:
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(limit + 2 * MAX_DEPTH)
        try:
            return _unpacked(data)
        finally:
            sys.setrecursionlimit(limit)


def _unpacked(data: bytes) -> Logged:
    if data[:1] != _SLOW:
        return _signals.decode(data)
    head, _, text = data[1:].partition(b"\n")
    what: Logged = msgspec.convert(json.loads(head), Logged)
    output = unpack_value(text)
    return what if output is None else msgspec.structs.replace(what, output=output)


def pack_value(value: Any) -> bytes:
    """A JSON value as its text."""
    try:
        return encode(value)
    except (TypeError, UnicodeError):
        return json.dumps(value).encode()


def unpack_value(text: bytes) -> Any:
    """What `pack_value` wrote."""
    try:
        return loads(text)
    except InvalidJSON:
        return json.loads(text)


def pack_execution(record: ExecutionRecord) -> bytes:
    """An execution's record without its revision, which is kept once for all that run it."""
    plain = msgspec.structs.replace(record, revision=_PLAIN)
    try:
        return pack(plain)
    except UnicodeError:  # half a surrogate pair in what a task said of its failure
        texts = {name: _whole(getattr(plain, name)) for name in ("output", "error", "cause")}
        return pack(msgspec.structs.replace(plain, **texts))


def _whole(text: str | None) -> str | None:
    return None if text is None else text.encode("utf-8", "replace").decode()


def unpack_execution(data: bytes, revision: Revision = _PLAIN) -> ExecutionRecord:
    """What `pack_execution` wrote, with its revision where that is asked for."""
    record = _executions.decode(data)
    record.revision = revision
    return record


def unpack_start(data: bytes) -> Start:
    """How an execution began."""
    return _starts.decode(data)


def unpack_revision(data: bytes) -> Revision:
    """A revision of a state machine."""
    return _revisions.decode(data)


def unpack_record(data: bytes, kind: type[Kept]) -> Kept:
    """A record of that kind."""
    return msgspec.msgpack.decode(data, type=kind)


def unpack_log(rows: Iterator[tuple[Any, ...]]) -> Log:
    """An execution's log, of its rows: time, data, and the three numbers of a check or None."""
    _, start, *check = next(rows)
    entries = [Entry(at, unpack_signal(data), _check(*rest)) for at, data, *rest in rows]
    return Log(unpack_start(start), _check(*check), entries)


def _check(turns: int | None, events: int | None, digest: int | None) -> Check | None:
    return None if turns is None else Check(turns, events or 0, digest or 0)
