"""A request to test a state: its members read, and held to each other."""

from __future__ import annotations

from typing import Any

import msgspec

from asl.elements.resource import Resource
from asl.jsontypes import JSON, InvalidJSON, loads
from asl.states.state import BaseState
from emulator.api.operations.shared import execution_input
from emulator.api.test_state.contexts import checked_context
from emulator.api.test_state.mocks import Mock, checked_mock
from emulator.api.test_state.subject import Subject, subject
from emulator.errors import InvalidDefinition, ValidationException

MOCKABLE = ("Task", "Map", "Parallel")
_ONLY_WITH_MOCK = {
    "retrierRetryCount": "RetrierRetryCount",
    "errorCausedByState": "ErrorCausedByState",
    "mapIterationFailureCount": "MapIterationFailureCount",
    "mapItemReaderData": "MapItemReaderData",
}


class Request(msgspec.Struct, frozen=True):
    """What is to be tried.

    Attributes:
        subject: The state.
        input: Its input.
        role_arn: The role that it runs under, or None.
        level: INFO, DEBUG or TRACE.
        variables: The variables that it finds.
        mock: What stands for its work, or None where it does it.
        context: Its context object, or None for one of our own making.
        retries: How often the retrier that fits the error has been used.
        failures: How many iterations of a Map failed, or None.
        reader_data: What a Map's ItemReader read, as it stands in its source.
    """

    subject: Subject
    input: JSON
    role_arn: str | None
    level: str
    variables: dict[str, JSON]
    mock: Mock | None
    context: dict[str, JSON] | None
    retries: int
    failures: int | None
    reader_data: str | None


def checked_request(members: dict[str, Any]) -> Request:
    """The request of TestState that its members are.

    Raises:
        InvalidDefinition: AWS would refuse the definition, or not test such a state.
        InvalidExecutionInput: The input is no JSON.
        ValidationException: The members do not go together.
    """
    tested = subject(members["definition"], members.get("stateName"))
    state, settings = tested.state, members.get("stateConfiguration", {})
    _go_together(members, state, settings)
    context = members.get("context")
    caused_by = settings.get("errorCausedByState")
    if caused_by is not None and caused_by not in tested.nested:
        raise ValidationException("State not found in definition")  # as of stateName; not recorded of this
    mock = checked_mock(members["mock"], state) if "mock" in members else None
    return Request(
        subject=tested,
        input=execution_input(members.get("input", "{}")),
        role_arn=members.get("roleArn"),
        level=members.get("inspectionLevel", "INFO"),
        variables=_variables(members.get("variables", "{}")),
        mock=mock,
        context=None if context is None else checked_context(context, state),
        retries=settings.get("retrierRetryCount", 0),
        failures=settings.get("mapIterationFailureCount"),
        reader_data=settings.get("mapItemReaderData"),
    )


def _go_together(members: dict[str, Any], state: BaseState, settings: dict[str, Any]) -> None:
    """Refuses what goes only with a mock without one, and the other way round.

    Texts recorded for MapIterationFailureCount, RevealSecrets, RoleArn and the types of states;
    the others are made by their pattern.
    """
    if "mock" in members:
        if state.kind not in MOCKABLE:
            raise ValidationException(f"State type '{state.kind}' is not supported when a mock is specified")
        if members.get("revealSecrets"):
            raise ValidationException("TestState does not support RevealSecrets when a mock is specified.")
        return
    needless = [shown for name, shown in _ONLY_WITH_MOCK.items() if name in settings]
    needless += ["Context"] if "context" in members else []
    for name in needless:
        raise ValidationException(f"TestState does not support {name} when a mock is not specified.")
    _can_run(state)
    if state.kind == "Task" and "roleArn" not in members:
        raise ValidationException("RoleArn must be specified when testing a Task state")


def _can_run(state: BaseState) -> None:
    """Refuses what TestState does not run itself. Text recorded for Map and Parallel."""
    if state.kind in ("Map", "Parallel"):
        raise InvalidDefinition(
            "TestState API does not support Map or Parallel states. Supported state types include: "
            "[Task, Wait, Pass, Succeed, Fail, Choice]"
        )
    resource: Resource | None = state.fields.get("Resource")
    if resource is not None and resource.has_token:
        raise InvalidDefinition(
            "TestState API does not support Activity tasks, nor the service integration patterns '.sync' "
            "and '.waitForTaskToken', when a mock is not specified."
        )


def _variables(text: str) -> dict[str, JSON]:
    """The variables that a text holds; what AWS says of another one is not known."""
    try:
        variables = loads(text)
    except InvalidJSON:
        variables = None
    if not isinstance(variables, dict):
        raise ValidationException("Variables must be a valid JSON object")
    return variables
