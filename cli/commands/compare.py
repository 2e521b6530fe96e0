"""`asl compare`: the same workload priced and judged on other systems than Step Functions."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from asl import StateMachine
from asl.compare import SYSTEMS, Book, InvalidPrices, Offer, book, compare, express_refusals, overridden
from cli import json_text, options, prices_file
from cli.compared import explanation, table
from cli.compared.record import record
from cli.compared.running import Run, runs
from cli.compared.table import Told
from cli.json_text import printable
from cli.machine import read_machine
from cli.machine_file import check_parameters, machine_file
from cli.mocks import mock_config_option, test_case_option
from cli.refusal import Refusal, reason
from cli.terminal import Terminal

PER_MONTH = 1_000_000


def _volume(ctx: click.Context, parameter: click.Parameter, text: str | None) -> int:
    asked = options.volume(ctx, parameter, text)
    return PER_MONTH if asked is None else asked


def _systems(ctx: click.Context, _: click.Parameter, given: tuple[str, ...]) -> list[str]:
    """The systems that are asked for, in the order in which they are told; all where none is."""
    for name in given:
        if name not in SYSTEMS:
            near = get_close_matches(name, SYSTEMS, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(SYSTEMS)}"
            raise click.BadParameter(f"there is no system {name!r}; {hint}")
    return [name for name in SYSTEMS if not given or name in given]


def _complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in SYSTEMS if name.startswith(incomplete)]


@click.command(
    name="compare",
    short_help="Compare what a machine costs and meets on other systems.",
    epilog="""\b
Examples:
  asl compare sample_machines/checkout --per-month 1000000
  asl compare order.asl.json --input @small.json --input @large.json --per-month 50,000
  asl compare order.asl.json --system standard --system temporal --explain
  asl compare order.asl.json --prices ours.toml --task-seconds 0.2
  asl compare order.asl.json --json | jq '.systems[] | {name, usd_per_month}'

\b
Exit codes:
  0    it was compared
  2    bad usage, a definition that cannot be run, or a file that cannot be used
  130  interrupted by Ctrl-C
  141  whoever read the output has gone
""",
)
@click.argument("machine", type=click.Path())
@options.inputs_option("An input to run it with; may be repeated, and each then counts the same.")
@click.option(
    "--per-month",
    metavar="N",
    callback=_volume,
    help="Executions in a month.  [default: 1,000,000]",
)
@options.region_option(
    "Whose prices to take for Step Functions, and the region in the run's ARNs; the others' are those "
    "of the US."
)
@click.option(
    "--prices",
    "prices",
    metavar="FILE.toml",
    type=click.Path(),
    help="Figures of your own, which go before those of docs/compare.md.",
)
@click.option(
    "--system",
    "systems",
    metavar="NAME",
    multiple=True,
    callback=_systems,
    shell_complete=_complete,
    help=f"Only this system; may be repeated. One of {', '.join(SYSTEMS)}.",
)
@click.option("--free-tier", is_flag=True, help="Take off what each system gives for nothing.")
@click.option("--explain", is_flag=True, help="Also the formulas with the numbers put in, sources and notes.")
@options.handlers_option
@click.option(
    "--task-seconds",
    metavar="N",
    type=float,
    callback=options.task_seconds,
    help="How long every function works.  [default: 0.4, or shared.task_seconds of --prices]",
)
@options.parameter_option
@options.services_option
@options.s3_root_option
@mock_config_option
@test_case_option
@click.option("--no-quotas", is_flag=True, help="Lift AWS's limits for the run, to judge all of it.")
@options.json_option("Print one JSON object: runs and systems, with counts, charges, limits and sources.")
@options.no_color_option
@click.pass_context
def command(ctx: click.Context, /, machine: str, **chosen: Any) -> None:
    """Run MACHINE and tell what the same work costs and meets on other systems.

    The machine is run as asl run does it, on a clock that jumps. What the run did is put in terms of
    each system: transitions, executions, actions, steps, write units. Told are what one execution
    takes, what a month costs, what is guaranteed, and which limits this machine would meet there.

    Where each price is from, when it was read and what is doubtful: docs/compare.md. A price that no
    source gives is never guessed; give it with --prices.
    """
    figures = _figures(chosen["region"], chosen["prices"])
    is_assumed = chosen["task_seconds"] is None
    if is_assumed:
        chosen["task_seconds"] = float(figures.shared["task_seconds"].number)
    file = machine_file(machine, chosen["parameters"], chosen["region"])
    if options.given(ctx, "parameters"):
        check_parameters(chosen["parameters"], [file])
    parsed = read_machine(ctx, file, "STANDARD")
    made = runs(ctx, file, parsed, chosen)
    offers = _offers(parsed, made, figures, chosen)
    told = Told(
        machine=file.name,
        works=[run.workload for run in made],
        per_month=chosen["per_month"],
        is_default=not options.given(ctx, "per_month"),
        free=chosen["free_tier"],
        task_seconds=chosen["task_seconds"],
        region=chosen["region"],
    )
    Terminal().write_all(_notes(made, quotas=not chosen["no_quotas"]))
    if chosen["as_json"]:
        json_text.write(record(told, made, offers))
        return
    terminal = Terminal("stdout")
    width = terminal.page_width
    terminal.write_all(table.lines(told, offers, width))
    if chosen["explain"]:
        terminal.write_all(explanation.lines(offers, width))


def _figures(region: str, file: str | None) -> Book:
    own = prices_file.read(None)
    found = book(region, lambda name: prices_file.listed(name, own))
    if file is None:
        return found
    try:
        text = Path(file).read_text("utf-8-sig")
    except OSError as error:
        raise Refusal(f"cannot read the prices {file}: {reason(error)}") from None
    except UnicodeDecodeError as error:
        raise Refusal(f"{file} is not UTF-8 text: {error.reason} at byte {error.start}") from None
    try:
        return overridden(found, text, file)
    except InvalidPrices as error:
        raise Refusal(str(error)) from None


def _offers(machine: StateMachine, made: list[Run], figures: Book, chosen: dict[str, Any]) -> list[Offer]:
    return compare(
        [run.workload for run in made],
        chosen["per_month"],
        figures,
        systems=chosen["systems"],
        free=chosen["free_tier"],
        refusals=express_refusals(machine),
    )


def _notes(made: list[Run], *, quotas: bool) -> Iterator[str]:
    """Which runs did not succeed: what they did is compared all the same, up to their end."""
    for number, run in enumerate(made, 1):
        result = run.result
        if result.status == "SUCCEEDED":
            continue
        which = f"the run with input {number}" if len(made) > 1 else "the run"
        why = ": ".join(printable(each) for each in (result.error, result.cause) if each)
        told = f"{result.status} with {why}" if why else result.status
        yield f"note: {which} ended {told}. It is compared up to there."
        if quotas and any(word in why for word in ("DataLimitExceeded", "maximum number of history events")):
            yield "note: --no-quotas lifts the limits of Step Functions, and judges the whole of it."
