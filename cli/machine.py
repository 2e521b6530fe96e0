"""The state machine in a file, or what is wrong with it."""

from __future__ import annotations

from typing import Literal

import click

from asl import InvalidDefinition, StateMachine, parse
from cli import diagnostics
from cli.machine_file import MachineFile
from cli.refusal import Refusal
from cli.terminal import Terminal


def read_machine(ctx: click.Context, file: MachineFile, kind: Literal["STANDARD", "EXPRESS"]) -> StateMachine:
    """The machine in a file; where there is none, its diagnostics are printed and the command ends.

    Args:
        ctx: The command.
        file: The file.
        kind: What the machine is to be.
    """
    try:
        return parse(file.content, yaml=file.yaml, type=kind)
    except InvalidDefinition as error:
        terminal = Terminal()
        placed = file.placed(error.diagnostics)
        terminal.write_all(diagnostics.lines(str(file.path), file.source, placed, excerpts=terminal.live))
        ctx.exit(Refusal.exit_code)
