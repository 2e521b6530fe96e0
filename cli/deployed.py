"""What a template has, made at an endpoint or brought up to date there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from cli.refusal import Refusal

if TYPE_CHECKING:
    from emulator.templates import Creation, Machine


def creations(
    path: str, parameters: Mapping[str, str], *, region: str, account: str
) -> tuple[list[Creation], frozenset[str]]:
    """What has to be made of a template, and which parameters it asked for.

    Args:
        path: The template, or a folder with one.
        parameters: What it asks for, by name.
        region: Where.
        account: On whose account.

    Raises:
        Refusal: It cannot be used; the text says what is wrong, and where.
    """
    from emulator.templates import TemplateProblem, load, template_resources

    try:
        template = load(path, parameters, region=region, account=account)
        for line in dict.fromkeys(line for each in template.machines for line in not_made(each)):
            note(line)
        return template_resources(template, account), frozenset(template.used)
    except TemplateProblem as error:
        raise Refusal(str(error)) from None


def not_made(machine: Machine) -> list[str]:
    """What a machine of a template names and nobody makes here, a line each."""
    return [f"{name} ({kind}) is not made" for name, kind in machine.missing.items()]


def note(text: str) -> None:
    """Tells what is worth knowing, on standard error."""
    click.echo(f"note: {text}", err=True)


def deploy(found: list[Creation], client: Callable[[str], Any]) -> None:
    """Makes everything; what is there already, with a database, is brought up to date.

    Other services' resources that are there stay as they are. Where nothing answers for those services,
    a line says what is not made.

    Args:
        found: What to make, in this order.
        client: Gives a client of a service, as boto3 calls it.

    Raises:
        Refusal: The endpoint refuses it, and says why.
    """
    from botocore.exceptions import ClientError

    from emulator.ports import Unreachable

    for each in found:
        try:
            _make(each, client(each.service))
        except Unreachable as error:
            note(f"{each.logical_id} ({each.kind}) is not made: {error}")
        except ClientError as error:
            told = error.response["Error"]
            raise Refusal(f"{each.logical_id} cannot be made: {told['Code']}: {told['Message']}") from None
        except Exception as error:  # botocore's checks, and what moto stumbles over
            why = " ".join(f"{type(error).__name__}: {error}".split())
            raise Refusal(f"{each.logical_id} cannot be made: {why}") from None


def _make(creation: Creation, client: Any) -> None:
    request = dict(creation.request)
    try:
        getattr(client, creation.operation)(**request)
    except client.exceptions.ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "StateMachineAlreadyExists":
            _update_machine(client, request)
        elif code == "ResourceConflictException":
            _update_function(client, request)
        elif not (creation.kind and code in _THERE):
            raise


_THERE = frozenset(
    {
        "BucketAlreadyExists", "BucketAlreadyOwnedByYou", "ParameterAlreadyExists", "QueueAlreadyExists",
        "QueueNameExists", "ResourceAlreadyExistsException", "ResourceExistsException",
        "ResourceInUseException",
    }
)  # fmt: skip
"""What services say of a resource that is there already."""


def _update_machine(client: Any, request: dict[str, Any]) -> None:
    for page in client.get_paginator("list_state_machines").paginate():
        for each in page["stateMachines"]:
            if each["name"] == request["name"]:
                changed = {name: request[name] for name in _CHANGEABLE if name in request}
                client.update_state_machine(stateMachineArn=each["stateMachineArn"], **changed)


_CHANGEABLE = ("definition", "roleArn", "loggingConfiguration", "tracingConfiguration")


def _update_function(client: Any, request: dict[str, Any]) -> None:
    code = request.pop("Code")
    client.update_function_code(FunctionName=request["FunctionName"], **code)
    client.update_function_configuration(**request)
