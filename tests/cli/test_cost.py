"""`asl cost`: what it counts, what it says, and how it refuses."""

import json
from datetime import datetime
from math import isclose

import pytest

from asl.cost.month import MOST_EXECUTIONS
from emulator import mock_stepfunctions
from emulator.api.server import Application
from tests.cli.shared import ROOT, machine, task
from tests.emulator.asked import asking

HANDLERS = "def work(event, context):\n    return event\n"
CHECKOUT = str(ROOT / "sample_machines" / "checkout")
WAIT = {"Type": "Wait", "Seconds": 1, "End": True}


@pytest.fixture
def one_task(write):
    """A machine of one task, and the options that make its runs the same each time."""
    write("handlers.py", HANDLERS)
    write("machine.asl.json", machine(First=task("work")))
    return ["machine.asl.json", "--handlers", "handlers.py", "--task-seconds", "0.2"]


def told(asl, *arguments, code=0):
    result = asl("cost", *arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_the_checkout_sample_in_a_month(asl):
    cost = told(asl, CHECKOUT, "--task-seconds", "0.2", "--per-month", "1000000")
    # 8 transitions each, 4,000 of the month free, at $0.025 for 1,000
    assert cost["standard"] == {"transitions": 8_000_000, "usd": 199.9}
    # 7 tasks of 0.2 s and a retry after 2 s; $1.00 for requests, and 212,500 GB-s in the first tier
    assert cost["express"]["requests"] == 1_000_000
    assert (cost["express"]["billed_ms"], cost["express"]["billed_mb"]) == (3_400, 64)
    assert isclose(cost["express"]["usd"], 1 + 1_000_000 * 3.4 * 0.0625 * 0.00001667)
    assert sum(cost["by_state"].values()) + cost["outside_states"] == 8_000_000


def test_the_members_come_in_their_order(asl, one_task):
    first = ["region", "per_month", "standard", "express", "break_even_per_month", "forbidden", "by_state"]
    assert list(told(asl, *one_task))[:7] == first


def test_one_execution_comes_on_top_of_others(asl, one_task):
    cost = told(asl, *one_task)
    assert cost["per_month"] is None
    assert cost["standard"] == {"transitions": 1, "usd": 0.000025}
    assert cost["free_transitions"] == 0


@pytest.mark.parametrize(
    ("volume", "said"),
    [
        ("-5", "-5 executions a month there cannot be"),
        ("many", "'many' is not a whole number"),
        ("1.5", "'1.5' is not a whole number"),
        ("", "it names no number of executions"),
        ("1e6", "'1e6' is not a whole number"),
        (str(MOST_EXECUTIONS + 1), "more than 1,000,000,000,000,000"),
        ("9" * 400, "more than 1,000,000,000,000,000"),
    ],
)
def test_a_volume_that_cannot_be_is_refused(asl, one_task, volume, said):
    result = asl("cost", *one_task, f"--per-month={volume}")
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_the_largest_volume_is_told(asl, one_task):
    cost = told(asl, *one_task, "--per-month", str(MOST_EXECUTIONS))
    assert cost["standard"]["transitions"] == MOST_EXECUTIONS


def test_no_executions_at_all_cost_nothing(asl, here, one_task, monkeypatch):
    monkeypatch.setattr("cli.costs.drawing.draw", lambda machine, *, shares, captions: f"{shares}")
    cost = told(asl, *one_task, "--per-month", "0")
    assert (cost["usd"], cost["by_state"]) == (0, {"First": 0})
    assert "0 transitions, all of them free" in asl("cost", *one_task, "--per-month", "0").stdout
    assert asl("cost", *one_task, "--per-month", "0", "-o", "cost.html").exit_code == 0
    assert "{'First': 0.0}" in (here / "cost.html").read_text()


def test_why_a_sample_failed_is_told(asl, write):
    file = write("m.asl.json", machine(First={"Type": "Fail", "Error": "Broken", "Cause": "the lamp"}))
    assert told(asl, file)["notes"][0] == (
        "input 1 ended FAILED, and costs what its way took: Broken: the lamp"
    )


def test_of_a_budget_nothing_is_said_where_no_sample_went_well(asl, write):
    file = write("m.asl.json", machine(First={"Type": "Fail", "Error": "Broken"}))
    result = asl("cost", file, "--per-month", "10", "--budget", "1/month")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nothing can be said of the budget, for no sample succeeded: input 1 ended FAILED" in result.stderr


def test_of_a_distributed_map_nothing_is_told_as_express(asl, write):
    block = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **block}
    file = write("m.asl.json", machine(First={"Type": "Map", "ItemProcessor": processor, "End": True}))
    arguments = [file, "--input", "[1, 2]", "--per-month", "1000"]
    shown = asl("cost", *arguments).stdout
    assert "It cannot be Express: Express has no Distributed Map: First" in shown
    assert "cheaper" not in shown
    assert not [line for line in shown.splitlines() if line.startswith("  Express ")]
    assert told(asl, *arguments)["break_even_per_month"] is None


