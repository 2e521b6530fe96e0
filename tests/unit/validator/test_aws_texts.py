"""AWS's texts for definitions that it refuses, each at AWS's location (JSONPath mode)."""

import pytest

import asl
from tests.unit.validator.shared import END, choice, found, machine, passing, task

SCHEMA = "SCHEMA_VALIDATION_FAILED"
BLOCK = machine(B=END)
RETRIER = {"ErrorEquals": ["E"]}
CATCHER = {**RETRIER, "Next": "E"}


def waiting(**fields):
    return machine(S={"Type": "Wait", "End": True, **fields})


def mapping(**fields):
    return machine(S={"Type": "Map", "End": True, **fields})


@pytest.mark.parametrize(
    ("definition", "message", "location"),
    [
        ({}, "These fields are required: [States, StartAt]", "/"),
        ({"StartAt": "S"}, "These fields are required: [States]", "/"),
        ({"States": {"S": END}}, "These fields are required: [StartAt]", "/"),
        (passing(X=1), "Field 'X' is not supported", "/States/S/X"),
        (machine(S={"Type": "Parallel", "End": True, "Branches": []}),
         "Value cannot be empty", "/States/S/Branches"),
        (choice(), "Value cannot be empty", "/States/S/Choices"),
        (machine(S=task(Retry=[{"ErrorEquals": []}])),
         "Value cannot be empty", "/States/S/Retry/0/ErrorEquals"),
        (machine(S=task(Resource="my-function")), "Value is not a valid resource ARN", "/States/S/Resource"),
        (machine(S=task(Resource="arn:aws:states:::dynamodb:query")),
         "The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a "
         "valid resource ARN, or the resource is not available in this region.", "/States/S/Resource"),
        (machine(S={"Type": "Job", "End": True}),
         "The field 'Type' should have one of these values: "
         "[Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]",
         "/States/S/Type"),
        (machine(S={**END, "Next": "S"}),
         "There should only be one of the following fields: [Next, End]", "/States/S"),
        (machine(S={"Type": "Pass"}, E=END),
         "This object should have only one of the following fields: [Next, End]", "/States/S"),
        (mapping(), "This object should have only one of the following fields: [ItemProcessor, Iterator]",
         "/States/S"),
        (mapping(ItemProcessor=BLOCK, Iterator=machine(C=END)),
         "There should only be one of the following fields: [ItemProcessor, Iterator]", "/States/S"),
        (waiting(Seconds=1, Timestamp="2026-01-31T12:00:00Z"),
         "There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]",
         "/States/S"),
        (waiting(), "This object should have only one of the following fields: "
                    "[SecondsPath, Seconds, TimestampPath, Timestamp]", "/States/S"),
        (waiting(Timestamp="2026-01-31 12:00:00Z"), "String does not match RFC3339 timestamp",
         "/States/S/Timestamp"),
        (choice({"Variable": "$.x", "TimestampEquals": "tomorrow", "Next": "E"}),
         "String does not match RFC3339 timestamp", "/States/S/Choices/0/TimestampEquals"),
        (machine(S=task(Retry=[{"ErrorEquals": ["States.ALL", "E"]}])),
         "States.ALL must appear alone and at end of list", "/States/S/Retry/0/ErrorEquals"),
        (machine(S=task(Next="E", Catch=[{"ErrorEquals": ["E", "States.ALL"], "Next": "E"}]), E=END),
         "States.ALL must appear alone and at end of list", "/States/S/Catch/0/ErrorEquals"),
        (machine(S=task(Retry=[{"ErrorEquals": ["States.ALL"]}, RETRIER])),
         "States.ALL must appear alone and at end of list", "/States/S/Retry/0/ErrorEquals"),
        (machine(S=task(Catch=[CATCHER, {**CATCHER, "ErrorEquals": ["States.ALL"]}, CATCHER]), E=END),
         "States.ALL must appear alone and at end of list", "/States/S/Catch/1/ErrorEquals"),
        (machine(S=task(Retry=[{**RETRIER, "JitterStrategy": "SOME"}])),
         "Value should be one of the following: [NONE, FULL]", "/States/S/Retry/0/JitterStrategy"),
        (choice({"Next": "E"}),
         "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]",
         "/States/S/Choices/0"),
        (choice({"Variable": "$.x", "IsNull": True, "Not": {"Variable": "$.x", "IsNull": True}, "Next": "E"}),
         "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]",
         "/States/S/Choices/0"),
        (passing(Parameters={"parsed.$": "States.StringToJson("}),
         "The value for the field 'parsed.$' must be a valid JSONPath or a valid intrinsic function call",
         "/States/S/Parameters"),
        (passing(Parameters={"deep": [{"x.$": 1}]}),
         "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call",
         "/States/S/Parameters"),
        (passing(Output="x"),
         "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' "
         "QueryLanguage", "/States/S"),
        (passing(QueryLanguage="JSONata", ResultPath="$"),
         "The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the 'JSONPath' "
         "QueryLanguage", "/States/S"),
        ({**passing(QueryLanguage="JSONPath"), "QueryLanguage": "JSONata"},
         "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", "/States/S"),
        (mapping(ItemProcessor={**BLOCK, "QueryLanguage": "JSONata"}),
         "Field 'QueryLanguage' is not supported", "/States/S/ItemProcessor/QueryLanguage"),
        (mapping(ItemProcessor=machine(P={**END, "X": 1})),
         "Field 'X' is not supported", "/States/S/ItemProcessor/States/P/X"),
        (machine(S=task(Credentials={})),
         "The field 'RoleArn' is required but was missing", "/States/S/Credentials"),
        ({**passing(), "QueryLanguage": "jq"}, "Value should be one of the following: [JSONPath, JSONata]",
         "/QueryLanguage"),
    ],
)  # fmt: skip
def test_schema(definition, message, location):
    diagnostics = asl.validate(definition)
    assert (message, location) in found(diagnostics)
    assert {each.code for each in diagnostics if each.message == message} == {SCHEMA}
    with pytest.raises(asl.InvalidDefinition) as refusal:
        asl.parse(definition)
    assert f"{SCHEMA}: {message} at {location}" in str(refusal.value).split("\n")


