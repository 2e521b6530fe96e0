"""Rules on variables: their names, and the blocks in which they live."""

from __future__ import annotations

from collections.abc import Iterator

from asl.diagnostics import Diagnostic
from asl.jsontypes import JSON
from asl.rules import Problem
from asl.rules import table as rules
from asl.spec.quotas import VARIABLE_NAME_LENGTH
from asl.states.map_ import is_distributed
from asl.validator.scopes import Scope, Steps, states

RESERVED = "states"
"""``$states`` holds the state's data in JSONata mode."""


def variable_names(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """Assign sets whole variables, by names that are identifiers of at most 80 characters."""
    for place, name in _assigned(scopes):
        problem = _problem(name)
        if problem is not None:
            yield problem.at(place)


def variable_scopes(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """An inner block does not assign a variable of a block around it (developer guide, "Variable scope").

    A distributed Map's processor stands alone: it sees no variable from outside. What the state around
    the block assigns itself does not count: it does so when the block has ended (recorded, Dec 2024).
    """
    own: dict[Steps, list[tuple[Steps, str]]] = {}
    for scope in scopes:
        assigned = list(_assigned([scope]))
        if not assigned:
            continue
        own[scope.place] = assigned
        if _apart(scope, scopes[0].value):
            continue
        around = _around(scope.place, own)
        for place, name in assigned:
            if name in around:
                message = f"The variable '{name}' is already assigned in a block around this one"
                yield Problem(rules.VARIABLE_SCOPE, message).at(place)


def _around(place: Steps, own: dict[Steps, list[tuple[Steps, str]]]) -> set[str]:
    """The variables of the blocks around a block; outer blocks come first, so theirs are known."""
    found: set[str] = set()
    for length in range(len(place)):
        state = place[: length + 2]  # of each block, the state in which this one stands
        found.update(name for where, name in own.get(place[:length], ()) if where[: length + 2] != state)
    return found


def _apart(scope: Scope, definition: JSON) -> bool:
    """Whether a block is a distributed Map's processor, or stands in one."""
    value: JSON = definition
    for step in scope.place:
        if isinstance(value, dict) and is_distributed(value):
            return True
        value = value[step]
    return False


def _assigned(scopes: list[Scope]) -> Iterator[tuple[Steps, str]]:
    """Every key of an Assign: the state's own, and those of its choice rules and catchers."""
    for place, state in states(scopes):
        for where, holder in _holders(place, state):
            assign = holder["Assign"]
            for key in assign if isinstance(assign, dict) else ():
                yield (*where, "Assign", key), key.removesuffix(".$")


def _holders(place: Steps, state: dict[str, JSON]) -> Iterator[tuple[Steps, dict[str, JSON]]]:
    if "Assign" in state:
        yield place, state
    for field in ("Choices", "Catch"):
        if field not in state:
            continue
        entries = state[field]
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict) and "Assign" in entry:
                yield (*place, field, index), entry


def _problem(name: str) -> Problem | None:
    if not 1 <= len(name) <= VARIABLE_NAME_LENGTH:
        message = f"The name of a variable must have 1 to {VARIABLE_NAME_LENGTH} characters"
        return Problem(rules.VARIABLE_NAME, message)
    if name == RESERVED:
        return Problem(rules.VARIABLE_NAME, f"The variable name '{RESERVED}' is reserved")
    if "." in name or "[" in name:
        return Problem(rules.VARIABLE_PART, f"'{name}' names a part of a variable")
    if not name.isidentifier():
        # The guide wants an identifier; published definitions that AWS's own tools take have others.
        return Problem(rules.VARIABLE_IDENTIFIER, f"The variable name '{name}' is not an identifier")
    return None
