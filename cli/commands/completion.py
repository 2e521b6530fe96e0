"""`asl completion`: the script that lets a shell complete the command's words."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from cli import options

VARIABLE = "_ASL_COMPLETE"
"""What the script sets to ask the command for completions; click derives it from the name `asl`."""

SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command(
    name="completion",
    short_help="Print a shell's completion script.",
    epilog="""\b
Examples:
  eval "$(asl completion bash)"                              in ~/.bashrc
  eval "$(asl completion zsh)"                               in ~/.zshrc
  asl completion fish > ~/.config/fish/completions/asl.fish

\b
Exit codes:
  0    the script was printed
  2    bad usage
""",
)
@click.argument("shell", type=click.Choice(list(SHELLS)))
@options.json_option("Print a JSON object: shell, script.")
@options.no_color_option
@click.pass_context
def command(ctx: click.Context, /, shell: str, as_json: bool) -> None:
    """Print the script that completes commands, options and files in SHELL."""
    # Not `source` as the class has it, which starts a bash only to ask for its version.
    script = ShellComplete.source(SHELLS[shell](ctx.find_root().command, {}, "asl", VARIABLE))
    if as_json:
        from cli import json_text

        json_text.write({"shell": shell, "script": script})
    else:
        click.echo(script)
