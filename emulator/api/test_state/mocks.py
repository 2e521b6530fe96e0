"""Mocks: what stands for a state's work, held to the model of the service that would have done it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from asl.elements.resource import Resource
from asl.errors import Failure
from asl.jsontypes import JSON, InvalidJSON, loads, type_name
from asl.states.state import BaseState
from emulator.api.test_state.services import Shape, answer_of, parsed_members
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
    shape = answer_of(resource)
    if shape is None:
        return
    if not isinstance(result, dict):
        raise ValidationException("Mocked result must be a JSON object.")
    members = {name: each for name, each in result.items() if name not in parsed_members(resource)}
    for wrong in _members(shape, members, result, strict):
        raise ValidationException(f"Mock result schema validation error: {wrong}")


# ------------------------------------------------------------------ held to botocore's shapes


def _members(shape: Shape, value: dict[str, JSON], present: dict[str, JSON], strict: bool) -> Iterator[str]:
    """What is wrong with the members of an object; those that the model does not know pass (recorded).

    Args:
        shape: The structure's shape.
        value: The members to look into.
        present: All that are there.
        strict: Whether those that the model requires must be.
    """
    if strict:
        for name in shape.required_members:
            if pascal(name) not in present:
                yield f"Required field '{pascal(name)}' is missing"
    for name, member in shape.members.items():
        if pascal(name) in value:
            yield from _wrong(member, value[pascal(name)], pascal(name), strict)


def pascal(name: str) -> str:
    """A member's name as Step Functions writes it."""
    return name[:1].upper() + name[1:]


_KINDS = {
    "blob": "a string",
    "boolean": "a boolean",
    "double": "a number",
    "float": "a number",
    "integer": "a number",
    "list": "an array",
    "long": "a number",
    "map": "an object",
    "string": "a string",
    "structure": "an object",
    "timestamp": "a string",
}
"""What a value of each of botocore's types is in JSON; recorded for strings, numbers, arrays and times."""


def _wrong(shape: Shape, value: JSON, name: str, strict: bool) -> Iterator[str]:
    """What is wrong with one value; elements of a list go by the name of the list's field."""
    expected = _KINDS[shape.type_name]
    if getattr(shape, "is_document_type", False):
        return
    if type_name(value) != expected.split()[1]:
        yield f"Field '{name}' must be {expected}"
    elif isinstance(value, dict) and shape.type_name == "structure":
        yield from _members(shape, value, value, strict)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _wrong(shape.value, each, name, strict)
    else:
        yield from _bounds(shape, value, name)
        for each in value if isinstance(value, list) else ():
            yield from _wrong(shape.member, each, name, strict)


def _bounds(shape: Shape, value: Any, name: str) -> Iterator[str]:
    """What bounds a value passes. Texts recorded, but that of the greatest length. Patterns are not held."""
    limits = shape.metadata
    if "enum" in limits and value not in limits["enum"]:
        yield f"Field '{name}' is not an expected value"
    if type_name(value) in ("string", "array"):
        if len(value) < limits.get("min", 0):
            yield f"Field '{name}' is smaller than the minimum length"
        if len(value) > limits.get("max", len(value)):
            yield f"Field '{name}' exceeds the maximum length"
    elif type_name(value) == "number":
        if value < limits.get("min", value):
            yield f"Field '{name}' is less than the minimum value"
        if value > limits.get("max", value):
            yield f"Field '{name}' exceeds the maximum value"
