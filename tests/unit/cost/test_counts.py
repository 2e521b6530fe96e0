"""What counts as a transition. E-numbers name event sequences recorded from AWS (tests/conformance/cases).

Visits and paths are made up in the shape of `asl.history`.
"""

import tracemalloc

import pytest

from asl.cost import tally, transitions
from asl.history import (
    ABORTED,
    ENTERED,
    EXECUTION_ABORTED,
    EXECUTION_FAILED,
    EXECUTION_STARTED,
    EXECUTION_SUCCEEDED,
    EXITED,
    MAP_ITERATION_STARTED,
    MAP_ITERATION_SUCCEEDED,
    MAP_STATE_STARTED,
    MAP_STATE_SUCCEEDED,
    NO_WAY,
    PARALLEL_STATE_FAILED,
    PARALLEL_STATE_STARTED,
    TASK_EVENTS,
    EventType,
    Mark,
)

TASK = TASK_EVENTS["task"]
# asl.history has no redrive yet; the name is AWS's (history-events.md).
EXECUTION_REDRIVEN = EventType("ExecutionRedriven", "executionRedrivenEventDetails")


def mark(kind, state="", visit=0, attempt=0, path=""):
    return Mark(kind, path, state, visit, attempt, NO_WAY)


def map_run(items):
    """E1: a Map whose iterations are one Pass state each, then a Pass state."""
    yield mark(EXECUTION_STARTED)
    yield mark(ENTERED["Map"], "Each", 1)
    yield mark(MAP_STATE_STARTED, "Each", 1)
    for item in range(items):
        yield mark(MAP_ITERATION_STARTED, "Each", 1)
        yield mark(ENTERED["Pass"], "Inner", 1, path=f"1.0/{item}/")
        yield mark(EXITED["Pass"], "Inner", 1, path=f"1.0/{item}/")
        yield mark(MAP_ITERATION_SUCCEEDED, "Each", 1)
    yield mark(MAP_STATE_SUCCEEDED, "Each", 1)
    yield mark(EXITED["Map"], "Each", 1)
    yield mark(ENTERED["Pass"], "Last", 2)
    yield mark(EXITED["Pass"], "Last", 2)
    yield mark(EXECUTION_SUCCEEDED)


def failed_task(state, visit, attempt, path=""):
    """One attempt of E18: scheduled, started, failed."""
    for kind in (TASK.scheduled, TASK.started, TASK.failed):
        yield mark(kind, state, visit, attempt, path)


@pytest.mark.parametrize("kind", ENTERED)
def test_every_state_type_costs_one_transition(kind):
    # Published prices and counts: all types, Choice, Wait, Pass, Succeed and Fail included
    assert transitions([mark(ENTERED[kind], "S", 1)]) == {"S": 1}


def test_a_map_costs_one_and_its_items_what_their_states_cost():
    # E1 has 8 items; 1 + items x inner steps, then one Pass: 10
    counted = tally(map_run(8))
    assert counted.by_state == {"Each": 1, "Inner": 8, "Last": 1}
    assert counted.transitions == 10
    assert counted.inner == 8


def test_an_empty_map_costs_one():
    # E3
    assert transitions(map_run(0)) == {"Each": 1, "Last": 1}


def test_a_retry_costs_one_though_it_enters_nothing():
    # E18: one Retry, then the Catch leads to a Pass state: 2 + 1
    marks = [
        mark(ENTERED["Task"], "T", 1),
        *failed_task("T", 1, 0),
        *failed_task("T", 1, 1),
        mark(EXITED["Task"], "T", 1, 1),
        mark(ENTERED["Pass"], "P", 2),
    ]
    assert transitions(marks) == {"T": 2, "P": 1}


def test_each_retry_counts_once_however_many_events_it_writes():
    # E19: MaxAttempts 3 is four attempts, so 1 entry + 3 retries
    attempts = [each for attempt in range(4) for each in failed_task("T", 1, attempt)]
    assert transitions([mark(ENTERED["Task"], "T", 1), *attempts]) == {"T": 4}


