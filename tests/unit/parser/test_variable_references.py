"""The variables that each state reads: every place in which one can be read."""

import subprocess
import sys

import pytest

import asl
from tests.unit.validator.shared import END, machine, passing, task

CATCH = {"ErrorEquals": ["E"], "Next": "E"}
RULE = {"Variable": "$.a", "IsNull": True, "Next": "E"}
READER = {"Resource": "arn:aws:states:::s3:getObject"}
WRITER = {"Resource": "arn:aws:states:::s3:putObject"}


def references(**state):
    others = {} if state["Type"] in ("Succeed", "Fail") else {"E": END}
    return asl.parse(machine(S=state, **others)).variable_references


def in_state(*names):
    return {"S": list(names)}


def each(**fields):
    return {"Type": "Map", "ItemProcessor": machine(P=END), "Next": "E", **fields}


def side_by_side(*branches, **fields):
    return {"Type": "Parallel", "Branches": list(branches), "Next": "E", **fields}


def chosen(*rules, **fields):
    return {"Type": "Choice", "Choices": list(rules), "Default": "E", **fields}


# ------------------------------------------------------------------ JSONPath

PASS = {"Type": "Pass", "Next": "E"}
WAIT = {"Type": "Wait", "Next": "E"}
CALL = {key: member for key, member in task().items() if key != "End"} | {"Next": "E"}


@pytest.mark.parametrize(
    "state",
    [
        PASS | {"InputPath": "$x"},
        PASS | {"OutputPath": "$x.a[0]"},
        PASS | {"Parameters": {"a.$": "$x"}},
        PASS | {"Parameters": {"a": [1, {"b": {"c.$": "$x['d']"}}]}},
        PASS | {"Assign": {"x.$": "$x"}},
        PASS | {"Assign": {"x": {"y.$": "$x..a"}}},
        {"Type": "Succeed", "InputPath": "$x"},
        WAIT | {"SecondsPath": "$x"},
        WAIT | {"TimestampPath": "$x.at"},
        WAIT | {"Seconds": 1, "Assign": {"y.$": "$x"}},
        CALL | {"Parameters": {"a.$": "$x"}},
        CALL | {"ResultSelector": {"a.$": "$x"}},
        CALL | {"TimeoutSecondsPath": "$x"},
        CALL | {"HeartbeatSecondsPath": "$x"},
        CALL | {"Credentials": {"RoleArn.$": "$x"}},
        CALL | {"Assign": {"a.$": "$x"}},
        CALL | {"Catch": [CATCH, CATCH | {"Assign": {"a.$": "$x"}}]},
        chosen(RULE | {"Variable": "$x"}),
        chosen(RULE, RULE | {"Variable": "$x.a"}),
        chosen({"Variable": "$.a", "StringEqualsPath": "$x", "Next": "E"}),
        chosen({"Variable": "$.a", "NumericLessThanPath": "$x", "Next": "E"}),
        chosen({"Variable": "$x", "IsPresent": True, "Next": "E"}),
        chosen({"Not": {"Variable": "$x", "IsNull": True}, "Next": "E"}),
        chosen({"And": [{"Or": [{"Variable": "$x", "IsNull": True}]}], "Next": "E"}),
        chosen(RULE | {"Assign": {"a.$": "$x"}}),
        chosen(RULE, Assign={"a.$": "$x"}),
        chosen(RULE, InputPath="$x"),
        each(ItemsPath="$x"),
        each(ItemSelector={"a.$": "$x"}),
        each(Parameters={"a.$": "$x"}),
        each(MaxConcurrencyPath="$x"),
        each(ToleratedFailureCountPath="$x"),
        each(ToleratedFailurePercentagePath="$x"),
        each(ItemReader={**READER, "ReaderConfig": {"InputType": "JSON", "MaxItemsPath": "$x"}}),
        each(ItemReader={**READER, "Parameters": {"Bucket.$": "$x"}}),
        each(ItemBatcher={"MaxItemsPerBatchPath": "$x"}),
        each(ItemBatcher={"MaxItemsPerBatch": 1, "BatchInput": {"a.$": "$x"}}),
        each(ResultWriter={**WRITER, "Parameters": {"Bucket.$": "$x"}}),
        each(ResultSelector={"a.$": "$x"}),
        each(Catch=[CATCH | {"Assign": {"a.$": "$x"}}]),
        side_by_side(machine(P=END), Parameters={"a.$": "$x"}),
        side_by_side(machine(P=END), Assign={"a.$": "$x"}),
    ],
)
def test_every_field_that_holds_a_path(state):
    assert references(**state) == in_state("x")


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ("States.MathAdd($x, 1)", ["x"]),
        ("States.Format('{} $y', $x.a)", ["x"]),
        ("States.Array($b, $a, $.c, $$.Execution.Id, $b)", ["a", "b"]),
        ("States.MathAdd(States.MathAdd($y, $x), States.ArrayLength($z[0:1]))", ["x", "y", "z"]),
        ("States.MathRandom($x, $y)", ["x", "y"]),
        ("States.UUID()", []),
    ],
)
def test_arguments_of_intrinsic_functions(call, names):
    expected = in_state(*names) if names else {}
    assert references(**PASS, Parameters={"a.$": call}) == expected


