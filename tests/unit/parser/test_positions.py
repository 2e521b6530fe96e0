"""Where members stand in JSON text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.parser.positions import duplicate_keys, json_positions, offset_position


@pytest.mark.parametrize(
    ("offset", "position"), [(0, (1, 1)), (1, (1, 2)), (2, (2, 1)), (3, (3, 1)), (5, (3, 3))]
)
def test_offsets(offset, position):
    assert offset_position("a\n\nbc", offset) == position


@pytest.mark.parametrize(
    ("text", "path", "position"),
    [
        ('{"a\\"b": 1, "c": 2}', ('a"b',), (1, 2)),
        ('{"a\\"b": 1, "c": 2}', ("c",), (1, 13)),
        ('{"a\\\\": 1, "c": 2}', ("c",), (1, 12)),
        ('{"a,b": "]}", "c:": "{[", "d": 1}', ("d",), (1, 27)),
        ('{"\\u00e9": {"\\ud83d\\ude00": 1}}', ("é", "😀"), (1, 13)),
        ('{"é": "x",\n "😀":\r\n [1,\n2]}', ("😀", 1), (4, 1)),
        ('\r\n\t{"a":1}', ("a",), (2, 3)),
        ('{"": {"": 1}}', ("", ""), (1, 7)),
        ('{"0": [{"0": 1}]}', ("0", 0, "0"), (1, 9)),
        ("[[1, 2], [3, [4]]]", (1, 1, 0), (1, 15)),
        ("[[], [], {}]", (2,), (1, 10)),
        ('[{"a": [1]}, "x"]', (1,), (1, 14)),
        ("  {}", (), (1, 3)),
        (' "text"', (), (1, 2)),
    ],
)
def test_members(text, path, position):
    assert json_positions(text, [path]) == {path: position}


@pytest.mark.parametrize(
    ("path", "position"),
    [
        (("x",), (1, 1)),
        (("x", "y", 3), (1, 1)),
        (("a", "y"), (1, 2)),
        (("a", "b", 2), (2, 2)),
        (("a", "b", "0"), (2, 2)),
        (("a", "b", 1, "c"), (2, 10)),
        (("a", "b", 0, 0), (2, 7)),
    ],
)
def test_what_is_not_there_stands_at_its_nearest_ancestor(path, position):
    assert json_positions('{"a": {\n "b":[1, {"d": 2}]}}', [path]) == {path: position}


def test_many_at_once():
    paths = [("a",), ("a", "b"), (), ("c",), ("a", "x")]
    assert json_positions('{"a": {"b": 1}, "c": 2}', paths) == {
        ("a",): (1, 2), ("a", "b"): (1, 8), (): (1, 1), ("c",): (1, 17), ("a", "x"): (1, 2)
    }  # fmt: skip
    assert json_positions("{}", []) == {}


def test_of_equal_keys_the_last_counts():
    text = '{"a": {"b": 1},\n "a": {"b": 2}}'
    assert json_positions(text, [("a",), ("a", "b")]) == {("a",): (2, 2), ("a", "b"): (2, 8)}


def test_of_equal_items_each_has_its_own():
    assert json_positions("[1, 1]", [(0,), (1,)]) == {(0,): (1, 2), (1,): (1, 5)}


def test_depth_costs_no_call_stack():
    deep = 100_000
    text = "[" * deep + "]" * deep
    assert json_positions(text, [(0, 0, 0)]) == {(0, 0, 0): (1, 4)}
    assert duplicate_keys(text) == []


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def paths_in(value, path=()):
    yield path
    for step, member in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from paths_in(member, (*path, step))


@given(values, st.sampled_from([None, 0, 2]), st.booleans())
def test_a_key_stands_where_it_is_said_to_and_so_does_an_item(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    lines = text.split("\n")
    paths = list(paths_in(value))
    found = json_positions(text, paths)
    assert found.keys() == set(paths)
    for path, (line, column) in found.items():
        there = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        begins, _ = json.JSONDecoder().raw_decode(there)
        if path and isinstance(path[-1], str):
            assert begins == path[-1]
        else:
            member = value
            for step in path:
                member = member[step]
            assert json.dumps(begins) == json.dumps(member)


# ------------------------------------------------------------- duplicate keys


@pytest.mark.parametrize(
    ("text", "duplicates"),
    [
        ('{"a": 1, "b": 2, "A": 3}', []),
        ('{"a": {"a": {"a": 1}}}', []),
        ('[{"a": 1}, {"a": 2}]', []),
        ('{"a": "a", "b": ["a", "a"]}', []),
        ('"a"', []),
        ('{"a": 1, "a": 1}', [("a",)]),
        ('{"a": 1, "a": 2, "a": 3}', [("a",), ("a",)]),
        ('{"a": 1, "\\u0061": 2}', [("a",)]),
        ('{"": 1, "": 2}', [("",)]),
        ('[{"a": 1, "a": 2}, {"b": [5, {"c": 1, "c": 2}]}]', [(0, "a"), (1, "b", 1, "c")]),
        ('{"a": {"x": 1, "x": 2}, "a": {}}', [("a", "x"), ("a",)]),
        ('{"a": {"x": 1}, "a": {"x": 2}}', [("a",)]),
    ],
)
def test_duplicate_keys(text, duplicates):
    assert duplicate_keys(text) == duplicates
