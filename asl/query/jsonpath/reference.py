"""Reference paths, the common case: names and indexes only, read by closures as short as they can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from asl.jsontypes import JSON
from asl.query.jsonpath.steps import Indexes, Names, Query, plain

Read: TypeAlias = Callable[[JSON], JSON]

_MISSED = (KeyError, TypeError, IndexError)


def keys(query: Query) -> tuple[str | int, ...] | None:
    """The keys and indexes of a reference path; None if the query is none."""
    found: list[str | int] = []
    for step in query.steps:
        if not plain(step):
            return None
        if isinstance(step, Names):
            found.append(step.names[0])
        elif isinstance(step, Indexes) and step.indexes[0] >= 0:
            found.append(step.indexes[0])
        else:
            return None
    return tuple(found)


def reader(path: tuple[str | int, ...], explain: Read) -> Read:
    """A function that reads a reference path.

    Args:
        path: Its keys and indexes.
        explain: Reads the same path slowly; asked where the fast way leads nowhere, to say why.
    """
    if not path:
        return _whole
    if not all(isinstance(key, str) for key in path):
        return _mixed(path, explain)
    if len(path) == 1:
        return _one(path[0], explain)
    if len(path) == 2:
        return _two(path[0], path[1], explain)
    return _names(path, explain)


def _whole(document: JSON) -> JSON:
    return document


def _one(key: JSON, explain: Read) -> Read:
    def read(document: JSON) -> JSON:
        try:
            return document[key]
        except _MISSED:
            return explain(document)

    return read


def _two(first: JSON, second: JSON, explain: Read) -> Read:
    def read(document: JSON) -> JSON:
        try:
            return document[first][second]
        except _MISSED:
            return explain(document)

    return read


def _names(path: tuple[JSON, ...], explain: Read) -> Read:
    def read(document: JSON) -> JSON:
        value = document
        try:
            for key in path:
                value = value[key]
        except _MISSED:
            return explain(document)
        return value

    return read


def _mixed(path: tuple[JSON, ...], explain: Read) -> Read:
    # A text has indexes too, so here the types are looked at.
    hops = [(key, dict if isinstance(key, str) else list) for key in path]

    def read(document: JSON) -> JSON:
        value: JSON = document
        try:
            for key, kind in hops:
                if type(value) is not kind:
                    return explain(document)
                value = value[key]
        except _MISSED:
            return explain(document)
        return value

    return read
