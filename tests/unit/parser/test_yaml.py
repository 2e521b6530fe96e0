"""Definitions in YAML: JSON's types and nothing else, with places."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

import asl
from asl.parser import read_document
from asl.parser.yaml import MAX_DEPTH, InvalidYAML, load_yaml
from tests.unit.validator.shared import passing

ROOT = Path(__file__).resolve().parents[3]
UNREADABLE = "INVALID_JSON_DESCRIPTION"


def value(text):
    """What ``a: <text>`` makes of a text."""
    document = read_document(f"a: {text}\n", yaml=True)
    assert document.problems == []
    return document.value["a"]


def refusal(text):
    [diagnostic] = asl.validate(text, yaml=True)
    with pytest.raises(asl.InvalidDefinition):
        asl.parse(text, yaml=True)
    assert (diagnostic.code, diagnostic.location) == (UNREADABLE, "/")
    return diagnostic


# ------------------------------------------------------------- scalars


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null", None), ("true", True), ("false", False),
        ("0", 0), ("12", 12), ("-7", -7), ("123456789012345678901234567890", 123456789012345678901234567890),
        ("1.0", 1.0), ("-1.5", -1.5), ("1e3", 1000.0), ("1E+3", 1000.0), ("2.5e-1", 0.25),
    ],
)  # fmt: skip
def test_json_spellings(text, expected):
    assert (value(text), type(value(text))) == (expected, type(expected))


@pytest.mark.parametrize(
    "text",
    [
        "No", "no", "Yes", "y", "n", "on", "Off", "True", "TRUE", "False", "Null", "NULL", "~",
        "010", "0o10", "0x10", "0b1", "1_000", "+1", "1:30", "190:20:30", "--1",
        ".5", "1.", "1.e3", "e3", ".inf", "-.inf", ".nan", ".NaN", "NaN", "Infinity",
        "2001-01-01", "2001-12-14t21:59:43.10-05:00", "=", "1 2", "nullx", "truee", "12abc", "\uff11",
    ],
)  # fmt: skip
def test_other_spellings_are_text(text):
    assert value(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"1"', "1"), ("'true'", "true"), ('"null"', "null"), ("!!str 1", "1"), ("!!str", ""),
        ('!!int "7"', 7), ('!!float "1"', 1.0), ('!!bool "true"', True), ('!!null ""', None),
        ("!!null", None), ("|\n  1\n", "1\n"), (">-\n  true\n", "true"),
    ],
)  # fmt: skip
def test_quotes_and_tags_of_json_types(text, expected):
    assert (value(text), type(value(text))) == (expected, type(expected))


@pytest.mark.parametrize("text", ["", "# nothing", "&anchor"])
def test_nothing_is_null(text):
    assert value(text) is None


def test_zero_below_zero():
    assert math.copysign(1, value("-0.0")) == -1
    assert value("-0") == 0


@pytest.mark.parametrize(
    "text", ["!!binary aGk=", "!!timestamp 2001-01-01", "!own 1", "!!python/name:os.system", "!!merge x"]
)
def test_other_tags_are_refused(text):
    diagnostic = refusal(f"Comment: {text}")
    assert diagnostic.message.startswith("The tag ")
    assert diagnostic.message.endswith(" is not JSON")
    assert (diagnostic.line, diagnostic.column) == (1, 10)


@pytest.mark.parametrize(
    "text",
    [
        "!!int x",
        "!!int 0x1",
        "!!float x",
        "!!bool yes",
        "!!null x",
        "!!int [1]",
        "!!set {x}",
        "!own [1]",
        "!!float inf",
        "!!float nan",
        "!!map x",
    ],
)
def test_a_value_that_is_not_of_its_tag(text):
    assert refusal(f"Comment: {text}").code == UNREADABLE


@pytest.mark.parametrize(
    ("text", "message"),
    [("1e999", "The number 1e999 is too large"), ("1" * 5000, "The number has too many digits")],
)
def test_numbers_beyond_all_bounds(text, message):
    diagnostic = refusal(f"StartAt: S\nComment: {text}")
    assert (diagnostic.message, diagnostic.line, diagnostic.column) == (message, 2, 10)


# ------------------------------------------------------------- keys


@pytest.mark.parametrize(
    "key", ["No", "null", "true", "1", "1.0", "010", "~", "<<", "=", "2001-01-01", "!!int 7"]
)
def test_keys_are_text_as_written(key):
    assert read_document(f"{key}: 1", yaml=True).value == {key.removeprefix("!!int "): 1}


@pytest.mark.parametrize("key", ["? [a]\n", "? {a: 1}\n", "? - a\n"])
def test_keys_that_are_no_text(key):
    diagnostic = refusal(f"{key}: 1")
    assert (diagnostic.message, diagnostic.line) == ("The keys of an object must be strings", 1)


@pytest.mark.parametrize(
    ("text", "duplicates"),
    [
        ("a: 1\nb: 2\na: 3", [("a",)]),
        ("a: 1\n'a': 3", [("a",)]),
        ("a:\n- b: 1\n  b: 2", [("a", 0, "b")]),
        ("1: x\n'1': y", [("1",)]),
        ("a: {b: 1}\nc: {b: 1}", []),
    ],
)
def test_duplicate_keys(text, duplicates):
    assert read_document(text, yaml=True).duplicates == duplicates


def test_a_state_name_twice():
    [diagnostic] = asl.validate(
        "StartAt: S\nStates:\n  S:\n    Type: Succeed\n  S:\n    Type: Fail\n", yaml=True
    )
    assert str(diagnostic) == "DUPLICATE_STATE_NAME: Duplicate state name: S at /States/S"


def test_a_state_name_twice_stands_where_it_is_too_many():
    text = "StartAt: S\nStates:\n  S:\n    Type: Succeed\n  S:\n    Type: Fail\n"
    [diagnostic] = asl.validate(text, yaml=True)
    assert (diagnostic.line, diagnostic.column) == (5, 3)


# ------------------------------------------------------------- anchors, aliases, merge keys


def test_aliases():
    document = read_document("base: &base {x: 1}\na: *base\nb: [*base, *base]\n&key k: *key", yaml=True)
    assert document.value == {"base": {"x": 1}, "a": {"x": 1}, "b": [{"x": 1}, {"x": 1}], "k": "k"}


def test_a_merge_key_is_a_key_like_any_other():
    # AWS knows no merge keys; to leave members out silently would be worse than to name the field
    document = read_document("base: &base {x: 1}\na:\n  <<: *base\n  y: 2", yaml=True)
    assert document.value["a"] == {"<<": {"x": 1}, "y": 2}
    messages = [each.message for each in asl.validate("<<: {StartAt: S}", yaml=True)]
    assert "Field '<<' is not supported" in messages


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "a: &a\n  b: &b [*a, *b]"])
def test_an_alias_of_what_it_stands_in(text):
    assert f"more than {MAX_DEPTH} levels" in refusal(text).message


def test_a_billion_laughs():
    lines = ["l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert refusal("\n".join(lines)).message == "The definition unfolds to too many values"


def test_an_alias_that_makes_the_definition_too_large():
    text = f"a: &a {'x' * 1000}\nb: [{', '.join(['*a'] * 2000)}]"
    assert "larger than" in refusal(text).message


# ------------------------------------------------------------- broken YAML


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [1", (2, 1)),
        ("a: b: c", (1, 5)),
        ("a: 1\n b: 2", (2, 3)),
        ("\ta: 1", (1, 1)),
        ("a:\n  - 1\n b: 2", (3, 2)),
        ("a: *nothing", (1, 4)),
        ("a: 'x", (2, 1)),
        ('a: "\\q"', (1, 5)),
        ('a: "\\ud800"', (1, 7)),
        ("%YAML", (1, 6)),
        ("---\na: 1\n---\nb: 2", (3, 1)),
        ("a: @x", (1, 4)),
        ("{a: 1", (2, 1)),
    ],
)
def test_broken_yaml(text, place):
    diagnostic = refusal(text if text.startswith("%") else text + "\n")
    assert diagnostic.message
    assert diagnostic.hint
    assert (diagnostic.line, diagnostic.column) == place


@pytest.mark.parametrize("text", ["\x00", 'a: "\x01"', "a: \ufffe"])
def test_characters_that_yaml_has_not(text):
    assert "control characters are not allowed" in refusal(text).message


def test_a_lone_surrogate():
    refusal("a: \ud800")


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "- a\n", "text", "5", "null"])
def test_no_object(text):
    [diagnostic] = asl.validate(text, yaml=True)
    assert diagnostic.message == "Definition must be a valid JSON object"


@pytest.mark.parametrize("text", ["[" * 5000 + "]" * 5000, "- " * 5000 + "1", "{a: " * 5000 + "}" * 5000])
def test_nested_too_deep(text):
    assert f"more than {MAX_DEPTH} levels deep" in refusal(text).message


def test_nested_as_deep_as_yaml_may():
    def validated(depth):
        arrays = "[" * (depth - 3) + "]" * (depth - 3)  # below the machine, its States and the state
        return asl.validate(json.dumps(passing(Result=0)).replace(": 0", f": {arrays}"), yaml=True)

    assert validated(MAX_DEPTH) == []
    [diagnostic] = validated(MAX_DEPTH + 1)
    assert (diagnostic.code, diagnostic.message) == (
        UNREADABLE,
        f"YAML nested more than {MAX_DEPTH} levels deep",
    )


@pytest.mark.parametrize("text", ["'[' * 100_000", "'- ' * 100_000", "'{a: ' * 100_000"])
def test_nested_deeper_than_the_stack(text):
    code = f"import asl; asl.validate({text}, yaml=True)"
    process = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert process.returncode == 0


def test_what_the_loader_raises():
    with pytest.raises(InvalidYAML) as error:
        load_yaml("a: 1\nb: [\n")
    assert str(error.value)
    assert error.value.position == (3, 1)


# ------------------------------------------------------------- places

TEXT = """\
StartAt: S
States:
  S:
    Type: Task
    Resource: x
    Retry:
      - ErrorEquals: [E]
        Wrong: 1
      - {ErrorEquals: [E], MaxAttempts: -1}
    End: true
  "T": {Type: Pass,
        End: "yes"}
