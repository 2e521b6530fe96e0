"""Kill -9 of a server with 200 executions under way: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

from pathlib import Path

from tests.emulator.crashing import Trial


def test_five_kills_at_random_moments_break_no_promise(tmp_path: Path) -> None:
    trial = Trial(tmp_path, executions=200, kills=5, seed=20_260_101)
    trial.run()
    assert len(trial.arns) == 200
    assert len(trial.answered) > 100
    assert sum(map(len, trial.seen.values())) > 100
