"""Mocks: what stands for a state's work, held to the model of the service that would have done it."""

from __future__ import annotations

from typing import Any

import msgspec

from asl.elements.resource import Resource
from asl.errors import Failure
from asl.jsontypes import JSON, InvalidJSON, loads
from asl.states.state import BaseState
from emulator.answers import complaints
from emulator.errors import ValidationException


class Mock(msgspec.Struct, frozen=True):
    """What stands for a state's work.

    Attributes:
        result: What it gives.
        failure: What it fails with instead, or None.
    """

    result: JSON
    failure: Failure | None = None


def checked_mock(given: dict[str, Any], state: BaseState) -> Mock:
    """The mock that a request's member is.

    Raises:
        ValidationException: It is none for this state, or not what the called service would answer.
            Texts recorded, but for a mock with neither field.
    """
    if len(given.keys() & {"result", "errorOutput"}) != 1:
        raise ValidationException(
            "A test mock should have only one of the following fields: [result, errorOutput]."
        )
    if "errorOutput" in given:
        error = given["errorOutput"]
        return Mock(None, Failure(error.get("error"), error.get("cause")))
    try:
        result = loads(given["result"])
    except InvalidJSON:
        raise ValidationException("Mocked result must be valid JSON") from None
    _check(result, state, given.get("fieldValidationMode", "STRICT"))
    return Mock(result)


def _check(result: JSON, state: BaseState, mode: str) -> None:
    if state.kind == "Task":
        if mode != "NONE":
            _check_answer(result, state.fields["Resource"], mode == "STRICT")
        return
    if not isinstance(result, list):
        raise ValidationException("Mocked result must be an array.")
    if state.kind == "Parallel" and len(result) != len(state.fields["Branches"]):
        raise ValidationException(
            "Mocked result must contain the same number of items as number of Parallel branches."
        )


def _check_answer(result: JSON, resource: Resource, strict: bool) -> None:
    for wrong in complaints(result, resource, strict=strict):
        raise ValidationException(wrong)
