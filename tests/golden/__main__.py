"""Writes golden histories and parts of pages anew and tells which have changed, to be reviewed as a diff."""

from __future__ import annotations

from tests.golden.histories import golden_text
from tests.golden.pages import PAGES, with_parts
from tests.golden.samples import SAMPLES


def main() -> None:
    """Runs every sample and keeps its history; then writes what commands print into the pages."""
    for sample in SAMPLES:
        before = sample.golden.read_text(encoding="utf-8") if sample.golden.exists() else None
        now = golden_text(sample.run().history)
        sample.golden.write_text(now, encoding="utf-8", newline="\n")
        change = "new" if before is None else "same" if before == now else "CHANGED"
        print(f"{change:8}{sample.golden.name}")
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        written = with_parts(text)
        page.write_text(written, encoding="utf-8", newline="\n")
        print(f"{'same' if text == written else 'CHANGED':8}{page.name}")


if __name__ == "__main__":
    main()
