"""Functions: made, changed, looked at, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.functions import code, described
from emulator.functions.caller import Caller
from emulator.functions.errors import InvalidParameterValueException, ResourceConflictException
from emulator.functions.names import LATEST
from emulator.functions.operations import settings
from emulator.functions.operations.revisions import check_revision
from emulator.functions.operations.versions import publish
from emulator.records import FunctionRecord, FunctionVersion

if TYPE_CHECKING:
    from emulator.functions.service import Functions

Members = dict[str, Any]


def create_function(functions: Functions, caller: Caller, members: Members) -> Members:
    """CreateFunction."""
    place = caller.named(members["FunctionName"])
    config = settings.created({**members, "FunctionName": place.name})
    archive = _archive(functions, caller, members["Code"])
    shelf = functions.shelf
    with shelf.lock:
        if place.arn in shelf.records:
            raise ResourceConflictException(f"Function already exist: {place.name}")
        digest = shelf.add_archive(archive)
        made = FunctionVersion(config, digest, len(archive), functions.now(), functions.ids.uuid())
        record = FunctionRecord(place.arn, place.name, made, tags=members.get("Tags", {}))
        if members.get("Publish"):
            number = publish(functions, record, None)
            shelf.save(record)
            return described.configuration(record, record.versions[number], str(number))
        shelf.save(record)
        return described.latest(record)


def get_function(functions: Functions, caller: Caller, members: Members) -> Members:
    """GetFunction. There is no Location: the archive is kept and not served."""
    record = functions.shelf.record(caller.named(members["FunctionName"], members.get("Qualifier")))
    config = get_function_configuration(functions, caller, members)
    return {"Configuration": config, "Code": {"RepositoryType": "S3"}, "Tags": record.tags or None}


def get_function_configuration(functions: Functions, caller: Caller, members: Members) -> Members:
    """GetFunctionConfiguration."""
    place = caller.named(members["FunctionName"], members.get("Qualifier"))
    with functions.shelf.lock:
        record = functions.shelf.record(place)
        number, version = functions.shelf.version(place)
        found = described.configuration(record, version, number, qualified=place.qualifier is not None)
    if place.qualifier in record.aliases:
        found["FunctionArn"] = place.qualified
    return found


def get_function_code_signing_config(functions: Functions, caller: Caller, members: Members) -> Members:
    """GetFunctionCodeSigningConfig: there is never one."""
    record = functions.shelf.record(caller.named(members["FunctionName"]))
    return {"CodeSigningConfigArn": "", "FunctionName": record.name}


def list_functions(functions: Functions, caller: Caller, members: Members) -> Members:
    """ListFunctions, by name; with FunctionVersion ALL their versions too."""
    prefix = caller.named("any").arn.removesuffix("any")
    with functions.shelf.lock:
        records = sorted(
            (each for arn, each in functions.shelf.records.items() if arn.startswith(prefix)),
            key=lambda each: each.name,
        )
        every = members.get("FunctionVersion") == "ALL"
        listed = [
            each
            for record in records
            for each in (_versions(record) if every else [described.latest(record)])
        ]
    shown, marker = described.page(listed, lambda each: str(each["FunctionArn"]), members)
    return {"Functions": shown, "NextMarker": marker}


def _versions(record: FunctionRecord) -> list[Members]:
    published = [
        described.configuration(record, each, str(number)) for number, each in record.versions.items()
    ]
    return [described.latest(record, qualified=True), *published]


def list_versions_by_function(functions: Functions, caller: Caller, members: Members) -> Members:
    """ListVersionsByFunction: ``$LATEST`` first."""
    with functions.shelf.lock:
        listed = _versions(functions.shelf.record(caller.named(members["FunctionName"])))
    shown, marker = described.page(listed, lambda each: str(each["Version"]), members)
    return {"Versions": shown, "NextMarker": marker}


def delete_function(functions: Functions, caller: Caller, members: Members) -> Members:
    """DeleteFunction: the whole function, or one version."""
    place = caller.named(members["FunctionName"], members.get("Qualifier"))
    shelf = functions.shelf
    with shelf.lock:
        record = shelf.record(place)
        if place.qualifier is None:
            shelf.remove(record)
        else:
            _delete_version(record, place.qualifier)
            shelf.save(record)
            shelf.forget_unused()
    functions.runs.retire(place.arn, place.qualifier)
    return {"StatusCode": 204}


def _delete_version(record: FunctionRecord, qualifier: str) -> None:
    if qualifier == LATEST:
        raise InvalidParameterValueException(
            "$LATEST version cannot be deleted without deleting the function."
        )
    if not qualifier.isdecimal():
        raise InvalidParameterValueException("Deletion of aliases is not currently supported.")
    naming = [each.name for each in record.aliases.values() if qualifier in (each.version, *each.weights)]
    if naming:
        raise ResourceConflictException(f"Version {qualifier} is named by the aliases {', '.join(naming)}")
    record.versions.pop(int(qualifier), None)


def update_function_code(functions: Functions, caller: Caller, members: Members) -> Members:
    """UpdateFunctionCode."""
    place = caller.named(members["FunctionName"])
    shelf = functions.shelf
    with shelf.lock:
        shelf.record(place)
    archive = _archive(functions, caller, members)
    with shelf.lock:
        record = shelf.record(place)
        check_revision(members, record.latest.revision)
        if members.get("DryRun"):
            return described.latest(record)
        config = {**record.latest.config}
        if "Architectures" in members:
            config["Architectures"] = members["Architectures"]
        digest = shelf.add_archive(archive)
        _replace(functions, record, config, digest, len(archive))
        number = publish(functions, record, None) if members.get("Publish") else None
        shelf.save(record)
        shelf.forget_unused()
    functions.runs.retire(place.arn, LATEST)
    return described.latest(record) if number is None else _published(record, number)


def _published(record: FunctionRecord, number: int) -> Members:
    return described.configuration(record, record.versions[number], str(number))


def update_function_configuration(functions: Functions, caller: Caller, members: Members) -> Members:
    """UpdateFunctionConfiguration."""
    place = caller.named(members["FunctionName"])
    with functions.shelf.lock:
        record = functions.shelf.record(place)
        check_revision(members, record.latest.revision)
        config = settings.changed(record.latest.config, members)
        _replace(functions, record, config, record.latest.code, record.latest.size)
        functions.shelf.save(record)
    functions.runs.retire(place.arn, LATEST)
    return described.latest(record)


def _replace(functions: Functions, record: FunctionRecord, config: Members, digest: str, size: int) -> None:
    record.latest = FunctionVersion(config, digest, size, functions.now(), functions.ids.uuid())


def _archive(functions: Functions, caller: Caller, members: Mapping[str, Any]) -> bytes:
    """The archive that a request brings, or names in S3; it has been looked at.

    Raises:
        InvalidParameterValueException: There is none, or it cannot be used.
        Unreachable: Nothing here answers for S3.
    """
    if "ZipFile" in members:
        archive: bytes = members["ZipFile"]
    elif "S3Bucket" in members and "S3Key" in members:
        archive = functions.fetched(
            caller, members["S3Bucket"], members["S3Key"], members.get("S3ObjectVersion")
        )
    else:
        raise InvalidParameterValueException("Please provide a source for function code.")
    code.check(archive)
    return archive
