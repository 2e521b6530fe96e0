"""Runs of a machine with sample inputs, the same way each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import click

from asl import Result, StateMachine
from asl.simulate import ChildEnded
from cli import options
from cli.handlers_file import load_with_setups
from cli.input import read_input
from cli.machine_file import MachineFile
from cli.mocks import chosen_case
from cli.one_run import one_run
from cli.services import RunServices


def sample_runs(
    ctx: click.Context,
    file: MachineFile,
    machine: StateMachine,
    kind: Literal["STANDARD", "EXPRESS"],
    chosen: dict[str, Any],
    watcher: Callable[[], ChildEnded | None] = lambda: None,
) -> Iterator[Result]:
    """Runs a machine with each input that was given, or with its folder's; all are read before the first.

    Args:
        ctx: The command's context.
        file: Where the machine is from.
        machine: The machine.
        kind: What it is.
        chosen: The command's options by name: ``inputs`` and those of `asl run`.
        watcher: Is asked before each run what is to be shown the executions that its Map Runs start.

    Raises:
        Refusal: An input, the handlers or the mocks cannot be used, or a run cannot begin.
    """
    given = [read_input(each, file.input) for each in chosen["inputs"] or [None]]
    own, setups = load_with_setups(chosen["handlers"] or ([str(file.handlers)] if file.handlers else []))
    functions = file.functions() | own
    case = chosen_case(ctx, machine, file.name, chosen["mock_config"], chosen["test_case"])
    endpoints = options.endpoints(chosen["endpoint_url"])
    for number, each in enumerate(given, 1):
        services = RunServices(
            endpoints, region=chosen["region"], template=file.template, s3_root=chosen["s3_root"]
        )
        services.prepare(setups)
        yield one_run(
            machine,
            file.name,
            each,
            (functions, case, services),
            kind=kind,
            region=chosen["region"],
            name=f"sample-{number}",
            seed=chosen.get("seed") or str(number),
            start_time=None,
            task_seconds=chosen["task_seconds"],
            quotas=not chosen["no_quotas"],
            child_ended=watcher(),
        )
