"""Parts of pages that `make golden` writes are what it would write now."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.pages import PAGES, parts, with_parts

WRITTEN = {
    "README.md": [
        "asl cost sample_machines/checkout --per-month 1000000 --task-seconds 0.2",
        "asl compare sample_machines/checkout --per-month 1000000",
    ],
    "compare.md": ["the figures"],
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_what_make_golden_writes(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert with_parts(text) == text, "run `make golden` and review the diff"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_its_parts(page: Path) -> None:
    assert parts(page.read_text(encoding="utf-8")) == WRITTEN[page.name]
