"""The runs that a comparison is made of: the machine with each of its inputs, on a clock that jumps."""

from __future__ import annotations

from typing import Any, NamedTuple

import click

from asl import InvalidDefinition, InvalidExecutionInput, Result, StateMachine, parse, simulate
from asl.compare import Children, Workload, workload
from cli import diagnostics, options
from cli.handlers_file import load_with_setups
from cli.input import Input, read_input
from cli.machine_file import MachineFile
from cli.mocks import chosen_case
from cli.refusal import Refusal
from cli.services import RunServices, runner
from cli.terminal import Terminal

NAME = "compared"
"""Of every execution, so that a comparison is the same each time."""


class Run(NamedTuple):
    """A run that has ended, and what it did."""

    result: Result
    workload: Workload


def parsed_machine(ctx: click.Context, file: MachineFile) -> StateMachine:
    """The machine in a file; where there is none, its diagnostics are printed and the command ends."""
    try:
        return parse(file.content, yaml=file.yaml)
    except InvalidDefinition as error:
        terminal = Terminal()
        found = file.placed(error.diagnostics)
        terminal.write_all(diagnostics.lines(str(file.path), file.source, found, excerpts=terminal.live))
        ctx.exit(Refusal.exit_code)


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
    own, setups = load_with_setups(chosen["handlers"] or ([str(file.handlers)] if file.handlers else []))
    functions = file.functions() | own
    case = chosen_case(ctx, machine, file.name, chosen["mock_config"], chosen["test_case"])
    endpoints = options.endpoints(chosen["endpoint_url"])
    found = []
    for number, text in enumerate(chosen["inputs"] or (None,), 1):
        services = RunServices(
            endpoints, region=chosen["region"], template=file.template, s3_root=chosen["s3_root"]
        )
        services.prepare(setups)
        try:
            found.append(
                _run(
                    machine,
                    file.name,
                    read_input(text, file.input),
                    (functions, case, services),
                    number,
                    chosen,
                )
            )
        finally:
            services.close()
    return found


def _run(
    machine: StateMachine,
    machine_name: str,
    given: Input,
    means: tuple[dict[str, Any], Any, RunServices],
    number: int,
    chosen: dict[str, Any],
) -> Run:
    seed, quotas = str(number), not chosen["no_quotas"]
    tasks = runner(
        *means,
        machine_name=machine_name,
        name=NAME,
        kind="STANDARD",
        seed=seed,
        region=chosen["region"],
        task_seconds=chosen["task_seconds"],
        quotas=quotas,
    )
    children = Children()
    try:
        result = simulate(
            machine,
            given.value,
            handlers=tasks,
            quotas=quotas,
            seed=seed,
            name=NAME,
            input_text=given.text,
            machine_name=machine_name,
            region=chosen["region"],
            child_ended=children.add,
        )
    except InvalidExecutionInput as error:
        raise Refusal(str(error)) from None
    return Run(result, workload(result, children))
