"""What the pages show is so: Python blocks run, commands print what is said, links lead somewhere."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

import pytest

from tests.cli.shared import COMMAND, environment
from tests.docs.pages import ROOT, Block, anchors, blocks, code, links, name, pages, prose
from tests.docs.patch import patched_copy
from tests.docs.play import is_case

CUT = "…"
"""Ends a line that a page shows only the beginning of."""
HAS_ITS_OWN_TESTS = ROOT / "docs" / "cli.md"
"""Its console blocks are played by tests/cli/test_docs.py."""
PLACES = re.compile(r"(?:asl|cli|tests|docs|benchmarks|sample_machines)/[\w./]*")


def with_blocks(*languages: str) -> list[Path]:
    return [page for page in pages() if any(block.language in languages for block in blocks(page))]


def is_played(block: Block) -> bool:
    return block.language == "python" or is_case(block)


every_page = pytest.mark.parametrize("page", pages(), ids=name)


# ------------------------------------------------------------------ blocks


@pytest.mark.parametrize("page", [page for page in pages() if any(map(is_played, blocks(page)))], ids=name)
def test_python_blocks_and_cases_run(page: Path, tmp_path: Path) -> None:
    folder = ROOT
    if any(block.language == "diff" for block in blocks(page)):
        patched_copy(page, tmp_path)
        folder = tmp_path
    # The folder comes first on the path, so that a patched copy is the one that is imported.
    played = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.docs.play", str(page)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if played.returncode:
        pytest.fail(played.stderr, pytrace=False)


TESTS = [
    pytest.param(block, id=f"{name(page)}:{block.line}")
    for page in with_blocks("python")
    for block in blocks(page)
    if block.language == "python" and "def test_" in block.content and "stepfunctions" in block.content
]


@pytest.mark.parametrize("block", TESTS)
def test_examples_of_tests_pass(block: Block, tmp_path: Path) -> None:
    (tmp_path / "test_example.py").write_text(block.content, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "emulator.pytest_plugin", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": "-p no:cacheprovider"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        pytest.fail(done.stdout + done.stderr, pytrace=False)


CONSOLES = [
    pytest.param(block, id=f"{name(page)}:{block.line}")
    for page in with_blocks("console")
    if page != HAS_ITS_OWN_TESTS
    for block in blocks(page)
    if block.language == "console"
]


@pytest.mark.parametrize("block", CONSOLES)
def test_commands_print_what_the_page_says(block: Block) -> None:
    for session in re.split(r"^\$ ", block.content, flags=re.MULTILINE)[1:]:
        command, _, expected = session.partition("\n")
        for told, came in zip_longest(expected.rstrip().splitlines(), output(command).rstrip().splitlines()):
            is_cut = told is not None and told.endswith(CUT) and came is not None
            assert told == came or (is_cut and came.startswith(told[:-1])), command


def output(command: str) -> str:
    """What `asl` prints. Its tasks take no time, unless the page says how long, on slow machines too."""
    program, verb, *rest = shlex.split(command)
    assert program == "asl", command
    if verb == "run" and "--task-seconds" not in rest:
        rest += ["--task-seconds", "0"]
    return subprocess.run(
        [*COMMAND, verb, *rest],
        cwd=ROOT,
        env=environment() | {"PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    ).stdout


# ------------------------------------------------------------------ links and names


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    lost = [link for link in links(page) if not link.target.exists()]
    assert not lost
    unknown = [link for link in links(page) if link.anchor and link.anchor not in anchors(link.target)]
    assert not unknown


@every_page
def test_links_to_code_name_what_is_there(page: Path) -> None:
    for link in links(page):
        written = link.text.strip("`")
        if link.target.suffix == ".py" and link.text == f"`{written}`" and not written.endswith(".py"):
            found = importlib.import_module(dotted(link.target))
            for part in written.split("."):
                assert hasattr(found, part), f"{name(link.target)} has no {written}"
                found = getattr(found, part)


def dotted(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@every_page
def test_places_in_backticks_are_there(page: Path) -> None:
    if page.name == "CHANGELOG.md":
        return
    named = {each for each in code(prose(page)) if PLACES.fullmatch(each)}
    new = {file for block in blocks(page) for file in re.findall(r"^\+\+\+ (\S+)", block.content, re.M)}
    assert not sorted(each for each in named - new if not (ROOT / each).exists())


@every_page
def test_make_targets_are_there(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"(?:^|`)make (\w+)", text, re.MULTILINE)) <= targets


def test_the_example_beside_moto_runs_in_a_plain_shell(tmp_path: Path) -> None:
    page = ROOT / "docs" / "server.md"
    (block,) = [each for each in blocks(page) if each.language == "python" and "mock_aws" in each.content]
    (tmp_path / "beside.py").write_text(block.content, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "beside.py"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "SUCCEEDED\n['order-7']\n"), ran.stderr