def test_error_and_cause():
    told = references(Type="Fail", ErrorPath="$e.a", CausePath="States.JsonToString($c)")
    assert told == in_state("c", "e")


@pytest.mark.parametrize(
    "state",
    [
        PASS,
        PASS | {"InputPath": "$", "OutputPath": None, "ResultPath": "$.x"},
        PASS | {"InputPath": "$$.Execution.Id"},
        PASS | {"Parameters": {"a": "$x", "b.$": "$.x", "c.$": "$$"}, "Comment": "$x"},
        PASS | {"Result": {"a.$": "$x"}},
        PASS | {"Parameters": {"a.$": "$.a[?(@.b == '$x')]"}},
        PASS | {"Assign": {"x": 1}},
    ],
)
def test_what_reads_no_variable(state):
    assert references(**state) == {}


def test_names_with_any_letter_of_unicode():
    state = PASS | {"Parameters": {"a.$": "$größe", "b.$": "$变量.a", "c.$": "$_b", "d.$": "$A1"}}
    assert references(**state) == in_state("A1", "_b", "größe", "变量")


# ------------------------------------------------------------------ JSONata

JSONATA = {"QueryLanguage": "JSONata"}


@pytest.mark.parametrize(
    "state",
    [
        PASS | {"Output": "{% $x %}"},
        PASS | {"Output": {"a": [1, {"b": "{% $x + 1 %}"}]}},
        PASS | {"Assign": {"x": "{% $x %}"}},
        WAIT | {"Seconds": "{% $x %}"},
        WAIT | {"Timestamp": "{% $x & 'Z' %}"},
        CALL | {"Arguments": {"a": "{% $x %}"}},
        CALL | {"Arguments": "{% $merge([$states.input, $x]) %}"},
        CALL | {"TimeoutSeconds": "{% $x %}"},
        CALL | {"HeartbeatSeconds": "{% $x - 1 %}"},
        CALL | {"Credentials": {"RoleArn": "{% $x %}"}},
        CALL | {"Catch": [CATCH | {"Output": "{% $x %}"}]},
        CALL | {"Catch": [CATCH | {"Assign": {"a": "{% $x %}"}}]},
        chosen({"Condition": "{% $x > 1 %}", "Next": "E"}),
        chosen({"Condition": True, "Next": "E"}, {"Condition": "{% $not($x) %}", "Next": "E"}),
        chosen({"Condition": True, "Next": "E", "Output": "{% $x %}"}),
        chosen({"Condition": True, "Next": "E", "Assign": {"a": "{% $x %}"}}),
        chosen({"Condition": True, "Next": "E"}, Output="{% $x %}"),
        each(Items="{% $x %}"),
        each(Items=[1, "{% $x + 1 %}"]),
        each(ItemSelector={"a": "{% $x %}"}),
        each(MaxConcurrency="{% $x %}"),
        each(ToleratedFailureCount="{% $x %}"),
        each(ToleratedFailurePercentage="{% $x * 100 %}"),
        each(ItemReader={**READER, "ReaderConfig": {"InputType": "JSON", "MaxItems": "{% $x %}"}}),
        each(ItemReader={**READER, "Arguments": {"Bucket": "{% $x %}"}}),
        each(ItemBatcher={"MaxItemsPerBatch": "{% $x %}"}),
        each(ResultWriter={**WRITER, "Arguments": {"Bucket": "{% $x %}"}}),
        side_by_side(machine(P=END), Arguments={"a": "{% $x %}"}),
    ],
)
def test_every_field_that_holds_an_expression(state):
    assert references(**state, **JSONATA) == in_state("x")


