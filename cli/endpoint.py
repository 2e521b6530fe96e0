"""A running endpoint as commands see it: the client, its complaints, and names for ARNs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from cli.refusal import Refusal

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

REFUSED = 1
EXIT_CODES = """\b
Exit codes:
  0    it went well
  1    the endpoint refused: what it says is on standard error
  2    bad usage, or nothing answers at the endpoint
"""


DEFAULT_URL = "http://127.0.0.1:8083"
URL_VARIABLES = ("AWS_ENDPOINT_URL_SFN", "AWS_ENDPOINT_URL")


def url_of(given: str | None) -> str:
    """Where the emulator listens: as it was given, or as a variable says, or where it does by default."""
    found = (os.environ.get(name) for name in URL_VARIABLES)
    return given or next((each for each in found if each), DEFAULT_URL)


def endpoint_option(decorated: Decorated) -> Decorated:
    """The option `--endpoint-url`."""
    option = click.option(
        "--endpoint-url",
        metavar="URL",
        envvar=URL_VARIABLES,
        default=DEFAULT_URL,
        show_default=True,
        help="Where the emulator listens. Also the variables AWS_ENDPOINT_URL_SFN and AWS_ENDPOINT_URL.",
    )
    return option(decorated)


@contextmanager
def connected(ctx: click.Context, url: str) -> Iterator[Any]:
    """A client of an endpoint; its errors end the command.

    Raises:
        Refusal: Nothing answers there.
    """
    from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, HTTPClientError

    from emulator import client

    try:
        yield client(endpoint_url=url)
    except ClientError as error:
        told = error.response["Error"]
        click.echo(f"{told['Code']}: {told['Message']}".rstrip(": "), err=True)
        ctx.exit(REFUSED)
    except (EndpointConnectionError, HTTPClientError):
        raise Refusal(f"nothing answers at {url}; start the emulator there: asl serve") from None
    except (BotoCoreError, ValueError) as error:
        raise Refusal(" ".join(str(error).split())) from None


def own_route_if_any(url: str, path: str) -> Any:
    """What a route of the emulator's own answers; None where it is no emulator of ours that listens."""
    try:
        return own_route(url, path)
    except Refusal:
        return None


def own_route(url: str, path: str) -> Any:
    """What a route of the emulator's own answers, below ``/_emulator``.

    Raises:
        Refusal: Nothing answers there, or it is no emulator of ours.
    """
    import urllib3
    from urllib3.exceptions import HTTPError

    whole = f"{url.rstrip('/')}/_emulator{path}"
    try:
        response = urllib3.request("GET", whole, retries=False, timeout=30.0)
    except HTTPError:
        raise Refusal(f"nothing answers at {url}; start the emulator there: asl serve") from None
    if response.status != 200:
        raise Refusal(f"{whole} answers {response.status}; it is no emulator of asl serve")
    return response.json()


def pages(client: Any, operation: str, member: str, **members: Any) -> Iterator[dict[str, Any]]:
    """The items of a list, page by page: of the operation called so in Python, in the member called so."""
    token: dict[str, str] = {}
    while True:
        answer = getattr(client, operation)(**members, **token)
        yield from answer[member]
        if "nextToken" not in answer:
            return
        token = {"nextToken": answer["nextToken"]}


def machine_arn(client: Any, named: str) -> str:
    """The ARN of a state machine that is named by its ARN or by its name, with a test case behind a ``#``.

    Raises:
        Refusal: None has that name.
    """
    if named.startswith("arn:"):
        return named
    name, mark, case = named.partition("#")  # no name has one
    for each in pages(client, "list_state_machines", "stateMachines"):
        if each["name"] == name:
            return f"{each['stateMachineArn']}{mark}{case}"
    raise Refusal(f"there is no state machine called '{name}'; asl state-machines list shows them all")


def plain(answer: Any) -> Any:
    """An answer of boto3 as JSON: times as ISO 8601 text, without what belongs to the transport."""
    if isinstance(answer, datetime):
        return when(answer)
    if isinstance(answer, dict):
        return {name: plain(each) for name, each in answer.items() if name != "ResponseMetadata"}
    return [plain(each) for each in answer] if isinstance(answer, list) else answer


def when(time: datetime | None) -> str:
    """A time in UTC, to the millisecond; nothing for none."""
    if time is None:
        return ""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def members(answer: dict[str, Any]) -> Iterator[str]:
    """The members of an answer for people, a line each; a text of several lines stands below its name."""
    from asl.jsontypes import dumps
    from cli.json_text import printable

    for name, value in plain(answer).items():
        text = value if isinstance(value, str) else dumps(value)
        if "\n" in text:
            yield click.style(f"{name}:", bold=True)
            yield from (f"  {printable(line)}" for line in text.splitlines())
        else:
            yield f"{click.style(f'{name}:', bold=True)} {printable(text)}"


def examples(command: str, *lines: str) -> str:
    """The end of a command's help: examples of it, and the exit codes that all such commands share."""
    return "\n".join(["\b", "Examples:", *(f"  asl {command} {line}" for line in lines), "", EXIT_CODES])
