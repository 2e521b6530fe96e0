"""The lines of a run: what is told of each event, how nesting is drawn, what is folded away."""

import re

import pytest

from tests.cli.shared import machine, task

PASS = {"Type": "Pass", "End": True}


@pytest.fixture
def steps(asl, write):
    """Runs a machine and gives its lines without the name of the machine: (time, what)."""

    def run(definition, handlers="", *options):
        write("m.json", definition)
        write("h.py", handlers)
        result = asl("run", "m.json", "-H", "h.py", "--task-seconds", "0.2", *options)
        lines = result.stderr.split("\n\n")[0].splitlines()
        return [re.sub(r" {2,}", "  ", line.strip()) for line in lines]

    return run


def test_a_task(steps):
    assert steps(machine(Work=task("work"), start="Work"), "def work(e, c): return {'a': 1}") == [
        "+0.000s  m  starts  {}",
        "+0.000s  Work  calls work  {}",
        '+0.200s  Work  returns in 200ms  {"a": 1}',
    ]


def test_retry_and_catch(steps):
    definition = machine(
        start="Work",
        Work=task(
            "work", Next="End", Retry=[{"ErrorEquals": ["E"], "IntervalSeconds": 2, "MaxAttempts": 1}],
            Catch=[{"ErrorEquals": ["States.ALL"], "Next": "End"}],
        ),
        End={"Type": "Succeed"},
    )  # fmt: skip
    lines = steps(definition, "class E(Exception): pass\ndef work(e, c): raise E('oh')")
    assert lines[2:6] == [
        "+0.200s  Work  fails after 200ms: E: oh",
        "+2.200s  Work  retry 1 after 2s, calls work  {}",
        "+2.400s  Work  fails after 200ms: E: oh",
        "+2.400s  Work  caught E → End",
    ]
    assert lines[6].startswith('+2.400s  End  ends with  {"Error": "E", "Cause": ')


