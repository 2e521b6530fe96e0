"""The functions on arrays."""

import pytest

NUMBERS = [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("call", "data", "expected"),
    [
        ("States.Array()", None, []),
        ("States.Array('a', 1, -2.5, true, null, $)", {"k": 1}, ["a", 1, -2.5, True, None, {"k": 1}]),
        ("States.ArrayPartition($, 3)", NUMBERS, [[1, 2, 3], [4, 5, 6], [7]]),
        ("States.ArrayPartition($, 100)", NUMBERS, [NUMBERS]),
        ("States.ArrayPartition($, 2.5)", NUMBERS, [[1, 2, 3], [4, 5, 6], [7]]),
        ("States.ArrayPartition($, 0.5)", [1, 2], [[1], [2]]),
        ("States.ArrayPartition($, 3)", [], []),
        ("States.ArrayRange(1, 9, 2)", None, [1, 3, 5, 7, 9]),
        ("States.ArrayRange(1, 10, 2)", None, [1, 3, 5, 7, 9]),
        ("States.ArrayRange(5, -5, -5)", None, [5, 0, -5]),
        ("States.ArrayRange(-3, -1, 1)", None, [-3, -2, -1]),
        ("States.ArrayRange(0.5, 2.4, 1)", None, [1, 2]),
        ("States.ArrayRange(4, 4, 1)", None, [4]),
        ("States.ArrayRange(5, 1, 1)", None, []),
        ("States.ArrayRange(1, 1000, 1)", None, list(range(1, 1001))),
        ("States.ArrayGetItem($, 0)", NUMBERS, 1),
        ("States.ArrayGetItem($, 6)", NUMBERS, 7),
        ("States.ArrayGetItem($, 1)", ["a", None], None),
        ("States.ArrayLength($)", NUMBERS, 7),
        ("States.ArrayLength($)", [], 0),
        ("States.ArrayUnique($)", [3, 1, 3, 2, 1], [3, 1, 2]),
        ("States.ArrayUnique($)", [], []),
    ],
)
def test_gives(run, call, data, expected):
    assert run(call, data) == expected


@pytest.mark.parametrize(
    ("array", "wanted", "expected"),
    [
        ([], None, False),
        ([None], None, True),
        ([1, 2], 2, True),
        ([1, 2], "2", False),
        ([True], 1, False),
        ([1], True, False),
        ([0], False, False),
        ([1], 1.0, False),
        ([1.0], 1.0, True),
        ([[1, [2]]], [1, [2]], True),
        ([[1, [2]]], [1, [2.0]], False),
        ([[True]], [1], False),
        ([{"a": 1, "b": []}], {"b": [], "a": 1}, True),
        ([{"a": 1}], {"a": 1, "b": 2}, False),
        ([{}], [], False),
    ],
)
def test_contains_compares_deeply_and_by_type(run, array, wanted, expected):
    assert run("States.ArrayContains($.array, $.wanted)", {"array": array, "wanted": wanted}) is expected


def test_unique_compares_as_contains_does(run):
    values = [1, True, 1.0, "1", [1], [True], {"a": 1, "b": 2}, {"b": 2, "a": 1}, None, None, False, 0]
    kept = run("States.ArrayUnique($)", values)
    assert [repr(each) for each in kept] == [repr(each) for each in [*values[:7], None, False, 0]]


@pytest.mark.parametrize(
    ("call", "data", "message"),
    [
        ("States.ArrayPartition($, 2)", {}, "expected an array as argument 1, but it was the object {}"),
        (
            "States.ArrayPartition($, 0)",
            [],
            "expected a positive integer as argument 2, but it was the number 0",
        ),
        (
            "States.ArrayPartition($, -0.4)",
            [],
            "expected a positive integer as argument 2, but it was the number -0.4",
        ),
        ("States.ArrayPartition($, '2')", [], 'expected a number as argument 2, but it was the string "2"'),
        ("States.ArrayContains($, 1)", None, "expected an array as argument 1, but it was null"),
        ("States.ArrayRange(1, 1001, 1)", None, "expected a range of at most 1000 items, but it has 1001"),
        (
            "States.ArrayRange(1, 9, 0)",
            None,
            "expected a step other than zero as argument 3, but it was the number 0",
        ),
        (
            "States.ArrayRange(1, true, 1)",
            None,
            "expected a number as argument 2, but it was the boolean true",
        ),
        (
            "States.ArrayGetItem($, 2)",
            [1, 2],
            "expected an index into an array of 2 items as argument 2, but it was the number 2",
        ),
        (
            "States.ArrayGetItem($, -1)",
            [1, 2],
            "expected an index into an array of 2 items as argument 2, but it was the number -1",
        ),
        ("States.ArrayGetItem('ab', 0)", None, 'expected an array as argument 1, but it was the string "ab"'),
        ("States.ArrayLength($)", "abc", 'expected an array as argument 1, but it was the string "abc"'),
        ("States.ArrayUnique($)", 1, "expected an array as argument 1, but it was the number 1"),
    ],
)
def test_fails(cause, call, data, message):
    name = call.partition("(")[0]
    assert cause(call, data) == f"Invalid arguments in {name}: {message}"


def test_a_huge_range_is_refused_without_being_made(cause):
    assert "has 1000000000000000000001" in cause("States.ArrayRange(0, 1000000000000000000000, 1)")


def test_arguments_are_left_as_they_were(run):
    items = [2, 1, 2]
    run("States.ArrayUnique($)", items)
    run("States.ArrayPartition($, 1)", items)
    assert items == [2, 1, 2]
