"""The runs that a comparison is made of, and what each of them did."""

from __future__ import annotations

from typing import Any, NamedTuple

import click

from asl import Result, StateMachine
from asl.compare import Children, Workload, workload
from asl.simulate import ChildEnded
from cli.machine_file import MachineFile
from cli.sample_runs import sample_runs


class Run(NamedTuple):
    """A run that has ended, and what it did."""

    result: Result
    workload: Workload


def runs(ctx: click.Context, file: MachineFile, machine: StateMachine, chosen: dict[str, Any]) -> list[Run]:
    """Runs the machine with every input that was given, else with its folder's.

    Args:
        ctx: The command's context.
        file: Where the machine is from.
        machine: The machine.
        chosen: The command's options.

    Raises:
        Refusal: An input, the handlers or a mock configuration cannot be used.
    """
    begun: list[Children] = []

    def watcher() -> ChildEnded:
        begun.append(Children())
        return begun[-1].add

    made = sample_runs(ctx, file, machine, "STANDARD", chosen, watcher)
    return [Run(result, workload(result, begun[-1])) for result in made]
