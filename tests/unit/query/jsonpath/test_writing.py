"""Putting values at the end of reference paths."""

import pytest

from asl.query.jsonpath import CannotWrite, compile_path, write, writer


def put(path, document, value="new"):
    return write(compile_path(path), document, value)


@pytest.mark.parametrize(
    ("path", "document", "result"),
    [
        ("$", {"a": 1}, "new"),
        ("$", None, "new"),
        ("$.a", {}, {"a": "new"}),
        ("$.a", {"b": 1}, {"b": 1, "a": "new"}),
        ("$.a", {"a": 1, "b": 2}, {"a": "new", "b": 2}),
        ("$.a.b", {}, {"a": {"b": "new"}}),
        ("$.a.b.c", {"a": {"x": 1}}, {"a": {"x": 1, "b": {"c": "new"}}}),
        ("$['a b']['c']", {}, {"a b": {"c": "new"}}),
        ("$.a[0]", {"a": [1, 2]}, {"a": ["new", 2]}),
        ("$.a[1].b", {"a": [1, {"c": 1}]}, {"a": [1, {"c": 1, "b": "new"}]}),
        ("$[0]", [1, 2], ["new", 2]),
    ],
)
def test_write(path, document, result):
    assert put(path, document) == result


def test_keys_keep_their_order():
    assert list(put("$.b", {"a": 1, "b": 2, "c": 3})) == ["a", "b", "c"]


def test_the_document_is_not_touched_and_what_lies_beside_the_path_is_shared():
    document = {"a": {"b": {"c": 1}, "d": [1]}, "e": {"f": 1}, "g": [{"h": 1}, {"i": 1}]}
    before = repr(document)
    result = put("$.a.b.c", document)
    assert repr(document) == before
    assert result["e"] is document["e"]
    assert result["a"]["d"] is document["a"]["d"]
    assert result["a"] is not document["a"]
    assert put("$.g[0].h", document)["g"][1] is document["g"][1]


def test_a_writer_writes_again_and_again():
    write_x = writer(compile_path("$.x"))
    assert write_x({"a": 1}, 2) == {"a": 1, "x": 2}
    assert write_x({"x": 1}, 3) == {"x": 3}


@pytest.mark.parametrize(
    ("path", "document", "message"),
    [
        ("$.a", "text", "$ is string, not object"),
        ("$.a", None, "$ is null, not object"),
        ("$.a", [1], "$ is array, not object"),
        ("$.a.b", {"a": 5}, "$['a'] is number, not object"),
        ("$.a.b", {"a": None}, "$['a'] is null, not object"),
        ("$.a[0]", {}, "$['a'] is object, not array"),
        ("$.a[0]", {"a": "x"}, "$['a'] is string, not array"),
        ("$.a[1]", {"a": [1]}, "$['a'] has 1 items and none at 1"),
        ("$.a[0].b", {"a": [True]}, "$['a'][0] is boolean, not object"),
        ("$.a[*]", {"a": [1]}, "$.a[*] is not a reference path"),
        ("$.a[-1]", {"a": [1]}, "$.a[-1] is not a reference path"),
    ],
)
def test_where_nothing_can_be_written(path, document, message):
    with pytest.raises(CannotWrite) as caught:
        put(path, document)
    assert caught.value.message == message
    assert isinstance(caught.value, ValueError)
