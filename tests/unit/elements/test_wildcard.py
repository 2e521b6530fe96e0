r"""StringMatches: ``*`` stands for any text, ``\*`` and ``\\`` for themselves."""

import re
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asl.elements.choice_rule import wildcard


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("", [""], ["a", " "]),
        ("abc", ["abc"], ["ab", "abcd", "ABC", ""]),
        ("*", ["", "a", "a\nb", "*"], []),
        ("a*", ["a", "ab", "a*"], ["", "ba"]),
        ("*a", ["a", "ba"], ["", "ab"]),
        ("a*a", ["aa", "aba", "aaa"], ["a", "", "ab"]),
        ("*a*", ["a", "bab"], ["", "b"]),
        ("a*b*c", ["abc", "axbxc", "abbcc"], ["ab", "acb", "abxcx"]),
        ("**", ["", "a"], []),
        ("a**b", ["ab", "axb"], ["a", "b"]),
        ("*ab*ba*", ["abba", "xabxbax"], ["aba", "ab", "baab"]),
        (r"\*", ["*"], ["", "a", r"\*"]),
        (r"a\*b", ["a*b"], ["ab", "axb", r"a\*b"]),
        (r"\\", ["\\"], [r"\\", ""]),
        (r"\\*", ["\\", "\\a"], ["*", "a"]),
        (r"\\\*", [r"\*"], ["\\", r"\a"]),
        (r"*\*", ["*", "a*"], ["a", r"a\*x"]),
        ("a.c", ["a.c"], ["abc"]),
        ("[a]?+^$(|)", ["[a]?+^$(|)"], ["a"]),
        ("log-*.txt", ["log-.txt", "log-2026.txt"], ["log-2026.txt.gz", "log.txt"]),
        ("é*😀", ["é😀", "éx😀"], ["e😀"]),
    ],
)  # fmt: skip
def test_patterns(pattern, matching, other):
    matches = wildcard(pattern)
    assert [text for text in matching if not matches(text)] == []
    assert [text for text in other if matches(text)] == []


def naive(pattern):
    """The pattern as a regular expression."""
    parts = re.findall(r"\\[*\\]|.", pattern, re.DOTALL)
    return "".join(".*" if part == "*" else re.escape(part[-1]) for part in parts)


letters = st.text(alphabet="ab*\\\n", max_size=8)


@given(letters, letters)
@example("*ab*ab", "ab")
@example("ab*b", "ab")
@example("a*a*a", "aa")
@example("\\", "\\")
@example("\\a", "\\a")
@example("*\\", "b\\")
def test_the_same_as_a_regular_expression(pattern, text):
    assert wildcard(pattern)(text) == (re.fullmatch(naive(pattern), text, re.DOTALL) is not None)


@given(st.lists(st.text(alphabet="ab", max_size=3), min_size=1, max_size=5), st.data())
def test_what_a_pattern_was_made_of_matches(pieces, data):
    between = data.draw(st.lists(letters, min_size=len(pieces) - 1, max_size=len(pieces) - 1))
    text = pieces[0] + "".join(filling + piece for filling, piece in zip(between, pieces[1:], strict=True))
    assert wildcard("*".join(pieces))(text)


def test_many_stars_are_no_trap():
    matches = wildcard("*a" * 200 + "*b")
    seen = 0

    def note(frame, event, argument):
        nonlocal seen
        seen += event == "c_call"

    sys.setprofile(note)
    try:
        assert not matches("a" * 2000)
    finally:
        sys.setprofile(None)
    assert seen < 1000
