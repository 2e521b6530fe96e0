"""`asl lint`: what a machine could do cheaper or safer, with figures of sample runs."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from asl import Diagnostic, validate
from asl.advice import Advice, Facts, advise
from asl.advice.twice import Twice
from asl.cost import UnknownRegion
from asl.parser import read_document
from asl.rules import book
from cli import json_text, options
from cli.costs import asked
from cli.costs.advice import advice_on, bill_of
from cli.costs.linted import Linted, lines, said_of, summary
from cli.costs.recorded import samples_of_histories
from cli.costs.running import samples_of_runs
from cli.costs.samples import Kind
from cli.machine import read_machine
from cli.machine_file import MachineFile
from cli.refusal import Refusal
from cli.sample_runs import sample_runs
from cli.terminal import Terminal

FOUND = 1

_OF_SAMPLES = {
    "inputs": "--input",
    "histories": "--history",
    "per_month": "--per-month",
    "twice": "--twice",
    "handlers": "--handlers",
    "mock_config": "--mock-config",
    "test_case": "--test-case",
}
"""Options that mean nothing where no sample is run."""


def _ignored(ctx: click.Context, _: click.Parameter, given: tuple[str, ...]) -> list[str]:
    """The codes that are not to be heard."""
    try:
        return [rule.code for code in given for each in code.split(",") for rule in book.find(each.strip())]
    except book.UnknownCode as error:
        raise click.BadParameter(f"{error} (asl explain lists all)") from None


@click.command(
    name="lint",
    short_help="Advise what a machine could do cheaper or safer.",
    epilog="""\b
Examples:
  asl lint order.asl.json
  asl lint --cost sample_machines/checkout --per-month 1000000
  asl lint --cost order.asl.json --input @small.json --input @large.json
  asl lint --cost order.asl.json --history history.json
  asl lint --cost order.asl.json --ignore ADV107,ADV104
  asl lint --cost order.asl.json --json | jq '.findings[].saving.usd'

\b
Exit codes:
  0    there is nothing to say
  1    there is advice, or a warning
  2    bad usage, a machine, history or file that cannot be used, or a region whose prices are not known
  130  interrupted by Ctrl-C
  141  whoever read the output has gone
""",
)
@click.argument("machine", type=click.Path())
@click.option("--cost", is_flag=True, help="Run the machine with samples, and weigh the advice by them.")
@options.inputs_option("A sample input; may be repeated.")
@asked.sample_histories
@asked.per_month("amounts are those of a million executions, none of them free")
@asked.count_start
@asked.free_tier
@click.option(
    "--ignore",
    metavar="CODE",
    multiple=True,
    callback=_ignored,
    help="A code that is not to be heard, such as ADV107; several with commas, or repeated.",
)
@click.option(
    "--twice",
    is_flag=True,
    help="Run the samples once more, and call the function of each task with a Retry twice with the same "
    "idempotency key. Your code runs twice: what it does outside of this process is done twice.",
)
@asked.of_runs
@options.json_option("Print one JSON object: findings with their figures, per_month, not_told and more.")
@options.no_color_option
@click.pass_context
def command(ctx: click.Context, /, machine: str, **chosen: Any) -> None:
    """Advise what MACHINE could do cheaper or safer on AWS.

    Nothing is wrong with what is advised on; warnings of asl validate are told besides. With --cost the
    machine is run with the sample inputs, as asl cost does it, or histories tell what executions did; and
    the advice says what it would save, or what is risked, in figures. What would save less than a cent in
    a month is not told.
    """
    _check(ctx, chosen)
    file, kind = asked.chosen_machine(ctx, machine, chosen)
    read_machine(ctx, file, kind)  # or else it tells what is wrong
    told = _weighed(ctx, file, kind, chosen) if chosen["cost"] else _unweighed(file, kind, chosen["ignore"])
    if chosen["as_json"]:
        json_text.write(told.to_dict())
    else:
        terminal = Terminal("stdout")
        terminal.write_all(lines(told, excerpts=terminal.live))
        Terminal().write_all(summary(told))
    ctx.exit(FOUND if told.found else 0)


def _check(ctx: click.Context, chosen: dict[str, Any]) -> None:
    if not chosen["cost"]:
        for name, option in _OF_SAMPLES.items():
            if options.given(ctx, name):
                raise click.UsageError(f"{option} needs --cost: without it no sample is looked at")
    elif chosen["inputs"] and chosen["histories"]:
        raise click.UsageError("--input and --history are two sources; give one of them")
    elif chosen["twice"] and chosen["histories"]:
        raise click.UsageError("--twice runs the samples, and a --history is not run; leave one of them out")
    elif chosen["twice"] and "-" in chosen["inputs"]:
        raise click.UsageError("--twice needs each input twice: give a file, --input @FILE, and not -")


def _unweighed(file: MachineFile, kind: Kind, ignore: list[str]) -> Linted:
    """What the definition alone tells."""
    facts = Facts(read_document(file.content, yaml=file.yaml).value, kind)
    advice = advise(facts, file.content, yaml=file.yaml, ignore=ignore)
    return Linted(file, _warnings(file, kind, ignore), _placed(file, advice))


def _weighed(ctx: click.Context, file: MachineFile, kind: Kind, chosen: dict[str, Any]) -> Linted:
    """What samples tell besides."""
    listed = asked.prices_of(chosen["region"], chosen["prices_file"])
    if chosen["histories"]:
        samples = samples_of_histories(ctx, file, kind, chosen["histories"])
    else:
        samples = samples_of_runs(ctx, file, kind, chosen)
    free = listed.free_transitions if chosen["free_tier"] else 0
    bill = bill_of(samples, chosen["per_month"], chosen["count_start"], listed, free)
    twice = _called_twice(ctx, file, kind, chosen) if chosen["twice"] else None
    more = () if twice is None else twice.findings()
    try:
        advice = advice_on(samples, bill, more=more, ignore=chosen["ignore"])
    except UnknownRegion as error:
        raise Refusal(str(error)) from None
    return Linted(
        file,
        _warnings(file, kind, chosen["ignore"]),
        _placed(file, advice),
        bill,
        [(each.label, each.status) for each in samples.each],
        None if twice is None else said_of(twice),
    )


def _called_twice(ctx: click.Context, file: MachineFile, kind: Kind, chosen: dict[str, Any]) -> Twice:
    """What comes of calling functions twice: in runs of their own, which nothing else is told of."""
    twice = Twice(Facts(read_document(file.content, yaml=file.yaml).value, kind))
    seconds = 0.0 if chosen["task_seconds"] is None else chosen["task_seconds"]  # or time limits would strike
    fixed = {**chosen, "task_seconds": seconds}
    for _ in sample_runs(ctx, file, read_machine(ctx, file, kind), kind, fixed, twice=twice):
        pass
    return twice


def _warnings(file: MachineFile, kind: Kind, ignore: list[str]) -> list[Diagnostic]:
    found = file.placed(validate(file.content, yaml=file.yaml, type=kind))
    return [each for each in found if each.rule not in ignore]


def _placed(file: MachineFile, advice: Advice) -> Advice:
    """The advice, with line and column in the file that was named."""
    places = file.placed([each.diagnostic for each in advice.findings])
    placed = [
        msgspec.structs.replace(each, diagnostic=place)
        for each, place in zip(advice.findings, places, strict=True)
    ]
    return msgspec.structs.replace(advice, findings=placed)
