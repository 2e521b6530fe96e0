"""States, conditions and errors in a few words."""

from __future__ import annotations

from typing import Any

import pytest

from asl.elements.choice_rule import COMPARISONS, TYPE_TESTS
from asl.graph.words import LONGEST, condition, details, error_names


def a(**operator: Any) -> dict[str, Any]:
    return {"Variable": "$.a", **operator}


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (a(NumericGreaterThanEquals=80, Next="B"), "$.a ≥ 80"),
        (a(Comment="why", StringEquals='say "x"'), '$.a = "say \\"x\\""'),
        (a(BooleanEquals=True), "$.a = true"),
        (a(TimestampLessThan="2026-01-31T12:00:00Z"), '$.a < "2026-01-31T12:00:00Z"'),
        (a(StringLessThanEqualsPath="$.b"), "$.a ≤ $.b"),
        (a(StringMatches="log-*"), "$.a matches log-*"),
        (a(IsNull=True), "$.a is null"),
        (a(IsNull=False), "$.a is not null"),
        (a(IsPresent=False), "$.a is not present"),
        (a(IsTimestamp=True), "$.a is a timestamp"),
        ({"Not": a(IsString=True)}, "not ($.a is a string)"),
        ({"And": [a(NumericEquals=1), a(NumericEquals=2)]}, "$.a = 1 and $.a = 2"),
        ({"Or": [a(NumericEquals=1), {"And": [a(NumericEquals=2)] * 2}]}, "$.a = 1 or ($.a = 2 and $.a = 2)"),
        ({"Condition": "{% $states.input.a\n   > 1 %}"}, "$states.input.a > 1"),
        ({"Condition": True}, "true"),
        (a(IsArray=True), "$.a IsArray true"),
    ],
)
def test_a_condition(rule, text):
    assert condition(rule) == text


@pytest.mark.parametrize("operator", [*COMPARISONS, *(f"{name}Path" for name in COMPARISONS), *TYPE_TESTS])
def test_every_operator_has_its_words(operator):
    assert condition(a(**{operator: "$.b"})).startswith("$.a ")


def test_a_condition_is_cut_in_depth_in_breadth_and_in_length():
    deep = a(IsNull=True)
    for _ in range(300):
        deep = {"Not": deep}
    assert condition(deep) == "not (not (not (not (…))))"
    assert condition({"Or": [a(NumericEquals=n) for n in range(1000)]}).endswith("$.a = 5 or …")
    assert len(condition(a(StringEquals="x" * 1000))) == LONGEST


def test_error_names():
    assert error_names({"ErrorEquals": ["States.ALL"]}) == "States.ALL"
    assert error_names({"ErrorEquals": ["A", "B"]}) == "A, B"
    assert error_names({"ErrorEquals": list("ABCDEFGH")}) == "A, B, C, D, E, F, …"


INVOKE = "arn:aws:states:::lambda:invoke"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:work"
ALIAS = f"{FUNCTION}:PROD"


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ({"Type": "Task", "Resource": FUNCTION}, "work"),
        ({"Type": "Task", "Resource": INVOKE, "Parameters": {"FunctionName": "work"}}, "work"),
        ({"Type": "Task", "Resource": INVOKE, "Arguments": {"FunctionName": ALIAS}}, "work:PROD"),
        ({"Type": "Task", "Resource": INVOKE, "Arguments": {"FunctionName": "{% $f %}"}}, "invoke"),
        ({"Type": "Task", "Resource": INVOKE, "Parameters": {"FunctionName.$": "$.f"}}, "invoke"),
        ({"Type": "Task", "Resource": INVOKE, "Arguments": "{% $x %}"}, "invoke"),
        ({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"},
         "sqs:sendMessage.waitForTaskToken"),
        ({"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:review"}, "review"),
        ({"Type": "Wait", "Seconds": 90}, "90 s"),
        ({"Type": "Wait", "Seconds": "{% $n %}"}, "$n s"),
        ({"Type": "Wait", "SecondsPath": "$.n"}, "$.n"),
        ({"Type": "Wait", "Timestamp": "2026-01-31T12:00:00Z"}, "until 2026-01-31T12:00:00Z"),
        ({"Type": "Map", "ItemProcessor": {}}, ""),
        ({"Type": "Map", "Iterator": {}, "MaxConcurrency": 3}, "3 at a time"),
        ({"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}}, "MaxConcurrency": 9},
         "distributed, 9 at a time"),
        ({"Type": "Fail", "Error": "Broken"}, "Broken"),
        ({"Type": "Fail"}, ""),
        ({"Type": "Pass"}, ""),
    ],
)  # fmt: skip
def test_what_a_state_does(state, text):
    assert details(state) == text
