"""Every sample machine holds its cost report, and the README the checkout's, as the command makes them."""

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


def test_the_readme_tells_what_a_million_checkouts_cost() -> None:
    page = costs.README.read_text(encoding="utf-8")
    assert "asl cost sample_machines/checkout --per-month 1000000" in page
    assert costs.with_costs(page) == page, "run `make golden` and review the diff"
