"""Three workloads on every system, to the unit and to the cent of what was worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import msgspec
import pytest

from asl.compare import Offer, Workload, book, compare, overridden
from tests.unit.compare import workloads

CHECKOUT, NIGHTLY, APPROVAL = 1_000_000, 30, 10_000
"""Executions in a month."""

SCHEDULED = "[temporal]\nstart_actions = 3\nactive_gb_hour = 0\nretained_gb_hour = 0\n"
"""A schedule starts it, which is three actions; storage is left out."""


@cache
def checkout() -> Workload:
    return workloads.checkout()


@cache
def nightly(kind: str = "STANDARD") -> Workload:
    return workloads.nightly(kind)


@cache
def approval() -> Workload:
    return workloads.approval()


def offer(system: str, work: Workload, per_month: int, *, prices: str = "", free: bool = False) -> Offer:
    figures = book("us-east-1")
    if prices:
        figures = overridden(figures, prices, "prices.toml")
    (found,) = compare([work], per_month, figures, systems=[system], free=free)
    return found


def cents(found: Offer) -> list[str]:
    """A month's bill at its low end, and where it is a range at its high one."""
    assert found.usd is not None
    ends = [f"{found.usd.low:.2f}", f"{found.usd.high:.2f}"]
    return list(dict.fromkeys(ends))


def month(found: Offer, per_month: int) -> dict[str, list[int]]:
    """A month's units, low and high."""
    totals = {each.unit: each.total * per_month for each in found.counts}
    return {
        unit: [int(end) for end in dict.fromkeys([total.low, total.high])] for unit, total in totals.items()
    }


def variant(found: Offer, beginning: str) -> str:
    (usd,) = (each.usd for each in found.variants if each.what.startswith(beginning))
    return f"{usd.low:.2f}"


def line(found: Offer, what: str) -> Decimal:
    (usd,) = (each.usd.low for each in found.charges if each.what == what)
    return usd


# ------------------------------------------------------------------ the checkout


def test_checkout_on_standard():
    # 7 x 1M x 0.000025; with a start and an end 9 transitions
    assert cents(offer("standard", checkout(), CHECKOUT)) == ["175.00", "225.00"]


def test_checkout_on_standard_less_the_free_transitions():
    # 4,000 transitions are $0.10
    assert cents(offer("standard", checkout(), CHECKOUT, free=True))[0] == "174.90"


def test_checkout_on_express():
    # 34.722 GB-h x 0.06 + 1.00
    found = offer("express", checkout(), CHECKOUT)
    assert month(found, CHECKOUT) == {"requests": [1_000_000], "GB seconds": [125_000]}
    assert cents(found) == ["3.08"]


@pytest.mark.parametrize("system", ["standard", "express", "dynamodb"])
def test_checkouts_functions(system):
    # 4M calls and 200,000 GB-s
    compute = offer(system, checkout(), CHECKOUT).compute
    assert compute is not None
    assert f"{compute.low:.2f}" == f"{compute.high:.2f}" == "4.13"


def test_checkout_on_azure():
    found = offer("azure", checkout(), CHECKOUT)
    assert month(found, CHECKOUT) == {
        "executions": [10_000_000],
        "GB seconds": [275_000],
        "queue operations": [27_000_000],
        "table operations": [16_000_000],
    }
    assert [f"{each.usd.low:.4f}" for each in found.charges] == [
        "2.0000", "4.4000", "10.8000", "0.5760", "1.0368",
    ]  # fmt: skip
    assert cents(found) == ["18.81"]
    assert variant(found, "with queues on a GPv1 account") == "8.04"


def test_checkout_on_azures_task_scheduler():
    # 1 + 2 x 4 actions, and no price
    found = offer("azure-dts", checkout(), CHECKOUT)
    assert month(found, CHECKOUT) == {"actions": [9_000_000]}
    assert found.usd is None
    assert found.unpriced is not None
    assert found.unpriced.name == "p_dts"


def test_a_price_of_the_users_prices_azures_task_scheduler():
    found = offer("azure-dts", checkout(), CHECKOUT, prices="[azure-dts]\np_dts = 0.00001\n")
    assert cents(found) == ["90.00"]


