"""Options by which commands ask for samples and for a month: what to run, how often, and what counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from asl.cost import Prices, UnknownRegion
from cli import options, prices_file
from cli.costs.samples import Kind
from cli.machine_file import MachineFile, check_parameters, machine_file
from cli.mocks import mock_config_option, test_case_option
from cli.options import Decorated
from cli.refusal import Refusal


def sample_histories(decorated: Decorated) -> Decorated:
    """The option `--history`, passed on as ``histories``."""
    option = click.option(
        "--history",
        "histories",
        metavar="FILE",
        multiple=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help="Instead of running it: the history of an execution that has ended, as aws stepfunctions "
        "get-execution-history or asl run --json --history writes it; may be repeated.",
    )
    return option(decorated)


def per_month(default: str) -> Callable[[Decorated], Decorated]:
    """The option `--per-month`.

    Args:
        default: What is told without it, in words.
    """
    return click.option(
        "--per-month",
        metavar="N",
        callback=options.volume,
        help="Executions in a month. Free transitions and the tiers of Express are then reckoned with.  "
        f"[default: {default}]",
    )


def count_start(decorated: Decorated) -> Decorated:
    """The flags `--count-start` and `--no-count-start`."""
    option = click.option(
        "--count-start/--no-count-start",
        default=None,
        help="Whether a start is a transition: every start, or none.  "
        "[default: those of a Distributed Map's executions]",
    )
    return option(decorated)


def free_tier(decorated: Decorated) -> Decorated:
    """The flags `--free-tier` and `--no-free-tier`."""
    option = click.option(
        "--free-tier/--no-free-tier",
        default=True,
        show_default=True,
        help="Whether the month's free transitions are this machine's.",
    )
    return option(decorated)


def of_runs(decorated: Decorated) -> Decorated:
    """The options that say how samples are run, and at which prices they are told."""
    draws = "What random draws come from: same seed, same draws.  [default: the sample's number]"
    for option in reversed(
        (
            options.handlers_option,
            options.type_option("What it is to be.  [default: what its template says, else standard]"),
            options.region_option("Whose prices to take, and the region in the ARNs of the samples."),
            prices_file.prices_option,
            options.seed_option(draws),
            options.task_seconds_option,
            options.parameter_option,
            options.services_option,
            options.s3_root_option,
            mock_config_option,
            test_case_option,
            options.no_quotas_option,
        )
    ):
        decorated = option(decorated)
    return decorated


def chosen_machine(ctx: click.Context, machine: str, chosen: dict[str, Any]) -> tuple[MachineFile, Kind]:
    """The machine's file, and what it is to be.

    Args:
        ctx: The command's context.
        machine: As it was named.
        chosen: The command's options by name: ``parameters``, ``region`` and ``kind``.

    Raises:
        Refusal: There is none, it cannot be read, or a parameter was given that nobody asks for.
    """
    file = machine_file(machine, chosen["parameters"], chosen["region"])
    if options.given(ctx, "parameters"):
        check_parameters(chosen["parameters"], [file])
    return file, "EXPRESS" if (chosen["kind"] or file.kind or "").upper() == "EXPRESS" else "STANDARD"


def prices_of(region: str, file: str | None) -> Prices:
    """The prices of a region.

    Args:
        region: Its name.
        file: Prices of the user's own, as `--prices` names them.

    Raises:
        Refusal: No price is known for it.
    """
    try:
        return prices_file.listed(region, prices_file.read(file))
    except UnknownRegion as error:
        raise Refusal(str(error)) from None
