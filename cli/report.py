"""The report of a run: one JSON object for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asl import Result
from asl.cost import Cost, UnknownRegion


def report(result: Result, cost: Cost | UnknownRegion, *, history: bool) -> dict[str, Any]:
    """Status, output or error and cause, transitions and cost; with ``history``, every event.

    Where no price is known for the region the cost is null, and ``costUnknown`` says why.
    """
    record: dict[str, Any] = {"status": result.status}
    if result.status == "SUCCEEDED":
        record["output"] = result.output
    else:
        record |= {"error": result.error, "cause": result.cause}
    record |= {"transitions": result.transitions, **_cost(cost)}
    if history:
        record["history"] = [_dated(event) for event in result.history]
    return record


def _cost(cost: Cost | UnknownRegion) -> dict[str, Any]:
    if isinstance(cost, UnknownRegion):
        return {"cost": None, "costUnknown": str(cost)}
    return {"cost": cost.to_dict()}


def _dated(event: Mapping[str, Any]) -> dict[str, Any]:
    """An event with its timestamp as ISO 8601 text."""
    text = event["timestamp"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {**event, "timestamp": text}
