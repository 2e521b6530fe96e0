"""What a Map Run writes of each of its executions."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from asl.interpreter.context import iso_time
from asl.jsontypes import JSON, dumps
from asl.map_simulation import Child

ChildStatus: TypeAlias = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING"]


class ChildRecord(msgspec.Struct, frozen=True):
    """An execution of a Map Run, as its results tell of it.

    Attributes:
        arn: Its ARN.
        name: Its name.
        machine_arn: The state machine's ARN with the Map state's label.
        status: How it ended; PENDING if it never began.
        input: What it was given.
        output: What it gave, where it succeeded.
        error: Its error name, where it has one.
        cause: The text with it.
        started: When it began, in milliseconds since the epoch; None if never.
        stopped: When it ended.
        redrives: How often it was redriven.
    """

    arn: str
    name: str
    machine_arn: str
    status: ChildStatus
    input: JSON
    output: JSON = None
    error: str | None = None
    cause: str | None = None
    started: int | None = None
    stopped: int | None = None
    redrives: int = 0

    def told(self) -> dict[str, JSON]:
        """The record as AWS writes it; input and output are JSON texts in it.

        The names are those of DescribeExecution, in the order in which AWS writes that (recorded).
        That what failed can be redriven by the Map Run is what the API calls it; in results nobody
        has recorded it.
        """
        succeeded = self.status == "SUCCEEDED"
        told: dict[str, JSON] = {
            "Cause": self.cause,
            "Error": self.error,
            "ExecutionArn": self.arn,
            "Input": dumps(self.input),
            "InputDetails": {"Included": True},
            "Name": self.name,
            "Output": dumps(self.output) if succeeded else None,
            "OutputDetails": {"Included": True} if succeeded else None,
            "RedriveCount": self.redrives,
            "RedriveStatus": "NOT_REDRIVABLE" if succeeded else "REDRIVABLE_BY_MAP_RUN",
            "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven" if succeeded else None,
            "StartDate": None if self.started is None else iso_time(self.started),
            "StateMachineArn": self.machine_arn,
            "Status": self.status,
            "StopDate": None if self.stopped is None else iso_time(self.stopped),
        }
        return {name: value for name, value in told.items() if value is not None}


def record_of(child: Child) -> ChildRecord:
    """The record of an execution that has ended."""
    execution, identity = child.execution, child.execution.identity
    assert execution.status != "RUNNING"
    return ChildRecord(
        identity.arn,
        identity.name,
        identity.machine_arn,
        execution.status,
        child.input,
        execution.output,
        execution.error,
        execution.cause,
        identity.start_time,
        child.ended,
        identity.redrive_count or 0,
    )
