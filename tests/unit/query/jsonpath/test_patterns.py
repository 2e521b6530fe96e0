"""Java's regular expressions in Python's."""

import pytest

from asl.query.jsonpath.patterns import compile_pattern


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
    ],
)
def test_patterns(pattern, flags, text, fits):
    assert bool(compile_pattern(pattern, flags).fullmatch(text)) is fits


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
    ],
)
def test_patterns_that_cannot_be_run(pattern):
    with pytest.raises(ValueError):
        compile_pattern(pattern, "")
