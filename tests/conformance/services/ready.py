"""Recorded cases made ready to be played: names that the recording merged or lost are told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec.structs import replace

from tests.conformance.aws.corpus import Step
from tests.conformance.services.cases import ServiceCase, recorded
from tests.conformance.services.unmocked import unmocked


@cache
def played() -> list[ServiceCase]:
    """The cases to play, the mocked ones without their mocks as well where that can be done."""
    again = [each for each in map(unmocked, recorded()) if each is not None]
    return [ready(case) for case in [*recorded(), *again]]


def ready(case: ServiceCase) -> ServiceCase:
    """A case with the names told apart that its recording has merged, and with those it has lost."""
    return _with_names(_with_machines_apart(_with_one_name_each(case)))


def _with_one_name_each(case: ServiceCase) -> ServiceCase:
    """A text that has two placeholders, as ``<resource:2>`` too, keeps that of a name in an ARN."""
    names = {each.example: each.placeholder for each in case.bindings if "ArnPart" in each.placeholder}
    second = {
        each.placeholder: names[each.example]
        for each in case.bindings
        if each.example in names and each.placeholder != names[each.example]
    }
    return replace(
        case,
        expected=_replaced(case.expected, second),
        bindings=[each for each in case.bindings if each.placeholder not in second],
    )


def _replaced(value: Any, texts: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(each, texts) for key, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, texts) for each in value]
    if isinstance(value, str):
        for old, new in texts.items():
            value = value.replace(old, new)
    return value


def _with_machines_apart(case: ServiceCase) -> ServiceCase:
    """One name of several state machines becomes several.

    The recording calls all state machines of a test alike. Each that is made later gets a name of its
    own. Where a request itself names a state machine or one of its executions, the last one made until
    then is meant, as all tests make what they call first; an ARN in an input, in a definition or in an
    answer is that of the first.
    """
    made: dict[str, int] = {}
    steps = []
    for step in case.steps:
        if step.operation == "CreateStateMachine":
            made[step.params["name"]] = made.get(step.params["name"], 0) + 1
        steps.append(_renamed(step, made))
    return replace(case, steps=steps)


def _renamed(step: Step, made: dict[str, int]) -> Step:
    params, binds = dict(step.params), dict(step.binds or {})
    for name, count in made.items():
        if count == 1:
            continue
        own = f"{name}-{count}"
        if step.operation == "CreateStateMachine" and params["name"] == name:
            params["name"] = own
        for members in (params, binds):
            for key in ("stateMachineArn", "executionArn"):
                if key in members:
                    members[key] = re.sub(rf"{re.escape(name)}(?=$|[:#])", own, members[key])
    return replace(step, params=params, binds=binds or None)


def _with_names(case: ServiceCase) -> ServiceCase:
    """Starts whose answers the recording does not tell get the names that later steps ask for, in order."""
    bound = {(step.binds or {}).get("executionArn") for step in case.started()}
    asked = [
        str(step.params.get("executionArn")) for step in case.steps if step.operation == "GetExecutionHistory"
    ]
    names = iter([each.rpartition(":")[2] for each in asked if each not in bound])
    steps = [_with_name(step, names) for step in case.steps]
    return replace(case, steps=steps)


def _with_name(step: Step, names: Iterator[str]) -> Step:
    if step.operation != "StartExecution" or step.binds or "name" in step.params:
        return step
    name = next(names, None)
    return step if name is None else replace(step, params={**step.params, "name": name})
