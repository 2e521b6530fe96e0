"""The grammar of calls, what is refused of it, and how a failure names its call."""

import json

import pytest

from asl.query import intrinsics
from asl.query.intrinsics import INTRINSICS, IntrinsicSyntaxError, compile_intrinsic, is_intrinsic


def nested(calls: int) -> str:
    return "States.Array(" * calls + ")" * calls


@pytest.mark.parametrize(
    ("call", "data", "expected"),
    [
        ("States.Array(1)", None, [1]),
        ("  States.Array( \t1 ,\n 'a b'  , $ ) \r\n", 5, [1, "a b", 5]),
        ("States.Array(0, -7, 1.5, -0.25, 1e3, 2E-2, 1.0)", None, [0, -7, 1.5, -0.25, 1000.0, 0.02, 1.0]),
        ("States.Array(12345678901234567890123)", None, [12345678901234567890123]),
        ("States.Array(true,false,null)", None, [True, False, None]),
        (
            r"States.Array('', 'a,b)', 'it\'s', '\\', '\{\}', '\\\'')",
            None,
            ["", "a,b)", "it's", "\\", "{}", "\\'"],
        ),
        ("States.Array('{}', '{', '$.a', '\n\"')", None, ["{}", "{", "$.a", '\n"']),
        ("States.Array($.a[1], $['k, )'], $)", {"a": [0, 1], "k, )": 2}, [1, 2, {"a": [0, 1], "k, )": 2}]),
        ("States.Array($$.Execution.Name, $x, $obj.a[0])", None, ["run-1", 7, 1]),
        ("States.Array(States.Array(), States.MathAdd($.i, States.MathAdd(1, 2)))", {"i": 4}, [[], 7]),
        ("States.ArrayGetItem(States.StringSplit($, '-'), States.MathAdd(1, -1))", "a-b", "a"),
    ],
)
def test_gives(run, call, data, expected):
    value = run(call, data)
    assert value == expected
    assert [type(each) for each in value] == [type(each) for each in expected]


@pytest.mark.parametrize(
    "path",
    [
        "$.a[?(@.b == 'x),' && @.c in [1, 2])]",
        "$..book[?(@.price < 10, 'y')].title",
        """$["a, 'b)"]['c\\'],'].d""",
        "$.a[?(@.b =~ /x),['\\/]/i)]",
        "$.sum($.a, $.b)",
        "$$.Map.Item.Value[0,1]",
        "$variable.x[-1:]",
        "$",
    ],
)
def test_a_path_goes_to_its_own_compiler_whole(path):
    asked = []

    def compile_path(text):
        asked.append(text)
        return lambda data, env: "found"

    evaluate = compile_intrinsic(f"States.Array({path} ,{path})", compile_path)
    assert asked == [path, path]
    assert evaluate(None, None) == ["found", "found"]


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "expected the call of an intrinsic function"),
        ("$.a", 0, "expected the call of an intrinsic function"),
        ("States.", 0, "expected the call of an intrinsic function"),
        ("States.Array", 12, "expected '(' after States.Array, but found the end of the text"),
        ("States.Array(", 13, "expected an argument: "),
        ("States.Array(1", 14, "expected ',' or ')' after an argument, but found the end"),
        ("States.Array(1,)", 15, "expected an argument: "),
        ("States.Array(,1)", 13, "expected an argument: "),
        ("States.Array(1 2)", 15, "expected ',' or ')' after an argument, but found '2)'"),
        ("States.Array(1) x", 16, "expected the end of the text after the call, but found 'x'"),
        ("States.Array(1))", 15, "expected the end of the text"),
        ("States.Array(nul)", 13, "expected an argument: "),
        ("States.Array(nullx)", 13, "expected an argument: "),
        ("States.Array(+1)", 13, "expected an argument: "),
        ("States.Array(.5)", 13, "expected an argument: "),
        ("States.Array(007)", 13, "007 is no number"),
        ("States.Array(1e999)", 13, "1e999 is no number"),
        ('States.Array("a")', 13, "expected an argument: "),
        ("States.Array('a)", 13, "expected a single quote that ends this string"),
        (r"States.Array('a\')", 13, "expected a single quote that ends this string"),
        (r"""States.Array('a \"b\"')""", 16, "expected one of the escapes "),
        (r"States.Array('a\n')", 15, "expected one of the escapes "),
        ("States.Array('a\\", 15, "expected one of the escapes "),
        ("States.Array($.a])", 16, "expected ',' or ')' after an argument"),
        ("States.Array(1, $.a b)", 16, "the path $.a b is not valid: only names and indexes here"),
        ("States.Array($.a[0)", 19, "expected ',' or ')' after an argument, but found the end"),
        (
            "States.format('a')",
            0,
            "there is no intrinsic function States.format; did you mean States.Format?",
        ),
        ("States.Qqqqqqqqqqq()", 0, "there is no intrinsic function States.Qqqqqqqqqqq"),
        ("States.Array(States.Nope(1))", 13, "there is no intrinsic function States.Nope"),
        ("States.UUID(1)", 0, "States.UUID takes 0 arguments, but got 1"),
        ("States.Format()", 0, "States.Format takes 1 or more arguments, but got 0"),
        ("States.Array(States.MathRandom(1))", 13, "States.MathRandom takes 2 to 3 arguments, but got 1"),
        (nested(11), 130, "more than 10 intrinsic functions in one field"),
        (
            f"States.Array({', '.join(['States.UUID()'] * 10)})",
            148,
            "more than 10 intrinsic functions in one field",
        ),
    ],
)
def test_refuses(compiled, text, offset, message):
    with pytest.raises(IntrinsicSyntaxError) as caught:
        compiled(text)
    assert caught.value.message.startswith(message)
    assert str(caught.value) == caught.value.message
    assert caught.value.offset == offset


