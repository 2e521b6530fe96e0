"""`asl lint`: what it advises, what it says it is worth, and how it refuses."""

import json

import pytest

from tests.cli.shared import ROOT, machine, task

CHECKOUT = ROOT / "sample_machines" / "checkout"
PASSES = machine(
    First={"Type": "Pass", "Next": "Second"},
    Second={"Type": "Pass", "Next": "Last"},
    Last={"Type": "Succeed"},
)


def told(asl, *arguments, code=1):
    result = asl("lint", *arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def codes(report):
    return [each["rule"] for each in report["findings"]]


def test_the_loop_of_the_checkout(asl):
    big = f"@{CHECKOUT / 'inputs' / 'big_order.json'}"
    report = told(asl, "--cost", str(CHECKOUT), "--input", big, "--per-month", "100000", "--ignore", "ADV107")
    (found,) = report["findings"]
    # two rounds of three, and one of the six stays; the free transitions are used up without it
    assert found["rule"] == "ADV103"
    assert found["saving"] == {"transitions_per_execution": 5, "usd": 12.5}
    assert (found["file"], found["line"], found["column"]) == (str(CHECKOUT / "machine.asl.json"), 58, 5)
    assert report["amounts_per"] == "month"
    assert report["samples"] == [{"label": big[1:], "status": "SUCCEEDED"}]


def test_what_it_says(asl, write):
    write("machine.asl.json", PASSES)
    result = asl("lint", "--cost", "machine.asl.json", "--per-month", "1,000,000")
    assert result.exit_code == 1
    assert result.stdout == (
        "machine.asl.json:1:78: advice[ADV104] 2 Pass states follow one another: 'First' and 'Second' "
        "at /States/Second\n"
        "  hint: one Pass can write all of it: by Parameters, or as a JSONata state by Output with $merge; "
        "what it sets by Assign can stand together too\n"
        "  worth: saves $25.00 a month: 1 of 3 transitions of an execution\n"
    )
    assert result.stderr == (
        "1 piece of advice, up to $25.00 to save a month\nasl explain ADV104 tells more\n"
    )  # fmt: skip


def test_less_than_a_cent_is_not_told(asl, write):
    write("machine.asl.json", PASSES)
    result = asl("lint", "--cost", "machine.asl.json", "--per-month", "300", "--no-free-tier")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 more is not told: less than a cent is to save in a month of 300 executions" in result.stderr


def test_without_a_month_it_is_a_million(asl, write):
    write("machine.asl.json", PASSES)
    (found,) = told(asl, "--cost", "machine.asl.json")["findings"]
    assert found["saving"]["usd"] == 25.0


def test_without_cost_nothing_is_run(asl, write):
    write("machine.asl.json", machine(First=task("nobody", Retry=[{"ErrorEquals": ["States.ALL"]}])))
    assert told(asl, "machine.asl.json", code=0)["samples"] == []
    write("machine.asl.json", PASSES)
    (found,) = told(asl, "machine.asl.json")["findings"]
    assert "saving" not in found


def test_warnings_of_the_validator_are_told_too(asl, write):
    activity = {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": True}
    write("machine.asl.json", machine(First=activity))
    assert codes(told(asl, "machine.asl.json")) == ["ASL801"]
    assert codes(told(asl, "machine.asl.json", "--ignore", "asl801", code=0)) == []


def test_a_history_tells_payloads_too(asl, write):
    write("handlers.py", "def load(event, context):\n    return 'x' * 150_000\n")
    write("machine.asl.json", machine(First=task("load", Retry=[{"ErrorEquals": ["States.ALL"]}])))
    run = asl("run", "machine.asl.json", "--handlers", "handlers.py", "--json", "--history")
    write("history.json", json.dumps({"events": json.loads(run.stdout)["history"]}))
    (found,) = told(asl, "--cost", "machine.asl.json", "--history", "history.json")["findings"]
    assert (found["rule"], found["figures"]["bytes_out"]) == ("ADV101", 150_002)


# ------------------------------------------------------------------ --twice

CHARGE = """
sent = None

def SETUP(client):
    global queue, sqs
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="charges")["QueueUrl"]

def charge(event, context):
    sqs.send_message(QueueUrl=queue, MessageBody="charge")
    return "charged"
"""


@pytest.fixture
def charging(write):
    write("machine.asl.json", machine(First=task("charge", Retry=[{"ErrorEquals": ["States.ALL"]}])))
    write("handlers.py", CHARGE)
    return ["--cost", "machine.asl.json", "--handlers", "handlers.py"]


def test_what_is_sent_twice(asl, charging):
    report = told(asl, *charging, "--twice")
    (found,) = report["findings"]
    assert found["rule"] == "ADV108"
    assert "its function does again: sqs's SendMessage" in found["message"]
    assert report["twice"].startswith("--twice ran the samples once more and called functions a second time")
    assert "1 time: First." in report["twice"]


def test_it_is_only_done_when_asked(asl, charging):
    report = told(asl, *charging, code=0)
    assert (report["findings"], report["twice"]) == ([], None)


def test_where_nothing_is_retried_it_says_so(asl, write):
    write("machine.asl.json", machine(First={"Type": "Succeed"}))
    result = asl("lint", "--cost", "machine.asl.json", "--twice")
    assert (
        result.stdout == "--twice called nothing: no sample came to a function of a task that is retried.\n"
    )


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--per-month", "5"], "--per-month needs --cost"),
        (["--twice"], "--twice needs --cost"),
        (["--input", "{}"], "--input needs --cost"),
        (["--cost", "--input", "{}", "--history", "h.json"], "--input and --history are two sources"),
        (["--cost", "--twice", "--history", "h.json"], "--twice runs the samples"),
        (["--cost", "--twice", "--input", "-"], "give a file, --input @FILE"),
        (["--ignore", "ADV999"], "no rule has the code 'ADV999'"),
        (["--cost", "--region", "mars-north-1"], "No prices are known"),
        (["--cost", "--region", "cn-north-1"], "billed in CNY"),
        (["--cost", "--history", "none.json"], "none.json"),
    ],
)
def test_what_cannot_be_is_refused(asl, write, arguments, said):
    write("machine.asl.json", PASSES)
    result = asl("lint", "machine.asl.json", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_definition_is_refused_with_what_is_wrong(asl, write):
    write("machine.asl.json", machine(First={"Type": "Pass", "Next": "None"}))
    result = asl("lint", "machine.asl.json")
    assert result.exit_code == 2
    assert "MISSING_TRANSITION_TARGET" in result.stderr


def test_many_of_one_code_are_counted(asl, write):
    states = {f"S{n}": task(f"f{n}", Next=f"S{n + 1}") for n in range(5)}
    write("machine.asl.json", machine("S0", **states, S5={"Type": "Succeed"}))
    result = asl("lint", "machine.asl.json")
    assert result.stdout.count("advice[ADV107]") == 3
    assert "… 2 more of ADV107: --json tells all" in result.stdout


# ------------------------------------------------------------------ asl cost


def test_the_cost_tells_advice_too(asl, write):
    write("machine.asl.json", PASSES)
    shown = asl("cost", "machine.asl.json", "--per-month", "1000000").stdout
    assert (
        "  advice, for a month (asl lint --cost tells where, and what to do)\n  ADV104  saves $25.00  "
        in shown
    )
    report = json.loads(asl("cost", "machine.asl.json", "--per-month", "1000000", "--json").stdout)
    assert [each["rule"] for each in report["advice"]] == ["ADV104"]
    asl("cost", "machine.asl.json", "--per-month", "1000000", "-o", "cost.html")


def test_the_page_of_the_cost_tells_advice_too(asl, write, here):
    write("machine.asl.json", PASSES)
    asl("cost", "machine.asl.json", "--per-month", "1000000", "-o", "cost.html")
    assert "<h2>Advice</h2>" in (here / "cost.html").read_text()
    write("machine.asl.json", machine(First={"Type": "Succeed"}))
    asl("cost", "machine.asl.json", "-o", "cost.html")
    assert "<h2>Advice</h2>" not in (here / "cost.html").read_text()
