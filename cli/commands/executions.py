"""`asl executions`: the executions of a running endpoint, listed, shown, started, stopped, redriven."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import click

from cli import json_text, options
from cli.endpoint import (
    connected,
    endpoint_option,
    examples,
    machine_arn,
    members,
    own_route_if_any,
    pages,
    plain,
    when,
)
from cli.figures import usd
from cli.input import read_input
from cli.terminal import Terminal

STATUSES = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]


_examples = partial(examples, "executions")


@click.group(
    name="executions",
    short_help="List, show, start, stop and redrive executions of a running emulator.",
    epilog=_examples("list", "start hello --input '{}'", "history ARN"),
)
@options.no_color_option
def command() -> None:
    """Talk to an emulator that asl serve runs, or to anything else that speaks its API."""


@command.command(name="list", epilog=_examples("list", "list hello --status FAILED", "list --json"))
@click.argument("machine", required=False)
@click.option("--status", type=click.Choice(STATUSES, case_sensitive=False), help="Only those of a status.")
@endpoint_option
@options.json_option("Print a JSON array, with the members of ListExecutions, and cost where it is known.")
@options.no_color_option
@click.pass_context
def list_(
    ctx: click.Context, /, machine: str | None, status: str | None, endpoint_url: str, as_json: bool
) -> None:
    """List executions with what they cost, newest first: of one MACHINE (a name or an ARN), or of all."""
    with connected(ctx, endpoint_url) as client:
        found = list(_executions(client, machine, status))
    costs = (own_route_if_any(endpoint_url, "/cost/executions") or {}).get("executions", {})
    if as_json:
        json_text.write([{**plain(each), **_json_cost(costs, each)} for each in found])
        return
    for each in found:
        told = f"{when(each['startDate'])}  {each['status']:<15}  {_cost(costs, each):>9}  "
        click.echo(f"{told}{each['executionArn']}")


def _json_cost(costs: dict[str, Any], execution: dict[str, Any]) -> dict[str, Any]:
    known = costs.get(execution["executionArn"])
    return {} if known is None else {"cost": known}


def _cost(costs: dict[str, Any], execution: dict[str, Any]) -> str:
    """What an execution costs, where that is known."""
    amount = costs.get(execution["executionArn"], {}).get("usd")
    return "" if amount is None else usd(amount)


def _executions(client: Any, machine: str | None, status: str | None) -> Iterator[dict[str, Any]]:
    wanted = {} if status is None else {"statusFilter": status}
    if machine is None:
        machines = pages(client, "list_state_machines", "stateMachines")
        arns = [each["stateMachineArn"] for each in machines if each["type"] == "STANDARD"]
    else:
        arns = [machine_arn(client, machine)]
    found = [
        each
        for arn in arns
        for each in pages(client, "list_executions", "executions", stateMachineArn=arn, **wanted)
    ]
    yield from sorted(found, key=lambda each: each["startDate"], reverse=True)


@command.command(name="show", epilog=_examples("show ARN", "show ARN --json | jq -r .output"))
@click.argument("arn")
@endpoint_option
@options.json_option("Print a JSON object, with the members that DescribeExecution gives.")
@options.no_color_option
@click.pass_context
def show(ctx: click.Context, /, arn: str, endpoint_url: str, as_json: bool) -> None:
    """Show one execution: its status, input, output, error and cause."""
    with connected(ctx, endpoint_url) as client:
        _write(client.describe_execution(executionArn=arn), as_json)


@command.command(name="history", epilog=_examples("history ARN", "history ARN --reverse --json"))
@click.argument("arn")
@click.option("--reverse", is_flag=True, help="The last event first.")
@endpoint_option
@options.json_option("Print a JSON array of events, as GetExecutionHistory gives them.")
@options.no_color_option
@click.pass_context
def history(ctx: click.Context, /, arn: str, reverse: bool, endpoint_url: str, as_json: bool) -> None:
    """Show the events of an execution."""
    with connected(ctx, endpoint_url) as client:
        asked = {"executionArn": arn, "reverseOrder": reverse, "maxResults": 1000}
        events = list(pages(client, "get_execution_history", "events", **asked))
    if as_json:
        json_text.write(plain(events))
        return
    for each in events:
        line = f"{each['id']:>6} {each['previousEventId']:>6}  {when(each['timestamp'])}  {each['type']}"
        click.echo(f"{line}  {_about(each)}".rstrip())


def _about(event: dict[str, Any]) -> str:
    """What an event is about: a state's name, a resource, an error."""
    for name, details in event.items():
        if name.endswith("EventDetails"):
            told = (details.get(each) for each in ("name", "error", "resource"))
            return json_text.printable(next((each for each in told if each), ""))
    return ""


@command.command(name="start", epilog=_examples("start hello", "start hello --input @order.json --name o1"))
@click.argument("machine")
@click.option("-i", "--input", "given", metavar="JSON|@FILE|-", help="The input.  [default: {}]")
@click.option("--name", metavar="NAME", help="The execution's name.  [default: a new UUID]")
@endpoint_option
@options.json_option("Print a JSON object: executionArn, startDate.")
@options.no_color_option
@click.pass_context
def start(
    ctx: click.Context, /, machine: str, given: str | None, name: str | None, endpoint_url: str, as_json: bool
) -> None:
    """Start an execution of MACHINE, a name or an ARN; prints its ARN and does not wait for it."""
    text = read_input(given, None).text
    named = {} if name is None else {"name": name}
    with connected(ctx, endpoint_url) as client:
        arn = machine_arn(client, machine)
        answer = client.start_execution(stateMachineArn=arn, input=text, **named)
    if as_json:
        json_text.write(plain(answer))
    else:
        click.echo(answer["executionArn"])


@command.command(name="stop", epilog=_examples("stop ARN", "stop ARN --error Cancelled --cause 'by hand'"))
@click.argument("arn")
@click.option("--error", metavar="TEXT", help="The error that its history tells.")
@click.option("--cause", metavar="TEXT", help="The text with it.")
@endpoint_option
@options.json_option("Print a JSON object: stopDate.")
@options.no_color_option
@click.pass_context
def stop(
    ctx: click.Context, /, arn: str, error: str | None, cause: str | None, endpoint_url: str, as_json: bool
) -> None:
    """Stop an execution."""
    why = {name: text for name, text in (("error", error), ("cause", cause)) if text is not None}
    with connected(ctx, endpoint_url) as client:
        _write(client.stop_execution(executionArn=arn, **why), as_json)


@command.command(name="redrive", epilog=_examples("redrive ARN"))
@click.argument("arn")
@endpoint_option
@options.json_option("Print a JSON object: redriveDate.")
@options.no_color_option
@click.pass_context
def redrive(ctx: click.Context, /, arn: str, endpoint_url: str, as_json: bool) -> None:
    """Take up again an execution that failed, timed out or was stopped, from where that was."""
    with connected(ctx, endpoint_url) as client:
        _write(client.redrive_execution(executionArn=arn), as_json)


def _write(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        json_text.write(plain(answer))
    else:
        Terminal("stdout").write_all(members(answer))
