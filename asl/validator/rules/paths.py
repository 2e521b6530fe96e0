"""Rules on paths that AWS takes, and that fail when they are read."""

from __future__ import annotations

from collections.abc import Iterator

from asl.diagnostics import Diagnostic
from asl.jsontypes import JSON
from asl.query.language import refused_when_run
from asl.rules import Problem
from asl.rules import table as rules
from asl.validator.scopes import Scope, Steps, states


def readable_paths(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """A path can be read: AWS looks at it less closely than what reads it when the state runs."""
    for place, state in states(scopes):
        if not _has_call(state):
            continue
        for where, text in _paths(place, state):
            if refused_when_run(text):
                message = f"The path '{text}' cannot be read"
                yield Problem(rules.PATH_AT_RUN_TIME, message).at(where)


_NOT_HERE = ("Branches", "ItemProcessor", "Iterator", "Comment", "Result")
"""Nested states come by themselves, and data holds no path."""


def _has_call(state: dict[str, JSON]) -> bool:
    """Whether a text of a state has a parenthesis; most have none, and need no second look."""
    pending: list[JSON] = [value for key, value in state.items() if key not in _NOT_HERE]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            if "(" in value:
                return True
        elif isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return False


def _paths(place: Steps, state: dict[str, JSON]) -> Iterator[tuple[Steps, str]]:
    """Every text that may hold a path with a filter or a script."""
    pending: list[tuple[Steps, JSON]] = [
        ((*place, key), value) for key, value in state.items() if key not in _NOT_HERE
    ]
    while pending:
        where, value = pending.pop()
        if isinstance(value, str):
            field = str(where[-1])
            if "(" in value and (field.endswith((".$", "Path")) or field == "Variable"):
                yield where, value
        elif isinstance(value, dict):
            pending += [((*where, key), each) for key, each in value.items()]
        elif isinstance(value, list):
            pending += [((*where, index), each) for index, each in enumerate(value)]
