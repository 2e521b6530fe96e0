"""The functions AWS adds, with the edges measured there."""

import re

import pytest

from asl.query.jsonata import compile_expression
from tests.unit.query.jsonata.worlds import World, failure, value

NOTHING = "returned nothing (undefined)."


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("$partition([1,2,3,4], 2)", [[1, 2], [3, 4]]),
        ("$partition([1,2,3], 2.9)", [[1, 2], [3]]),
        ("$partition([1,2,3], 5)", [[1, 2, 3]]),
        ("$range(0, 6, 2)", [0, 2, 4, 6]),
        ("$range(0, 5, 2)", [0, 2, 4]),
        ("$range(5, 1, -2)", [5, 3, 1]),
        ("$range(-1.7, 2, 1)", [-1, 0, 1, 2]),
        ("$range(1, 1, 1)", 1),
        ('$hash("input", "MD5")', "a43c1b0aa53a0c908810c06ab1ff3967"),
        ('$hash("input", "SHA-1")', "140f86aae51ab9e1cda9b4254fe98a74eb54c1a1"),
        ('$length($hash("input", "SHA-256"))', 64),
        ('$length($hash("input", "SHA-384"))', 96),
        ('$length($hash("input", "SHA-512"))', 128),
        ("$random(42)", 0.7275636800328681),
        ("$random(42.9)", 0.7275636800328681),
        ('$parse("{\\"a\\":[1,null]}")', {"a": [1, None]}),
        ('$parse("{\\"a\\":[7]}").a', [7]),
        ('$parse("null")', None),
        ('$parse("1.0")', 1),
        ("$map([1,2], function($n){ $partition([1,2,3,4], $n) })", [[[1], [2], [3], [4]], [[1, 2], [3, 4]]]),
        ("[1,2] ~> $partition(1)", [[1], [2]]),
    ],
)
def test_values(text, result):
    got = value(text)
    assert (repr(got), got) == (repr(result), result)


@pytest.mark.parametrize(
    "text",
    [
        "$partition([], 2)",
        "$partition([1], 0)",
        "$partition([1], 0.9)",
        "$partition($x, 1)",
        "$range(1, 5)",
        "$range(5, 1, 1)",
        "$range(1, 5, -1)",
        "$range(1, 5, 0)",
        '$hash("input")',
        '$hash($x, "MD5")',
        "$parse($x)",
    ],
)
def test_undefined(text):
    assert failure(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "number", "name"),
    [
        ('$partition([1], "a")', 2, "partition"),
        ('$range("a", 1, 1)', 1, "range"),
        ('$hash(1, "MD5")', 1, "hash"),
        ('$hash("a", "md5")', 2, "hash"),
        ("$parse(1)", 1, "parse"),
        ('$random("a")', 1, "random"),
        ("$random(1, 2)", 2, "random"),
        ("$uuid(1)", 1, "uuid"),
    ],
)
def test_wrong_arguments(text, number, name):
    assert failure(text) == (
        "threw an error during evaluation. "
        f'T0410: Argument {number} of function "{name}" does not match function signature'
    )


def test_text_that_is_no_json():
    assert failure('$parse("{")').startswith("threw an error during evaluation. D3120: ")


def test_chance_is_drawn_from_the_surroundings():
    one, other = World(), World()
    numbers = compile_expression("[$random(), $random()]")
    first = numbers.evaluate({}, one)
    assert first == numbers.evaluate({}, other)
    assert first != numbers.evaluate({}, one)
    assert all(0 <= each < 1 for each in first)
    ids = compile_expression("[$uuid(), $uuid()]").evaluate({}, one)
    assert len(set(ids)) == 2
    assert all(
        re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", each) and each[14] == "4" for each in ids
    )
