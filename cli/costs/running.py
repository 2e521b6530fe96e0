"""Samples of runs: the machine is run with each sample input, the same way each time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from asl import Result
from cli import options
from cli.costs.recorded import nested_starts
from cli.costs.samples import Kind, Samples
from cli.figures import count
from cli.handlers_file import load_with_setups
from cli.input import read_input
from cli.machine import read_machine
from cli.machine_file import MachineFile
from cli.mocks import chosen_case
from cli.one_run import one_run
from cli.services import RunServices


def samples_of_runs(ctx: click.Context, file: MachineFile, kind: Kind, chosen: dict[str, Any]) -> Samples:
    """Runs a machine with each input that was given, or its folder's.

    Args:
        ctx: The command's context.
        file: The machine.
        kind: What it is.
        chosen: The command's options by name: ``inputs`` and those of `asl run`.

    Raises:
        Refusal: A run cannot begin.
    """
    machine = read_machine(ctx, file, kind)
    given = [read_input(each, file.input) for each in chosen["inputs"] or [None]]
    own, setups = load_with_setups(chosen["handlers"] or ([str(file.handlers)] if file.handlers else []))
    functions = file.functions() | own
    case = chosen_case(ctx, machine, file.name, chosen["mock_config"], chosen["test_case"])
    endpoints = options.endpoints(chosen["endpoint_url"])
    samples = Samples(file.name, kind, file.content, file.yaml)
    for number, each in enumerate(given, 1):
        services = RunServices(
            endpoints, region=chosen["region"], template=file.template, s3_root=chosen["s3_root"]
        )
        services.prepare(setups)
        result = one_run(
            machine,
            file.name,
            each,
            (functions, case, services),
            kind=kind,
            region=chosen["region"],
            name=f"sample-{number}",
            seed=str(number) if chosen["seed"] is None else chosen["seed"],
            start_time=None,
            task_seconds=chosen["task_seconds"],
            quotas=not chosen["no_quotas"],
        )
        nested = nested_starts(_scheduled(result))
        if nested:
            samples.note(f"It starts {count(nested, 'other execution')}, whose cost comes on top.")
        samples.add(_label(chosen["inputs"], number), result.status, result.use, result.history)
    return samples


def _scheduled(result: Result) -> Iterator[dict[str, Any]]:
    """The events that tell of calls of services."""
    for place, mark in enumerate(result.history.marks()):
        if mark.type.name == "TaskScheduled":
            yield result.history[place]


def _label(inputs: tuple[str, ...], number: int) -> str:
    """What a sample is called: its file, or its place among the inputs."""
    given = inputs[number - 1] if inputs else ""
    return given[1:] if given.startswith("@") else f"input {number}"
