"""`asl validate`: tells everything that is wrong with definitions."""

from __future__ import annotations

from typing import Any, Literal

import click

from asl import Diagnostic, validate
from cli import diagnostics, json_text, options
from cli.figures import count
from cli.machine_file import MachineFile, machine_file
from cli.refusal import Refusal
from cli.terminal import Terminal

ERRORS = 1

EXPLAINED = 3
"""Rules that the last line names; who has more to mend has enough with these."""


@click.command(
    name="validate",
    short_help="Tell everything that is wrong with definitions.",
    epilog="""\b
Examples:
  asl validate order.asl.json
  asl validate machines/*.yaml
  asl validate order.asl.json --type express
  asl validate order.asl.json --json | jq -r '.[].message'

\b
Exit codes:
  0    no errors, though maybe warnings
  1    there are errors
  2    bad usage, or a file that cannot be read
""",
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option(
    "--type",
    "kind",
    type=click.Choice(["standard", "express"], case_sensitive=False),
    default="standard",
    show_default=True,
    help="What the machines are to be; Express cannot call everything.",
)
@options.json_option(
    "Print a list of objects: file, severity, code, message, location, line, column, hint, rule."
)
@options.no_color_option
@click.pass_context
def command(ctx: click.Context, /, files: tuple[str, ...], kind: str, as_json: bool) -> None:
    """Tell everything that is wrong with the definitions in FILEs, by AWS's codes.

    A FILE is a definition (.json, .yaml, .yml) or a folder that holds machine.asl.json or
    machine.asl.yaml. What is wrong goes to standard output, one line and maybe a hint for each.
    The code in brackets is that of a rule; asl explain tells more of it.
    """
    machine_type: Literal["STANDARD", "EXPRESS"] = "EXPRESS" if kind == "express" else "STANDARD"
    found: list[tuple[MachineFile, list[Diagnostic]]] = []
    unreadable = False
    for each in files:
        try:
            file = machine_file(each)
        except Refusal as refusal:
            unreadable = True
            refusal.show()
            continue
        found.append((file, validate(file.content, yaml=file.yaml, type=machine_type)))
    if as_json:
        json_text.write([_object(file, each) for file, told in found for each in told])
    else:
        _show(found)
    errors = any(each.severity == "ERROR" for _, told in found for each in told)
    ctx.exit(Refusal.exit_code if unreadable else ERRORS if errors else 0)


def _object(file: MachineFile, diagnostic: Diagnostic) -> dict[str, Any]:
    return {"file": str(file.path), **diagnostic.to_dict()}


def _show(found: list[tuple[MachineFile, list[Diagnostic]]]) -> None:
    terminal = Terminal("stdout")
    for file, told in found:
        terminal.write_all(diagnostics.lines(str(file.path), file.content, told, excerpts=terminal.live))
    diagnosed = [each for _, told in found for each in told]
    severities = [each.severity for each in diagnosed]
    errors, warnings = severities.count("ERROR"), severities.count("WARNING")
    totals = f"{count(len(found), 'file')}: {count(errors, 'error')}, {count(warnings, 'warning')}"
    summary = Terminal()
    summary.write(click.style(totals, fg="red" if errors else "green"))
    rules = list(dict.fromkeys(each.rule for each in diagnosed if each.rule))
    if rules:
        summary.write(f"asl explain {' '.join(rules[:EXPLAINED])} tells more")
