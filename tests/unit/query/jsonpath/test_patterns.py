"""Java's regular expressions in Python's."""

import pytest

from asl.query.jsonpath import matching
from asl.query.jsonpath.effort import Effort
from asl.query.jsonpath.patterns import compile_pattern


@pytest.fixture(params=["re", "machine"])
def way(request, monkeypatch):
    """Which of the two ways of matching is taken."""
    monkeypatch.setattr(matching, "_QUICK", 1e9 if request.param == "re" else 1e-9)


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "fits"),
    [
        ("a.c", "", "abc", True),
        ("b", "", "abc", False),
        (".", "", "\u2028", False),
        (".", "s", "\u2028", True),
        (".", "d", "\r", True),
        ("(?s).", "", "\n", True),
        ("É", "i", "é", False),
        ("É", "iu", "é", True),
        (r"\d", "", "٣", False),
        (r"\d", "u", "٣", False),
        (r"\d", "U", "٣", True),
        (r"[^\W]+", "u", "é", False),
        (r"\Qa.c\E.", "", "a.cx", True),
        (r"[\Q^-]\E]+", "", "]^-", True),
        (r"(?<n>a)\k<n>", "", "aa", True),
        (r"a\z", "", "a", True),
        (r"a\Z", "", "a", True),
        (r"a\R", "", "a\r\n", True),
        (r"\h\x{41}\x42\e", "", "\u3000AB\x1b", True),
        (r"\p{Alpha}\p{IsDigit}\P{Upper}", "", "a1b", True),
        (r"\p{L}\p{Lu}\p{Nd}\pL", "", "éÉ٣ß", True),
        (r"\p{IsAlphabetic}[\p{Lu}\P{L}]+", "", "éÉ1", True),
        ("[a-z&&[^aeiou]]+", "", "xyz", True),
        ("[a-z&&[^aeiou]]+", "", "xay", False),
        ("[^a-z&&[^aeiou]]", "", "a", True),
        ("[a-c[x-z]]+", "", "ax", True),
        ("[^a[bc]]", "", "b", False),
        ("[^[^a]]", "", "a", True),
        ("[&~|^]+", "", "&~|^", True),
        ("[a--]+", "", "a-", True),
        ("a++b", "", "aaab", True),
        ("a b", "x", "ab", True),
        (r"[\s\-\]]+", "", " -]", True),
        (r"a\R\n", "", "a\r\n", True),
        (r"a\R?", "", "a\u2028", True),
        ("^a$", "", "a", True),
        ("^a$", "", "a\n", False),
        ("a$.^b", "ms", "a\nb", True),
        ("a$.b", "s", "a\nb", False),
        (r"\ba\b.\Bb?", "", "a b", False),
        (r"\ba\b.\bb", "", "a b", True),
        ("(?:ab|c){2,3}", "", "abcab", True),
        ("(?:ab|c){2,3}", "", "ab", False),
        ("(?:ab|c){2}", "", "cc", True),
        ("(ab|c){,2}", "", "c", True),
        ("a{0}b{1,}c??", "", "bb", True),
        ("a{b", "", "a{b", True),
        ("a{}", "", "a{}", True),
        ("(?=a)[a-z]+(?!b).", "", "abc", True),
        ("(?!a)[a-z]+", "", "abc", False),
        ("ab(?<=ab)c(?<!x)", "", "abc", True),
        ("ab(?<=a)c", "", "abc", False),
        ("(?>a|ab)c", "", "abc", False),
        ("(?>ab|a)c", "", "abc", True),
        ("a*+a", "", "aaa", False),
        ("(a|b)*?c", "", "abbac", True),
        (r"(a+)(b)\1", "", "aabaa", True),
        (r"(a+)(b)\1", "", "aaba", False),
        (r"(a)?\1b", "", "b", False),
        (r"((a)|b)+\2", "", "abaa", True),
        (r"(a)\1{2}", "i", "aAa", True),
        (r"(?<x>.)(?<y>.)\k<y>\k<x>", "", "abba", True),
        (r"(((((((((a)))))))))(b)\10", "", "abb", True),
        (r"\0101\x41\u0041", "", "AAA", False),
        (r"\012\x41\u0041", "", "\nAA", True),
        ("(?i:a)b", "", "Ab", True),
        ("(?i:a)b", "", "AB", False),
        ("(?-i:a)b", "i", "aB", True),
        ("(?-i:a)b", "i", "AB", False),
        ("(?i)(?s)a.", "", "A\n", True),
        ("a # b\n c [ ] {2} \\ ", "x", "ac   ", True),
        ("()*a(b*)*", "", "abbb", True),
        ("(a*)*(a*)*", "", "aa", True),
        ("a||b", "", "", True),
        ("", "", "", True),
        ("", "", "a", False),
        ("x*", "", "é" * 3, False),
    ],
)
def test_patterns(pattern, flags, text, fits, way):
    assert compile_pattern(pattern, flags).fits(text, Effort()) is fits


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "[a",
        "[a&&",
        "\\",
        r"\p{",
        r"\p{Script=Greek}",
        r"\x{110000}",
        "a{9999999999999}",
        "(?<1>a)",
        "(" * 900,
        "(" * 100 + ")" * 100,
        "(?(1)a|b)",
        "(?d:a)",
        "(?#a)",
        r"(a)\2",
        "a**",
        "(?<=a+)b",
    ],
)
def test_patterns_that_cannot_be_run(pattern):
    with pytest.raises(ValueError):
        compile_pattern(pattern, "")
