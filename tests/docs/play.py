"""Runs the Python blocks of one page: `python -m tests.docs.play [--write] PAGE`, in a process of its own.

The blocks of a page share their names. What a block prints must be what the ```text block right
below it says, and a block without one prints nothing; --write puts what they print into the page.
A JSON block that is a conformance case must come out as it says.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from difflib import unified_diff
from pathlib import Path
from typing import Any

import msgspec

from tests.docs.pages import Block, blocks, name


class Wrong(Exception):
    """A block that does not do what its page says."""


def play(page: Path) -> str:
    """Runs a page's blocks from the first to the last; gives the page with what they printed."""
    text = page.read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": page.stem}
    outputs: list[tuple[slice, str]] = []
    with _endpoint(text, names):
        _play(page, names, outputs)
    for place, printed in reversed(outputs):
        text = text[: place.start] + printed + text[place.stop :]
    return text


@contextmanager
def _endpoint(text: str, names: dict[str, Any]) -> Iterator[None]:
    """Answers boto3 as `asl serve` would, with the functions of the page as its handlers."""
    if "boto3" not in text:
        yield
        return
    from emulator import mock_stepfunctions

    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    os.environ |= {"AWS_DEFAULT_REGION": "us-east-1"}
    with mock_stepfunctions() as local:
        local.emulator.handlers = names
        yield


def _play(page: Path, names: dict[str, Any], outputs: list[tuple[slice, str]]) -> None:
    for block in blocks(page):
        if is_case(block):
            _case(page, block)
        if block.language != "python":
            continue
        printed = _printed(page, block, names)
        if block.printed is not None:
            outputs.append((block.printed, printed))
        elif printed:
            raise Wrong(f"{name(page)}:{block.line} prints, and the page does not show what:\n{printed}")


def is_case(block: Block) -> bool:
    """Whether a block is a conformance case."""
    return block.language == "json" and '"about"' in block.content


def _printed(page: Path, block: Block, names: dict[str, Any]) -> str:
    program = compile("\n" * (block.line - 1) + block.content, str(page), "exec")
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(program, names)
    return printed.getvalue()


def _case(page: Path, block: Block) -> None:
    from tests.conformance.case_format import Case, Run
    from tests.conformance.test_cases import complaints

    case = msgspec.convert(json.loads(block.content), Case)
    assert case.expect is not None
    wrong = complaints(Run(case.about, case.definition, case.input, case.tasks, case.options, case.expect))
    if wrong:
        raise Wrong("\n".join([f"{name(page)}:{block.line} comes out otherwise than it says", *wrong]))


def main(page: Path, write: bool) -> None:
    """Plays a page, and complains of what it gets wrong or corrects it."""
    before = page.read_text(encoding="utf-8")
    after = play(page)
    if write:
        page.write_text(after, encoding="utf-8")
    elif before != after:
        told, came = before.splitlines(), after.splitlines()
        raise Wrong(
            "\n".join(unified_diff(told, came, f"{name(page)} says", "its blocks print", lineterm=""))
        )


if __name__ == "__main__":
    try:
        main(Path(sys.argv[-1]).resolve(), "--write" in sys.argv[1:-1])
    except Wrong as wrong:
        sys.exit(str(wrong))
