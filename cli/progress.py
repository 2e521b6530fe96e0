"""Progress bars of long Maps, on a terminal and only where the work takes real time."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from cli.terminal import Terminal

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE_SECONDS = 0.3
"""A run that is over before then shows no bar, and does not wait for rich to be imported."""
EVERY_SECONDS = 0.1
"""So often a bar is drawn anew at most: nobody sees more, and a Map may begin 20,000 items in a second."""


BAR_WIDTH = 24
"""Columns of a bar, so that there is room beside it on a terminal of 80."""


class Bars:
    """One bar for each Map that is at work, drawn below the lines that go on above."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._began = monotonic()
        self._progress: Progress | None = None
        self._bars: dict[str, Any] = {}
        self._due: dict[str, float] = {}

    def is_due(self, path: str) -> bool:
        """Whether the bar of the Map in a thread is to be drawn now."""
        if not self._terminal.live:
            return False
        return monotonic() >= self._due.get(path, self._began + PATIENCE_SECONDS)

    def show(self, path: str, label: str, done: int, total: int | None, far: str) -> None:
        """Draws how far the Map in a thread is.

        Args:
            path: The thread.
            label: What the Map is called.
            done: How many of its items are done.
            total: Of how many; None where that is not known yet.
            far: The same in words.
        """
        self._due[path] = monotonic() + EVERY_SECONDS
        if self._progress is None:
            self._progress = _drawn(self._terminal.coloured)
            self._progress.start()
        if path not in self._bars:
            self._bars[path] = self._progress.add_task(label, total=total, far=far)
        self._progress.update(self._bars[path], completed=done, total=total, far=far)

    def remove(self, path: str) -> None:
        """Takes a Map's bar away."""
        self._due.pop(path, None)
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
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    # What handlers print goes to sys.stderr, which rich takes over so that the bars stay below it.
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(BAR_WIDTH),
        TextColumn("{task.fields[far]}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True, no_color=not coloured, highlight=False),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=True,
    )