"""


def test_places():
    places = {each.location: (each.line, each.column) for each in asl.validate(TEXT, yaml=True)}
    assert places == {
        "/States/S/Resource": (5, 5),
        "/States/S/Retry/0/Wrong": (8, 9),
        "/States/S/Retry/1/ErrorEquals": (9, 10),
        "/States/S/Retry/1/MaxAttempts": (9, 28),
        "/States/T": (11, 3),
        "/States/T/End": (12, 9),
    }


@pytest.mark.parametrize(
    ("path", "position"),
    [
        ((), (1, 1)),
        (("States", "S", "Retry", 1), (9, 9)),
        (("States", "S", "Retry", 7), (6, 5)),
        (("States", "S", "Nothing", 0), (3, 3)),
        (("Nothing",), (1, 1)),
    ],
)
def test_positions(path, position):
    assert read_document(TEXT, yaml=True).positions([path]) == {path: position}
    assert load_yaml(TEXT).positions([path]) == {path: position}


@pytest.mark.parametrize(
    "ascii_only",
    [
        False,
        pytest.param(True, marks=pytest.mark.xfail(strict=True, reason="libyaml knows no surrogate pairs")),
    ],
)
def test_json_is_yaml(ascii_only):
    definition = passing(Result=[None, True, 1.0, "No", {"a/b": "é😀\n"}])
    text = json.dumps(definition, indent=1, ensure_ascii=ascii_only)
    assert read_document(text, yaml=True).value == definition
    assert asl.validate(text, yaml=True) == []
