"""Figures, previews and texts on their own."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.failure_text import account, short
from cli.figures import count, duration, offset, usd
from cli.json_text import coloured, cut, pretty, preview, printable

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "+0.000s"), (200, "+0.200s"), (59_999, "+59.999s"), (60_000, "+1m 00.0s"),
        (3_600_200, "+1h 00m 00.2s"),
        (86_400_000, "+1d 00h 00m 00.0s"), (86_400_000 * 365 + 3_599_999, "+365d 00h 59m 59.9s"),
    ],
)  # fmt: skip
def test_offset(milliseconds, text):
    assert offset(milliseconds) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "<1ms"), (1, "1ms"), (999, "999ms"), (1000, "1s"), (2400, "2.4s"), (90_000, "1m 30s"),
        (3_600_000, "1h"),
        (86_400_000, "1d"), (90_061_001, "1d 1h 1m 1.001s"),
    ],
)  # fmt: skip
def test_duration(milliseconds, text):
    assert duration(milliseconds) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0"), (0.000275, "$0.000275"), (1.10416e-06, "$0.0000011"), (0.025, "$0.025"), (1, "$1.00"),
        (12.5, "$12.50"), (1234.567, "$1,234.57"),
    ],
)  # fmt: skip
def test_usd(amount, text):
    assert usd(amount) == text


def test_count():
    assert (count(1, "branch", "branches"), count(0, "item"), count(1000, "item")) == (
        "1 branch", "0 items", "1,000 items",
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(VALUES, st.integers(0, 60))
def test_previews_fit_and_are_the_beginning(value, room):
    text = preview(value, room)
    assert len(text) <= room
    whole = preview(value, 1_000_000)
    assert text == "" or text == whole or whole.startswith(text.removesuffix("…"))
    assert whole.isprintable()


def test_a_preview_reads_no_more_than_it_shows():
    class Watched(list):
        read = 0

        def __iter__(self):
            for each in super().__iter__():
                Watched.read += 1
                yield each

    assert preview(Watched(range(100_000)), 40).endswith("…")
    assert Watched.read < 50


def test_a_preview_of_what_nests_deeply():
    value = json.loads("[" * 900 + "]" * 900)
    assert preview(value, 20) == "[" * 19 + "…"


def test_wide_characters_take_two_columns():
    assert cut("日本日本", 8) == "日本日本"
    assert cut("日本日本", 7) == "日本日…"
    assert cut("日本日本", 6) == "日本…"
    assert cut("é" * 9, 8) == "é" * 7 + "…"


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_pretty_is_json(value):
    assert json.loads(pretty(value)) == value


def test_colours_change_no_character():
    value = {"a": [1, -2.5e10, True, None, 'x"y', ""], "b": {}}
    import click

    assert click.unstyle(coloured(pretty(value))) == pretty(value)
    assert coloured("x" * 300_000) == "x" * 300_000


def test_printable():
    assert printable("plain é 日本") == "plain é 日本"
    assert printable("a\x1b[2J\n\u202e") == "a\\x1b[2J\\n\\u202e"


@pytest.mark.parametrize(
    "cause", ["plain", '{"errorMessage', '{"errorMessage": 1}', '{"errorMessage": "x", "stackTrace": 5}']
)
def test_causes_of_all_kinds(cause):
    assert account("E", cause).error == "E"
    assert short("E", cause).startswith("E: ")


def test_failures_without_texts():
    assert short(None, None) == "(no error name)"
    assert short("E", None) == "E"
    assert short("E", "x" * 1000) == "E: " + "x" * 200 + "…"