def test_checkout_on_temporal():
    found = offer("temporal", checkout(), CHECKOUT)
    assert month(found, CHECKOUT)["actions"] == [5_000_000]
    # 29 events of 200 bytes and 10 payloads of 1 KB: 16,040 bytes kept for 720 hours
    assert found.counts[2].total.low == Decimal(16_040) * 720 / 10**9
    assert line(found, "actions") == 250
    assert f"{line(found, 'storage of closed runs'):.3f}" == "12.126"
    assert f"{line(found, 'storage of open runs'):.4f}" == "0.0004"
    assert cents(found) == ["288.34"]
    assert variant(found, "on the Business plan") == "625.00"


def test_checkout_on_temporal_on_ones_own_servers():
    found = offer("temporal-self-hosted", checkout(), CHECKOUT)
    assert found.usd is None
    assert variant(found, "in Temporal Cloud") == "288.34"
    own = offer("temporal-self-hosted", checkout(), CHECKOUT, prices="[temporal-self-hosted]\nmonth = 550\n")
    assert cents(own) == ["550.00"]


def test_checkout_on_inngest():
    # 5M executions: 99 + 4 x 50
    found = offer("inngest", checkout(), CHECKOUT)
    assert month(found, CHECKOUT)["executions"] == [5_000_000]
    assert cents(found) == ["299.00"]
    assert variant(found, "with the base price of another copy") == "275.00"


def test_checkout_on_dynamodb():
    found = offer("dynamodb", checkout(), CHECKOUT)
    assert month(found, CHECKOUT) == {
        "write units": [12_000_000],
        "read units": [4_000_000],
        "SQS requests": [12_000_000],
    }
    assert [f"{each.usd.low:.2f}" for each in found.charges] == ["7.50", "0.50", "4.80"]
    assert cents(found) == ["12.80"]
    assert found.compute is not None
    assert found.usd is not None
    assert f"{found.usd.low + found.compute.low:.2f}" == "16.93"
    # the write units alone are $30.00 with an audit row
    assert variant(found, "with an audit row") == f"{30 + 0.5 + 4.8:.2f}"
    assert variant(found, "on Cosmos DB") == "17.00"


# ------------------------------------------------------------------ the nightly fan-out


def test_fan_out_on_standard():
    found = offer("standard", nightly(), NIGHTLY)
    assert month(found, NIGHTLY)["transitions"][0] == 900_030
    assert cents(found)[0] == "22.50"


def test_fan_out_on_standard_with_express_executions():
    found = offer("standard", nightly("EXPRESS"), NIGHTLY)
    assert month(found, NIGHTLY) | {"transitions": []} == {
        "transitions": [],
        "requests": [300_000],
        "GB seconds": [18_750],
    }
    assert month(found, NIGHTLY)["transitions"][0] == 300_030
    assert [f"{each.usd.low:.4f}" for each in found.charges] == ["7.5008", "0.3000", "0.3126"]
    assert cents(found)[0] == "8.11"
    assert found.compute is not None
    assert f"{found.compute.low:.2f}" == "0.62"


def test_fan_out_inside_one_execution_fails_on_standard():
    work = workloads.run(workloads.fan_out(mode="INLINE"), [1] * 10_000, seconds=0.4, quotas=False)
    found = offer("standard", work, NIGHTLY)
    assert {check.limit.name: check.verdict for check in found.in_the_way} == {
        "history_events": "exceeded",
        "payload_bytes": "exceeded",  # what it gives is 10,000 times 1 KB
        "inline_map_at_once": "slower",
    }


def test_fan_out_on_azure():
    found = offer("azure", nightly(), NIGHTLY)
    told = month(found, NIGHTLY)
    assert told["executions"] == [1_509_450, 1_800_060]
    assert told["queue operations"] == [5_400_090]
    plan = [[f"{each.usd.low:.2f}", f"{each.usd.high:.2f}"] for each in found.charges]
    assert plan == [["0.30", "0.36"], ["0.66", "0.72"], ["2.16"] * 2, ["0.11", "0.14"], ["1.04"] * 2]
    assert cents(found) == ["4.27", "4.42"]


