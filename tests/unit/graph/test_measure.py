"""The room that texts take."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from asl.graph.measure import drawable, is_known, shortened, width


def test_wide_and_narrow_characters():
    assert width("iiii", 10) < width("aaaa", 10) < width("WWWW", 10)
    assert width("日本", 13) == 26
    assert width("é", 10) == width("e", 10)
    assert width("e\u0301", 10) == width("e", 10)
    assert width("", 10) == 0


def test_what_is_known_of_fonts():
    assert is_known("Wait · 90 s, $.a ≥ 1, déjà, 日本…")
    assert not is_known("Привет")


@given(st.text(), st.integers(1, 300))
def test_a_shortened_text_fits_and_is_the_beginning(text, room):
    text = drawable(text)
    short = shortened(text, 13, room)
    assert short == text or (short.endswith("…") and text.startswith(short[:-1].rstrip()))
    assert width(short, 13) <= max(room, width("…", 13))
    assert shortened(text, 13, width(text, 13)) == text


def test_what_no_drawing_can_hold():
    assert drawable("a\nb\t c") == "a b c"
    assert drawable("a\x00\x1b\ud800\ufffe\u202e") == "a" + "\ufffd" * 5
