"""Rules on Retry and Catch: what AWS takes, though it never does anything."""

from __future__ import annotations

from collections.abc import Iterator

from asl.diagnostics import Diagnostic
from asl.jsontypes import JSON
from asl.rules import Problem
from asl.rules import table as rules
from asl.validator.scopes import Scope, Steps, states

_SILENT = {
    # Developer guide, "Error names": reserved for future use, reported as States.Runtime.
    "States.NoChoiceMatched": "AWS reports States.Runtime instead",
    "States.IntrinsicFailure": "AWS reports States.Runtime instead",
    "States.ParameterPathFailure": "AWS reports States.Runtime instead",
    # A Parallel state fails with its branch's own error (recorded).
    "States.BranchFailed": "a Parallel state fails with its branch's own error",
    "States.Runtime": "it can be neither retried nor caught",
}


def never_reported(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """ErrorEquals names errors that can be answered."""
    for place, names in _entries(scopes):
        for index, name in enumerate(names):
            if name in _SILENT:
                message = f"The error '{name}' is never answered here"
                yield Problem(rules.NEVER_REPORTED, message, _SILENT[name]).at((*place, "ErrorEquals", index))


def answered_before(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """An entry has an error left to answer: the first entry that names an error gets it."""
    seen: set[str] = set()
    list_place: Steps = ()
    for place, names in _entries(scopes):
        if place[:-1] != list_place:
            seen, list_place = set(), place[:-1]
        if names and all(each in seen for each in names):
            message = "An entry before this one answers the same errors"
            yield Problem(rules.ANSWERED_BEFORE, message).at((*place, "ErrorEquals"))
        seen.update(names)


def _entries(scopes: list[Scope]) -> Iterator[tuple[Steps, list[str]]]:
    """Every entry of Retry and Catch with its error names."""
    for place, state in states(scopes):
        for field in ("Retry", "Catch"):
            entries: JSON = state.get(field)
            for index, entry in enumerate(entries if isinstance(entries, list) else []):
                names = entry.get("ErrorEquals") if isinstance(entry, dict) else None
                if isinstance(names, list):
                    yield (*place, field, index), [each for each in names if isinstance(each, str)]
