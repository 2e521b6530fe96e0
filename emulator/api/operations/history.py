"""GetExecutionHistory: pages of a history, encoded only as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from emulator.api.caller import Caller
from emulator.api.operations.executions import executed
from emulator.api.operations.paging import Paging, Stand
from emulator.api.operations.shared import seconds
from emulator.engine.running import Running

if TYPE_CHECKING:
    from emulator.app import Emulator

_DATA = ("input", "inputDetails", "output", "outputDetails")


async def get_execution_history(
    emulator: Emulator, caller: Caller, members: dict[str, Any]
) -> dict[str, Any]:
    """GetExecutionHistory: what is durable of it, so that nobody sees what a crash could take back."""
    running = executed(emulator, members["executionArn"])
    reverse = members.get("reverseOrder", False)
    included = members.get("includeExecutionData", True)
    sign = -1 if reverse else 1
    places: Sequence[int] = range(running.visible)[::sign]
    bound_to = f"history {running.record.arn} {reverse} {included}"
    paging = Paging(members, bound_to, emulator.clock.now())
    shown, token = paging.page(places, lambda place: Stand((sign * place,)))
    return {"events": [_event(running, place, included) for place in shown], **token}


def _event(running: Running, place: int, included: bool) -> dict[str, Any]:
    """An event as the wire has it.

    Without execution data it has no input and no output; a task's parameters stay (measured).
    """
    event = running.history[place]
    event["timestamp"] = seconds(running.history.event(place)[2])
    if not included:
        for details in event.values():
            if isinstance(details, dict):
                for key in _DATA:
                    details.pop(key, None)
    return event
