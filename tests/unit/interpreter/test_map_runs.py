"""A distributed Map in its execution: its events, and the Map Runs that it asks for."""

import pytest

from asl.signals import (
    EXECUTION,
    Elapsed,
    MapRunFailed,
    MapRunSucceeded,
    Redriven,
    StartMapRun,
    Stopped,
    TaskFailed,
    TaskStarted,
)
from tests.unit.interpreter.driving import ANYTHING, START, Run, cancelled, lambda_task, machine, parallel
from tests.unit.interpreter.test_map_run import distributed

FAILED = ("States.ExceedToleratedFailureThreshold", "too many")


def asked(run):
    return [each for each in run.commands if isinstance(each, StartMapRun)]


def links(run):
    """The events: type, and the number of the one that each points at."""
    return [(each["type"], each["previousEventId"]) for each in run.history]


def test_a_run_that_succeeds():
    run = Run(machine(A={"Type": "Pass", "Next": "M"}, M=distributed()), [1])
    run.tell(MapRunSucceeded(asked(run)[0].id, ["one"]))
    assert links(run)[3:] == [
        ("MapStateEntered", 3),
        ("MapStateStarted", 4),
        ("MapRunStarted", 5),
        ("MapRunSucceeded", 6),
        ("MapStateSucceeded", 7),
        ("MapStateExited", 6),
        ("ExecutionSucceeded", 9),
    ]
    assert run.execution.output == ["one"]
    details = run.history[5]["mapRunStartedEventDetails"]
    assert details == {"mapRunArn": asked(run)[0].arn}
    assert run.history[4]["mapStateStartedEventDetails"] == {"length": 1}


def test_a_run_that_fails():
    run = Run(machine(M=distributed()), [1])
    run.tell(MapRunFailed(asked(run)[0].id, *FAILED))
    assert links(run)[2:] == [
        ("MapStateStarted", 2),
        ("MapRunStarted", 3),
        ("MapRunFailed", 4),
        ("MapStateFailed", 5),
        ("ExecutionFailed", 6),
    ]
    assert run.history[4]["mapRunFailedEventDetails"] == dict(zip(("error", "cause"), FAILED, strict=True))
    assert (run.execution.error, run.execution.cause) == FAILED


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        ({"ToleratedFailureCountPath": "$.bound"}, -1),
        ({"ToleratedFailureCountPath": "$.bound"}, "three"),
        ({"ToleratedFailurePercentagePath": "$.bound"}, 100.1),
        ({"ToleratedFailurePercentagePath": "$.bound"}, None),
        ({"ItemBatcher": {"MaxItemsPerBatchPath": "$.bound"}}, 0),
        ({"ItemBatcher": {"MaxInputBytesPerBatchPath": "$.bound"}}, 300_000),
    ],
)
def test_a_bound_that_is_none_fails_before_there_is_a_run(fields, value):
    run = Run(machine(M=distributed(ItemsPath="$.all", **fields)), {"all": [1], "bound": value})
    assert links(run) == [
        ("ExecutionStarted", 0),
        ("MapStateEntered", 0),
        ("MapStateStarted", 2),
        ("ExecutionFailed", 3),
    ]
    assert run.execution.error == "States.Runtime"
    assert not asked(run)


def test_each_visit_has_a_run_of_its_own():
    again = {
        "Type": "Choice",
        "Choices": [{"Variable": "$[0]", "NumericEquals": 2, "Next": "E"}],
        "Default": "M",
    }
    run = Run(machine(M=distributed(Next="C"), C=again, E={"Type": "Succeed"}), [1])
    run.tell(MapRunSucceeded(asked(run)[0].id, [1]))
    run.tell(MapRunSucceeded(asked(run)[1].id, [2]))
    assert run.execution.status == "SUCCEEDED"
    first, second = asked(run)
    assert first.arn != second.arn
    assert first.label == second.label
    assert run.names.count("MapStateEntered") == run.names.count("MapRunStarted") == 2


def test_a_retry_makes_a_new_run():
    retry = [{**ANYTHING[0], "MaxAttempts": 1}]
    run = Run(machine(M=distributed(Retry=retry)), [1])
    run.tell(MapRunFailed(asked(run)[0].id, *FAILED))
    assert run.names[-1] == "MapRunFailed"
    run.tell(run_out(run), after=1)
    assert links(run)[-2:] == [("MapStateStarted", 5), ("MapRunStarted", 6)]
    assert asked(run)[0].arn != asked(run)[1].arn
    run.tell(MapRunFailed(asked(run)[1].id, *FAILED))
    assert run.names[-3:] == ["MapRunFailed", "MapStateFailed", "ExecutionFailed"]


