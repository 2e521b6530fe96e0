"""`asl test`: what passes, what is told of what fails, and what files are refused."""

import json
from xml.etree import ElementTree

import pytest

from tests.cli.shared import ROOT, machine, task

CHECKOUT = str(ROOT / "sample_machines" / "checkout" / "tests.yaml")
RETRY = [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 2}]
WORK = machine(
    "Work",
    Work=task("work", Next="Rest", Retry=RETRY),
    Rest={"Type": "Wait", "Seconds": 60, "Next": "End"},
    End={"Type": "Pass", "End": True},
    Lost={"Type": "Fail"},
)
WORK["States"]["Work"]["Catch"] = [{"ErrorEquals": ["Gone"], "Next": "Lost"}]
DONE = {"Work": {"Return": {"total": 7, "items": [1, {"a": 2}]}}}


@pytest.fixture
def play(asl, write):
    """Plays one case with mocks; gives the result."""
    write("machine.asl.json", WORK)

    def play(*options, mocks=DONE, **case):
        name = write("tests.json", {"cases": [{"name": "one", "mocks": mocks, **case}]})
        return asl("test", name, *options)

    return play


def failures(result):
    assert result.exit_code == 1, result.output
    lines = result.stdout.splitlines()
    assert lines[1].startswith("  FAIL  one")
    return [line.removeprefix("        ") for line in lines[2:-2]]


# ------------------------------------------------------------------ the sample


def test_the_checkout_passes(asl):
    result = asl("test", CHECKOUT)
    assert result.exit_code == 0, result.output
    assert "  FAIL" not in result.stdout
    assert "visited 17 of 17 states, 27 of 27 transitions" in result.stdout
    assert result.stderr == "14 cases: 14 passed, 0 failed\n"


def test_cases_are_chosen_by_name(asl):
    assert asl("test", CHECKOUT, "-k", "REFUND").stderr == "1 case: 1 passed, 0 failed\n"
    assert asl("test", CHECKOUT, "-k", "the * fails too").stderr == "1 case: 1 passed, 0 failed\n"
    result = asl("test", CHECKOUT, "-k", "nothing like it")
    assert result.exit_code == 2
    assert result.stderr == "Error: no case is called like nothing like it\n"


def test_functions_are_loaded_anew_for_each_case(asl, write):
    write("machine.asl.json", machine("Work", Work=task("work")))
    write("handlers.py", "seen = []\n\ndef work(event, context):\n    seen.append(1)\n    return len(seen)\n")
    cases = [{"name": name, "expect": {"output": 1}} for name in ("first", "second")]
    result = asl("test", write("tests.json", {"cases": cases}))
    assert result.exit_code == 0, result.output


# ------------------------------------------------------------------ expectations


@pytest.mark.parametrize(
    "expect",
    [
        {},
        {"status": "SUCCEEDED"},
        {"output": {"total": 7, "items": [1, {"a": 2}]}},
        {"contains": {"total": 7}},
        {"contains": {"items": [1, {}]}},
        {"assert": "@.output.total > 6"},
        {"assert": ["{% $states.output.total = 7 and $states.status = 'SUCCEEDED' %}"]},
        {"assert": "{% $states.input.a = 1 %}"},
        {"path": ["Work", "Rest", "End"], "transitions": 3, "seconds": 60},
    ],
)
def test_what_comes_as_expected_passes(expect, play):
    assert play(input={"a": 1}, expect=expect).exit_code == 0


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        (
            {"output": {"total": 8, "more": 1, "items": [1]}},
            [
                "output /total: expected 8, got 7",
                "output /more: expected 1, and it is missing",
                'output /items/1: not expected, got {"a": 2}',
            ],
        ),
        ({"output": 1}, ['output: expected 1, got {"total": 7, "items": [1, {"a": 2}]}']),
        ({"contains": {"items": [1, {"a": "2"}]}}, ['output /items/1/a: expected "2", got 2']),
        ({"contains": {"items": [1]}}, ['output /items/1: not expected, got {"a": 2}']),
        ({"contains": {"total": True}}, ["output /total: expected true, got 7"]),
        (
            {"assert": "@.output.total > 7"},
            ['assert: @.output.total > 7 does not hold; the output is {"total": 7, "items": [1, {"a": 2}]}'],
        ),
        ({"assert": "{% 1 %}"}, ["assert: {% 1 %} is 1, neither true nor false"]),
        ({"transitions": 4}, ["transitions: expected 4, got 3"]),
        ({"seconds": 61.5}, ["seconds: expected 61.5, got 60"]),
        (
            {"path": ["Work", "Lost", "End"]},
            ["path: - is expected, + came", "    Work", "  - Lost", "  + Rest", "    End"],
        ),
        (
            {"error": "Gone"},
            ['status: expected FAILED, got SUCCEEDED with the output {"total": 7, "items": [1, {"a": 2}]}'],
        ),
    ],
)
def test_what_comes_otherwise_is_told(expect, told, play):
    assert failures(play(expect=expect)) == told


