"""JSON as filters and arguments may spell it."""

import pytest

from asl.query.jsonpath.permissive import loads


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, 2.5, null, true, 'a', \"b\"]", [1, 2.5, None, True, "a", "b"]),
        ("{'a': {\"b\": []}}", {"a": {"b": []}}),
        ("{a: b c, d: 1}", {"a": "b c", "d": 1}),
        ("[red, blue]", ["red", "blue"]),
        ("[1,,2,]", [1, 2]),
        ("{,'a':1,,}", {"a": 1}),
        ("007", 7),
        ("1e2", 100.0),
        ("1e", "1e"),
        ("1]", "1]"),
        ("'a' and more", "a"),
        ('"\\u0061\\n\\""', 'a\n"'),
        ("nullable", "nullable"),
        ("9" * 5000, None),
    ],
)
def test_loads(text, value):
    if value is None:
        with pytest.raises(ValueError):
            loads(text)
    else:
        assert loads(text) == value


@pytest.mark.parametrize(
    "text", ["", "[", "[1", "{", "{a}", "{a:", "{'a' 1}", "]", "'a", "[" * 100, '"\\u12x4"', "1e999"]
)
def test_texts_that_are_no_json(text):
    with pytest.raises(ValueError):
        loads(text)
