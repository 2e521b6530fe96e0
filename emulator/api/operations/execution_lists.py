"""ListExecutions: which executions, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from emulator.api.caller import Caller
from emulator.api.operations.executions import described, map_run_told, variant
from emulator.api.operations.map_runs import map_run
from emulator.api.operations.paging import Paging, Stand
from emulator.api.operations.starts import found, named
from emulator.api.operations.state_machines import METADATA_ONLY
from emulator.errors import StateMachineTypeNotSupported, ValidationException
from emulator.records import ExecutionRecord

if TYPE_CHECKING:
    from emulator.app import Emulator


async def list_executions(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """ListExecutions: newest first, running ones by their start or redrive, others by their end.

    Of a version or an alias, those that were started by its ARN (recorded for versions).
    """
    _check_filters(members)
    if "mapRunArn" in members:
        return _of_map_run(emulator, members)
    arn, status = members["stateMachineArn"], members.get("statusFilter")
    machine = found(emulator, arn)
    if machine.type != "STANDARD":
        raise StateMachineTypeNotSupported("This operation is not supported by this type of state machine")
    qualified = bool(named(arn).rest)
    records = (
        each.record
        for each in emulator.executions.values()
        if each.visible  # else its start is not durable yet
        and each.record.machine_arn == machine.arn
        and (not qualified or arn in (each.record.version_arn, each.record.alias_arn))
        and status in (None, each.record.status)
    )
    return _page(emulator, members, records, f"executions {arn} {status}", _listed)


def _of_map_run(emulator: Emulator, members: dict[str, Any]) -> dict[str, Any]:
    """The executions of a Map Run that run, and the latest that have ended."""
    arn, status = members["mapRunArn"], members.get("statusFilter")
    redriven = members.get("redriveFilter")
    map_run(emulator, arn)
    map_runs = emulator.engine.map_runs
    records = (
        each
        for each in map(map_runs.told, map_runs.children.of(arn))
        if status in (None, each.status)
        and (redriven is None or (redriven == "REDRIVEN") == (each.redrives > 0))
    )
    return _page(emulator, members, records, f"executions {arn} {status} {redriven}", _listed_of_map_run)


def _page(
    emulator: Emulator,
    members: dict[str, Any],
    records: Iterable[ExecutionRecord],
    bound_to: str,
    listed: Callable[[ExecutionRecord], dict[str, Any]],
) -> dict[str, Any]:
    paging = Paging(members, bound_to, emulator.clock.now())
    ordered = [(-_latest(each, paging.since), -number, each) for number, each in enumerate(records)]
    ordered.sort(key=itemgetter(0, 1))  # of those of one instant the newest comes first
    shown, token = paging.page(ordered, lambda each: Stand(each[:2]))
    return {"executions": [listed(record) for _, _, record in shown], **token}


def _check_filters(members: dict[str, Any]) -> None:
    """Rules from AWS's reference; the texts are ours.

    Raises:
        ValidationException: The request breaks one.
    """
    given = [key for key in ("stateMachineArn", "mapRunArn") if key in members]
    if not given:
        text = "Either stateMachineArn or mapRunArn must be specified"
        raise ValidationException(text, reason="MISSING_REQUIRED_PARAMETER")
    if len(given) > 1:
        raise ValidationException("Only one of stateMachineArn and mapRunArn can be specified")
    if "mapRunArn" in members:
        return
    if "redriveFilter" in members:
        raise ValidationException("redriveFilter can only be specified with mapRunArn")
    if members.get("statusFilter") == "PENDING_REDRIVE":
        raise ValidationException("The status PENDING_REDRIVE can only be specified with mapRunArn")


def _latest(record: ExecutionRecord, then: int) -> int:
    """The time that an execution stands by: of its end, or of its start or redrive if it ran then.

    So one that ends while somebody turns the pages keeps its place. One that is redriven
    meanwhile goes to the top.
    """
    if record.stopped is not None and record.stopped <= then:
        return record.stopped
    return record.redriven or record.started


def _listed(record: ExecutionRecord) -> dict[str, Any]:
    item = described(record, {"includedData": METADATA_ONLY})
    for key in ("inputDetails", "outputDetails", "traceHeader"):
        item.pop(key, None)
    return {**item, **variant(record)}


def _listed_of_map_run(record: ExecutionRecord) -> dict[str, Any]:
    assert record.seat is not None
    return {**_listed(record), **map_run_told(record), "itemCount": record.seat.items}
