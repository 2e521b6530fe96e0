"""Map Runs. No Distributed Map runs here yet, so there are none: operations answer as for unknown ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from emulator import arns
from emulator.api.caller import Caller
from emulator.api.operations.paging import Paging, Stand
from emulator.errors import ExecutionDoesNotExist, ResourceNotFound, ValidationException

if TYPE_CHECKING:
    from emulator.app import Emulator


def map_run(emulator: Emulator, arn: str) -> NoReturn:
    """The Map Run that an ARN names.

    Raises:
        InvalidArn: It is no Map Run's ARN.
        ResourceNotFound: There is none. Text recorded for other resources.
    """
    arns.parse(arn, "mapRun")
    raise ResourceNotFound("Request references a resource that does not exist.", resourceName=arn)


async def describe_map_run(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """DescribeMapRun."""
    map_run(emulator, members["mapRunArn"])


async def list_map_runs(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """ListMapRuns."""
    arn = members["executionArn"]
    arns.parse(arn, "execution")
    if arn not in emulator.executions:
        raise ExecutionDoesNotExist(f"Execution Does Not Exist: '{arn}'")
    none: list[dict[str, Any]] = []
    paging = Paging(members, f"map runs {arn}", emulator.clock.now())
    shown, token = paging.page(none, lambda each: Stand((), each["mapRunArn"]))
    return {"mapRuns": shown, **token}


async def update_map_run(emulator: Emulator, caller: Caller, members: dict[str, Any]) -> dict[str, Any]:
    """UpdateMapRun. The text for an update of nothing is ours."""
    arns.parse(members["mapRunArn"], "mapRun")
    if len(members) == 1:
        raise ValidationException(
            "One of maxConcurrency, toleratedFailurePercentage and toleratedFailureCount must be specified",
            reason="MISSING_REQUIRED_PARAMETER",
        )
    map_run(emulator, members["mapRunArn"])
