"""Which texts are paths, and what they are made of."""

import pytest

from asl.query.jsonpath import PathSyntaxError, compile_path


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("$", ()),
        ("$.order", ("order",)),
        ("$['order']", ("order",)),
        ('$["order"]', ("order",)),
        ("$[ 'order' ]", ("order",)),
        ("$.'order'", ("'order'",)),
        ("$.['order']", ("order",)),
        ("$.order.lines[0].sku", ("order", "lines", 0, "sku")),
        ("$.lines[007]", ("lines", 7)),
        (r"$['it\'s']", ("it's",)),
        (r"$['\u0061\n']", ("a\n",)),
        (r"$['\ud83d\ude00']", ("😀",)),
        ("$.größe", ("größe",)),
        ("$.a-b", ("a-b",)),
        ("$.2", ("2",)),
        ("$['']", ("",)),
        ("$.order ", ("order",)),
    ],
)
def test_reference_paths_and_their_steps(text, steps):
    path = compile_path(text)
    assert (path.reference, path.definite, path.steps, path.text) == (True, True, steps, text)


@pytest.mark.parametrize(
    "text",
    ["$.a[-1]", "$.a[0,1]", "$.a[0:1]", "$.a[*]", "$.*", "$..a", "$.a.length()", "$.a[?(@.b)]", "$['a','b']"],
)
def test_other_paths_are_no_reference_paths(text):
    assert not compile_path(text).reference


@pytest.mark.parametrize("text", ["a", "a.b", "@.a"])
def test_what_jayway_reads_without_a_dollar_is_no_place_to_write_to(text):
    path = compile_path(text)
    assert not path.reference
    assert path.read({"a": {"b": 1}}) in ({"b": 1}, 1)


@pytest.mark.parametrize(
    ("text", "definite"),
    [
        ("$.a[-1]", True),
        ("$.a.length()", True),
        ("$['a','b']", True),
        ("$['a','b'].c", False),
        ("$.a[0,1]", False),
        ("$.a[1:]", False),
        ("$..a", False),
        ("$..a.length()", True),
        ("$.a[?(@.b == 1)]", False),
    ],
)
def test_definite_paths_lead_to_at_most_one_value(text, definite):
    assert compile_path(text).definite is definite


@pytest.mark.parametrize(
    ("text", "root", "steps"),
    [
        ("$$", "$$", ()),
        ("$$.Execution.Id", "$$", ("Execution", "Id")),
        ("$$['Map']", "$$", ("Map",)),
        ("$total", "total", ()),
        ("$total.net[0]", "total", ("net", 0)),
        ("$größe['x']", "größe", ("x",)),
        ("$_x1.y", "_x1", ("y",)),
    ],
)
def test_roots_beside_the_data(text, root, steps):
    path = compile_path(text)
    assert (path.root, path.steps) == (root, steps)


def test_paths_of_variables_are_read_from_the_variables_value():
    assert compile_path("$total.net[0]").read({"net": [7]}) == 7
    assert compile_path("$total[?(@.a == $.max)]").read({"max": 2, "b": {"a": 2}}) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Path must not end with a '.' or '..'"),
        ("$.", "Path must not end with a '.' or '..'"),
        ("$..", "Path must not end with a '.' or '..'"),
        ("$...a", "Character '.' on position 3 is not valid."),
        ("$ .a", "Illegal character at position 1 expected '.' or '['"),
        ("$1", "Illegal character at position 1 expected '.' or '['"),
        ("$$x", "Illegal character at position 1 expected '.' or '['"),
        (
            "$['a'",
            "Property must be separated by comma or Property must be terminated close square bracket"
            " at index 4",
        ),
        ("$['a", "Property has not been closed - missing closing '"),
        ("$['a',]", "Found empty property at index 6"),
        (
            "$.a b",
            "Use bracket notion ['my prop'] if your property contains blank characters. position: 2",
        ),
        ("$.a[:]", "Failed to parse SliceOperation: :"),
        ("$.a[1 2]", "Failed to parse token in ArrayIndexOperation: 1 2"),
        ("$.a[9999999999]", "Failed to parse token in ArrayIndexOperation: 9999999999"),
        ("$.a[x]", "Could not parse token starting at position 3. Expected ?, ', 0-9, * "),
        ("$.a[*", "Expected wildcard token to end with ']' on position 5"),
        ("$.a.sum(1", "Arguments to function: 'sum' are not closed properly."),
        ("$.a[?(@.b == 1 && )]", None),
        ("$.a[?(@.b = 1)]", "Expected character: )"),
        ("$.a[?(@.b == )]", "Expected character: )"),
        ("$.a[?(@.b == 'x)]", None),
        ("$.a[?()]", None),
        ("$.a[?]", None),
        (r"$['\uzzzz']", None),
    ],
)
def test_texts_that_are_no_paths(text, message):
    with pytest.raises(PathSyntaxError) as caught:
        compile_path(text)
    assert message is None or caught.value.message == message
    assert 0 <= caught.value.offset <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "offset"),
    [("$$.a.b c", 5), ("$var.a[?(@.x === )]", 13), ("$.a[?(@.b[:] == 1)]", 9)],
)
def test_offsets_count_from_the_start_of_the_text(text, offset):
    with pytest.raises(PathSyntaxError) as caught:
        compile_path(text)
    assert caught.value.offset == offset


def test_the_last_character_is_dropped_if_it_is_too_much():
    assert compile_path("$.a[").steps == ("a",)
    assert compile_path("$['a']x").steps == ("a",)


@pytest.mark.parametrize(
    "text",
    [
        "$" + ".a" * 5000,
        "$" + "[*]" * 33,
        "$" + "..a" * 33,
        "$.a[?(" + "(" * 100 + "@.b" + ")" * 100 + ")]",
        "$.a[?(" + "!" * 100 + "(@.b))]",
        "$" + "[?(@" * 40 + ".a" + ")]" * 40,
    ],
)
def test_paths_too_long_or_too_deep_are_refused(text):
    with pytest.raises(PathSyntaxError, match=r"levels deep|may have 10,000 characters"):
        compile_path(text)


def test_long_and_deep_paths_can_be_read():
    document: object = 1
    for _ in range(900):
        document = {"a": document}
    assert compile_path("$" + ".a" * 900).read(document) == 1
    assert compile_path("$" + "[?(@" * 19 + ".a" + ")]" * 19).read(document) == [document]
    assert len(compile_path("$..a").read(document)) == 900


def test_paths_are_equal_by_their_text():
    assert compile_path("$.a") == compile_path("$.a")
    assert len({compile_path("$.a"), compile_path("$.a"), compile_path("$['a']")}) == 2
