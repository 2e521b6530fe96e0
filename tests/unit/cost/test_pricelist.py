"""Which prices are known and where they come from."""

import subprocess
import sys
from decimal import Decimal

import pytest

from asl.cost import UnknownRegion, prices

# Published prices and counts: (AWS's page of about 2019-20), then aws-lambda-power-tuning's table
# (aws-lambda-power-tuning). For 1,000 transitions, in USD.
USD = {
    "0.0250": "us-east-1 us-east-2 us-west-2 ca-central-1 eu-west-1 eu-central-1 eu-west-2 eu-north-1 "
    "ap-southeast-1 ap-northeast-1 ap-southeast-2",
    "0.0271": "ap-northeast-2",
    "0.0279": "us-west-1",
    "0.0285": "ap-south-1",
    "0.0297": "eu-west-3",
    "0.0300": "us-gov-east-1 us-gov-west-1",
    "0.0375": "sa-east-1",
    "0.02625": "eu-south-1",
    "0.02975": "af-south-1",
    "0.0275": "ap-east-1 me-south-1",
}


@pytest.mark.parametrize(
    ("region", "price"), [(region, price) for price, regions in USD.items() for region in regions.split()]
)
def test_standard_price(region, price):
    listed = prices(region)
    assert listed.thousand_transitions == Decimal(price)
    assert (listed.region, listed.currency) == (region, "USD")


@pytest.mark.parametrize("region", ["cn-north-1", "cn-northwest-1"])
def test_china_is_priced_in_yuan(region):
    # Published prices and counts: 0.1891 each; the currency is not stated there
    listed = prices(region)
    assert (listed.thousand_transitions, listed.currency) == (Decimal("0.1891"), "CNY")
    assert listed.express is None
    assert listed.assumed == ("currency",)


def test_express_tiers_end_where_the_page_says_in_either_unit():
    # Published prices and counts: the first 1,000 GB-hours, the next 4,000, the rest
    express = prices("us-east-1").express
    assert [tier.up_to for tier in express.gb_hour] == [1_000, 5_000, None]
    assert [tier.up_to for tier in express.gb_second] == [1_000 * 3_600, 5_000 * 3_600, None]


def test_express_rates_in_either_unit_are_the_same_but_for_rounding():
    # The page's rates and the price list's were rounded apart, to at most 8 decimals of a GB-second
    express = prices("us-east-1").express
    for hour, second in zip(express.gb_hour, express.gb_second, strict=True):
        assert round(hour.price / 3_600, 8) == second.price


def test_express_prices_are_assumed_where_nobody_was_seen_to_pay_them():
    # Published prices and counts: names these three
    regions = [region for listed in USD.values() for region in listed.split()]
    seen = {region for region in regions if "express" not in prices(region).assumed}
    assert seen == {"us-east-1", "sa-east-1", "ap-east-1"}


@pytest.mark.parametrize(
    ("region", "source", "date"),
    [("eu-west-1", "pricing page", "2020"), ("af-south-1", "power-tuning", "2026-04")],
)
def test_a_price_tells_its_source_and_date(region, source, date):
    listed = prices(region)
    assert source in listed.source
    assert listed.date == date


def test_an_unknown_region_is_told_what_is_known_and_what_to_do():
    with pytest.raises(UnknownRegion) as caught:
        prices("eu-west-9")
    message = str(caught.value)
    assert message.startswith("No prices are known for the region 'eu-west-9'. Known: af-south-1, ")
    assert "us-west-2. Check the spelling, or name" in message


def test_importing_does_not_read_the_price_list():
    script = (
        "import asl.cost, sys; assert 'tomllib' not in sys.modules; asl.cost.prices('us-east-1'); print(1)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("1\n", "")
