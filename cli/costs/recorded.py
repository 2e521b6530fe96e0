"""Samples of executions that were: of histories in files, or of an execution of a running endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import msgspec

from asl.cost import Use, use
from asl.cost.recorded import InvalidHistory, recorded
from cli.costs.samples import Kind, Samples
from cli.endpoint import connected, own_route
from cli.figures import count
from cli.history_file import read_events
from cli.machine import read_machine
from cli.machine_file import MachineFile
from cli.refusal import Refusal

_STARTS = (
    "startExecution",
    "startExecution.sync",
    "startExecution.sync:2",
    "startExecution.waitForTaskToken",
)


def samples_of_histories(ctx: click.Context, file: MachineFile, kind: Kind, paths: Iterable[Path]) -> Samples:
    """What executions of a machine used, by their exported histories.

    Raises:
        Refusal: A history cannot be read, is not whole, or is of another machine.
    """
    machine = read_machine(ctx, file, kind)
    types = {name: state.kind for name, state in machine.states.items()}
    samples = Samples(file.name, kind, file.content, file.yaml)
    for path in paths:
        events = read_events(path)
        try:
            history = recorded(events, types)
        except InvalidHistory as error:
            raise Refusal(f"{path}: {error}") from None
        status = history.event(len(history) - 1)[0].name.removeprefix("Execution").upper()
        samples.add(str(path), status, use(history, machine.size), history)
        map_runs = sum(each["type"] == "MapRunStarted" for each in events)
        if map_runs:
            samples.note(
                f"{path} has {count(map_runs, 'Map Run')}, whose executions have histories of their own: "
                "what those cost comes on top."
            )
        nested = nested_starts(events)
        if nested:
            samples.note(f"{path} starts {count(nested, 'other execution')}, whose cost comes on top.")
    return samples


def nested_starts(events: Iterable[Mapping[str, Any]]) -> int:
    """How many executions of other state machines were started: as far as events tell."""
    details = (each.get("taskScheduledEventDetails") or {} for each in events)
    return sum(each.get("resourceType") == "states" and each.get("resource") in _STARTS for each in details)


def sample_of_execution(ctx: click.Context, arn: str, url: str) -> Samples:
    """What an execution of a running emulator has used until now, with those of its Map Runs.

    Raises:
        Refusal: Nothing answers there, or it is no emulator of ours.
    """
    with connected(ctx, url) as client:
        machine = client.describe_state_machine_for_execution(executionArn=arn)
    told = own_route(url, f"/cost?executionArn={quote(arn, safe='')}")
    kind: Kind = "EXPRESS" if arn.split(":")[5:6] == ["express"] else "STANDARD"
    samples = Samples(machine["name"], kind, machine["definition"], yaml=False)
    try:
        samples.add(arn, told["status"], msgspec.convert(told["use"], Use))
    except (KeyError, TypeError, msgspec.ValidationError):
        raise Refusal(f"{url} tells no use of executions: it is another version of asl serve") from None
    nested = len(told.get("nested", ()))
    if nested:
        samples.note(f"It started {count(nested, 'other execution')}, whose cost comes on top.")
    if told.get("incomplete"):
        samples.note(
            "Executions of its Map Runs that ended before the server was last started are not counted."
        )
    if told["status"] == "RUNNING":
        samples.note("The execution still runs: this is what it has used until now.")
    return samples
