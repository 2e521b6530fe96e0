"""The fast path answers as the engine does, or leaves the case to it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.query.jsonata import ExpressionFailure, compile_expression
from asl.query.jsonata.evaluation import Evaluation
from asl.query.jsonata.refusals import MEMBERS
from asl.query.jsonata.shortcut import UNDECIDED, UNDEFINED, shortcut
from tests.unit.query.jsonata.worlds import World

NAMES = st.sampled_from(["a", "b", "c"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0.0, -0.0, 1.0, 1e20, 1e21, 2.0**53, 0.1])
    | st.sampled_from(["", "a", "b", "10", "9", "\U0001f600", "\uffff", "é"])
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
PATHS = st.builds(
    lambda root, steps: ".".join([root, *steps]),
    st.sampled_from(["$states.input", "$x", "$missing", "$states.result"]),
    st.lists(NAMES, max_size=3),
)
LITERALS = st.sampled_from(
    ["1", "-1", "0", "0.5", "1.0", '"a"', "'b'", '""', "true", "false", "null", "10", "-0"]
)
OPERANDS = PATHS | LITERALS
OPERATIONS = st.builds(
    lambda left, operator, right: f"{left} {operator} {right}",
    OPERANDS,
    st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "&"]),
    OPERANDS,
)


def outcome(evaluate) -> str:
    try:
        return json.dumps(evaluate())
    except ExpressionFailure as failure:
        return failure.text


@given(text=OPERANDS | OPERATIONS, data=DATA, variable=DATA)
def test_fast_is_equal_to_the_engine(text, data, variable):
    assert shortcut(text) is not None
    states, world = {"input": data}, World(x=variable)
    slow = Evaluation(text, MEMBERS)
    assert outcome(lambda: compile_expression(text).evaluate(states, world)) == outcome(
        lambda: slow.value(states, world)
    )


@pytest.mark.parametrize(
    "text",
    [
        "$states",
        "$states = 1",
        "$states.input.true",
        "$states.input.null",
        "$states.input.a[0]",
        "$states.input.`a`",
        "$states.input.a + 1 + 1",
        "$states.input.a % 2",
        '"a\\n"',
        "$x.$y",
        "01",
        "1e3",
        "1234567890123456789",
        "$x in $y",
        "$x := 1",
        "-$x",
    ],
)
def test_left_to_the_engine(text):
    assert shortcut(text) is None


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("$states.input.a", {"a": [[1]]}),
        ("$states.input.a", {"a": {"b": 1.0}}),
        ("$states.input.a.b", {"a": [{"b": 1}]}),
        ("$states.input.a < 1", {}),
        ("$states.input.a = 1", {"a": [1]}),
        ("$states.input.a < 'é'", {"a": "x"}),
        ("$states.input.a + 1", {"a": "1"}),
        ("$states.input.a + 1", {"a": True}),
        ("$states.input.a + 1", {}),
        ("$states.input.a / 0", {"a": 1}),
        ("$states.input.a * 1000", {"a": 2**53 + 1}),
        ("$states.input.a & 'b'", {"a": 1}),
    ],
)
def test_undecided(text, data):
    assert shortcut(text).closure({"input": data}, World()) is UNDECIDED


def test_decided():
    data = {"a": {"b": [1, {"c": "x"}]}}
    assert shortcut("$states.input.a").closure({"input": data}, World()) is data["a"]  # shared, not copied
    assert shortcut("$states.input.b").closure({"input": data}, World()) is UNDEFINED
    assert shortcut("$v.a = 1").closure({}, World(v={"a": 1})) is True
    assert shortcut("$v.b != 1").closure({}, World(v={"a": 1})) is False
    assert shortcut("$v.a + 1").closure({}, World(v={"a": 1})) == 2
    assert shortcut("$v.a / 2").closure({}, World(v={"a": 1})) == 0.5
    assert shortcut("$v.a & 'b'").closure({}, World(v={"a": "a"})) == "ab"


def test_depth_costs_no_stack():
    deep: object = 1
    for _ in range(900):
        deep = {"a": deep}
    assert compile_expression("$states.input").evaluate({"input": deep}, World()) is deep
