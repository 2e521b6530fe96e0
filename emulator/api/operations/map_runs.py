"""Map Runs: described, listed, and given other bounds while they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asl.interpreter.map_run import Counts
from emulator import arns
from emulator.api.caller import Caller
from emulator.api.operations.executions import executed
from emulator.api.operations.paging import Paging, Stand
from emulator.api.operations.shared import seconds
from emulator.errors import ResourceNotFound, ValidationException
from emulator.records import MapRunRecord

if TYPE_CHECKING:
    from emulator.app import Emulator

_BOUNDS = ("maxConcurrency", "toleratedFailurePercentage", "toleratedFailureCount")


def map_run(emulator: Emulator, arn: str) -> MapRunRecord:
    """The Map Run that an ARN names.

    Raises:
        InvalidArn: It is no Map Run's ARN.
        ResourceNotFound: There is none. Text recorded for other resources.
    """
    arns.parse(arn, "mapRun")
    record = emulator.engine.map_runs.records.get(arn)
    if record is None:
        raise ResourceNotFound("Request references a resource that does not exist.", resourceName=arn)
    return record


async def describe_map_run(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """DescribeMapRun: a bound that the state does not have is told as 0 (API reference)."""
    record = map_run(emulator, members["mapRunArn"])
    answer = {
        "mapRunArn": record.arn,
        "executionArn": record.execution_arn,
        "status": record.status,
        "startDate": seconds(record.started),
        "maxConcurrency": record.max_concurrency,
        "toleratedFailurePercentage": record.tolerated_percentage or 0.0,
        "toleratedFailureCount": record.tolerated_count or 0,
        "itemCounts": _counts(record.items),
        "executionCounts": _counts(record.executions),
        "redriveCount": record.redrives,
    }
    if record.stopped is not None:
        answer["stopDate"] = seconds(record.stopped)
    if record.redriven is not None:
        answer["redriveDate"] = seconds(record.redriven)
    return answer


def _counts(counts: Counts) -> dict[str, int]:
    return {
        "pending": counts.pending,
        "running": counts.running,
        "succeeded": counts.succeeded,
        "failed": counts.failed,
        "timedOut": counts.timed_out,
        "aborted": counts.aborted,
        "total": counts.total,
        "resultsWritten": counts.results_written,
        "failuresNotRedrivable": 0,
        "pendingRedrive": counts.pending_redrive,
    }


async def list_map_runs(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """ListMapRuns: the newest first. AWS's own order is not known."""
    arn = members["executionArn"]
    executed(emulator, arn)
    records = list(enumerate(emulator.engine.map_runs.records.of(arn)))[::-1]
    paging = Paging(members, f"map runs {arn}", emulator.clock.now())
    shown, token = paging.page(records, lambda each: Stand((-each[0],)))
    return {"mapRuns": [_listed(record) for _, record in shown], **token}


def _listed(record: MapRunRecord) -> dict[str, Any]:
    item: dict[str, Any] = {
        "executionArn": record.execution_arn,
        "mapRunArn": record.arn,
        "stateMachineArn": record.machine_arn,
        "startDate": seconds(record.started),
    }
    if record.stopped is not None:
        item["stopDate"] = seconds(record.stopped)
    return item


async def update_map_run(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """UpdateMapRun: the new bounds count at once, also for what has failed before.

    Raises:
        ValidationException: It names no bound, or the Map Run has ended. The texts are ours.
    """
    arn = members["mapRunArn"]
    arns.parse(arn, "mapRun")
    if not any(bound in members for bound in _BOUNDS):
        raise ValidationException(
            "One of maxConcurrency, toleratedFailurePercentage and toleratedFailureCount must be specified",
            reason="MISSING_REQUIRED_PARAMETER",
        )
    record = map_run(emulator, arn)
    if record.status != "RUNNING":
        raise ValidationException(
            f"The Map Run is {record.status} and cannot be updated: {arn}",
            reason="CANNOT_UPDATE_COMPLETED_MAP_RUN",
        )
    record.max_concurrency = members.get("maxConcurrency", record.max_concurrency)
    record.tolerated_count = members.get("toleratedFailureCount", record.tolerated_count)
    record.tolerated_percentage = members.get("toleratedFailurePercentage", record.tolerated_percentage)
    emulator.engine.map_runs.update(record)
    await emulator.saved(record)
    return {}
