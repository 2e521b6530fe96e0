"""`asl tasks`: what executions of a running emulator wait for, and answers to it: approved, failed, alive."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from cli import json_text, options
from cli.endpoint import connected, endpoint_option, examples, own_route
from cli.input import read_input

_examples = partial(examples, "tasks")


@click.group(
    name="tasks",
    short_help="List the tasks that wait for somebody, and answer them by their token.",
    epilog=_examples("list", "succeed TOKEN --output '{\"approved\": true}'", "fail TOKEN --error Declined"),
)
@options.no_color_option
def command() -> None:
    """Answer tasks of the pattern .waitForTaskToken and of activities, of an emulator that asl serve runs."""


@command.command(name="list", epilog=_examples("list", "list --json | jq -r '.[0].taskToken'"))
@endpoint_option
@options.json_option(
    "Print a JSON array: executionArn, stateName, resource, taskToken, input, timesOutAt, awaitsWorker."
)
@options.no_color_option
def list_(endpoint_url: str, as_json: bool) -> None:
    """List the tasks that wait for whoever has their token, or for a worker, the oldest execution first."""
    found = own_route(endpoint_url, "/tasks")["tasks"]
    if as_json:
        json_text.write(found)
        return
    for each in found:
        state = click.style(json_text.printable(each["stateName"]), bold=True)
        click.echo(f"{state}  {each['resource']}  {_limit(each)}")
        click.echo(f"  {each['executionArn']}\n  {each['taskToken']}")


def _limit(task: dict[str, Any]) -> str:
    """Until when a task can be answered. An activity's time begins when a worker takes it."""
    if task["timesOutAt"] is not None:
        return f"until {task['timesOutAt']}"
    return "no limit until a worker takes it" if task["awaitsWorker"] else "no limit"


@command.command(name="succeed", epilog=_examples("succeed TOKEN", "succeed TOKEN --output @answer.json"))
@click.argument("token")
@click.option("-o", "--output", metavar="JSON|@FILE|-", help="The task's result.  [default: {}]")
@endpoint_option
@options.json_option("Print a JSON object, which is empty.")
@options.no_color_option
@click.pass_context
def succeed(ctx: click.Context, /, token: str, output: str | None, endpoint_url: str, as_json: bool) -> None:
    """End a task well (SendTaskSuccess)."""
    text = read_input(output, None, "--output").text
    _send(ctx, endpoint_url, as_json, "send_task_success", taskToken=token, output=text)


@command.command(name="fail", epilog=_examples("fail TOKEN --error Declined --cause 'too expensive'"))
@click.argument("token")
@click.option("--error", metavar="TEXT", help="The error's name, which Retry and Catch see.")
@click.option("--cause", metavar="TEXT", help="The text with it.")
@endpoint_option
@options.json_option("Print a JSON object, which is empty.")
@options.no_color_option
@click.pass_context
def fail(
    ctx: click.Context, /, token: str, error: str | None, cause: str | None, endpoint_url: str, as_json: bool
) -> None:
    """End a task badly (SendTaskFailure)."""
    why = {name: text for name, text in (("error", error), ("cause", cause)) if text is not None}
    _send(ctx, endpoint_url, as_json, "send_task_failure", taskToken=token, **why)


@command.command(name="heartbeat", epilog=_examples("heartbeat TOKEN"))
@click.argument("token")
@endpoint_option
@options.json_option("Print a JSON object, which is empty.")
@options.no_color_option
@click.pass_context
def heartbeat(ctx: click.Context, /, token: str, endpoint_url: str, as_json: bool) -> None:
    """Say that a task is still worked on (SendTaskHeartbeat)."""
    _send(ctx, endpoint_url, as_json, "send_task_heartbeat", taskToken=token)


def _send(ctx: click.Context, url: str, as_json: bool, operation: str, **members: Any) -> None:
    with connected(ctx, url) as client:
        getattr(client, operation)(**members)
    if as_json:
        json_text.write({})
