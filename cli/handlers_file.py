"""The user's handlers: Python files and modules, and the functions that they offer to tasks."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from cli.refusal import Refusal

OTHER_NAMES = "HANDLERS"
"""The variable in which a file offers functions under names that are not theirs."""


def load_handlers(sources: Iterable[str]) -> dict[str, Any]:
    """The functions that files and modules offer, by name.

    Raises:
        Refusal: One cannot be imported, or two offer the same name.
    """
    functions: dict[str, Any] = {}
    offered_by: dict[str, str] = {}
    for source in dict.fromkeys(sources):
        for name, function in _offered(_load(source), source).items():
            if name in functions:
                raise Refusal(f"both {offered_by[name]} and {source} offer a handler called '{name}'")
            functions[name] = function
            offered_by[name] = source
    return functions


def _offered(module: ModuleType, source: str) -> dict[str, Any]:
    """What a module offers: its own public functions, and what is in its HANDLERS."""
    members = vars(module)
    own = {name: each for name, each in members.items() if _is_handler(name, each, module.__name__)}
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
    public = not name.startswith("_") and callable(value) and not isinstance(value, type)
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
            return _import_file(path) if is_file else _import_module(source)
    except Refusal:
        raise
    except (Exception, SystemExit) as error:
        raise Refusal(_account(error, source, path if is_file else None)) from None


def _import_file(path: Path) -> ModuleType:
    """A file as a module; what lies beside it can be imported, after everything that is installed."""
    _search(path.resolve().parent)
    name = _module_name(path.resolve())
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise Refusal(f"cannot read the handlers {path}: a Python file ends with .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _import_module(name: str) -> ModuleType:
    _search(Path.cwd())
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


def _search(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def _module_name(path: Path) -> str:
    """What a file's module is called: as its neighbours would import it, unless that leads elsewhere."""
    stem = path.stem
    if stem.isidentifier() and stem not in sys.modules:
        found = importlib.util.find_spec(stem)
        if found is not None and found.origin == str(path):
            return stem
    number = 1
    while f"_handlers_{number}" in sys.modules:
        number += 1
    return f"_handlers_{number}"


def _account(error: BaseException, source: str, path: Path | None) -> str:
    """What went wrong in the user's code, and where, on one line."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, SyntaxError):
        return f"{error.filename or source}:{error.lineno}: {type(error).__name__}: {error.msg}"
    place = _last_place(error.__traceback__, None if path is None else str(path.resolve()))
    return f"{source}: {what}" if place is None else f"{place[0]}:{place[1]}: {what}"


def _last_place(traceback: TracebackType | None, file: str | None) -> tuple[str, int] | None:
    """The deepest line of the user's file that led to an error, else the deepest of any file."""
    own = other = None
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if name == file:
            own = (name, traceback.tb_lineno)
        elif not name.startswith("<frozen ") and name not in (__file__, importlib.__file__):
            other = (name, traceback.tb_lineno)
        traceback = traceback.tb_next
    return own or other
