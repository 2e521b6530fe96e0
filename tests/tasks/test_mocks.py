"""The mocks of one execution: which answer each call gets, and the signals that it is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from asl.signals import RunTask, TaskFailed, TaskSubmitted, TaskSucceeded
from emulator.tasks.mocks import Mocked, TestCase
from emulator.tasks.mocks.configuration import inline
from emulator.tasks.mocks.session import MockedFirst


def mocked(response, state="Work"):
    states, complaints = inline({state: response}, (), "NONE")
    assert complaints == []
    return Mocked(TestCase("case", states))


def called(id="1.0", given=None, state="Work", pattern="request", attempt=0, token=None):
    return RunTask(
        id, state, "arn:aws:lambda:us-east-1:123456789012:function:f", "lambda", "f", pattern, given,
        attempt=attempt, token=token,
    )  # fmt: skip


def ends(mocks, *tasks):
    """What each call in a row comes to: its output, or its error in brackets."""
    told = []
    for each in tasks:
        end = mocks.answer(each).signals[-1]
        told.append(end.output if isinstance(end, TaskSucceeded) else [end.error])
    return told


def visits(number, **more):
    return [called(f"{visit}.0", **more) for visit in range(1, number + 1)]


# ------------------------------------------------------------------ by number


def test_calls_are_answered_by_their_numbers():
    mocks = mocked({"0": {"Return": "a"}, "1-2": {"Throw": {"Error": "E"}}, "3": {"Return": "d"}})
    assert ends(mocks, *visits(4)) == ["a", ["E"], ["E"], "d"]


def test_a_list_answers_one_call_after_another():
    assert ends(mocked([{"Return": 1}, {"Return": 2}]), *visits(2)) == [1, 2]


def test_a_missing_number_is_an_error_that_says_what_to_do():
    answer = mocked({"0": {"Return": 1}}).answer(called("1.0"))
    assert answer is not None
    mocks = mocked({"1": {"Return": 1}})
    (end,) = mocks.answer(called("1.0")).signals
    assert end.error == "States.Runtime"
    assert end.cause == (
        "State 'Work' is mocked by 'Work', which has no answer for call 0 of it, counted from 0. "
        'Give it one: "0", a range, or "Default".'
    )


@pytest.mark.parametrize("response", [{"Default": {"Return": 9}}, {"Return": 9}])
def test_a_default_answers_what_nothing_else_does(response):
    assert ends(mocked({"1": {"Return": 1}} | response), *visits(3)) == [9, 1, 9]


def test_retries_and_items_are_counted_as_calls():
    mocks = mocked([{"Return": number} for number in range(4)])
    tasks = [called("1.0"), called("1.1", attempt=1), called("2.0[0]/1.0"), called("2.0[1]/1.0")]
    assert ends(mocks, *tasks) == [0, 1, 2, 3]


def test_a_call_that_is_run_again_keeps_its_number():
    mocks = mocked([{"Return": "first"}, {"Return": "second"}])
    assert ends(mocks, called("1.0"), called("1.0"), called("2.0"), called("1.0")) == [
        "first",
        "first",
        "second",
        "first",
    ]


def test_calls_have_the_numbers_in_which_they_were_asked_for_whoever_answers_first():
    mocks = mocked([{"Return": "first"}, {"Return": "second"}])
    assert mocks.expects(called("1.0[0]/1.0"))
    assert mocks.expects(called("1.0[1]/1.0"))
    assert ends(mocks, called("1.0[1]/1.0"), called("1.0[0]/1.0")) == ["second", "first"]


def test_many_threads_get_a_number_each():
    mocks = mocked({"0-199": {"Return": None}, "Default": {"Throw": {"Error": "TooMany"}}})
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda task: mocks.answer(task).signals[-1], visits(200))
        assert not any(isinstance(each, TaskFailed) for each in found)
    assert ends(mocks, called("201.0")) == [["TooMany"]]


def test_states_are_counted_apart():
    states, _ = inline({"A": [{"Return": 1}], "B": [{"Return": 2}]}, (), "NONE")
    mocks = Mocked(TestCase("case", states))
    assert ends(mocks, called("1.0", state="A"), called("2.0", state="B")) == [1, 2]


# ------------------------------------------------------------------ by rule


def test_a_jsonpath_condition_chooses_by_input():
    mocks = mocked({"Rules": [{"When": "@.input.amount > 100", "Return": "much"}], "Return": "little"})
    tasks = [called(f"{visit}.0", {"amount": amount}) for visit, amount in enumerate((50, 500), 1)]
    assert ends(mocks, *tasks, called("3.0", {}), called("4.0", None)) == [
        "little",
        "much",
        "little",
        "little",
    ]


def test_a_jsonata_condition_chooses_by_input_and_context():
    when = "{% $states.input.amount > 100 and $states.context.State.RetryCount = 1 %}"
    mocks = mocked({"Rules": [{"When": when, "Return": "again"}], "Return": "else"})
    tasks = [called("1.0", {"amount": 101}), called("1.1", {"amount": 101}, attempt=1)]
    assert ends(mocks, *tasks) == ["else", "again"]


def test_a_condition_without_a_value_fails_the_task():
    mocks = mocked({"Rules": [{"When": "{% $states.input.amount %}", "Return": 1}], "Return": 2})
    (end,) = mocks.answer(called("1.0", {"amount": 3})).signals
    assert end.error == "States.Runtime"
    assert "{% $states.input.amount %} is 3, neither true nor false" in end.cause


def test_conditions_see_where_a_call_is():
    when = (
        "{% $states.context.Map.Item.Index = 2 and $states.context.Call.Number = 1 "
        "and $states.context.State.Name = 'Work' and $states.context.Task.Token = 't' %}"
    )
    mocks = mocked({"Rules": [{"When": when, "Return": "there"}], "Return": "elsewhere"})
    tasks = [
        called("1.0[2]/1.0", token="t"),
        called("1.0[2]/2.0", token="t"),
        called("1.0[3]/1.0", token="t"),
    ]
    assert ends(mocks, *tasks) == ["elsewhere", "there", "elsewhere"]


@pytest.mark.parametrize(
    ("index", "chosen"), [(3, [3]), (3.0, [3]), ("1-2", [1, 2]), ([0, "2-3"], [0, 2, 3]), ("3", [3])]
)
def test_a_rule_chooses_items_of_a_map(index, chosen):
    mocks = mocked({"Rules": [{"Index": index, "Return": "chosen"}], "Return": "other"})
    found = ends(mocks, *(called(f"1.0[{item}]/1.0") for item in range(4)))
    assert [item for item, each in enumerate(found) if each == "chosen"] == chosen


def test_the_nearest_map_counts():
    mocks = mocked({"Rules": [{"Index": 1, "Return": "chosen"}], "Return": "other"})
    tasks = [called("1.0[1]/1.0[0]/1.0"), called("1.0[0]/1.0[1]/1.0"), called("1.0")]
    assert ends(mocks, *tasks) == ["other", "chosen", "other"]


def test_a_rule_chooses_attempts():
    mocks = mocked({"Rules": [{"Attempt": "0-1", "Throw": {"Error": "Busy"}}], "Return": "done"})
    tasks = [called(f"1.{attempt}", attempt=attempt) for attempt in range(3)]
    assert ends(mocks, *tasks) == [["Busy"], ["Busy"], "done"]


def test_rules_come_first_and_their_calls_count():
    mocks = mocked({"Rules": [{"When": "@.input == 1", "Return": "rule"}], "1": {"Return": "second"}})
    assert ends(mocks, called("1.0", 1), called("2.0", 2)) == ["rule", "second"]


# ------------------------------------------------------------------ signals


def test_a_result_is_a_success():
    answer = mocked({"Return": {"a": 1}, "Seconds": 2.5}).answer(called())
    assert answer.signals == (TaskSucceeded("1.0", {"a": 1}),)
    assert answer.seconds == 2.5


def test_an_error_is_a_failure():
    answer = mocked({"Throw": {"Error": "E", "Cause": "because"}}).answer(called())
    assert answer.signals == (TaskFailed("1.0", "E", "because"),)
    assert mocked({"Throw": {}}).answer(called()).signals == (TaskFailed("1.0", None, None),)


@pytest.mark.parametrize("pattern", ["sync", "token"])
def test_tasks_with_a_first_answer_are_submitted(pattern):
    answer = mocked({"Return": 7}).answer(called(pattern=pattern))
    assert answer.signals == (TaskSubmitted("1.0", 7), TaskSucceeded("1.0", 7))
    failing = mocked({"Throw": {"Error": "E"}}).answer(called(pattern=pattern))
    assert failing.signals == (TaskSubmitted("1.0", {}), TaskFailed("1.0", "E", None))


def test_other_states_are_run_by_others():
    class Others:
        def run(self, task, now):
            return f"{task.state} at {now}"

    runner = MockedFirst(mocked({"Return": 1}), Others())
    assert runner.run(called(state="Other"), 5) == "Other at 5"
    assert runner.run(called(), 5).signals == (TaskSucceeded("1.0", 1),)
