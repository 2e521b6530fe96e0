"""Putting a value at the end of a reference path, as ResultPath does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from asl.jsontypes import JSON, type_name
from asl.query.jsonpath.failures import CannotWrite, said
from asl.query.jsonpath.path import Path

Write: TypeAlias = Callable[[JSON, JSON], JSON]
"""Takes a document and a value and gives back the document with the value in it."""


def write(path: Path, document: JSON, value: JSON) -> JSON:
    """The document with a value at the end of a reference path.

    The document is not touched; the new one shares all that lies beside the path. Objects that are
    missing on the way are made; array members can be replaced, but not added.

    Raises:
        CannotWrite: Something that is no object, or no long enough array, stands in the way, or
            the path is no reference path.
    """
    return writer(path)(document, value)


def writer(path: Path) -> Write:
    """The function that puts a value at the end of this path, see `write`.

    Raises:
        CannotWrite: The path is no reference path.
    """
    if not path.reference:
        raise CannotWrite(said, f"{path.text} is not a reference path")
    if not path.steps:
        return _replace
    if len(path.steps) == 1 and isinstance(path.steps[0], str):
        return _one(path.steps[0])
    return _several(path.steps)


def _replace(document: JSON, value: JSON) -> JSON:
    return value


def _one(key: str) -> Write:
    def put(document: JSON, value: JSON) -> JSON:
        if type(document) is dict:
            return {**document, key: value}
        raise CannotWrite(_explain, (key,), 0, document)

    return put


def _several(steps: tuple[str | int, ...]) -> Write:
    def put(document: JSON, value: JSON) -> JSON:
        holders: list[JSON] = []
        place = document
        for step in steps:
            if not _takes(place, step):
                raise CannotWrite(_explain, steps, len(holders), place)
            holders.append(place)
            place = place.get(step, {}) if isinstance(step, str) else place[step]
        for step, holder in zip(reversed(steps), reversed(holders), strict=True):
            copy = holder.copy()
            copy[step] = value
            value = copy
        return value

    return put


def _takes(place: JSON, step: str | int) -> bool:
    if isinstance(step, str):
        return type(place) is dict
    return type(place) is list and step < len(place)


def _explain(steps: tuple[str | int, ...], position: int, place: JSON) -> str:
    way = "$" + "".join(f"[{step}]" if isinstance(step, int) else f"['{step}']" for step in steps[:position])
    step = steps[position]
    if type(place) is list and isinstance(step, int):
        return f"{way} has {len(place)} items and none at {step}"
    return f"{way} is {type_name(place)}, not {'array' if isinstance(step, int) else 'object'}"
