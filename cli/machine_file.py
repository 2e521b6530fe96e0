"""The machine that a command is given: a definition, or a folder with one and what belongs to it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from cli.refusal import Refusal, reason

DEFINITIONS = (
    "machine.asl.json", "machine.asl.yaml", "machine.asl.yml", "machine.json", "machine.yaml", "machine.yml",
)  # fmt: skip
"""What the definition in a folder may be called; the first that is there is taken."""

YAML_SUFFIXES = (".yaml", ".yml")

NOT_IN_NAMES = re.compile(r'[\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]')
"""What AWS allows in no name of a machine or an execution."""

NAME_LENGTH = 80


class MachineFile(NamedTuple):
    """A definition's file.

    Attributes:
        path: Where it is, as it was named.
        content: What it holds.
        yaml: Whether that is YAML.
        name: What the machine is called.
        input: The folder's input, where a folder was given and has one.
        handlers: The folder's handlers, likewise.
    """

    path: Path
    content: bytes
    yaml: bool
    name: str
    input: Path | None
    handlers: Path | None


def machine_file(given: str) -> MachineFile:
    """The definition that a path leads to.

    Raises:
        Refusal: There is none, or it cannot be read.
    """
    path = Path(given)
    folder = path if path.is_dir() else None
    if folder is not None:
        path = _definition_in(folder)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refusal(f"cannot read {path}: {reason(error)}") from None
    return MachineFile(
        path=path,
        content=content,
        yaml=path.suffix in YAML_SUFFIXES,
        name=_name(path),
        input=_belonging(folder, "input.json"),
        handlers=_belonging(folder, "handlers.py"),
    )


def _definition_in(folder: Path) -> Path:
    for name in DEFINITIONS:
        if (folder / name).is_file():
            return folder / name
    raise Refusal(
        f"there is no machine in the folder {folder}: it needs a {DEFINITIONS[0]} or {DEFINITIONS[1]}"
    )


def _belonging(folder: Path | None, name: str) -> Path | None:
    return folder / name if folder is not None and (folder / name).is_file() else None


def _name(path: Path) -> str:
    """The file's name without its endings; a file called machine is called after its folder."""
    stem = path.name
    for suffix in (".json", *YAML_SUFFIXES, ".asl"):
        stem = stem.removesuffix(suffix)
    if stem == "machine":
        stem = path.resolve().parent.name or stem
    return NOT_IN_NAMES.sub("-", stem)[:NAME_LENGTH] or "machine"
