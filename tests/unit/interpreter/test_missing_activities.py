"""Activities deleted and created while an execution runs: what was told last before a visit counts."""

import pytest

import asl
from asl.signals import ActivitiesMissing, Elapsed, RunTask, TaskFailed, TaskStarted, TaskSucceeded
from asl.spec import quotas
from tests.unit.interpreter.driving import IDENTITY, Run, activity, machine, map_of, wait

REVIEW = "arn:aws:states:us-east-1:123456789012:activity:review"
GONE, BACK = ActivitiesMissing((REVIEW,)), ActivitiesMissing(())
ANYTHING = {"ErrorEquals": ["States.ALL"]}
TWICE = machine(A=activity(Next="W"), W=wait(5, Next="B"), B=activity())
"""Visits 1, 2 and 3: the activity, a Wait, the activity again."""
CAUSE = (
    "An error occurred while executing the state '{}' (entered at the event id #{}). "
    f"The activity {REVIEW} does not exist."
)


def at_the_wait():
    """An execution between two visits of states that have the same activity."""
    run = Run(TWICE)
    run.tell(TaskStarted("1.0"), TaskSucceeded("1.0", 1))
    return run


def test_one_that_vanishes_and_comes_back_between_two_visits_was_never_missed():
    run = at_the_wait()
    assert run.tell(GONE) == []
    assert run.tell(BACK, after=1) == []
    run.tell(Elapsed((("2.0", "timer"),)), after=4)
    assert run.task.id == "3.0"
    run.tell(TaskStarted("3.0"), TaskSucceeded("3.0", 2))
    assert (run.execution.status, run.execution.output) == ("SUCCEEDED", 2)


def test_one_that_is_missing_at_the_visit_fails_the_execution_without_an_attempt():
    run = at_the_wait()
    run.tell(GONE)
    written = len(run.events)
    run.tell(Elapsed((("2.0", "timer"),)), after=5)
    assert run.names[written:] == ["WaitStateExited", "TaskStateEntered", "ExecutionFailed"]
    assert run.execution.error == "States.Runtime"
    assert run.execution.cause == CAUSE.format("B", written + 2)
    assert len(run.tasks) == 1


def test_to_be_told_writes_nothing_and_takes_no_task_back():
    run = Run(machine(A=activity()))
    written = len(run.events)
    assert run.tell(GONE) == []
    assert len(run.events) == written
    run.tell(TaskStarted("1.0"), TaskSucceeded("1.0", "done"))
    assert run.execution.output == "done"


@pytest.mark.parametrize("told", [[GONE], [GONE, BACK]], ids=["gone", "back"])
def test_a_retry_is_a_visit_of_its_own(told):
    run = Run(machine(A=activity(Retry=[{**ANYTHING, "IntervalSeconds": 3}])))
    run.tell(TaskFailed("1.0", "E"), *told)
    run.tell(Elapsed(((run.timer.id, "timer"),)), after=3)
    if told[-1] is BACK:
        assert (run.task.id, run.execution.status) == ("1.1", "RUNNING")
    else:
        assert (run.execution.error, run.execution.status) == ("States.Runtime", "FAILED")


def test_it_cannot_be_caught():
    handled = {"Retry": [ANYTHING], "Catch": [{**ANYTHING, "Next": "C"}]}
    run = Run(machine(W=wait(5, Next="A"), A=activity(**handled), C={"Type": "Succeed"}))
    run.tell(GONE)
    run.tell(Elapsed((("1.0", "timer"),)), after=5)
    assert (run.execution.status, run.execution.error) == ("FAILED", "States.Runtime")


def test_what_was_told_last_holds_until_told_anew_also_in_one_that_was_saved():
    run = at_the_wait()
    run.tell(GONE)
    run.save_and_restore()
    assert run.execution.missing == (REVIEW,)
    run.tell(Elapsed((("2.0", "timer"),)), after=5)
    assert run.execution.status == "FAILED"


def test_another_one_that_is_missing_is_nobodys_loss():
    run = at_the_wait()
    run.tell(ActivitiesMissing((f"{REVIEW}ers",)))
    run.tell(Elapsed((("2.0", "timer"),)), after=5)
    assert run.task.id == "3.0"


def test_iterations_that_begin_before_and_after():
    fan = map_of(machine(T=activity()), MaxConcurrency=1)
    run = Run(machine(M=fan), [1, 2])
    first = run.task.id
    run.tell(GONE, BACK, TaskStarted(first), TaskSucceeded(first, "a"))
    second = run.task.id
    assert second != first
    run.tell(GONE, TaskStarted(second), TaskSucceeded(second, "b"))
    assert run.execution.output == ["a", "b"]


def test_an_execution_may_begin_with_some_missing():
    parsed = asl.parse(machine(A=activity()))
    execution, step = asl.start(parsed, None, IDENTITY, quotas=quotas.NONE, missing=parsed.activities)
    assert execution.status == "FAILED"
    assert not [each for each in step.commands if isinstance(each, RunTask)]
    assert execution.cause == CAUSE.format("A", 2)
