"""Scale: work grows with the run and no faster, memory is bounded, and depth costs no call stack."""

import subprocess
import sys
from pathlib import Path

import pytest

import asl
from asl.signals import Elapsed
from asl.spec.quotas import NONE
from tests.unit.interpreter.driving import (
    ANYTHING,
    IDENTITY,
    blocks,
    lambda_task,
    machine,
    map_of,
    parallel,
    passes,
    token_task,
    wait,
)

ROOT = Path(__file__).resolve().parents[3]


def calls(definition, input=None, **options):
    """How many functions a run calls, Python's and C's."""
    parsed = asl.parse(definition)
    count = 0

    def see(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        result = asl.simulate(parsed, input, quotas=False, **options)
    finally:
        sys.setprofile(before)
    assert result.status == "SUCCEEDED", result
    return count


def loop(count):
    again = {"Choices": [{"Variable": "$.n", "NumericLessThan": count, "Next": "A"}], "Default": "Z"}
    return machine(
        A={"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "C"},
        C={"Type": "Choice", **again},
        Z={"Type": "Succeed"},
    ), {"n": 0}


def items(state, **fields):
    return lambda count: (machine(A=map_of(machine(P=state), **fields)), list(range(count)))


def failing(count):
    """A branch fails while all others wait."""
    branches = [*blocks(count, wait(9)), machine(T={"Type": "Fail", "Error": "E"})]
    return machine(A=parallel(*branches, Next="Z", Catch=[{**ANYTHING[0], "Next": "Z"}]), Z=wait(1)), None


@pytest.mark.parametrize(
    "sized",
    [
        items({"Type": "Pass", "End": True}),
        items({"Type": "Pass", "End": True}, MaxConcurrency=1),
        items({"Type": "Succeed"}, ItemSelector={"n.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"}),
        items(lambda_task()),
        items(wait(3)),
        loop,
        lambda count: (passes(count), None),
        lambda count: (machine(A=parallel(*blocks(count, lambda_task()))), None),
        lambda count: (machine(A=parallel(*blocks(count, wait(1)))), None),
        failing,
    ],
    ids=["map", "serial map", "selector", "tasks", "waits", "loop", "chain", "branches", "timers", "failing"],
)  # fmt: skip
def test_twice_the_work_is_twice_the_calls(sized):
    handlers = {"f": lambda event, context: None}
    small, large = (calls(*sized(n), handlers=handlers, task_seconds=1) for n in (500, 1_000))
    assert 1.9 < large / small < 2.1


MEMORY = """
import asl
block = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
machine = {"StartAt": "M", "States": {"M": {"Type": "Map", "ItemProcessor": block, "End": True}}}
result = asl.simulate(machine, list(range(100_000)), quotas=False)
assert result.status == "SUCCEEDED" and len(result.history) == 400_006
status = open("/proc/self/status").read()
print(status.partition("VmHWM:")[2].split()[0])
"""


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="a process's peak is read from Linux's /proc"
)
def test_a_map_of_100_000_items_takes_less_than_150_mib():
    # Not ru_maxrss: a child's begins with the peak of the process that started it.
    done = subprocess.run(
        [sys.executable, "-c", MEMORY], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert int(done.stdout) / 1024 < 150


def deep(levels, innermost, **fields):
    block = machine(S=innermost)
    for level in range(levels):
        block = machine(**{f"P{level}": parallel(block, **fields)})
    return block


def test_two_hundred_parallels_in_one_another():
    result = asl.simulate(deep(200, {"Type": "Pass", "End": True}), "x")
    value, levels = result.output, 0
    while isinstance(value, list):
        (value,), levels = value, levels + 1
    assert (result.status, value, levels) == ("SUCCEEDED", "x", 200)
    assert len(result.history) == 4 * 200 + 4


@pytest.mark.parametrize(
    "innermost",
    [{"Type": "Fail", "Error": "E", "Cause": "why"}, lambda_task(), token_task(TimeoutSeconds=5)],
    ids=["fail", "task", "timeout"],
)
def test_a_failure_two_hundred_levels_down_reaches_the_top(innermost):
    def fails(event, context):
        raise Deep

    result = asl.simulate(
        deep(200, innermost), handlers={"f": fails, token_task()["Resource"]: lambda e, c: 1}
    )
    assert result.status == "FAILED"
    assert result.error in ("E", "Deep", "States.Timeout")
    types = [event["type"] for event in result.history]
    assert types.count("ParallelStateFailed") == 200
    assert types[-1] == "ExecutionFailed"
    # TaskStateAborted is written for the very task that failed, and for nothing around it.
    assert types.count("TaskStateAborted") == (innermost["Type"] == "Task")
    assert not {"ParallelStateAborted", "ParallelStateExited"} & set(types)


class Deep(Exception):
    pass


def test_a_failure_deep_down_can_be_caught_at_the_top():
    definition = machine(
        A=parallel(deep(200, {"Type": "Fail", "Error": "E"}), Next="Z", Catch=[{**ANYTHING[0], "Next": "Z"}]),
        Z={"Type": "Pass", "End": True},
    )
    assert asl.simulate(definition).output == {"Error": "E", "Cause": None}


def test_a_run_two_hundred_levels_deep_can_be_saved():
    parsed = asl.parse(deep(200, wait(5)))
    execution, step = asl.start(parsed, "x", IDENTITY, quotas=NONE)
    execution = asl.Execution.restore(execution.save())
    (timer,) = step.commands
    asl.advance(parsed, execution, Elapsed(((timer.id, "timer"),)), 5_000)
    assert execution.status == "SUCCEEDED"
