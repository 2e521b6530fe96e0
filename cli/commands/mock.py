"""`asl mock`: mock configurations, made of executions that were."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from cli import json_text, options
from cli.endpoint import connected, endpoint_option, pages
from cli.history_file import read_events
from cli.json_text import printable
from cli.refusal import Refusal, reason
from cli.terminal import Terminal

EXIT_CODES = """\b
Exit codes:
  0    the mock configuration was printed or written
  1    the endpoint refused: what it says is on standard error
  2    bad usage, nothing answers at the endpoint, or a history that does not tell what tasks answered
"""


@click.group(
    name="mock",
    short_help="Make mock configurations of executions.",
    epilog=f"""\b
Examples:
  asl mock record ARN -o mocks.json
  asl mock record --history history.json --machine order -o mocks.json

{EXIT_CODES}""",
)
@options.no_color_option
def command() -> None:
    """Make mock configurations, by which asl run, asl serve and asl test answer for tasks."""


@command.command(
    name="record",
    short_help="Make a test case of a finished execution.",
    epilog=f"""\b
Examples:
  asl mock record ARN -o mocks.json
  asl mock record ARN --test-case HappyPath | jq .MockedResponses
  asl mock record --history history.json --machine order -o mocks.json
  asl run order.asl.json --mock-config mocks.json --test-case Recorded --input @order.json

{EXIT_CODES}""",
)
@click.argument("arn", metavar="[EXECUTION_ARN]", required=False)
@click.option(
    "--history",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Read the events from FILE: what GetExecutionHistory answered, or the list of its events.",
)
@click.option("--machine", metavar="NAME", help="The machine's name.  [default: as the ARN has it]")
@click.option(
    "--test-case", "case", metavar="NAME", default="Recorded", show_default=True,
    help="What the test case is to be called.",
)  # fmt: skip
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to FILE.  [default: standard output]",
)  # fmt: skip
@endpoint_option
@options.json_option("Changes nothing: what is printed is JSON.")
@options.no_color_option
@click.pass_context
def record(
    ctx: click.Context,
    /,
    arn: str | None,
    history: Path | None,
    machine: str | None,
    case: str,
    output: Path | None,
    endpoint_url: str,
    as_json: bool,
) -> None:
    """Make a mock configuration whose test case answers as the tasks of a finished execution did.

    With the same input the machine then takes the same way to the same end. How long each task took is
    part of it. The execution is named by its EXECUTION_ARN, or its history is in a file.
    """
    from cli.recording import Unrecordable, recorded

    if (arn is None) == (history is None):
        raise click.UsageError("give an EXECUTION_ARN or --history FILE, one of the two")
    events = (
        read_events(history) if arn is None and history is not None else _asked(ctx, str(arn), endpoint_url)
    )
    name = machine or _machine_of(arn)
    try:
        made = recorded(events, name, case)
    except Unrecordable as error:
        raise Refusal(f"this history cannot be recorded: {error}") from None
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        raise Refusal(f"{history or arn} holds no events as GetExecutionHistory gives them") from None
    _write(made, output)


def _machine_of(arn: str | None) -> str:
    if arn is None:
        raise click.UsageError("--history needs --machine NAME: a history does not tell it")
    parts = arn.split(":")
    if len(parts) < 8:
        raise click.UsageError(f"{arn} is no execution's ARN")
    return parts[6]


def _asked(ctx: click.Context, arn: str, url: str) -> list[Mapping[str, Any]]:
    with connected(ctx, url) as client:
        return list(pages(client, "get_execution_history", "events", executionArn=arn, maxResults=1000))


def _write(made: dict[str, Any], output: Path | None) -> None:
    if output is None:
        json_text.write(made)
        return
    try:
        output.write_text(json_text.pretty(made) + "\n", encoding="utf-8")
    except OSError as error:
        raise Refusal(f"cannot write {output}: {reason(error)}") from None
    states = ", ".join(printable(each) for each in made["MockedResponses"]) or "no task"
    Terminal().write(f"{printable(str(output))} answers for {states}")
