"""JSON text and back: numbers, depth, order, and what is refused."""

import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asl.jsontypes import MAX_DEPTH, InvalidJSON, dumps, encode, fault, loads, size, type_name

# ------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("1.0", 1.0), ("-0", 0), ("0.1", 0.1), ("1e2", 100.0), ("1E-2", 0.01), ("1e308", 1e308),
        ("9007199254740993", 9007199254740993), ("18446744073709551616", 2**64),
        ("-9223372036854775809", -(2**63) - 1),
        ("123456789012345678901234567890", 123456789012345678901234567890), ("1e-400", 0.0),
        ("null", None), ("true", True), (' [ 1 ,\t2 ]\n', [1, 2]), ('"\\u00e9\\ud83d\\ude00\\/"', "é😀/"),
        ('"\\u0000"', "\x00"), ('{"": {}}', {"": {}}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", [str, str.encode])
def test_loads(text, value, form):
    read = loads(form(text))
    assert (read, type(read)) == (value, type(value))


def test_zero_below_zero():
    assert math.copysign(1, loads("-0.0")) == -1
    assert dumps(-0.0) == "-0.0"


def test_a_number_as_long_as_you_like():
    text = "7" * 4000
    assert dumps(loads(text)) == text


def test_the_last_of_two_equal_keys_wins_and_stands_where_the_first_did():
    assert list(loads('{"b": 1, "a": 2, "b": 3}').items()) == [("b", 3), ("a", 2)]


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", 0), ("[1, 2", 5), ("[1 2]", 3), ('{"a": }', 6), ("{'a': 1}", 1), ("1 2", 2), ("01", 1),
        ("+1", 0), (".5", 0), ("nul", 0), ("True", 0), ('"a\nb"', 2), ('"\\x"', 1), ("[1,]", 3),
        ("\ufeff1", 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", [str, str.encode])
def test_what_is_no_json_has_a_place(text, offset, form):
    with pytest.raises(InvalidJSON) as error:
        loads(form(text))
    assert error.value.message
    assert error.value.offset == offset


@pytest.mark.parametrize(
    "text",
    ["NaN", "[Infinity]", "-Infinity", "1e400", "-1e400", '"\\ud800"', '"\\ude00\\ud83d"', '"\ud800"'],
)
def test_what_json_does_not_have_is_refused(text):
    with pytest.raises(InvalidJSON):
        loads(text)


def test_bytes_that_are_no_utf8_are_refused():
    with pytest.raises(InvalidJSON):
        loads(b'"\xff"')


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000])
def test_depth_is_bounded(text):
    with pytest.raises(InvalidJSON, match=f"more than {MAX_DEPTH} levels"):
        loads(text)


def complaint(text):
    try:
        loads(text)
    except InvalidJSON as error:
        return error
    return InvalidJSON("none")


@given(st.text(st.characters(), max_size=20))
@example("\ud800")
@example('{"a": 1e400')
def test_no_text_raises_anything_else(text):
    assert complaint(text).message
    assert 0 <= complaint(text).offset <= len(text)


# ------------------------------------------------------------- writing


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"), (1.0, "1.0"), (-1, "-1"), (2**63, "9223372036854775808"), (2**64, "18446744073709551616"),
        (10**30, "1" + "0" * 30), (True, "true"), (None, "null"), (100000.0, "100000.0"), (0.1, "0.1"),
        ("é😀\u2028", '"é😀\u2028"'), ('"\\/\n\t\x00\x7f', '"\\"\\\\/\\n\\t\\u0000\x7f"'),
        ({"b": 1, "a": [1, {}]}, '{"b":1,"a":[1,{}]}'), ([], "[]"), ("", '""'),
    ],
)  # fmt: skip
def test_dumps(value, text):
    assert dumps(value) == text
    assert encode(value) == text.encode()
    assert size(value) == len(text.encode())


@pytest.mark.parametrize("value", ["\ud800", {"\ud800": 1}, [2**70, "\ud800"]])
def test_lone_surrogates_cannot_be_written(value):
    with pytest.raises(TypeError, match="surrogates not allowed"):
        dumps(value)


def test_what_is_no_json_cannot_be_written():
    with pytest.raises(TypeError):
        dumps({"a": object()})


@pytest.mark.xfail(strict=True, reason="written as null; `fault` is who tells them")
@pytest.mark.parametrize("value", [math.nan, math.inf, [math.nan, 2**70]])
def test_no_number_cannot_be_written(value):
    with pytest.raises(ValueError):
        dumps(value)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (math.nan, "NaN and infinity are not JSON"),
        ({"a": [-math.inf, 2**70]}, "NaN and infinity are not JSON"),
        ([{1: 2}], "The keys of an object must be strings"),
        ({"a": (1, 2)}, "A value of Python type tuple is not JSON"),
        ([b"x"], "A value of Python type bytes is not JSON"),
    ],
)
def test_what_is_no_json_is_told(value, complaint):
    assert fault(value) == complaint


@pytest.mark.parametrize("value", ["\ud800", {"\ud800": 1}, [2**70, "\ud800"]])
def test_lone_surrogates_are_told(value):
    assert "surrogates not allowed" in fault(value)


def nested(depth):
    value = []
    for _ in range(depth - 1):
        value = [value]
    return value


def test_depth_is_told():
    assert fault(nested(MAX_DEPTH)) is None
    assert fault(nested(MAX_DEPTH + 1)) == f"JSON nested more than {MAX_DEPTH} levels deep"
    assert fault(nested(100_000)) == f"JSON nested more than {MAX_DEPTH} levels deep"


plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.integers(2**63, 2**70)
)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def exact(value):
    """A value told apart from all others, by type and order too."""
    if isinstance(value, dict):
        return [(key, exact(member)) for key, member in value.items()]
    if isinstance(value, list):
        return [exact(member) for member in value], "list"
    return type(value), repr(value)


@given(values)
@example([1, 1.0, True, -0.0, 0, 2**63, 5e-324, 1.7976931348623157e308])
def test_there_and_back(value):
    assert fault(value) is None
    assert exact(loads(dumps(value))) == exact(value)
    assert exact(json.loads(dumps(value))) == exact(value)
    assert dumps(loads(dumps(value))) == dumps(value)


@given(values)
@example(1e-7)
def test_the_text_does_not_depend_on_what_stands_beside(value):
    assert dumps([value, 2**70]) == f"[{dumps(value)},{2**70}]"


def test_small_numbers_do_not_depend_on_what_stands_beside():
    assert dumps([1e-7, 2**70]) == f"[{dumps(1e-7)},{2**70}]"


# ------------------------------------------------------------- depth


@pytest.mark.parametrize("depth", [200, 254, 255, 256, 900, 5000, 100_000])
def test_deep_arrays(depth):
    assert dumps(nested(depth)) == "[" * depth + "]" * depth


def test_deep_objects_are_written_as_others_are():
    inner = {"b": [1, 1.0, 2**70, None, True, {}, []], "a": 'é"\\\n\x00', "": 0.5}
    value, text = inner, dumps(inner)
    for _ in range(5000):
        value = {"x": "y", "k": [value, "z"], "é": {}}
        text = f'{{"x":"y","k":[{text},"z"],"é":{{}}}}'
    assert dumps(value) == text
    assert size(value) == len(text.encode())


# ------------------------------------------------------------- names of types


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"), (True, "boolean"), (0, "number"), (0.5, "number"), ("", "string"), ([], "array"),
        ({}, "object"),
    ],
)  # fmt: skip
def test_type_names(value, name):
    assert type_name(value) == name