def test_a_sample_that_failed_is_told(asl, write):
    file = write("m.asl.json", machine(First={"Type": "Fail"}))
    cost = told(asl, file)
    assert cost["samples"][0]["status"] == "FAILED"
    assert cost["notes"][0] == "input 1 ended FAILED, and costs what its way took."


@pytest.mark.parametrize("given", [["--per-month"], ["--budget", "50/month"]])
def test_a_missing_volume_is_asked_for(asl, one_task, given):
    result = asl("cost", *one_task, *given)
    assert result.exit_code == 2
    assert "--per-month" in result.stderr


@pytest.mark.parametrize("budget", ["50", "50/year", "-1/month", "a lot/month", "1e9/month"])
def test_a_budget_has_its_form(asl, one_task, budget):
    result = asl("cost", *one_task, "--per-month", "1", f"--budget={budget}")
    assert result.exit_code == 2
    assert "such as 50/month" in result.stderr


@pytest.mark.parametrize(("budget", "code"), [("24.89/month", 1), ("24.90/month", 0)])
def test_a_budget_is_kept_or_not(asl, one_task, budget, code):
    # (1,000,000 - 4,000) x $0.000025 = $24.90
    cost = told(asl, *one_task, "--per-month", "1000000", "--budget", budget, code=code)
    assert cost["budget"]["exceeded"] == bool(code)


def test_the_budget_is_that_of_the_machines_own_type(asl, one_task):
    # As Express it costs $1.21
    cost = told(asl, *one_task, "--type", "express", "--per-month", "1000000", "--budget", "2/month")
    assert cost["type"] == "EXPRESS"
    assert cost["usd"] == cost["express"]["usd"] < 2


def test_an_unknown_region_is_no_other(asl, one_task):
    result = asl("cost", *one_task, "--region", "eu-west-9")
    assert result.exit_code == 2
    assert "No prices are known for the region 'eu-west-9'" in result.stderr
    assert result.stdout == ""


# ------------------------------------------------------------------ several samples


def choosing(write):
    write("handlers.py", HANDLERS)
    rule = {"Variable": "$.big", "BooleanEquals": True, "Next": "Look"}
    states = {
        "First": {"Type": "Choice", "Choices": [rule], "Default": "Done"},
        "Look": task("work", Next="Done"),
        "Done": {"Type": "Pass", "End": True},
    }
    return write("choosing.asl.json", machine(**states))


def test_samples_that_differ_give_means_and_ranges(asl, write):
    file = choosing(write)
    big = ["--input", '{"big": true}']
    small = ["--input", '{"big": false}'] * 3
    cost = told(asl, file, *big, *small, "-H", "handlers.py", "--task-seconds", "0.2", "--per-month", "1000")
    assert cost["by_state"] == {"First": 1000, "Look": 250, "Done": 1000}
    assert cost["ranges"]["transitions"] == {"p50": 2, "p90": 3, "max": 3}
    assert cost["ways"] == {"First": {"Look": 1, "Done": 3}}
    text = asl("cost", file, *big, *small, "-H", "handlers.py").stdout
    assert "First: 75% Done, 25% Look" in text


