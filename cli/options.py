"""Options that commands share, and the checks of those that have rules of their own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from time import time
from typing import Any, TypeVar
from uuid import uuid4

import click

from cli.machine_file import NAME_LENGTH, NOT_IN_NAMES

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

ACCOUNT_DIGITS = 12

_VOLUME = re.compile(r"[0-9]{1,3}(?:[,_][0-9]{3})+|[0-9]+")

_REGION = re.compile(r"[a-z]{2,8}(-[a-z]{2,20}){1,3}-[0-9]{1,2}")

LAST_YEAR = 9000
"""A later start could let waits lead past what a date can say."""


def json_option(help: str) -> Callable[[Decorated], Decorated]:
    """The flag `--json`, passed on as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help=help)


def no_color_option(decorated: Decorated) -> Decorated:
    """The flag `--no-color`; also reads NO_COLOR (no-color.org) and knows terminals without colour."""
    option = click.option(
        "--no-color", is_flag=True, is_eager=True, expose_value=False, callback=_decide_color,
        help="Use no colour, even on a terminal. So does the variable NO_COLOR.",
    )  # fmt: skip
    return option(decorated)


def _decide_color(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        ctx.color = False


def given(ctx: click.Context, parameter: str) -> bool:
    """Whether a parameter stands on the command line: not in a variable, nor in the project's file."""
    return ctx.get_parameter_source(parameter) is click.core.ParameterSource.COMMANDLINE


def region(ctx: click.Context, _: click.Parameter, name: str) -> str:
    """A name that a region of AWS can have. New ones are opened: whether there is one is not asked."""
    if not _REGION.fullmatch(name):
        raise click.BadParameter(f"{name!r} is not the name of a region, such as us-east-1")
    return name


def region_option(help: str) -> Callable[[Decorated], Decorated]:
    """The option `--region` of commands that run machines."""
    from asl.defaults import REGION

    return click.option(
        "--region", metavar="REGION", default=REGION, show_default=True, callback=region, help=help
    )


def inputs_option(help: str) -> Callable[[Decorated], Decorated]:
    """The option `--input` of commands that run a machine with several, passed on as ``inputs``."""
    return click.option(
        "-i",
        "--input",
        "inputs",
        metavar="JSON|@FILE|-",
        multiple=True,
        help=f"{help}  [default: the folder's input.json, else {{}}]",
    )


def handlers_option(decorated: Decorated) -> Decorated:
    """The option `--handlers` of commands that run machines."""
    option = click.option(
        "-H",
        "--handlers",
        metavar="FILE.py|MODULE",
        multiple=True,
        type=click.Path(),
        help="Functions for tasks to call; may be repeated.  [default: the folder's handlers.py]",
    )
    return option(decorated)


def type_option(help: str) -> Callable[[Decorated], Decorated]:
    """The option `--type`, passed on as ``kind``: standard, express, or None."""
    return click.option(
        "--type", "kind", type=click.Choice(["standard", "express"], case_sensitive=False), help=help
    )


def seed_option(help: str) -> Callable[[Decorated], Decorated]:
    """The option `--seed` of commands that run machines."""
    return click.option("--seed", metavar="TEXT", help=help)


def volume(ctx: click.Context, _: click.Parameter, text: str | None) -> int | None:
    """A number of executions a month, or None where none is given."""
    from asl.cost.month import MOST_EXECUTIONS

    if text is None:
        return None
    if not text.strip():
        raise click.BadParameter("it names no number of executions; give one, such as 1000000")
    if text.startswith("-"):
        raise click.BadParameter(
            f"{text[:30]} executions a month there cannot be; give a number such as 1000000"
        )
    if not _VOLUME.fullmatch(text):
        raise click.BadParameter(
            f"{text[:30]!r} is not a whole number of executions, such as 1000000 or 1,000,000"
        )
    digits = text.replace(",", "").replace("_", "").lstrip("0") or "0"
    if len(digits) > len(str(MOST_EXECUTIONS)) or int(digits) > MOST_EXECUTIONS:
        raise click.BadParameter(f"{text[:30]} is more than {MOST_EXECUTIONS:,}; nobody starts so many")
    return int(digits)


def account(ctx: click.Context, _: click.Parameter, text: str) -> str:
    """An account's id."""
    if len(text) != ACCOUNT_DIGITS or not (text.isascii() and text.isdigit()):
        raise click.BadParameter(f"an account's id has {ACCOUNT_DIGITS} digits")
    return text


def execution_name(ctx: click.Context, _: click.Parameter, name: str | None) -> str:
    """The name that was given, if AWS would take it; else a new UUID."""
    if name is None:
        return str(uuid4())
    if not 0 < len(name) <= NAME_LENGTH or NOT_IN_NAMES.search(name):
        raise click.BadParameter(
            f'AWS takes 1 to {NAME_LENGTH} characters, and neither blanks nor <>{{}}[]?*"#%\\^|~`$&,;:/'
        )
    return name


def start_time(ctx: click.Context, _: click.Parameter, text: str | None) -> float:
    """An ISO 8601 time in seconds since the epoch, UTC where it names no zone; by default now."""
    if text is None:
        return time()
    try:
        return instant(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def instant(text: str) -> float:
    """An ISO 8601 time in seconds since the epoch, UTC where it names no zone.

    Raises:
        ValueError: It is none, or in a year that no run can be in; the text says so.
    """
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an ISO 8601 time, such as 2026-01-31T12:00:00Z") from None
    if not 1970 < start.year <= LAST_YEAR:
        raise ValueError(f"the year is to be from 1971 to {LAST_YEAR}")
    return start.replace(tzinfo=start.tzinfo or UTC).timestamp()


def task_seconds(ctx: click.Context, _: click.Parameter, seconds: float | None) -> float | None:
    """A duration that tasks can have; not NaN either, which passes click's own ranges."""
    from asl.spec.quotas import SECONDS_MAX

    if seconds is not None and not 0 <= seconds <= SECONDS_MAX:
        raise click.BadParameter(f"{seconds} is not a number from 0 to {SECONDS_MAX:,}")
    return seconds


def task_seconds_option(decorated: Decorated) -> Decorated:
    """The option `--task-seconds` of commands that run machines."""
    option = click.option(
        "--task-seconds",
        metavar="N",
        type=float,
        callback=task_seconds,
        help="How long every task takes on the virtual clock.  [default: as long as the call took]",
    )
    return option(decorated)


def no_quotas_option(decorated: Decorated) -> Decorated:
    """The flag `--no-quotas` of commands that run machines."""
    option = click.option(
        "--no-quotas", is_flag=True, help="Lift AWS's limits on payloads, history and duration."
    )
    return option(decorated)


def s3_root_option(decorated: Decorated) -> Decorated:
    """The option `--s3-root` of commands that run Map Runs."""
    option = click.option(
        "--s3-root",
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False),
        help="The folder whose folders are the buckets that distributed Maps read and write.  "
        "[default: S3, as tasks reach it]",
    )
    return option(decorated)


def services_option(decorated: Decorated) -> Decorated:
    """The option `--endpoint-url` of commands that run tasks."""
    option = click.option(
        "--endpoint-url",
        metavar="URL",
        help="Where tasks reach AWS services. Also the variables LAMBDA_ENDPOINT, SQS_ENDPOINT and so on, "
        "one for each.  [default: in this process, by moto]",
    )
    return option(decorated)


def endpoints(every: str | None) -> dict[str, str]:
    """Where tasks reach services: the URL given, and those of the environment.

    Raises:
        BadParameter: One of them is no URL.
    """
    if every is None and not any(name.endswith("_ENDPOINT") for name in os.environ):
        return {}  # and nothing is imported for it
    from urllib.parse import urlsplit

    from emulator.settings import endpoints_of

    found = endpoints_of(os.environ, every)
    for service, url in found.items():
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            what = f"the endpoint of {service}" if service else "--endpoint-url"
            raise click.BadParameter(f"{what} is to be a URL such as http://127.0.0.1:4566, not {url!r}")
    return found


def parameter_option(decorated: Decorated) -> Decorated:
    """The option `--parameter`, passed on as ``parameters``: a dict."""
    option = click.option(
        "--parameter", "parameters", metavar="NAME=VALUE", multiple=True, callback=_parameters,
        help="What a template asks for and only AWS or whoever deploys it knows; may be repeated.",
    )  # fmt: skip
    return option(decorated)


def _parameters(ctx: click.Context, _: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Parameters by name. A name may hold a colon, but no equals sign."""
    found = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{each!r} is not of the form NAME=VALUE")
        found[name] = value
    return found
