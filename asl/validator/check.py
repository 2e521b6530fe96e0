"""Runs the rules over a definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from asl.diagnostics import Diagnostic
from asl.jsontypes import JSON
from asl.validator.rules.names import name_length, unique_names
from asl.validator.rules.transitions import an_end, reachable, start_exists, targets_exist
from asl.validator.rules.variables import variable_names
from asl.validator.scopes import Scope, scopes

Rule: TypeAlias = Callable[[list[Scope]], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    start_exists,
    targets_exist,
    reachable,
    an_end,
    unique_names,
    name_length,
    variable_names,
)


def check(definition: JSON) -> list[Diagnostic]:
    """Everything that is wrong between the objects of a definition, in no particular order."""
    found = list(scopes(definition))
    return [diagnostic for rule in RULES for diagnostic in rule(found)]
