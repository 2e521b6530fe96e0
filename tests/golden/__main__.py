"""Writes the golden files anew and tells which have changed; the rewrite is to be reviewed as a diff."""

from __future__ import annotations

from pathlib import Path

from tests.golden import costs
from tests.golden.histories import golden_text
from tests.golden.pages import PAGES, with_parts
from tests.golden.pictures import PICTURES, drawn
from tests.golden.samples import ROOT, SAMPLES


def main() -> None:
    """Runs every sample, keeps its history and what it costs, draws some, and writes parts of pages."""
    for sample in SAMPLES:
        keep(sample.golden, golden_text(sample.run().history))
    for name in costs.NAMES:
        keep(costs.golden(name), costs.report(name))
        keep(costs.advice_file(name), costs.advice(name))
    for picture, name in PICTURES.items():
        keep(picture, drawn(picture, name))
    for page in PAGES:
        keep(page, with_parts(page.read_text(encoding="utf-8")))


def keep(path: Path, now: str) -> None:
    """Writes a file, and tells whether that changes it."""
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(now, encoding="utf-8", newline="\n")
    change = "new" if before is None else "same" if before == now else "CHANGED"
    print(f"{change:8}{path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
