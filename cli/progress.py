"""Progress bars of long Maps, on a terminal and only where the work takes real time."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from cli.terminal import Terminal

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE_SECONDS = 0.3
"""A run that is over before then shows no bar, and does not wait for rich to be imported."""


class Bars:
    """One bar for each Map that is at work, drawn below the lines that go on above."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._began = monotonic()
        self._progress: Progress | None = None
        self._bars: dict[str, Any] = {}

    def show(self, path: str, label: str, done: int, total: int) -> None:
        """Draws how far the Map in a thread is."""
        if not self._terminal.live or monotonic() - self._began < PATIENCE_SECONDS:
            return
        if self._progress is None:
            self._progress = _drawn(self._terminal.coloured)
            self._progress.start()
        if path not in self._bars:
            self._bars[path] = self._progress.add_task(label, total=total)
        self._progress.update(self._bars[path], completed=done)

    def remove(self, path: str) -> None:
        """Takes a Map's bar away."""
        bar = self._bars.pop(path, None)
        if bar is not None and self._progress is not None:
            self._progress.remove_task(bar)

    def close(self) -> None:
        """Takes all bars away and gives the terminal back."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None


def _drawn(coloured: bool) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    # What handlers print goes to sys.stderr, which rich takes over so that the bars stay below it.
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True, no_color=not coloured, highlight=False),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=True,
    )