def test_a_parallel_retried_runs_its_branches_again():
    # E13: the Parallel is entered once and retried twice, its Fail state entered three times
    marks = [mark(ENTERED["Parallel"], "P", 1)]
    for attempt in range(3):
        marks.append(mark(PARALLEL_STATE_STARTED, "P", 1, attempt))
        marks.append(mark(ENTERED["Fail"], "F", 1, path=f"1.{attempt}/0/"))
    marks += [mark(PARALLEL_STATE_FAILED, "P", 1, 2), mark(EXECUTION_FAILED, "P", 1, 2)]
    counted = tally(marks)
    assert counted.by_state == {"P": 3, "F": 3}
    assert counted.inner == 3


def test_a_maps_retry_counts_once_for_the_map_and_not_for_each_iteration():
    # E6: on a retry MapStateStarted comes again and no Entered. Iterations are never priced (4.2).
    first = [mark(MAP_ITERATION_STARTED, "Each", item + 1, 0, "1.0/") for item in range(3)]
    again = [mark(MAP_ITERATION_STARTED, "Each", item + 1, 1, "1.1/") for item in range(3)]
    marks = [
        mark(ENTERED["Map"], "Each", 1),
        mark(MAP_STATE_STARTED, "Each", 1),
        *first,
        mark(MAP_STATE_STARTED, "Each", 1, 1),
        *again,
    ]
    assert transitions(marks) == {"Each": 2}


def test_retries_of_two_visits_add_up():
    # A loop: the state is entered twice and retried once in each visit. 2 + 2.
    loop = [
        each for visit in (1, 2) for each in (mark(ENTERED["Task"], "T", visit), *failed_task("T", visit, 1))
    ]
    assert transitions(loop) == {"T": 4}


def test_retries_of_the_same_state_in_two_iterations_add_up():
    # The visits bear the same number but belong to two threads. 2 entries + 1 + 2 retries.
    marks = [
        mark(ENTERED["Task"], "T", 1, path="1.0/0/"),
        mark(ENTERED["Task"], "T", 1, path="1.0/1/"),
        *failed_task("T", 1, 1, "1.0/0/"),
        *failed_task("T", 1, 1, "1.0/1/"),
        *failed_task("T", 1, 2, "1.0/1/"),
    ]
    assert transitions(marks) == {"T": 5}


def test_a_redrive_costs_one_that_no_state_bears():
    # Published prices and counts: each redrive (+1), and each state it runs again
    marks = [
        mark(ENTERED["Task"], "T", 1),
        mark(EXECUTION_FAILED),
        mark(EXECUTION_REDRIVEN),
        mark(ENTERED["Task"], "T", 2),
    ]
    counted = tally(marks)
    assert counted.redrives == 1
    assert counted.by_state == {"T": 2}
    assert counted.transitions == 3


def test_states_come_in_order_of_their_first_entry():
    names = ["B", "A", "B", "C", "A"]
    marks = [mark(ENTERED["Pass"], name, visit) for visit, name in enumerate(names)]
    assert list(transitions(marks)) == ["B", "A", "C"]


def test_memory_grows_with_retried_visits_only():
    # One int of 28 bytes kept for each of 20,000 items would take 560 KB, and a key a multiple of
    # that; the three names counted here take a few hundred bytes, and other threads a little meanwhile.
    tracemalloc.start()
    counted = tally(map_run(20_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert counted.transitions == 20_002
    assert peak < 100_000


def test_a_retry_that_was_only_waited_for_costs_nothing():
    # Its number is in the events that give the state up, but it was never made
    marks = [
        mark(ENTERED["Task"], "T", 1),
        *failed_task("T", 1, 0),
        mark(ABORTED["Task"], "T", 1, 1),
        mark(EXECUTION_ABORTED, "T", 1, 1),
    ]
    counted = tally(marks)
    assert (counted.by_state, counted.retries) == ({"T": 1}, {})
