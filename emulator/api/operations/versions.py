"""Versions of state machines: published, listed, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.api.caller import Caller
from emulator.api.operations.paging import Paging, Stand
from emulator.api.operations.shared import seconds
from emulator.api.operations.starts import changeable, named, present
from emulator.errors import ConflictException, ServiceQuotaExceededException, ValidationException
from emulator.records import StateMachineRecord, Version

if TYPE_CHECKING:
    from emulator.app import Emulator

MAX_VERSIONS = 1000
INITIAL = "INITIAL"
"""What PublishStateMachineVersion calls the revision before the first update, which has no id."""


def check_description(members: dict[str, Any]) -> None:
    """Refuses a version's description where no version is published.

    Raises:
        ValidationException: It is one. Text recorded.
    """
    if "versionDescription" in members and not members.get("publish"):
        raise ValidationException("Version description can only be set when publish is true")


def version_arn(machine: StateMachineRecord, version: Version) -> str:
    """A version's ARN."""
    return f"{machine.arn}:{version.number}"


def publish(machine: StateMachineRecord, description: str | None, now: int) -> Version:
    """The version of a state machine's present revision: the one that is there, or a new one.

    Numbers are never used again (recorded).

    Raises:
        ServiceQuotaExceededException: It has as many versions as it may. The text is ours.
    """
    for each in machine.versions.values():
        if each.revision.id == machine.revision.id:
            return each
    if len(machine.versions) >= MAX_VERSIONS:
        raise ServiceQuotaExceededException(f"A state machine can have at most {MAX_VERSIONS} versions")
    machine.published += 1
    version = Version(machine.published, machine.revision, now, description)
    machine.versions = {**machine.versions, version.number: version}
    return version


async def publish_state_machine_version(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """PublishStateMachineVersion: of one revision there is one version (recorded)."""
    machine = changeable(emulator, members["stateMachineArn"])
    current = machine.revision.id or INITIAL
    asked = members.get("revisionId", current)
    if asked != current:
        raise ConflictException(
            f"Failed to publish the State Machine version for revision {asked}. "
            f"The current State Machine revision is {current}."
        )
    version = publish(machine, members.get("description"), emulator.clock.now())
    await emulator.saved(machine)
    return {
        "creationDate": seconds(version.created),
        "stateMachineVersionArn": version_arn(machine, version),
    }


async def list_state_machine_versions(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """ListStateMachineVersions: newest first (recorded).

    Of a state machine that is not there it is empty: AWS's model has no error for that.
    """
    arn = named(members["stateMachineArn"], qualified=False).text
    machine = present(emulator, arn)
    versions = sorted(machine.versions.values(), key=lambda each: -each.number) if machine else []
    paging = Paging(members, f"versions {arn}", emulator.clock.now())
    shown, token = paging.page(versions, lambda each: Stand((-each.number,)))
    return {
        "stateMachineVersions": [
            {"stateMachineVersionArn": f"{arn}:{each.number}", "creationDate": seconds(each.created)}
            for each in shown
        ],
        **token,
    }


async def delete_state_machine_version(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """DeleteStateMachineVersion: no error if there is none; executions of it run on."""
    arn = members["stateMachineVersionArn"]
    parsed = named(arn)
    if parsed.version is None:
        raise ValidationException(f"This operation needs the ARN of a state machine version. Received: {arn}")
    machine = present(emulator, parsed.machine)
    if machine is None:
        return {}
    names = [each.name for each in machine.aliases.values() if arn in dict(each.routing)]
    if names:
        raise ConflictException(
            "Version to be deleted must not be referenced by an alias. "
            f"Current list of aliases referencing this version: [{', '.join(names)}]"
        )
    machine.versions = {number: each for number, each in machine.versions.items() if number != parsed.version}
    await emulator.saved(machine)
    return {}
