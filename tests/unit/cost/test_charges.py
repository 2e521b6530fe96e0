"""What use costs. P-numbers name published worked examples: AWS pages, workshops, price tools.

AWS's page prints GB-hours, its price list sells GB-seconds: where an
example tells the two apart, both are asserted.
"""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from asl.cost import (
    Tier,
    UnknownRegion,
    duration_usd,
    express_usd,
    gb_seconds,
    prices,
    requests_usd,
    standard_usd,
    tier_amounts,
)

US = prices("us-east-1")


def cents(amount):
    return str(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


def in_hours(use):
    """The duration charge of each tier as the pricing page works it out."""
    return [cents(each) for each in tier_amounts(use / 3600, US.express.gb_hour)]


def in_seconds(use):
    """The duration charge of each tier as it is billed."""
    return [cents(each) for each in tier_amounts(use, US.express.gb_second)]


# --------------------------------------------------------------- Standard


@pytest.mark.parametrize(
    ("transitions", "usd"),
    [
        (10_000, "0.25"),  # P11, infracost's golden test
        (1_000 * (1 + 1), "0.05"),  # P3, unverified: workshop, counts the start of each child
        (1_000 * (5 + 1), "0.15"),  # P4, unverified: the same
        (3_000, "0.075"),  # P7's comparison with Standard
    ],
)
def test_standard(transitions, usd):
    assert standard_usd(transitions, US) == Decimal(usd)


@pytest.mark.parametrize(
    ("transitions", "usd"),
    [
        (500_000 * (2 + 1), "37.40"),  # P5, unverified: workshop, counts the start of each child
        (100_000 * 4, "9.90"),  # P12, unverified: AWS's example from memory
        (4_000, "0.00"),  # the free amount of the pricing page, to the last
        (4_001, "0.000025"),  # and the first that is paid
        (0, "0.00"),
    ],
)
def test_a_month_of_standard_less_what_is_free(transitions, usd):
    assert standard_usd(transitions, US, free=US.free_transitions) == Decimal(usd)


@pytest.mark.parametrize(
    ("transitions", "usd"),
    [
        (6 + 30, "0.00108"),  # aws-lambda-power-tuning, n=10
        (6 + 10 + 200, "0.00648"),  # its cold-start variant, n=10, num=10
    ],
)
def test_standard_in_us_gov_west_1(transitions, usd):
    assert standard_usd(transitions, prices("us-gov-west-1")) == Decimal(usd)


# --------------------------------------------------------------- Express


def test_p2_as_the_pricing_page_prints_it():
    use = gb_seconds(10_000, 64, 100_000_000)
    assert in_hours(use) == ["60.00", "120.00", "202.97"]
    assert cents(sum(tier_amounts(use / 3600, US.express.gb_hour))) == "382.97"
    assert cents(requests_usd(100_000_000, US)) == "100.00"


def test_p2_as_the_price_list_bills_it():
    use = gb_seconds(10_000, 64, 100_000_000)
    assert in_seconds(use) == ["60.01", "119.95", "202.92"]
    assert cents(duration_usd(use, US)) == "382.88"
    assert cents(express_usd(100_000_000, use, US)) == "482.88"


def test_p6_express_children_and_their_starts():
    # Unverified: workshop, 1,000 children of 100 s at 64 MB; the page rounds to $0.10 before it
    # adds the starts and gets $0.125
    children = express_usd(1_000, gb_seconds(100_000, 64, 1_000), US)
    assert round(children, 4) == Decimal("0.1052")
    assert Decimal(cents(children)) == Decimal("0.11")
    assert standard_usd(1_000, US) == Decimal("0.025")


def test_p7_a_nested_express_run():
    # 113 steps of 100 ms at $0.0000001042, itself rounded, are $0.0000117746; 1,000 runs $0.0128
    one = duration_usd(gb_seconds(11_300, 64), US)
    assert round(one, 8) == round(Decimal("0.0000117746"), 8) == Decimal("0.00001177")
    assert round(express_usd(1_000, gb_seconds(11_300, 64, 1_000), US), 4) == Decimal("0.0128")


@pytest.mark.parametrize(
    ("runs", "ms", "mb", "requests", "tiers"),
    [
        (100_000_000, 900, 1216, "100.00", ["60.01", "119.95", "405.27"]),  # P8, infracost golden
        (10_000_000, 800, 512, "10.00", ["60.01", "3.33", "0.00"]),  # P9, the same
        (100_000, 200, 64, "0.10", ["0.02", "0.00", "0.00"]),  # P10, the same
    ],
)
def test_infracost_agrees(runs, ms, mb, requests, tiers):
    # infracost bills by the GB-second rates, whatever unit it prints
    assert cents(requests_usd(runs, US)) == requests
    assert in_seconds(gb_seconds(ms, mb, runs)) == tiers


def test_p13_as_the_pricing_page_would_print_it():
    # Unverified: AWS's example from memory, 1M runs of 30 s at 64 MB: $31.25 + $1.00
    use = gb_seconds(30_000, 64, 1_000_000)
    assert in_hours(use) == ["31.25", "0.00", "0.00"]
    assert cents(duration_usd(use, US)) == "31.26"  # by the GB-second
    assert cents(requests_usd(1_000_000, US)) == "1.00"


# --------------------------------------------------------------- tiers

TIERS = (Tier(Decimal(3), up_to=10), Tier(Decimal(2), up_to=15), Tier(Decimal(1)))


@pytest.mark.parametrize(
    ("use", "amounts"),
    [
        (0, [0, 0, 0]),
        (4, [12, 0, 0]),
        (10, [30, 0, 0]),
        (11, [30, 2, 0]),
        (15, [30, 10, 0]),
        (20, [30, 10, 5]),
    ],
)
def test_each_tier_charges_for_its_own_part(use, amounts):
    # Invented prices: 3 up to 10, 2 up to 15, then 1
    assert tier_amounts(Decimal(use), TIERS) == amounts


@pytest.mark.parametrize("charge", [lambda cn: standard_usd(1, cn), lambda cn: requests_usd(1, cn)])
def test_no_amount_in_yuan_is_called_dollars(charge):
    with pytest.raises(UnknownRegion, match=r"^cn-north-1 is billed in CNY.* Name a region"):
        charge(prices("cn-north-1"))
