"""Rules on the names of states."""

from __future__ import annotations

from collections.abc import Iterator

from asl.diagnostics import Diagnostic
from asl.rules import Problem
from asl.rules import table as rules
from asl.spec.quotas import STATE_NAME_LENGTH
from asl.validator.scopes import Scope


def unique_names(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """A state's name stands once in the whole machine, nested blocks included (specification, "States")."""
    seen: set[str] = set()
    for scope in scopes:
        for name in scope.states:
            if name in seen:
                problem = Problem(rules.DUPLICATE_STATE, f"Duplicate state name: {name}")
                yield problem.at((*scope.place, "States", name))
            seen.add(name)


def name_length(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """A state's name is not empty and has at most 80 characters."""
    for scope in scopes:
        for name in scope.states:
            if not 1 <= len(name) <= STATE_NAME_LENGTH:
                message = f"The name of a state must have 1 to {STATE_NAME_LENGTH} characters"
                yield Problem(rules.STATE_NAME, message).at((*scope.place, "States", name))
