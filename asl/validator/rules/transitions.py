"""Rules on transitions: they lead to states that exist, reach every state, and come to an end."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from asl.diagnostics import Diagnostic
from asl.rules import Problem, Rule
from asl.rules import table as rules
from asl.validator.scopes import Scope


def start_exists(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """StartAt names a state of its block."""
    for scope in scopes:
        start = scope.value.get("StartAt")
        if isinstance(start, str) and scope.states and start not in scope.states:
            yield _missing(rules.START_TARGET, "StartAt", start, scope).at((*scope.place, "StartAt"))


def targets_exist(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """Next and Default name states of the same block."""
    found = 0
    for scope in scopes:
        for ways in scope.edges.values():
            for edge in ways:
                if edge.target not in scope.states:
                    found += 1
                    search = found <= _SEARCHED
                    yield _missing(rules.TARGET, edge.field, edge.target, scope, search).at(edge.place)


_SEARCHED = 20
"""For so many wrong targets a like name is sought: each search looks at every state of the block."""


def _missing(rule: Rule, field: str, target: str, scope: Scope, search: bool = True) -> Problem:
    close = get_close_matches(target, list(scope.states), n=1) if search else []
    hint = f"did you mean '{close[0]}'?" if close else None
    return Problem(rule, f"Missing '{field}' target: {target}", hint)


def reachable(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """Every state can be reached from StartAt."""
    for scope in scopes:
        start = scope.value.get("StartAt")
        if not isinstance(start, str) or start not in scope.states:
            continue  # told by start_exists
        seen = {start}
        pending = [start]
        while pending:
            for edge in scope.edges.get(pending.pop(), ()):
                if edge.target in scope.states and edge.target not in seen:
                    seen.add(edge.target)
                    pending.append(edge.target)
        for name in scope.states:
            if name not in seen:
                problem = Problem(rules.UNREACHABLE, f'State "{name}" is not reachable.')
                yield problem.at((*scope.place, "States", name))


def an_end(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """A block has a state that ends it, else it would go round for ever."""
    for scope in scopes:
        if scope.states and not any(_ends(state) for state in scope.states.values()):
            yield Problem(rules.NO_END, "No state ends the workflow").at((*scope.place, "States"))


def _ends(state: object) -> bool:
    # Half-written states are told elsewhere; here they get the benefit of the doubt.
    return not isinstance(state, dict) or bool(state.get("End")) or state.get("Type") in ("Succeed", "Fail")
