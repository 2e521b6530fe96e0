"""Redrive ground: a failed execution keeps its threads parked, with what they had reached."""

import pytest

from asl import Execution
from asl.signals import Elapsed, Stopped, TaskFailed, TaskSubmitted, TaskSucceeded
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
