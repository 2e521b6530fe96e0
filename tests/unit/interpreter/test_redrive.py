"""Redrive: a failed execution keeps its threads parked, with what they had reached; they go on from there."""

import pytest

import asl
from asl import Execution, advance, start
from asl.cost import tally
from asl.signals import (
    Elapsed,
    Redriven,
    StartTimer,
    Stopped,
    TaskFailed,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
)  # fmt: skip
from asl.spec import quotas
from tests.unit.interpreter.driving import (
    IDENTITY,
    START,
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
)


def threads(run):
    """State, visit and phase of every thread, read from the execution as it was saved."""
    restored = Execution.restore(run.execution.save())
    return {path: (each.state, each.visit, each.phase) for path, each in restored.threads.items()}


def test_a_failed_state_is_parked_with_its_input():
    run = Run(machine(A={"Type": "Pass", "Result": "in", "Next": "B"}, B=lambda_task()), 0)
    run.tell(TaskFailed("2.0", "E", "why"))
    assert threads(run) == {"": ("B", 2, "parked")}
    assert run.execution.threads[""].input == "in"
    assert (run.execution.status, run.execution.error, run.execution.cause) == ("FAILED", "E", "why")


def test_a_failed_fork_keeps_its_siblings_results():
    run = Run(machine(A=parallel(*blocks(4, token_task()))))
    run.tell(TaskSubmitted("1.0[2]/1.0", {}), TaskSucceeded("1.0[2]/1.0", "two"))
    run.tell(TaskFailed("1.0[1]/1.0", "E"))
    assert threads(run) == {
        "": ("A", 1, "parked"),
        "1.0[0]/": ("B0", 1, "parked"),
        "1.0[1]/": ("B1", 1, "parked"),
        "1.0[3]/": ("B3", 1, "parked"),
    }
    fork = run.execution.threads[""].fork
    assert (list(fork.done), fork.results[2], fork.left) == ([0, 0, 1, 0], "two", 3)


def test_a_failed_map_knows_which_items_it_had_not_begun():
    run = Run(machine(A=map_of(machine(T=lambda_task()), MaxConcurrency=2)), list("abcdef"))
    run.tell(TaskSucceeded("1.0[1]/1.0", "B"), TaskFailed("1.0[0]/1.0", "E"))
    fork = run.execution.threads[""].fork
    assert (fork.next, fork.left, list(fork.done)) == (3, 5, [0, 1, 0, 0, 0, 0])
    assert set(threads(run)) == {"", "1.0[0]/", "1.0[2]/"}


@pytest.mark.parametrize(
    "end",
    [
        Stopped("S"),
        Elapsed((("0", "timer"),)),
        TaskFailed("1.0[0]/1.0", "E"),
        TaskFailed("1.0[0]/1.0", "States.Runtime"),
    ],
    ids=["stopped", "timed out", "failed", "runtime"],
)
def test_every_end_but_success_parks_all_threads(end):
    inner = parallel(*blocks(2, wait(9)))
    run = Run({**machine(A=parallel(machine(X=lambda_task()), machine(Y=inner))), "TimeoutSeconds": 60})
    paths = set(threads(run))
    run.tell(end)
    assert run.execution.status in ("ABORTED", "TIMED_OUT", "FAILED")
    assert {phase for _, _, phase in threads(run).values()} == {"parked"}
    assert set(threads(run)) == paths == {"", "1.0[0]/", "1.0[1]/", "1.0[1]/1.0[0]/", "1.0[1]/1.0[1]/"}
    assert run.execution.ready == []


def test_a_success_keeps_no_thread():
    run = Run(machine(A=parallel(*blocks(2, wait(1)))))
    run.tell(Elapsed((("1.0[0]/1.0", "timer"), ("1.0[1]/1.0", "timer"))))
    assert run.execution.status == "SUCCEEDED"
    assert threads(run) == {}


@pytest.mark.parametrize(
    "handling",
    [{"Catch": [{"ErrorEquals": ["E"], "Next": "Z"}]}, {"Retry": [{"ErrorEquals": ["E"]}]}],
    ids=["caught", "retried"],
)
def test_a_failure_that_is_taken_clears_its_fork_away(handling):
    deep = machine(P=parallel(*blocks(2, wait(9))))
    run = Run(machine(A=parallel(machine(X=lambda_task()), deep, Next="Z", **handling), Z=wait(1)))
    run.tell(TaskFailed("1.0[0]/1.0", "E"))
    assert set(threads(run)) == {""}
    assert run.execution.threads[""].fork is None


