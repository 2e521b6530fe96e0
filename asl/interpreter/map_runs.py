"""A distributed Map's place in its execution: the Map Run begins, and ends."""

from __future__ import annotations

import msgspec

from asl.elements.outcome import Distribute
from asl.entropy import draw, seed_of, uuid4
from asl.history import (
    MAP_RUN_REDRIVEN,
    MAP_RUN_STARTED,
    MAP_RUN_SUCCEEDED,
    MAP_STATE_STARTED,
    MAP_STATE_SUCCEEDED,
)
from asl.interpreter.execution import Execution, Thread
from asl.interpreter.frame import Frame
from asl.signals import StartMapRun
from asl.states.distributed_map import DistributedMap


def begin(frame: Frame, thread: Thread, state: DistributedMap, asked: Distribute) -> bool:
    """Asks for a Map Run; each attempt has one of its own.

    Raises:
        Failure: A bound of the run is none (recorded: after MapStateStarted, and before any run).
    """
    thread.fork = None
    frame.emit(MAP_STATE_STARTED, thread, thread.head, asked.length)
    label = state.label or default_label(frame.execution, thread.state)
    uuid = uuid4(draw(frame.execution.seed, f"map run {frame.command_id()}", 128))
    arn = f"{map_run_prefix(frame.execution.identity.machine_arn)}/{label}:{uuid}"
    command = state.begin(frame, asked, arn, label)
    frame.emit(MAP_RUN_STARTED, thread, thread.head, arn)
    return _wait(frame, thread, command)


def redriven(frame: Frame, thread: Thread, run: StartMapRun) -> bool:
    """Asks for a Map Run to go on that the state had, and that did not succeed.

    MapRunRedriven stands where MapRunStarted did (inferred: no recording of a redrive exists).
    """
    length = len(run.items) if isinstance(run.items, list | dict) else 0
    frame.emit(MAP_STATE_STARTED, thread, thread.head, length)
    frame.focus(thread)
    again = msgspec.structs.replace(run, id=frame.command_id(), redrives=run.redrives + 1)
    frame.emit(MAP_RUN_REDRIVEN, thread, thread.head, again.arn, again.redrives)
    return _wait(frame, thread, again)


def _wait(frame: Frame, thread: Thread, command: StartMapRun) -> bool:
    frame.commands.append(command)
    thread.awaiting = thread.map_run = command
    thread.phase = "wait"
    return False


def default_label(execution: Execution, state: str) -> str:
    """What names a Map state without a Label in ARNs: a UUID, the same in each run of the definition.

    That it is the same is implied by the guide, and not measured.
    """
    return uuid4(draw(seed_of(execution.definition_hash), f"label {state}", 128))


def map_run_prefix(machine_arn: str) -> str:
    """What the ARNs of a state machine's Map Runs begin with."""
    parts = machine_arn.split(":")
    return ":".join([*parts[:5], "mapRun", *parts[6:7]])


def ended(frame: Frame, thread: Thread) -> int:
    """Writes that a Map Run, and so its Map, has succeeded; gives the last event's id.

    AWS: MapStateSucceeded points at MapRunSucceeded, and MapStateExited past both (recorded since 2024).
    """
    thread.map_run = None
    succeeded = frame.emit(MAP_RUN_SUCCEEDED, thread, thread.head)
    return frame.emit(MAP_STATE_SUCCEEDED, thread, succeeded)
