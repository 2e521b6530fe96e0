"""Writes the golden histories anew and tells which have changed; the rewrite is to be reviewed as a diff."""

from __future__ import annotations

from tests.golden.histories import golden_text
from tests.golden.samples import SAMPLES


def main() -> None:
    """Runs every sample and keeps its history."""
    for sample in SAMPLES:
        before = sample.golden.read_text(encoding="utf-8") if sample.golden.exists() else None
        now = golden_text(sample.run().history)
        sample.golden.write_text(now, encoding="utf-8", newline="\n")
        change = "new" if before is None else "same" if before == now else "CHANGED"
        print(f"{change:8}{sample.golden.name}")


if __name__ == "__main__":
    main()
