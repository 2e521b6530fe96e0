"""Rules on Map states that need more than one object to tell."""

from __future__ import annotations

from collections.abc import Iterator

from asl.diagnostics import Diagnostic
from asl.rules import Problem
from asl.rules import table as rules
from asl.states.map_ import DISTRIBUTED_FIELDS, is_distributed
from asl.validator.scopes import Scope, states


def distributed_only(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """An inline Map has no use for the fields of distributed mode; AWS takes them (recorded, 2024)."""
    for place, state in states(scopes, "Map"):
        if is_distributed(state):
            continue
        for name in DISTRIBUTED_FIELDS:
            if name in state:
                message = f"Field '{name}' has no effect: the Map is inline"
                yield Problem(rules.NOT_DISTRIBUTED, message).at((*place, name))