def run_out(run):
    """The elapsing of the timer that was asked for last."""
    return Elapsed(((run.timer.id, run.timer.kind),))


def test_a_catcher():
    catch = [{"ErrorEquals": [FAILED[0]], "Next": "S"}]
    run = Run(machine(M=distributed(Catch=catch), S={"Type": "Succeed"}), [1])
    run.tell(MapRunFailed(asked(run)[0].id, *FAILED))
    assert run.names[-6:] == [
        "MapRunFailed",
        "MapStateFailed",
        "MapStateExited",
        "SucceedStateEntered",
        "SucceedStateExited",
        "ExecutionSucceeded",
    ]
    assert run.execution.output == {"Error": FAILED[0], "Cause": FAILED[1]}


def test_an_output_that_fails_points_at_what_succeeded():
    run = Run(machine(M=distributed(ResultSelector={"a.$": "$.none"})), [1])
    run.tell(MapRunSucceeded(asked(run)[0].id, [1]))
    assert links(run)[-2:] == [("MapStateSucceeded", 5), ("ExecutionFailed", 6)]


def test_a_sibling_that_fails_ends_the_run():
    definition = machine(P=parallel(machine(M=distributed()), machine(T=lambda_task())))
    run = Run(definition, [1])
    run.tell(TaskStarted(run.task.id))
    made = run.tell(TaskFailed(run.task.id, "E", "why"))
    assert cancelled(made) == [asked(run)[0].id, EXECUTION]
    failing = 1 + run.names.index("LambdaFunctionFailed")
    assert ("MapRunAborted", failing) in links(run)
    assert links(run)[-4:] == [
        ("MapRunAborted", failing),
        ("MapStateAborted", failing),
        ("ParallelStateFailed", failing),
        ("ExecutionFailed", failing + 4),
    ]


def test_a_stop_ends_the_run():
    run = Run(machine(M=distributed()), [1])
    made = run.tell(Stopped())
    assert cancelled(made) == [asked(run)[0].id, EXECUTION]
    assert links(run)[-1] == ("ExecutionAborted", 0)
    assert run.tell(MapRunSucceeded(asked(run)[0].id, [])) == []


def test_an_end_that_comes_too_late_is_nothing():
    run = Run(machine(M=distributed(Retry=ANYTHING)), [1])
    run.tell(MapRunFailed(asked(run)[0].id, *FAILED))
    before = len(run.events)
    run.tell(MapRunSucceeded(asked(run)[0].id, [1]))
    assert len(run.events) == before


# ------------------------------------------------------------------ redrive


def test_a_redrive_takes_the_run_up_again():
    run = Run(machine(M=distributed()), [1])
    run.tell(MapRunFailed(asked(run)[0].id, *FAILED))
    run.tell(Redriven(), after=5)
    first, again = asked(run)
    assert (again.arn, again.redrives) == (first.arn, 1)
    assert again.id != first.id
    assert links(run)[-4:] == [
        ("ExecutionRedriven", 0),
        ("MapStateEntered", 8),
        ("MapStateStarted", 9),
        ("MapRunRedriven", 10),
    ]
    assert run.history[-1]["mapRunRedrivenEventDetails"] == {"mapRunArn": first.arn, "redriveCount": 1}
    run.tell(MapRunFailed(again.id, *FAILED))
    run.tell(Redriven())
    assert asked(run)[-1].redrives == 2
    run.tell(MapRunSucceeded(asked(run)[-1].id, ["x"]))
    assert run.execution.output == ["x"]
    assert run.now == START + 5000


def test_a_redrive_after_too_much_data_is_a_new_run():
    run = Run(machine(M=distributed()), [1])
    run.tell(MapRunFailed(asked(run)[0].id, "States.DataLimitExceeded", "much"))
    run.tell(Redriven())
    first, again = asked(run)
    assert (again.redrives, again.arn == first.arn) == (0, False)
    assert run.names[-1] == "MapRunStarted"


def test_a_run_that_succeeded_is_not_taken_up_again():
    run = Run(machine(M=distributed(Next="F"), F={"Type": "Fail"}), [1])
    run.tell(MapRunSucceeded(asked(run)[0].id, [1]))
    run.tell(Redriven())
    assert len(asked(run)) == 1
    assert run.names[-3:] == ["ExecutionRedriven", "FailStateEntered", "ExecutionFailed"]


def test_an_input_that_is_no_collection_fails_as_in_inline_mode():
    run = Run(machine(M=distributed()), "text")
    assert asked(run) == []
    assert run.execution.error == "States.Runtime"
    assert run.execution.cause.endswith('Reference path "$" must point to array.')