def test_ten_calls_are_allowed(run):
    assert json.dumps(run(nested(10))) == "[" * 10 + "]" * 10


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [(row.name, row.minimum, row.maximum) for row in INTRINSICS.values()],
)
def test_each_function_counts_its_arguments(compiled, name, least, most):
    counts = {*range(least), *([] if most is None else [most + 1])}
    for count in counts:
        with pytest.raises(IntrinsicSyntaxError, match=f"{name} takes .* but got {count}"):
            compiled(f"{name}({', '.join(['$'] * count)})")
    compiled(f"{name}({', '.join(['$'] * least)})")


def test_the_table_holds_the_eighteen_functions():
    assert len(INTRINSICS) == 18
    assert all(name == row.name and row.doc.endswith(".") for name, row in INTRINSICS.items())


def test_the_door():
    assert intrinsics.__all__ == [
        "INTRINSICS",
        "Intrinsic",
        "IntrinsicSyntaxError",
        "compile_intrinsic",
        "is_intrinsic",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("States.Array()", True),
        ("States.Nope", True),
        ("$.States.Array()", False),
        ("", False),
        ("States", False),
    ],
)
def test_is_intrinsic(text, expected):
    assert is_intrinsic(text) is expected


def test_a_failure_tells_the_call_as_it_was_written(whole_cause):
    assert whole_cause("States.Array( States.MathAdd( $.a,1 ) )", {"a": "x"}) == (
        "The function 'States.MathAdd( $.a,1 )' had the following error: "
        'Invalid arguments in States.MathAdd: expected a number as argument 1, but it was the string "x"'
    )


@pytest.mark.parametrize("call", ["States.Array($.b)", "States.Array($.b, $.c)", "States.Format('{}', $.b)"])
def test_a_path_that_finds_nothing_fails_the_call(whole_cause, call):
    assert whole_cause(call, {"a": [1, "x"]}) == (
        f"The function '{call}' had the following error: The JsonPath argument for the field '$.b' "
        """could not be found in the input '{"a":[1,"x"]}'"""
    )


@pytest.mark.parametrize("path", ["$.a.b", "$$.Nope", "$nope", "$[3]"])
def test_so_does_a_path_that_fails_in_its_own_way(cause, path):
    assert cause(f"States.Array({path})", {"a": 1}) == (
        f"The JsonPath argument for the field '{path}' could not be found in the input '{{\"a\":1}}'"
    )


def test_a_miss_in_an_inner_call_names_the_inner_call(whole_cause):
    cause = whole_cause("States.Format('{}', States.ArrayLength($.b))", {})
    assert cause.startswith("The function 'States.ArrayLength($.b)' had the following error: ")


def test_a_call_with_constants_alone_is_worked_out_once(compiled, surroundings):
    evaluate = compiled("States.StringToJson('[1]')")
    assert evaluate(None, surroundings()) is evaluate(None, surroundings())


def test_a_call_with_wrong_constants_compiles_and_fails_when_it_runs(cause):
    assert cause("States.MathAdd('a', 1)") == (
        'Invalid arguments in States.MathAdd: expected a number as argument 1, but it was the string "a"'
    )


def test_values_are_cut_in_messages(cause):
    message = cause("States.ArrayLength($)", "x" * 5000)
    assert message.endswith(f'but it was the string "{"x" * 79}...')


def test_data_that_nests_too_deeply_fails_the_call(cause):
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    assert cause("States.ArrayUnique($.d)", {"d": deep}) == (
        "Invalid arguments in States.ArrayUnique: a value nests too deeply"
    )
    assert 'could not be found in the input \'{"d":[[[[' in cause("States.Array($.e)", {"d": deep})
