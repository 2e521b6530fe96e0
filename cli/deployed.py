"""A template's functions, activities and state machines, made at an endpoint or brought up to date there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cli.refusal import Refusal

if TYPE_CHECKING:
    from emulator.templates import Creation


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
        return template_resources(template, account), frozenset(template.used)
    except TemplateProblem as error:
        raise Refusal(str(error)) from None


def deploy(found: list[Creation], client: Callable[[str], Any]) -> None:
    """Makes everything; what is there already, with a database, is brought up to date.

    Args:
        found: What to make, in this order.
        client: Gives a client of a service, as boto3 calls it.

    Raises:
        Refusal: The endpoint refuses it, and says why.
    """
    from botocore.exceptions import ClientError

    for each in found:
        made = client(each.service)
        try:
            _make(each, made)
        except ClientError as error:
            told = error.response["Error"]
            raise Refusal(f"{each.logical_id} cannot be made: {told['Code']}: {told['Message']}") from None


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
        else:
            raise


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
