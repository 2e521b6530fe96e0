"""Rules on the names of states."""

from __future__ import annotations

from collections.abc import Iterator

from asl.diagnostics import DUPLICATE_STATE_NAME, SCHEMA, Diagnostic, pointer
from asl.spec.quotas import STATE_NAME_LENGTH
from asl.validator.scopes import Scope


def unique_names(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """A state's name stands once in the whole machine, nested blocks included (specification, "States")."""
    seen: set[str] = set()
    for scope in scopes:
        for name in scope.states:
            if name in seen:
                yield Diagnostic(
                    "ERROR",
                    DUPLICATE_STATE_NAME,
                    f"Duplicate state name: {name}",
                    pointer((*scope.place, "States", name)),
                    hint="names are unique in the whole machine, also across branches and processors",
                )
            seen.add(name)


def name_length(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """A state's name is not empty and has at most 80 characters."""
    for scope in scopes:
        for name in scope.states:
            if not 1 <= len(name) <= STATE_NAME_LENGTH:
                yield Diagnostic(
                    "ERROR",
                    SCHEMA,
                    f"The name of a state must have 1 to {STATE_NAME_LENGTH} characters",
                    pointer((*scope.place, "States", name)),
                )
