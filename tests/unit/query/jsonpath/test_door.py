"""Whatever comes in, only the package's own exceptions come out, and nothing else happens."""

import copy

from hypothesis import example, given, settings
from hypothesis import strategies as st

import asl.query.jsonpath as jsonpath
from asl.query.jsonpath import CannotWrite, PathNotFound, PathSyntaxError, compile_path, write
from asl.query.jsonpath.comparison import COSTLY_OPERATORS, OPERATORS
from asl.query.jsonpath.criteria import OPERATORS as OPERATOR_WORDS

PIECES = [
    *"$@.[]()?*,:'\"!&|=<>~/\\ {}-019aeé",
    *("..", "$.", "@.a", "[?(", ")]", "[*]", "['a']", "[0]", "[-1:2]", "&&", "||", "==", "=~", "!("),
    *(" in ", " size ", " empty ", " contains ", "/a+/i", "[1,'a']", "{'a':1}", "true", "null", "'a'"),
    *(
        ".length()",
        ".sum(",
        ".append(1)",
        ".concat(",
        ".first()",
        ".keys()",
        ".index(0)",
        "\\u0041",
        "\ud800",
    ),
]
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=25).map(lambda pieces: "$." + "".join(pieces)),
    st.lists(st.sampled_from(PIECES), max_size=12).map(lambda pieces: f"$[?(@.a{''.join(pieces)})]"),
)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(["", "a", "$.a", "[1]", "1.0", "'a'"]),
        st.text(max_size=3),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["a", "e", "é", "", "0"]), inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, VALUES)
@example("$[?(@.a =~ /" + "(" * 900 + "/)]", {"a": "x"})
@example("$[?(@.a == " + "[" * 4000 + "]" * 4000 + ")]", {"a": [1]})
@example("$.sum(" + "{" * 4000 + "}" * 4000 + ")", {"a": [1]})
@example("$[?(@.a size 1e999999999)]", {"a": "x"})
@example("$" + "[?((((((((@" * 6 + ")))))))) ]" * 6, [1])
@example("$" + "..*" * 16, {"a": [[], {}]})
def test_nothing_but_our_own_exceptions_comes_out(text, document):
    before = copy.deepcopy(document)
    try:
        path = compile_path(text)
    except PathSyntaxError:
        return
    assert complaint_of(lambda: path.read(document)) != ""
    assert complaint_of(lambda: write(path, document, "new")) != ""
    assert document == before


def complaint_of(action):
    try:
        action()
    except (PathNotFound, CannotWrite) as error:
        return error.message
    return None


@settings(max_examples=100, deadline=None)
@given(VALUES, st.lists(st.one_of(st.sampled_from(["a", "e", "0"]), st.integers(0, 2)), max_size=4))
def test_what_is_written_is_read_again(document, keys):
    path = compile_path("$" + "".join(f"[{key}]" if isinstance(key, int) else f"['{key}']" for key in keys))
    try:
        result = write(path, document, {"new": 1})
    except CannotWrite:
        return
    assert path.read(result) == {"new": 1}


def test_the_door_is_as_described():
    assert sorted(jsonpath.__all__) == [
        "CannotWrite",
        "Path",
        "PathNotFound",
        "PathSyntaxError",
        "PathTooCostly",
        "compile_path",
        "write",
        "writer",
    ]


def test_every_operator_that_can_be_written_can_be_evaluated():
    assert {*OPERATORS, *COSTLY_OPERATORS} == OPERATOR_WORDS


def test_texts_of_values_too_deep_for_the_stack():
    deep: object = []
    for _ in range(3000):
        deep = {"a": [deep]}
    for path in ("$.v[0]", "$.v[?(@.a == @.b)].c[0]", "$.v.a[0].a.x"):
        assert complaint_of(lambda path=path: compile_path(path).read({"v": deep})) != ""


def test_deep_values_are_compared():
    def nest(value):
        for _ in range(3000):
            value = [{"a": value}]
        return value

    path = compile_path("$.items[?(@.v == $.v)].id")
    assert path.read({"v": nest(1), "items": [{"id": 1, "v": nest(1)}, {"id": 2, "v": nest(2)}]}) == [1]
