"""Every declared field, given every JSON type that it does not take."""

from __future__ import annotations

from typing import Any

import pytest

import asl
from asl.elements.choice_rule import INNER_RULE, RULE
from asl.elements.processor import BRANCH, ITEM_PROCESSOR, PROCESSOR_CONFIG
from asl.elements.retry import CATCHER, RETRIER
from asl.parser.machine import MACHINE
from asl.spec.fields import Element
from asl.states import STATE_TYPES
from tests.unit.validator.shared import ARN, END, at_pointer, machine

SAMPLES: dict[str, list[Any]] = {
    "null": [None],
    "boolean": [True, False],
    "integer": [0, 7, 10**30],
    "number": [1.5, -0.25, 1e300],
    "string": ["", "text", "$"],
    "array": [[], [None], ["text"], [{}]],
    "object": [{}, {"a": 1}],
}
ANY = " ".join(SAMPLES)

TAKES = {
    ANY: "Arguments Items ItemBatcher ItemReader ItemSelector Output Parameters Result ResultWriter",
    "null string": "InputPath OutputPath ResultPath",
    "boolean": "BooleanEquals End IsBoolean IsNull IsNumeric IsPresent IsString IsTimestamp",
    "integer": "HeartbeatSeconds IntervalSeconds MaxAttempts MaxConcurrency MaxDelaySeconds Seconds "
    "TimeoutSeconds ToleratedFailureCount",
    "integer number": "BackoffRate ToleratedFailurePercentage NumericEquals NumericGreaterThan "
    "NumericGreaterThanEquals NumericLessThan NumericLessThanEquals",
    "array": "And Branches Catch Choices ErrorEquals Or Retry",
    "object": "Assign Credentials ItemProcessor Iterator Not ProcessorConfig ResultSelector States",
    "string": "BooleanEqualsPath Cause CausePath Comment Condition Default Error ErrorPath ExecutionType "
    "HeartbeatSecondsPath ItemsPath JitterStrategy Label MaxConcurrencyPath Mode Next "
    "NumericEqualsPath NumericGreaterThanEqualsPath NumericGreaterThanPath NumericLessThanEqualsPath "
    "NumericLessThanPath QueryLanguage Resource SecondsPath StartAt StringEquals StringEqualsPath "
    "StringGreaterThan StringGreaterThanEquals StringGreaterThanEqualsPath StringGreaterThanPath "
    "StringLessThan StringLessThanEquals StringLessThanEqualsPath StringLessThanPath StringMatches "
    "TimeoutSecondsPath Timestamp TimestampEquals TimestampEqualsPath TimestampGreaterThan "
    "TimestampGreaterThanEquals TimestampGreaterThanEqualsPath TimestampGreaterThanPath "
    "TimestampLessThan TimestampLessThanEquals TimestampLessThanEqualsPath TimestampLessThanPath "
    "TimestampPath ToleratedFailureCountPath ToleratedFailurePercentagePath Type Variable Version",
}
TYPES = {name: types.split() for types, names in TAKES.items() for name in names.split()}
"""The JSON types that a field takes, by the developer guide."""

TEST: dict[str, Any] = {"Variable": "$.x", "IsNull": True}
BASES: dict[str, dict[str, Any]] = {
    "Task": {"Resource": ARN, "End": True},
    "Wait": {"Seconds": 1, "End": True},
    "Pass": {"End": True},
    "Succeed": {},
    "Fail": {},
    "Choice": {"Choices": [{**TEST, "Next": "E"}]},
    "Parallel": {"Branches": [machine(P=END)], "End": True},
    "Map": {"ItemProcessor": machine(P=END), "End": True},
}


def good(kind: str, **fields: Any) -> dict[str, Any]:
    """A good machine whose first state is of a type."""
    return machine(S={"Type": kind, **BASES[kind], **fields}, E=END)


RETRY = [{"ErrorEquals": ["E"]}]
CATCH = [{"ErrorEquals": ["E"], "Next": "E"}]
PLACES: list[tuple[Element, dict[str, Any], str]] = [
    (MACHINE, good("Pass"), ""),
    *((element, good(kind), "/States/S") for kind, element in STATE_TYPES.items()),
    *((RETRIER, good(kind, Retry=RETRY), "/States/S/Retry/0") for kind in ("Task", "Parallel", "Map")),
    *((CATCHER, good(kind, Catch=CATCH), "/States/S/Catch/0") for kind in ("Task", "Parallel", "Map")),
    (RULE, good("Choice"), "/States/S/Choices/0"),
    (INNER_RULE, good("Choice", Choices=[{"Not": TEST, "Next": "E"}]), "/States/S/Choices/0/Not"),
    (INNER_RULE, good("Choice", Choices=[{"And": [TEST, TEST], "Next": "E"}]), "/States/S/Choices/0/And/1"),
    (INNER_RULE, good("Choice", Choices=[{"Or": [TEST], "Next": "E"}]), "/States/S/Choices/0/Or/0"),
    (BRANCH, good("Parallel"), "/States/S/Branches/0"),
    (ITEM_PROCESSOR, good("Map"), "/States/S/ItemProcessor"),
    (PROCESSOR_CONFIG, good("Map", ItemProcessor={**machine(P=END), "ProcessorConfig": {}}),
     "/States/S/ItemProcessor/ProcessorConfig"),
]  # fmt: skip


