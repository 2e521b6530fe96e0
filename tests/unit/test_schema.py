"""The JSON Schema of the language: it is sound, marks what it can, and refuses nothing that is right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import asl
from asl.rules import book
from asl.rules.table import RULES
from asl.schema import schema
from asl.states import STATE_TYPES
from tests.conformance.aws import corpus
from tests.conformance.case_format import runs
from tests.docs.pages import ROOT
from tests.properties.machines import machines
from tests.unit.validator.shared import ARN, END, choice, machine, passing, task

SCHEMA: Any = schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def complaints(definition: Any, validator: Any = VALIDATOR) -> list[str]:
    """What the schema says is wrong; an editor shows these, each at its place."""
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(definition)]


def accepted(definition: Any) -> bool:
    """Whether nothing is wrong with a definition, though it may need what this release has not yet."""
    return all(each.severity != "ERROR" for each in asl.validate(definition))


def state(**fields: Any) -> dict[str, Any]:
    return machine(S=fields)


# ------------------------------------------------------------------ the schema itself


def test_it_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_it_is_json_and_the_same_every_time():
    text = json.dumps(SCHEMA, allow_nan=False)
    assert json.dumps(schema()) == text


def parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(each)


def test_every_reference_leads_somewhere_and_everything_is_referred_to():
    addresses = [part["$ref"] for part in parts(SCHEMA) if "$ref" in part]
    assert set(addresses) == {f"#/$defs/{name}" for name in SCHEMA["$defs"]}


def test_every_type_of_state_is_there():
    assert SCHEMA["$defs"].keys() >= STATE_TYPES.keys()


OBJECTS = {"StateMachine": SCHEMA, **SCHEMA["$defs"]}


@pytest.mark.parametrize("name", OBJECTS)
def test_every_field_is_described_in_one_line(name):
    texts = {field: each.get("description") for field, each in OBJECTS[name]["properties"].items()}
    if name in STATE_TYPES:
        assert texts.pop("Type") is None  # State describes it
        assert OBJECTS[name]["description"].endswith(".")
    assert [field for field, text in texts.items() if not text or not text.endswith(".")] == []
    assert [text for text in texts.values() if len(text) > 120] == []


@pytest.mark.parametrize("name", [name for name in OBJECTS if name != "State"])
def test_no_object_takes_unknown_fields(name):
    assert OBJECTS[name]["additionalProperties"] is False
    assert OBJECTS[name]["title"] == name


@pytest.mark.parametrize(
    ("field", "words"), [("Output", "JSONata only."), ("InputPath", "JSONPath only."), ("Next", "")]
)
def test_the_language_of_a_field_is_told(field, words):
    description = SCHEMA["$defs"]["Pass"]["properties"][field]["description"]
    assert description.endswith(words)
    assert bool(words) == ("only." in description)


# ------------------------------------------------------------------ what is right is never refused


SAMPLES = sorted(ROOT.glob("sample_machines/*/machine.asl.*"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_samples(path):
    definition = asl.parse(path.read_text("utf-8"), yaml=path.suffix != ".json").definition
    assert complaints(definition) == []


def test_conformance_cases():
    definitions = {place: run.definition for place, run in runs()}
    assert {place: complaints(each) for place, each in definitions.items() if complaints(each)} == {}
    assert len(definitions) > 100


@pytest.mark.parametrize("code", RULES)
def test_right_examples_of_the_rules(code):
    definition = value(book.page(code).right.text)
    if isinstance(definition, dict) and accepted(definition):
        assert complaints(definition) == []


def value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def recorded() -> Iterator[tuple[str, Any]]:
    """Every definition that was sent to AWS or gathered elsewhere, by the file it is from."""
    for path in sorted(corpus.folder().rglob("cases/**/*.json")):
        for step in json.loads(path.read_bytes()).get("steps", ()):
            if "definition" in step["params"]:
                yield f"{path.parent.name}/{path.stem}", step["params"]["definition"]
        for row in json.loads(path.read_bytes()).get("table") or ():
            yield f"{path.parent.name}/{path.stem}", row["definition"]
    for path in sorted(gathered().rglob("*valid/**/*.json")):
        yield path.stem, path.read_text("utf-8")


def gathered() -> Path:
    return corpus.folder().parent / "definitions"


@pytest.mark.skipif(corpus.missing() is not None, reason=str(corpus.missing()))
def test_recorded_definitions():
    total, wrong = 0, {}
    for place, definition in recorded():
        known = value(definition) if isinstance(definition, str) else definition
        if isinstance(known, dict) and accepted(definition):
            total += 1
            if found := complaints(known):
                wrong[place] = found
    assert wrong == {}
    assert total > 500


many = settings(max_examples=300, deadline=None)


@many
@given(machines)
def test_random_machines(definition):
    assert complaints(definition) == []


RIGHT = [
    state(Type="Wait", Seconds="{% $states.input.seconds %}", QueryLanguage="JSONata", End=True),
    state(Type="Wait", Timestamp="{% $now() %}", QueryLanguage="JSONata", End=True),
    state(Type="Wait", Timestamp="2026-01-31T12:00:00.5+01:00", End=True),
    state(Type="Fail", Error="{% 'E' %}", Cause="plain", QueryLanguage="JSONata"),
    state(Type="Fail", ErrorPath="States.Format('{}', $.a)"),
    {**choice({"Condition": "{% true %}", "Next": "E"}), "QueryLanguage": "JSONata"},
    {**choice({"Condition": True, "Next": "E"}), "QueryLanguage": "JSONata"},
    choice({"Not": {"And": [{"Variable": "$.a", "NumericLessThan": -1.5}]}, "Next": "E"}),
    passing(InputPath=None, OutputPath="$$.Execution", ResultPath=None, Result=[None, {"a.$": 1}]),
    passing(Parameters="plain"),
    machine(S=task(Retry=[], Catch=[], Resource="arn:aws-cn:states:::sqs:sendMessage.waitForTaskToken")),
]


@pytest.mark.parametrize("definition", RIGHT)
def test_right_definitions(definition):
    assert accepted(definition)
    assert complaints(definition) == []


VALUES = [
    None, True, False, -1, 0, 1, 1.5, 10**9, "", "a", "$", "$.a", "S1", "Pass", "States.UUID()", ARN,
    "2026-01-31T12:00:00Z", "{% 1 %}", "JSONata", [], ["E"], [{}], {}, {"a": 1}, {"a.$": "$.a"}, END,
]  # fmt: skip


@many
@given(machines, st.randoms(use_true_random=False))
def test_what_the_schema_refuses_the_parser_refuses(definition, random):
    """A random machine with one member taken out, or put in, or another in its place."""
    place = random.choice([each for each in parts(definition) if each])
    name = random.choice(sorted(place))
    if random.random() < 0.3:
        place.pop(name)
    else:
        place[random.choice([name, name, random.choice(FIELDS)])] = random.choice(VALUES)
    assert complaints(definition) == [] or not accepted(definition)


FIELDS = sorted({name for each in OBJECTS.values() for name in each["properties"]})


# ------------------------------------------------------------------ what is wrong is marked

BLOCK = machine(P=END)
RETRIER = {"ErrorEquals": ["E"]}
READER = {"Resource": "arn:aws:states:::s3:getObject"}


def mapping(**fields: Any) -> dict[str, Any]:
    return state(Type="Map", End=True, **{"ItemProcessor": BLOCK, **fields})


WRONG = {
    "no object": [],
    "empty": {},
    "no StartAt": {"States": {"S": END}},
    "no States": {"StartAt": "S", "States": {}},
    "States is an array": {"StartAt": "S", "States": [END]},
    "unknown field of the machine": {**passing(), "Start": "S"},
    "long name": {"StartAt": "S", "States": {"S" * 81: END}},
    "empty name": {"StartAt": "S", "States": {"": END}},
    "unknown query language": {**passing(), "QueryLanguage": "JSON"},
    "version is a number": {**passing(), "Version": 1.0},
    "state is no object": machine(S="Pass"),
    "no Type": state(End=True),
    "unknown Type": state(Type="Sleep", End=True),
    "Type in another case": state(Type="pass", End=True),
    "Type is no string": state(Type=["Pass"], End=True),
    "unknown field": passing(Nxt="S"),
    "field of another type": passing(Seconds=1),
    "Next and End": passing(Next="S"),
    "neither Next nor End": state(Type="Pass"),
    "Next is empty": state(Type="Pass", Next=""),
    "End is a string": state(Type="Pass", End="true"),
    "path without dollar": passing(InputPath="a.b"),
    "path is a number": passing(InputPath=1),
    "result path": passing(ResultPath="result"),
    "Assign is an array": passing(Assign=[]),
    "Succeed with Next": state(Type="Succeed", Next="S"),
    "no Resource": state(Type="Task", End=True),
    "Resource is no ARN": machine(S=task(Resource="work")),
    "Seconds in words": state(Type="Wait", Seconds="ten", End=True),
    "Seconds below zero": state(Type="Wait", Seconds=-1, End=True),
    "Seconds with a fraction": state(Type="Wait", Seconds=1.5, End=True),
    "Seconds too large": state(Type="Wait", Seconds=100_000_000, End=True),
    "Seconds is true": state(Type="Wait", Seconds=True, End=True),
    "two ways to wait": state(Type="Wait", Seconds=1, TimestampPath="$.at", End=True),
    "no way to wait": state(Type="Wait", End=True),
    "two time limits": machine(S=task(TimeoutSeconds=1, TimeoutSecondsPath="$.a")),
    "no time": machine(S=task(TimeoutSeconds=0)),
    "Retry is an object": machine(S=task(Retry=RETRIER)),
    "unknown field of a retrier": machine(S=task(Retry=[{**RETRIER, "Interval": 1}])),
    "no ErrorEquals": machine(S=task(Retry=[{"MaxAttempts": 1}])),
    "ErrorEquals is empty": machine(S=task(Retry=[{"ErrorEquals": []}])),
    "ErrorEquals is a string": machine(S=task(Retry=[{"ErrorEquals": "E"}])),
    "unknown jitter": machine(S=task(Retry=[{**RETRIER, "JitterStrategy": "HALF"}])),
    "BackoffRate below one": machine(S=task(Retry=[{**RETRIER, "BackoffRate": 0.5}])),
    "catcher without Next": machine(S=task(Catch=[{"ErrorEquals": ["E"]}])),
    "no rules": choice(),
    "rule without Next": choice({"Variable": "$.a", "IsNull": True}),
    "rule with another type": choice({"Variable": "$.a", "NumericEquals": "1", "Next": "E"}),
    "rule without Variable": choice({"IsNull": True, "Next": "E"}),
    "rule of two kinds": choice({"Variable": "$.a", "IsNull": True, "Condition": True, "Next": "E"}),
    "unknown operator": choice({"Variable": "$.a", "Equals": 1, "Next": "E"}),
    "inner rule with Next": choice({"Not": {"Variable": "$.a", "IsNull": True, "Next": "E"}, "Next": "E"}),
    "empty And": choice({"And": [], "Next": "E"}),
    "error and its path": state(Type="Fail", Error="E", ErrorPath="$.e"),
    "no branches": state(Type="Parallel", Branches=[], End=True),
    "branch without StartAt": state(Type="Parallel", Branches=[{"States": {"P": END}}], End=True),
    "branch with a processor's field": state(
        Type="Parallel", Branches=[{**BLOCK, "ProcessorConfig": {}}], End=True
    ),
    "wrong state in a branch": state(Type="Parallel", Branches=[machine(P={"Type": "Pass"})], End=True),
    "no processor": state(Type="Map", End=True),
    "two processors": mapping(Iterator=BLOCK),
    "unknown mode": mapping(ItemProcessor={**BLOCK, "ProcessorConfig": {"Mode": "Inline"}}),
    "wrong state in a processor": mapping(ItemProcessor=machine(P={"Type": "Pass"})),
    "label too long": mapping(Label="x" * 41),
    "more than all": mapping(ToleratedFailurePercentage=101),
    "reader of another action": mapping(ItemReader={"Resource": "arn:aws:states:::s3:putObject"}),
    "unknown format": mapping(ItemReader={**READER, "ReaderConfig": {"InputType": "XML"}}),
    "empty batches": mapping(ItemBatcher={"MaxItemsPerBatch": 0}),
    "half a writer": mapping(ResultWriter={"WriterConfig": {"OutputType": "JSON"}}),
}


@pytest.mark.parametrize("definition", WRONG.values(), ids=WRONG)
def test_wrong_definitions(definition):
    assert not accepted(definition)
    assert complaints(definition)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (state(), ["$.States.S: 'Type' is a required property"]),
        (state(Type="Task", End=True), ["$.States.S: 'Resource' is a required property"]),
        (passing(Nxt="S"),
         ["$.States.S: Additional properties are not allowed ('Nxt' was unexpected)"]),
        (passing(Next="S"), ["$.States.S: False schema does not allow True"]),
        (machine(S=task(Retry=[{**RETRIER, "MaxAttempts": "3"}])),
         ["$.States.S.Retry[0].MaxAttempts: '3' is not of type 'integer'"]),
    ],
)  # fmt: skip
def test_only_what_is_wrong_for_the_type_is_told(definition, expected):
    assert complaints(definition) == expected


def test_a_type_that_is_not_known_yet_is_all_that_is_told():
    (complaint,) = complaints(state(Type="", Comment="being written"))
    assert complaint.startswith("$.States.S.Type: ")


def test_timestamps_are_told_to_those_who_look():
    """Formats are an annotation by the standard; editors look at them."""
    looking = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    schemas = [part for part in parts(SCHEMA) if part.get("format") == "date-time"]
    assert len(schemas) >= 6
    assert complaints(state(Type="Wait", Timestamp=7, End=True), looking)
