"""ADV106 and ADV107: tasks that hang, and tasks that fail for what passes."""

from __future__ import annotations

import pytest

from asl.advice.limits import TRANSIENT
from tests.unit.advice.advising import advised, each, machine, task, told

SYNC = {"Type": "Task", "Resource": "arn:aws:states:::codebuild:startBuild.sync", "End": True}


def test_a_job_without_a_time_limit():
    (found,) = told("ADV106", machine("Build", Build=SYNC))
    assert found.diagnostic.location == "/States/Build/Resource"
    assert found.figures == {"longest_wait_days": 365}


@pytest.mark.parametrize("name", ["TimeoutSeconds", "TimeoutSecondsPath"])
def test_a_job_with_one(name):
    limit = 60 if name == "TimeoutSeconds" else "$.limit"
    assert told("ADV106", machine("Build", Build={**SYNC, name: limit})) == []


def test_the_machine_has_one():
    assert told("ADV106", {**machine("Build", Build=SYNC), "TimeoutSeconds": 60}) == []


def test_callbacks_are_told_by_the_validator():
    asked = {**SYNC, "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"}
    assert told("ADV106", machine("Ask", Ask=asked)) == []


def test_a_function_that_is_called_once():
    definition = machine("A", A={"Type": "Pass", "Result": 1, "Next": "B"}, B=task("pack", Retry=[]))
    handlers = {"pack": lambda event, context: event}
    (found,) = told("ADV107", definition, {}, handlers=handlers, per_month=1)
    assert found.figures == {"transitions_again": 2}
    assert found.diagnostic.message == (
        "Nothing answers a transient error of Lambda at 'B': the execution fails, and a new one makes "
        "2 transitions again to come here"
    )


@pytest.mark.parametrize("name", [*TRANSIENT, "States.ALL", "States.TaskFailed"])
@pytest.mark.parametrize("field", ["Retry", "Catch"])
def test_a_function_whose_errors_are_answered(name, field):
    answer = {"ErrorEquals": [name], **({"Next": "Sorry"} if field == "Catch" else {})}
    definition = machine("A", A=task("pack", **{"Retry": [], field: [answer]}), Sorry={"Type": "Fail"})
    if field == "Retry":
        del definition["States"]["Sorry"]
    assert told("ADV107", definition) == []


def test_a_map_around_it_may_answer():
    block = machine("A", A=task("pack", Retry=[]))
    retry = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]
    assert told("ADV107", machine("All", All=each(block, Retry=retry))) == []
    assert len(told("ADV107", machine("All", All=each(block)))) == 1


def test_a_retry_of_none_answers_nothing():
    retry = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 0}]
    assert len(told("ADV107", machine("A", A=task("pack", Retry=retry)))) == 1


def test_a_code_can_be_ignored():
    definition = machine("A", A=task("pack", Retry=[]))
    advice = advised(definition, ignore=["ADV107"])
    assert (advice.findings, advice.ignored) == ([], 1)
