"""What executions used together with those that their Map Runs started. P-numbers name published examples."""

import sys
import tracemalloc
from decimal import Decimal

import pytest

import asl
from asl.cost import Children, Use, priced, prices, start_rule
from asl.cost.month import break_even, mean, month
from asl.history import History
from asl.simulate import Simulation

US = prices("us-east-1")


def passes(count):
    """A block of so many Pass states."""
    states = {f"S{number}": {"Type": "Pass", "Next": f"S{number + 1}"} for number in range(1, count)}
    return {"StartAt": "S1", "States": {**states, f"S{count}": {"Type": "Pass", "End": True}}}


def each(block, kind="STANDARD", **fields):
    """A machine of one distributed Map."""
    config = {"Mode": "DISTRIBUTED", "ExecutionType": kind}
    state = {"Type": "Map", "ItemProcessor": {"ProcessorConfig": config, **block}, "End": True, **fields}
    return {"StartAt": "Each", "States": {"Each": state}}


@pytest.mark.parametrize(
    ("states", "usd"),
    [
        (1, "0.05"),  # P3: 1,000 children of one state
        (5, "0.15"),  # P4: of five
    ],
)
def test_p3_and_p4_standard_children_and_their_starts(states, usd):
    children = asl.simulate(each(passes(states)), list(range(1_000))).cost.children
    # The workshop leaves the parent's own Map state out, and so does `children`
    assert children.transitions == 1_000 * (states + 1)
    assert Decimal(children.transitions) * US.thousand_transitions / 1_000 == Decimal(usd)


def test_p5_a_month_less_what_is_free():
    # 500,000 children of two states: 500 a run of a thousand runs
    run = asl.simulate(each(passes(2)), list(range(500)))
    told = month(mean([run.use]), 1_000, US, free=US.free_transitions)
    assert told.by_state == {"Each": 1_000 + 500_000, "S1": 500_000, "S2": 500_000}
    # The page counts 1,500,000; the 1,000 of the Map state itself are $0.025 more
    assert told.standard.usd == pytest.approx(37.40 + 0.025, abs=1e-9)


