"""The kills of the tests ten times over: ``python -m tests.soak.crash [KILLS [EXECUTIONS [SEED]]]``.

Half of them at random moments among many executions, for both kinds of durability; then as many during a Map
Run, for both types of its executions.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from tests.emulator.crashing import Trial
from tests.emulator.crashing_map_run import ITEMS, MapRunTrial

_DEFAULTS = ("50", "2000", "1")


def main() -> None:
    """Runs all; an AssertionError tells which promise was broken."""
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
    for kind in ("EXPRESS", "STANDARD"):
        _kill_map_run(kind, kills // 2)


def _kill_map_run(kind: str, kills: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        trial = MapRunTrial(Path(folder), kind=kind, kills=kills)
        trial.run()
        lines = trial.files["SUCCEEDED_0.jsonl"].splitlines()
        assert sum(json.loads(line)["sum"] for line in lines) == sum(range(ITEMS))
        again = sum(trial.calls.values()) - len(trial.calls)
        print(f"Map Run, {kind}: {kills} kills, {ITEMS} items, {again} batches called again")


if __name__ == "__main__":
    main()
