"""The comparison: means of several runs, doubts, limits, and whatever the user sets."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

import asl
from asl.compare import (
    SYSTEMS,
    Offer,
    Workload,
    book,
    break_even_actions,
    compare,
    express_refusals,
    overridden,
)
from tests.unit.compare.test_figures import EVERY
from tests.unit.compare.workloads import APPROVAL, CHECKOUT, TASK, approval, chain, checkout, nightly

HERE = book("us-east-1")
ONE = Workload(transitions=1, states=1, tasks=1, task_ms=((400, 1),), ms=400)
RETRIED = msgspec.structs.replace(ONE, transitions=3, retries=2)


def offer(system: str, *works: Workload, per_month: int = 1_000, prices: str = "") -> Offer:
    figures = overridden(HERE, prices, "p") if prices else HERE
    (found,) = compare(works, per_month, figures, systems=[system])
    return found


def units(found: Offer) -> tuple[Decimal, Decimal]:
    total = found.counts[0].total
    return total.low, total.high


# ------------------------------------------------------------------ what retries are


@pytest.mark.parametrize(
    ("system", "low", "high"),
    [
        ("standard", 3, 5),  # each a transition, whatever StateEntered says; 0 to 2 for start and end
        ("azure", 10, 10),  # 4, and for each retry an activity and two replays
        ("azure-dts", 9, 9),
        ("temporal", 4, 4),
        ("inngest", 2, 4),  # not known: none or one each
    ],
)
def test_retries_are_counted_as_each_system_bills_them(system, low, high):
    assert units(offer(system, RETRIED)) == (low, high)


def test_whether_a_childs_start_is_a_third_action_can_be_set():
    usual, other = (
        units(offer("temporal", nightly(), prices=prices))[0]
        for prices in ("", "[temporal]\nchild_actions = 3\n")
    )
    assert other - usual == 10_000


def test_the_vendors_other_example_of_actions_can_be_set():
    # three activities are 7 actions by one example and 3 by another
    hello = msgspec.structs.replace(ONE, states=3, tasks=3)
    assert units(offer("azure-dts", hello)) == (7, 7)
    other = "[azure-dts]\nstart_actions = 0\nactivity_actions = 1\n"
    assert units(offer("azure-dts", hello, prices=other)) == (3, 3)


def test_results_that_come_together_may_be_taken_together():
    both = msgspec.structs.replace(ONE, tasks=65, fans=(asl.compare.Fan(65, 1),))
    low, high = units(offer("azure", both))
    assert high - low == 65 - 3  # three batches of up to 32


def test_a_branch_that_waits_often_is_replayed_as_often():
    long = msgspec.structs.replace(ONE, tasks=10, fans=(asl.compare.Fan(10, 9),))
    low, high = units(offer("azure", long))
    assert high - low == 1


# ------------------------------------------------------------------ several runs


@pytest.mark.parametrize("system", SYSTEMS)
def test_several_runs_count_the_same(system):
    alone = [units(offer(system, work))[0] for work in (checkout(), nightly())]
    assert units(offer(system, checkout(), nightly()))[0] == sum(alone) / 2


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_same_run_twice_is_the_same(system):
    once, twice = offer(system, checkout()), offer(system, checkout(), checkout())
    assert (once.usd, once.compute, once.checks) == (twice.usd, twice.compute, twice.checks)


def test_the_worst_of_several_runs_meets_the_limit():
    assert [check.limit.name for check in offer("express", checkout(), approval()).in_the_way] == [
        "execution_ms"
    ]


# ------------------------------------------------------------------ limits


@pytest.mark.parametrize(
    ("system", "limit", "change", "verdict"),
    [
        ("standard", "history_events", {"events": 25_001}, "exceeded"),
        ("standard", "history_events", {"events": 25_000}, "near"),
        ("standard", "payload_bytes", {"largest_bytes": 262_145}, "exceeded"),
        ("standard", "execution_ms", {"ms": 366 * 86_400_000}, "exceeded"),
        ("express", "execution_ms", {"ms": 300_001}, "exceeded"),
        ("azure", "activity_ms", {"task_ms": ((600_001, 1),)}, "exceeded"),
        ("azure", "message_bytes", {"largest_bytes": 45 * 1_024 + 1}, "slower"),
        ("azure", "fan_out_per_second", {"widest": 101}, "slower"),
        ("azure-dts", "payload_bytes", {"largest_bytes": 1_048_577}, "exceeded"),
        ("temporal", "history_events", {"tasks": 10_000}, "exceeded"),
        ("temporal", "history_bytes", {"payload_bytes": 52_428_801}, "exceeded"),
        ("temporal", "payload_bytes", {"largest_bytes": 2_097_153}, "exceeded"),
        ("temporal", "pending", {"widest": 2_001}, "slower"),
        ("temporal", "signals", {"callbacks": 10_001}, "exceeded"),
        ("temporal-self-hosted", "payload_warning_bytes", {"largest_bytes": 262_145}, "slower"),
        ("inngest", "steps", {"tasks": 1_001}, "exceeded"),
        ("inngest", "step_bytes", {"largest_bytes": 4_194_305}, "exceeded"),
        ("inngest", "state_bytes", {"result_bytes": 33_554_433}, "exceeded"),
        ("inngest", "sleep_ms", {"longest_wait_ms": 31_536_000_001}, "exceeded"),
        ("inngest", "step_ms", {"task_ms": ((7_200_001, 1),)}, "exceeded"),
        ("dynamodb", "largest_item_bytes", {"largest_bytes": 409_600 - 511}, "exceeded"),
        ("dynamodb", "fan_in_per_second", {"widest": 1_001}, "slower"),
        ("dynamodb", "function_ms", {"task_ms": ((900_001, 1),)}, "exceeded"),
    ],
)
def test_a_limit_is_met(system, limit, change, verdict):
    (met,) = [
        check
        for check in offer(system, msgspec.structs.replace(ONE, **change)).in_the_way
        if check.limit.name == limit
    ]
    assert met.verdict == verdict
    assert met.limit.then


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_small_run_meets_none(system):
    assert offer(system, ONE).in_the_way == []


def test_executions_of_a_map_run_are_in_the_history_of_their_parent():
    # 2, a workflow task of 3, and for each item 3 events and a workflow task
    found = {check.limit.name: check for check in offer("temporal", nightly()).checks}
    assert found["history_events"].used == 2 + 3 + 10_000 * 6


def test_too_many_events_a_second_are_told():
    # 50 a second are 129,600,000 in 30 days
    def met(per_month: int) -> list[str]:
        asking = msgspec.structs.replace(ONE, callbacks=1)
        return [check.limit.name for check in offer("azure", asking, per_month=per_month).in_the_way]

    assert met(129_600_000) == []
    assert met(129_600_001) == ["events_per_second"]


def test_too_many_a_second_are_told():
    found = {check.limit.name: check for check in offer("temporal", ONE, per_month=10**9).checks}
    rate = found["actions_per_second"]
    assert rate.used == Decimal(2) * 10**9 / 2_592_000
    assert rate.verdict == "slower"


# ------------------------------------------------------------------ money


def test_own_servers_break_even():
    own = overridden(HERE, "[temporal-self-hosted]\nmonth = 550\n", "p")
    assert break_even_actions(own.sheets["temporal-self-hosted"]) == 10_000_000  # 550 / 0.000055


def test_the_business_plan_bills_by_tiers():
    # 202.5M actions: 2.5M are included, then 5M at 50, 5M at 45, 10M at 40, 30M at 35, 50M at 30, 100M at 25
    started = msgspec.structs.replace(ONE, tasks=0, task_ms=(), ms=0)
    (variant,) = offer(
        "temporal",
        started,
        per_month=202_500_000,
        prices="[temporal]\nactive_gb_hour = 0\nretained_gb_hour = 0\n",
    ).variants
    usage = 250 + 225 + 400 + 1_050 + 1_500 + 2_500
    assert variant.usd.low == usage + usage / Decimal(10)


def test_free_tiers_are_taken_off_only_when_asked():
    works = [ONE]
    for system in ("standard", "azure", "inngest"):
        listed, free = (
            compare(works, 1_000, HERE, systems=[system], free=free)[0].usd for free in (False, True)
        )
        assert listed is not None
        assert free is not None
        assert free.low < listed.low, system


@pytest.mark.parametrize("per_month", [0, 1, 10**15])
@pytest.mark.parametrize("system", SYSTEMS)
def test_any_volume_can_be_reckoned_with(system, per_month):
    found = offer(system, checkout(), per_month=per_month)
    if found.usd is not None:
        assert 0 <= found.usd.low <= found.usd.high
        assert found.usd.high.is_finite()


@pytest.mark.parametrize("region", ["cn-north-1", "mars-north-1"])
def test_a_region_without_a_price_leaves_out_its_bill_alone(region):
    found = {each.sheet.name: each for each in compare([ONE], 1_000, book(region))}
    assert found["standard"].usd is None
    assert found["standard"].unpriced is not None
    assert found["temporal"].usd is not None


@pytest.mark.parametrize(
    "name", [name for name, figure in EVERY if figure.price or figure.value is not None], ids=str
)
def test_every_figure_can_be_set_and_changes_something_or_nothing_breaks(name):
    sheet, _, figure = name.partition(".")
    own = overridden(HERE, f"[{sheet}]\n{figure} = 7\n", "p")
    for found in compare([checkout(), nightly(), approval()], 1_000, own):
        assert found.counts


# ------------------------------------------------------------------ Express


def test_what_express_refuses_is_told_in_its_own_words():
    assert express_refusals(asl.parse(CHECKOUT)) == ()
    (text,) = express_refusals(asl.parse(APPROVAL))
    assert ".waitForTaskToken" in text


def test_a_refused_machine_has_no_bill_on_express():
    (found,) = compare([checkout()], 1_000, HERE, systems=["express"], refusals=["no tokens"])
    assert not found.possible
    assert found.refusals == ["no tokens"]
    assert found.usd is None


def test_states_that_never_ran_are_refused_too():
    token = {**TASK, "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {}}
    definition = chain(Done={"Type": "Succeed"})
    definition["States"]["Ask"] = {**token, "End": True}  # type: ignore[index]
    definition["States"]["Pick"] = {  # type: ignore[index]
        "Type": "Choice",
        "Choices": [{"Variable": "$.ask", "IsPresent": True, "Next": "Ask"}],
        "Default": "Done",
    }
    definition["StartAt"] = "Pick"
    assert express_refusals(asl.parse(definition))
