"""The user's Python code: files imported as modules of their own, and what went wrong in them."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType, TracebackType

from cli.refusal import Refusal


def import_file(path: Path, name: str | None = None) -> ModuleType:
    """A file as a module; what lies beside it can be imported, after everything that is installed.

    Args:
        path: The file.
        name: What the module is to be called.  By default as its neighbours would import it, unless
            that leads elsewhere.

    Raises:
        Refusal: It is no Python file.
        BaseException: Whatever the file itself raises.
    """
    search(path.resolve().parent)
    name = _module_name(path.resolve()) if name is None else name
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


def search(folder: Path) -> None:
    """Lets Python look for modules in a folder too, last of all."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def account(error: BaseException, source: str, path: Path | None) -> str:
    """What went wrong in the user's code, and where, on one line."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, SyntaxError):
        return f"{error.filename or source}:{error.lineno}: {type(error).__name__}: {error.msg}"
    place = _last_place(error.__traceback__, None if path is None else str(path.resolve()))
    return f"{source}: {what}" if place is None else f"{place[0]}:{place[1]}: {what}"


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


def _last_place(traceback: TracebackType | None, file: str | None) -> tuple[str, int] | None:
    """The deepest line of the user's file that led to an error, else the deepest of any file."""
    own = other = None
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if name == file:
            own = (name, traceback.tb_lineno)
        elif not name.startswith(("<frozen ", *_OURS)) and name != importlib.__file__:
            other = (name, traceback.tb_lineno)
        traceback = traceback.tb_next
    return own or other


_OURS = tuple(
    str(Path(__file__).parent / name) for name in ("user_code.py", "handlers_file.py", "function_code.py")
)
"""Our own files, whose lines are no news to the user."""
