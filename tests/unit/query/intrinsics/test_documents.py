"""States.StringToJson, States.JsonToString and States.JsonMerge."""

import pytest


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        ('"a"', "a"),
        (' {"a": [1, 2.0, true]} ', {"a": [1, 2.0, True]}),
        ("123456789012345678901234567890", 123456789012345678901234567890),
    ],
)
def test_string_to_json(run, text, value):
    assert run("States.StringToJson($)", text) == value


def test_braces_need_no_escape_outside_a_template(run):
    assert run("""States.StringToJson('{"a": {"b": 1}}')""") == {"a": {"b": 1}}
    assert run(r"""States.StringToJson('\{"a": "it\'s"\}')""") == {"a": "it's"}


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "null"), ("a", '"a"'), ({"b": [1, {"é": 1.5}], "a": ""}, '{"b":[1,{"é":1.5}],"a":""}')],
)
def test_json_to_string(run, value, text):
    assert run("States.JsonToString($)", value) == text


def test_merge_is_shallow_and_the_second_wins(run):
    data = {"a": {"x": {"p": 1}, "y": 2}, "b": {"x": {"q": 1}, "z": 3}}
    assert run("States.JsonMerge($.a, $.b, false)", data) == {"x": {"q": 1}, "y": 2, "z": 3}
    assert data["a"] == {"x": {"p": 1}, "y": 2}


def test_merged_keys_are_in_the_order_of_a_hash_map(run):
    data = {"a": {"a": 1, "b": 1, "d": 1}, "b": {"a": 1, "c": 1, "d": 1}}
    assert list(run("States.JsonMerge($.a, $.b, false)", data)) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("call", "data", "message"),
    [
        ("States.JsonMerge($, $, true)", {}, "expected false as argument 3, but it was the boolean true"),
        ("States.JsonMerge($, $, 0)", {}, "expected false as argument 3, but it was the number 0"),
        ("States.JsonMerge(1, $, false)", {}, "expected an object as argument 1, but it was the number 1"),
        (
            "States.JsonMerge($, 'a', false)",
            {},
            'expected an object as argument 2, but it was the string "a"',
        ),
        ("States.StringToJson($)", {}, "expected a string as argument 1, but it was the object {}"),
        (
            "States.StringToJson($)",
            "[1,",
            'expected JSON text as argument 1, but it was the string "[1," (Expecting value at character 3)',
        ),
    ],
)
def test_fails(cause, call, data, message):
    name = call.partition("(")[0]
    assert cause(call, data) == f"Invalid arguments in {name}: {message}"
