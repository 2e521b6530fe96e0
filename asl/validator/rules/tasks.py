"""Rules on tasks that need more than one field to tell, most on what AWS takes and nobody wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asl.diagnostics import Diagnostic
from asl.elements.resource import Resource, resource
from asl.jsontypes import JSON
from asl.rules import Problem
from asl.rules import table as rules
from asl.validator.scopes import Scope, Steps, states

_LIMITS = ("TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath")


def waits_for_ever(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """A task that somebody else answers has a time limit, or a lost answer holds it for a year."""
    if scopes and "TimeoutSeconds" in scopes[0].value:
        return
    for place, state, called in _tasks(scopes):
        answered = called.pattern == "token" or called.family == "activity"
        if answered and not any(name in state for name in _LIMITS):
            message = "The task waits for an answer without a time limit"
            yield Problem(rules.WAITS_FOR_EVER, message).at((*place, "Resource"))


def token_passed(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """A ``.waitForTaskToken`` task passes its token on (developer guide, "Wait for a callback")."""
    for place, state, called in _tasks(scopes):
        if called.pattern != "token":
            continue
        given = state.get("Arguments", state.get("Parameters"))
        if not any(_may_hold_token(text) for text in _texts(given)):
            message = "The task waits for its token, but does not pass it on"
            yield Problem(rules.TOKEN_NOT_PASSED, message).at(place)


def role_named(scopes: list[Scope]) -> Iterator[Diagnostic]:
    """Credentials name the role to assume; of another service's tasks they are what that service takes."""
    for place, state, called in _tasks(scopes):
        credentials = state.get("Credentials")
        if not isinstance(credentials, dict) or called.is_foreign:
            continue
        if not {"RoleArn", "RoleArn.$"} & set(credentials):
            problem = Problem(rules.ROLE_ARN, "The field 'RoleArn' is required but was missing")
            yield problem.at((*place, "Credentials"))


def _tasks(scopes: list[Scope]) -> Iterator[tuple[Steps, dict[str, JSON], Resource]]:
    for place, state in states(scopes, "Task"):
        text = state.get("Resource")
        called = resource(text) if isinstance(text, str) else None
        if called is not None:
            yield place, state, called


def _may_hold_token(text: str) -> bool:
    """Whether a text reads the token, all of the context object, or a variable it may stand in."""
    return "Task" in text or "$$" in text or "$states.context" in text or text.startswith(("{%", "$"))


def _texts(value: Any) -> Iterator[str]:
    """Every string in a value; a stack and no recursion, since templates nest as deep as they like."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            pending += each.values()
        elif isinstance(each, list):
            pending += each
