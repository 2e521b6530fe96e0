"""ADV103: loops that ask again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.advice.advising import advised, machine, task, told

CODE = "ADV103"
SDK = "arn:aws:states:::aws-sdk:"


def polling(starter: str, poller: str, **test: Any) -> dict[str, Any]:
    rule = {"Variable": "$.status", **(test or {"StringEquals": "DONE"}), "Next": "Ready"}
    return machine(
        "Start",
        Start={"Type": "Task", "Resource": starter, "ResultPath": None, "Next": "Wait"},
        Wait={"Type": "Wait", "Seconds": 30, "Next": "Ask"},
        Ask={"Type": "Task", "Resource": poller, "Next": "Done?"},
        **{"Done?": {"Type": "Choice", "Choices": [rule], "Default": "Wait"}},
        Ready={"Type": "Succeed"},
    )


def answering(rounds: int, *names: str) -> dict[str, Callable[[Any, Any], Any]]:
    """Functions: the last is asked so many times until it is done."""
    asked = {"times": 0}

    def ask(event: Any, context: Any) -> Any:
        asked["times"] += 1
        return {"status": "DONE" if asked["times"] == rounds else "RUNNING"}

    return {**{name: lambda event, context: {} for name in names[:-1]}, names[-1]: ask}


def test_a_job_that_sync_would_wait_for():
    start, ask = "arn:aws:states:::codebuild:startBuild", f"{SDK}codebuild:batchGetBuilds"
    (found,) = told(CODE, polling(start, ask), {}, handlers=answering(4, start, ask), per_month=10_000)
    assert found.diagnostic.message == (
        "The loop of 'Wait', 'Ask' and 'Done?' polls: 3 transitions a round, 4 rounds an execution"
    )
    assert "let 'Start' wait for the end: arn:aws:states:::codebuild:startBuild.sync;" in str(
        found.diagnostic.hint
    )
    assert found.diagnostic.location == "/States/Wait"
    assert (found.diagnostic.line, found.diagnostic.column) == (10, 5)
    # all 12 transitions of the loop, 10,000 times, at $0.025 for 1,000
    assert found.saving is not None
    assert (found.saving.transitions, found.saving.usd) == (12, pytest.approx(12 * 10_000 * 0.000025))
    assert found.figures["most_rounds"] == 4


def test_free_transitions_save_nothing():
    start, ask = "arn:aws:states:::codebuild:startBuild", f"{SDK}codebuild:batchGetBuilds"
    handlers = answering(4, start, ask)
    # 14 transitions an execution, 1,400 a month: free all the same
    told = advised(polling(start, ask), {}, handlers=handlers, per_month=100, free=4_000)
    assert (told.findings, told.below_a_cent) == ([], 1)


def test_a_callback_where_nothing_waits_for_the_end():
    machine = polling(task("begin")["Resource"], task("ask")["Resource"])
    for name in ("Start", "Ask"):
        machine["States"][name]["Retry"] = task("any")["Retry"]
    (found,) = told(CODE, machine, {}, handlers=answering(3, "begin", "ask"))
    assert "let 'Ask' hand over a task token (.waitForTaskToken)" in str(found.diagnostic.hint)
    # one of the nine stays: the task that gets the token; told for a million executions
    assert found.saving is not None
    assert (found.saving.transitions, found.saving.usd) == (8, pytest.approx(200))


@pytest.mark.parametrize(
    ("starter", "poller", "variant"),
    [
        ("arn:aws:states:::states:startExecution", f"{SDK}sfn:describeExecution",
         "states:startExecution.sync:2"),
        (f"{SDK}glue:startJobRun", f"{SDK}glue:getJobRun", "glue:startJobRun.sync"),
        ("arn:aws:states:::athena:startQueryExecution", "arn:aws:states:::athena:getQueryExecution",
         "athena:startQueryExecution.sync"),
    ],
)  # fmt: skip
def test_the_integration_that_waits_is_named(starter, poller, variant):
    (found,) = told(CODE, polling(starter, poller))
    assert f"arn:aws:states:::{variant};" in str(found.diagnostic.hint)
    assert found.saving is None


def test_without_samples_it_is_told_of_a_round():
    (found,) = told(CODE, polling(f"{SDK}glue:startJobRun", f"{SDK}glue:getJobRun"))
    assert found.diagnostic.message.endswith("polls: 3 transitions a round")


@pytest.mark.parametrize("test", [{"NumericLessThan": 3}, {"IsPresent": True}])
def test_counters_and_pages_are_left_alone(test):
    assert told(CODE, polling(f"{SDK}glue:startJobRun", f"{SDK}glue:getJobRun", **test)) == []


def test_express_has_neither():
    definition = polling(f"{SDK}glue:startJobRun", f"{SDK}glue:getJobRun")
    assert told(CODE, definition, kind="EXPRESS") == []


def test_a_loop_that_no_sample_came_to():
    definition = polling(f"{SDK}glue:startJobRun", f"{SDK}glue:getJobRun")
    definition["StartAt"] = "Which?"
    definition["States"]["Which?"] = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.job", "IsPresent": True, "Next": "Start"}],
        "Default": "Ready",
    }
    advice = advised(definition, {})
    assert (advice.findings, advice.not_reached) == ([], 1)
