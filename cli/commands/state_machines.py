"""`asl state-machines`: the state machines of a running endpoint, listed, shown, created."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from cli import json_text, options
from cli.endpoint import connected, endpoint_option, examples, machine_arn, members, pages, plain, when
from cli.machine_file import MachineFile, machine_file
from cli.refusal import Refusal
from cli.terminal import Terminal

ROLE = "arn:aws:iam::123456789012:role/local"
"""A role that nobody has: the emulator asks for none."""


_examples = partial(examples, "state-machines")


@click.group(
    name="state-machines",
    short_help="List, show and create state machines of a running emulator.",
    epilog=_examples("list", "create sample_machines/hello", "show hello"),
)
@options.no_color_option
def command() -> None:
    """Talk to an emulator that asl serve runs, or to anything else that speaks its API."""


@command.command(name="list", epilog=_examples("list", "list --json"))
@endpoint_option
@options.json_option("Print a JSON array, with the members that ListStateMachines gives.")
@options.no_color_option
@click.pass_context
def list_(ctx: click.Context, /, endpoint_url: str, as_json: bool) -> None:
    """List all state machines."""
    with connected(ctx, endpoint_url) as client:
        found = list(pages(client, "list_state_machines", "stateMachines"))
    if as_json:
        json_text.write(plain(found))
        return
    for each in found:
        click.echo(f"{when(each['creationDate'])}  {each['type']:<8}  {each['stateMachineArn']}")


@command.command(name="show", epilog=_examples("show hello", "show hello --json | jq -r .definition"))
@click.argument("machine")
@endpoint_option
@options.json_option("Print a JSON object, with the members that DescribeStateMachine gives.")
@options.no_color_option
@click.pass_context
def show(ctx: click.Context, /, machine: str, endpoint_url: str, as_json: bool) -> None:
    """Show one state machine, by its name or ARN: its definition, role and configuration."""
    with connected(ctx, endpoint_url) as client:
        answer = client.describe_state_machine(stateMachineArn=machine_arn(client, machine))
    if as_json:
        json_text.write(plain(answer))
    else:
        Terminal("stdout").write_all(members(answer))


@command.command(
    name="create", epilog=_examples("create order.asl.json", "create order.asl.yaml --name o --type express")
)
@click.argument("definition", type=click.Path())
@click.option("--name", metavar="NAME", help="What it is called.  [default: after its file or folder]")
@click.option(
    "--type",
    "kind",
    type=click.Choice(["standard", "express"], case_sensitive=False),
    default="standard",
    show_default=True,
    help="What it is to be.",
)
@click.option("--role-arn", metavar="ARN", default=ROLE, show_default=True, help="The role to name.")
@endpoint_option
@options.json_option("Print a JSON object: stateMachineArn, creationDate.")
@options.no_color_option
@click.pass_context
def create(ctx: click.Context, /, definition: str, endpoint_url: str, as_json: bool, **chosen: Any) -> None:
    """Create a state machine from DEFINITION, a file (.json, .yaml, .yml) or a folder; prints its ARN."""
    file = machine_file(definition)
    with connected(ctx, endpoint_url) as client:
        answer = client.create_state_machine(
            name=chosen["name"] or file.name,
            definition=_json_of(file),
            roleArn=chosen["role_arn"],
            type=chosen["kind"].upper(),
        )
    if as_json:
        json_text.write(plain(answer))
    else:
        click.echo(answer["stateMachineArn"])


def _json_of(file: MachineFile) -> str:
    """A definition as the API takes it.

    Raises:
        Refusal: It cannot be read as what its ending says.
    """
    from asl.jsontypes import dumps
    from asl.parser import read_document

    document = read_document(file.content, yaml=file.yaml)
    if document.problems and (file.yaml or document.value is None):
        raise Refusal(f"{file.path}: {document.problems[0].message}")
    return dumps(document.value) if file.yaml else file.content.decode("utf-8-sig")