def test_invoke_shows_function_and_payload(steps):
    arguments = {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:work", "Payload": {"x": 1}}
    definition = machine(
        Work={
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": arguments,
            "End": True,
        },
        start="Work",
    )
    assert steps(definition, "def work(e, c): return e['x']")[1:] == [
        '+0.000s  Work  calls work  {"x": 1}',
        "+0.200s  Work  returns in 200ms  1",
    ]


def test_choice_wait_pass_and_fail(steps):
    definition = machine(
        start="Which",
        Which={
            "Type": "Choice",
            "Choices": [{"Variable": "$.a", "IsPresent": True, "Next": "Stop"}],
            "Default": "Wait",
        },
        Wait={"Type": "Wait", "Seconds": 90000, "Next": "Shape"},
        Shape={"Type": "Pass", "Result": {"a": 1}, "Next": "Which"},
        Stop={"Type": "Fail", "Error": "Stopped", "Cause": "because"},
    )
    assert steps(definition)[1:] == [
        "+0.000s  Which  → Wait (default)",
        "+1d 01h 00m 00.0s  Wait  waited 1d 1h",
        '+1d 01h 00m 00.0s  Shape  passes on  {"a": 1}',
        "+1d 01h 00m 00.0s  Which  → Stop (rule 1 of 1)",
        "+1d 01h 00m 00.0s  Stop  fails",
    ]


def test_a_task_that_times_out(steps):
    lines = steps(
        machine(First=task("work", TimeoutSeconds=5)), "def work(e, c): pass", "--task-seconds", "9"
    )
    assert lines[-1] == "+5.000s  First  times out after 5s: States.Timeout"


def test_parallel_that_fails(steps):
    definition = machine(
        First={
            "Type": "Parallel",
            "End": True,
            "Branches": [
                machine(Left=task("work"), start="Left"),
                machine(Right={"Type": "Wait", "Seconds": 9, "End": True}, start="Right"),
            ],
        }
    )
    assert steps(definition, "def work(e, c): raise ValueError('oh')")[1:] == [
        "+0.000s  First  2 branches",
        "+0.000s  │ [0] Left  calls work  {}",
        "+0.200s  │ [0] Left  fails after 200ms: ValueError: oh",
        "+0.200s  │ [0] Left  aborted",
        "+0.200s  │ [1] Right  aborted",
        "+0.200s  First  fails after 200ms: ValueError: oh",
    ]


def mapped(**fields):
    return {"Type": "Map", "ItemProcessor": machine(Each=task("work"), start="Each"), "End": True, **fields}


def test_map(steps):
    lines = steps(
        machine(First=mapped(MaxConcurrency=1)), "def work(e, c): return e / 2", "--input", "[2, 0, 1]"
    )
    assert lines[1:5] == [
        "+0.000s  First  3 items",
        "+0.000s  │ [0] Each  calls work  2",
        "+0.200s  │ [0] Each  returns in 200ms  1.0",
        "+0.200s  First  iteration 1 of 3 done",
    ]
    assert lines[-1] == "+0.600s  First  3 iterations done in 600ms  [1.0, 0.0, 0.5]"


def test_map_that_fails(steps):
    lines = steps(machine(First=mapped()), "def work(e, c): return 1 / e", "--input", "[1, 0, 2]")
    assert "+0.200s  First  iteration 2 of 3 failed: ZeroDivisionError: division by zero" in lines
    assert "+0.200s  First  iteration 3 of 3 aborted" in lines
    assert lines[-1] == "+0.200s  First  fails after 200ms: ZeroDivisionError: division by zero"


def test_long_maps_are_folded(steps):
    lines = steps(machine(First=mapped()), "def work(e, c): return e", "--input", str(list(range(500))))
    assert sum("calls work" in line for line in lines) == 20
    assert sum(" done" in line for line in lines) == 21
    assert "…  First has begun 20 iterations; the others are counted, not shown" in lines
    assert "500 iterations done in" in lines[-1]


def test_a_failure_in_the_folded_part_is_told(steps):
    items = str([*range(1, 30), 0, *range(1, 30)])
    lines = steps(machine(First=mapped()), "def work(e, c): return 1 / e", "--input", items)
    assert "+0.200s  First  iteration 30 of 59 failed: ZeroDivisionError: division by zero" in lines


def test_nested_maps_are_folded_together(steps):
    inner = {"Type": "Map", "ItemProcessor": machine(Each=PASS, start="Each"), "End": True}
    outer = {"Type": "Map", "ItemProcessor": machine(Inner=inner, start="Inner"), "End": True}
    lines = steps(machine(First=outer), "", "--input", str([list(range(10))] * 30))
    assert sum("Each  passes on" in line for line in lines) == 20
    assert sum("│ │ [9] Each" in line for line in lines) <= 20
    assert "30 iterations done" in lines[-1]


def test_long_loops_are_folded(steps):
    definition = machine(
        start="Count",
        Count={"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Enough"},
        Enough={
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThan": 300, "Next": "Count"}],
            "Default": "Done",
        },
        Done={"Type": "Succeed"},
    )
    lines = steps(definition, "", "--input", '{"n": 0}')
    assert sum("Count  passes on" in line for line in lines) == 50
    assert "…  Count was visited 50 times; its further visits are counted, not shown" in lines
    assert lines[-1] == '+0.000s  Done  ends with  {"n": 300}'


def test_a_loop_around_a_map_folds_it_too(steps):
    definition = machine(
        start="Each",
        Each={
            "Type": "Map", "ItemsPath": "$.items", "ResultPath": None, "Next": "Count",
            "ItemProcessor": machine(Inner=PASS, start="Inner"),
        },
        Count={
            "Type": "Pass", "Next": "Enough",
            "Parameters": {"n.$": "States.MathAdd($.n, 1)", "items.$": "$.items"},
        },
        Enough={
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThan": 100, "Next": "Each"}],
            "Default": "Done",
        },
        Done={"Type": "Succeed"},
    )  # fmt: skip
    lines = steps(definition, "", "--input", '{"n": 0, "items": [1]}')
    assert sum("Inner" in line and "passes on" in line for line in lines) == 20
    assert sum(line.endswith("1 item") for line in lines) == 50


def test_lines_fit(asl, write):
    write("m.json", machine(First={"Type": "Pass", "End": True}))
    write("in.json", {"long": ["日本" * 500, "x" * 5000]})
    result = asl("run", "m.json", "--input", "@in.json")
    assert all(len(line) <= 120 for line in result.stderr.splitlines())


def test_the_summary_draws_the_busiest_states(asl, write):
    names = [f"S{number:02d}" for number in range(30)]
    states = {
        name: {"Type": "Pass", "Next": after} for name, after in zip(names, [*names[1:], "End"], strict=True)
    }
    write("m.json", machine(start="S00", **states, End={"Type": "Succeed"}))
    result = asl("run", "m.json")
    assert "  S00  ██████████████████████████████ 1\n" in result.stderr
    assert "… 19 more states with 19 transitions" in result.stderr
