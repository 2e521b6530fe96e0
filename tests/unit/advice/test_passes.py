"""ADV104: Pass states that another state could do the work of."""

from __future__ import annotations

import pytest

from tests.unit.advice.advising import each, machine, task, told

CODE = "ADV104"
SQS = "arn:aws:states:::aws-sdk:sqs:getQueueUrl"


def test_a_chain():
    one, two, three = ({"Type": "Pass", "Result": n, "ResultPath": f"$.{n}", "Next": n} for n in "BCD")
    definition = machine("A", A=one, B=two, C=three, D={"Type": "Succeed"})
    (found,) = told(CODE, definition, {}, per_month=1_000)
    assert found.diagnostic.message == "3 Pass states follow one another: 'A', 'B' and 'C'"
    assert found.diagnostic.location == "/States/B"
    # two of three go, 1,000 times
    assert found.saving is not None
    assert (found.saving.transitions, found.saving.usd) == (2, pytest.approx(0.05))


def test_a_chain_in_a_map_counts_for_each_item():
    block = machine("A", A={"Type": "Pass", "Next": "B"}, B={"Type": "Pass", "End": True})
    (found,) = told(CODE, machine("All", All=each(block)), list(range(5)))
    assert found.saving is not None
    assert found.saving.transitions == 5


def test_others_lead_to_the_second():
    definition = machine(
        "Which?",
        **{"Which?": {"Type": "Choice", "Default": "B", "Choices": [
            {"Variable": "$.a", "IsPresent": True, "Next": "A"}
        ]}},
        A={"Type": "Pass", "Result": 1, "Next": "B"},
        B={"Type": "Pass", "Result": 2, "Next": "C"},
        C={"Type": "Succeed"},
    )  # fmt: skip
    assert told(CODE, definition, {}) == []


@pytest.mark.parametrize("fields", [{}, {"Comment": "here"}])
def test_one_that_does_nothing(fields):
    definition = machine("A", A={"Type": "Pass", "Next": "B", **fields}, B=task("pack"))
    (found,) = told(CODE, definition)
    assert found.diagnostic.message == "The Pass 'A' does nothing"
    assert found.diagnostic.hint == "let what leads to it lead to 'B'"


def test_an_end_that_a_rule_needs_does_something():
    definition = machine(
        "Which?",
        **{"Which?": {"Type": "Choice", "Default": "A", "Choices": [
            {"Variable": "$.a", "IsPresent": True, "Next": "A"}
        ]}},
        A={"Type": "Pass", "End": True},
    )  # fmt: skip
    assert told(CODE, definition) == []


def test_one_alone_is_a_machine():
    assert told(CODE, machine("A", A={"Type": "Pass", "End": True})) == []


BEFORE = {"Type": "Pass", "Parameters": {"id.$": "$.order.id"}, "Next": "B"}


@pytest.mark.parametrize(
    ("fields", "speaks"),
    [
        ({}, True),
        ({"ResultPath": "$.url"}, False),
        ({"Parameters": {"a": 1}}, False),
        ({"Assign": {"a": 1}}, False),
    ],
)
def test_one_that_makes_the_input_of_a_task(fields, speaks):
    definition = machine("A", A=BEFORE, B={"Type": "Task", "Resource": SQS, "End": True, **fields})
    hints = [found.diagnostic.hint for found in told(CODE, definition)]
    assert hints == (["write it as the Parameters of 'B'"] if speaks else [])


@pytest.mark.parametrize(
    ("fields", "speaks"), [({}, True), ({"ResultPath": "$.url"}, False), ({"OutputPath": "$.a"}, False)]
)
def test_one_that_shapes_a_result(fields, speaks):
    after = {"Type": "Pass", "Parameters": {"url.$": "$.QueueUrl"}, "End": True}
    definition = machine("A", A={"Type": "Task", "Resource": SQS, "Next": "B", **fields}, B=after)
    hints = [found.diagnostic.hint for found in told(CODE, definition)]
    assert hints == (["write it as the ResultSelector of 'A'"] if speaks else [])


def test_in_jsonata_it_is_arguments_and_output():
    shape = {"Type": "Pass", "Output": {"id": "{% $states.input.id %}"}}
    ask = {"Type": "Task", "Resource": SQS}
    definition = {
        "QueryLanguage": "JSONata",
        **machine("A", A={**shape, "Next": "B"}, B={**ask, "Next": "C"}, C={**shape, "End": True}),
    }
    hints = [found.diagnostic.hint for found in told(CODE, definition)]
    assert hints == ["write it as the Arguments of 'B'", "write it as the Output of 'B'"]


def test_express_bills_no_transitions():
    definition = machine("A", A={"Type": "Pass", "Next": "B"}, B={"Type": "Pass", "End": True})
    assert told(CODE, definition, kind="EXPRESS") == []
