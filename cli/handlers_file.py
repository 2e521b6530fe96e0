"""The user's handlers: Python files and modules, and the functions that they offer to tasks."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

from asl.handlers import NAMES
from cli.refusal import Refusal
from cli.user_code import account, import_file, search

OTHER_NAMES = "HANDLERS"
"""The variable in which a file offers functions under names that are not theirs."""
SETUP = "SETUP"
"""The function of a file that makes the resources its machine needs. It is no handler."""


def load_with_setups(sources: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The functions that files and modules offer, by name, and their functions `SETUP`, by file.

    Raises:
        Refusal: One cannot be imported, two offer the same name, or `SETUP` is no function.
    """
    functions: dict[str, Any] = {}
    offered_by: dict[str, str] = {}
    setups: dict[str, Any] = {}
    for source in dict.fromkeys(sources):
        module = _load(source)
        if hasattr(module, SETUP):
            setups[source] = getattr(module, SETUP)
            if not callable(setups[source]):
                raise Refusal(f"{SETUP} in {source} is to be a function that takes what gives clients")
        for name, function in _offered(module, source).items():
            if name in functions:
                raise Refusal(f"both {offered_by[name]} and {source} offer a handler called '{name}'")
            functions[name] = function
            offered_by[name] = source
    return functions, setups


def _offered(module: ModuleType, source: str) -> dict[str, Any]:
    """What a module offers: its own public functions, and what is in its HANDLERS."""
    members = vars(module)
    own: dict[str, Any] = {}
    for name, function in members.items():
        if _is_handler(name, function, module.__name__):
            for offered in getattr(function, NAMES, (name,)):
                if offered in own:
                    raise Refusal(f"two functions of {source} are called '{offered}'")
                own[offered] = function
    others = members.get(OTHER_NAMES, {})
    rule = f"{OTHER_NAMES} in {source} is to be a dict of names and functions"
    if not isinstance(others, dict):
        raise Refusal(f"{rule}, not {type(others).__name__}")
    for name, function in others.items():
        if not isinstance(name, str) or not callable(function):
            raise Refusal(f"{rule}: {name!r} leads to {type(function).__name__}")
    return own | others


def _is_handler(name: str, value: Any, module: str) -> bool:
    """Whether it is a function written in that module: not imported, not a class."""
    public = not name.startswith("_") and name != SETUP and callable(value) and not isinstance(value, type)
    return public and getattr(value, "__module__", None) == module


# ------------------------------------------------------------------ importing


def _load(source: str) -> ModuleType:
    path = Path(source)
    is_file = source.endswith(".py") or os.sep in source or path.exists()
    if is_file and not path.is_file():
        why = "it is a folder" if path.is_dir() else "there is no such file"
        raise Refusal(f"cannot read the handlers {source}: {why}")
    try:
        with redirect_stdout(sys.stderr):  # standard output is the run's
            return import_file(path) if is_file else _import_module(source)
    except Refusal:
        raise
    except (Exception, SystemExit) as error:
        raise Refusal(account(error, source, path if is_file else None)) from None


def _import_module(name: str) -> ModuleType:
    search(Path.cwd())
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name == error.name or name.startswith(f"{error.name}.")):
            raise
        raise Refusal(f"--handlers {name}: {error}; a file is named with its ending, {name}.py") from None
    except (TypeError, ValueError):
        if name.startswith("."):
            raise Refusal(f"--handlers {name}: a module's name begins with no dot") from None
        raise
