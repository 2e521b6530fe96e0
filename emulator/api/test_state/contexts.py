"""A context object that a request brings along: which members it may have."""

from __future__ import annotations

from typing import Any

from asl.elements.resource import Resource
from asl.jsontypes import JSON, InvalidJSON, loads, type_name
from asl.states.state import BaseState
from emulator.errors import ValidationException

_ANYTHING = "anything"
_MEMBERS: dict[str, dict[str, str]] = {
    "Execution": {
        "Id": "string",
        "Input": _ANYTHING,
        "Name": "string",
        "RoleArn": "string",
        "StartTime": "string",
        "RedriveCount": "number",
        "RedriveTime": "string",
    },
    "State": {"EnteredTime": "string", "Name": "string", "RetryCount": "number"},
    "StateMachine": {"Id": "string", "Name": "string"},
    "Task": {"Token": "string"},
}
"""The context object's members and their types (developer guide, "Accessing execution data")."""


def checked_context(text: str, state: BaseState) -> dict[str, JSON]:
    """The context object that a text holds; what it leaves out is not there.

    Texts recorded, but for types other than string and for a text that holds no object.

    Raises:
        ValidationException: It is none for this state.
    """
    try:
        context: Any = loads(text)
    except InvalidJSON:
        context = None
    if not isinstance(context, dict):
        raise _invalid("Context object must be a valid JSON object")
    for name, members in context.items():
        if name == "Map":
            raise _invalid("'Map' field is not supported when mocking a Context object")
        if name not in _MEMBERS:
            raise _invalid(f"Field '{name}' is not allowed")
        if not isinstance(members, dict):
            raise _invalid(f"{name} must be an object")
        _check_members(name, members)
    if "Task" in context and not _waits(state):
        raise _invalid(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or "
            "'.waitForTaskToken' service integration pattern"
        )
    return context


def _check_members(name: str, members: dict[str, JSON]) -> None:
    for member, value in members.items():
        expected = _MEMBERS[name].get(member)
        if expected is None:
            raise _invalid(f"Field '{member}' is not allowed")
        if expected not in (_ANYTHING, type_name(value)):
            raise _invalid(f"{name}.{member} must be a {expected}")


def _waits(state: BaseState) -> bool:
    """Whether a state's task ends by another answer than its call's."""
    resource: Resource | None = state.fields.get("Resource")
    return resource is not None and resource.pattern != "request"


def _invalid(what: str) -> ValidationException:
    return ValidationException(f"Invalid Context object provided: {what}")
