"""Two JSON values side by side: where they differ, as JSON pointers."""

from __future__ import annotations

from collections.abc import Iterator

from asl.diagnostics import pointer
from asl.jsontypes import JSON
from asl.parser.positions import Steps
from cli.json_text import preview

TOLD = 10
"""So many differences are told; where there are more, the values have little in common."""
ROOM = 160


def differences(name: str, expected: JSON, got: JSON, *, partial: bool) -> Iterator[str]:
    """What is different in a value, a line each.

    Args:
        name: What the value is.
        expected: What it is to be.
        got: What it is.
        partial: Whether objects in it may have members that are not expected.
    """
    found = list(_walk(expected, got, (), partial))
    for place, text in found[:TOLD]:
        where = f"{name} {pointer(place)}" if place else name
        yield f"{where}: {text}"
    if len(found) > TOLD:
        yield f"{name}: ... and {len(found) - TOLD} more differences"


def _walk(expected: JSON, got: JSON, place: Steps, partial: bool) -> Iterator[tuple[Steps, str]]:
    if isinstance(expected, dict) and isinstance(got, dict):
        yield from _objects(expected, got, place, partial)
    elif isinstance(expected, list) and isinstance(got, list):
        yield from _arrays(expected, got, place, partial)
    elif isinstance(expected, bool) != isinstance(got, bool) or expected != got:
        yield place, f"expected {preview(expected, ROOM)}, got {preview(got, ROOM)}"


def _objects(
    expected: dict[str, JSON], got: dict[str, JSON], place: Steps, partial: bool
) -> Iterator[tuple[Steps, str]]:
    for name, each in expected.items():
        if name in got:
            yield from _walk(each, got[name], (*place, name), partial)
        else:
            yield (*place, name), f"expected {preview(each, ROOM)}, and it is missing"
    for name, each in got.items():
        if name not in expected and not partial:
            yield (*place, name), f"not expected, got {preview(each, ROOM)}"


def _arrays(
    expected: list[JSON], got: list[JSON], place: Steps, partial: bool
) -> Iterator[tuple[Steps, str]]:
    for index in range(max(len(expected), len(got))):
        if index >= len(got):
            yield (*place, index), f"expected {preview(expected[index], ROOM)}, and it is missing"
        elif index >= len(expected):
            yield (*place, index), f"not expected, got {preview(got[index], ROOM)}"
        else:
            yield from _walk(expected[index], got[index], (*place, index), partial)
