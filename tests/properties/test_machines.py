"""What holds for every machine: no crash, the same bytes each time, and nothing lost by saving."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import asl
from asl.history import History
from tests.properties.machines import json_values, machines
from tests.properties.runs import drive

answers = st.lists(json_values | st.sampled_from(["Boom", "E1", "States.Timeout"]), max_size=4)
many = settings(max_examples=300, deadline=None)


@many
@given(machines, json_values, answers)
def test_a_random_machine_is_valid_and_comes_to_an_end(
    definition: Any, input: Any, answers: list[Any]
) -> None:
    assert [each for each in asl.validate(definition) if each.severity == "ERROR"] == []
    execution, history, _ = drive(asl.parse(definition), input, answers)
    assert execution.status in ("SUCCEEDED", "FAILED", "TIMED_OUT")
    events = list(History(history))
    assert events[0]["type"] == "ExecutionStarted"
    assert events[-1]["type"] in ("ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut")
    assert all(event["previousEventId"] < event["id"] for event in events)
    assert execution.last_event == len(events)


@many
@given(machines, json_values, answers)
def test_saving_and_restoring_after_every_step_changes_nothing(
    definition: Any, input: Any, answers: list[Any]
) -> None:
    machine = asl.parse(definition)
    plain, history, tape = drive(machine, input, answers)
    saved, saved_history, saved_tape = drive(
        machine, input, answers, lambda execution: asl.Execution.restore(execution.save())
    )
    assert list(History(saved_history)) == list(History(history))
    assert saved_tape == tape
    assert saved.save() == plain.save()


@many
@given(machines, json_values, answers)
def test_the_same_signals_give_the_same_bytes(definition: Any, input: Any, answers: list[Any]) -> None:
    first, first_history, _ = drive(asl.parse(definition), input, answers)
    second, second_history, _ = drive(asl.parse(definition), input, answers)
    assert first.save() == second.save()
    assert first_history == second_history
