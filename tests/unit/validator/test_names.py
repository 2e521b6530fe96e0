"""Names of states and of variables."""

import json

import pytest

import asl
from tests.unit.validator.shared import END, choice, found, machine, passing, task

TOO_LONG = "The name of a state must have 1 to 80 characters"

# ------------------------------------------------------------- states


@pytest.mark.parametrize("name", ["x" * 80, "é" * 80, "x", " ", "With blanks, / and ~", '"quoted"'])
def test_good_names(name):
    assert asl.validate(machine(**{name: END})) == []
    assert list(asl.parse(machine(**{name: END})).states) == [name]


@pytest.mark.parametrize("name", ["x" * 81, "é" * 81, ""])
def test_names_of_a_wrong_length(name):
    assert (TOO_LONG, f"/States/{name}") in found(asl.validate(machine(**{name: END})))


def test_a_name_of_a_wrong_length_in_a_branch():
    definition = machine(S={"Type": "Parallel", "End": True, "Branches": [machine(**{"x" * 81: END})]})
    assert found(asl.validate(definition)) == [(TOO_LONG, f"/States/S/Branches/0/States/{'x' * 81}")]


def test_the_same_name_twice_in_a_block():
    text = '{"StartAt": "S", "States": {\n "S": {"Type": "Succeed"},\n "S": {"Type": "Fail"}}}'
    [diagnostic] = asl.validate(text)
    assert str(diagnostic) == "DUPLICATE_STATE_NAME: Duplicate state name: S at /States/S"
    assert (diagnostic.line, diagnostic.column) == (3, 2)


@pytest.mark.parametrize(
    ("definition", "location"),
    [
        (machine(S={"Type": "Parallel", "End": True, "Branches": [machine(B=END), machine(B=END)]}),
         "/States/S/Branches/1/States/B"),
        (machine(S={"Type": "Parallel", "End": True, "Branches": [machine(S=END)]}),
         "/States/S/Branches/0/States/S"),
        (machine(S={"Type": "Map", "Next": "T", "ItemProcessor": machine(T=END)}, T=END),
         "/States/S/ItemProcessor/States/T"),
    ],
)  # fmt: skip
def test_the_same_name_in_two_blocks(definition, location):
    name = location.rpartition("/")[2]
    [diagnostic] = asl.validate(definition)
    assert str(diagnostic) == f"DUPLICATE_STATE_NAME: Duplicate state name: {name} at {location}"
    assert "unique in the whole machine" in diagnostic.hint


@pytest.mark.parametrize(
    ("text", "location", "place"),
    [
        ('{"StartAt": "S",\n "StartAt": "S", "States": {"S": {"Type": "Succeed"}}}', "/StartAt", (2, 2)),
        ('{"StartAt": "S", "States": {"S": {"Type": "Fail",\n  "Cause": "a", "Cause": "b"}}}',
         "/States/S/Cause", (2, 17)),
        ('{"StartAt": "S", "States": {"S": {"Type": "Fail", "Cause": "a",\n"\\u0043ause": "b"}}}',
         "/States/S/Cause", (2, 1)),
    ],
)  # fmt: skip
def test_the_same_key_twice(text, location, place):
    [diagnostic] = asl.validate(text)
    key = location.rpartition("/")[2]
    assert found([diagnostic]) == [(f"Duplicate key '{key}'", location)]
    assert (diagnostic.line, diagnostic.column) == place
    with pytest.raises(asl.InvalidDefinition):
        asl.parse(text)


@pytest.mark.parametrize(
    "text", ['{"States": {}, "States": {}}', '{"Branches": [{"States": 1, "States": 2}]}']
)
def test_states_itself_twice(text):
    assert "Duplicate key 'States'" in [each.message for each in asl.validate(text)]


@pytest.mark.parametrize(
    ("above", "result"),
    [
        ("States", lambda data: {"States": data}),
        ("a/States", lambda data: {"a": {"States": data}}),
        ("0/States", lambda data: [{"States": data}]),
        ("Iterator/States", lambda data: {"Iterator": {"States": data}}),
    ],
)
def test_the_same_key_twice_in_data(above, result):
    text = json.dumps(passing(Result=result({"x": 1, "y": 2}))).replace('"y"', '"x"')
    [diagnostic] = asl.validate(text)
    assert diagnostic.code == "SCHEMA_VALIDATION_FAILED"
    assert found([diagnostic]) == [("Duplicate key 'x'", f"/States/S/Result/{above}/x")]


@pytest.mark.parametrize(
    ("definition", "block"),
    [
        (machine(S={"Type": "Parallel", "End": True, "Branches": [machine(A=END, B=END)]}), "Branches/0"),
        (machine(S={"Type": "Map", "End": True, "ItemProcessor": machine(A=END, B=END)}), "ItemProcessor"),
        (machine(S={"Type": "Map", "End": True, "Iterator": machine(A=END, B=END)}), "Iterator"),
    ],
)
def test_the_same_name_twice_in_an_inner_block(definition, block):
    [diagnostic] = asl.validate(json.dumps(definition).replace('"B"', '"A"'))
    assert str(diagnostic) == f"DUPLICATE_STATE_NAME: Duplicate state name: A at /States/S/{block}/States/A"


# ------------------------------------------------------------- variables


@pytest.mark.parametrize("name", ["x", "x" * 80, "größe", "_x", "x1", "states1", "名前"])
@pytest.mark.parametrize("suffix", ["", ".$"])
def test_good_variables(name, suffix):
    assert asl.validate(passing(Assign={name + suffix: "$"})) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x" * 81, "The name of a variable must have 1 to 80 characters"),
        ("", "The name of a variable must have 1 to 80 characters"),
        ("states", "The variable name 'states' is reserved"),
        ("x.y", "'x.y' names a part of a variable"),
        ("x[2]", "'x[2]' names a part of a variable"),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".$"])
def test_bad_variables(name, message, suffix):
    key = name + suffix
    [diagnostic] = asl.validate(passing(Assign={key: "$"}))
    assert diagnostic.severity == "ERROR"
    assert found([diagnostic]) == [(message, f"/States/S/Assign/{key}")]


@pytest.mark.parametrize("name", ["1x", "a b", "a-b", "$x"])
@pytest.mark.parametrize("suffix", ["", ".$"])
def test_variables_that_are_no_identifiers(name, suffix):
    key = name + suffix
    [diagnostic] = asl.validate(passing(Assign={key: "$"}))
    assert diagnostic.severity == "WARNING"
    message = f"The variable name '{name}' is not an identifier"
    assert found([diagnostic]) == [(message, f"/States/S/Assign/{key}")]
    assert asl.parse(passing(Assign={key: "$"}))


def test_every_assign_is_looked_at():
    bad = {"a b": 1}
    rule = {"Variable": "$.x", "IsNull": True, "Next": "E", "Assign": bad}
    catcher = {"ErrorEquals": ["E"], "Next": "E", "Assign": bad}
    inner = machine(P={**END, "Assign": bad})
    for definition, location in [
        (choice(rule, Default="E"), "/States/S/Choices/0/Assign/a b"),
        (choice({**rule, "Assign": {}}, Assign=bad), "/States/S/Assign/a b"),
        (machine(S=task(Catch=[catcher]), E=END), "/States/S/Catch/0/Assign/a b"),
        (machine(S={"Type": "Map", "End": True, "ItemProcessor": inner}),
         "/States/S/ItemProcessor/States/P/Assign/a b"),
    ]:  # fmt: skip
        assert [each.location for each in asl.validate(definition)] == [location]
