"""What holds for the advice on every machine: it says no more than was seen, of places that are there."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import asl
from asl.advice import Bill, Evidence, Facts, advise
from asl.cost import use
from asl.cost.month import mean
from asl.cost.pricelist import prices
from asl.cost.recorded import recorded
from asl.history import History
from tests.golden.histories import golden_text
from tests.properties.machines import json_values, machines
from tests.properties.runs import drive

answers = st.lists(json_values | st.sampled_from(["Boom", "E1", "States.Timeout"]), max_size=4)


@settings(max_examples=200, deadline=None)
@given(machines, json_values, answers, st.sampled_from([None, 10**6]))
def test_no_more_is_saved_than_was_made(
    definition: Any, input: Any, answers: list[Any], per_month: int | None
) -> None:
    machine = asl.parse(definition)
    _, events, _ = drive(machine, input, answers)
    used, evidence = use(History(events), machine.size), Evidence()
    evidence.add(used, History(events))
    bill = Bill(prices("us-east-1"), mean([used]).transitions, per_month)
    text = json.dumps(definition)
    for found in advise(Facts(definition, evidence=evidence, bill=bill), text).findings:
        assert found.diagnostic.line == 1
        value = definition
        for step in found.diagnostic.location.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            value = value[int(name) if isinstance(value, list) else name]
        if found.saving is not None:
            assert 0 < found.saving.transitions <= bill.transitions
            assert found.saving.usd is not None


@settings(max_examples=200, deadline=None)
@given(machines, json_values, answers)
def test_a_history_that_is_exported_and_read_again_shows_the_same(
    definition: Any, input: Any, answers: list[Any]
) -> None:
    machine = asl.parse(definition)
    _, events, _ = drive(machine, input, answers)
    history = History(events)
    again = recorded(json.loads(golden_text(history)))
    first, second = Evidence(), Evidence()
    first.add(use(history, machine.size), history)
    second.add(use(again, machine.size), again)
    assert second == first


@settings(max_examples=100, deadline=None)
@given(machines)
def test_a_definition_alone_is_advised_on(definition: Any) -> None:
    told = advise(Facts(definition), json.dumps(definition))
    assert all(found.saving is None for found in told.findings)
    assert (told.below_a_cent, told.not_reached) == (0, 0)