# ------------------------------------------------------------------ what forbids the other type


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (task("work", Resource="arn:aws:states:::sqs:sendMessage.waitForTaskToken"), "callback"),
        (task("work", Resource="arn:aws:states:::states:startExecution.sync"), "sync"),
        (task("work", Resource="arn:aws:states:us-east-1:123456789012:activity:review"), "activity"),
        (WAIT | {"Seconds": 301}, "duration"),
    ],
)
def test_what_forbids_express(asl, write, state, reason):
    write("handlers.py", "HANDLERS = {}\n")
    if state["Type"] == "Task":
        state |= {"TimeoutSeconds": 5, "Parameters": {}}
        state.pop("Parameters") if ":activity:" in state["Resource"] else None
    file = write("machine.asl.json", machine(**{"A/B ~ C": state}, start="A/B ~ C"))
    cost = told(asl, file, "--endpoint-url", "http://127.0.0.1:9")
    (found,) = cost["forbidden"]
    assert (found["type"], found["reason"]) == ("EXPRESS", reason)
    assert found["states"] == ([] if reason == "duration" else ["A/B ~ C"])


def test_five_minutes_are_not_too_long(asl, write):
    cost = told(asl, write("machine.asl.json", machine(First=WAIT | {"Seconds": 300})))
    assert cost["forbidden"] == []


def test_a_distributed_map_forbids_express_and_counts_its_children(asl, write):
    inner = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "Rest",
        "States": {"Rest": WAIT | {"Seconds": 10}},
    }
    file = write(
        "machine.asl.json", machine(Each={"Type": "Map", "ItemProcessor": inner, "End": True}, start="Each")
    )
    cost = told(asl, file, "--input", "[1, 2, 3]", "--per-month", "1000000")
    assert [each["reason"] for each in cost["forbidden"]] == ["distributed-map"]
    assert cost["by_state"] == {"Each": 4_000_000}  # entered, and three starts
    assert cost["children"]["requests"] == 3_000_000
    # 3M requests, and 1,875,000 GB-s of 10 s at 64 MB in the first tier
    assert isclose(cost["children"]["usd"], 3 + 1_875_000 * 0.00001667)
    assert isclose(cost["usd"], cost["standard"]["usd"] + cost["children"]["usd"])
    without = told(asl, file, "--input", "[1, 2, 3]", "--no-count-start")
    assert without["standard"]["transitions"] == 1
    counted = told(asl, file, "--input", "[1, 2, 3]", "--count-start")
    assert counted["standard"]["transitions"] == 5
    assert counted["outside_states"] == 1


# ------------------------------------------------------------------ assumptions


def test_what_if_it_took_longer_and_retried_more(asl, write):
    write("handlers.py", "def work(event, context):\n    if context.attempt < 2:\n        raise ValueError\n")
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "BackoffRate": 1}]
    file = write("machine.asl.json", machine(First=task("work", Retry=retry)))
    given = [file, "-H", "handlers.py", "--task-seconds", "0.25", "--per-month", "10"]
    cost = told(asl, *given, "--what-if", "duration=x2,retries=+10%")
    # 1 entry and 2 retries; 3 calls of 0.25 s and 2 waits of 1 s
    assert cost["what_if"]["before"]["standard"]["transitions"] == 30
    assert cost["what_if"]["before"]["express"]["billed_ms"] == 2_800
    assert cost["standard"]["transitions"] == 32
    assert cost["express"]["billed_ms"] == 5_500


@pytest.mark.parametrize(
    "text",
    ["", "duration", "duration=2", "size=x2", "duration=x2,duration=x3", "duration=-101%", "duration=x1e9",
     "retries=x1000001", "duration=x2;retries=x2"],
)  # fmt: skip
def test_an_assumption_has_its_form(asl, one_task, text):
    result = asl("cost", *one_task, "--what-if", text)
    assert result.exit_code == 2
    assert "Invalid value for '--what-if'" in result.stderr


# ------------------------------------------------------------------ histories


@pytest.fixture
def exported(asl, write):
    """The checkout's history, as asl run writes it."""
    result = asl("run", CHECKOUT, "--task-seconds", "0.2", "--json", "--history")
    return json.loads(result.stdout)["history"]


