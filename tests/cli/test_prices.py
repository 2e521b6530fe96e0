"""`asl prices`: what is shown, what is imported, and what is refused; and that costs are told by it."""

import copy
import json

import pytest

from tests.cli.shared import machine

TIERS = [
    ("0", "3600000", "0.00001700"),
    ("3600000", "18000000", "0.00000900"),
    ("18000000", "Inf", "0.000005"),
]


def term(sku, tiers, currency="USD"):
    dimensions = {
        f"{sku}.T.{number}": {
            "rateCode": f"{sku}.T.{number}",
            "unit": "",
            "beginRange": begin,
            "endRange": end,
            "pricePerUnit": {currency: price},
            "appliesTo": [],
        }
        for number, (begin, end, price) in enumerate(tiers)
    }
    return {
        f"{sku}.T": {"offerTermCode": "T", "sku": sku, "priceDimensions": dimensions, "termAttributes": {}}
    }


def offer(region="eu-south-2", prefix="EUS2-", transition=(("0", "Inf", "0.000026"),), currency="USD"):
    """An offer file as AWS's guide describes it, with invented prices."""
    uses = {
        "A": ("StateTransition", transition),
        "B": ("StepFunctions-Request", [("0", "Inf", "0.0000011")]),
        "C": ("StepFunctions-GB-Second", TIERS),
    }
    products = {
        sku: {
            "sku": sku,
            "attributes": {"servicecode": "AmazonStates", "usagetype": prefix + use, "regionCode": region},
        }
        for sku, (use, _) in uses.items()
    }
    products["D"] = {"sku": "D", "attributes": {"usagetype": f"{prefix}DataTransfer-Out-Bytes"}}
    return {
        "formatVersion": "v1.0",
        "offerCode": "AmazonStates",
        "publicationDate": "2026-06-01T12:00:00Z",
        "products": products,
        "terms": {"OnDemand": {sku: term(sku, tiers, currency) for sku, (_, tiers) in uses.items()}},
    }


def imported(asl, write, content, *arguments):
    return asl("prices", "update", "--from", write("offer.json", content), *arguments)


def test_what_comes_with_the_package_is_shown(asl):
    shown = json.loads(asl("prices", "show", "--region", "eu-west-3", "--json").stdout)
    assert shown["eu-west-3"]["thousand_transitions"] == 0.0297
    assert shown["eu-west-3"]["date"] == "2020"
    line = asl("prices", "show", "--region", "af-south-1").stdout.splitlines()[1]
    assert "$0.02975" in line
    assert "(express assumed)" in line


def test_an_unknown_region_says_what_to_do(asl):
    result = asl("prices", "show", "--region", "eu-west-9")
    assert result.exit_code == 2
    assert "asl prices update --from FILE" in result.stderr


def test_an_import_shows_what_changed_and_is_used(asl, write):
    result = imported(asl, write, offer())
    assert result.exit_code == 0, result.output
    assert "eu-south-2      1,000 transitions       not known → 0.026 USD" in result.stdout
    assert "1 regions imported, 6 prices changed" in result.stdout
    again = json.loads(imported(asl, write, offer(), "--json").stdout)
    assert again["changed"] == []
    shown = json.loads(asl("prices", "show", "--region", "eu-south-2", "--json").stdout)["eu-south-2"]
    assert (shown["date"], shown["source"]) == ("2026-06-01", "the AWS Price List, service code AmazonStates")
    write("m.asl.json", machine(First={"Type": "Pass", "End": True}))
    cost = json.loads(asl("cost", "m.asl.json", "--region", "eu-south-2", "--json").stdout)
    assert cost["standard"]["usd"] == 0.000026
    run = json.loads(asl("run", "m.asl.json", "--region", "eu-south-2", "--json").stdout)
    assert run["cost"]["standard"]["usd"] == 0.000026


def test_what_changed_is_told_with_what_was(asl, write):
    changed = json.loads(imported(asl, write, offer("us-east-1", "USE1-"), "--json").stdout)["changed"]
    assert changed[0] == {
        "region": "us-east-1", "price": "1,000 transitions", "before": "0.025 USD", "now": "0.026 USD",
    }  # fmt: skip


def test_regions_that_the_file_does_not_name_stay(asl, write):
    imported(asl, write, offer())
    imported(asl, write, offer("eu-north-9", ""))
    for region in ("eu-south-2", "eu-north-9", "us-east-1"):
        assert asl("prices", "show", "--region", region).exit_code == 0


def test_prices_of_a_file_that_is_named(asl, write):
    imported(asl, write, offer(), "--to", "own.json")
    assert asl("prices", "show", "--region", "eu-south-2").exit_code == 2
    assert asl("prices", "show", "--region", "eu-south-2", "--prices", "own.json").exit_code == 0


