"""`asl run`: options, exit codes, what goes to which stream."""

import json
import shutil
from datetime import datetime

import pytest

from tests.cli.shared import ROOT, machine, task

GREET = machine(Greet=task("greet"), start="Greet")
GREETER = "def greet(event, context):\n    return {'greeting': f\"Hello, {event['name']}!\"}\n"
PASS = machine(First={"Type": "Pass", "End": True})
SHOW_CONTEXT = machine(First={"Type": "Pass", "Parameters": {"all.$": "$$"}, "End": True})
DRAW = machine(First={"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": True})


@pytest.fixture
def folder(write):
    write("hello/machine.asl.json", GREET)
    write("hello/input.json", {"name": "world"})
    write("hello/handlers.py", GREETER)
    return "hello"


def output(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


# ------------------------------------------------------------------ machine, input and handlers


def test_a_folder_brings_input_and_handlers(asl, folder):
    result = asl("run", folder)
    assert output(result) == {"greeting": "Hello, world!"}
    assert "calls greet" in result.stderr
    assert "SUCCEEDED" in result.stderr
    assert "1 transition\n" in result.stderr
    assert "Standard $0.000025 · Express $0.0000011 (1 request, 100 ms, 64 MB)" in result.stderr


def test_a_file_brings_neither(asl, folder):
    result = asl("run", "hello/machine.asl.json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "State 'Greet' calls the function 'greet'" in result.stderr
    assert "--handlers FILE.py" in result.stderr


def test_options_go_before_the_folders_defaults(asl, folder, write):
    write("other.py", "def greet(event, context):\n    return event['name'] * 2\n")
    assert output(asl("run", folder, "--input", '{"name": "ab"}', "--handlers", "other.py")) == "abab"


@pytest.mark.parametrize("name", ["a.json", "a.asl.json", "a.asl", "a.yaml", "a.yml", "a.asl.yaml"])
def test_definitions_may_end_in_many_ways(asl, write, name):
    yaml = name.endswith(("yaml", "yml"))
    write(name, "StartAt: First\nStates: {First: {Type: Pass, Result: no, End: true}}\n" if yaml else PASS)
    assert output(asl("run", name)) == ("no" if yaml else {})


@pytest.mark.parametrize("name", ["machine.asl.yaml", "machine.asl.yml", "machine.json", "machine.yaml"])
def test_a_folders_definition_may_be_yaml(asl, write, name):
    write(
        f"here/{name}", "StartAt: First\nStates: {First: {Type: Pass, End: true}}\n" if "y" in name else PASS
    )
    assert output(asl("run", "here")) == {}


def test_a_machine_is_called_after_its_file_or_folder(asl, write):
    for path, name in (
        ("order.asl.json", "order"), ("ship.yaml.json", "ship"), ("my order!.json", "my-order!"),
        ("checkout/machine.asl.json", "checkout"),
    ):  # fmt: skip
        write(path, SHOW_CONTEXT)
        assert output(asl("run", path))["all"]["StateMachine"]["Name"] == name
    assert output(asl("run", "checkout"))["all"]["StateMachine"]["Name"] == "checkout"


@pytest.mark.parametrize(
    ("given", "stdin", "expected"),
    [
        ('{"a": [1, 2.0]}', None, {"a": [1, 2.0]}),
        ("@in.json", None, {"from": "file"}),
        ("-", '{"from": "stdin"}', {"from": "stdin"}),
        ("[]", None, []),
        ("false", None, False),
        ("null", None, None),
    ],
)
def test_input(asl, write, given, stdin, expected):
    write("pass.json", PASS)
    write("in.json", b'\xef\xbb\xbf{"from": "file"}')
    result = asl("run", "pass.json", "--input", given, input=stdin)
    assert output(result) == expected


def test_an_input_over_the_quota_is_refused(asl, write):
    write("pass.json", PASS)
    write("in.json", '"' + "x" * 262_143 + '"')
    result = asl("run", "pass.json", "--input", "@in.json")
    assert result.exit_code == 2
    assert "262,145 bytes" in result.stderr
    assert asl("run", "pass.json", "--input", "@in.json", "--no-quotas").exit_code == 0


def test_without_input_it_is_an_empty_object(asl, write):
    assert output(asl("run", write("pass.json", PASS))) == {}


def test_the_history_keeps_the_input_byte_for_byte(asl, write):
    write("pass.json", PASS)
    result = asl("run", "pass.json", "--input", '{ "a" : 1 }', "--json", "--history")
    started = json.loads(result.stdout)["history"][0]["executionStartedEventDetails"]
    assert started["input"] == '{ "a" : 1 }'


# ------------------------------------------------------------------ options


def test_json_holds_what_the_contract_says(asl, folder):
    result = asl("run", folder, "--json", "--task-seconds", "0.2")
    report = json.loads(result.stdout)
    assert result.stderr == ""
    assert report == {
        "status": "SUCCEEDED",
        "output": {"greeting": "Hello, world!"},
        "transitions": 1,
        "cost": {
            "region": "us-east-1",
            "standard": {"transitions": 1, "usd": 0.000025},
            "express": {"requests": 1, "billed_ms": 200, "billed_mb": 64, "usd": pytest.approx(1.208375e-06)},
            "by_state": {"Greet": 1},
        },
    }


def test_json_of_a_failure(asl, write):
    write("fail.json", machine(First={"Type": "Fail", "Error": "E", "Cause": "why"}))
    result = asl("run", "fail.json", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert list(report) == ["status", "error", "cause", "transitions", "cost"]
    assert (report["status"], report["error"], report["cause"]) == ("FAILED", "E", "why")


def test_json_of_a_failure_without_error_and_cause(asl, write):
    write("fail.json", machine(First={"Type": "Fail"}))
    report = json.loads(asl("run", "fail.json", "--json").stdout)
    assert (report["error"], report["cause"]) == (None, None)


def test_json_history(asl, write):
    write("pass.json", PASS)
    result = asl("run", "pass.json", "--json", "--history", "--start-time", "2026-01-31T12:00:00.25Z")
    history = json.loads(result.stdout)["history"]
    assert [event["type"] for event in history] == [
        "ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded",
    ]  # fmt: skip
    assert history[0]["timestamp"] == "2026-01-31T12:00:00.250Z"
    assert datetime.fromisoformat(history[0]["timestamp"]).tzinfo is not None


def test_json_holds_integers_of_any_size(asl, write):
    write("pass.json", PASS)
    big = str(2**80)
    assert big in asl("run", "pass.json", "--json", "--history", "--input", big).stdout
    assert asl("run", "pass.json", "--input", big).stdout == big + "\n"


def test_output_that_nests_deeply(asl, write):
    write("pass.json", PASS)
    deep = "[" * 900 + "]" * 900
    assert output(asl("run", "pass.json", "--input", deep)) == json.loads(deep)


def test_history_for_people(asl, write):
    write("pass.json", PASS)
    result = asl("run", "pass.json", "--history")
    assert output(result) == {}
    assert "     2      0        +0.000s  PassStateEntered  First" in result.stderr


def test_quiet(asl, folder, write):
    result = asl("run", folder, "--quiet")
    assert output(result) == {"greeting": "Hello, world!"}
    assert result.stderr == ""
    write("fail.json", machine(First={"Type": "Fail", "Error": "E", "Cause": "why"}))
    result = asl("run", "fail.json", "-q")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert [line.strip() for line in result.stderr.splitlines()][1:] == ["E", "why"]


def test_express_ends_after_five_minutes(asl, write):
    write("wait.json", machine(First={"Type": "Wait", "Seconds": 301, "End": True}))
    assert asl("run", "wait.json", "--type", "standard").exit_code == 0
    result = asl("run", "wait.json", "--type", "EXPRESS", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["status"] == "TIMED_OUT"
    assert asl("run", "wait.json", "--type", "express", "--no-quotas").exit_code == 0


def test_express_that_cannot_be_is_said(asl, write):
    write("wait.json", machine(First={"Type": "Wait", "Seconds": 301, "End": True}))
    assert "longer than Express can run" in asl("run", "wait.json").stderr


def test_no_quotas(asl, write):
    write(
        "pass.json",
        machine(First={"Type": "Pass", "Parameters": {"two.$": "States.Array($, $)"}, "End": True}),
    )
    write("big.json", json.dumps("x" * 200_000))
    assert "States.DataLimitExceeded" in asl("run", "pass.json", "--input", "@big.json").stderr
    assert asl("run", "pass.json", "--input", "@big.json", "--no-quotas").exit_code == 0


def test_region(asl, write):
    write("show.json", SHOW_CONTEXT)
    report = json.loads(asl("run", "show.json", "--region", "us-west-1", "--json").stdout)
    assert report["cost"]["region"] == "us-west-1"
    assert report["cost"]["standard"]["usd"] == pytest.approx(0.0000279)
    assert ":us-west-1:" in report["output"]["all"]["Execution"]["Id"]


def test_name_and_start_time(asl, write):
    write("show.json", SHOW_CONTEXT)
    shown = output(asl("run", "show.json", "--name", "mine", "--start-time", "2026-01-31T12:00:00+02:00"))
    assert shown["all"]["Execution"]["Name"] == "mine"
    assert shown["all"]["Execution"]["StartTime"] == "2026-01-31T10:00:00Z"
    shown = output(asl("run", "show.json", "--start-time", "2026-01-31"))
    assert shown["all"]["Execution"]["StartTime"] == "2026-01-31T00:00:00Z"


def test_by_default_each_run_has_its_own_name_seed_and_time(asl, write):
    write("show.json", SHOW_CONTEXT)
    one, other = (output(asl("run", "show.json"))["all"]["Execution"] for _ in range(2))
    assert one["Name"] != other["Name"]
    assert len(one["Name"]) == 36
    assert abs(datetime.fromisoformat(one["StartTime"]).timestamp() - datetime.now().timestamp()) < 60
    write("draw.json", DRAW)
    assert output(asl("run", "draw.json")) != output(asl("run", "draw.json"))


def test_seed(asl, write):
    write("draw.json", DRAW)
    one, other = (output(asl("run", "draw.json", "--seed", seed)) for seed in ("1", "2"))
    assert one != other
    assert one == output(asl("run", "draw.json", "--seed", "1"))


def test_task_seconds(asl, folder):
    assert "returns in 1m 30s" in asl("run", folder, "--task-seconds", "90").stderr


# ------------------------------------------------------------------ bad usage


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "Missing argument 'MACHINE'"),
        (["nowhere.json"], "cannot read nowhere.json: No such file or directory"),
        (
            ["empty"],
            "there is no machine in the folder empty: it needs a machine.asl.json or machine.asl.yaml",
        ),
        (["pass.json", "--type", "fast"], "'fast' is not one of 'standard', 'express'"),
        (["pass.json", "--nonsense"], "No such option"),
        (["pass.json", "--region", "mars-1"], "'mars-1' is not the name of a region"),
        (["pass.json", "--name", "a b"], "AWS takes 1 to 80 characters"),
        (["pass.json", "--name", ""], "AWS takes 1 to 80 characters"),
        (["pass.json", "--start-time", "noon"], "'noon' is not an ISO 8601 time"),
        (["pass.json", "--start-time", "9999-12-31"], "the year is to be from 1971"),
        (["pass.json", "--start-time", "0001-01-01"], "the year is to be from 1971"),
        (["pass.json", "--task-seconds", "-1"], "is not a number from 0"),
        (["pass.json", "--task-seconds", "nan"], "is not a number from 0"),
        (["pass.json", "--task-seconds", "inf"], "is not a number from 0"),
        (["pass.json", "--task-seconds", "soon"], "'soon' is not a valid float"),
        (["pass.json", "--input", "{nope}"], "--input:1:2: the input is not JSON"),
        (["pass.json", "--input", ""], "--input:1:1: the input is not JSON"),
        (["pass.json", "--input", "@bad.json"], "bad.json:3:1: the input is not JSON"),
        (["pass.json", "--input", "@nowhere.json"], "cannot read the input nowhere.json: No such file"),
        (["pass.json", "--input", "@empty"], "cannot read the input empty: Is a directory"),
        (["pass.json", "--input", "@latin.json"], "latin.json is not UTF-8 text"),
        (["pass.json", "--input", "-"], "standard input:2:1: the input is not JSON"),
    ],
)
def test_bad_usage(asl, write, here, arguments, complaint):
    write("pass.json", PASS)
    write("bad.json", '{\n"a": 1,\n}')
    write("latin.json", b'"\xe9"')
    (here / "empty").mkdir()
    result = asl("run", *arguments, input="[1,\n")
    assert result.exit_code == 2
    assert complaint in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_a_bad_region_is_found_before_any_handler_runs(asl, write, folder):
    write("hello/handlers.py", "print('loaded')\n" + GREETER)
    result = asl("run", folder, "--region", "mars-1")
    assert result.exit_code == 2
    assert "loaded" not in result.stderr


def test_a_folders_bad_input_is_told(asl, folder, write):
    write("hello/input.json", "{")
    result = asl("run", folder)
    assert result.exit_code == 2
    assert "hello/input.json:1:2: the input is not JSON" in result.stderr


def test_a_definition_that_cannot_be_run(asl, write):
    write("bad.json", '{"StartAt": "A",\n "States": {"A": {"Type": "Pass", "Next": "B"}}}')
    result = asl("run", "bad.json", "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert (
        "bad.json:2:35: error[ASL202] MISSING_TRANSITION_TARGET Missing 'Next' target: B at /States/A/Next"
        in result.stderr
    )
    assert "  hint: " in result.stderr


def test_a_definition_that_express_refuses(asl, write):
    activity = "arn:aws:states:us-east-1:123456789012:activity:pack"
    write("m.json", machine(First={"Type": "Task", "Resource": activity, "TimeoutSeconds": 1, "End": True}))
    result = asl("run", "m.json", "--type", "express")
    assert result.exit_code == 2
    assert "error[ASL603] SCHEMA_VALIDATION_FAILED" in result.stderr
    assert asl("run", "m.json").exit_code == 1


def test_a_definition_that_is_not_utf8(asl, write):
    write("bad.json", b'{"StartAt": "\xe9"}')
    result = asl("run", "bad.json")
    assert result.exit_code == 2
    assert "INVALID_JSON_DESCRIPTION" in result.stderr


def test_a_definition_that_cannot_be_run_here(asl, write, without_jlens):
    state = {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $sum($states.input) %}", "End": True}
    result = asl("run", write("total.json", machine(First=state)))
    assert result.exit_code == 2
    assert "error[ASL902] JSONATA_NOT_INSTALLED JSONata needs the package jlens" in result.stderr
    assert "not installed: pip install 'asl-emulator[jsonata]'" in result.stderr


def test_jsonata(asl, write):
    state = {"Type": "Pass", "Output": "{% $states.input.n + 1 %}", "End": True}
    write("m.json", {"QueryLanguage": "JSONata", **machine(First=state)})
    assert output(asl("run", "m.json", "--input", '{"n": 41}')) == 42


# ------------------------------------------------------------------ the samples


@pytest.mark.parametrize(
    "sample", sorted(path.parent.name for path in ROOT.glob("sample_machines/*/machine.asl.*"))
)
def test_samples_run(asl, here, sample):
    folder = ROOT / "sample_machines" / sample
    buckets = []
    if (folder / "s3").exists():
        shutil.copytree(folder / "s3", here / "s3")
        buckets = ["--s3-root", "s3"]
    assert asl("run", str(folder), *buckets).exit_code == 0


def test_a_region_whose_prices_nobody_knows(asl, folder):
    result = asl("run", folder, "--region", "eu-central-2")
    assert output(result) == {"greeting": "Hello, world!"}
    assert "1 transition\nnote: the cost is left out. No prices are known for the region" in result.stderr
    assert "$" not in result.stderr
    told = output(asl("run", folder, "--region", "eu-central-2", "--json"))
    assert (told["transitions"], told["cost"]) == (1, None)
    assert told["costUnknown"].startswith("No prices are known for the region 'eu-central-2'. Known: ")
    assert "costUnknown" not in output(asl("run", folder, "--json"))


def test_a_region_that_is_billed_in_another_currency(asl, folder):
    result = asl("run", folder, "--region", "cn-north-1")
    assert output(result) == {"greeting": "Hello, world!"}
    assert "note: the cost is left out. cn-north-1 is billed in CNY" in result.stderr


@pytest.mark.parametrize("region", ["", "mars", "us east 1", "us-east-1/x", "US-EAST-1", "us-east-1\n"])
def test_what_is_no_name_of_a_region(asl, folder, region):
    result = asl("run", folder, "--region", region)
    assert result.exit_code == 2
    assert "is not the name of a region, such as us-east-1" in result.stderr


@pytest.mark.parametrize("command", ["run", "validate"])
def test_a_folder_with_definitions_of_other_names(asl, write, command):
    write("both/b.asl.json", PASS)
    write("both/a.asl.yaml", "{}")
    write("both/notes.json", {})
    result = asl(command, "both")
    assert result.exit_code == 2
    told = result.stderr.splitlines()[0]
    assert told.startswith("Error: there is no machine in the folder both: none is called machine.asl.json")
    assert told.endswith("; name one of its definitions: both/a.asl.yaml, both/b.asl.json")


def test_a_folder_with_more_definitions_than_are_named(asl, write):
    for number in range(12):
        write(f"many/m{number:02}.asl.json", PASS)
    assert asl("run", "many").stderr.endswith("many/m09.asl.json and 2 more\n")
