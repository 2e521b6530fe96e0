"""Versions: what a function was when it was published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from emulator.functions import described
from emulator.functions.caller import Caller
from emulator.functions.errors import InvalidParameterValueException
from emulator.functions.operations.revisions import check_revision
from emulator.records import FunctionRecord, FunctionVersion

if TYPE_CHECKING:
    from emulator.functions.service import Functions


def publish_version(functions: Functions, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """PublishVersion: the newest one again where nothing was changed since."""
    with functions.shelf.lock:
        record = functions.shelf.record(caller.named(members["FunctionName"]))
        if members.get("CodeSha256", record.latest.code) != record.latest.code:
            raise InvalidParameterValueException(
                f"CodeSHA256 ({members['CodeSha256']}) is different from current CodeSHA256 in $LATEST "
                f"({record.latest.code}). Please try again with the CodeSHA256 in $LATEST."
            )
        check_revision(members, record.latest.revision)
        number = publish(functions, record, members.get("Description"))
        functions.shelf.save(record)
        return described.configuration(record, record.versions[number], str(number))


def publish(functions: Functions, record: FunctionRecord, description: str | None) -> int:
    """Publishes what a function is now; gives the version's number."""
    newest = record.versions.get(record.published)
    if newest is not None and _same(newest, record.latest):
        return record.published
    config = {**record.latest.config}
    if description is not None:
        config["Description"] = description
    record.published += 1
    revision = functions.ids.uuid()
    record.versions[record.published] = msgspec.structs.replace(
        record.latest, config=config, revision=revision
    )
    return record.published


def _same(one: FunctionVersion, other: FunctionVersion) -> bool:
    """Whether two run the same code with the same settings, whatever is said of them."""
    return one.code == other.code and {**one.config, "Description": ""} == {**other.config, "Description": ""}
