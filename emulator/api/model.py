"""Requests held to botocore's own model of the service, with AWS's texts for what breaks it."""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.model import ServiceModel

from emulator import models, shapes
from emulator.errors import SerializationException
from emulator.shapes import Shape

SERVICE = "stepfunctions"


@cache
def service_model() -> ServiceModel:
    """Botocore's model of Step Functions, which is kept whatever else is looked at."""
    return models.service_model(SERVICE)


@cache
def input_shape(operation: str) -> Shape:
    """The shape of an operation's request."""
    return service_model().operation_model(operation).input_shape


def checked(operation: str, value: Any) -> dict[str, Any]:
    """A request's members that the model knows; others are dropped, as AWS does.

    Raises:
        SerializationException: It is no object, or a member is of another type.
        ValidationException: It breaks a constraint; all that it breaks are told.
    """
    shape = input_shape(operation)
    if not isinstance(value, dict):
        raise SerializationException("Start of structure or map found where not expected.")
    return shapes.checked(shape, value)
