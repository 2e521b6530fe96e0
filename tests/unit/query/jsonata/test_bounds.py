"""The bounds of an evaluation, with the edges measured on AWS, and what runs away into them."""

import pytest

from asl.query.jsonata import engine, infinity
from tests.unit.query.jsonata.worlds import failure, value

THREW = "threw an error during evaluation. "
LIMIT = "threw an error during evaluation: "
STACK = LIMIT + (
    "Stack overflow error: Check for non-terminating recursive function. "
    "Consider rewriting as tail-recursive. Depth=101 max=100"
)
MEMORY = LIMIT + "Expression evaluation memory limit exceeded: Check for excessive memory usage"
TIMEOUT = LIMIT + "Expression evaluation timeout: Check for infinite loop"
RECURSION = "($f := function($n){{ $n = 0 ? 0 : 1 + $f($n - 1) }}; $f({}))"
DOUBLING = "($f := function($s, $n){{ $n = 0 ? $s : $f($s & $s, $n - 1) }}; $length($f('{}', {})))"
SHARING = "($f := function($a, $n){{ $n = 0 ? $a : $f({}, $n - 1) }}; {})"


@pytest.mark.parametrize(
    ("within", "beyond", "told"),
    [
        ("+".join("1" * 100), "+".join("1" * 101), STACK),
        ("(" * 99 + "1" + ")" * 99, "(" * 100 + "1" + ")" * 100, STACK),
        ("[" * 99 + "1" + "]" * 99, "[" * 100 + "1" + "]" * 100, STACK),
        (RECURSION.format(31), RECURSION.format(32), STACK),
        ("{'a': " + "+".join("1" * 99) + "}", "{'a': " + "+".join("1" * 100) + "}", STACK),
        ("$count([1..873782])", "$count([1..873783])", MEMORY),
        ("$count($range(1, 360145, 1))", "$count($range(1, 360146, 1))", MEMORY),
        (DOUBLING.format("x", 22), DOUBLING.format("x", 23), MEMORY),
        ("1", "($f := function($n){ $f($n + 1) }; $f(0))", TIMEOUT),
    ],
)
def test_limits(within, beyond, told):
    value(within)
    assert failure(beyond) == told


def test_the_largest_array_and_string_are_results():
    assert value("[1..873782]") == list(range(1, 873_783))
    assert len(value("$pad('', 4194304, 'x')")) == 2**22


@pytest.mark.parametrize(
    "text",
    [
        "$range(1, 1e300, 1)",
        "$range(-1e308, 1e308, 1)",
        "$range(1e308, -1e308, -1)",
        "$length($pad('x', 8388608))",
        DOUBLING.format("\u00e9", 40),
        "$count([1..1000].([1..1000].([1..1000])))",
        SHARING.format("{'a': $a, 'b': $a}", "$f(1, 40)"),
        SHARING.format("{'a': $a, 'b': $a}", "$string($f(1, 40))"),
        SHARING.format("{'a': $a, 'b': $a}", "$partition([$f(1, 40)], 1)"),
        SHARING.format("{'a': $a, 'b': $a}", "$count($f(1, 40).**)"),
        SHARING.format("{'a': $a}", "$f(1, 5000)"),
        SHARING.format("[[$a]]", "$f(1, 5000)"),
        SHARING.format("{'a': $a}", "$string($f(1, 5000))"),
        SHARING.format("{'a': $a}", "$f(1, 5000) = $f(1, 5000)"),
        "$count($distinct([1..100001]))",
        "$keys($merge([1..100001].{$string($): $}))",
    ],
)
def test_what_runs_out_of_memory(text):
    assert failure(text) == MEMORY


@pytest.mark.parametrize("text", ["[1..9999999999]", "[1..1e300]", "[-1e300..1e300]"])
def test_a_range_of_billions_is_refused_by_the_language(text):
    assert failure(text).startswith(THREW + "D2014: The size of the sequence allocated by the range operator")


@pytest.mark.parametrize(
    "text",
    [
        "($f := function(){ $f() }; $f())",
        "($f := function($n){ $n % 2 = 0 ? $g($n + 1) : $g($n + 2) }; $g := function($n){ $f($n) }; $f(0))",
        "$reduce([1..873782], function($a, $b){ $sum([1..1000].($ + $b)) })",
        "$count([1..100000][$ in [1..100000][$ % 3 = 0]])",
    ],
)
def test_what_runs_out_of_time(text, monkeypatch):
    monkeypatch.setitem(engine.LIMITS, "max_steps", 100_000)  # what does not end, does not end sooner either
    assert failure(text) == TIMEOUT


@pytest.mark.parametrize(
    "text",
    [
        "($f := function($n){ 1 + $f($n + 1) }; $f(1))",
        "($f := function($n){ $n & $g($n) }; $g := function($n){ $n & $f($n) }; $f(1))",
        "($y := function($f){ 1 + $f($f) }; $y($y))",
        "$map([1..10], function($v){ ($f := function($n){ [$f($n)] }; $f($v)) })",
    ],
)
def test_what_runs_out_of_stack(text):
    assert failure(text) == STACK


@pytest.mark.parametrize(
    "text",
    [
        "$match($states.input, /(a+)+$/)",
        "$contains($states.input, /^(a|a)*$/)",
        "$replace($states.input, /(a*)*c/, '')",
        "$split($states.input, /(?:a|aa)+$/)",
        "$states.input ~> /(.*)*x/",
    ],
)
def test_a_regex_that_backtracks_without_end(text, monkeypatch):
    monkeypatch.setattr(engine, "REGEX_SECONDS", 0.05)
    assert failure(text, "a" * 60 + "b") == TIMEOUT


def test_nesting_that_no_parser_should_follow():
    for text in ("(" * 20_000, "[" * 20_000 + "]" * 20_000, "-" * 20_000 + "1", "1?" * 20_000):
        with pytest.raises(ValueError, match=r"nested too deeply|Unexpected end|unary"):
            value(text)


def test_few_calculations_may_leave_the_numbers_each_costs_a_run():
    count = infinity.MAX_CALCULATIONS
    assert value("[" + ",".join(["1/0"] * count) + "]") == ["Infinity"] * count
    assert failure("[" + ",".join(["1/0"] * 3000) + "]").startswith(THREW + "D1001: ")


def test_few_nulls_are_asked_whether_they_are_numbers():
    text, count = "{'k': 0/0, 'l': $states.input}", infinity.MAX_NULLS
    assert value(text, [None] * (count - 1)) == {"k": "NaN", "l": [None] * (count - 1)}
    assert value(text, [None] * count) == {"k": None, "l": [None] * count}
