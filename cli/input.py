"""The input of a run: given in the command, in a file, on standard input, or by the machine's folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from asl.jsontypes import JSON, InvalidJSON, loads
from cli.refusal import Refusal, reason


class Input(NamedTuple):
    """An execution's input: its value, and its text as it was given."""

    value: JSON
    text: str


def read_input(given: str | None, default: Path | None, option: str = "--input") -> Input:
    """The input that a command names: JSON, ``@FILE``, or ``-`` for standard input.

    Args:
        given: What the command says, or None.
        default: The file to take where it says nothing; without one the input is ``{}``.
        option: The option that says it. A task's result is given as an input is, by another option.

    Raises:
        Refusal: It cannot be read, or is not JSON.
    """
    if given is None:
        return Input({}, "{}") if default is None else _parsed(_file(default, option), str(default), option)
    if given in ("-", "@-"):
        return _parsed(_decoded(sys.stdin.buffer.read(), "standard input"), "standard input", option)
    if given.startswith("@"):
        return _parsed(_file(Path(given[1:]), option), given[1:], option)
    return _parsed(given, option, option)


def _file(path: Path, option: str) -> str:
    try:
        return _decoded(path.read_bytes(), str(path))
    except OSError as error:
        raise Refusal(f"cannot read the {option[2:]} {path}: {reason(error)}") from None


def _decoded(content: bytes, source: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(f"{source} is not UTF-8 text: {error.reason} at byte {error.start}") from None


def _parsed(text: str, source: str, option: str) -> Input:
    try:
        return Input(loads(text), text)
    except InvalidJSON as error:
        before = text[: error.offset]
        line, column = before.count("\n") + 1, error.offset - before.rfind("\n")
        hint = "" if source != option else " (a file is named as @FILE)"
        raise Refusal(
            f"{source}:{line}:{column}: the {option[2:]} is not JSON: {error.message}{hint}"
        ) from None