@pytest.mark.parametrize("form", ["a list", "an answer", "a report"])
def test_a_history_costs_what_its_run_costs(asl, write, exported, form):
    report = {"history": exported, "status": "SUCCEEDED"}
    content = {"a list": exported, "an answer": {"events": exported}, "a report": report}[form]
    of_history = told(asl, CHECKOUT, "--history", write("h.json", content))
    of_run = told(asl, CHECKOUT, "--task-seconds", "0.2")
    for member in ("standard", "express", "by_state", "ways"):
        assert of_history[member] == of_run[member]


def test_times_in_seconds_are_read_too(asl, write, exported):
    for each in exported:
        each["timestamp"] = datetime.fromisoformat(each["timestamp"]).timestamp()
    cost = told(asl, CHECKOUT, "--history", write("h.json", exported))
    assert cost["express"]["billed_ms"] == 3_400


def renamed(events, old, new):
    return json.loads(json.dumps(events).replace(old, new))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda events: [], "there are no events"),
        (lambda events: events[5:], "and not with ExecutionStarted: pages before it"),
        (lambda events: events[:5], "the execution had not ended, or pages after it"),
        (lambda events: events[:5] + events[6:], "after the event 5 comes 7: events are missing"),
        (lambda events: events[::-1], "its last event stands first"),
        (lambda events: {"events": events, "nextToken": "more"}, "pages after the first are missing"),
        (lambda events: renamed(events, "Charge the card", "Pay"), "no state called 'Pay'"),
        (lambda events: [{**each, "id": "1"} for each in events], "has no id or no type"),
        (lambda events: [{**each, "timestamp": "noon"} for each in events], "the event 1 has no time"),
        (lambda events: [{**each, "previousEventId": 99} for each in events], "points at 99"),
        (lambda events: [{k: e[k] for k in e if "Details" not in k} for e in events], "the event 2 is"),
        (lambda events: "x", "holds no events"),
        (lambda events: [1], "holds no events"),
    ],
)  # fmt: skip
def test_a_history_that_is_cut_spoilt_or_of_another_machine_is_refused(asl, write, exported, spoil, said):
    result = asl("cost", CHECKOUT, "--history", write("h.json", json.dumps(spoil(exported))))
    assert result.exit_code == 2
    assert said in result.stderr
    assert "h.json" in result.stderr


def test_several_histories_are_several_samples(asl, write, exported):
    path = write("h.json", exported)
    cost = told(asl, CHECKOUT, "--history", path, "--history", path)
    assert [each["status"] for each in cost["samples"]] == ["SUCCEEDED"] * 2


def test_a_map_run_in_a_history_is_told_to_come_on_top(asl, write):
    inner = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Rest",
        "States": {"Rest": WAIT},
    }
    each = {"Type": "Map", "ItemProcessor": inner, "End": True}
    file = write("m.asl.json", machine(Each=each, start="Each"))
    run = json.loads(asl("run", file, "--input", "[1]", "--json", "--history").stdout)
    cost = told(asl, file, "--history", write("h.json", run))
    assert cost["notes"][0] == (
        "h.json has 1 Map Run, whose executions have histories of their own: what those cost comes on top."
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'MACHINE'"),
        ([CHECKOUT, "--history", "h", "--input", "{}"], "three sources; give one of them"),
        ([CHECKOUT, "--execution", "arn:x"], "leave MACHINE out"),
        (
            ["--execution", "arn:x", "--endpoint-url", "http://127.0.0.1:9"],
            "nothing answers at http://127.0.0.1:9",
        ),
        (["nowhere.asl.json"], "cannot read nowhere.asl.json"),
        ([CHECKOUT, "--history", "nowhere.json"], "cannot read the history nowhere.json"),
    ],
)
def test_sources_that_cannot_be_used_are_refused(asl, arguments, said):
    result = asl("cost", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


# ------------------------------------------------------------------ pages


def test_a_page_stands_alone_and_lets_nothing_through(asl, here, write):
    name = "<script>alert(1)</script>"
    file = write("m.asl.json", machine(**{name: {"Type": "Pass", "End": True}}, start=name))
    result = asl("cost", file, "--per-month", "1000000", "--budget", "1/month", "-o", "cost.html")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cost.html is written" in result.stderr
    assert "over the budget: $24.90 a month of $1.00" in result.stderr
    page = (here / "cost.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "//" not in page.replace("http://www.w3.org/2000/svg", "")  # no address but a namespace's
    assert "prefers-color-scheme: dark" in page
    assert "$24.90" in page


def test_the_machine_is_drawn_with_its_shares_and_captions(asl, here, write, monkeypatch):
    def draw(machine, *, shares, captions):
        assert sorted(machine.states) == ["First", "Second"]
        return f"<svg>{shares} {captions}</svg>"

    monkeypatch.setattr("cli.costs.drawing.draw", draw)
    states = {"First": {"Type": "Pass", "Next": "Second"}, "Second": {"Type": "Pass", "End": True}}
    file = write("m.asl.json", machine(**states))
    drawn = "<svg>{'First': 0.5, 'Second': 0.5} {'First': '1 · $0.000025', 'Second': '1 · $0.000025'}</svg>"
    assert asl("cost", file, "-o", "cost.svg").exit_code == 0
    assert (here / "cost.svg").read_text() == drawn
    assert asl("cost", file, "-o", "cost.html").exit_code == 0
    assert drawn in (here / "cost.html").read_text()


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("cost.pdf", "a name that ends with .html or .svg"),
        ("no/such/folder/cost.html", "cannot write no/such/folder/cost.html"),
    ],
)
def test_pages_that_cannot_be_written(asl, one_task, output, said):
    result = asl("cost", *one_task, "-o", output)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


