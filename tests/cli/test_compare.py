"""`asl compare`: options, refusals, and what is shown of each system."""

import json
import re
from decimal import Decimal

import msgspec
import pytest

from asl.compare import SYSTEMS
from asl.cost import prices
from cli import prices_file
from tests.cli.shared import ROOT, machine, task

CHECKOUT = str(ROOT / "sample_machines" / "checkout")
PASS = machine(First={"Type": "Pass", "End": True})
GREET = machine(Greet=task("greet"), start="Greet")
GREETER = "def greet(event, context):\n    return event\n"
ASK = machine(
    First={
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "https://queue", "MessageBody": "?"},
        "TimeoutSeconds": 60,
        "End": True,
    }
)


@pytest.fixture
def passing(write):
    return write("pass.asl.json", PASS)


@pytest.fixture
def greeting(write):
    write("greet/machine.asl.json", GREET)
    write("greet/handlers.py", GREETER)
    return "greet"


def told(result):
    assert result.exit_code == 0, result.stderr
    return result.stdout


def record(result):
    return json.loads(told(result))


def systems(result):
    return {each["name"]: each for each in record(result)["systems"]}


def row(text, title):
    (line,) = re.findall(rf"^  {title}  .*$", text, re.MULTILINE)
    return line


# ------------------------------------------------------------------ the table


def test_every_system_has_a_row_and_a_part(asl, greeting):
    result = asl("compare", greeting)
    for each in systems(asl("compare", greeting, "--json")).values():
        assert row(told(result), each["title"])
        assert f"\n{each['title']}\n  promises  " in told(result)


def test_the_row_tells_units_price_and_functions(asl, greeting):
    # 1 state at 0.000025 and 0 to 2 more; 0.2 s x 0.125 GB and a call each
    result = asl("compare", greeting, "--per-month", "1000000", "--task-seconds", "0.2")
    line = row(told(result), "Step Functions Standard")
    assert re.search(r"  1-3 transitions +\$25\.00-75\.00  \+ \$0\.62 Lambda  █+·+$", line)


def test_bars_are_as_long_as_the_amounts(asl, greeting):
    text = told(asl("compare", greeting, "--system", "standard", "--system", "temporal"))
    standard, temporal = (row(text, title) for title in ("Step Functions Standard", "Temporal Cloud"))
    assert temporal.count("█") == 24  # the most of all, and no range
    assert standard.count("█") < standard.count("█") + standard.count("·") < 24


def test_what_was_assumed_is_told(asl, passing):
    text = told(asl("compare", passing))
    text = " ".join(text.split())
    assert "1,000,000 executions a month (the default of --per-month)" in text
    assert "free tiers not taken off (--free-tier)" in text
    assert "a function takes 400ms (--task-seconds)" in text
    given = told(asl("compare", passing, "--per-month", "7", "--free-tier", "--task-seconds", "2"))
    given = " ".join(given.split())
    assert "7 executions a month ·" in given
    assert "free tiers taken off" in given
    assert "a function takes 2s" in given


def test_a_price_that_is_not_known_is_not_told(asl, passing):
    text = told(asl("compare", passing))
    assert row(text, "Azure Task Scheduler").endswith("no price: p_dts  + functions")
    assert row(text, "Temporal self-hosted").endswith("no price: month  + your workers")


def test_a_price_that_nobody_confirms_is_marked(asl, passing):
    text = told(asl("compare", passing))
    assert " ?  " in row(text, "Inngest")
    assert " ?  " not in row(text, "Temporal Cloud")
    assert "? = no text of the vendor confirms every figure" in text


def test_what_stands_in_the_way_is_told(asl, write):
    definition = machine(First={"Type": "Wait", "Seconds": 301, "End": True})
    text = told(asl("compare", write("rest.json", definition)))
    assert "stops       time an execution runs: 5m 1s of 5m; it is ended after five minutes" in text
    assert "cannot run it" in row(text, "Step Functions Express")


def test_what_express_refuses_is_told(asl, write):
    text = told(asl("compare", write("ask.json", ASK), "--system", "express"))
    assert "stops       Express state machine does not support '.waitForTaskToken'" in text


