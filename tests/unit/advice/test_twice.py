"""ADV108: functions of retried tasks that do their work twice."""

from __future__ import annotations

import json
from itertools import count

import pytest

import asl
from asl.advice import Facts
from asl.advice.twice import Twice, difference
from asl.rules import book
from tests.unit.advice.advising import RETRY, distributed, each, machine, task


def called_twice(definition, functions, given=None, added=list):
    """What came of it, and how the run ended."""
    twice = Twice(Facts(definition), added)
    run = asl.simulate(definition, {} if given is None else given, handlers=twice.of(functions))
    return list(twice.findings()), run, twice


def by_key():
    """A function that charges once for each key."""
    numbers, charges = count(1), {}

    def charge(event, context):
        return charges.setdefault(context.idempotency_key, {"payment": next(numbers)})

    return charge


def always():
    """One that charges each time."""
    numbers = count(1)
    return lambda event, context: {"payment": next(numbers)}


CHARGE = machine("Charge", Charge=task("charge", Retry=RETRY))


def test_one_that_charges_each_time():
    (found,), run, _ = called_twice(CHARGE, {"charge": always()})
    assert found.diagnostic.message == (
        "'Charge' is retried, and called twice with one idempotency key its function answers something else: "
        "$.payment was 1, then 2"
    )
    assert found.diagnostic.location == "/States/Charge"
    assert found.figures == {"attempts": 4, "calls": 1, "suspicions": 1}
    assert run.output == {"payment": 1}


def test_one_that_charges_once_for_each_key():
    found, run, twice = called_twice(CHARGE, {"charge": by_key()})
    assert (found, run.output, twice.states["Charge"].calls) == ([], {"payment": 1}, 1)


def test_the_examples_of_the_page():
    page = book.page("ADV108")
    functions = {"charge_always": always(), "charge_once_by_key": by_key()}
    told = [len(called_twice(json.loads(each.text), functions)[0]) for each in (page.wrong, page.right)]
    assert told == [1, 0]


def test_the_second_call_is_the_next_attempt():
    calls = []

    def charge(event, context):
        calls.append((context.attempt, context.idempotency_key, context.aws_request_id))
        if context.attempt == 0:
            raise ValueError

    definition = machine("Charge", Charge=task("charge", Retry=RETRY))
    asl.simulate(definition, {}, handlers={"charge": charge})
    retried, calls[:] = calls[:], []
    called_twice(definition, {"charge": lambda event, context: calls.append(
        (context.attempt, context.idempotency_key, context.aws_request_id)
    )})  # fmt: skip
    assert calls == retried


def test_one_that_fails_at_the_second_call():
    seen = set()

    def charge(event, context):
        if context.idempotency_key in seen:
            raise KeyError("charged already")
        seen.add(context.idempotency_key)

    (found,), run, _ = called_twice(CHARGE, {"charge": charge})
    assert "its function fails: KeyError: 'charged already'" in found.diagnostic.message
    assert run.status == "SUCCEEDED"


def test_a_call_that_fails_is_not_made_again():
    def charge(event, context):
        raise ValueError

    found, run, twice = called_twice(CHARGE, {"charge": charge})
    assert (found, run.status, twice.states) == ([], "FAILED", {})


def test_one_that_is_not_retried_is_called_once():
    definition = machine("Charge", Charge=task("charge", Retry=[]))
    _, run, twice = called_twice(definition, {"charge": always()})
    assert (run.output, twice.states) == ({"payment": 1}, {})


def test_async_functions():
    numbers = count(1)

    async def charge(event, context):
        return next(numbers)

    (found,), run, _ = called_twice(CHARGE, {"charge": charge})
    assert "$ was 1, then 2" in found.diagnostic.message
    assert run.output == 1


@pytest.mark.parametrize("around", [each, lambda *a, **f: distributed("EXPRESS", *a, **f)])
def test_a_retry_around_it_counts(around):
    block = machine("Charge", Charge=task("charge", Retry=[]))
    definition = machine("All", All=around(block, Retry=RETRY))
    (found,), _, _ = called_twice(definition, {"charge": always()}, [1, 2, 3])
    assert found.figures == {"attempts": 4, "calls": 3, "suspicions": 3}


def test_what_is_added_to_a_service_twice():
    sent = []

    def charge(event, context):
        sent.append("sqs's SendMessage")

    def added():
        told = sent[:]
        sent.clear()
        return told

    (found,), _, _ = called_twice(CHARGE, {"charge": charge}, added=added)
    assert "its function does again: sqs's SendMessage" in found.diagnostic.message


def test_an_event_that_the_function_changes_is_given_again_as_it_was():
    def charge(event, context):
        event["items"].append("bag")
        return len(event["items"])

    found, run, _ = called_twice(CHARGE, {"charge": charge}, {"items": ["pen"]})
    assert (found, run.output) == ([], 2)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}, None),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, "$.a[1].b was 2, then 3"),
        ({"a": 1}, {}, "$.a is missing"),
        ({}, {"a": 1}, "$.a is new"),
        ([1], [1, 2], "$ was [1], then [1,2]"),
        ("x" * 100, None, f'$ was "{"x" * 58}…, then null'),
    ],
)
def test_the_first_difference(first, second, said):
    assert difference(first, second) == said
