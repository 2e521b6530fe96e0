"""What runs away ends, and what takes long but not forever gives its answer."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asl.errors import RUNTIME, Failure
from asl.query.jsonpath import PathTooCostly, compile_path, effort, matching
from asl.query.jsonpath.effort import Effort
from asl.query.jsonpath.patterns import compile_pattern


def nested_objects(levels, leaf=0):
    for _ in range(levels):
        leaf = {"a": leaf}
    return leaf


def nested(levels, leaf=0):
    for _ in range(levels):
        leaf = [leaf]
    return leaf


DEEP = nested(900)
WIDE = list(range(20_000))


# ------------------------------------------------------------------ regular expressions


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("(a+)+", "a" * 5_000 + "!", False),
        ("(a+)+$", "a" * 5_000 + "!", False),
        ("(a|a)*", "a" * 5_000 + "!", False),
        ("(a|aa)+", "a" * 5_000, True),
        ("(a*)*b", "a" * 5_000, False),
        ("(.*,){11}P.*", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16" * 20, False),
        ("(x+x+)+y", "x" * 5_000, False),
        ("(x+x+)+y", "x" * 5_000 + "y", True),
        ("([a-z]+)*(?!b)", "a" * 2_000 + "!", False),
        ("(?=(a+)+$)a*!", "a" * 2_000 + "!", False),
        ("((?>a+)+)+b", "a" * 2_000, False),
        ("a*a*a*a*a*a*a*a*a*a*b", "a" * 5_000, False),
        ("(a?){30}a{30}", "a" * 30, True),
        (".*.*=.*;.*", "=" * 3_000, False),
        ("([0-9a-zA-Z]([-.\\w]*[0-9a-zA-Z])*@)+", "a" * 2_000, False),
        ("a+", "a" * 200_000, True),
    ],
)
def test_what_multiplies_in_other_engines(pattern, text, fits):
    assert compile_pattern(pattern, "").fits(text, Effort()) is fits


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(a+)+\1b", "a" * 200),
        (r"(a*)*(a*)*\1\2b", "a" * 200),
        ("((a{100}){100}){100}(b|b)*", "a" * 100),
        ("((a{1,100}){1,100}){1,100}", "a" * 100 + "b"),
        ("(?:a|(?=(a|aa)*b)a)*", "a" * 20_000),
    ],
)
def test_what_takes_too_long_for_any(pattern, text, monkeypatch):
    monkeypatch.setattr(effort, "MAX_EFFORT", 100_000)  # what does not end, does not end sooner either
    path = compile_path(f"$[?(@ =~ /{pattern}/)]")
    with pytest.raises(PathTooCostly) as caught:
        path.read([text])
    assert isinstance(caught.value, Failure)
    assert caught.value.error == RUNTIME
    assert caught.value.cause.endswith("takes too long to read: more than 5,000,000 steps")


CHARACTERS = st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", r"\w", "(?>a|ab)", "(?>ab|a)", "(?>a+b?)"])
PLACES = st.sampled_from([r"\b", "^", "$", ""])
SIGNS = ["", "*", "+", "?", "{2}", "{1,2}", "{,2}", "{2,}", "*?", "+?", "??", "{1,2}?"]
FORMS = ["({})", "(?:{})", "(?={})", "(?!{})", "(?i:{})", r"({})\1"]


def in_a_row(parts):
    return st.lists(parts, min_size=1, max_size=3).map("".join)


PATTERNS = st.recursive(
    PLACES | st.builds(str.__add__, CHARACTERS, st.sampled_from([*SIGNS, "*+", "++", "?+"])),
    lambda inner: in_a_row(
        st.builds(
            lambda form, parts, sign: form.format(parts) + sign,
            st.sampled_from(FORMS),
            in_a_row(inner) | st.lists(inner, min_size=2, max_size=3).map("|".join),
            st.sampled_from(SIGNS),
        )
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(PATTERNS, st.text("abcA\n", max_size=7))
def test_the_machine_agrees_with_python(pattern, text):
    try:
        compiled = compile_pattern(pattern, "")
    except ValueError:
        return
    python = compiled._compiled
    quick, matching._QUICK = matching._QUICK, 1e-9
    try:
        assert compiled.fits(text, Effort()) is (python.fullmatch(text) is not None), pattern
    finally:
        matching._QUICK = quick


def test_a_step_of_either_way_is_counted():
    for pattern, text in (("a+", "a" * 1_000), ("(a+)+", "a" * 1_000)):
        spent = Effort()
        assert compile_pattern(pattern, "").fits(text, spent)
        assert spent.left < effort.MAX_EFFORT


# ------------------------------------------------------------------ paths


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("$..*..*..*..*", DEEP),
        ("$.." + "*.." * 9 + "*", DEEP),
        ("$" + "[0,0,0,0,0,0,0,0,0,0]" * 18, DEEP),
        ("$" + "['a','a','a','a','a','a','a','a','a','a']" * 16, nested_objects(16)),
        ("$[?(@.a subsetof $.b)]", {"a": [*WIDE, -1], "b": WIDE}),
        ("$[?(@.a noneof $.b)]", {"a": [each + 0.5 for each in WIDE], "b": WIDE}),
        ("$[?(@ in $[0])]", [WIDE] * 1_000),
        ("$[*].concat($..*,$..*,$..*)", DEEP),
        ("$" + ".append(1)" * 19, WIDE),
        ("$[" + "0," * 2_000 + "0].concat($[0])", ["x" * 200_000]),
    ],
)
def test_paths_that_multiply(path, document, monkeypatch):
    monkeypatch.setattr(effort, "MAX_EFFORT", 500_000)
    compiled = compile_path(path)
    with pytest.raises(PathTooCostly):
        compiled.read(document)


def test_a_large_document_is_within_the_bound():
    document = {"orders": [{"id": i, "items": [{"sku": f"s{i}", "n": i % 7}] * 3} for i in range(20_000)]}
    assert len(json.dumps(document)) > 2_000_000
    assert len(compile_path("$..sku").read(document)) == 60_000
    assert len(compile_path("$.orders[?(@.id < 100)].items[?(@.n == 3)]").read(document)) == 42
    assert len(compile_path("$.orders[*].items[?(@.sku =~ /s\\d+7/)].sku").read(document)) == 5_997


def test_the_bound_is_of_one_reading(monkeypatch):
    monkeypatch.setattr(effort, "MAX_EFFORT", 300_000)
    path = compile_path("$[?(@ =~ /(a+)+b/)]")
    for _ in range(3):
        assert path.read(["a" * 5_000, "aab"]) == ["aab"]
    with pytest.raises(PathTooCostly):
        path.read(["a" * 5_000] * 3)