@pytest.mark.parametrize("columns", ["60", "80", "100"])
def test_lines_fit_a_terminal(terminal, write, columns):
    write("pass.asl.json", PASS)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", terminal("compare", "pass.asl.json", COLUMNS=columns))
    parts = shown.split("\n\n", 1)[1].split("Step Functions Standard\n", 1)[1]
    assert max(map(len, parts.splitlines())) <= int(columns)


def test_bars_stand_below_where_they_have_no_room(terminal, write):
    write("pass.asl.json", PASS)
    shown = terminal("compare", "pass.asl.json", COLUMNS="80", NO_COLOR="1")
    assert re.search(r"^  Temporal Cloud +█+$", shown, re.MULTILINE)
    assert max(map(len, shown.splitlines())) <= 80


def test_colour_is_for_terminals_that_want_it(terminal, write, asl, passing):
    assert "\x1b[36m█" in terminal("compare", passing)
    assert "\x1b[" not in terminal("compare", passing, NO_COLOR="1")
    assert "\x1b[" not in told(asl("compare", passing))


def test_it_is_the_same_each_time(asl):
    first, second = (told(asl("compare", CHECKOUT, "--json", "--explain")) for _ in range(2))
    assert first == second


# ------------------------------------------------------------------ the explanation


def test_formulas_have_the_numbers_put_in(asl, greeting):
    text = told(asl("compare", greeting, "--system", "temporal", "--per-month", "1000000", "--explain"))
    assert "Temporal Cloud: how it is reckoned" in text
    assert "counts      actions: start 1 + activities 1 = 2" in text
    assert (
        "a month     actions: 2,000,000 x $50 for 1,000,000 actions = $100.00 (Temporal Cloud pricing, 2026)"
        in text
    )
    assert "doubt       " in text
    assert "idempotent  By workflow id" in text


def test_a_missing_price_is_asked_for(asl, passing):
    text = told(asl("compare", passing, "--system", "azure-dts", "--explain"))
    assert "give azure-dts.p_dts, in USD per action" in " ".join(text.split())


# ------------------------------------------------------------------ inputs and runs


def test_inputs_may_be_repeated(asl, write):
    branching = machine(
        First={
            "Type": "Choice",
            "Choices": [{"Variable": "$.more", "BooleanEquals": True, "Next": "More"}],
            "Default": "Done",
        },
        More={"Type": "Pass", "Next": "Done"},
        Done={"Type": "Succeed"},
    )
    name = write("branching.json", branching)
    both = asl("compare", name, "--input", '{"more": true}', "--input", '{"more": false}', "--json")
    found = record(both)
    assert [run["workload"]["states"] for run in found["runs"]] == [3, 2]
    assert found["systems"][0]["per_execution"]["transitions"]["low"] == 2.5
    text = told(asl("compare", name, "--input", '{"more": true}', "--input", '{"more": false}'))
    assert "input 1: 3 states" in text
    assert "input 2: 2 states" in text


def test_a_run_that_fails_is_compared_up_to_there(asl, write):
    failing = machine(First={"Type": "Fail", "Error": "Broken", "Cause": "by design"})
    result = asl("compare", write("fail.json", failing))
    assert "the run ended FAILED with Broken: by design. It is compared up to there." in result.stderr
    assert row(told(result), "Step Functions Standard")


def test_a_run_that_meets_a_limit_can_be_judged_whole(asl, write):
    rounds = {"Type": "Map", "ItemProcessor": PASS, "End": True}
    name = write("many.json", machine(First={**rounds, "ItemProcessor": machine(
        Inner={"Type": "Pass", "End": True}, start="Inner")}))  # fmt: skip
    many = json.dumps(list(range(9_000)))
    ended = asl("compare", name, "--input", many, "--system", "standard")
    assert "--no-quotas" in ended.stderr
    whole = asl("compare", name, "--input", many, "--system", "standard", "--no-quotas")
    assert whole.stderr == ""
    assert "stops       history events: 36,006 of 25,000" in told(whole)


