"""ADV102: attempts that multiply."""

from __future__ import annotations

import pytest

from tests.unit.advice.advising import RETRY, each, machine, task, told

CODE = "ADV102"


def works(event, context):
    return event


def nested(**fields):
    inner = machine("Pack", Pack=task("pack", Retry=RETRY))
    return machine("All", All=each(inner, Retry=RETRY, **fields))


def test_retries_in_retries():
    (found,) = told(CODE, nested(), [1, 2, 3], handlers={"pack": works}, per_month=1_000)
    assert found.diagnostic.message == (
        "Retry of 'All' and 'Pack': up to 16 attempts (4 times 4) at each of 3 items, 52 transitions in the "
        "worst execution instead of 4, 35 seconds of waiting"
    )
    assert found.diagnostic.location == "/States/All/ItemProcessor/States/Pack/Retry"
    # The Map 4 times, each of three items 16 times; and 1 + 2 + 4 seconds four times, and once more
    assert found.figures == {
        "attempts": 16, "items": 3, "longest_wait_seconds": 35.0,
        "worst_transitions_per_execution": 52, "transitions_per_execution": 4.0,
    }  # fmt: skip
    assert found.risk_usd == pytest.approx(48 * 1_000 * 0.000025)
    assert "let 'Pack' retry and 'All' not" in str(found.diagnostic.hint)


def test_items_that_go_one_after_the_other_wait_one_after_the_other():
    (found,) = told(CODE, nested(MaxConcurrency=2), [1, 2, 3], handlers={"pack": works})
    assert found.figures["longest_wait_seconds"] == 2 * 7 * 4 + 7


def test_a_wait_that_doubles_without_end():
    retry = [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 20}]
    (found,) = told(CODE, machine("Pack", Pack=task("pack", Retry=retry)))
    assert found.figures["longest_wait_seconds"] == 2 * (2**20 - 1)
    assert "24.3 days of waiting" in found.diagnostic.message
    assert "MaxDelaySeconds" in str(found.diagnostic.hint)
    assert found.serious


def test_a_delay_has_a_bound():
    retry = [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 20, "MaxDelaySeconds": 10}]
    (found,) = told(CODE, machine("Pack", Pack=task("pack", Retry=retry)))
    assert found.figures["longest_wait_seconds"] == 2 + 4 + 8 + 17 * 10


def test_what_would_cost_less_than_a_cent_is_not_told():
    assert told(CODE, nested(), [1, 2, 3], handlers={"pack": works}, per_month=1) == []


@pytest.mark.parametrize(
    "retry", [RETRY, [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 6}]]
)
def test_the_usual_retry_is_left_alone(retry):
    assert told(CODE, machine("Pack", Pack=task("pack", Retry=retry)), {}, handlers={"pack": works}) == []
