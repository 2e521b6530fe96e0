"""The declared level of a definition: unknown, missing and half-written parts, and what is not run yet."""

import json

import pytest

import asl
from asl.states import STATE_TYPES
from tests.unit.validator.shared import END, choice, found, machine, passing, task


@pytest.mark.parametrize(
    ("definition", "location", "hint"),
    [
        ({**passing(), "startAt": "S"}, "/startAt", "did you mean 'StartAt'?"),
        (machine(S={**END, "Nxt": "S"}), "/States/S/Nxt", "did you mean 'Next'?"),
        (machine(S=task(Paramaters={})), "/States/S/Paramaters", "did you mean 'Parameters'?"),
        (machine(S=task(Retry=[{"ErrorEquals": ["E"], "MaxAttempt": 1}])),
         "/States/S/Retry/0/MaxAttempt", "did you mean 'MaxAttempts'?"),
        (machine(S=task(Catch=[{"ErrorEquals": ["E"], "Next": "S", "ResultsPath": "$"}])),
         "/States/S/Catch/0/ResultsPath", "did you mean 'ResultPath'?"),
        (choice({"Variable": "$.x", "IsNul": True, "IsNull": True, "Next": "E"}),
         "/States/S/Choices/0/IsNul", "did you mean 'IsNull'?"),
        (choice({"Not": {"Variable": "$", "IsNull": True, "Nex": "E"}, "Next": "E"}),
         "/States/S/Choices/0/Not/Nex", None),
        (machine(S={"Type": "Map", "End": True, "ItemProcessor": {**machine(P=END), "Coment": ""}}),
         "/States/S/ItemProcessor/Coment", "did you mean 'Comment'?"),
    ],
)  # fmt: skip
def test_an_unknown_field_has_a_hint(definition, location, hint):
    [diagnostic] = [each for each in asl.validate(definition) if each.location == location]
    assert diagnostic.message == f"Field '{location.rpartition('/')[2]}' is not supported"
    assert diagnostic.hint == hint if hint else diagnostic.hint.startswith("ChoiceRuleInside takes: ")


def test_where_nothing_is_like_it_the_fields_are_listed():
    [diagnostic] = asl.validate(passing(Qwzx=1))
    assert diagnostic.hint.startswith("Pass takes: Type, Comment, ")
    assert "Output," not in diagnostic.hint  # JSONata's


def test_a_field_of_another_state_type():
    assert ("Field 'Seconds' is not supported", "/States/S/Seconds") in found(
        asl.validate(passing(Seconds=1))
    )


@pytest.mark.parametrize("name", ["a/b", "~", "~1", "", "0", "é", '"', "\\"])
def test_names_in_locations_are_escaped(name):
    escaped = name.replace("~", "~0").replace("/", "~1")
    [diagnostic] = asl.validate(json.dumps(machine(S={**END, name: 1})))
    assert diagnostic.location == f"/States/S/{escaped}"
    assert diagnostic.column > 50


@pytest.mark.parametrize("kind", ["task", "", " Pass", "Job", "Retry"])
def test_unknown_state_types(kind):
    [diagnostic] = asl.validate(machine(S={"Type": kind, "End": True}))
    assert diagnostic.location == "/States/S/Type"
    assert all(known in diagnostic.message for known in STATE_TYPES)


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        ({"End": True}, "Type"),
        ({"Type": "Task", "End": True}, "Resource"),
        ({"Type": "Choice", "Default": "E"}, "Choices"),
        ({"Type": "Parallel", "End": True}, "Branches"),
    ],
)
def test_missing_fields(state, missing):
    assert (f"These fields are required: [{missing}]", "/States/S") in found(
        asl.validate(machine(S=state, E=END))
    )


