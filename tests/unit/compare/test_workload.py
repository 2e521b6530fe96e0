"""What a run did, read from its history."""

from __future__ import annotations

import asl
from asl.compare import Children, Fan, Workload, workload
from asl.handlers import Answer
from asl.signals import RunTask, TaskFailed, TaskSucceeded
from tests.unit.compare.workloads import (
    APPROVAL,
    BODY,
    CHECKOUT,
    DAY,
    FUNCTION,
    KB,
    TASK,
    chain,
    fan_out,
    run,
)


class Failing:
    """Fails a task so many times before it gives its input back."""

    def __init__(self, times: int) -> None:
        self.times = times

    def run(self, task: RunTask, now: int) -> Answer:
        if task.attempt < self.times:
            return Answer((TaskFailed(task.id, "Busy", None),), 0.3)
        return Answer((TaskSucceeded(task.id, task.input),), 0.3)


def failing(definition: dict[str, object], input: object = BODY, *, times: int) -> Workload:
    return workload(asl.simulate(definition, input, handlers=Failing(times)))


RETRIED = {**TASK, "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 10, "BackoffRate": 1}]}


def test_states_tasks_and_payloads_are_counted():
    work = run(CHECKOUT, seconds=0.5)
    assert (work.states, work.transitions, work.tasks, work.retries, work.functions) == (7, 7, 4, 0, 4)
    assert (work.payloads, work.payload_bytes, work.largest_bytes) == (10, 10 * KB, KB)
    assert (work.input_bytes, work.result_bytes, work.mean_state_bytes) == (KB, 4 * KB, KB)
    assert (work.ms, work.task_ms, work.function_ms) == (2_000, ((500, 4),), 2_000)
    assert (work.wakes, work.in_a_row) == (4, 4)


def test_a_retry_is_no_task_but_works_and_counts_as_a_transition():
    work = failing(chain(Only=RETRIED), times=2)
    assert (work.states, work.transitions, work.tasks, work.retries, work.functions) == (1, 3, 1, 2, 3)
    assert work.task_ms == ((300, 3),)
    assert work.longest_wait_ms == 10_000


def test_a_callback_works_until_it_is_submitted():
    work = run(APPROVAL, seconds=0.4)
    assert (work.tasks, work.callbacks, work.timers, work.fired, work.told) == (3, 1, 1, 0, 1)
    assert work.task_ms == ((400, 3),)
    assert work.payloads == 9
    assert work.longest_wait_ms == 3 * DAY * 1_000


def test_a_callback_that_nobody_answers_is_ended_by_its_timer():
    class Silent:
        def run(self, task: RunTask, now: int) -> Answer:
            return Answer(())

    waiting = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"MessageBody": "?", "QueueUrl": "https://queue"},
        "TimeoutSeconds": 60,
    }
    work = workload(asl.simulate(chain(Ask=waiting), {}, handlers=Silent()))
    assert (work.callbacks, work.timers, work.fired, work.told) == (1, 1, 1, 0)
    assert (work.tasks, work.functions) == (1, 0)


def test_a_wait_is_counted_and_takes_no_work():
    work = run(chain(Rest={"Type": "Wait", "Seconds": DAY}), seconds=1)
    assert (work.waits, work.tasks, work.task_ms) == (1, 0, ())
    assert work.ms == work.longest_wait_ms == DAY * 1_000


def test_branches_and_items_are_counted_with_what_they_wait_for():
    both = {"Type": "Parallel", "Branches": [chain(A=TASK, B=TASK), chain(C=TASK)]}
    each = {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": chain(D=TASK)}
    work = run(chain(Each=each, Both=both), {"items": [1, 2, 3]}, seconds=0.1)
    assert work.fans == (Fan(3, 1), Fan(3, 2))
    assert (work.branches, work.widest, work.widest_map) == (5, 3, 3)
    assert (work.wakes, work.in_a_row) == (6, 3)


def test_nested_branches_belong_to_the_outermost():
    inner = {"Type": "Map", "ItemProcessor": chain(Work=TASK)}
    outer = {"Type": "Map", "ItemProcessor": chain(Inner=inner)}
    work = run(chain(Outer=outer), [[1, 2], [3, 4, 5]], seconds=0.1)
    assert work.fans == (Fan(5, 1),)
    assert (work.branches, work.widest) == (7, 3)


def test_executions_of_a_map_run_are_kept_as_what_they_did():
    work = run(fan_out("EXPRESS"), [1, 2, 3], seconds=0.4)
    ((child, times),) = work.children
    assert times == work.child_count == work.widest == 3
    assert (child.states, child.tasks, child.express) == (2, 2, True)
    assert (work.map_runs, work.tasks, work.widest_map, work.states) == (1, 0, 0, 1)


def test_different_executions_of_a_map_run_are_told_apart():
    each = {
        "Type": "Map",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            **chain(Rest={"Type": "Wait", "SecondsPath": "$"}),
        },
    }
    work = run(chain(Each=each), [1, 5, 5], seconds=0)
    assert sorted((child.ms, times) for child, times in work.children) == [(1_000, 1), (5_000, 2)]


def test_a_run_that_failed_did_something_too():
    work = failing(chain(Only=RETRIED), times=9)
    assert (work.transitions, work.retries) == (4, 3)
    assert work.functions == 4


def test_services_are_tasks_but_no_functions():
    call = {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": {"Message": "!"}}
    work = run(chain(Tell=call), seconds=0.4)
    assert (work.tasks, work.functions, work.function_ms) == (1, 0, 0)


def test_nothing_is_read_of_children_where_there_are_none():
    result = asl.simulate(CHECKOUT, BODY, handlers={"work": lambda event, context: event}, task_seconds=1)
    assert workload(result) == workload(result, Children())
    assert FUNCTION in str(CHECKOUT)
