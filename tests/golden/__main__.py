"""Writes the golden files anew and tells which have changed; the rewrite is to be reviewed as a diff."""

from __future__ import annotations

from pathlib import Path

from tests.golden.histories import golden_text
from tests.golden.pictures import PICTURES, drawn
from tests.golden.samples import SAMPLES


def main() -> None:
    """Runs every sample and keeps its history, and draws those that have a picture."""
    for sample in SAMPLES:
        write(sample.golden, golden_text(sample.run().history))
    for picture, name in PICTURES.items():
        write(picture, drawn(picture, name))


def write(path: Path, now: str) -> None:
    """Writes a golden file."""
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(now, encoding="utf-8", newline="\n")
    change = "new" if before is None else "same" if before == now else "CHANGED"
    print(f"{change:8}{path.name}")


if __name__ == "__main__":
    main()
