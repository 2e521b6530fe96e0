"""`asl schema`: the JSON Schema of the Amazon States Language, for editors."""

from __future__ import annotations

from pathlib import Path

import click

from asl.schema import schema
from cli import json_text, options
from cli.refusal import Refusal, reason


@click.command(
    name="schema",
    short_help="Print a JSON Schema of the language, for editors.",
    epilog="""\b
Examples:
  asl schema -o asl.schema.json
  asl schema | jq '."$defs" | keys'

\b
Exit codes:
  0    the schema was printed or written
  2    bad usage, or a file that cannot be written
""",
)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to FILE.  [default: standard output]",
)  # fmt: skip
@options.json_option("Changes nothing: what is printed is JSON.")
@options.no_color_option
def command(output: Path | None, as_json: bool) -> None:
    """Print a JSON Schema (draft 2020-12) of definitions, by which editors complete and check them.

    It is made of the declarations that asl itself reads definitions by. What it cannot tell, such
    as whether a target exists, asl validate does.
    """
    if output is None:
        json_text.write(schema())
        return
    try:
        output.write_text(json_text.pretty(schema()) + "\n", encoding="utf-8")
    except OSError as error:
        raise Refusal(f"cannot write {output}: {reason(error)}") from None
