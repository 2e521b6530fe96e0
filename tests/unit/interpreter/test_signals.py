"""Signals: late, early, doubled and unknown ones, and the clock of activities."""

import pytest

from asl.signals import (
    EXECUTION,
    Cancel,
    Continue,
    Elapsed,
    RunTask,
    StartTimer,
    Stopped,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
)
from tests.unit.interpreter.driving import (
    START,
    Run,
    activity,
    blocks,
    cancelled,
    lambda_task,
    machine,
    map_of,
    parallel,
    sync_task,
    token_task,
    wait,
    within,
)

RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3}]


def unheard(run, *signals):
    """Whether signals change nothing at all."""
    saved, events = run.execution.save(), len(run.events)
    return run.tell(*signals) == [] and run.execution.save() == saved and len(run.events) == events


# ------------------------------------------------------------------ nobody awaits them


@pytest.mark.parametrize(
    "signal",
    [
        TaskSucceeded("1.0", 1),
        TaskFailed("1.0", "E"),
        TaskSubmitted("1.0", 1),
        TaskStarted("1.0"),
        Elapsed((("1.0", "timeout"), ("1.0", "heartbeat"))),
    ],
)
def test_an_answer_from_before_a_retry_is_dropped(signal):
    run = Run(machine(A=lambda_task(Retry=RETRY, TimeoutSeconds=9, HeartbeatSeconds=5)))
    run.tell(TaskFailed("1.0", "E"))
    assert unheard(run, signal)  # while it waits for the next attempt
    run.tell(Elapsed((("1.1~", "timer"),)))
    assert unheard(run, signal)  # and during that
    run.tell(TaskSucceeded("1.1", "right"))
    assert run.execution.output == "right"


def test_an_answer_from_before_a_retry_of_the_fork_around_it_is_dropped():
    run = Run(machine(A=parallel(*blocks(2, lambda_task()), Retry=RETRY)))
    run.tell(TaskFailed("1.0[0]/1.0", "E"))
    run.tell(Elapsed((("1.1~", "timer"),)))
    assert unheard(run, TaskSucceeded("1.0[1]/1.0", "late"))
    run.tell(TaskSucceeded("1.1[1]/1.0", 1), TaskSucceeded("1.1[0]/1.0", 0))
    assert run.execution.output == [0, 1]


