"""Botocore's models of AWS's services, by the names that Step Functions has for services and actions."""

from __future__ import annotations

from functools import cache, lru_cache

from botocore.loaders import Loader
from botocore.model import ServiceModel

from asl.elements.integrations import boto3_name

_ELSEWHERE = {"bedrock:invokeModel": "bedrock-runtime"}
"""Actions of a service that boto3 has in another one."""


def service_name(service: str, action: str = "") -> str | None:
    """What boto3 calls the service of an integration; None where it has none.

    Args:
        service: As in the ARN of an integration: ``sqs``, ``aws-sdk:cloudwatchlogs``.
        action: As in the ARN, where it matters.
    """
    return _ELSEWHERE.get(f"{service}:{action}") or _names().get(boto3_name(service))


def service_names() -> list[str]:
    """All services, as boto3 calls them."""
    return list(_names().values())


@cache
def _names() -> dict[str, str]:
    """Boto3's names of services by what they are without hyphens."""
    return {name.replace("-", ""): name for name in Loader().list_available_services("service-2")}


@lru_cache(maxsize=16)
def service_model(name: str) -> ServiceModel:
    """Botocore's model of a service that it has."""
    return ServiceModel(Loader().load_service_model(name, "service-2"), name)


def operation_name(model: ServiceModel, action: str) -> str | None:
    """What a service's model calls an action; None where it has none. ARNs spell some in another way."""
    known = _operations.get(model.service_name)
    if known is None:
        known = _operations[model.service_name] = {name.lower(): name for name in model.operation_names}
    return known.get(action.lower())


_operations: dict[str, dict[str, str]] = {}
"""The operations of services by their names in lower case; a service has many models, one for each client."""
