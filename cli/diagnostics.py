"""Diagnostics as lines: where, what, what to do, and on a terminal the line they speak of."""

from __future__ import annotations

from collections.abc import Iterator

import click

from asl import Diagnostic
from asl.diagnostics import ADVICE
from cli.json_text import printable

_COLOURS = {"ERROR": "red", "WARNING": "yellow", "ADVICE": "blue"}

EXCERPT = 100
"""Characters shown of a source line; a definition may be one line of a megabyte."""


def lines(file: str, content: bytes, diagnostics: list[Diagnostic], *, excerpts: bool) -> Iterator[str]:
    """The lines for what is wrong with a definition.

    Args:
        file: What the definition's file is called.
        content: What it holds.
        diagnostics: What is wrong with it.
        excerpts: Whether to show the places themselves, with a caret.
    """
    source = content.decode("utf-8-sig", "replace").splitlines() if excerpts else []
    for each in diagnostics:
        yield _headline(file, each)
        if each.line is not None and each.line <= len(source):
            yield from _excerpt(source[each.line - 1], each.line, each.column or 1)
        if each.hint:
            yield click.style("  hint: ", fg="cyan") + printable(each.hint)


def _headline(file: str, diagnostic: Diagnostic) -> str:
    place = ":".join(
        str(part) for part in (printable(file), diagnostic.line, diagnostic.column) if part is not None
    )
    severity = diagnostic.severity.lower()
    rule = f"[{diagnostic.rule}]" if diagnostic.rule else ""
    marked = click.style(severity + rule, fg=_COLOURS[diagnostic.severity], bold=True)
    code = "" if diagnostic.code == ADVICE else f"{diagnostic.code} "
    # AWS's parser quotes the whole text after its first line, where the place is known better here.
    message, _, _ = diagnostic.message.partition("\n")
    where = f" at {printable(diagnostic.location)}" if diagnostic.location.startswith("/") else ""
    return f"{click.style(place, bold=True)}: {marked} {code}{printable(message)}{where}"


def _excerpt(line: str, number: int, column: int) -> Iterator[str]:
    """A source line and a caret under the column; of a long line the part around it."""
    first = max(0, column - 1 - EXCERPT // 2) if len(line) > EXCERPT else 0
    # One character for one, so that the caret stays where it belongs.
    shown = "".join(c if c.isprintable() else " " for c in line[first : first + EXCERPT])
    gutter = f"{number:>5} │ "
    yield click.style(gutter, dim=True) + shown
    yield " " * (len(gutter) + column - 1 - first) + click.style("^", fg="red", bold=True)