@pytest.mark.parametrize(
    ("definition", "missing", "location"),
    [
        (machine(S=task(Retry=[{}])), "ErrorEquals", "/States/S/Retry/0"),
        (machine(S=task(Catch=[{}])), "ErrorEquals, Next", "/States/S/Catch/0"),
        (choice({"Variable": "$.x", "IsNull": True}), "Next", "/States/S/Choices/0"),
        (machine(S={"Type": "Parallel", "End": True, "Branches": [{}]}), "States, StartAt",
         "/States/S/Branches/0"),
        (machine(S={"Type": "Map", "End": True, "ItemProcessor": {}}), "States, StartAt",
         "/States/S/ItemProcessor"),
    ],
)  # fmt: skip
def test_missing_fields_of_parts(definition, missing, location):
    assert (f"These fields are required: [{missing}]", location) in found(asl.validate(definition))


@pytest.mark.parametrize(
    "rule",
    [
        {"Variable": "$.x"},
        {"Variable": "$.x", "IsNull": True, "IsString": True},
        {"Variable": "$.x", "StringEquals": "a", "StringEqualsPath": "$.y"},
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_a_comparison_has_one_operator(rule, inside):
    definition = choice({**({"Not": rule} if inside else rule), "Next": "E"})
    location = "/States/S/Choices/0" + ("/Not" if inside else "")
    assert found(asl.validate(definition)) == [
        ("A choice rule with a Variable must have exactly one comparison operator", location)
    ]


def test_everything_that_is_wrong_is_told_at_once():
    definition = machine(
        A={"Type": "Pass", "Nxt": "B", "Next": "Nowhere"},
        B=task(Resource="x", TimeoutSeconds="soon", Retry=[{"ErrorEquals": []}]),
    )
    locations = {each.location for each in asl.validate(definition)}
    assert locations >= {
        "/States/A/Nxt", "/States/A/Next", "/States/B", "/States/B/Resource", "/States/B/TimeoutSeconds",
        "/States/B/Retry/0/ErrorEquals",
    }  # fmt: skip


# ------------------------------------------------------------- what is not run yet

JSONATA = {"QueryLanguage": "JSONata"}


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Pass", "Output": "{% 1 %}", "End": True},
        {"Type": "Fail", "Error": "{% 1 %}", "Cause": "{% 2 %}"},
        {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "E"}]},
        task(Arguments="{% $states.input %}", TimeoutSeconds="{% 1 %}", Credentials={"RoleArn": "{% 1 %}"}),
        {"Type": "Map", "Items": "{% [1] %}", "MaxConcurrency": "{% 1 %}", "ItemProcessor": machine(P=END),
         "End": True},
        {"Type": "Parallel", "Branches": [machine(P=END)], "Arguments": "{% 1 %}", "End": True},
        {"Type": "Wait", "Seconds": "{% 1 %}", "End": True},
        {"Type": "Wait", "Timestamp": "{% 1 %}", "End": True},
    ],
)  # fmt: skip
def test_jsonata_is_read_in_every_field_that_takes_it(state):
    definition = {**machine(S={**state, **JSONATA}), **JSONATA}
    if state["Type"] == "Choice":
        definition["States"]["E"] = END
    assert asl.validate(definition) == []
    assert asl.parse(definition)


@pytest.mark.parametrize(
    ("expression", "code", "message"),
    [
        ("{% 1 + %}", "INVALID_JSONATA_EXPRESSION", "Unexpected end of expression"),
        (
            "{% phone %}",
            "UNSUPPORTED_JSONATA_EXPRESSION",
            "Reference to 'phone' at the top level is not supported.",
        ),
        ("{% $$ %}", "UNSUPPORTED_JSONATA_EXPRESSION", "Reference to '$$' is not supported."),
        ("{% 1", "SCHEMA_VALIDATION_FAILED", "JSONata string must start with {% and end with %}"),
    ],
)
def test_jsonata_that_is_refused(expression, code, message):
    [diagnostic] = asl.validate({**machine(S={**END, "Output": {"a": [expression]}}), **JSONATA})
    assert (diagnostic.code, diagnostic.message) == (code, message)
    assert diagnostic.location == "/States/S/Output"


def test_a_distributed_map_is_a_machine():
    processor = {**machine(P=END), "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}
    definition = machine(S={"Type": "Map", "End": True, "ItemProcessor": processor})
    assert asl.validate(definition) == []
    child = asl.parse(definition).child("S")
    assert (child.start_at, child.definition) == ("P", processor)
