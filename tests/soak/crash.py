"""The kills of the tests ten times over: ``python -m tests.soak.crash [KILLS [EXECUTIONS [SEED]]]``."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.emulator.crashing import Trial

_DEFAULTS = ("50", "2000", "1")


def main() -> None:
    """Runs both kinds of durability; an AssertionError tells which promise was broken."""
    given = [*sys.argv[1:], *_DEFAULTS[len(sys.argv) - 1 :]]
    kills, executions, seed = (int(each) for each in given)
    for durability in ("full", "process"):
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            trial = Trial(
                Path(folder), executions=executions, kills=kills // 2, seed=seed, durability=durability
            )
            trial.run()
            read = sum(map(len, trial.seen.values()))
            print(
                f"{durability}: {kills // 2} kills, {executions} executions, {len(trial.answered)} callbacks,"
                f" {read} histories read, slowest start {max(trial.boots):.1f}s,"
                f" in {time.monotonic() - began:.0f}s: all promises kept"
            )


if __name__ == "__main__":
    main()
