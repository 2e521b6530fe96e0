"""Quotas: the length of a history, and its last event."""

import pytest

import asl
from asl.signals import Elapsed, TaskStarted, TaskSubmitted, TaskSucceeded
from tests.unit.interpreter.driving import (
    Run,
    activity,
    blocks,
    lambda_task,
    machine,
    map_of,
    parallel,
    passes,
    token_task,
    wait,
    within,
)

ENDLESS = machine(
    A={"Type": "Pass", "Next": "B"},
    B={"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": True, "Next": "Z"}], "Default": "A"},
    Z={"Type": "Succeed"},
)


def assert_closed_by_the_quota(run, limit):
    execution = run.execution
    assert (execution.status, execution.error, execution.output) == ("FAILED", "States.Runtime", None)
    assert str(limit) in execution.cause
    last = run.history[-1]
    assert (last["type"], last["id"], last["previousEventId"]) == ("ExecutionFailed", limit, limit - 1)
    assert last["executionFailedEventDetails"] == {"error": execution.error, "cause": execution.cause}
    assert execution.last_event == len(run.events) == limit
    assert sum(name.startswith("Execution") for name in run.names) == 2


def test_the_last_of_25_000_events_is_the_failure():
    result = asl.simulate(ENDLESS)
    assert (result.status, result.error) == ("FAILED", "States.Runtime")
    assert len(result.history) == 25_000
    assert result.history[-1]["type"] == "ExecutionFailed"
    assert "25000" in result.cause.replace(",", "")


def test_exactly_25_000_events_fit():
    result = asl.simulate(passes(12_499))
    assert (result.status, len(result.history)) == ("SUCCEEDED", 25_000)


def test_without_quotas_a_history_may_be_longer():
    definition = machine(A=map_of(machine(P={"Type": "Pass", "End": True})))
    result = asl.simulate(definition, list(range(7_000)), quotas=False)
    assert (result.status, len(result.history)) == ("SUCCEEDED", 28_006)


@pytest.mark.parametrize("over", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "definition",
    [
        passes(5),
        passes(5, Type="Succeed"),
        machine(A=parallel(passes(2), passes(3, "Q"))),
        machine(A=map_of(passes(1))),
        machine(A=map_of(passes(1), MaxConcurrency=1)),
    ],
    ids=["chain", "succeed", "parallel", "map", "serial map"],
)
def test_what_fits_exactly_succeeds_and_what_does_not_fails(definition, over):
    needed = len(Run(definition, [1, 2]).events)
    run = Run(definition, [1, 2], bounds=within(history_events=needed - over))
    if over:
        assert_closed_by_the_quota(run, needed - over)
    else:
        assert run.execution.status == "SUCCEEDED"
        assert len(run.events) == needed


@pytest.mark.parametrize("limit", [7, 8])
def test_a_failure_that_fits_keeps_its_own_error(limit):
    run = Run(passes(2, Type="Fail", Error="E"), bounds=within(history_events=limit))
    assert run.execution.error == "E"
    assert len(run.events) == 7


def test_a_failure_that_does_not_fit_gives_way_to_the_quotas():
    assert_closed_by_the_quota(Run(passes(2, Type="Fail", Error="E"), bounds=within(history_events=6)), 6)


@pytest.mark.parametrize("limit", range(2, 14))
def test_events_over_many_signals_are_counted_together(limit):
    run = Run(machine(A=lambda_task(Next="B"), B=wait(1, Next="C"), C=lambda_task()),
              bounds=within(history_events=limit))  # fmt: skip
    run.tell(TaskSucceeded("1.0", 1), Elapsed((("2.0", "timer"),)), TaskSucceeded("3.0", 2))
    assert_closed_by_the_quota(run, limit)


@pytest.mark.parametrize(
    ("state", "signals"),
    [
        (token_task, [TaskSubmitted("1.0", {}), TaskSucceeded("1.0", 1)]),
        (activity, [TaskStarted("1.0"), TaskSucceeded("1.0", 1)]),
    ],
)
def test_an_event_that_a_signal_alone_writes_counts_too(state, signals):
    reached = len(Run(machine(A=state())).events) + 1
    run = Run(machine(A=state()), bounds=within(history_events=reached))
    run.tell(*signals)
    assert_closed_by_the_quota(run, reached)


def test_many_submissions_at_once_stay_within_the_quota():
    run = Run(machine(A=parallel(*blocks(6, token_task()))), bounds=within(history_events=24))
    for index in range(6):
        run.tell(TaskSubmitted(f"1.0[{index}]/1.0", {}))
    assert_closed_by_the_quota(run, 24)
