"""Turns end: after 1,000 steps the core gives way, and goes on where it was."""

import pytest

import asl
from asl import Execution, advance, start
from asl.signals import Continue, Stopped
from asl.spec.quotas import NONE
from tests.unit.interpreter.driving import (
    ANYTHING,
    IDENTITY,
    START,
    Run,
    lambda_task,
    machine,
    parallel,
    passes,
    wait,
)

ENDLESS = machine(
    **{
        "Again?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.stop", "IsPresent": True, "Next": "Z"}],
            "Default": "Step",
        },
        "Step": {"Type": "Pass", "Next": "Again?"},
        "Z": {"Type": "Succeed"},
    },
)


def begin(definition):
    parsed = asl.parse(definition)
    return parsed, *start(parsed, {}, IDENTITY, quotas=NONE)


def entered(step):
    return sum(event[0].name.endswith("StateEntered") for event in step.history)


def test_a_loop_without_end_gives_way_after_a_thousand_steps():
    parsed, execution, step = begin(ENDLESS)
    for _ in range(3):
        assert step.more
        assert execution.status == "RUNNING"
        assert entered(step) == 1000
        step = advance(parsed, execution, Continue(), START)


def test_a_loop_without_end_can_be_stopped():
    parsed, execution, step = begin(ENDLESS)
    assert step.more
    step = advance(parsed, execution, Stopped(), START)
    assert [event[0].name for event in step.history] == ["ExecutionAborted"]
    assert not step.more
    assert execution.status == "ABORTED"


@pytest.mark.parametrize(("count", "turns"), [(1, 1), (998, 1), (1_500, 2), (2_500, 3)])
def test_a_long_chain_goes_on_over_the_seams(count, turns):
    run = Run(passes(count))
    assert run.turns == turns
    assert run.execution.status == "SUCCEEDED"
    assert len(run.events) == 2 + 2 * count
    assert [event["previousEventId"] for event in run.history] == [0, 0, *range(2, 2 + 2 * count)]


def test_an_execution_saved_between_two_turns_goes_on():
    parsed, execution, step = begin(passes(1_500))
    execution = Execution.restore(execution.save())
    last = advance(parsed, execution, Continue(), START)
    assert execution.status == "SUCCEEDED"
    assert len(step.history) + len(last.history) == 3_002


def test_branches_take_turns():
    _, _, step = begin(machine(A=parallel(passes(2_000), passes(2_000, "Q"))))
    paths = [event[3] for event in step.history]
    assert step.more
    assert abs(paths.count("1.0[0]/") - paths.count("1.0[1]/")) <= 2


def test_nothing_is_left_over_while_it_waits():
    _, _, step = begin(machine(A=wait(5)))
    assert not step.more


@pytest.mark.parametrize("handling", ["Retry", "Catch"])
def test_a_branch_cleared_away_with_the_last_step_of_a_turn_is_forgotten(handling):
    taken = {
        "Retry": {"Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 1}]},
        "Catch": {"Catch": [{**ANYTHING[0], "Next": "Z"}]},
    }[handling]
    for count in range(480, 520):  # the failure comes before, with and after the turn's last step
        failing = passes(count, Type="Fail", Error="E")
        run = Run(machine(A=parallel(failing, passes(700, "Q"), Next="Z", **taken), Z={"Type": "Succeed"}))
        assert run.execution.status == {"Retry": "RUNNING", "Catch": "SUCCEEDED"}[handling], count


def test_another_definition_is_refused():
    run = Run(machine(A=lambda_task()))
    other = asl.parse(machine(A=lambda_task("g")))
    with pytest.raises(ValueError, match="another definition"):
        advance(other, run.execution, Continue(), START)


def test_the_same_definition_parsed_again_is_not_another_one():
    run = Run(machine(A=wait(5)))
    again = asl.parse(machine(A=wait(5)))
    assert advance(again, run.execution, Stopped(), START).history