# ------------------------------------------------------------------ the redrive (its events: inferred)

DATA_LIMIT = "States.DataLimitExceeded"


def redriven(run, after=10):
    """Redrives a run; gives the events that this writes at once, each as ``id<previous Type path``."""
    before = len(run.events)
    run.tell(Redriven(), after=after)
    return lines(run, before)


def lines(run, before):
    return [
        f"{number}<{event[1]} {event[0]} {event[3]}".rstrip()
        for number, event in enumerate(run.events[before:], before + 1)
    ]


def test_only_what_failed_runs_again():
    run = Run(machine(A={"Type": "Pass", "Result": "in", "Next": "B"}, B=lambda_task()), 0)
    run.tell(TaskFailed("2.0", "E"))
    assert redriven(run) == [
        "9<0 ExecutionRedriven",
        "10<9 TaskStateEntered",
        "11<10 LambdaFunctionScheduled",
        "12<11 LambdaFunctionStarted",
    ]
    assert (run.task.id, run.task.input) == ("3.0", "in")
    run.tell(TaskSucceeded("3.0", "out"))
    assert (run.execution.status, run.execution.output, run.execution.error) == ("SUCCEEDED", "out", None)


def test_an_answer_from_before_is_dropped():
    run = Run(machine(A=lambda_task()))
    run.tell(Stopped())
    redriven(run)
    run.tell(TaskSucceeded("1.0", "late"))
    assert run.execution.status == "RUNNING"


def test_retries_are_counted_anew():
    run = Run(machine(A=lambda_task(Retry=[{"ErrorEquals": ["E"], "MaxAttempts": 1}])))
    run.tell(TaskFailed("1.0", "E"), Elapsed((("1.1~", "timer"),)), TaskFailed("1.1", "E"))
    assert run.execution.status == "FAILED"
    redriven(run)
    assert (run.task.id, run.task.attempt) == ("2.0", 0)
    run.tell(TaskFailed("2.0", "E"))
    assert (run.execution.status, run.timer.id) == ("RUNNING", "2.1~")


def test_time_limits_begin_anew():
    task = activity(TimeoutSeconds=30)
    run = Run({**machine(A=task), "TimeoutSeconds": 60})
    run.tell(Elapsed((("0", "timer"),)), after=60)
    assert run.execution.status == "TIMED_OUT"
    redriven(run, after=100)
    assert run.execution.deadline == run.now + 60_000
    assert StartTimer("0", run.now + 60_000) in run.commands
    run.tell(TaskStarted("2.0"), after=5)
    assert run.timer == StartTimer("2.0", run.now + 30_000, "timeout")


def test_in_a_map_what_succeeded_is_kept():
    run = Run(machine(A=map_of(machine(T=lambda_task()), MaxConcurrency=2)), list("abcd"))
    run.tell(TaskSucceeded("1.0[1]/1.0", "B"), TaskFailed("1.0[0]/1.0", "E"))
    assert redriven(run) == [
        "26<0 ExecutionRedriven",
        "27<26 MapStateEntered",
        "28<27 MapStateStarted",
        "29<28 MapIterationStarted",
        "30<28 MapIterationStarted",
        "31<29 TaskStateEntered 2.0[0]/",
        "32<31 LambdaFunctionScheduled 2.0[0]/",
        "33<30 TaskStateEntered 2.0[2]/",
        "34<33 LambdaFunctionScheduled 2.0[2]/",
        "35<32 LambdaFunctionStarted 2.0[0]/",
        "36<34 LambdaFunctionStarted 2.0[2]/",
    ]
    assert [event[8] for event in run.events[28:30]] == [0, 2]
    run.tell(TaskSucceeded("2.0[2]/2.0", "C"), TaskSucceeded("2.0[0]/2.0", "A"))
    run.tell(TaskSucceeded("2.0[3]/1.0", "D"))
    assert (run.execution.status, run.execution.output) == ("SUCCEEDED", list("ABCD"))


def nested():
    """A task beside a Parallel of two tasks; one of the two has succeeded."""
    inner = parallel(*blocks(2, lambda_task()))
    run = Run(machine(A=parallel(machine(X=lambda_task()), machine(Y=inner))))
    run.tell(TaskSucceeded("1.0[1]/1.0[0]/1.0", "done"))
    return run


