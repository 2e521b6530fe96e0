"""Values, and what stands in AWS's cause where there is none."""

import pytest

from asl.query.jsonata import ExpressionFailure, compile_expression
from tests.unit.query.jsonata.worlds import World, failure, value

NOTHING = "returned nothing (undefined)."
THREW = "threw an error during evaluation. "


def test_undefined_is_not_null():
    assert failure("$states.input.b", {"a": 1}) == NOTHING
    assert failure("$states.input.b + 1", {"a": 1}) == NOTHING
    assert failure("$doesNotExist") == NOTHING
    assert value("$states.input.a", {"a": None}) is None
    assert value("[null][0]") is None
    assert value('{"a": $nothing, "b": null}') == {"b": None}


@pytest.mark.parametrize(
    "text", ["$fn := function($x){$x}", "$sum", "$uuid", "/ab/", "function(){1}", "$sum ~> $abs"]
)
def test_functions_are_no_result(text):
    assert failure(text) == "returned an unsupported result type."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("$randomSeeded(1)", "T1006: Attempted to invoke a non-function"),
        ("1 + 'a'", 'T2002: The right side of the "+" operator must evaluate to a number'),
        ('$error("boo")', "D3137: boo"),
        ("('a' ~> $sum)", 'T0412: Argument 1 of function "sum" must be an array of "numbers"'),
        (
            "true < 1",
            'T2010: The expressions either side of operator "<" must evaluate to numeric or string values',
        ),
    ],
)
def test_errors_are_told_with_their_code(text, told):
    assert failure(text) == THREW + told


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1.0", 1),
        ("$states.input", {"f": 1, "n": 2**53, "z": 0, "e": 1e21}),
        ("$states.input.f", 1),
        ("$v", 1),
        ("$states.input.n + 0", 2**53),
        ("1/0", "Infinity"),
        ("-1/0", "-Infinity"),
        ("0/0", "NaN"),
        ("1e308 * 10", "Infinity"),
        ("-1e308 - 1e308", "-Infinity"),
        ("[1/0]", ["Infinity"]),
        ("{'k': 1/0}", {"k": "Infinity"}),
        ("($half := 0.5; -$half / 0)", "-Infinity"),
        ("true ? 1/0 : 1", "Infinity"),
        ("{'k': false ? 1/0 : [(1; 2/0)]}", {"k": ["Infinity"]}),
        ("[null, 0/0, [5 % 0], {'k': 0/0}]", [None, "NaN", ["NaN"], {"k": "NaN"}]),
        ("[0/0, 1/0]", ["NaN", "Infinity"]),
        ("[1, [-2/0, 3], {'a': 1e308 + 1e308}]", [1, ["-Infinity", 3], {"a": "Infinity"}]),
        ('$parseInteger("abc", "0")', "NaN"),
        ("$huge", "Infinity"),
        ("$states.input.f - $v = 0 ? null : 1", None),
    ],
)
def test_numbers_are_javascripts(text, result):
    got = value(text, {"f": 1.0, "n": 2**53 + 1, "z": -0.0, "e": 1e21}, v=1.0, huge=10**400)
    assert (repr(got), got) == (repr(result), result)


@pytest.mark.parametrize("text", ["1/0 > 5", "$string(1/0)", "[1/0][0] + 1", "(1/0) + 1"])
def test_what_calculates_on_with_infinity_fails(text):
    assert failure(text).startswith(THREW + "D1001: ")


def test_variables_hide_functions():
    assert value("$count + 1", count=4) == 5
    assert value("$count", count=4) == 4
    assert value("$count([1, 2])") == 2
    assert failure("$count([1])", count=4) == THREW + "T1006: Attempted to invoke a non-function"
    assert value("$uuid & 'x'", uuid="u") == "ux"
    assert value('$string($n) & $string() & "!"', n=1) == "1!"


def test_variables_and_members_are_read_only_where_they_are_used():
    asked = []

    def context():
        asked.append("context")
        return {"Execution": {"Name": "E"}}

    states = {"input": {"a": 1}, "context": context}
    for text in ("$states.input.a", "$states.input.a + 1", "$x + 1"):
        compile_expression(text).evaluate(states, World(x=1))
    assert asked == []
    assert compile_expression("$states.context.Execution.Name").evaluate(states, World()) == "E"
    assert compile_expression("$states.context.Execution.Name & '!'").evaluate(states, World()) == "E!"
    assert asked == ["context"] * 2


def test_the_whole_of_states():
    states = {"input": 1, "context": lambda: {"A": 1}, "result": 2}
    expression = compile_expression("$states", available=frozenset({"input", "context"}))
    assert expression.evaluate(states, World()) == {"input": 1, "context": {"A": 1}}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ('{"u": $uppercase($states.input.s), "l": $length()}', {"u": "AB"}),
        ("$substring(1, 2) & 'x'", "x"),
        ('$split($states.input.s, "b")', ["a", ""]),
        ('$join($states.input.items.$string(p), "b") & $substring($states.input.s, 1)', "1b2b"),
        ('$replace($string($states.input.one), "1", $v.x)', "[[2]]"),
        ("$states.input.items.{'q': p, 'w': $}", [{"q": 1, "w": {"p": 1}}, {"q": 2, "w": {"p": 2}}]),
        ("$states.input.items{'q': p}", {"q": [1, 2]}),
        ("$states.input.one", [[1]]),
        ("$states.input.items[p = 2].p", 2),
    ],
)
def test_there_is_no_context_item(text, result):
    assert value(text, {"s": "ab", "items": [{"p": 1}, {"p": 2}], "one": [[1]]}, v={"x": "2"}) == result


def test_time_is_the_surroundings():
    assert value("$now()") == "2020-09-13T12:26:40.123Z"
    assert value("$millis()") == World.now
    assert value("$fromMillis($millis(), '[Y]')") == "2020"


def test_the_text_is_without_blanks_around():
    assert compile_expression("  $states.input.a\n").text == "$states.input.a"


def test_a_failure_says_its_text():
    with pytest.raises(ExpressionFailure, match="returned nothing"):
        value("$x.y")


def test_deep_data_costs_no_stack():
    deep: object = []
    for _ in range(900):
        deep = [deep]
    assert value("$split($states.input.s, 'b')", {"s": "ab", "deep": deep}) == ["a", ""]
    assert failure("$substring($states.input.deep.x, 1)", {"deep": deep}) == NOTHING
