"""`asl validate`: tells everything that is wrong with definitions."""

from __future__ import annotations

from typing import Any, Literal

import click

from asl import Diagnostic, validate
from cli import diagnostics, json_text, options
from cli.figures import count
from cli.machine_file import MachineFile, check_parameters, machine_files
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
  asl validate template.yaml --parameter Stage=test
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
    help="What the machines are to be; Express cannot call everything.  "
    "[default: what their templates say, else standard]",
)
@options.parameter_option
@options.json_option(
    "Print a list of objects: file, severity, code, message, location, line, column, hint, rule."
)
@options.no_color_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    files: tuple[str, ...],
    kind: Literal["standard", "express"] | None,
    parameters: dict[str, str],
    as_json: bool,
) -> None:
    """Tell everything that is wrong with the definitions in FILEs, by AWS's codes.

    A FILE is a definition (.json, .yaml, .yml) or a folder that holds machine.asl.json or
    machine.asl.yaml. It can also be a template, as in asl run; all its machines are then looked at,
    or the one that is named behind a #.

    What is wrong goes to standard output, one line and maybe a hint for each. The code in brackets
    is that of a rule; asl explain tells more of it.
    """
    found: list[tuple[MachineFile, list[Diagnostic]]] = []
    unusable: list[str] = []
    for each in files:
        try:
            found += [(file, _told(file, kind)) for file in machine_files(each, parameters)]
        except Refusal as refusal:
            unusable.append(each)
            refusal.show()
    if not unusable:
        check_parameters(parameters, [file for file, _ in found])
    if as_json:
        json_text.write([_object(file, each) for file, told in found for each in told])
    else:
        _show(found, len(unusable))
    errors = any(each.severity == "ERROR" for _, told in found for each in told)
    ctx.exit(Refusal.exit_code if unusable else ERRORS if errors else 0)


def _told(file: MachineFile, kind: Literal["standard", "express"] | None) -> list[Diagnostic]:
    """What is wrong with a definition; of a template also what is left open in it."""
    machine_type: Literal["STANDARD", "EXPRESS"] = file.kind or "STANDARD"
    if kind is not None:
        machine_type = "EXPRESS" if kind == "express" else "STANDARD"
    found = file.placed(validate(file.content, yaml=file.yaml, type=machine_type))
    problems = file.machine.problems if file.machine is not None else ()
    return found + [
        Diagnostic("WARNING", "TEMPLATE", each.message, each.property, each.place.line, each.place.column)
        for each in problems
    ]


def _object(file: MachineFile, diagnostic: Diagnostic) -> dict[str, Any]:
    return {"file": str(file.path), **diagnostic.to_dict()}


def _show(found: list[tuple[MachineFile, list[Diagnostic]]], unusable: int) -> None:
    terminal = Terminal("stdout")
    for file, told in found:
        terminal.write_all(diagnostics.lines(str(file.path), file.source, told, excerpts=terminal.live))
    diagnosed = [each for _, told in found for each in told]
    severities = [each.severity for each in diagnosed]
    errors, warnings = severities.count("ERROR"), severities.count("WARNING")
    totals = f"{_counted(found)}: {count(errors, 'error')}, {count(warnings, 'warning')}" if found else ""
    refused = f"{count(unusable, 'file')} cannot be used" if unusable else ""
    summary = Terminal()
    line = "; ".join(filter(None, (totals, refused)))
    summary.write(click.style(line, fg="red" if errors or unusable else "green"))
    rules = list(dict.fromkeys(each.rule for each in diagnosed if each.rule))
    if rules:
        summary.write(f"asl explain {' '.join(rules[:EXPLAINED])} tells more")


def _counted(found: list[tuple[MachineFile, list[Diagnostic]]]) -> str:
    """How many files, and how many machines where a template holds several."""
    files = len({file.path for file, _ in found})
    machines = "" if files == len(found) else f", {count(len(found), 'machine')}"
    return count(files, "file") + machines
