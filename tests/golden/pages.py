"""Parts of pages that a command or the code writes, each between a mark and its end, for `make golden`."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable, Iterable, Iterator

from asl.compare import Figure, Sheet, book
from cli.compared import words
from tests.cli.shared import COMMAND, ROOT, environment

PAGES = (ROOT / "README.md", ROOT / "docs" / "compare.md")

_PART = re.compile(r"(<!-- golden: (?P<what>[^\n]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_parts(text: str) -> str:
    """A page with its parts written anew."""
    return _PART.sub(lambda part: f"{part[1]}\n{_part(part['what'])}\n\n{part[3]}", text)


def parts(text: str) -> list[str]:
    """What the parts of a page are."""
    return [part["what"] for part in _PART.finditer(text)]


def _part(what: str) -> str:
    return _TABLES[what]() if what in _TABLES else _session(what)


def _session(command: str) -> str:
    """What a command prints, below the command."""
    program, *arguments = shlex.split(command)
    assert program == "asl", command
    printed = subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        # Nobody's own prices.
        env=environment() | {"PYTHONUTF8": "1", "XDG_CONFIG_HOME": str(ROOT / "nowhere")},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    return f"```console\n$ {command}\n{printed.rstrip()}\n```"


# ------------------------------------------------------------------ the figures of docs/compare.md


def _figures() -> str:
    figures = book("us-east-1")
    return "\n\n".join(_sheet(sheet) for sheet in (figures.shared, *figures.sheets.values()))


def _sheet(sheet: Sheet) -> str:
    tables = [f"### {sheet.title}: `{sheet.name}`"]
    if sheet.guarantee:
        tables.append(f"It promises: {sheet.guarantee}. Source: {sheet.guarantee_source}.")
    if sheet.figures:
        tables.append("\n".join(_table(sheet.figures.values(), "Figure", words.price)))
    if sheet.limits:
        tables.append("\n".join(_table(sheet.limits.values(), "Limit", words.allowed)))
    if sheet.notes:
        tables.append("\n".join(f"- {_label(name)}: {note}" for name, note in sheet.notes.items()))
        tables.append(f"Source of these notes: {sheet.notes_source}.")
    if sheet.doubts:
        tables.append("In doubt:\n\n" + "\n".join(f"- {each}" for each in sheet.doubts))
    return "\n\n".join(tables)


def _table(figures: Iterable[Figure], head: str, told: Callable[[Figure], str]) -> Iterator[str]:
    yield f"| {head} | What | Source | Date | |"
    yield "|---|---|---|---|---|"
    for figure in figures:
        mark = "(?)" if figure.unverified else ""
        yield f"| `{figure.name}` | {told(figure)} | {figure.source} | {figure.date} | {mark} |"


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


_TABLES = {"the figures": _figures}
