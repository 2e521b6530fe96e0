"""Imports: the language is pure, and nothing imports in a circle."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.architecture.sources import PATHS, ROOT, imports

WORLD = {
    "asyncio", "boto3", "botocore", "concurrent", "ctypes", "getpass", "http", "importlib", "multiprocessing",
    "os", "platform", "queue", "random", "sched", "secrets", "select", "shutil", "signal", "socket",
    "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
"""Modules through which a program meets the world, or other threads."""

# Handlers run the user's code: the one place of the language that meets the world, and only when it does.
LAZY = {"asl.handlers": {"asyncio", "concurrent", "time"}}

LANGUAGE = [name for name in PATHS if name.partition(".")[0] == "asl"]


def roots(names):
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("name", LANGUAGE)
def test_the_language_imports_nothing_of_the_world(name):
    assert not roots(imports(name, lazy=False)) & WORLD
    assert roots(imports(name, lazy=True)) & WORLD == LAZY.get(name, set())


def test_the_language_imports_little_from_outside():
    outside = set().union(*(roots(imports(name, lazy=True)) for name in LANGUAGE)) - {"asl"}
    assert outside - sys.stdlib_module_names <= {"jlens", "msgspec", "orjson", "yaml"}


def test_importing_the_language_loads_nothing_that_it_may_not_need():
    script = "import sys, asl; print(*sys.modules)"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split())
    assert "asl.simulate" in loaded
    assert not loaded & {
        "asyncio",
        "socket",
        "ssl",
        "sqlite3",
        "subprocess",
        "yaml",
        "click",
        "rich",
        "cli",
    }


def circle(graph):
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return None


def package(name):
    """A module's room: its package in the house, or itself where it stands alone."""
    first, second = (*name.split("."), "")[:2]
    return f"{first}.{second}" if second else first


def test_no_module_imports_itself_in_a_circle():
    assert circle({name: set(imports(name, lazy=False)) & set(PATHS) for name in PATHS}) is None


def test_no_package_imports_itself_in_a_circle_not_even_late():
    graph = {}
    for name in PATHS:
        graph.setdefault(package(name), set()).update(
            {package(each) for each in imports(name, lazy=True) if each in PATHS} - {package(name)}
        )
    assert circle(graph) is None
    assert len(graph) > 20


def test_the_command_line_stands_on_the_language_and_never_the_other_way_round():
    assert "asl" in roots(each for name in PATHS if name not in LANGUAGE for each in imports(name, lazy=True))
    assert "cli" not in roots(each for name in LANGUAGE for each in imports(name, lazy=True))
