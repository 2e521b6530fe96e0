"""Where lines for people go: standard error or output, drawn as well as it can show them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Literal, TextIO

import click

PLAIN_WIDTH = 120
"""Columns of a line in a file or a pipe."""

_ASCII = str.maketrans({"│": "|", "→": "->", "·": "-", "…": "...", "█": "#", "▏": "|"})


class Terminal:
    """A stream for people.

    Attributes:
        live: Whether it is a terminal, where a line can be drawn over.
        width: Its columns.
    """

    def __init__(self, stream: Literal["stderr", "stdout"] = "stderr") -> None:
        self._name = stream
        self.live = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self.width = _columns(self._stream) if self.live else PLAIN_WIDTH
        self._encoding = self._stream.encoding or "ascii"
        self._draws = _can_write(self._encoding, "│→·…█▏")

    @property
    def _stream(self) -> TextIO:
        """The stream as it is now: rich puts another in its place while it draws a bar."""
        stream: TextIO = getattr(sys, self._name)
        return stream

    @property
    def page_width(self) -> int:
        """Columns for text: no more than read well, however wide the terminal is."""
        return min(self.width, PLAIN_WIDTH)

    @property
    def coloured(self) -> bool:
        """Whether colours are wanted."""
        context = click.get_current_context(silent=True)
        return self.live and (context is None or context.color is not False)

    def write(self, line: str = "") -> None:
        """Writes a line; click takes its colours out where they are not wanted."""
        shown = line if self._draws else line.translate(_ASCII)
        shown = shown.encode(self._encoding, "backslashreplace").decode(self._encoding)
        click.echo(shown, file=self._stream)

    def write_all(self, lines: Iterable[str]) -> None:
        """Writes several lines."""
        for line in lines:
            self.write(line)


def _columns(stream: TextIO) -> int:
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size(stream.fileno()).columns)
    except (OSError, ValueError):
        return 80


def _can_write(encoding: str, characters: str) -> bool:
    try:
        characters.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True