def test_an_answer_from_an_earlier_visit_is_dropped():
    again = {"Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "A"}], "Default": "Z"}
    run = Run(machine(A=wait(1, Next="C"), C={"Type": "Choice", **again}, Z={"Type": "Succeed"}), 1)
    run.tell(Elapsed((("1.0", "timer"),)))
    assert run.timer.id == "3.0"
    assert unheard(run, Elapsed((("1.0", "timer"),)))


@pytest.mark.parametrize(
    "command", ["", "7.0", "1.0~", "1.1", "1.0[0]/1.0", "1.0[9]/1.0", "nonsense", "/", "2.0[0]/"]
)
@pytest.mark.parametrize("kind", [TaskSucceeded, TaskSubmitted, TaskFailed, TaskStarted])
def test_a_signal_for_an_unknown_command_is_dropped(command, kind):
    arguments = (command, 1) if kind in (TaskSucceeded, TaskSubmitted) else (command,)
    assert unheard(Run(machine(A=lambda_task())), kind(*arguments))


@pytest.mark.parametrize("command", ["7.0", "1.1~", "nonsense"])
@pytest.mark.parametrize("deadline", ["timer", "timeout", "heartbeat"])
def test_a_deadline_of_an_unknown_command_is_dropped(command, deadline):
    assert unheard(Run(machine(A=wait(5))), Elapsed(((command, deadline),)))


def test_nothing_happened_changes_nothing():
    assert unheard(Run(machine(A=token_task())), Continue(), Elapsed(()))


@pytest.mark.parametrize(
    "end",
    [TaskSucceeded("1.0", 1), TaskFailed("1.0", "E"), Stopped("S"), Elapsed(((EXECUTION, "timer"),))],
)
def test_every_signal_after_the_close_is_dropped(end):
    run = Run({**machine(A=lambda_task()), "TimeoutSeconds": 60})
    run.tell(end)
    assert run.execution.status != "RUNNING"
    assert unheard(
        run,
        TaskSucceeded("1.0", 2),
        TaskFailed("1.0", "late"),
        Stopped("late"),
        Elapsed(((EXECUTION, "timer"), ("1.0", "timeout"))),
        Continue(),
    )


# ------------------------------------------------------------------ tasks that are submitted first


@pytest.mark.parametrize("state", [token_task, sync_task])
def test_a_callback_that_comes_before_the_submission_is_kept(state):
    run = Run(machine(A=state(Next="B"), B={"Type": "Pass", "End": True}))
    written = len(run.events)
    assert run.tell(TaskSucceeded("1.0", {"from": "callback"})) == []
    assert len(run.events) == written
    assert run.execution.status == "RUNNING"
    run.save_and_restore()
    run.tell(TaskSubmitted("1.0", {"from": "call"}))
    assert run.names[written : written + 3] == ["TaskSubmitted", "TaskSucceeded", "TaskStateExited"]
    assert run.execution.output == {"from": "callback"}


def test_an_early_callback_belongs_to_its_attempt_only():
    run = Run(machine(A=token_task(Retry=RETRY)))
    run.tell(TaskSucceeded("1.0", "early"), TaskFailed("1.0", "the call itself"))
    run.tell(Elapsed((("1.1~", "timer"),)))
    run.tell(TaskSubmitted("1.1", {}))
    assert run.execution.status == "RUNNING"
    run.tell(TaskSucceeded("1.1", "right"))
    assert run.execution.output == "right"


def test_an_early_callback_does_not_stop_the_clock():
    run = Run(machine(A=token_task(TimeoutSeconds=5)))
    run.tell(TaskSucceeded("1.0", "early"))
    run.tell(Elapsed((("1.0", "timeout"),)), after=5)
    assert run.execution.error == "States.Timeout"


def test_a_second_submission_is_dropped():
    run = Run(machine(A=token_task()))
    run.tell(TaskSubmitted("1.0", {"n": 1}))
    assert unheard(run, TaskSubmitted("1.0", {"n": 2}))
    assert run.names.count("TaskSubmitted") == 1


def test_the_first_of_two_answers_counts():
    run = Run(machine(A=token_task(Next="B"), B=wait(1)))
    run.tell(TaskSubmitted("1.0", {}), TaskSucceeded("1.0", "first"))
    assert unheard(run, TaskFailed("1.0", "second"), TaskSucceeded("1.0", "third"))


def test_each_attempt_is_submitted_anew():
    run = Run(machine(A=token_task(Retry=RETRY)))
    run.tell(TaskSubmitted("1.0", {}), TaskFailed("1.0", "E"))
    run.tell(Elapsed((("1.1~", "timer"),)))
    assert run.tell(TaskSucceeded("1.1", 1)) == []
    run.tell(TaskSubmitted("1.1", {}))
    assert run.execution.status == "SUCCEEDED"


# ------------------------------------------------------------------ activities


def test_an_activitys_clock_starts_when_a_worker_takes_it():
    run = Run(machine(A=activity(TimeoutSeconds=60, HeartbeatSeconds=10)))
    assert run.names[-1] == "ActivityScheduled"
    assert run.commands == [run.task]
    commands = run.tell(TaskStarted("1.0", "worker-1"), after=100)
    assert commands == [StartTimer("1.0", START + 160_000, "timeout")]
    last = run.history[-1]
    assert last["type"] == "ActivityStarted"
    assert last["activityStartedEventDetails"] == {"workerName": "worker-1"}
    run.tell(Elapsed((("1.0", "timeout"),)), after=60)
    assert run.names[-2:] == ["ActivityTimedOut", "ExecutionFailed"]


def test_a_worker_without_a_name_is_not_named():
    run = Run(machine(A=activity()))
    assert run.tell(TaskStarted("1.0")) == []  # no limit, no clock
    assert run.history[-1]["activityStartedEventDetails"] == {}


def test_an_activity_is_taken_once():
    run = Run(machine(A=activity(TimeoutSeconds=60)))
    run.tell(TaskStarted("1.0", "a"))
    assert unheard(run, TaskStarted("1.0", "b"))


def test_each_attempt_at_an_activity_is_taken_anew():
    run = Run(machine(A=activity(TimeoutSeconds=60, Retry=RETRY)))
    run.tell(TaskStarted("1.0", "a"), TaskFailed("1.0", "E"))
    run.tell(Elapsed((("1.1~", "timer"),)), after=3)
    assert run.tell(TaskStarted("1.1", "b"), after=7) == [StartTimer("1.1", START + 70_000, "timeout")]


@pytest.mark.parametrize("state", [lambda_task, token_task, sync_task])
def test_what_starts_itself_is_not_taken_by_a_worker(state):
    assert unheard(Run(machine(A=state(TimeoutSeconds=60))), TaskStarted("1.0", "worker"))


# ------------------------------------------------------------------ several at one time


def test_all_deadlines_of_an_instant_are_written_before_the_first_is_acted_on():
    run = Run(machine(A=map_of(machine(T=lambda_task(TimeoutSeconds=5)))), [0, 1, 2])
    numbers = [task.id for task in run.tasks]
    written = len(run.events)
    commands = run.tell(Elapsed(tuple((number, "timeout") for number in numbers)), after=5)
    assert run.names[written : written + 4] == ["LambdaFunctionTimedOut"] * 3 + ["MapIterationFailed"]
    assert cancelled(commands) == [*numbers, EXECUTION]


def test_the_execution_that_times_out_with_its_task_is_timed_out():
    run = Run({**machine(A=lambda_task(TimeoutSeconds=5)), "TimeoutSeconds": 5})
    run.tell(Elapsed(((EXECUTION, "timer"), ("1.0", "timeout"))), after=5)
    assert run.execution.status == "TIMED_OUT"
    assert run.names[-2:] == ["LambdaFunctionStarted", "ExecutionTimedOut"]


def test_a_timer_and_a_timeout_in_one_signal_reach_both():
    run = Run(machine(A=parallel(machine(W=wait(5)), machine(T=lambda_task(TimeoutSeconds=5, Retry=RETRY)))))
    run.tell(Elapsed((("1.0[0]/1.0", "timer"), ("1.0[1]/1.0", "timeout"))), after=5)
    assert "WaitStateExited" in run.names
    assert [each.id for each in run.commands if isinstance(each, StartTimer)][-1] == "1.0[1]/1.1~"


@pytest.mark.parametrize("size", [99, 100, 101])
def test_a_result_over_the_quota_is_a_failure_of_the_task(size):
    retried = [{"ErrorEquals": ["States.DataLimitExceeded"]}]
    run = Run(machine(A=lambda_task(Retry=retried, ResultPath=None)), bounds=within(payload_bytes=100))
    run.tell(TaskSucceeded("1.0", "x" * (size - 2)))
    if size <= 100:
        assert run.execution.status == "SUCCEEDED"
    else:
        assert run.names[-1] == "LambdaFunctionFailed"
        assert run.timer.id == "1.1~"


def test_an_answer_given_twice_in_a_turn_of_its_own_does_not_leave_the_state_twice():
    run = Run(machine(A=lambda_task(Next="B"), B=lambda_task("g")))
    run.tell(TaskSucceeded("1.0", 1))
    assert unheard(run, TaskSucceeded("1.0", 1))
    assert [each.id for each in run.commands if isinstance(each, RunTask | Cancel)] == ["1.0", "2.0"]
