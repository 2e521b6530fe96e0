"""Every sample machine holds its cost report, as the command makes it."""

from __future__ import annotations

import pytest

from tests.golden import costs


@pytest.mark.parametrize("name", costs.NAMES)
def test_a_sample_has_its_cost_report(name: str) -> None:
    path = costs.golden(name)
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    assert kept == costs.report(name), "run `make golden` and review the diff"


def test_no_report_is_left_over() -> None:
    kept = {path.parent.name for path in (costs.ROOT / "sample_machines").glob("*/cost.txt")}
    assert kept == set(costs.NAMES)
