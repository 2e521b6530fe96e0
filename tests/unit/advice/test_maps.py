"""ADV105: Maps that pay for each item."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.unit.advice.advising import distributed, each, machine, task, told

CODE = "ADV105"
BLOCK = machine("A", A=task("pack", Next="B"), B=task("send"))
ONE = machine("A", A=task("pack"))
HANDLERS = {"pack": lambda event, context: event, "send": lambda event, context: event}


def test_executions_of_one_item_each():
    definition = machine("All", All=distributed("EXPRESS", ONE))
    (found,) = told(CODE, definition, list(range(50)), handlers=HANDLERS, per_month=1_000)
    assert found.diagnostic.message == (
        "'All' starts an execution for each item: 50 executions of 1 transition each, 200 ms on average"
    )
    # 5 starts in the place of 50, and 45 Express requests less, 1,000 times
    assert found.saving is not None
    assert found.saving.transitions == 45
    assert found.saving.usd == pytest.approx(45_000 * 0.000025 + 45_000 * 0.000001)


def test_standard_executions_make_their_own_transitions():
    definition = machine("All", All=distributed("STANDARD", BLOCK))
    (found,) = told(CODE, definition, list(range(50)), handlers=HANDLERS)
    assert "50 executions of 3 transitions each" in found.diagnostic.message
    assert found.saving is not None
    assert found.saving.transitions == 45 * 3


@pytest.mark.parametrize(
    "fields",
    [
        distributed("EXPRESS", ONE, ItemBatcher={"MaxItemsPerBatch": 2}),
        distributed("EXPRESS", machine("A", A={"Type": "Wait", "Seconds": 2, "End": True})),
    ],
    ids=["batched", "slow"],
)
def test_batched_ones_and_slow_ones_are_left_alone(fields):
    assert told(CODE, machine("All", All=fields), list(range(50)), handlers=HANDLERS) == []


def test_an_inline_map_with_many_items():
    (found,) = told(
        CODE, machine("All", All=each(BLOCK)), list(range(100)), handlers=HANDLERS, per_month=10_000
    )
    assert found.diagnostic.message == "'All' makes 2 transitions for each item: 200 for 100 items"
    assert found.saving is not None
    assert found.saving.transitions == 190
    # less the Express executions: 10 requests, and 100 items of 400 ms at 64 MB, 10,000 times
    express = 100_000 * 0.000001 + 10_000 * 100 * 0.4 / 16 * 0.00001667
    assert found.saving.usd == pytest.approx(190 * 10_000 * 0.000025 - express)


@pytest.mark.parametrize(
    ("block", "items"),
    [(BLOCK, 19), (ONE, 100), (machine("A", A=task("pack", Next="B"), B={
        "Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:send", "End": True,
        "TimeoutSeconds": 60,
    }), 100)],
    ids=["few items", "one state", "what Express cannot do"],
)  # fmt: skip
def test_other_inline_maps_are_left_alone(block, items):
    assert told(CODE, machine("All", All=each(block)), list(range(items)), handlers=HANDLERS | {
        "arn:aws:states:us-east-1:123456789012:activity:send": lambda event, context: event
    }) == []  # fmt: skip


def test_batches_of_several_runs():
    definition = machine("All", All=distributed("EXPRESS", ONE))
    (found,) = told(CODE, definition, list(range(50)), list(range(30)), handlers=HANDLERS)
    assert found.saving is not None
    # 80 executions become at most 8 + 2, since each run may begin a batch of its own
    assert found.saving.transitions == Fraction(70, 2)
