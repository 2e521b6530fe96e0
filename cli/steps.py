"""The steps of a run as lines: an observer that tells each event worth telling as it happens."""

from __future__ import annotations

from typing import Any

import click

from asl import StateMachine
from asl.history import Event
from asl.interpreter.map_run import Counts
from asl.jsontypes import JSON
from asl.signals import StartMapRun
from cli.events import TELLERS, Seen, Trouble
from cli.figures import duration, offset
from cli.folding import Folding
from cli.json_text import preview, printable
from cli.map_runs import MapRunProgress
from cli.progress import Bars
from cli.terminal import Terminal

TIME_WIDTH = 13
NAME_WIDTH = (12, 34)
"""The narrowest and the widest column of names."""


class Steps:
    """Writes a line for each step of a run (an observer for `asl.simulate`).

    Args:
        machine: What runs.
        name: What it is called.
        terminal: Where to write.
    """

    def __init__(self, machine: StateMachine, name: str, terminal: Terminal) -> None:
        self.states: dict[str, Any] = machine.states
        self.name = name
        self.terminal = terminal
        self.folding = Folding()
        self.bars = Bars(terminal)
        self.start = 0
        # By thread path:
        self.entered: dict[str, int] = {}
        self.called: dict[str, int] = {}
        self.troubles: dict[str, Trouble] = {}
        self.items: dict[str, int] = {}
        self.done: dict[str, int] = {}
        self.map_runs: dict[str, MapRunProgress] = {}
        nested = 6 if any(state.kind in ("Map", "Parallel") for state in self.states.values()) else 0
        longest = max(len(name) for name in (*self.states, self.name))
        self._names = min(max(longest + nested, NAME_WIDTH[0]), NAME_WIDTH[1])

    def __call__(self, number: int, event: Event) -> None:
        """Tells an event."""
        tell = TELLERS.get(event[0].name)
        if tell is not None:
            tell(self, Seen._make(event))

    def map_run(self, command: StartMapRun, counts: Counts, known: bool) -> None:
        """Is told that an execution of a Map Run has ended; draws how far that is."""
        path = command.id[: command.id.rfind("/") + 1]
        run = self.map_runs[path]
        run.note(counts, known=known)
        if self.bars.is_due(path) and not self.folding.hides(path):
            total = counts.total if known else None
            self.bars.show(path, printable(command.state), run.done, total, run.far)

    def close(self) -> None:
        """Takes away what is drawn over while the run lasts."""
        self.bars.close()

    def line(self, seen: Seen, text: str, data: JSON = ..., **style: Any) -> None:
        """Writes what happened in a thread, and as much of the data as fits on the line."""
        if self.folding.hides(seen.path):
            return
        depth = seen.path.count("/")
        time = f"{offset(seen.time - self.start):>{TIME_WIDTH}}"
        index = seen.path[seen.path.rfind("[") : -1] + " " if depth else ""
        name = printable(seen.state) if seen.type.name != "ExecutionStarted" else self.name
        before = "│ " * depth + index
        padded = name.ljust(self._names - len(before))
        room = self.terminal.width - TIME_WIDTH - len(before) - len(padded) - len(text) - 6
        shown = "" if data is ... else preview(data, room)
        parts = (
            click.style(time, dim=True),
            click.style(before, dim=True) + click.style(padded, bold=True),
            click.style(text, **style) if text else "",
            click.style(shown, dim=True) if shown else "",
        )
        self.terminal.write("  ".join(part for part in parts if part).rstrip())

    def note(self, text: str) -> None:
        """Writes what belongs to no single event."""
        self.terminal.write(click.style(f"{'…':>{TIME_WIDTH}}  {printable(text)}", dim=True))

    def since(self, clock: dict[str, int], seen: Seen) -> str:
        """How long ago something began in a thread."""
        return duration(seen.time - clock.get(seen.path, seen.time))
