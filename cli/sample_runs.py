"""Runs of a machine with sample inputs, the same way each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import click

from asl import Result, StateMachine
from asl.advice.twice import Twice
from asl.simulate import ChildEnded
from cli import options
from cli.handlers_file import load_with_setups
from cli.input import read_input
from cli.machine_file import MachineFile
from cli.mocks import chosen_case
from cli.one_run import one_run
from cli.services import RunServices

if TYPE_CHECKING:
    from emulator.transport import Request


def sample_runs(
    ctx: click.Context,
    file: MachineFile,
    machine: StateMachine,
    kind: Literal["STANDARD", "EXPRESS"],
    chosen: dict[str, Any],
    watcher: Callable[[], ChildEnded | None] = lambda: None,
    twice: Twice | None = None,
) -> Iterator[Result]:
    """Runs a machine with each input that was given, or with its folder's; all are read before the first.

    Args:
        ctx: The command's context.
        file: Where the machine is from.
        machine: The machine.
        kind: What it is.
        chosen: The command's options by name: ``inputs`` and those of `asl run`.
        watcher: Is asked before each run what is to be shown the executions that its Map Runs start.
        twice: Calls functions twice, where it is to be looked what comes of that.

    Raises:
        Refusal: An input, the handlers or the mocks cannot be used, or a run cannot begin.
    """
    given = [read_input(each, file.input) for each in chosen["inputs"] or [None]]
    own, setups = load_with_setups(chosen["handlers"] or ([str(file.handlers)] if file.handlers else []))
    functions = file.functions() | own
    if twice is not None:
        functions = twice.of(functions)
    case = chosen_case(ctx, machine, file.name, chosen["mock_config"], chosen["test_case"])
    endpoints = options.endpoints(chosen["endpoint_url"])
    for number, each in enumerate(given, 1):
        services = RunServices(
            endpoints, region=chosen["region"], template=file.template, s3_root=chosen["s3_root"]
        )
        services.prepare(setups)
        if twice is not None:
            _watch(services, twice)
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


def _watch(services: RunServices, twice: Twice) -> None:
    """Lets it be known what functions add to services in this process."""
    seen: list[str] = []

    def watch(request: Request) -> None:
        from emulator.effects import added

        what = added(request)
        if what is not None:
            seen.append(what)

    def since() -> list[str]:
        told = seen[:]
        seen.clear()
        return told

    services.watch, twice.added = watch, since