def test_error_and_cause_in_jsonata():
    assert references(Type="Fail", Error="{% $e %}", Cause="{% $c & '!' %}", **JSONATA) == in_state("c", "e")


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("$states.input.a", []),
        ("$sum($states.input) + $uuid()", []),
        ("($a := $b; $a + $c)", ["b", "c"]),
        ("($a := 1; ($b := $a; $b + $c); $b)", ["b", "c"]),
        ("($a := $a; $a)", ["a"]),
        ("$map($a, function($v, $i){$v & $i & $b & $states.input})", ["a", "b"]),
        ("$map($v, function($v){$v})", ["v"]),
        ("$größe > $变量.a", ["größe", "变量"]),
        ("'$a'", []),
    ],
)
def test_what_an_expression_binds_itself_is_none(expression, names):
    text = f"{{% {expression} %}}"
    assert references(**PASS, **JSONATA, Output=text) == (in_state(*names) if names else {})
    assert references(**PASS, **JSONATA, Output={"a": text}, Assign={"b": "{% $A %}"}) == in_state(
        "A", *names
    )


def test_text_that_is_no_expression_reads_nothing():
    assert references(**PASS, **JSONATA, Output={"a": "$x", "$y": "$x + 1"}, Comment="{% $z %}") == {}


# ------------------------------------------------------------------ the whole machine


def test_states_are_told_in_the_order_of_the_document():
    def reads(name, **state):
        return {**END, **state, "Parameters": {"a.$": f"${name}"}}

    inner = machine(
        Third={**each(ItemProcessor=machine(Fourth=reads("d"))), "Next": "Fifth"}, Fifth=reads("e")
    )
    inner["States"]["Third"]["ItemsPath"] = "$c"
    outer = {
        "First": {**PASS, "InputPath": "$a", "Next": "Second"},
        "Second": side_by_side(inner, machine(Sixth=reads("f")), InputPath="$b", Next="Silent"),
        "Silent": {**PASS, "Next": "Seventh"},
        "Seventh": {**each(Iterator=machine(Eighth=reads("h"))), "InputPath": "$g", "Next": "Ninth"},
        "Ninth": {**reads("i"), "OutputPath": "$a"},
    }
    del outer["Seventh"]["ItemProcessor"]
    told = asl.parse(machine(**outer)).variable_references
    assert list(told.items()) == [
        ("First", ["a"]), ("Second", ["b"]), ("Third", ["c"]), ("Fourth", ["d"]), ("Fifth", ["e"]),
        ("Sixth", ["f"]), ("Seventh", ["g"]), ("Eighth", ["h"]), ("Ninth", ["a", "i"]),
    ]  # fmt: skip


def test_a_machine_without_variables():
    assert asl.parse(passing()).variable_references == {}


def test_both_languages_in_one_machine():
    definition = machine(S={**PASS, "InputPath": "$a"}, E={**END, **JSONATA, "Output": "{% $b + 1 %}"})
    assert asl.parse(definition).variable_references == {"S": ["a"], "E": ["b"]}


def test_what_is_given_can_be_changed():
    parsed = asl.parse(passing(InputPath="$a"))
    parsed.variable_references["S"].append("b")
    assert parsed.variable_references == in_state("a")


def test_deep_nesting_needs_no_stack():
    definition = passing(InputPath="$x")
    for depth in range(120):
        definition = machine(**{f"P{depth}": {"Type": "Parallel", "Branches": [definition], "End": True}})
    assert asl.parse(definition).variable_references == in_state("x")


def test_paths_need_no_engine_of_jsonata():
    code = (
        "import sys, asl\n"
        "state = {'Type': 'Pass', 'InputPath': '$x', 'End': True}\n"
        "print(asl.parse({'StartAt': 'S', 'States': {'S': state}}).variable_references)\n"
        "print([name for name in sys.modules if 'jlens' in name or 'asl.query.jsonata.' in name])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "{'S': ['x']}\n[]\n"
