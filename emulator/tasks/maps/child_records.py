"""What a Map Run writes of each of its executions."""

from __future__ import annotations

from asl.interpreter.context import iso_time
from asl.jsontypes import JSON, dumps
from asl.map_services import Child


def told(child: Child) -> dict[str, JSON]:
    """An execution of a Map Run as AWS writes it; input and output are JSON texts in it.

    The names are those of DescribeExecution, in the order in which AWS writes that (recorded).
    That what failed can be redriven by the Map Run is what the API calls it; in results nobody
    has recorded it.
    """
    succeeded = child.status == "SUCCEEDED"
    told: dict[str, JSON] = {
        "Cause": child.cause,
        "Error": child.error,
        "ExecutionArn": child.arn,
        "Input": dumps(child.input),
        "InputDetails": {"Included": True},
        "Name": child.name,
        "Output": dumps(child.output) if succeeded else None,
        "OutputDetails": {"Included": True} if succeeded else None,
        "RedriveCount": child.redrives,
        "RedriveStatus": "NOT_REDRIVABLE" if succeeded else "REDRIVABLE_BY_MAP_RUN",
        "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven" if succeeded else None,
        "StartDate": iso_time(child.started),
        "StateMachineArn": child.machine_arn,
        "Status": child.status,
        "StopDate": iso_time(child.stopped),
    }
    return {name: value for name, value in told.items() if value is not None}