def test_a_first_tier_that_costs_nothing_is_free(asl, write):
    free = (("0", "5000", "0.0000000000"), ("5000", "Inf", "0.000026"))
    imported(asl, write, offer(transition=free))
    shown = json.loads(asl("prices", "show", "--region", "eu-south-2", "--json").stdout)["eu-south-2"]
    assert (shown["free_transitions"], shown["thousand_transitions"]) == (5000, 0.026)


def test_the_guides_own_names_of_ranges_are_read(asl, write):
    text = json.dumps(offer()).replace("beginRange", "startingRange").replace("endRange", "endingRange")
    assert imported(asl, write, text).exit_code == 0


def changed(path, value):
    """The offer with something else at a place; without it for a value of None."""
    content = copy.deepcopy(offer())
    *steps, last = path
    at = content
    for step in steps:
        at = at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return content


TERM = ("terms", "OnDemand", "C", "C.T", "priceDimensions")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "it is no offer file"),
        ("{", "offer.json is not JSON"),
        (changed(["offerCode"], "AmazonEC2"), "/offerCode is 'AmazonEC2'"),
        (changed(["publicationDate"], None), "/publicationDate is missing"),
        (changed(["products"], {}), "none of them is a use of Step Functions"),
        (changed(["products", "B"], None), "eu-south-2 has no price for StepFunctions-Request"),
        (
            changed(["products", "A", "attributes", "regionCode"], None),
            "/products/A/attributes/regionCode is missing",
        ),
        (changed(["products", "A", "attributes"], 7), "/products/A/attributes/usagetype is missing"),
        (changed(["terms", "OnDemand", "A"], None), "/terms/OnDemand/A is missing"),
        (changed(["terms", "OnDemand", "A"], {}), "/terms/OnDemand/A is to have one offer term"),
        (changed(TERM, {}), "/terms/OnDemand/C/C.T/priceDimensions is empty"),
        (changed([*TERM, "C.T.1"], None), "from 3600000 to 18000000 is a hole"),
        (changed([*TERM, "C.T.0"], None), "no price for the use from 0 to 3600000"),
        (changed([*TERM, "C.T.2"], None), "no price for the use from 18000000 on"),
        (changed([*TERM, "C.T.1", "pricePerUnit", "USD"], "-1"), "C.T.1/pricePerUnit/USD: -1 cannot be"),
        (changed([*TERM, "C.T.1", "pricePerUnit", "USD"], "5"), "C.T.1/pricePerUnit/USD: 5 cannot be"),
        (changed([*TERM, "C.T.1", "pricePerUnit", "USD"], "NaN"), "'NaN' is no number"),
        (changed([*TERM, "C.T.1", "pricePerUnit"], {"EUR": "1"}), "is to be an amount of USD or of CNY"),
        (changed([*TERM, "C.T.1", "beginRange"], "x"), "C.T.1/beginRange: 'x' is no number"),
        (changed([*TERM, "C.T.1", "beginRange"], "1E9"), "a range from 1E+9 to 18000000 there cannot be"),
    ],
)
def test_holes_and_nonsense_are_refused_with_their_place(asl, write, content, said):
    result = imported(asl, write, content)
    assert result.exit_code == 2
    assert said in result.stderr
    assert asl("prices", "show", "--region", "eu-south-2").exit_code == 2  # nothing was written


def test_a_region_that_the_file_lacks_is_told(asl, write):
    result = imported(asl, write, offer(), "--region", "us-east-1")
    assert result.exit_code == 2
    assert "us-east-1" in result.stderr


@pytest.mark.parametrize("content", ["{", "[]", '{"us-east-1": {}}'])
def test_a_spoilt_file_of_prices_is_refused(asl, write, content):
    write("m.asl.json", machine(First={"Type": "Pass", "End": True}))
    write("own.json", content)
    for command in (["prices", "show"], ["cost", "m.asl.json"], ["run", "m.asl.json"]):
        result = asl(*command, "--prices", "own.json")
        assert result.exit_code == 2
        assert "own.json holds no prices as asl prices update writes them" in result.stderr


def test_the_project_can_name_the_file(asl, write):
    imported(asl, write, offer(), "--to", "own.json")
    write("pyproject.toml", '[tool.asl]\nprices = "own.json"\nregion = "eu-south-2"\n')
    write("m.asl.json", machine(First={"Type": "Pass", "End": True}))
    assert json.loads(asl("cost", "m.asl.json", "--json").stdout)["standard"]["usd"] == 0.000026


def test_prices_are_written_to_a_folder_that_is_there_and_a_file_that_is_one(asl, write, here):
    path = write("offer.json", offer())
    missing = asl("prices", "update", "--from", path, "--to", "no/such/own.json")
    assert (missing.exit_code, (here / "no").exists()) == (2, False)
    assert "cannot write no/such/own.json" in missing.stderr
    device = asl("prices", "update", "--from", path, "--to", "/dev/null")
    assert device.exit_code == 2
    assert "cannot read /dev/null: it is no file" in device.stderr
