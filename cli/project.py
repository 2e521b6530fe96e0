"""What a project sets for the command line: the table `tool.asl` of the pyproject.toml where it is called."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from cli.refusal import Refusal, reason

FILE = Path("pyproject.toml")
COMMANDS = ("cost", "lint", "run", "serve", "test")
"""The commands that it is for; a table of each one's name holds what is only its own."""
_PLACE = f"{FILE}: tool.asl"


def defaults(name: str, command: click.Command) -> dict[str, Any]:
    """What the project sets for a command: values by the names of its parameters.

    Only the file in the folder where the command is called is read, and only if it names the table.

    Args:
        name: The command's name.
        command: The command.

    Raises:
        Refusal: The file cannot be read, or sets what there is not.
    """
    table = _table()
    if not table or name not in COMMANDS:
        return {}
    own = table.get(name, {})
    if not isinstance(own, dict):
        raise Refusal(f"{_PLACE}.{name} is to be a table")
    options = _options(command)
    for key in own:
        if key not in options:
            raise Refusal(f"{_PLACE}.{name}: asl {name} has no option --{key}{_near(key, options)}")
    shared = {key: each for key, each in table.items() if key not in COMMANDS}
    for key in shared:
        if key not in options and key not in (known := _known()):
            raise Refusal(f"{_PLACE}: there is no option --{key}{_near(key, known)}")
    found: dict[str, Any] = {}
    for place, values in ((_PLACE, shared), (f"{_PLACE}.{name}", own)):
        for key, value in values.items():
            if key in options:
                found[str(options[key].name)] = _value(f"{place}.{key}", options[key], value)
    return found


def _known() -> set[str]:
    """The options that any of the commands has."""
    commands = (import_module(f"cli.commands.{each}").command for each in COMMANDS)
    return {key for command in commands for key in _options(command)}


def _table() -> dict[str, Any]:
    try:
        content = FILE.read_bytes()
    except OSError:
        return {}
    if b"tool.asl" not in content:
        return {}
    import tomllib

    try:
        table = tomllib.loads(content.decode()).get("tool", {}).get("asl", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(f"cannot read {FILE}: {error}") from None
    except OSError as error:
        raise Refusal(f"cannot read {FILE}: {reason(error)}") from None
    if not isinstance(table, dict):
        raise Refusal(f"{_PLACE} is to be a table")
    return table


def _options(command: click.Command) -> dict[str, click.Option]:
    """A command's options by their long names, without the hyphens before them."""
    return {
        spelling.removeprefix("--"): each
        for each in command.params
        if isinstance(each, click.Option)
        for spelling in each.opts
        if spelling.startswith("--")
    }


def _near(key: str, known: Iterable[str]) -> str:
    near = get_close_matches(key, known, 1)
    return f"; did you mean {near[0]}?" if near else ""


def _value(place: str, option: click.Option, value: Any) -> Any:
    """A value as click takes it from elsewhere than the command line."""
    if option.multiple:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise Refusal(f'{place} is to be a list of texts, such as ["handlers.py"]')
        return value
    if option.is_flag:
        if not isinstance(value, bool):
            raise Refusal(f"{place} is to be true or false")
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Refusal(f"{place} is to be a text or a number")
    return value
