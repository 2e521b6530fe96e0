"""Calls that would take for ever, or all memory, end as failures; what is only large gives its value."""

import json

import pytest

from asl.errors import InterpreterFailure
from asl.query.intrinsics import IntrinsicSyntaxError
from asl.query.intrinsics.strings import MAX_TEXT
from asl.query.language import JSONPathLanguage

LARGE = "x" * 250_000


def nested(levels):
    value: object = 0
    for _ in range(levels):
        value = [value]
    return value


def test_a_range_has_a_thousand_items_at_most(run, cause):
    assert len(run("States.ArrayRange(1, 1000, 1)")) == 1000
    for call, count in [
        ("1, 1001, 1", 1001),
        ("0, 1e300, 1", int(1e300) + 1),
        ("0, -9e18, -1", 9 * 10**18 + 1),
    ]:
        told = f"a range of at most 1000 items, but it has {count}"
        assert told in cause(f"States.ArrayRange({call})")


def test_a_text_filled_in_is_bounded(run, cause):
    marks, values = "{}" * 60, ", ".join(["$"] * 60)
    assert len(run(f"States.Format('{marks}', {values})", LARGE)) == 60 * len(LARGE)
    marks, values = "{}" * 5_000, ", ".join(["$"] * 5_000)
    assert f"at most {MAX_TEXT:,} characters" in cause(f"States.Format('{marks}', {values})", LARGE)
    assert f"at most {MAX_TEXT:,} characters" in cause(f"States.Format('{marks}', {values})", [LARGE])


def test_backslashes_of_backslashes_are_bounded(run, cause):
    text = '"' * 250_000
    assert len(run("States.JsonToString($)", text)) == 500_002
    deep = "States.JsonToString(" * 9 + "$" + ")" * 9
    assert "characters as JSON" in cause(deep, text)


@pytest.mark.parametrize(
    ("call", "data"),
    [
        ("States.StringToJson($)", "[" * 200_000),
        ("States.StringToJson($)", "[" * 1_500 + "]" * 1_500),
        ("States.StringToJson($)", '{"a":' * 100_000),
        ("States.StringToJson($)", "1" * 5_000),
        ("States.StringToJson($)", "1e999"),
        ("States.StringToJson($)", '"\\ud800"'),
        ("States.Base64Encode($)", LARGE),
        ("States.Hash($, 'MD5')", LARGE),
        ("States.MathRandom(0, $)", -1),
        ("States.ArrayPartition($, 0)", [1]),
        ("States.ArrayPartition($, -1e300)", [1]),
    ],
)
def test_refused_at_once(cause, call, data):
    assert cause(call, data)


@pytest.mark.parametrize(
    "call",
    [
        "States.ArrayUnique($)",
        "States.ArrayContains($, $)",
        "States.Format('{}', $)",
        "States.JsonToString($)",
        "States.Array($, $)",
        "States.ArrayPartition($, 1e300)",
    ],
)
def test_deep_values_are_taken_or_refused(compiled, surroundings, call):
    evaluate = compiled(call)
    told = []
    for levels in (100, 990, 5_000):
        try:
            evaluate(nested(levels), surroundings())
        except InterpreterFailure as failure:
            told.append(failure.cause)
    assert all("nests too deeply" in cause for cause in told)


def test_large_is_not_endless(run):
    each = "".join(map(chr, range(0x4E00, 0x4E00 + 20_000)))
    assert run("States.StringSplit($.text, $.by)", {"text": LARGE + each, "by": each}) == [LARGE]
    assert run("States.Format($, 1)", "\\{" * 125_000 + "{}") == "{" * 125_000 + "1"
    assert len(run("States.ArrayUnique($)", [[i] for i in range(100_000)])) == 100_000
    assert run("States.MathRandom(0, $, 1)", 10**4000) < 10**4000
    assert len(run("States.JsonMerge($, $, false)", {f"k{i}": i for i in range(50_000)})) == 50_000


@pytest.mark.parametrize(
    "text",
    [
        "States.Array(" * 100_000,
        "States.Array($" + "[" * 100_000,
        "States.Array($[" + "'\\" * 100_000,
        "States.Array($[" + '"\\' * 100_000,
        "States.Array($[=~ /" + "\\/=~ /" * 100_000,
        "States.Array('" + "\\'" * 100_000,
        "States.Array(" + "1" * 100_000 + ")",
        "States." + "A" * 500_000 + "()",
        "States.Array(" + " " * 500_000,
        "States.Array(" + "(" * 100_000,
        "States.Array(" + "-" * 100_000 + "1)",
    ],
)
def test_long_texts_are_refused_at_once(compiled, text):
    with pytest.raises(IntrinsicSyntaxError):
        compiled(text)


def test_many_arguments_are_no_trouble(run):
    assert run("States.Array(" + ",".join(["1"] * 100_000) + ")") == [1] * 100_000


def test_a_path_that_takes_too_long_says_so(surroundings):
    call = JSONPathLanguage().path_or_intrinsic("States.ArrayLength($" + "[0,0,0,0]" * 19 + ")", "X.$")
    with pytest.raises(Exception, match="takes too long to read") as caught:
        call.evaluate(nested(20), surroundings())
    assert caught.value.error == "States.Runtime"


def test_what_is_shared_is_not_copied(run):
    big = [LARGE]
    shared = run("States.Array($, $, $)", big)
    assert shared[0] is big
    assert len(json.dumps(shared)) > 3 * len(LARGE)
