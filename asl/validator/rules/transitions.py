"""Rules on transitions: they lead to states that exist, reach every state, and come to an end."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from asl.diagnostics import MISSING_END_STATE, MISSING_TRANSITION_TARGET, Diagnostic, pointer
from asl.validator.scopes import Scope, edges


def start_exists(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """StartAt names a state of its block."""
    for scope in scopes:
        start = scope.value.get("StartAt")
        if isinstance(start, str) and scope.states and start not in scope.states:
            yield _missing("StartAt", start, (*scope.place, "StartAt"), scope)


def targets_exist(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """Next and Default name states of the same block."""
    found = 0
    for scope in scopes:
        for name, state in scope.states.items():
            for edge in edges((*scope.place, "States", name), state):
                if edge.target not in scope.states:
                    found += 1
                    yield _missing(edge.field, edge.target, edge.place, scope, search=found <= _SEARCHED)


_SEARCHED = 20
"""For so many wrong targets a like name is sought: each search looks at every state of the block."""


def _missing(
    field: str, target: str, place: tuple[str | int, ...], scope: Scope, search: bool = True
) -> Diagnostic:
    close = get_close_matches(target, list(scope.states), n=1) if search else []
    hint = f"did you mean '{close[0]}'?" if close else "transitions never leave their own block of states"
    return Diagnostic(
        "ERROR", MISSING_TRANSITION_TARGET, f"Missing '{field}' target: {target}", pointer(place), hint=hint
    )


def reachable(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """Every state can be reached from StartAt."""
    for scope in scopes:
        start = scope.value.get("StartAt")
        if not isinstance(start, str) or start not in scope.states:
            continue  # told by start_exists
        seen = {start}
        pending = [start]
        while pending:
            for edge in edges((), scope.states[pending.pop()]):
                if edge.target in scope.states and edge.target not in seen:
                    seen.add(edge.target)
                    pending.append(edge.target)
        for name in scope.states:
            if name not in seen:
                yield Diagnostic(
                    "ERROR",
                    MISSING_TRANSITION_TARGET,
                    f'State "{name}" is not reachable.',
                    pointer((*scope.place, "States", name)),
                    hint="let a state lead to it, or take it out",
                )


def an_end(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """A block has a state that ends it, else it would go round for ever."""
    for scope in scopes:
        if scope.states and not any(_ends(state) for state in scope.states.values()):
            yield Diagnostic(
                "ERROR",
                MISSING_END_STATE,
                "No state ends the workflow",
                pointer((*scope.place, "States")),
                hint='one state needs "End": true or the Type Succeed or Fail',
            )


def _ends(state: object) -> bool:
    # Half-written states are told elsewhere; here they get the benefit of the doubt.
    return not isinstance(state, dict) or bool(state.get("End")) or state.get("Type") in ("Succeed", "Fail")
