"""What holds for the cost of every machine: states add up, and however a history comes, it costs the same."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import asl
from asl.cost import Children, Use, tally, use
from asl.cost.assumptions import Assumptions
from asl.cost.month import break_even, mean, month
from asl.cost.pricelist import prices
from asl.cost.recorded import recorded
from asl.history import History
from tests.contracts.driving import engine_run
from tests.golden.histories import golden_text
from tests.properties.machines import json_values, machines
from tests.properties.runs import Scripted, drive

answers = st.lists(json_values | st.sampled_from(["Boom", "E1", "States.Timeout"]), max_size=4)
LISTED = prices("us-east-1")


@settings(max_examples=200, deadline=None)
@given(machines, json_values, answers, st.sampled_from([None, True, False]))
def test_the_states_add_up_to_the_total(
    definition: Any, input: Any, answers: list[Any], count_start: bool | None
) -> None:
    _, events, _ = drive(asl.parse(definition), input, answers)
    used = use(History(events), 1_000)
    by_state = used.transitions_by_state(count_start)
    assert sum(by_state.values()) + used.outside_states(count_start) == used.transitions(count_start)
    entered = sum(event[0].name.endswith("StateEntered") for event in events)
    assert used.transitions(False) == entered + sum(used.retries.values())


@settings(max_examples=200, deadline=None)
@given(machines, json_values, answers)
def test_a_history_that_is_exported_and_read_again_costs_the_same(
    definition: Any, input: Any, answers: list[Any]
) -> None:
    _, events, _ = drive(asl.parse(definition), input, answers)
    history = History(events)
    again = recorded(json.loads(golden_text(history)))
    assert tally(again.marks()) == tally(history.marks())
    assert use(again, 1_000) == use(history, 1_000)


@settings(max_examples=40, deadline=None)
@given(machines, json_values, answers)
def test_simulate_and_the_engine_cost_the_same(definition: Any, input: Any, answers: list[Any]) -> None:
    machine = asl.parse(definition)
    simulated = asl.simulate(machine, input, handlers=Scripted(answers))
    driven = engine_run(machine, input, handlers=Scripted(answers))
    assert use(driven.history, machine.size) == simulated.use


def uses(transitions: int, ms: int, requests: int) -> Use:
    """What an execution used that made so many transitions, took so long and started Express executions."""
    children = Children(
        starts={"S": requests} if requests else {}, requests=requests, gb_seconds=Decimal(requests)
    )
    return Use({"S": transitions}, {}, 0, ms, 64, children)


samples = st.lists(
    st.builds(uses, st.integers(0, 500), st.integers(0, 10**9), st.integers(0, 20)), min_size=1, max_size=4
)


@settings(max_examples=300, deadline=None)
@given(samples, st.sampled_from([0, 4_000]), st.integers(1, 10**6))
def test_below_the_break_even_volume_the_one_is_cheaper_and_from_it_on_the_other(
    samples: list[Use], free: int, other: int
) -> None:
    average = mean(samples)

    def express_is_cheaper(executions: int) -> bool:
        told = month(average, executions, LISTED, free=free)
        return told.usd("STANDARD") - told.express.usd > 1e-9 * max(told.express.usd, 1)

    volume = break_even(average, LISTED, free=free)
    if volume is None:
        assert len({express_is_cheaper(each) for each in (10**3, 10**9, 10**14)}) == 1
    else:
        assert not express_is_cheaper(max(1, volume - 1))
        assert express_is_cheaper(volume * 2)


@settings(max_examples=100, deadline=None)
@given(samples, st.integers(1, 10**15))
def test_a_month_adds_up(samples: list[Use], executions: int) -> None:
    told = month(mean(samples), executions, LISTED, free=4_000)
    total = sum(told.by_state.values()) + told.outside_states
    assert abs(total - told.standard.transitions) <= 1e-12 * total
    assert told.standard.usd >= 0
    assert month(mean(samples, None, Assumptions()), executions, LISTED, free=4_000) == told