def test_executions_of_a_distributed_map_are_part_of_it(asl, write):
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    each = machine(Inner={"Type": "Pass", "End": True}, start="Inner") | {"ProcessorConfig": config}
    name = write("map.json", machine(First={"Type": "Map", "ItemProcessor": each, "End": True}))
    found = record(asl("compare", name, "--input", "[1, 2, 3]", "--json"))
    assert [child["times"] for child in found["runs"][0]["workload"]["children"]] == [3]
    # the Map, a start and a state for each item
    assert found["systems"][0]["per_execution"]["transitions"]["low"] == 7
    assert "3 child executions" in told(asl("compare", name, "--input", "[1, 2, 3]"))


def test_tasks_can_be_mocked(asl, greeting, write):
    mocks = {
        "StateMachines": {"greet": {"TestCases": {"Slow": {"Greet": "Twice"}}}},
        "MockedResponses": {"Twice": {"0": {"Return": {"hello": "you"}}}},
    }
    write("mocks.json", mocks)
    result = asl("compare", greeting, "--mock-config", "mocks.json", "--test-case", "Slow", "--json")
    assert record(result)["runs"][0]["workload"]["result_bytes"] == len('{"hello":"you"}')


# ------------------------------------------------------------------ prices


def test_prices_of_the_users_are_taken(asl, passing, write):
    write("ours.toml", "[azure-dts]\np_dts = 0.00001\n[temporal-self-hosted]\nmonth = 550\n")
    found = systems(asl("compare", passing, "--prices", "ours.toml", "--json"))
    assert found["azure-dts"]["usd_per_month"] == {"low": 10, "high": 10}
    assert found["azure-dts"]["charges"][0]["price"]["source"] == "ours.toml"
    assert found["temporal-self-hosted"]["usd_per_month"] == {"low": 550, "high": 550}
    text = told(asl("compare", passing, "--prices", "ours.toml", "--explain"))
    assert "Temporal Cloud asks as much for 10,000,000 actions a month" in text


def test_the_time_of_functions_can_be_a_figure_of_the_users(asl, greeting, write):
    write("ours.toml", "[shared]\ntask_seconds = 3\n")
    assert record(asl("compare", greeting, "--prices", "ours.toml", "--json"))["task_seconds"] == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[temporal]\nmillion_actions = -1\n", "ours.toml: temporal.million_actions: it is to be 0 or more"),
        ("[temporal]\nmillion_actions =\n", "ours.toml: not TOML"),
        ("[temporl]\nmillion_actions = 1\n", "did you mean temporal?"),
        ("", "ours.toml: it sets nothing"),
        (b"\xff\xfe", "ours.toml is not UTF-8 text"),
    ],
)
def test_a_price_file_that_cannot_be_used_is_refused(asl, passing, write, content, message):
    write("ours.toml", content)
    result = asl("compare", passing, "--prices", "ours.toml")
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_price_file_that_is_not_there_is_refused(asl, passing):
    result = asl("compare", passing, "--prices", "nowhere.toml")
    assert result.exit_code == 2
    assert "cannot read the prices nowhere.toml: No such file or directory" in result.stderr


def test_regions_have_their_own_prices(asl, passing):
    # 0.0375 for 1,000 in sa-east-1
    found = systems(asl("compare", passing, "--region", "sa-east-1", "--json"))
    assert found["standard"]["usd_per_month"]["low"] == 37.5


@pytest.mark.parametrize("region", ["mars-north-1", "cn-north-1"])
def test_a_region_without_prices_leaves_two_of_them_out(asl, passing, region):
    found = systems(asl("compare", passing, "--region", region, "--json"))
    assert found["standard"]["usd_per_month"] is None
    assert found["temporal"]["usd_per_month"] is not None
    text = told(asl("compare", passing, "--region", region, "--explain"))
    assert "no price: thousand_transitions" in row(text, "Step Functions Standard")


# ------------------------------------------------------------------ volumes and systems


@pytest.mark.parametrize(
    ("volume", "number"), [("0", 0), ("1", 1), ("1,000", 1_000), ("1_000_000", 10**6), (str(10**15), 10**15)]
)
def test_volumes(asl, passing, volume, number):
    assert record(asl("compare", passing, "--per-month", volume, "--json"))["executions_per_month"] == number


