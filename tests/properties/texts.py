"""Texts of every kind that a definition holds, made by their grammars and then maybe spoilt."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from asl.query.intrinsics import INTRINSICS
from asl.query.jsonata.shortcut import _FUNCTIONS as FUNCTIONS
from asl.query.jsonpath.criteria import OPERATORS

Texts = SearchStrategy[str]

NAMES = st.sampled_from(["a", "b", "c", "é", "a b", ""])
NUMBERS = st.sampled_from(
    ["0", "1", "-1", "2.5", "1e3", "1e300", "-0", "9007199254740993", "1" * 30]
) | st.integers(-9, 99).map(str)


@st.composite
def filled(draw: st.DrawFn, forms: Sequence[str], parts: Texts) -> str:
    """One of several forms, with a part in place of each ellipsis."""
    first, *others = draw(st.sampled_from(forms)).split("…")
    return first + "".join(draw(parts) + other for other in others)


@st.composite
def spoilt(draw: st.DrawFn, texts: Texts) -> str:
    """A text with a slice of it left out, doubled, moved or replaced, one time in two."""
    text = draw(texts)
    if draw(st.booleans()):
        return text
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 12)))
    piece = draw(
        st.text(max_size=4) | st.just(text[start:end] * 2) | st.sampled_from(list("$@.[](){}'\"/?:%*~"))
    )
    return text[:start] + piece + text[end:]


# ------------------------------------------------------------------ JSONPath

_LITERALS = NUMBERS | st.sampled_from(
    [
        "'a'",
        '"b"',
        "true",
        "null",
        "[1,'a']",
        "{'a':1}",
        "/a+b*/i",
        "/(a|b)*c/",
        r"/(\w+)\1/",
        r"'\u00e9'",
        "''",
    ]
)
_STEPS = [
    ".a", ".b", "['a']", '["b"]', "['a','b']", "[0]", "[-1]", "[0,1]", "[1:]", "[:2]", "[-2:-1]", ".*", "[*]",
    "..a", "..*", "..[0]", "..['a','b']", ".length()", ".keys()", ".first()", ".sum()", ".max()", ".stddev()",
    ".concat('x')", ".append(1)", ".index(0)", ".nope()",
]  # fmt: skip
_ROOTS = ["$", "$", "$", "$$", "$x", "@", "a", "$states"]


def _rows(roots: list[str], steps: Texts) -> Texts:
    return st.builds(
        lambda root, chosen: root + "".join(chosen), st.sampled_from(roots), st.lists(steps, max_size=4)
    )


def _paths(roots: list[str]) -> Texts:
    simple = st.sampled_from(_STEPS)
    operators = st.sampled_from([*sorted(OPERATORS), "in", "size", "=", "<>"])
    operands = _rows(["@"], simple) | _rows(roots, simple) | _LITERALS
    criteria = st.recursive(
        st.builds("{} {} {}".format, operands, operators, operands) | operands,
        lambda inner: filled(["(…)", "!(…)", "… && …", "… || …", "!…"], inner),
        max_leaves=3,
    )
    arguments = _rows(roots, simple) | _LITERALS
    return _rows(
        roots,
        simple
        | st.builds("[?({})]".format, criteria)
        | filled([".sum(…)", ".concat(…,…)", ".length(…)"], arguments),
    )


PATHS = spoilt(_paths(_ROOTS))

# ------------------------------------------------------------------ intrinsic functions

_ARGUMENTS = (
    _paths(["$", "$$", "$x"])
    | NUMBERS
    | st.sampled_from(
        [
            "'a'",
            "'{}'",
            "'{} {}'",
            r"'\'\{\}\\'",
            "''",
            "'MD5'",
            "'SHA-256'",
            "'YQ=='",
            "'[1,{\"a\":2}]'",
            "true",
            "null",
        ]
    )
)


@st.composite
def _calls(draw: st.DrawFn, arguments: Texts) -> str:
    row = draw(st.sampled_from(list(INTRINSICS.values())))
    most = row.minimum + 2 if row.maximum is None else row.maximum
    count = draw(st.integers(row.minimum, most)) if draw(st.integers(0, 9)) else draw(st.integers(0, 4))
    return f"{row.name}({', '.join(draw(arguments) for _ in range(count))})"


INTRINSIC_CALLS = spoilt(
    st.recursive(_calls(_ARGUMENTS), lambda inner: _calls(inner | _ARGUMENTS), max_leaves=4)
)

# ------------------------------------------------------------------ JSONata

_LEAVES = NUMBERS | st.sampled_from(
    [
        "$states.input", "$states.input.a", "$states.input.b.c", "$states.context.Execution.Id", "$states",
        "$states.result", "$states.errorOutput.Error", "$x", "$x.a", "$y", "$", "$$", "a", "`a b`", "*", "**",
        "%", "'a'", '"b"', "''", '"\\u00e9\\n"', "null", "true", "false", "/a+/", "/(a|b)*c/i", "[]", "{}",
        "$i", "$v",
    ]
)  # fmt: skip
_FORMS = [
    "… + …", "… - …", "… * …", "… / …", "… % …", "-…", "… & …", "… = …", "… != …", "… < …",
    "… >= …", "… in …", "… and …", "… or …", "[…..…]", "[…, …]", "[…]", "{'a': …}",
    "{'a': …, 'b': …}", "….…", "…[…]", "…[0]", "…[]", "…^(…)", "…^(>…, <…)", "…{…: …}",
    "(…)", "(…; …)", "($x := …; …)", "… ? … : …", "… ? …", "… ~> …", "… ~> |…|…|",
    "… ~> |…|…, ['a']|", "function($v){…}", "function($v, $i){…}(…, …)", "λ($v)<n:n>{…}",
    "($f := function($v){ $v > 3 ? … : $f($v + 1) }; $f(0))", "$map(…, function($v, $i){…})",
    "$filter(…, function($v){…})", "$reduce(…, function($v, $i){…})", "$sift(…, function($v){…})",
    "…@$v.…", "…#$i.…", "….%", "….*", "….**", "$f(…, ?)", "… ?? …", "… ?: …", "/* … */ …",
]  # fmt: skip


@st.composite
def _applied(draw: st.DrawFn, arguments: Texts) -> str:
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    return f"${name}({', '.join(draw(st.lists(arguments, max_size=3)))})"


EXPRESSIONS = spoilt(
    st.recursive(_LEAVES, lambda inner: filled(_FORMS, inner) | _applied(inner), max_leaves=8)
)

# ------------------------------------------------------------------ anything

ANY_TEXT = st.text(max_size=30) | PATHS | INTRINSIC_CALLS | EXPRESSIONS.map("{{% {} %}}".format)
"""Texts as they stand in a field."""