# ------------------------------------------------------------------ a running emulator


@pytest.fixture
def endpoint(monkeypatch):
    """An emulator in this process, whose own routes are answered too."""
    with mock_stepfunctions() as local:

        def own_route(url, path):
            answer = local.run(asking(Application(local.emulator), "GET", f"/_emulator{path}"))
            assert answer.status == 200, answer.json
            return answer.json

        monkeypatch.setattr("cli.costs.recorded.own_route", own_route)
        monkeypatch.setattr("cli.commands.executions.own_route_if_any", own_route)
        yield local


def test_an_execution_of_an_emulator_costs_what_its_run_costs(asl, write, endpoint):
    inner = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "Rest",
        "States": {"Rest": WAIT},
    }
    each = {"Type": "Map", "ItemProcessor": inner, "End": True}
    file = write("each.asl.json", machine(Each=each, start="Each"))
    asl("state-machines", "create", file)
    arn = asl("executions", "start", "each", "--input", "[1, 2]").stdout.strip()
    endpoint.wait(arn)
    of_execution = told(asl, "--execution", arn, "--per-month", "1000")
    of_run = told(asl, file, "--input", "[1, 2]", "--per-month", "1000")
    for member in ("standard", "express", "by_state", "children", "forbidden", "usd", "break_even_per_month"):
        assert of_execution[member] == of_run[member]
    listed = asl("executions", "list").stdout
    assert listed.split()[1:] == ["SUCCEEDED", "$0.000075", arn]
    (one,) = json.loads(asl("executions", "list", "--json").stdout)
    assert one["cost"] == {"transitions": 3, "usd": 0.000075}


def test_an_execution_that_is_not_there_is_told_by_the_endpoint(asl, endpoint):
    arn = "arn:aws:states:us-east-1:123456789012:execution:m:none"
    result = asl("cost", "--execution", arn)
    assert result.exit_code == 1
    assert "ExecutionDoesNotExist" in result.stderr


def test_lines_are_no_wider_than_they_are_to_be(asl, one_task):
    assert max(len(line) for line in asl("cost", *one_task, "--per-month", "10").stdout.splitlines()) <= 120


def test_a_history_of_states_of_other_types_is_refused(asl, write):
    ran = write("p.asl.json", machine(First={"Type": "Pass", "End": True}))
    result = asl("run", ran, "--json", "--history")
    history = write("history.json", json.dumps(json.loads(result.stdout)["history"]))
    other = write("m.asl.json", machine(First={"Type": "Wait", "Seconds": 1, "End": True}))
    assert asl("cost", ran, "--history", history).exit_code == 0
    refused = asl("cost", other, "--history", history)
    assert refused.exit_code == 2
    assert "'First' is a Wait of the machine, and was a Pass: it is the history of another one" in " ".join(
        refused.stderr.split()
    )
