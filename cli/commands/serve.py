"""`asl serve`: AWS Step Functions on a port of this machine, for boto3, the SDKs and the AWS command line."""

from __future__ import annotations

import asyncio
import errno
import sys
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from asl.defaults import ACCOUNT, REGION
from cli import options, prices_file
from cli.deployed import creations, deploy
from cli.handlers_file import load_with_setups
from cli.mocks import mock_config_option
from cli.refusal import Refusal, reason
from cli.services import prepare

if TYPE_CHECKING:
    from socket import socket

    from emulator.settings import Settings
    from emulator.templates import Creation


@click.command(
    name="serve",
    short_help="Serve AWS Step Functions on a port.",
    epilog="""\b
Examples:
  asl serve
  asl serve --handlers handlers.py --clock x60
  asl serve --port 0 --json
  asl serve --mock-config mocks.json
  asl serve --template template.yaml
  asl serve --host 0.0.0.0 --allow-host stepfunctions

\b
Exit codes:
  0    it was told to end, by Ctrl-C or SIGTERM
  2    bad usage, a port that is taken, or a file that cannot be read
""",
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on. Whoever reaches it can do everything: there are no passwords.",
)
@click.option(
    "--port",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    default=8083,
    show_default=True,
    help="The port; 0 for any that is free.",
)
@click.option(
    "--db",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Keep executions in FILE.  [default: in memory]",
)
@click.option(
    "--durability",
    type=click.Choice(["full", "process"]),
    default="full",
    show_default=True,
    help="What --db survives: a power failure, or only the end of the process, and faster.",
)
@click.option(
    "--clock",
    metavar="real|virtual|xN",
    default="real",
    show_default=True,
    help="The clock of executions: this machine's, one that jumps to what happens next, or N times as fast.",
)
@click.option(
    "--account", metavar="ID", default=ACCOUNT, show_default=True, callback=options.account,
    help="The account of callers whose access key is not an account's id itself.",
)  # fmt: skip
@click.option(
    "--region", metavar="REGION", default=REGION, show_default=True, callback=options.region,
    help="The region of callers who name none.",
)  # fmt: skip
@click.option(
    "-H",
    "--handlers",
    metavar="FILE.py|MODULE",
    multiple=True,
    type=click.Path(),
    help="Functions for tasks to call; may be repeated.",
)
@click.option(
    "--template",
    metavar="FILE|FOLDER",
    type=click.Path(),
    help="Make what a template has before the server is ready: machines, functions, tables, queues.",
)
@options.parameter_option
@click.option(
    "--threads",
    "pool",
    metavar="N",
    type=click.IntRange(1, 10_000),
    default=32,
    show_default=True,
    help="How many functions may run at a time.",
)
@mock_config_option
@prices_file.prices_option
@options.services_option
@options.s3_root_option
@click.option(
    "--allow-host",
    "hosts",
    metavar="NAME",
    multiple=True,
    help="A name that requests may be addressed to, beside this machine's own; may be repeated.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the log is written, on standard error.",
)
@options.json_option("Say that it is ready in one JSON object on one line: url, environment, database.")
@options.no_color_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    handlers: tuple[str, ...],
    template: str | None,
    parameters: dict[str, str],
    log_format: Any,
    as_json: bool,
    endpoint_url: str | None,
    **chosen: Any,
) -> None:
    """Serve AWS Step Functions on this computer until Ctrl-C.

    As soon as it is ready it says on standard output where it listens, and which environment
    variables lead boto3, the SDKs and the AWS command line there. The log goes to standard error.

    Tasks call the functions of --handlers, as in asl run. Other AWS services are answered on the
    same port by moto, if it is installed: pip install 'asl-emulator[aws]'. --endpoint-url, or one of
    the variables LAMBDA_ENDPOINT, SQS_ENDPOINT and so on, sends tasks elsewhere. The function SETUP
    of a handlers file makes resources before the server is ready.

    Executions are kept in memory unless --db names a file. What is served beside the API, such as
    health, metrics and the clock, is below /_emulator; /_emulator/docs lists it.
    """
    own_prices = prices_file.read(chosen.pop("prices_file"))
    functions, setups = load_with_setups(handlers)
    unused = parameters if options.given(ctx, "parameters") else {}
    deployed = _deployed(template, parameters, unused, chosen["region"], chosen["account"])
    from emulator import Emulator, Settings
    from emulator.api.server import serve, url_of
    from emulator.log import configure
    from emulator.store.database import DatabaseRefused

    endpoints = options.endpoints(endpoint_url)
    settings = Settings(database=chosen.pop("db"), endpoints=endpoints, **chosen)
    listener = _listener(settings)
    try:
        emulator = Emulator(settings, handlers=functions)
    except (ValueError, DatabaseRefused) as error:
        listener.close()
        raise Refusal(str(error)) from None
    emulator.price_of = partial(prices_file.listed, own=own_prices)
    configure(log_format, sys.stderr)
    url = url_of(listener)
    out = sys.stdout

    def client(service: str) -> Any:
        return emulator.backends.client(service, settings.region, settings.account)

    def make_resources() -> None:
        prepare(setups, client)
        if deployed:
            deploy(deployed, client)

    # What handlers print is no answer of ours: standard output holds the ready lines alone.
    with redirect_stdout(sys.stderr):
        ready = partial(_say_ready, out, url, settings, as_json)
        asyncio.run(serve(emulator, listener, ready, make_resources))


def _deployed(
    template: str | None, parameters: dict[str, str], given: dict[str, str], region: str, account: str
) -> list[Creation]:
    """What is to be made of a template; parameters given for this call have to be of use."""
    if template is None:
        if given:
            raise Refusal("--parameter is for a --template, and there is none")
        return []
    found, used = creations(template, parameters, region=region, account=account)
    for each in given:
        if each not in used:
            raise Refusal(f"--parameter {each}: the template does not ask for it")
    return found


def _listener(settings: Settings) -> socket:
    from emulator.api.server import listening

    place = f"{settings.host}:{settings.port}"
    try:
        return listening(settings.host, settings.port)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "the port is in use; choose another with --port, 0 for any" if taken else reason(error)
        raise Refusal(f"cannot listen on {place}: {why}") from None


def _environment(url: str, settings: Settings) -> dict[str, str]:
    """What leads AWS's programs to the emulator. The credentials are none."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }


def _say_ready(out: TextIO, url: str, settings: Settings, as_json: bool) -> None:
    from asl.jsontypes import dumps
    from emulator.api.server import is_public

    environment = _environment(url, settings)
    if as_json:
        click.echo(dumps({"url": url, "environment": environment, "database": settings.database}), out)
    else:
        click.echo(f"Step Functions listens on {url}\n", out)
        for name, value in environment.items():
            click.echo(f"export {name}={value}", out)
        click.echo(f"\n{_kept(settings)}", out)
    out.flush()
    if settings.mock_config is not None and not Path(settings.mock_config).exists():
        click.echo(f"note: {settings.mock_config} is not there yet", err=True)
    if is_public(settings.host):
        click.echo(f"Whoever reaches {settings.host} can use it: there are no passwords.", err=True)


def _kept(settings: Settings) -> str:
    if settings.database is not None:
        return f"Executions are kept in {settings.database}."
    return "Executions are kept in memory and end with this process; asl serve --db FILE keeps them."