FAILED = {"Work": {"Throw": {"Error": "Broken", "Cause": "the pump is dry"}}}


@pytest.mark.parametrize(
    "expect",
    [
        {"error": "Broken"},
        {"error": {"matches": "^Bro"}, "cause": {"matches": "pump"}},
        {"status": "FAILED", "path": ["Work"]},
    ],
)
def test_failures_are_expected(expect, play):
    assert play(mocks=FAILED, expect=expect).exit_code == 0


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ({}, "status: expected SUCCEEDED, got FAILED with Broken: the pump is dry"),
        ({"error": "Other"}, 'error: expected "Other", got "Broken"'),
        ({"cause": {"matches": "^pump"}}, 'cause: expected a match of ^pump, got "the pump is dry"'),
        ({"cause": None}, 'cause: expected null, got "the pump is dry"'),
        ({"status": "TIMED_OUT"}, "status: expected TIMED_OUT, got FAILED with Broken: the pump is dry"),
    ],
)
def test_another_failure_is_told(expect, told, play):
    assert failures(play(mocks=FAILED, expect=expect)) == [told]


def test_retries_take_their_time(play):
    busy = {"Throw": {"Error": "Busy"}, "Seconds": 1}
    mocks = {"Work": {"0-1": busy, "2": {"Return": None}}}
    assert play(mocks=mocks, expect={"seconds": 1 + 2 + 1 + 4 + 60, "transitions": 5}).exit_code == 0


def test_a_mock_configuration_answers_too(asl, write):
    write("order.asl.json", WORK)
    write("mocks.json", {"StateMachines": {"any": {"TestCases": {"Done": {"Work": {"Return": "done"}}}}}})
    cases = [
        {"name": "its own", "test_case": "Done", "expect": {"output": "done"}},
        {"name": "overridden", "test_case": "Done", "mocks": DONE, "expect": {"contains": {"total": 7}}},
    ]
    content = {"machine": "order.asl.json", "mock_config": "mocks.json", "cases": cases}
    assert asl("test", write("tests.json", content)).exit_code == 0


def test_seed_and_start_are_fixed_and_can_be_chosen(asl, write):
    now = {"Type": "Pass", "Parameters": {"at.$": "$$.State.EnteredTime"}, "End": True}
    write("machine.asl.json", machine("Now", Now=now))
    cases = [
        {"name": "fixed", "expect": {"output": {"at": "2026-01-01T00:00:00Z"}}},
        {
            "name": "chosen",
            "start_time": "2030-05-06T07:08:09+01:00",
            "expect": {"output": {"at": "2030-05-06T06:08:09Z"}},
        },
    ]
    result = asl("test", write("tests.json", {"cases": cases}))
    assert result.exit_code == 0, result.output


# ------------------------------------------------------------------ reports


def test_json_tells_everything(play):
    report = json.loads(play("--json", expect={"transitions": 1}).stdout)
    assert (report["passed"], report["failed"]) == (0, 1)
    (file,) = report["files"]
    assert (file["file"], file["machine"]) != ("", "")
    assert file["cases"] == [
        {
            "name": "one",
            "passed": False,
            "failures": ["transitions: expected 1, got 3"],
            "status": "SUCCEEDED",
            "transitions": 3,
            "seconds": 60.0,
        }
    ]
    assert file["coverage"] == {
        "states": {"visited": 3, "total": 4, "missed": ["Lost"]},
        "transitions": {"visited": 2, "total": 3, "missed": ["Work -> Lost"]},
    }


def test_what_is_not_visited_is_told(play):
    lines = play().stdout.splitlines()
    assert lines[-2:] == ["  visited 3 of 4 states, 2 of 3 transitions", "  not visited: Lost"]


def test_junit_is_written(play, here):
    result = play("--junit", "report.xml", expect={"error": "<Gone> & \x00 away"})
    assert result.exit_code == 1
    root = ElementTree.parse(here / "report.xml").getroot()
    assert root.attrib == {"tests": "1", "failures": "1", "errors": "0", "time": "60.000"}
    (case,) = root.iter("testcase")
    assert case.attrib["name"] == "one"
    (failure,) = case
    assert failure.text.startswith("status: expected FAILED, got SUCCEEDED")
    assert play("--junit", "report.xml").exit_code == 0
    assert not list(ElementTree.parse(here / "report.xml").getroot().iter("failure"))


def test_junit_that_cannot_be_written_is_told(play):
    result = play("--junit", "nowhere/report.xml")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: cannot write nowhere/report.xml: No such file or directory\n",
    )


