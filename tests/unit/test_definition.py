"""`asl.validate` and `asl.parse` on anything: nothing but InvalidDefinition, and always a place."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import asl
from asl.diagnostics import OURS, pointer
from asl.elements.choice_rule import RULE
from asl.elements.retry import CATCHER, RETRIER
from asl.parser.machine import MACHINE
from asl.rules import table as rules
from asl.states import STATE_TYPES
from tests.unit.validator.shared import ARN, END, at_pointer, machine, passing, task

many = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

FIELDS = sorted(
    {
        field.name
        for element in (MACHINE, RULE, RETRIER, CATCHER, *STATE_TYPES.values())
        for field in element.fields
    }
)
WORDS = [*STATE_TYPES, "", "S", "E", "$", "$.a", "$$", "$[", "States.UUID()", "States.ALL", "JSONata", ARN]
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-2, 100)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(WORDS)
    | st.text(max_size=3)
)
keys = st.sampled_from([*FIELDS, "S", "E", "x.$", "a/b~"]) | st.text(max_size=3)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=30,
)

RETRY = [{"ErrorEquals": ["E"], "IntervalSeconds": 1, "BackoffRate": 1.5, "JitterStrategy": "FULL"}]
CATCH = [{"ErrorEquals": ["States.ALL"], "Next": "E", "ResultPath": "$.e", "Assign": {"x.$": "$"}}]
RULES = [
    {"And": [{"Variable": "$.a", "StringMatches": "a*"}, {"Not": {"Variable": "$.b", "IsNull": True}}],
     "Next": "T"},
    {"Variable": "$.a", "NumericEqualsPath": "$.b", "Next": "P", "Assign": {"y": 1}},
]  # fmt: skip
RICH = {
    "Comment": "every type of state",
    "TimeoutSeconds": 9,
    **machine(
        S={"Type": "Choice", "Choices": RULES, "Default": "M"},
        T=task(
            Next="W", Parameters={"a.$": "$.a", "b": [{"c.$": "States.UUID()"}]},
            ResultSelector={"d.$": "$.d"}, ResultPath="$.t", Retry=RETRY, Catch=CATCH,
            TimeoutSeconds=5, HeartbeatSecondsPath="$.h",
        ),
        W={"Type": "Wait", "Timestamp": "2026-01-31T12:00:00Z", "Next": "E"},
        P={"Type": "Parallel", "Branches": [machine(B={"Type": "Fail", "Error": "X"})], "Next": "E",
           "Catch": CATCH},
        M={"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "Next": "E", "Retry": RETRY,
           "ItemProcessor": {**machine(I=END), "ProcessorConfig": {"Mode": "INLINE"}}},
        E={"Type": "Succeed", "OutputPath": "$"},
    ),
}  # fmt: skip
del RICH["States"]["T"]["End"]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [path, *(place for step, each in members for place in places(each, (*path, step)))]


PLACES = places(RICH)


def changed(value: Any, path: tuple[Any, ...], member: Any) -> Any:
    """A copy with another value at a path."""
    if not path:
        return member
    copy = value.copy()
    copy[path[0]] = changed(value[path[0]], path[1:], member)
    return copy


def refused(source: Any, **options: Any) -> list[asl.Diagnostic]:
    """What `parse` refuses a definition for; empty if it takes it."""
    try:
        asl.parse(source, **options)
    except asl.InvalidDefinition as refusal:
        return refusal.diagnostics
    return []


def examined(source: Any, **options: Any) -> list[asl.Diagnostic]:
    """The diagnostics, which `parse` has to agree with."""
    diagnostics = asl.validate(source, **options)
    blocking = refused(source, **options)
    refusing = [each for each in diagnostics if each.severity == "ERROR" or each.code in OURS]
    assert blocking == [msgspec.structs.replace(each, severity="ERROR") for each in refusing]
    return diagnostics


def well_told(diagnostics: list[asl.Diagnostic], document: Any, text: str | None = None) -> None:
    """Each has a message and a place in the document, and in the text if there was one."""
    lines = [] if text is None else text.split("\n")
    for each in diagnostics:
        assert each.message
        assert each.code
        assert each.severity in ("ERROR", "WARNING")
        assert json.dumps(each.to_dict())
        assert each.hint
        assert rules.RULES[each.rule].aws == each.code
        if each.location:
            at_pointer(document, each.location)
        else:  # AWS tells no place
            assert not isinstance(document, dict)
        if text is None:
            assert (each.line, each.column) == (None, None)
        else:
            assert 1 <= each.line <= len(lines)
            assert 1 <= each.column <= len(lines[each.line - 1]) + 1
    order = [(each.severity, each.line or 0, each.column or 0) for each in diagnostics]
    assert order == sorted(order)


# ------------------------------------------------------------- anything at all


@many
@given(documents)
def test_any_value(document):
    if not isinstance(document, str):  # that would be the text of one
        well_told(examined(document), document)
    text = json.dumps(document, indent=1)
    well_told(examined(text), document, text)


@many
@given(st.sampled_from(PLACES), documents)
def test_a_good_machine_with_anything_anywhere(place, member):
    document = changed(RICH, place, member)
    assume(not isinstance(document, str))
    well_told(examined(document), document)


@many
@given(st.sampled_from([place for place in PLACES if place]))
def test_a_good_machine_with_something_taken_out(place):
    above = at_pointer(RICH, pointer(place[:-1])).copy()
    above.pop(place[-1])
    document = changed(RICH, place[:-1], above)
    well_told(examined(document), document)


@many
@given(st.text(st.characters(), max_size=40) | st.binary(max_size=40))
def test_any_text(text):
    for each in examined(text):
        assert each.message
        assert each.location in ("", "/") or each.location.startswith("[Source: (String)")


JSON_PIECES = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"a"',
    '"',
    "\\",
    "1",
    "-",
    ".5",
    "null",
    "true",
    "\n",
    " ",
    "NaN",
]


@many
@given(st.lists(st.sampled_from(JSON_PIECES), max_size=15).map("".join))
def test_any_text_of_pieces_of_json(text):
    assert examined(text)


@many
@given(st.data())
def test_a_good_text_with_a_piece_taken_out(data):
    text = json.dumps(RICH)
    start = data.draw(st.integers(0, len(text)))
    end = start + data.draw(st.integers(0, 20))
    examined(text[:start] + text[end:])


YAML_PIECES = [
    "- ", ": ", ":", "\n", "\n  ", "\n    ", "&a ", "*a", "[", "]", "{", "}", ",", "a", "b", "1", "1.5",
    "null", "|", ">", "!!str ", "!x ", "'", '"', "# ", "? ", "%", "<<", "---", "...", "@", "\t",
    "States", "StartAt",
]  # fmt: skip


@many
@given(st.lists(st.sampled_from(YAML_PIECES), max_size=15).map("".join) | st.text(max_size=30))
def test_any_yaml(text):
    assert examined(text, yaml=True)


# ------------------------------------------------------------- what both say


def test_a_rich_machine_is_good():
    assert examined(RICH) == examined(json.dumps(RICH)) == examined(json.dumps(RICH), yaml=True) == []
    assert set(asl.parse(RICH).states) == set("STWPMEBI")


def test_a_definition_is_not_changed():
    before = json.dumps(RICH)
    asl.parse(RICH)
    assert json.dumps(RICH) == before


@pytest.mark.parametrize("form", [json.dumps, lambda value: json.dumps(value).encode(), lambda value: value])
def test_the_form_makes_no_difference(form):
    assert asl.parse(form(RICH)).hash == asl.parse(RICH).hash


def test_an_error_as_aws_writes_it():
    [diagnostic] = asl.validate('{"StartAt": "S",\n"States": {"S": {"Type": "Fail", "Coz": 1}}}')
    assert str(diagnostic) == "SCHEMA_VALIDATION_FAILED: Field 'Coz' is not supported at /States/S/Coz"
    assert diagnostic.to_dict() == {
        "severity": "ERROR",
        "code": "SCHEMA_VALIDATION_FAILED",
        "message": "Field 'Coz' is not supported",
        "location": "/States/S/Coz",
        "line": 2,
        "column": 34,
        "hint": diagnostic.hint,
        "rule": "ASL102",
    }


@pytest.mark.parametrize(
    ("steps", "location"),
    [((), "/"), (("States", "S"), "/States/S"), (("a/b~", 0, ""), "/a~1b~0/0/"), (("~1",), "/~01")],
)
def test_pointers(steps, location):
    assert pointer(steps) == location


def wrong_in_order(form: Any) -> list[str]:
    definition = machine(A={"Type": "Pass", "Next": "Nil"}, B={**END, "Nxt": 1}, C=task(Resource="x"))
    return [each.location for each in asl.validate(form(definition))]


IN_ORDER = ["/States/A/Next", "/States/B", "/States/B/Nxt", "/States/C", "/States/C/Resource"]


def test_the_order_of_a_text():
    assert wrong_in_order(lambda value: json.dumps(value)) == IN_ORDER


def test_the_order_of_a_value():
    assert wrong_in_order(lambda value: value) == IN_ORDER


@pytest.mark.parametrize(
    "definition",
    [
        [],
        {"StartAt": "S"},
        passing(ResultPath="$", Next="S"),
        machine(S={"Type": "Pass"}, E=END),
        machine(**{"x" * 81: END}),
        passing(Assign={"a b": 1}),
        machine(S=task(Retry=[{"ErrorEquals": []}])),
        machine(S=task(TimeoutSeconds=0)),
    ],
)
def test_every_error_says_what_to_do(definition):
    assert [each for each in asl.validate(definition) if each.hint is None] == []


def test_the_hint_of_a_text_that_is_too_large():
    [diagnostic] = asl.validate(" " * 1_048_577)
    assert diagnostic.hint == "AWS takes a definition of up to 1 MiB; call other state machines for its parts"
