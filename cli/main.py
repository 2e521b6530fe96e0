"""The command `asl`: finds the subcommand that is asked for, and imports nothing but that."""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from typing import IO, Any

import click

from cli.options import no_color_option
from cli.project import defaults

INTERRUPTED = 130
BROKEN_PIPE = 141
"""As a shell reports programs that SIGINT and SIGPIPE end."""

UNWRITTEN = 2
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What a disk says that takes no more."""

COMMANDS = {
    "compare": "cli.commands.compare",
    "completion": "cli.commands.completion",
    "cost": "cli.commands.cost",
    "executions": "cli.commands.executions",
    "explain": "cli.commands.explain",
    "graph": "cli.commands.graph",
    "lint": "cli.commands.lint",
    "mock": "cli.commands.mock",
    "prices": "cli.commands.prices",
    "run": "cli.commands.run",
    "schema": "cli.commands.schema",
    "serve": "cli.commands.serve",
    "state-machines": "cli.commands.state_machines",
    "tasks": "cli.commands.tasks",
    "test": "cli.commands.test",
    "validate": "cli.commands.validate",
}
"""Where each command is; the module calls it `command`."""


class Commands(click.Group):
    """The commands by name, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, as the help lists them."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, or None."""
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[name]).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for, with what the project sets for it as its defaults."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and command is not None:
            ctx.default_map = {name: defaults(name, command)}
        return name, command, rest

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; Ctrl-C and a reader that has gone end it without a traceback."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nInterrupted", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            _discard(sys.stdout)
            _discard(sys.stderr)
            ctx.exit(BROKEN_PIPE)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            _discard(sys.stdout)
            click.echo(f"Error: the output cannot be written: {error.strerror}", err=True)
            ctx.exit(UNWRITTEN)


def _discard(stream: IO[str]) -> None:
    """Leads what a stream still holds to nowhere, or Python would complain of it as it exits."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        click.echo(f"asl {version('asl-emulator')}")
    except PackageNotFoundError:
        click.echo("asl, from a source tree that is not installed")
    ctx.exit()


@click.command(
    cls=Commands,
    name="asl",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Exit codes:
  0    it went well
  1    the execution failed (run), there are errors (validate) or advice (lint), or an endpoint refused
  2    bad usage, a definition that cannot be run, or a file that cannot be read
  130  interrupted by Ctrl-C
  141  whoever read the output has gone
""",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version,
    help="Show the version and exit.",
)  # fmt: skip
@no_color_option
def main() -> None:
    """Run, check and serve Amazon States Language machines on this computer, exactly as AWS does.

    A run takes no real time: waits, retries and time limits pass on a clock that jumps from one
    event to the next. Nothing is sent to AWS.
    """


if __name__ == "__main__":
    main(prog_name="asl")
