"""`asl cost`: what a machine's executions cost in a month, by state, as Standard and as Express."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from asl.cost import UnknownRegion
from asl.cost.assumptions import AS_SAMPLED, Assumptions, InvalidAssumption, assumptions
from cli import json_text, options
from cli.costs import asked, table
from cli.costs.drawing import drawing
from cli.costs.estimate import Asked, Estimate, estimate
from cli.costs.page import page
from cli.costs.recorded import sample_of_execution, samples_of_histories
from cli.costs.running import samples_of_runs
from cli.costs.samples import Samples
from cli.endpoint import url_of
from cli.json_text import printable
from cli.refusal import Refusal, reason
from cli.terminal import Terminal

OVER_BUDGET = 1

_BUDGET = re.compile(r"\$?(?P<usd>[0-9]{1,15}(?:\.[0-9]{1,9})?)/month")


def _budget(ctx: click.Context, _: click.Parameter, text: str | None) -> float | None:
    """An amount of US dollars a month."""
    if text is None:
        return None
    match = _BUDGET.fullmatch(text)
    if match is None:
        raise click.BadParameter(f"{text!r} is no budget; it is an amount of US dollars such as 50/month")
    return float(match["usd"])


def _what_if(ctx: click.Context, _: click.Parameter, text: str | None) -> tuple[str | None, Assumptions]:
    try:
        return text, AS_SAMPLED if text is None else assumptions(text)
    except InvalidAssumption as error:
        raise click.BadParameter(str(error)) from None


def _output(ctx: click.Context, _: click.Parameter, path: Path | None) -> Path | None:
    """A file whose name says what it is to be."""
    if path is not None and path.suffix not in (".svg", ".html"):
        raise click.BadParameter(
            f"{path} says not what it is to be: a name that ends with .html or .svg does"
        )
    return path


@click.command(
    name="cost",
    short_help="Tell what a machine's executions cost, by state and in a month.",
    epilog="""\b
Examples:
  asl cost sample_machines/checkout --per-month 1000000
  asl cost order.asl.json --input @small.json --input @large.json --per-month 50,000
  asl cost order.asl.json --task-seconds 0.2 --what-if duration=x2,retries=+10%
  asl cost order.asl.json --per-month 1000000 --budget 50/month
  asl cost order.asl.json --history history.json
  asl cost --execution ARN --per-month 1000000
  asl cost order.asl.json --per-month 1000000 -o cost.html
  asl cost order.asl.json --json | jq .break_even_per_month

\b
Exit codes:
  0    the cost was told, and is within the budget if there is one
  1    it is over the budget, or the endpoint of --execution refused
  2    bad usage, a machine, history or file that cannot be used, or a region whose prices are not known
  130  interrupted by Ctrl-C
  141  whoever read the output has gone
""",
)
@click.argument("machine", type=click.Path(), required=False)
@options.inputs_option("A sample input; may be repeated.")
@asked.sample_histories
@click.option(
    "--execution",
    metavar="ARN",
    help="Instead of a MACHINE: an execution of a running emulator, at --endpoint-url or where asl serve "
    "listens by default.",
)
@asked.per_month("one execution, on top of others")
@asked.count_start
@asked.free_tier
@click.option(
    "--what-if",
    metavar="LIST",
    callback=_what_if,
    help="Assume something else than the samples say, such as duration=x2,retries=+10%: of duration, memory "
    "and retries, each with xN, +N% or -N%.",
)
@click.option(
    "--budget",
    metavar="USD/month",
    callback=_budget,
    help="Exit with 1 if a month costs more, as what the machine is. Needs --per-month.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE.html|FILE.svg",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_output,
    help="Write a page with table, bars and the machine drawn to FILE, or the drawing alone.  "
    "[default: print it]",
)
@asked.of_runs
@options.json_option(
    "Print one JSON object: standard, express, break_even_per_month, forbidden, by_state and more."
)
@options.no_color_option
@click.pass_context
def command(ctx: click.Context, /, machine: str | None, **chosen: Any) -> None:
    """Tell what executions of MACHINE cost on AWS, for Step Functions alone.

    The machine is run with the sample inputs, as asl run does it, on a clock that jumps; or histories tell
    what executions did. With several samples each counts the same: figures are means, and ranges tell how
    far the samples are apart.

    Standard stands beside Express, with the volume from which the other is cheaper, and with what forbids it.
    """
    wanted = _asked(chosen)
    listed = asked.prices_of(chosen["region"], chosen["prices_file"])
    samples = _samples(ctx, machine, chosen)
    try:
        told = estimate(samples, wanted, listed)
    except UnknownRegion as error:
        raise Refusal(str(error)) from None
    if wanted.budget is not None and samples.all_failed:
        raise Refusal(f"nothing can be said of the budget, for no sample succeeded: {samples.notes[0]}")
    if chosen["output"] is not None:
        _draw(told, chosen["output"])
    if chosen["as_json"]:
        json_text.write(told.to_dict())
    elif chosen["output"] is None:
        terminal = Terminal("stdout")
        terminal.write_all(table.lines(told, terminal.page_width))
    ctx.exit(OVER_BUDGET if told.over_budget else 0)


def _samples(ctx: click.Context, machine: str | None, chosen: dict[str, Any]) -> Samples:
    """What is known of the machine's executions: by one of its three sources."""
    arn, histories, inputs = chosen["execution"], chosen["histories"], chosen["inputs"]
    if sum(map(bool, (arn, histories, inputs))) > 1:
        raise click.UsageError("--input, --history and --execution are three sources; give one of them")
    if arn is not None:
        if machine is not None:
            raise click.UsageError("--execution knows its own machine; leave MACHINE out")
        return sample_of_execution(ctx, arn, url_of(chosen["endpoint_url"]))
    if machine is None:
        raise click.UsageError("Missing argument 'MACHINE': a definition, a template, or a folder with one.")
    file, kind = asked.chosen_machine(ctx, machine, chosen)
    if histories:
        return samples_of_histories(ctx, file, kind, histories)
    return samples_of_runs(ctx, file, kind, chosen)


def _draw(told: Estimate, path: Path) -> None:
    """Writes the report as a page, or the drawing alone."""
    drawn = drawing(told)
    terminal = Terminal()
    try:
        path.write_text(drawn if path.suffix == ".svg" else page(told, drawn), encoding="utf-8")
    except OSError as error:
        raise Refusal(f"cannot write {path}: {reason(error)}") from None
    terminal.write(f"{printable(str(path))} is written")
    if told.asked.budget is not None:
        terminal.write(table.budget(told))


def _asked(chosen: dict[str, Any]) -> Asked:
    what_if, assumed = chosen["what_if"]
    wanted = Asked(
        chosen["per_month"], chosen["count_start"], chosen["free_tier"], what_if, assumed, chosen["budget"]
    )
    if wanted.budget is not None and wanted.per_month is None:
        raise click.UsageError("--budget needs --per-month N: how many executions a month it is to pay")
    return wanted