def replaced(value: Any, location: str, field: str, member: Any) -> Any:
    """A copy with another member at a place."""
    first, _, rest = location.removeprefix("/").partition("/")
    if not first:
        return {**value, field: member}
    if isinstance(value, list):
        return [
            replaced(each, rest, field, member) if str(i) == first else each for i, each in enumerate(value)
        ]
    return {**value, first: replaced(value[first], rest, field, member)}


def cases() -> Any:
    for element, definition, location in PLACES:
        for field in element.fields:
            if field.only != "JSONata":
                kind = "" if location == "" else definition["States"]["S"]["Type"]
                yield pytest.param(definition, location, field.name, id=f"{kind}{location}/{field.name}")


@pytest.mark.parametrize(("definition", "location", "field"), list(cases()))
def test_a_value_of_a_wrong_type(definition, location, field):
    unnoticed = []
    for json_type, values in SAMPLES.items():
        if json_type in TYPES[field]:
            continue
        for value in values:
            wrong = replaced(definition, location, field, value)
            with pytest.raises(asl.InvalidDefinition) as refusal:
                asl.parse(wrong)
            if f"{location}/{field}" not in [each.location for each in refusal.value.diagnostics]:
                unnoticed.append(value)
            for diagnostic in refusal.value.diagnostics:
                at_pointer(wrong, diagnostic.location)
    assert unnoticed == []


def test_the_places_are_good():
    for _, definition, location in PLACES:
        assert [each for each in asl.validate(definition) if "is not reachable" not in each.message] == []
        assert isinstance(at_pointer(definition, location or "/"), dict)


def test_every_type_is_told():
    diagnostics = asl.validate(good("Wait", Comment=["x"]))
    assert ("Expected value of type String", "found array") in [
        (each.message, each.hint) for each in diagnostics
    ]


@pytest.mark.parametrize("value", SAMPLES["null"] + SAMPLES["integer"] + SAMPLES["array"] + SAMPLES["object"])
def test_a_condition_is_text(value):
    rule = {"Condition": value, "Next": "E"}
    definition = machine(S={"Type": "Choice", "QueryLanguage": "JSONata", "Choices": [rule]}, E=END)
    locations = [each.location for each in asl.validate(definition)]
    assert "/States/S/Choices/0/Condition" in locations


# ------------------------------------------------------------- items and members of a wrong type


@pytest.mark.parametrize("value", [None, True, 5, 1.5, "text", []])
@pytest.mark.parametrize(
    ("definition", "place", "key"),
    [
        (good("Task", Retry=RETRY), "/States/S/Retry", 0),
        (good("Task", Catch=CATCH), "/States/S/Catch", 0),
        (good("Choice"), "/States/S/Choices", 0),
        (good("Choice", Choices=[{"And": [TEST, TEST], "Next": "E"}]), "/States/S/Choices/0/And", 1),
        (good("Parallel"), "/States/S/Branches", 0),
        (good("Pass"), "/States", "S"),
        (good("Map"), "/States/S/ItemProcessor/States", "P"),
    ],
)
def test_a_part_that_is_no_object(definition, place, key, value):
    if isinstance(key, int):
        above, _, name = place.rpartition("/")
        items = list(at_pointer(definition, place))
        items[key] = value
        wrong = replaced(definition, above, name, items)
    else:
        wrong = replaced(definition, place, key, value)
    assert ("Expected value of type Object", f"{place}/{key}") in [
        (each.message, each.location) for each in asl.validate(wrong)
    ]


@pytest.mark.parametrize("value", [None, True, 5, [], {}])
def test_an_error_name_that_is_no_text(value):
    diagnostics = asl.validate(good("Task", Retry=[{"ErrorEquals": ["E", value]}]))
    assert "/States/S/Retry/0/ErrorEquals" in [each.location for each in diagnostics]


# ------------------------------------------------------------- declarations


@pytest.mark.parametrize("element", [element for element, _, _ in PLACES], ids=lambda element: element.name)
def test_no_field_is_declared_twice(element):
    names = [field.name for field in element.fields]
    assert len(names) == len(set(names))


def test_the_39_comparisons():
    inner = {field.name for field in INNER_RULE.fields} - {"Variable", "And", "Or", "Not", "Comment"}
    assert len(inner) == 39
