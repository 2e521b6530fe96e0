"""`asl graph`: draws a machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from asl import StateMachine
from asl.graph import dot, draw, graph, mermaid
from cli import json_text, options
from cli.machine import read_machine
from cli.machine_file import check_parameters, machine_file
from cli.refusal import Refusal, reason
from cli.terminal import Terminal

FORMATS: dict[str, Callable[[StateMachine], str]] = {"svg": draw, "mmd": mermaid, "dot": dot}
SUFFIXES = {".svg": "svg", ".mmd": "mmd", ".mermaid": "mmd", ".dot": "dot", ".gv": "dot"}
"""What a file's suffix says of its format."""


@click.command(
    name="graph",
    short_help="Draw a machine: SVG, Mermaid or Graphviz.",
    epilog="""\b
Examples:
  asl graph sample_machines/checkout -o checkout.svg
  asl graph order.asl.json -o order.mmd
  asl graph template.yaml#OrderMachine --format dot | dot -Tpng > order.png
  asl graph order.asl.json --json | jq -r '.nodes[].name'

\b
Exit codes:
  0    it was drawn
  2    bad usage, a definition that cannot be run, or a file that cannot be read or written
""",
)
@click.argument("machine", type=click.Path())
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to FILE, whose suffix tells the format: .svg, .mmd or .dot.  [default: standard output]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    help="A picture (svg), or text for Mermaid (mmd) or Graphviz (dot).  "
    "[default: what FILE's suffix says, else svg]",
)
@options.parameter_option
@options.json_option("Print the graph itself as one JSON object: scopes, nodes, edges.")
@options.no_color_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    machine: str,
    output: Path | None,
    form: str | None,
    parameters: dict[str, str],
    as_json: bool,
) -> None:
    """Draw MACHINE: its states, and what leads from one to another.

    MACHINE is a definition, a folder or a template, as in asl run. The states of a Parallel's branches
    and of a Map's ItemProcessor are drawn within its box. Dashed lines lead where errors are caught.

    The picture stands alone: it needs no fonts and no network, and follows the reader's choice of a
    light or a dark page.
    """
    if as_json and (output is not None or form is not None):
        raise click.UsageError("--json prints the graph and draws nothing: leave out -o and --format")
    form = _format(output, form)
    file = machine_file(machine, parameters)
    if options.given(ctx, "parameters"):
        check_parameters(parameters, [file])
    parsed = read_machine(ctx, file, file.kind or "STANDARD")
    if as_json:
        json_text.write(graph(parsed).to_dict())
        return
    _write(FORMATS[form](parsed), output)


def _format(output: Path | None, form: str | None) -> str:
    """The format that is asked for, by its own name or by the file's suffix."""
    told = None if output is None else SUFFIXES.get(output.suffix.lower())
    if output is not None and told is None and form is None:
        raise click.BadParameter(
            f"the suffix of {output} is to tell the format: .svg, .mmd or .dot; or say --format. "
            "For other formats convert an .svg, or give a .dot to Graphviz.",
            param_hint="'-o'",
        )
    if told is not None and form not in (None, told):
        raise click.BadParameter(
            f"the suffix of {output} says {told}, and --format {form}", param_hint="'-o'"
        )
    return form or told or "svg"


def _write(text: str, output: Path | None) -> None:
    if output is None:
        terminal = Terminal("stdout")
        if terminal.live:
            terminal.write_all(text.splitlines())
        else:
            click.echo(text.encode(), nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Refusal(f"cannot write {output}: {reason(error)}") from None
