"""Every page of advice: its wrong example is advised on, its right one is not."""

from __future__ import annotations

import json

import pytest

from asl.rules import book
from asl.rules.advised import ADVICE, NOT_IDEMPOTENT
from tests.unit.advice.advising import told

ORDER = "x" * 2046
SAMPLES = {
    "ADV101": {"orders": [ORDER] * 40},
    "ADV102": [1],
    "ADV104": {"order": {"id": 7}},
    "ADV105": list(range(50)),
}
"""What the examples are run with that say nothing without; an integration they call gives what it got."""

HANDLERS = {
    "pack": lambda event, context: event,
    "arn:aws:states:::aws-sdk:sqs:getQueueUrl": lambda event, context: event,
}


@pytest.mark.parametrize("code", [code for code in ADVICE if code != NOT_IDEMPOTENT.code])
def test_the_wrong_example_is_advised_on_and_the_right_one_is_not(code):
    page = book.page(code)
    samples = [SAMPLES[code]] if code in SAMPLES else []
    wrong, right = (
        told(code, json.loads(each.text), *samples, handlers=HANDLERS) for each in (page.wrong, page.right)
    )
    assert len(wrong) == 1
    assert right == []
