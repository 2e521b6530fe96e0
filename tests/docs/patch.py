"""Applies the ```diff blocks of a page to a copy of the packages, so that the page can be tried on it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.docs.pages import ROOT, blocks, name

PACKAGES = ("asl", "cli")


class DoesNotFit(ValueError):
    """A change whose surroundings are not in the file, or are there more than once."""


def patched_copy(page: Path, folder: Path) -> None:
    """Puts a copy of the packages into a folder, with all changes of a page made in it.

    Raises:
        DoesNotFit: The code is no longer what the page thinks it is.
    """
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for block in blocks(page):
        if block.language != "diff":
            continue
        for file, change in re.findall(
            r"^\+\+\+ (\S+)\n(.*?)(?=^\+\+\+ |\Z)", block.content, re.DOTALL | re.M
        ):
            try:
                _apply(folder / file, change)
            except DoesNotFit as error:
                raise DoesNotFit(f"{name(page)}:{block.line}: {file} {error}") from None


def _apply(file: Path, change: str) -> None:
    """Makes the changes of one file: hunks that begin with ``@@``, or without any the whole new file."""
    if "@@\n" not in change:
        if file.exists():
            raise DoesNotFit("is there already")
        file.write_text(_side(change, "+"), encoding="utf-8")
        return
    for hunk in change.split("@@\n")[1:]:
        before, after = _side(hunk, "-"), _side(hunk, "+")
        text = file.read_text(encoding="utf-8")
        if text.count(before) != 1:
            raise DoesNotFit(f"has these lines {text.count(before)} times, not once:\n{before}")
        file.write_text(text.replace(before, after), encoding="utf-8")


def _side(hunk: str, sign: str) -> str:
    """The lines before (-) or after (+) a change."""
    return "".join(line[1:] or "\n" for line in hunk.splitlines(True) if line[:1] in (" ", "\n", sign))
