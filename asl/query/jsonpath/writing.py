"""Putting a value at the end of a reference path, as ResultPath does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from asl.jsontypes import JSON, dumps, type_name
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
        return _one(path.steps[0], path.text)
    return _several(path.steps, path.text)


def _replace(document: JSON, value: JSON) -> JSON:
    return value


def _one(key: str, text: str) -> Write:
    def put(document: JSON, value: JSON) -> JSON:
        if type(document) is dict:
            return {**document, key: value}
        raise CannotWrite(_explain, text, document)

    return put


def _several(steps: tuple[str | int, ...], text: str) -> Write:
    def put(document: JSON, value: JSON) -> JSON:
        spine: list[JSON] = []
        place = document
        for step in steps:
            if isinstance(step, str):
                if type(place) is not dict:
                    raise CannotWrite(_explain, text, document)
                spine.append(place)
                place = place.get(step, _MISSING)
            else:
                if type(place) is not list or step >= len(place):
                    raise CannotWrite(_explain, text, document)
                spine.append(place)
                place = place[step]
            if place is _MISSING:
                place = {}
        for step, holder in zip(reversed(steps), reversed(spine), strict=True):
            copy = holder.copy()
            copy[step] = value
            value = copy
        return value

    return put


_MISSING = object()


def _explain(text: str, document: JSON) -> str:
    # AWS: "Unable to apply ReferencePath $.partitioned to input ..." (aws/aws-cdk#29473).
    try:
        return f"Unable to apply ReferencePath {text} to input {dumps(document)}"
    except RecursionError:
        return f"Unable to apply ReferencePath {text} to input of type {type_name(document)}"
