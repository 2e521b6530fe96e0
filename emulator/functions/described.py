"""How functions, versions and aliases are described in answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from emulator.functions.errors import InvalidParameterValueException
from emulator.functions.names import LATEST
from emulator.records import FunctionAlias, FunctionRecord, FunctionVersion

Item = TypeVar("Item")

PAGE = 50
"""Limit: so many are listed at a time."""


def configuration(
    record: FunctionRecord, version: FunctionVersion, number: str, *, qualified: bool = True
) -> dict[str, Any]:
    """A FunctionConfiguration.

    Args:
        record: The function.
        version: What it is or was.
        number: The version's number, or ``$LATEST``.
        qualified: Whether its ARN ends with the number.
    """
    modified = datetime.fromtimestamp(version.modified / 1000, UTC)
    return {
        "FunctionName": record.name,
        "FunctionArn": f"{record.arn}:{number}" if qualified else record.arn,
        **version.config,
        "CodeSize": version.size,
        "CodeSha256": version.code,
        "LastModified": modified.isoformat(timespec="milliseconds").replace("+00:00", "+0000"),
        "Version": number,
        "RevisionId": version.revision,
        "State": "Active",
        "LastUpdateStatus": "Successful",
    }


def latest(record: FunctionRecord, *, qualified: bool = False) -> dict[str, Any]:
    """What a function is now."""
    return configuration(record, record.latest, LATEST, qualified=qualified)


def alias(record: FunctionRecord, found: FunctionAlias) -> dict[str, Any]:
    """An AliasConfiguration."""
    routing = {"AdditionalVersionWeights": found.weights} if found.weights else None
    return {
        "AliasArn": f"{record.arn}:{found.name}",
        "Name": found.name,
        "FunctionVersion": found.version,
        "Description": found.description,
        "RoutingConfig": routing,
        "RevisionId": found.revision,
    }


def page(
    items: Sequence[Item], key: Callable[[Item], str], members: dict[str, Any]
) -> tuple[list[Item], str | None]:
    """The items of a page, and the marker of the next one if there is more.

    Args:
        items: All of them, in their order.
        key: What an item is known by.
        members: The request's Marker and MaxItems.

    Raises:
        InvalidParameterValueException: The marker is none that was given out, or what it names is gone.
    """
    marker, size = members.get("Marker"), min(members.get("MaxItems") or PAGE, PAGE)
    first = 0
    if marker:
        keys = [key(each) for each in items]
        if marker not in keys:
            raise InvalidParameterValueException("Invalid Marker value; it is none that a list gave")
        first = keys.index(marker) + 1
    shown = list(items[first : first + size])
    more = first + size < len(items)
    return shown, key(shown[-1]) if more and shown else None
