"""Rules on the names of variables."""

from __future__ import annotations

from collections.abc import Iterator

from asl.diagnostics import SCHEMA, Diagnostic, pointer
from asl.spec.quotas import VARIABLE_NAME_LENGTH
from asl.validator.scopes import Scope

RESERVED = "states"
"""``$states`` holds the state's data in JSONata mode."""


def variable_names(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """Assign sets whole variables, by names that are identifiers of at most 80 characters."""
    for scope in scopes:
        for name, state in scope.states.items():
            if isinstance(state, dict):
                yield from _names((*scope.place, "States", name), state)


def _names(place: tuple[str | int, ...], state: dict[str, object]) -> Iterator[Diagnostic]:
    assigns: list[tuple[tuple[str | int, ...], object]] = [((*place, "Assign"), state.get("Assign"))]
    for field in ("Choices", "Catch"):
        entries = state.get(field)
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict):
                assigns.append(((*place, field, index, "Assign"), entry.get("Assign")))
    for where, assign in assigns:
        for key in assign if isinstance(assign, dict) else ():
            problem = _problem(str(key).removesuffix(".$"))
            if problem is not None:
                yield Diagnostic("ERROR", SCHEMA, problem, pointer((*where, key)))


def _problem(name: str) -> str | None:
    if not name.isidentifier():
        return f"The variable name '{name}' is not an identifier"
    if len(name) > VARIABLE_NAME_LENGTH:
        return f"A variable name has at most {VARIABLE_NAME_LENGTH} characters"
    if name == RESERVED:
        return f"The variable name '{RESERVED}' is reserved"
    return None