def test_in_nested_parallels_only_unfinished_branches_run_again():
    run = nested()
    run.tell(TaskFailed("1.0[0]/1.0", "E"))
    redriven(run)
    assert {path: each.phase for path, each in run.execution.threads.items()} == dict.fromkeys(
        ["", "2.0[0]/", "2.0[1]/", "2.0[1]/2.0[1]/"], "wait"
    )
    run.tell(TaskSucceeded("2.0[0]/2.0", "x"), TaskSucceeded("2.0[1]/2.0[1]/2.0", "again"))
    assert run.execution.output == ["x", ["done", "again"]]


def test_a_fork_that_failed_with_data_limit_exceeded_runs_again_as_a_whole():
    run = nested()
    run.tell(TaskFailed("1.0[0]/1.0", DATA_LIMIT))
    redriven(run)
    paths = {"", "2.0[0]/", "2.0[1]/", "2.0[1]/1.0[0]/", "2.0[1]/1.0[1]/"}
    assert set(run.execution.threads) == paths


def test_a_fork_beside_the_failure_keeps_its_results():
    run = nested()
    run.tell(TaskFailed("1.0[1]/1.0[1]/1.0", "E"))
    again = [line for line in redriven(run) if "TaskStateEntered" in line]
    assert [line.split()[-1] for line in again] == ["2.0[0]/", "2.0[1]/2.0[1]/"]


def test_a_wait_until_the_past_ends_at_once():
    until = {"Type": "Wait", "Timestamp": "1970-01-01T00:20:00Z", "Next": "B"}
    run = Run(machine(A=until, B=wait(5)))
    run.tell(Stopped())
    redriven(run, after=1000)
    assert run.timer == StartTimer("2.0", run.now)


def test_a_fail_state_fails_again():
    run = Run(machine(F={"Type": "Fail", "Error": "E"}))
    assert redriven(run) == ["4<0 ExecutionRedriven", "5<4 FailStateEntered", "6<5 ExecutionFailed"]
    assert redriven(run)[0] == "7<0 ExecutionRedriven"
    assert run.history[6]["executionRedrivenEventDetails"] == {"redriveCount": 2}


def test_a_pass_state_that_had_its_output_is_left_and_not_run_again():
    parsed = asl.parse(passes(1500))
    execution, step = start(parsed, None, IDENTITY, quotas=quotas.NONE)
    assert step.more
    assert execution.threads[""].phase == "leave"
    advance(parsed, execution, Stopped(), START)
    again = advance(parsed, execution, Redriven(), START)
    assert [event[0].name for event in again.history[:2]] == ["ExecutionRedriven", "PassStateExited"]


def test_the_context_object_tells_of_the_redrive():
    show = {"Type": "Pass", "Parameters": {"it.$": "$$.Execution"}, "End": True}
    run = Run(machine(A=lambda_task(Next="B"), B=show))
    run.tell(TaskFailed("1.0", "E"))
    redriven(run, after=1)
    run.tell(TaskSucceeded("2.0", None))
    about = run.execution.output["it"]
    assert (about["RedriveCount"], about["RedriveTime"]) == (1, "1970-01-01T00:16:41Z")


@pytest.mark.parametrize("status", ["RUNNING", "SUCCEEDED"])
def test_what_runs_or_succeeded_is_not_redriven(status):
    run = Run(machine(A=lambda_task()))
    if status == "SUCCEEDED":
        run.tell(TaskSucceeded("1.0", 1))
    assert redriven(run) == []
    assert run.execution.status == status


@pytest.mark.parametrize("error", ["E", DATA_LIMIT])
def test_a_restored_execution_is_redriven_alike(error):
    histories = []
    for restores in (False, True):
        run = nested()
        for signal in (TaskFailed("1.0[0]/1.0", error), Redriven(), Stopped("S"), Redriven()):
            if restores:
                run.save_and_restore()
            run.tell(signal, after=1)
        histories.append((run.events, run.execution.save()))
    assert histories[0] == histories[1]


def test_a_redrive_costs_one_and_what_runs_again():
    run = Run(machine(A={"Type": "Pass", "Next": "B"}, B=lambda_task()))
    run.tell(TaskFailed("2.0", "E"))
    redriven(run)
    assert tally(run.history.marks()).transitions == 4
