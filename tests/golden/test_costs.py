"""Every sample machine holds its cost and the advice on it, as the commands make them."""

from __future__ import annotations

import pytest

from tests.golden import costs


@pytest.mark.parametrize("name", costs.NAMES)
def test_a_sample_has_its_cost_report(name: str) -> None:
    path = costs.golden(name)
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    assert kept == costs.report(name), "run `make golden` and review the diff"


@pytest.mark.parametrize("name", costs.NAMES)
def test_a_sample_has_what_is_advised_on_it(name: str) -> None:
    path = costs.advice_file(name)
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    assert kept == costs.advice(name), "run `make golden` and review the diff"


@pytest.mark.parametrize("file", ["cost.txt", "advice.txt"])
def test_no_report_is_left_over(file: str) -> None:
    kept = {path.parent.name for path in (costs.ROOT / "sample_machines").glob(f"*/{file}")}
    assert kept == set(costs.NAMES)
