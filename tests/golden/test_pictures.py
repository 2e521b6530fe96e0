"""The pictures that are kept are those that the command draws."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.pictures import PICTURES, drawn
from tests.golden.samples import ROOT


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_it_is_up_to_date(picture: Path) -> None:
    kept = picture.read_text(encoding="utf-8") if picture.exists() else ""
    if kept != drawn(picture, PICTURES[picture]):
        pytest.fail(
            f"{picture.name} is not what `asl graph` draws. If the picture is meant to change, run "
            "`make golden` and look at it.",
            pytrace=False,
        )


def test_every_picture_of_the_documentation_is_kept_and_shown() -> None:
    kept = {each for each in PICTURES if each.parent.name == "pictures"}
    assert {*(ROOT / "docs" / "pictures").iterdir()} == kept
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    assert [each.name for each in kept if not any(f"pictures/{each.name}" in text for text in texts)] == []
