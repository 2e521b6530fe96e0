"""The tables and lists of the documentation are those of the code."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import chain

import pytest
import yaml

import asl
from asl import history
from asl.history import EventType, TaskEvents
from cli.main import main
from tests.conformance.aws.corpus import missing
from tests.conformance.aws.exceptions import EXCEPTIONS
from tests.conformance.aws.selection import played
from tests.docs.pages import ROOT, blocks, code, links, name, prose, rows

DOCS = ROOT / "docs"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))


# ------------------------------------------------------------------ docs/history.md


def event_types() -> Iterator[EventType]:
    """Every type that asl.history declares, in its tables too."""
    pending = list(vars(history).values())
    while pending:
        each = pending.pop()
        if isinstance(each, EventType):
            yield each
        elif isinstance(each, dict):
            pending += each.values()
        elif isinstance(each, TaskEvents):
            pending += (getattr(each, field) for field in each.__struct_fields__)


LINKED = {kind: rule for kinds, rule in rows(DOCS / "history.md", "The table") for kind in code(kinds)}
"""Event type -> what the page says about the event that follows."""


def test_the_page_tells_of_every_event_type():
    assert sorted(LINKED) == sorted({kind.name for kind in event_types()})


@pytest.mark.parametrize("kind", {kind.name: kind for kind in event_types()}.values(), ids=repr)
def test_an_event_is_linked_as_the_page_says(kind: EventType):
    rule = LINKED[kind.name]
    assert rule in ("points at it", "passes it by", "points at 0", "there is none")
    if rule in ("points at it", "passes it by"):
        assert kind.moves == (rule == "points at it")


@pytest.mark.parametrize(
    "file", sorted((ROOT / "tests" / "golden").glob("*.json")), ids=lambda file: file.stem
)
def test_golden_histories_are_linked_as_the_page_says(file):
    events = json.loads(file.read_text(encoding="utf-8"))
    pointed_at = {events[each["previousEventId"] - 1]["type"] for each in events if each["previousEventId"]}
    assert {LINKED[kind] for kind in pointed_at} == {"points at it"}


# ------------------------------------------------------------------ docs/architecture.md


@pytest.mark.parametrize(
    ("place", "name"), list(enumerate(["Floors of the language", "Floors of the emulator"]))
)
def test_the_floors_are_those_of_the_import_contract(place, name):
    (contract,) = [each for each in PROJECT["tool"]["importlinter"]["contracts"] if each["name"] == name]
    drawings = [block.content for block in blocks(DOCS / "architecture.md") if block.language == ""]
    drawn = drawings[place]
    floors = [re.split(r"\s{2,}", line.strip())[0] for line in drawn.splitlines()]
    assert floors == contract["layers"]


def test_every_room_is_told_of():
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    told = chain.from_iterable(code(line.split("|")[1]) for line in page.splitlines() if line.startswith("|"))
    rooms = {
        path.relative_to(ROOT).as_posix() + ("/" if path.is_dir() else "")
        for package in ("asl", "emulator")
        for path in (ROOT / package).iterdir()
        if (path.suffix == ".py" and path.name != "__init__.py") or (path / "__init__.py").exists()
    }
    assert rooms <= set(told)


# ------------------------------------------------------------------ README.md and docs/python.md


def test_the_readme_lists_every_command():
    listed = [code(cells[0])[0].split()[1] for cells in rows(ROOT / "README.md", "Commands")]
    assert sorted(listed) == sorted(main.list_commands(None))


def test_every_public_name_is_told_of():
    page = (DOCS / "python.md").read_text(encoding="utf-8")
    assert [each for each in asl.__all__ if not re.search(rf"\b{each}\b", page)] == []


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_the_readme_counts_the_recorded_executions():
    counted = re.search(
        r"Of (\d+) cases recorded on AWS that it can play, (\d+) .*?The other (\d+)", flat("README.md")
    )
    assert counted is not None
    all_of_them = len(played())
    assert [int(each) for each in counted.groups()] == [
        all_of_them,
        all_of_them - len(EXCEPTIONS),
        len(EXCEPTIONS),
    ]


def flat(page: str) -> str:
    return " ".join(prose(ROOT / page).split())


# ------------------------------------------------------------------ docs/decisions


def test_decisions_are_numbered_and_linked():
    assert [each.name[:4] for each in DECISIONS] == [
        f"{number:04}" for number in range(1, len(DECISIONS) + 1)
    ]
    linked = {link.target for link in links(DOCS / "architecture.md")}
    assert [name(each) for each in DECISIONS if each not in linked] == []


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_a_decision_has_its_three_parts(page):
    assert re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
    ]


def test_every_dependency_has_its_reason():
    (page,) = [each for each in DECISIONS if each.stem.endswith("dependencies")]
    told = {code(line)[0] for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("- `")}
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    wanted = {package(each) for each in chain(project["dependencies"], *extras.values())}
    assert told == wanted


def package(requirement: str) -> str:
    return re.split(r"[\[><=~ ]", requirement)[0]


def test_exceptions_are_counted_by_reason():
    (page,) = [each for each in DECISIONS if each.stem.endswith("recorded-answers")]
    told = [int(count) for _, count in rows(page, "Decision")]
    assert sorted(told) == sorted(Counter(EXCEPTIONS.values()).values())


# ------------------------------------------------------------------ the rest


def test_the_changelog_has_this_version():
    assert f"## [{PROJECT['project']['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_pre_commit_calls_make():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    entries = [hook["entry"].split() for repo in config["repos"] for hook in repo["hooks"]]
    assert entries
    assert all(make == "make" and f"\n{target}:" in makefile for make, target in entries)
