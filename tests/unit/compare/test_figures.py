"""The figures: each has a source and a date, and those of the user go before them."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

import asl.compare
from asl.compare import SYSTEMS, InvalidPrices, Unpriced, book, overridden
from asl.compare.figures import Book, Figure, names

PAGE = Path(asl.compare.__file__).with_name("systems.toml")
HERE = book("us-east-1")
NOTES = {"onboarding", "operation", "pitfalls", "debugging", "idempotency", "human_step", "latency"}


def figures(of: Book) -> list[tuple[str, Figure]]:
    sheets = [of.shared, *of.sheets.values()]
    return [(f"{sheet.name}.{figure.name}", figure) for sheet in sheets for figure in sheet.all()]


EVERY = figures(HERE)


def test_every_system_has_a_sheet():
    assert names() == list(SYSTEMS) == list(HERE.sheets)


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_sheet_tells_what_is_promised_and_what_to_know(name):
    sheet = HERE.sheets[name]
    assert sheet.title
    assert sheet.unit
    assert sheet.guarantee
    assert sheet.guarantee_source
    assert sheet.notes_source
    assert set(sheet.notes) == NOTES
    assert sheet.doubts


@pytest.mark.parametrize("figure", [figure for _, figure in EVERY], ids=[name for name, _ in EVERY])
def test_every_figure_has_a_source_and_a_date(figure):
    assert figure.source
    assert figure.date
    assert figure.unit
    assert figure.value is not None or figure.tiers or figure.why


def test_what_nobody_confirms_is_marked():
    # General knowledge, a choice of the model, and copies of the price of Inngest.
    unmarked = [
        name for name, figure in EVERY if figure.source.startswith("general") and not figure.unverified
    ]
    assert unmarked == []
    assert HERE.sheets["inngest"]["pro_month"].unverified
    assert HERE.sheets["azure"]["ten_thousand_queue_operations"].unverified
    assert not HERE.sheets["temporal"]["million_actions"].unverified


def test_no_price_is_invented():
    open_ones = {name for name, figure in EVERY if figure.value is None and not figure.tiers}
    assert open_ones == {"azure-dts.p_dts", "temporal-self-hosted.month"}
    with pytest.raises(Unpriced):
        _ = HERE.sheets["azure-dts"]["p_dts"].number


def test_every_source_is_used():
    table = tomllib.loads(PAGE.read_text(encoding="utf-8"))
    used = {
        row["source"]
        for page in table.values()
        for kind in ("figures", "limits")
        for row in page.get(kind, {}).values()
        if isinstance(row, dict)
    }
    said = {
        each
        for page in table.values()
        for kind in ("guarantee_source", "notes_source")
        for each in str(page.get(kind, "")).split(", ")
    }
    assert set(table["sources"]) - used - said == set()


# ------------------------------------------------------------------ Step Functions' own prices


def test_step_functions_prices_are_the_regions():
    assert book("sa-east-1").sheets["standard"]["thousand_transitions"].number == Decimal("0.0375")
    assert book("us-east-1").sheets["standard"]["thousand_transitions"].number == Decimal("0.0250")


def test_what_is_assumed_of_a_region_is_unverified():
    assert book("eu-west-1").sheets["express"]["million_requests"].unverified
    assert not book("us-east-1").sheets["express"]["million_requests"].unverified


@pytest.mark.parametrize(
    ("region", "why"), [("mars-north-1", "No prices are known"), ("cn-north-1", "billed in CNY")]
)
def test_a_region_without_prices_in_dollars_leaves_them_open(region, why):
    figure = book(region).sheets["standard"]["thousand_transitions"]
    assert figure.value is None
    assert why in figure.why


# ------------------------------------------------------------------ figures of the user's


def test_a_figure_of_the_users_goes_before_the_books():
    own = overridden(HERE, "[temporal]\nmillion_actions = 45.5\n", "ours.toml")
    figure = own.sheets["temporal"]["million_actions"]
    assert (figure.number, figure.source, figure.date) == (Decimal("45.5"), "ours.toml", "yours")
    assert HERE.sheets["temporal"]["million_actions"].number == 50
    assert own.sheets["temporal"]["active_gb_hour"] == HERE.sheets["temporal"]["active_gb_hour"]


def test_a_price_that_was_open_is_then_known():
    own = overridden(HERE, "[azure-dts]\np_dts = 1e-5\n", "ours.toml")
    assert own.sheets["azure-dts"]["p_dts"].number == Decimal("0.00001")
    assert not own.sheets["azure-dts"]["p_dts"].unverified


def test_limits_and_what_is_shared_are_figures_too():
    own = overridden(HERE, "[shared]\nfunction_mb = 512\n[inngest]\nsteps = 5000\n", "ours.toml")
    assert own.shared["function_mb"].number == 512
    assert own.sheets["inngest"].limits["steps"].number == 5000


def test_tiers_are_given_as_a_list_or_as_one_price():
    listed = "[temporal]\nbusiness_million_actions = [{ up_to = 10, price = 5 }, { price = 1 }]\n"
    tiers = overridden(HERE, listed, "o").sheets["temporal"]["business_million_actions"].tiers
    assert [(tier.up_to, tier.price) for tier in tiers] == [(10, 5), (None, 1)]
    flat = overridden(HERE, "[temporal]\nbusiness_million_actions = 3\n", "o")
    figure = flat.sheets["temporal"]["business_million_actions"]
    assert (figure.number, figure.tiers) == (3, ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "ours.toml: it sets nothing"),
        ("[temporal", "ours.toml: not TOML"),
        ("[temporal]\nmillion_actions =\n", "ours.toml: not TOML: Invalid value (at line 2"),
        ("[temporal]\n", "ours.toml: temporal: it sets no figure"),
        ("temporal = 5\n", "ours.toml: temporal: it is to be a table"),
        ("[tempral]\nmillion_actions = 5\n", "there is no such system; did you mean temporal?"),
        ("[zzz]\nmillion_actions = 5\n", "there is no such system; there are shared, standard"),
        ("[temporal]\nmillion_action = 5\n", "ours.toml: temporal.million_action: there is no such figure"),
        ("[temporal]\nmillion_action = 5\n", "; did you mean million_actions?"),
        ("[temporal]\nmillion_actions = -5\n", "ours.toml: temporal.million_actions: it is to be 0 or more"),
        ("[temporal]\nmillion_actions = nan\n", "temporal.million_actions: it is to be 0 or more, not NaN"),
        ("[temporal]\nmillion_actions = inf\n", "it is to be 0 or more, not Infinity"),
        ("[temporal]\nmillion_actions = 1e16\n", "is more than 1,000,000,000,000,000"),
        ("[temporal]\nmillion_actions = '5'\n", "temporal.million_actions: it is to be a number, not '5'"),
        ("[temporal]\nmillion_actions = true\n", "it is to be a number, not True"),
        ("[temporal]\nmillion_actions = 2026-01-01\n", "it is to be a number, not a date"),
        ("[temporal]\nmillion_actions = [1]\n", "it is to be a number, not a list"),
        ("[temporal]\nmillion_actions = { usd = 1 }\n", "it is to be a number, not a dict"),
        ("[azure]\nbatch = 0\n", "ours.toml: azure.batch: it is to be more than 0"),
        ("[temporal]\nbusiness_million_actions = []\n", "business_million_actions: it has no tier"),
        ("[temporal]\nbusiness_million_actions = [{ price = 1 }, { price = 2 }]\n", "tier 1: it is to have"),
        ("[temporal]\nbusiness_million_actions = [{ up_to = 5 }]\n", "tier 1: it is to have price"),
        ("[temporal]\nbusiness_million_actions = [{ price = -1 }]\n", "tier 1, price: it is to be 0 or more"),
        (
            "[temporal]\nbusiness_million_actions = "
            "[{ up_to = 5, price = 1 }, { up_to = 5, price = 1 }, { price = 1 }]\n",
            "tier 2, up_to: it is to be more than the tier before it",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_file_and_place(text, message):
    with pytest.raises(InvalidPrices) as error:
        overridden(HERE, text, "ours.toml")
    assert str(error.value).startswith("ours.toml")
    assert message in str(error.value)


DIVISORS = [name for name, figure in EVERY if figure.divides or (figure.rate and figure.value is not None)]


@pytest.mark.parametrize("name", DIVISORS)
def test_nothing_that_divides_can_be_nothing(name):
    sheet, _, figure = name.partition(".")
    with pytest.raises(InvalidPrices, match="more than 0"):
        overridden(HERE, f"[{sheet}]\n{figure} = 0\n", "ours.toml")
