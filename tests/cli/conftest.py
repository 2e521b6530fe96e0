"""Three ways to run the command, and a folder to run it in."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from asl.query.jsonata import JSONata, JSONataUnavailable
from cli.main import main
from tests.cli.shared import COMMAND, ROOT, environment, read_all

OURS = (*(str(ROOT / room) for room in ("asl", "cli", "tests")), sys.prefix, sys.base_prefix)
"""Where modules are that stay imported from test to test."""


@pytest.fixture
def clean_imports() -> Iterator[None]:
    """Takes back what loading handlers does to Python's imports."""
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        file = getattr(sys.modules[name], "__file__", None)
        if file is not None and not file.startswith(OURS):
            del sys.modules[name]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clean_imports: None) -> Path:
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    return tmp_path


@pytest.fixture
def write(here: Path) -> Callable[[str, Any], str]:
    """Writes a file: JSON of what is no text."""

    def write(name: str, content: Any) -> str:
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return name

    return write


@pytest.fixture
def asl(here: Path) -> Callable[..., Result]:
    """Runs the command within this process."""

    def run(*arguments: str, **options: Any) -> Result:
        result = CliRunner().invoke(main, list(arguments), **options)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def without_jlens(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the engine of JSONata were not installed."""

    def missing(expression: JSONata) -> None:
        raise JSONataUnavailable

    monkeypatch.setattr(JSONata, "_by_engine", missing)


@pytest.fixture
def process(here: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command as a process of its own."""

    def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments], cwd=here, env=environment(), capture_output=True, text=True, timeout=60,
            **options,
        )  # fmt: skip

    return run


@pytest.fixture
def terminal(here: Path) -> Callable[..., str]:
    """Runs the command on a terminal of 100 columns, and gives what it shows."""

    def run(*arguments: str, stdout: Any = None, **variables: str) -> str:
        ours, theirs = pty.openpty()
        env = environment() | {"TERM": "xterm-256color", "COLUMNS": "100"} | variables
        with subprocess.Popen(
            [*COMMAND, *arguments], cwd=here, env=env, stdin=theirs, stdout=stdout or theirs, stderr=theirs
        ) as child:
            os.close(theirs)
            shown = read_all(ours)
            child.wait(timeout=60)
        os.close(ours)
        return shown.decode().replace("\r\n", "\n")

    return run
