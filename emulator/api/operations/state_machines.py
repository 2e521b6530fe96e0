"""State machines: created, described, listed, updated, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from asl.elements.machine import StateMachine
from emulator import arns
from emulator.api.caller import Caller
from emulator.api.operations import configurations
from emulator.api.operations.paging import Paging, Stand
from emulator.api.operations.shared import checked_name, seconds
from emulator.api.operations.starts import (
    alive,
    changeable,
    compiled,
    found,
    named,
    present,
    published,
    resolved,
    running,
)
from emulator.api.operations.tags import checked_tags
from emulator.api.operations.versions import check_description, publish, version_arn
from emulator.errors import MissingRequiredParameter, StateMachineAlreadyExists
from emulator.records import MachineType, Revision, StateMachineRecord

if TYPE_CHECKING:
    from emulator.app import Emulator

__all__ = [
    "compiled",
    "create_state_machine",
    "delete_state_machine",
    "describe_state_machine",
    "found",
    "list_state_machines",
    "resolved",
    "snapshot",
    "update_state_machine",
]

METADATA_ONLY = "METADATA_ONLY"


async def create_state_machine(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """CreateStateMachine: idempotent by all but the role and the tags (recorded for the definition)."""
    arn = arns.arn(caller.region, caller.account, "stateMachine", checked_name(members["name"]))
    check_description(members)
    now = emulator.clock.now()
    asked = _asked(members, arn, now)
    await configurations.check_log_group(emulator, asked.revision.logging)
    record = present(emulator, arn)
    if record is None:
        record = emulator.machines[arn] = asked
        if asked.publish:
            publish(record, asked.version_description, now)
    elif not _equal(alive(record), asked):
        raise StateMachineAlreadyExists(f"State Machine Already Exists: '{arn}'")
    await emulator.saved(record)
    answer = {"stateMachineArn": arn, "creationDate": seconds(record.created)}
    if record.publish:
        answer["stateMachineVersionArn"] = f"{arn}:1"
    return answer


def _asked(members: dict[str, Any], arn: str, now: int) -> StateMachineRecord:
    """The state machine that a request to create one describes."""
    kind: MachineType = members.get("type", "STANDARD")
    compiled(members["definition"], kind)
    revision = Revision(
        members["definition"],
        arns.checked_role(members["roleArn"]),
        None,
        now,
        configurations.logging(members.get("loggingConfiguration")),
        configurations.tracing(members.get("tracingConfiguration")),
        configurations.encryption(members.get("encryptionConfiguration")),
    )
    return StateMachineRecord(
        arn,
        members["name"],
        kind,
        now,
        revision,
        tags=checked_tags(members.get("tags", []), arn),
        publish=members.get("publish", False),
        version_description=members.get("versionDescription"),
    )


def _equal(record: StateMachineRecord, asked: StateMachineRecord) -> bool:
    """Whether a state machine, as it is now, is what a request to create one asks for.

    Definitions are compared as texts (recorded).
    """
    return (
        record.type == asked.type
        and record.publish == asked.publish
        and record.version_description == asked.version_description
        and _same(record.revision, msgspec.structs.replace(asked.revision, role_arn=record.revision.role_arn))
    )


def _same(one: Revision, other: Revision) -> bool:
    """Whether two revisions differ in nothing but their id and time."""
    return msgspec.structs.replace(one, id=other.id, created=other.created) == other


async def describe_state_machine(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """DescribeStateMachine, of a version or of an alias's first version too.

    What AWS tells of an alias's ARN is not recorded.
    """
    arn = members["stateMachineArn"]
    record = found(emulator, arn)
    parsed = named(arn)
    answer = {
        "stateMachineArn": arn,
        "name": record.name,
        "status": "DELETING" if record.deleting else "ACTIVE",
        "type": record.type,
        "creationDate": seconds(record.created),
    }
    revision = record.revision
    if parsed.rest:
        alias = record.aliases.get(parsed.rest)
        source = alias.routing[0][0] if alias else arn
        revision = published(record, source)
        version = record.versions[named(source).version or 0]
        answer["creationDate"] = seconds(version.created)
        if version.description is not None:
            answer["description"] = version.description
    return {**answer, **snapshot(record.type, revision, members)}


def snapshot(kind: MachineType, revision: Revision, members: dict[str, Any]) -> dict[str, Any]:
    """What DescribeStateMachine and DescribeStateMachineForExecution tell of a revision.

    Args:
        kind: The type of its state machine.
        revision: What is described.
        members: The request; ``includedData`` may ask to leave the definition out.
    """
    answer = {"definition": "{}", "roleArn": revision.role_arn, **configurations.told(revision)}
    if revision.id is not None:
        answer["revisionId"] = revision.id
    if members.get("includedData") != METADATA_ONLY:
        answer |= definition_told(compiled(revision.definition, kind), revision.definition)
    return answer


def definition_told(machine: StateMachine, text: str) -> dict[str, Any]:
    """What is told of a definition: itself, and which states read which variables, if any do."""
    references = machine.variable_references
    return {"definition": text, **({"variableReferences": references} if references else {})}


async def list_state_machines(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """ListStateMachines: the caller's in the caller's region, in the order of their creation.

    AWS's own order is not known.
    """
    own = arns.arn(caller.region, caller.account, "stateMachine", "")
    records = [
        each
        for arn in list(emulator.machines)
        if arn.startswith(own) and (each := present(emulator, arn)) is not None
    ]
    paging = Paging(members, f"machines {own}", emulator.clock.now())
    shown, token = paging.page(records, lambda each: Stand((each.created,), each.arn))
    return {
        "stateMachines": [
            {
                "stateMachineArn": each.arn,
                "name": each.name,
                "type": each.type,
                "creationDate": seconds(each.created),
            }
            for each in shown
        ],
        **token,
    }


async def update_state_machine(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """UpdateStateMachine: what is not given stays; an equal update makes no new revision (recorded).

    Raises:
        MissingRequiredParameter: Nothing is given to update. Text recorded.
    """
    record = changeable(emulator, members["stateMachineArn"])
    if not members.keys() & {
        "definition",
        "roleArn",
        "loggingConfiguration",
        "tracingConfiguration",
        "encryptionConfiguration",
    }:
        raise MissingRequiredParameter(
            "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration "
            "must be specified"
        )
    check_description(members)
    if members.get("loggingConfiguration") is not None:
        await configurations.check_log_group(
            emulator, configurations.logging(members["loggingConfiguration"])
        )
        record = changeable(emulator, members["stateMachineArn"])
    now = emulator.clock.now()
    revision = _updated(record, members)
    if not _same(revision, record.revision):
        record.revision = msgspec.structs.replace(revision, id=emulator.ids.uuid(), created=now)
    answer: dict[str, Any] = {"updateDate": seconds(record.revision.created)}
    if record.revision.id is not None:
        answer["revisionId"] = record.revision.id
    if members.get("publish"):
        version = publish(record, members.get("versionDescription"), now)
        answer["stateMachineVersionArn"] = version_arn(record, version)
    await emulator.saved(record)
    return answer


def _updated(record: StateMachineRecord, members: dict[str, Any]) -> Revision:
    """A state machine's revision with what a request changes of it."""
    changes: dict[str, Any] = {}
    if "definition" in members:
        compiled(members["definition"], record.type)
        changes["definition"] = members["definition"]
    if "roleArn" in members:
        changes["role_arn"] = arns.checked_role(members["roleArn"])
    for field, fill in (
        ("logging", configurations.logging),
        ("tracing", configurations.tracing),
        ("encryption", configurations.encryption),
    ):
        given = members.get(f"{field}Configuration")
        if given is not None:
            changes[field] = fill(given)
    return msgspec.structs.replace(record.revision, **changes)


async def delete_state_machine(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """DeleteStateMachine, with its versions and aliases; no error if there is none (recorded).

    While executions run it is DELETING. Each of them is stopped when it comes to something new, so one
    that waits goes on waiting, as on AWS.
    """
    record = present(emulator, named(members["stateMachineArn"], qualified=False).machine)
    if record is None:
        return {}
    record.deleting = True
    record.versions, record.aliases = {}, {}
    for each in running(emulator, record):
        each.doomed = True
    emulator.journal.keep(record)
    present(emulator, record.arn)
    await emulator.engine.durable()
    return {}
