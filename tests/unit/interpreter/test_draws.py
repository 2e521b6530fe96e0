"""Draws are keyed by their place: siblings draw apart, and every run of the same tape draws the same."""

import pytest

import asl
from asl.signals import Elapsed, TaskFailed, TaskSucceeded
from tests.unit.interpreter.driving import (
    Run,
    blocks,
    lambda_task,
    machine,
    map_of,
    parallel,
    token_task,
    wait,
)

UUID = {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "OutputPath": "$.id", "End": True}
FULL = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1000, "JitterStrategy": "FULL"}]


def drawn(state, input=None, seed=0):
    return asl.simulate(machine(A=state), input, seed=seed).output


@pytest.mark.parametrize(
    "state",
    [
        parallel(*blocks(5, UUID)),
        map_of(machine(P=UUID)),
        map_of(machine(P=UUID), MaxConcurrency=1),
        map_of(machine(P={"Type": "Succeed"}), ItemSelector={"id.$": "States.UUID()"}, ResultSelector={
            "ids.$": "$[*].id"}, OutputPath="$.ids"),
        parallel(*[machine(**{f"W{i}": wait(9 - i, Next=f"X{i}"), f"X{i}": UUID}) for i in range(5)]),
        {"Type": "Pass", "Parameters": {"ids.$": "States.Array(States.UUID(), States.UUID())"},
         "OutputPath": "$.ids", "End": True},
    ],
    ids=["branches", "items", "items one by one", "selector", "branches that wait", "one field"],
)  # fmt: skip
def test_no_two_places_draw_the_same_and_every_run_does(state):
    ids = drawn(state, list(range(5)))
    assert len(ids) == len(set(ids)) > 1
    assert ids == drawn(state, list(range(5)))
    assert not set(ids) & set(drawn(state, list(range(5)), seed="other"))


def test_every_visit_of_a_state_draws_anew():
    again = {"Choices": [{"Variable": "$.n", "NumericLessThan": 5, "Next": "A"}], "Default": "Z"}
    step = {"n.$": "States.MathAdd($.n, 1)", "ids.$": "States.Array($.ids, States.UUID())"}
    output = asl.simulate(
        machine(
            A={"Type": "Pass", "Parameters": step, "Next": "C"},
            C={"Type": "Choice", **again},
            Z={"Type": "Succeed"},
        ),
        {"n": 0, "ids": ""},
    ).output["ids"]
    ids = []
    while output:
        output, last = output
        ids.append(last)
    assert len(set(ids)) == 5


def test_every_attempt_draws_anew():
    drawing = {"Parameters": {"id.$": "States.UUID()"}}
    run = Run(machine(A=parallel(machine(X=lambda_task(Retry=FULL, **drawing)), Retry=FULL)))
    for _ in range(7):
        run.tell(TaskFailed(run.task.id, "E"))
        run.tell(Elapsed(((run.timer.id, "timer"),)))
    assert len({task.input["id"] for task in run.tasks}) == len(run.tasks) == 8


def test_what_a_branch_draws_does_not_depend_on_its_siblings():
    """The order of answers, and whether a sibling draws at all, change nothing for a branch."""
    branches = [machine(**{f"T{i}": token_or_function(i, Next=f"U{i}"), f"U{i}": UUID}) for i in range(3)]
    found = []
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        run = Run(machine(A=parallel(*branches)))
        for index in order:
            run.tell(TaskSucceeded(f"1.0[{index}]/1.0", None))
        found.append(run.execution.output)
    assert found[0] == found[1] == found[2]


def token_or_function(index, **fields):
    return lambda_task(f"f{index}", Parameters={"id.$": "States.UUID()"}, **fields)


def test_jitter_is_drawn_between_nothing_and_the_whole_delay():
    delays = []
    for seed in range(40):
        run = Run(machine(A=lambda_task(Retry=FULL)), seed=str(seed))
        (timer,) = run.tell(TaskFailed("1.0", "E"))
        delays.append(timer.deadline - run.now)
    assert len(set(delays)) == 40
    assert 0 <= min(delays) < 250_000 < 750_000 < max(delays) <= 1_000_000


def test_jitter_of_siblings_differs():
    run = Run(machine(A=parallel(*blocks(4, lambda_task(Retry=FULL)))))
    run.tell(*[TaskFailed(f"1.0[{index}]/1.0", "E") for index in range(4)])
    assert len({each.deadline for each in run.commands[4:]}) == 4


@pytest.mark.parametrize("seed", ["0", "x" * 200, "ключ"])
def test_tokens_come_from_the_seed_and_the_place(seed):
    first, second = (Run(machine(A=parallel(*blocks(3, token_task()))), seed=seed) for _ in range(2))
    tokens = [task.token for task in first.tasks]
    assert len(set(tokens)) == 3
    assert all(1 <= len(token) <= 2048 for token in tokens)
    assert tokens == [task.token for task in second.tasks]
    other = Run(machine(A=parallel(*blocks(3, token_task()))), seed=seed + "!")
    assert not set(tokens) & {task.token for task in other.tasks}