def test_colours_are_for_terminals(play, terminal, write):
    play(expect={"output": 1})
    shown = terminal("test", "tests.json")
    assert "\x1b[31m" in shown
    assert "\x1b[31m" not in terminal("test", "tests.json", "--no-color")
    assert "\x1b" not in play(expect={"output": 1}).stdout


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("cases: [", "tests.yaml:2:1: this is not YAML"),
        ("cases: []", "tests.yaml:1:1: this is empty at /cases"),
        ("machine: x", "'cases' is missing at /"),
        (
            "cases:\n  - name: a\n    expct: {}",
            "tests.yaml:3:5: 'expct' is not known here; there can be name,",
        ),
        ("cases:\n  - name: a\n    expect: {status: DONE}", "tests.yaml:3:14: 'DONE' is none of SUCCEEDED,"),
        ("cases:\n  - name: a\n  - name: a", "tests.yaml:3:5: there is another case 'a' at /cases/1/name"),
        ("machine: gone.json\ncases: [{name: a}]", "tests.yaml:1:1: cannot read gone.json"),
        ("cases: [{name: a, input: '@gone.json'}]", "tests.yaml:1:19: cannot read gone.json"),
        ("cases: [{name: a, expect: '@gone.json'}]", "cannot read gone.json"),
        ("cases: [{name: a, expect: 'text'}]", "this is to be an object, or @FILE with one"),
        ("cases: [{name: a, expect: {output: '@gone.json'}}]", "cannot read gone.json"),
        ("cases: [{name: a, start_time: soon}]", "'soon' is not an ISO 8601 time"),
        ("cases: [{name: a, start_time: '9999-01-01'}]", "the year is to be from 1971 to 9000"),
        ("cases: [{name: a, task_seconds: 1e300}]", "1e+300 is more than 99,999,999"),
        ("cases: [{name: a, test_case: B}]", "'test_case' needs 'mock_config' in the file"),
        ("cases: [{name: a, mocks: {Wrok: {Return: 1}}}]", "mocks 'Wrok', which is no state of the machine"),
        ("cases: [{name: a, mocks: {Work: {}}}]", "this is empty at /cases/0/mocks/Work"),
        ("cases: [{name: a, mocks: {Work: {'0': {}}}}]", "neither 'Return' nor 'Throw' is here"),
        ("cases: [{name: a, expect: {path: [Wrok]}}]", "the machine has no state 'Wrok'"),
        ("cases: [{name: a, expect: {error: {matches: '('}}}]", "this is no regular expression"),
        ("cases: [{name: a, expect: {assert: '1'}}]", "begins with @"),
        ("cases: [{name: a, handlers: gone.py}]", "cannot read the handlers gone.py"),
    ],
)
def test_a_file_that_says_what_cannot_be_is_refused(content, told, asl, write):
    write("machine.asl.json", WORK)
    result = asl("test", write("tests.yaml", content))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert told in result.stderr


def test_a_machine_that_cannot_be_run_is_refused(asl, write):
    write("machine.asl.json", {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}})
    result = asl("test", write("tests.yaml", "cases: [{name: a}]"))
    assert result.exit_code == 2
    assert "MISSING_TRANSITION_TARGET" in result.stderr


def test_a_file_that_is_not_there_is_refused(asl):
    result = asl("test", "gone.yaml")
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: cannot read the tests gone.yaml: No such file or directory\n",
    )


def test_an_input_that_is_too_large_is_refused(play):
    result = play(input="x" * 300_000)
    assert result.exit_code == 2
    assert "the case 'one' cannot be run: the input takes" in result.stderr


def test_what_is_wrong_with_several_cases_is_told_together(asl, write):
    write("machine.asl.json", WORK)
    cases = """
cases:
  - {name: a, expect: {output: '@gone.json'}}
  - {name: a, mocks: {Nobody: {Return: 1}}, start_time: soon}
  - {name: b, input: '@away.json', expect: {path: [Wrok, Rets, Wrok]}}
"""
    result = asl("test", write("tests.yaml", cases))
    assert (result.exit_code, result.stdout) == (2, "")
    told = [line.removeprefix("Error: ").partition(": ") for line in result.stderr.splitlines()]
    assert [(place, text.partition(",")[0].partition(":")[0]) for place, _, text in told] == [
        ("tests.yaml:4:6", "there is another case 'a' at /cases/1/name"),
        ("tests.yaml:3:24", "cannot read gone.json"),
        ("tests.yaml:4:15", "the test case 'a' mocks 'Nobody'"),
        ("tests.yaml:4:45", "'soon' is not an ISO 8601 time"),
        ("tests.yaml:5:15", "cannot read away.json"),
        ("tests.yaml:5:45", "the machine has no state 'Wrok' at /cases/2/expect/path"),
        ("tests.yaml:5:45", "the machine has no state 'Rets' at /cases/2/expect/path"),
    ]


def test_of_many_faults_the_first_are_told(asl, write):
    write("machine.asl.json", WORK)
    cases = [{"name": f"{number}", "input": f"@gone{number}.json"} for number in range(12)]
    lines = asl("test", write("tests.json", {"cases": cases})).stderr.splitlines()
    assert len(lines) == 11
    assert lines[-1] == "... and 2 more"
