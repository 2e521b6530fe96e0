"""Kill -9 during a Map Run of 20,000 items: what is written is what an undisturbed one writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.emulator.crashing_map_run import BATCH, CONCURRENCY, ITEMS, MapRunTrial


@pytest.mark.parametrize("kind", ["EXPRESS", "STANDARD"])
def test_three_kills_change_nothing_of_what_is_written(tmp_path: Path, kind: str) -> None:
    trials = []
    for name, kills in (("undisturbed", 0), ("killed", 3)):
        (tmp_path / name).mkdir()
        trial = MapRunTrial(tmp_path / name, kind=kind, kills=kills)
        trial.run()
        trials.append(trial)
    undisturbed, killed = trials
    assert sorted(killed.files) == ["SUCCEEDED_0.jsonl", "manifest.json"]
    assert killed.files["SUCCEEDED_0.jsonl"] == undisturbed.files["SUCCEEDED_0.jsonl"]
    lines = killed.files["SUCCEEDED_0.jsonl"].splitlines()
    assert sum(json.loads(line)["sum"] for line in lines) == sum(range(ITEMS))
    assert killed.counts == {"succeeded": ITEMS, "total": ITEMS, "resultsWritten": ITEMS}
    assert set(undisturbed.calls.values()) == {1}
    assert len(killed.calls) == ITEMS // BATCH
    # What is called again is what ran at a kill; of Express also what ended in the last moment before.
    again = sum(killed.calls.values()) - ITEMS // BATCH
    assert again <= 3 * CONCURRENCY * (1 if kind == "STANDARD" else 5)
    assert len(killed.seen) == 3