def test_p6_express_children():
    # 1,000 of 100 s at 64 MB: $0.1052 (the page rounds to $0.10), and 1,000 starts for $0.025
    rest = {"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 100, "End": True}}}
    cost = asl.simulate(each(rest, "EXPRESS"), list(range(1_000))).cost
    assert round(cost.children.express_usd, 4) == 0.1052
    assert (cost.children.requests, cost.children.transitions) == (1_000, 1_000)
    assert cost.standard.transitions == 1_001  # the Map itself
    assert cost.by_state == {"Each": 1_001}
    # On the Express side stand the children, and the run as if it were one
    assert cost.express.requests == 1_001
    assert cost.express.billed_ms == 100_000


def test_p12_and_p13_as_months():
    # Both unverified: AWS's examples from memory
    four = month(mean([Use({"S": 4}, {}, 0, 0, 64, Children())]), 100_000, US, free=US.free_transitions)
    assert four.standard.usd == 9.90
    thirty = month(mean([Use({"S": 1}, {}, 0, 30_000, 64, Children())]), 1_000_000, US, free=0)
    assert thirty.express.usd == pytest.approx(32.26, abs=0.005)  # 32.25 by the GB-hour


def test_p2_pooled_into_the_tiers_of_a_month():
    told = month(mean([Use({"S": 1}, {}, 0, 10_000, 64, Children())]), 100_000_000, US, free=0)
    assert told.express.requests == 100_000_000
    assert told.express.usd == pytest.approx(482.88, abs=0.005)


@pytest.mark.parametrize(
    ("count_start", "by_state", "outside"),
    [(None, {"Each": 3, "S1": 2}, 0), (True, {"Each": 3, "S1": 2}, 1), (False, {"Each": 1, "S1": 2}, 0)],
)
def test_which_starts_count(count_start, by_state, outside):
    used = asl.simulate(each(passes(1)), [1, 2]).use
    assert used.transitions_by_state(count_start) == by_state
    assert used.outside_states(count_start) == outside
    assert used.transitions(count_start) == sum(by_state.values()) + outside
    assert priced(used, US, count_start).children.transitions == used.transitions(count_start) - 1 - outside
    assert start_rule(count_start).startswith("Counted: 1 transition for each state entered, each retry")


def test_no_two_rules_read_alike():
    assert len({start_rule(each) for each in (None, True, False)}) == 3


def test_children_have_children_of_their_own():
    inner = each(passes(1), "EXPRESS")
    state = inner["States"].pop("Each")
    inner = {"StartAt": "Inner", "States": {"Inner": state}}
    used = asl.simulate(each(inner), [[1, 2], [3]]).use
    # Each and its 2 starts; Inner in each of them, and 3 starts
    assert used.transitions_by_state() == {"Each": 3, "Inner": 5}
    assert used.children.requests == 3


def test_retries_of_children_count():
    failing = {"StartAt": "S", "States": {"S": {
        "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": True,
        "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}],
    }}}  # fmt: skip

    def f(event, context):
        raise ValueError

    used = asl.simulate(each(failing, ToleratedFailurePercentage=100), [1, 2], handlers={"f": f}).use
    assert used.children.retries == {"S": 4}
    assert used.transitions_by_state() == {"Each": 3, "S": 6}


def test_nothing_of_a_child_is_kept_but_what_it_used(monkeypatch):
    alive = []

    class Counted(History):
        def __init__(self, *given):
            super().__init__(*given)
            alive.append(1)

        def __del__(self):
            alive.pop()

    monkeypatch.setattr(sys.modules["asl.simulate"], "History", Counted)
    most = []
    original = Simulation._child
    monkeypatch.setattr(Simulation, "_child", lambda *given: (most.append(len(alive)), original(*given))[1])
    asl.simulate(each(passes(1)), list(range(50)))
    assert max(most) <= 3  # the parent's, and one that is about to be given up
    assert len(most) == 50


def test_the_sums_of_many_children_take_no_more_memory_than_those_of_few():
    children, one = Children(), Use({"S": 1}, {}, 0, 100, 64, Children())
    children.add("Each", "STANDARD", one)
    tracemalloc.start()
    for _ in range(10_000):
        children.add("Each", "STANDARD", one)
    grown = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert children.by_state == {"S": 10_001}
    assert grown < 10_000


# ------------------------------------------------------------------ the break-even volume


def sample(transitions, ms=100):
    return mean([Use({"S": transitions}, {}, 0, ms, 64, Children())])


def test_the_break_even_volume_by_hand():
    # (10 N - 4,000) x 0.000025 > N x (0.000001 + 0.00625 x 0.00001667) from N = 401.78 on
    assert break_even(sample(10), US, free=4_000) == 402


def test_standard_is_cheaper_for_long_runs_at_any_volume():
    # An hour at 64 MB costs $0.0038 in the first tier and $0.001 in the last; 10 transitions $0.00025
    assert break_even(sample(10, 3_600_000), US, free=4_000) is None


def test_without_free_transitions_express_may_be_cheaper_at_any_volume():
    assert break_even(sample(10), US, free=0) is None


def test_a_cheaper_tier_can_turn_it():
    # 10 transitions are $0.00025; 4 minutes are $0.00025... in the first tier and less later
    volume = break_even(sample(10, 280_000), US, free=4_000)
    assert volume is not None
    assert volume * 280 * 0.0625 > 3_600_000  # in the second tier


def test_a_month_of_thirds_is_exact():
    uses = [Use({"S": count}, {}, 0, 100, 64, Children()) for count in (1, 1, 2)]
    told = month(mean(uses), 3_000_000, US, free=0)
    assert told.standard.transitions == 4_000_000
