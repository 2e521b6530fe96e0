"""Samples of runs: the machine is run with each sample input, the same way each time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from asl import Result
from cli.costs.recorded import nested_starts
from cli.costs.samples import Kind, Samples
from cli.failure_text import short
from cli.figures import count
from cli.machine import read_machine
from cli.machine_file import MachineFile
from cli.sample_runs import sample_runs


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
    samples = Samples(file.name, kind, file.content, file.yaml)
    for number, result in enumerate(sample_runs(ctx, file, machine, kind, chosen), 1):
        nested = nested_starts(_scheduled(result))
        if nested:
            samples.note(f"It starts {count(nested, 'other execution')}, whose cost comes on top.")
        why = None if result.error is None else short(result.error, result.cause)
        label = _label(chosen["inputs"], number)
        samples.add(label, result.status, result.use, result.history, why)
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