def test_a_state_that_nothing_leads_to():
    [diagnostic] = asl.validate(machine(S=END, X=END))
    assert str(diagnostic) == 'MISSING_TRANSITION_TARGET: State "X" is not reachable. at /States/X'


@pytest.mark.parametrize("text", ["[]", "5", '"text"', "null"])
def test_no_object(text):
    [diagnostic] = asl.validate(text)
    assert (diagnostic.code, diagnostic.message) == (SCHEMA, "Definition must be a valid JSON object")


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\ufeff", b" "])
def test_a_blank_text(text):
    [diagnostic] = asl.validate(text)
    assert str(diagnostic) == f"{SCHEMA}: Definition must be a valid JSON object"


def test_a_text_that_is_no_json():
    [diagnostic] = asl.validate("not a definition")
    assert diagnostic.code == "INVALID_JSON_DESCRIPTION"
    assert diagnostic.message == (
        "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' "
        "or 'false')\n at [Source: (String)\"not a definition\"; line: 1, column: 4]"
    )
    assert diagnostic.location == '[Source: (String)"not a definition"; line: 1, column: 4]'


# ------------------------------------------------------------- JSONata, as far as it is read


@pytest.mark.parametrize("text", ["{% 1 ", "{%", "{% 1 %} "])
def test_an_expression_that_does_not_end(text):
    definition = machine(S={"Type": "Fail", "QueryLanguage": "JSONata", "Error": text})
    assert ("JSONata string must start with {% and end with %}", "/States/S/Error") in found(
        asl.validate(definition)
    )


def test_an_inner_state_has_the_language_of_the_machine():
    inner = machine(P={**END, "Output": 1})
    definition = machine(S={"Type": "Map", "End": True, "QueryLanguage": "JSONata", "ItemProcessor": inner})
    messages = found(asl.validate(definition))
    assert any(location == "/States/S/ItemProcessor/States/P" for _, location in messages)
    assert any(message.startswith("The QueryLanguage is set to 'JSONPath'") for message, _ in messages)
