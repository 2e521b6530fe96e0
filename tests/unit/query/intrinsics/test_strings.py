"""States.Format and States.StringSplit."""

import pytest

BOTH = {"a": "x", "b": "y"}


@pytest.mark.parametrize(
    ("call", "data", "expected"),
    [
        ("States.Format('plain')", None, "plain"),
        ("States.Format('')", None, ""),
        ("States.Format('Hello, {}!', $)", "you", "Hello, you!"),
        ("States.Format('{}{}', $.a, $.b)", BOTH, "xy"),
        ("States.Format('{}-{}-{}', $.b, 1, $.a)", BOTH, "y-1-x"),
        ("States.Format('{} and {}', 'fixed', null)", None, "fixed and null"),
        ("States.Format($, 'w')", "template {}", "template w"),
        (r"States.Format('\{\} {} \\ \'', 1)", None, "{} 1 \\ '"),
        (r"States.Format('\{\"a\"\}'.".replace(r"\"", '"')[:-1] + ")", None, '{"a"}'),
        (r"States.Format('\\{}', 1)", None, "\\1"),
        ("States.Format('100% {}', '%s')", None, "100% %s"),
        ("States.Format('{}', '{}')", None, "{}"),
        ("States.Format('{}', $$.StateMachine)", None, "{Id=arn:m, Name=m}"),
    ],
)
def test_format_gives(run, call, data, expected):
    assert run(call, data) == expected


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("", ""),
        ("a b", "a b"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-12, "-12"),
        (10**30, "1" + "0" * 30),
        (1.5, "1.5"),
        (1.0, "1.0"),
        ([], "[]"),
        ([1, "a", None, [True]], "[1, a, null, [true]]"),
        ({}, "{}"),
        ({"a": {"b": [1, 2]}, "c": "d"}, "{a={b=[1, 2]}, c=d}"),
    ],
)
@pytest.mark.parametrize(
    "call", ["States.Format('<{}>', $.v)", "States.Format('<{}>{}', $.v, '')", "States.Format($.t, $.v)"]
)
def test_format_prints(run, call, value, printed):
    assert run(call, {"v": value, "t": "<{}>"}) == f"<{printed}>"


def test_an_escape_in_a_template_from_data_is_read_as_in_a_literal(run):
    assert run("States.Format($, 1)", "\\{{}\\} \\n") == "{1} \\n"


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ("States.Format('{', 1)", "matching '}' not found for '{'."),
        ("States.Format('{name}', 1)", "matching '}' not found for '{'."),
        (r"""States.Format('Hi {} \\{ "name": "Bob" \\}', 1)""", "matching '}' not found for '{'."),
        ("States.Format('}', 1)", "matching '{' not found for '}'."),
        ("States.Format($)", "matching '}' not found for '{'."),
    ],
)
def test_format_fails_on_a_bad_template(cause, call, what):
    assert cause(call, "{x}") == f"Invalid template in States.Format: {what}"


@pytest.mark.parametrize(
    ("call", "data", "message"),
    [
        ("States.Format('{} {}', $)", 1, "expected a value for each of 2 placeholders {}, but got 1"),
        ("States.Format('none', $)", 1, "expected a value for each of 0 placeholders {}, but got 1"),
        ("States.Format($, 1, 2)", "{}", "expected a value for each of 1 placeholders {}, but got 2"),
        ("States.Format(1)", None, "expected a string as argument 1, but it was the number 1"),
        ("States.Format($, 1)", ["{}"], 'expected a string as argument 1, but it was the array ["{}"]'),
    ],
)
def test_format_fails(cause, call, data, message):
    assert cause(call, data) == f"Invalid arguments in States.Format: {message}"


def test_a_bad_template_is_found_when_it_runs_and_not_before(cause):
    assert "template" in cause("States.Array(States.Format('{'), $.missing)")


@pytest.mark.parametrize(
    ("text", "delimiters", "expected"),
    [
        ("1,2,3", ",", ["1", "2", "3"]),
        ("one/two.three", "./", ["one", "two", "three"]),
        (",a,,b,", ",", ["a", "b"]),
        (" , ", ",", [" ", " "]),
        (",,,", ",", []),
        ("", ",", []),
        ("", "", []),
        ("abc", "", ["abc"]),
        ("abc", "x", ["abc"]),
        ("a]b^c-d\\e", "]^-\\", ["a", "b", "c", "d", "e"]),
        ("a\nb", "\n", ["a", "b"]),
    ],
)
def test_split_gives(run, text, delimiters, expected):
    assert run("States.StringSplit($.text, $.by)", {"text": text, "by": delimiters}) == expected


def test_split_takes_a_newline_written_in_the_call(run):
    assert run("States.StringSplit('a\nb', '\n')") == ["a", "b"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("States.StringSplit(1, ',')", "expected a string as argument 1, but it was the number 1"),
        ("States.StringSplit('a', null)", "expected a string as argument 2, but it was null"),
    ],
)
def test_split_fails(cause, call, message):
    assert cause(call) == f"Invalid arguments in States.StringSplit: {message}"
