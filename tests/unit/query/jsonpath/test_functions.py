"""What the functions of paths give."""

import pytest

from asl.query.jsonpath import PathNotFound, compile_path

DATA = {
    "n": [3, 1, 2],
    "mixed": [1, "x", 2.5, None],
    "words": ["a", "b", 1],
    "neg": [-2, -1],
    "o": {"k": 1, "l": [1, 2]},
    "s": "text",
    "e": [],
    "items": [{"v": 1}, {"v": 2}],
}


def read(path):
    return compile_path(path).read(DATA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.n.length()", 3),
        ("$.o.size()", 2),
        ("$.s.length()", None),
        ("$.n.sum()", 6.0),
        ("$.n.avg()", 2.0),
        ("$.n.min()", 1.0),
        ("$.n.max()", 3.0),
        ("$.neg.max()", 5e-324),
        ("$.mixed.sum()", 3.5),
        ("$.neg.stddev()", 0.5),
        ("$.n.first()", 3),
        ("$.n.last()", 2),
        ("$.n.index(1)", 1),
        ("$.n.index(-1)", 2),
        ("$.o.keys()", ["k", "l"]),
        ("$.n.keys()", None),
        ("$.words.concat()", "ab"),
        ('$.words.concat("c", $.n)', "abc312"),
        ('$.concat("x", 1, "a,b")', "x1ab"),
        ("$.n.append(4)", [3, 1, 2, 4]),
        ('$.n.append("x", {"a": 1})', [3, 1, 2, "x", {"a": 1}]),
        ("$.s.append(4)", "text"),
        ("$.sum($.n)", 6.0),
        ("$.sum($.n[*], 4)", 10.0),
        ("$.sum($.n.max())", 3.0),
        ("$..v.sum()", 3.0),
        ("$..n.length()", 3),
        ("$..v.length()", 0),
        ("$.length($.o.l)", 8),
        ("$.length($.items[*])", 2),
        ("$.items[*].v", [1, 2]),
        ("$.items[*].length()", [1, 1]),
        ("$.n.append(4).sum()", 10.0),
    ],
)
def test_functions(path, value):
    found = read(path)
    assert (found, type(found)) == (value, type(value))


def test_functions_leave_the_document_alone():
    read("$.n.append(4)")
    assert DATA["n"] == [3, 1, 2]


def test_what_a_function_gives_is_json():
    assert type(read("$.o.keys()")) is list
    assert type(read("$.*.keys()")[4]) is list
    assert type(read("$.n.append($.o.keys())")[3]) is list


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("$.e.sum()", "Aggregation function attempted to calculate value using empty array"),
        ("$.s.max()", "Aggregation function attempted to calculate value using empty array"),
        ("$.s.first()", "Aggregation function attempted to calculate value using empty array"),
        ("$.e.first()", "Index 0 out of bounds for length 0"),
        ("$.n.index(3)", "Index 3 out of bounds for length 3"),
        ("$.n.index(-3)", "Target index:-3 larger than object count:3"),
        ("$.n.nope()", "Function with name: nope does not exist."),
        ("$..length()", "Current path token is a leaf"),
    ],
)
def test_what_functions_refuse(path, message):
    with pytest.raises(PathNotFound) as caught:
        read(path)
    assert (caught.value.message, caught.value.refused) == (message, True)


def test_a_missing_argument_is_a_miss():
    with pytest.raises(PathNotFound) as caught:
        read("$.n.sum($.nope)")
    assert (caught.value.message, caught.value.refused) == ("No results for path: $['nope']", False)


def test_what_stands_behind_a_function_without_arguments_is_looked_for_as_a_bracket():
    with pytest.raises(
        PathNotFound, match=r"property \['\)'\] in path \$\['n'\] but found 'java.lang.Integer'"
    ):
        read("$.n.length().x")


def test_an_unknown_function_makes_a_filter_say_no():
    assert read("$.items[?(@.v.nope() == 1)]") == []


def test_sums_that_json_has_no_number_for():
    for numbers in ([1e308, 1e308], [10**400]):
        with pytest.raises(PathNotFound, match="JSON has no number"):
            compile_path("$.sum()").read(numbers)
