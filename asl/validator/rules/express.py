"""What an Express state machine cannot do: it keeps no execution that could wait for an answer."""

from __future__ import annotations

from collections.abc import Iterator

from asl.diagnostics import Diagnostic
from asl.elements.resource import resource
from asl.rules import Problem
from asl.rules import table as rules
from asl.states.map_ import is_distributed
from asl.validator.scopes import Scope, states

_TOKEN = Problem(
    rules.EXPRESS_TOKEN, "Express state machine does not support '.waitForTaskToken' service integration "
)
"""The blank at its end is AWS's (recorded)."""
_SYNC = Problem(rules.EXPRESS_SYNC, "Express state machine does not support '.sync' service integration")
_ACTIVITY = Problem(rules.EXPRESS_ACTIVITY, "Express state machine does not support Activity ARN")
_DISTRIBUTED = Problem(
    rules.EXPRESS_DISTRIBUTED,
    "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines",
)


def express_resources(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """Tasks are called request-response: no ``.sync``, no task token, no activity."""
    for place, state in states(scopes, "Task"):
        text = state.get("Resource")
        called = resource(text) if isinstance(text, str) else None
        if called is None:
            continue
        problem = {"sync": _SYNC, "token": _TOKEN}.get(called.pattern)
        if called.family == "activity":
            problem = _ACTIVITY
        if problem is not None:
            yield problem.at((*place, "Resource"))


def express_maps(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """A Map runs inline: an Express execution starts no child executions."""
    for place, state in states(scopes, "Map"):
        if is_distributed(state):
            field = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
            yield _DISTRIBUTED.at((*place, field, "ProcessorConfig", "Mode"))