@pytest.mark.parametrize(
    ("volume", "message"),
    [
        ("-5", "-5 executions a month there cannot be"),
        ("", "it names no number of executions"),
        ("many", "'many' is not a whole number of executions"),
        ("1.5", "'1.5' is not a whole number of executions"),
        ("1,00", "'1,00' is not a whole number"),
        ("nan", "'nan' is not a whole number"),
        (str(10**15 + 1), "is more than 1,000,000,000,000,000"),
        ("9" * 5_000, "is more than 1,000,000,000,000,000"),
    ],
)
def test_volumes_that_cannot_be(asl, passing, volume, message):
    result = asl("compare", passing, "--per-month", volume)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert len(result.stderr) < 1_000


def test_a_volume_that_is_missing(asl, passing):
    result = asl("compare", passing, "--per-month")
    assert result.exit_code == 2
    assert "'--per-month' requires an argument" in result.stderr


def test_only_the_systems_that_are_named(asl, passing):
    found = systems(asl("compare", passing, "--system", "inngest", "--system", "standard", "--json"))
    assert list(found) == ["standard", "inngest"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("temporl", "there is no system 'temporl'; did you mean temporal?"),
        ("zzz", f"there are {', '.join(SYSTEMS)}"),
    ],
)
def test_a_system_that_there_is_not(asl, passing, name, message):
    result = asl("compare", passing, "--system", name)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


# ------------------------------------------------------------------ what cannot be run


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.json"], "cannot read nowhere.json"),
        (["pass.asl.json", "--input", "{"], "the input is not JSON"),
        (["pass.asl.json", "--handlers", "nowhere.py"], "cannot read the handlers nowhere.py"),
        (["pass.asl.json", "--task-seconds", "-1"], "-1.0 is not a number from 0"),
        (["pass.asl.json", "--region", "Mars"], "'Mars' is not the name of a region"),
        (["pass.asl.json", "--test-case", "X"], "--test-case X needs --mock-config"),
        (["pass.asl.json", "--parameter", "A=b"], "no template here asks for it"),
    ],
)
def test_what_cannot_be_used_is_refused(asl, passing, arguments, message):
    result = asl("compare", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_definition_with_errors_is_refused(asl, write):
    result = asl("compare", write("wrong.json", machine(First={"Type": "Pass", "Next": "Nowhere"})))
    assert result.exit_code == 2
    assert "Nowhere" in result.stderr


# ------------------------------------------------------------------ JSON


def test_json_tells_everything(asl, greeting):
    found = record(asl("compare", greeting, "--json"))
    assert found["machine"] == "greet"
    assert (found["region"], found["free_tier"], found["task_seconds"]) == ("us-east-1", False, 0.4)
    assert [each["name"] for each in found["systems"]] == list(SYSTEMS)
    for each in found["systems"]:
        assert each["guarantee"]["text"]
        assert each["guarantee"]["source"]
        assert each["limits"]
        assert each["notes"]["pitfalls"]
        assert {limit["verdict"] for limit in each["limits"]} <= {"fits", "near", "slower", "exceeded"}
        for count in each["per_execution"].values():
            parts = sum(term["times"]["low"] * term["each"] for term in count["terms"])
            assert parts == pytest.approx(count["low"])
        for charge in each["charges"]:
            assert charge["price"]["source"]
            assert charge["price"]["date"]


def test_the_users_own_prices_of_step_functions_are_taken(asl, here, passing):
    before = record(asl("compare", passing, "--json"))
    own = msgspec.structs.replace(prices("us-east-1"), thousand_transitions=Decimal("0.05"), source="ours")
    prices_file.write(prices_file.user_file(), {"us-east-1": own})
    after = record(asl("compare", passing, "--json"))
    standard = [
        next(each for each in told["systems"] if each["name"] == "standard") for told in (before, after)
    ]
    assert [each["usd_per_month"] for each in standard] == [
        {"low": pytest.approx(25 * times), "high": pytest.approx(75 * times)} for times in (1, 2)
    ]
