"""The event of a change of an execution's status, as Step Functions puts it onto the default event bus.

Source: developer guide, "EventBridge (CloudWatch Events) for Step Functions execution status changes".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from asl.history import timestamp
from asl.jsontypes import dumps
from emulator.records import ExecutionRecord

SOURCE = "aws.states"
DETAIL_TYPE = "Step Functions Execution Status Change"
LIMIT = 248 * 1024
"""Bytes that the escaped input and output may have together; what is over is left out (guide)."""


def entry(record: ExecutionRecord, redrive: Mapping[str, str], at: int) -> dict[str, Any]:
    """The entry of PutEvents that tells an execution's status as its record has it.

    Args:
        record: The execution's record.
        redrive: ``redriveStatus`` and its reason, as DescribeExecution tells them.
        at: When the status changed, in milliseconds since the epoch.
    """
    return {
        "Source": SOURCE,
        "DetailType": DETAIL_TYPE,
        "Time": timestamp(at),
        "Resources": [record.arn],
        "Detail": dumps(_detail(record, redrive)),
    }


def _detail(record: ExecutionRecord, redrive: Mapping[str, str]) -> dict[str, Any]:
    told_input, told_output = _fitting(record.input, record.output)
    return {
        "executionArn": record.arn,
        "stateMachineArn": record.machine_arn,
        "name": record.name,
        "status": record.status,
        "startDate": record.started,
        "stopDate": record.stopped,
        "input": told_input,
        "output": told_output,
        "stateMachineVersionArn": record.version_arn,
        "stateMachineAliasArn": record.alias_arn,
        "redriveCount": record.redrives,
        "redriveDate": record.redriven,
        "redriveStatus": redrive.get("redriveStatus"),
        "redriveStatusReason": redrive.get("redriveStatusReason"),
        "inputDetails": {"included": told_input is not None},
        "outputDetails": None if record.output is None else {"included": told_output is not None},
        "error": record.error,
        "cause": record.cause,
    }


def _fitting(given: str, output: str | None) -> tuple[str | None, str | None]:
    """Input and output as far as there is room: the input goes first, the output if it alone is too long."""
    of_output = 0 if output is None else _escaped(output)
    told_output = None if of_output > LIMIT else output
    return (None if _escaped(given) + of_output > LIMIT else given), told_output


def _escaped(text: str) -> int:
    """Bytes of a text as a JSON string."""
    return len(msgspec.json.encode(text))
