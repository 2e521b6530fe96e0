"""Aliases of state machines: made, described, updated, listed, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from emulator import arns
from emulator.api.caller import Caller
from emulator.api.operations.paging import Paging, Stand
from emulator.api.operations.shared import seconds
from emulator.api.operations.starts import alive, found, named, present
from emulator.errors import (
    ConflictException,
    ResourceNotFound,
    ServiceQuotaExceededException,
    ValidationException,
)
from emulator.records import Alias, StateMachineRecord

if TYPE_CHECKING:
    from emulator.app import Emulator

MAX_ALIASES = 100

Routing: TypeAlias = list[tuple[str, int]]


def _absent(arn: str) -> ResourceNotFound:
    """The complaint about an alias or version that is not there. Text recorded."""
    return ResourceNotFound("Request references a resource that does not exist.", resourceName=arn)


def _routing(members: dict[str, Any]) -> Routing:
    """The routing of a request.

    Raises:
        ValidationException: It names something else than versions of one state machine, one twice, or
            its shares are not 100 in sum. Texts recorded, but that about two machines.
    """
    routing = [(each["stateMachineVersionArn"], each["weight"]) for each in members["routingConfiguration"]]
    received = [arn for arn, _ in routing]
    told = ", ".join(received)
    versions = [named(arn) for arn in received]
    if any(each.version is None for each in versions):
        raise _refused(f"Routing configuration must contain state machine version ARNs. Received: [{told}]")
    if len(set(received)) < len(received):
        raise _refused(
            f"Routing configuration must contain distinct state machine version ARNs. Received: [{told}]"
        )
    weights = [weight for _, weight in routing]
    if sum(weights) != 100:
        raise _refused(f"Sum of routing configuration weights must equal 100. Received: {weights}")
    if len({each.machine for each in versions}) > 1:
        raise _refused(
            f"Routing configuration must contain versions of one state machine only. Received: [{told}]"
        )
    return routing


def _refused(text: str) -> ValidationException:
    return ValidationException(text, reason="INVALID_ROUTING_CONFIGURATION")


def _check_versions(machine: StateMachineRecord, routing: Routing) -> None:
    """Refuses a routing to versions that are not there.

    Raises:
        ResourceNotFound: One is not.
    """
    for arn, _ in routing:
        if arns.parse(arn).version not in machine.versions:
            raise _absent(arn)


def _alias(emulator: Emulator, arn: str) -> tuple[StateMachineRecord, Alias]:
    """The alias that an ARN names, and its state machine.

    Raises:
        InvalidArn, ValidationException: It is no alias's ARN.
        ResourceNotFound: There is none. Text recorded.
    """
    parsed = _parsed(arn)
    machine = present(emulator, parsed.machine)
    alias = machine.aliases.get(parsed.rest) if machine else None
    if machine is None or alias is None:
        raise _absent(arn)
    return machine, alias


def _parsed(arn: str) -> arns.Arn:
    parsed = named(arn)
    if not parsed.rest or parsed.version is not None:
        raise ValidationException(f"This operation needs the ARN of a state machine alias. Received: {arn}")
    return parsed


async def create_state_machine_alias(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """CreateStateMachineAlias: idempotent by name, description and routing (recorded)."""
    routing, description = _routing(members), members.get("description")
    machine = present(emulator, arns.parse(routing[0][0]).machine)
    if machine is None:
        raise _absent(routing[0][0])
    _check_versions(alive(machine), routing)
    alias = machine.aliases.get(members["name"])
    if alias is None:
        if len(machine.aliases) >= MAX_ALIASES:
            raise ServiceQuotaExceededException(f"A state machine can have at most {MAX_ALIASES} aliases")
        now = emulator.clock.now()
        alias = Alias(members["name"], routing, now, now, description)
        machine.aliases = {**machine.aliases, alias.name: alias}
    elif (alias.routing, alias.description) != (routing, description):
        # AWS: says so too where only the description is another one.
        raise ConflictException(
            "Failed to create alias because an alias with the same name and a different routing "
            "configuration already exists."
        )
    await emulator.saved(machine)
    return {
        "stateMachineAliasArn": f"{machine.arn}:{alias.name}",
        "creationDate": seconds(alias.created),
    }


async def describe_state_machine_alias(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """DescribeStateMachineAlias."""
    arn = members["stateMachineAliasArn"]
    _, alias = _alias(emulator, arn)
    answer = {
        "stateMachineAliasArn": arn,
        "name": alias.name,
        "routingConfiguration": [
            {"stateMachineVersionArn": version, "weight": weight} for version, weight in alias.routing
        ],
        "creationDate": seconds(alias.created),
        "updateDate": seconds(alias.updated),
    }
    if alias.description is not None:
        answer["description"] = alias.description
    return answer


async def update_state_machine_alias(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """UpdateStateMachineAlias: what is not given stays (recorded); an equal update changes nothing."""
    if "description" not in members and "routingConfiguration" not in members:
        raise ValidationException(
            "Either the description or the routing configuration must be specified",
            reason="MISSING_REQUIRED_PARAMETER",
        )
    machine, alias = _alias(emulator, members["stateMachineAliasArn"])
    alive(machine)
    routing = alias.routing
    if "routingConfiguration" in members:
        routing = _routing(members)
        if arns.parse(routing[0][0]).machine != machine.arn:
            raise _refused("Routing configuration must contain versions of the alias's state machine.")
        _check_versions(machine, routing)
    description = members.get("description", alias.description)
    if (routing, description) != (alias.routing, alias.description):
        alias.routing, alias.description = routing, description
        alias.updated = emulator.clock.now()
    await emulator.saved(machine)
    return {"updateDate": seconds(alias.updated)}


async def delete_state_machine_alias(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """DeleteStateMachineAlias: no error if the machine has none of this name (recorded)."""
    arn = members["stateMachineAliasArn"]
    parsed = _parsed(arn)
    machine = present(emulator, parsed.machine)
    if machine is None:
        raise _absent(arn)
    machine.aliases = {name: each for name, each in machine.aliases.items() if name != parsed.rest}
    await emulator.saved(machine)
    return {}


async def list_state_machine_aliases(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """ListStateMachineAliases, of one version only if the ARN is a version's.

    Oldest first, as recorded; AWS's reference says newest first.
    """
    arn = members["stateMachineArn"]
    machine = alive(found(emulator, arn))
    version = named(arn).version
    if version is not None and version not in machine.versions:
        raise _absent(arn)
    aliases = [each for each in machine.aliases.values() if version is None or arn in dict(each.routing)]
    paging = Paging(members, f"aliases {arn}", emulator.clock.now())
    shown, token = paging.page(aliases, lambda each: Stand((each.created,), each.name))
    return {
        "stateMachineAliases": [
            {"stateMachineAliasArn": f"{machine.arn}:{each.name}", "creationDate": seconds(each.created)}
            for each in shown
        ],
        **token,
    }
