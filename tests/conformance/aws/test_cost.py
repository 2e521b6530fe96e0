"""Histories recorded on AWS are read again for their cost: every state entered, and what Retry did."""

from __future__ import annotations

from typing import Any

import pytest

from asl.cost import tally
from asl.cost.recorded import recorded
from tests.conformance.aws.corpus import missing, runs
from tests.conformance.aws.selection import is_history

pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))

CALLS = ("TaskScheduled", "LambdaFunctionScheduled", "ActivityScheduled")


def _numbered(events: list[dict[str, Any]]) -> bool:
    """Whether events stand in their order; some recordings leave numbers out, and one stands reversed."""
    return [each.get("id") for each in events] == list(range(1, len(events) + 1))


HISTORIES = [] if missing() is not None else [
    pytest.param(answer["events"], id=f"{case.id}-{key}")
    for case in runs()
    for key, answer in case.expected.items()
    if is_history(answer) and answer["events"] and _numbered(answer["events"])
]  # fmt: skip


@pytest.mark.parametrize("events", HISTORIES)
def test_every_state_and_every_retry_is_counted(events: list[dict[str, Any]]) -> None:
    # The recordings have a placeholder for each time.
    counted = tally(recorded([{**each, "timestamp": 0} for each in events]).marks())
    entered = sum(each["type"].endswith("StateEntered") for each in events)
    assert counted.transitions == entered + sum(counted.retries.values()) + counted.redrives
    types = [each["type"] for each in events]
    calls = sum(each in CALLS for each in types)
    # A task is called once where it is entered, and again for each retry of it; not all are called.
    assert calls <= types.count("TaskStateEntered") + sum(counted.retries.values())


def test_some_of_them_were_retried() -> None:
    retried = 0
    for each in HISTORIES:
        (events,) = each.values
        retried += bool(tally(recorded([{**event, "timestamp": 0} for event in events]).marks()).retries)
    assert retried >= 9
