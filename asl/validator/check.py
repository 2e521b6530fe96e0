"""Runs the rules over a definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from asl.diagnostics import Diagnostic
from asl.jsontypes import JSON
from asl.validator.rules.express import express_maps, express_resources
from asl.validator.rules.handling import answered_before, never_reported
from asl.validator.rules.maps import distributed_only
from asl.validator.rules.names import name_length, unique_names
from asl.validator.rules.paths import readable_paths
from asl.validator.rules.tasks import role_named, token_passed, waits_for_ever
from asl.validator.rules.templates import paths_are_read, results_are_static
from asl.validator.rules.transitions import an_end, reachable, start_exists, targets_exist
from asl.validator.rules.variables import variable_names, variable_scopes
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
    variable_scopes,
    distributed_only,
    role_named,
    waits_for_ever,
    token_passed,
    never_reported,
    answered_before,
    readable_paths,
    paths_are_read,
    results_are_static,
)
EXPRESS_RULES: tuple[Rule, ...] = (express_resources, express_maps)
"""Those that hold for Express state machines besides."""


def check(definition: JSON, machine_type: str = "STANDARD") -> list[Diagnostic]:
    """Everything that is wrong between the objects of a definition, in no particular order."""
    found = list(scopes(definition))
    rules = RULES + EXPRESS_RULES if machine_type == "EXPRESS" else RULES
    return [diagnostic for rule in rules for diagnostic in rule(found)]