def test_fan_out_on_azures_task_scheduler():
    found = offer("azure-dts", nightly(), NIGHTLY)
    assert month(found, NIGHTLY) == {"actions": [1_800_030]}
    (slow,) = found.in_the_way
    assert slow.limit.name == "actions_at_once"
    assert slow.seconds is not None
    assert int(slow.seconds) == 120


def test_fan_out_on_temporal():
    found = offer("temporal", nightly(), NIGHTLY, prices=SCHEDULED)
    assert month(found, NIGHTLY)["actions"] == [1_200_090]
    assert f"{line(found, 'actions'):.2f}" == "60.00"
    assert cents(found) == ["66.00"]
    assert "pending" in {check.limit.name for check in found.in_the_way}


def test_fan_out_on_temporal_by_children_of_a_thousand_items():
    ((child, _),) = nightly().children
    larger = msgspec.structs.replace(child, tasks=2_000)
    work = msgspec.structs.replace(nightly(), children=((larger, 10),))
    found = offer("temporal", work, NIGHTLY, prices=SCHEDULED)
    assert month(found, NIGHTLY)["actions"] == [600_690]
    assert cents(found) == ["33.04"]


def test_fan_out_on_inngest():
    found = offer("inngest", nightly(), NIGHTLY)
    assert month(found, NIGHTLY)["executions"] == [900_090]
    assert cents(found) == ["99.00"]


def test_fan_out_in_one_run_of_inngest_is_too_long():
    work = workloads.run(workloads.fan_out(mode="INLINE"), [1] * 10_000, seconds=0.4, quotas=False)
    found = offer("inngest", work, NIGHTLY)
    assert {check.limit.name: check.verdict for check in found.in_the_way}["steps"] == "exceeded"


def test_fan_out_on_dynamodb():
    found = offer("dynamodb", nightly(), NIGHTLY)
    assert cents(found) == ["2.48"]
    assert [f"{each.usd.low:.3f}" for each in found.charges] == ["1.688", "0.075", "0.720"]
    assert found.compute is not None
    assert f"{found.compute.low:.2f}" == "0.62"


# ------------------------------------------------------------------ the approval


def test_approval_on_standard():
    found = offer("standard", approval(), APPROVAL)
    assert cents(found) == ["1.25", "1.75"]
    assert found.compute is not None
    assert f"{found.compute.low:.2f}" == "0.03"


def test_approval_on_express_is_impossible():
    found = offer("express", approval(), APPROVAL)
    assert not found.possible
    assert found.usd is None


def test_approval_on_azure():
    found = offer("azure", approval(), APPROVAL)
    assert month(found, APPROVAL) == {
        "executions": [100_000],
        "GB seconds": [2_375],
        "queue operations": [270_000],
        "table operations": [160_000],
    }
    assert cents(found) == ["1.21"]


def test_approval_on_azures_task_scheduler():
    assert month(offer("azure-dts", approval(), APPROVAL), APPROVAL) == {"actions": [80_000]}


def test_approval_on_temporal():
    found = offer("temporal", approval(), APPROVAL)
    assert month(found, APPROVAL)["actions"] == [60_000]
    assert [f"{each.usd.low:.4f}" for each in found.charges[:3]] == ["3.0000", "0.4541", "0.1135"]
    assert cents(found) == ["3.92"]


def test_approval_on_inngest():
    # exactly the quota of the Free plan
    found = offer("inngest", approval(), APPROVAL)
    assert month(found, APPROVAL)["executions"] == [50_000]
    assert cents(found) == ["99.00"]
    assert variant(found, "on the Free plan") == "0.00"
    assert cents(offer("inngest", approval(), APPROVAL, free=True)) == ["0.00"]
    assert cents(offer("inngest", approval(), APPROVAL + 1, free=True)) == ["99.00"]


def test_approval_on_dynamodb():
    found = offer("dynamodb", approval(), APPROVAL)
    assert month(found, APPROVAL) == {
        "write units": [140_000],
        "read units": [40_000],
        "SQS requests": [90_000],
    }
    assert cents(found) == ["0.13"]
    assert found.compute is not None
    assert f"{found.compute.low:.2f}" == "0.03"
