"""Aliases: names for versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.functions import described
from emulator.functions.caller import Caller
from emulator.functions.errors import (
    InvalidParameterValueException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from emulator.functions.names import LATEST
from emulator.functions.operations.revisions import check_revision
from emulator.records import FunctionAlias, FunctionRecord

if TYPE_CHECKING:
    from emulator.functions.service import Functions

Members = dict[str, Any]


def create_alias(functions: Functions, caller: Caller, members: Members) -> Members:
    """CreateAlias."""
    with functions.shelf.lock:
        record = _record(functions, caller, members)
        name, version = members["Name"], members["FunctionVersion"]
        if name in record.aliases:
            raise ResourceConflictException(f"Alias already exists: {record.arn}:{name}")
        weights = _weights(record, version, members)
        made = FunctionAlias(name, version, weights, functions.ids.uuid(), members.get("Description", ""))
        record.aliases = {**record.aliases, name: made}
        functions.shelf.save(record)
        return described.alias(record, made)


def get_alias(functions: Functions, caller: Caller, members: Members) -> Members:
    """GetAlias."""
    with functions.shelf.lock:
        record = _record(functions, caller, members)
        return described.alias(record, _alias(record, members["Name"]))


def update_alias(functions: Functions, caller: Caller, members: Members) -> Members:
    """UpdateAlias: what is not given stays, if it goes with what is."""
    with functions.shelf.lock:
        record = _record(functions, caller, members)
        found = _alias(record, members["Name"])
        check_revision(members, found.revision)
        version = members.get("FunctionVersion", found.version)
        kept = {"RoutingConfig": {"AdditionalVersionWeights": found.weights}}
        made = FunctionAlias(
            found.name,
            version,
            _weights(record, version, {**kept, **members}),
            functions.ids.uuid(),
            members.get("Description", found.description),
        )
        record.aliases = {**record.aliases, found.name: made}
        functions.shelf.save(record)
        return described.alias(record, made)


def delete_alias(functions: Functions, caller: Caller, members: Members) -> Members:
    """DeleteAlias; where there is none, nothing happens."""
    with functions.shelf.lock:
        record = _record(functions, caller, members)
        record.aliases = {name: each for name, each in record.aliases.items() if name != members["Name"]}
        functions.shelf.save(record)
    return {}


def list_aliases(functions: Functions, caller: Caller, members: Members) -> Members:
    """ListAliases, by name; those of one version, if one is given."""
    wanted = members.get("FunctionVersion")
    with functions.shelf.lock:
        record = _record(functions, caller, members)
        found = sorted(record.aliases.values(), key=lambda each: each.name)
        listed = [each for each in found if wanted is None or wanted in (each.version, *each.weights)]
        shown, marker = described.page(listed, lambda each: each.name, members)
        return {"Aliases": [described.alias(record, each) for each in shown], "NextMarker": marker}


def _record(functions: Functions, caller: Caller, members: Mapping[str, Any]) -> FunctionRecord:
    return functions.shelf.record(caller.named(members["FunctionName"]))


def _alias(record: FunctionRecord, name: str) -> FunctionAlias:
    found = record.aliases.get(name)
    if found is None:
        raise ResourceNotFoundException(f"Cannot find alias arn: {record.arn}:{name}")
    return found


def _weights(record: FunctionRecord, version: str, members: Mapping[str, Any]) -> dict[str, float]:
    """The shares that other versions have beside an alias's own.

    Args:
        record: The function.
        version: The alias's version.
        members: The request, whose RoutingConfig has them.

    Raises:
        ResourceNotFoundException: There is no such version.
        InvalidParameterValueException: ``$LATEST`` is among them, a share is none, or there are more
            than one other version.
    """
    _check_version(record, version)
    given: dict[str, float] = (members.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    for each, weight in given.items():
        if LATEST in (version, each):
            text = "$LATEST is not supported for an alias pointing to more than 1 version"
            raise InvalidParameterValueException(text)
        _check_version(record, each)
        if not 0 <= weight <= 1:
            raise InvalidParameterValueException(f"The weight of version {each} is not from 0.0 to 1.0")
    if len(given) > 1 or version in given:
        raise InvalidParameterValueException("An alias has at most one version beside its own")
    return given


def _check_version(record: FunctionRecord, version: str) -> None:
    if version != LATEST and not (version.isdecimal() and int(version) in record.versions):
        raise ResourceNotFoundException(f"Function not found: {record.arn}:{version}")
