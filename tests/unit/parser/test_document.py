"""What cannot be read as a definition at all: broken text, too much of it, or no JSON."""

import json

import pytest

import asl
from asl.jsontypes import MAX_DEPTH
from asl.parser import read_document
from asl.spec.quotas import DEFINITION_BYTES
from tests.unit.validator.shared import END, machine, passing

UNREADABLE = "INVALID_JSON_DESCRIPTION"


def refusal(source, **options):
    """The one thing that is wrong with a definition that cannot be read; `parse` says the same."""
    [diagnostic] = asl.validate(source, **options)
    with pytest.raises(asl.InvalidDefinition) as error:
        asl.parse(source, **options)
    assert error.value.diagnostics == [diagnostic]
    assert (diagnostic.severity, diagnostic.code) == ("ERROR", UNREADABLE)
    where = diagnostic.location  # AWS shows its parser's own (recorded)
    assert where == "/" or diagnostic.message.endswith(f"\n at {where}")
    assert diagnostic.message
    assert diagnostic.hint
    return diagnostic


# ------------------------------------------------------------- broken JSON


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{", (1, 2)),
        ('{"a"', (1, 5)),
        ('{"a":', (1, 6)),
        ('{"a": 1', (1, 8)),
        ('{"a": }', (1, 7)),
        ('{"a" 1}', (1, 6)),
        ("{'a': 1}", (1, 2)),
        ("{a: 1}", (1, 2)),
        ('{\n  "a": 1,\n}', (3, 1)),
        ('{\n  "a": 1\n  "b": 2\n}', (3, 3)),
        ('{"a": [1, 2,]}', (1, 13)),
        ('{"a": [1 2]}', (1, 10)),
        ('{"a": tru}', (1, 7)),
        ('{"a": 01}', (1, 8)),
        ('{"a": "b', (1, 7)),
        ('{"a": "\\x"}', (1, 8)),
        ('{"a":\n "b\nc"}', (2, 4)),
        ('{"a": 1}\n{"b": 2}', (2, 1)),
        ("// comment\n{}", (1, 1)),
        ("\x00", (1, 1)),
        ("<definition/>", (1, 1)),
    ],
)
def test_broken_json(text, place):
    diagnostic = refusal(text)
    assert (diagnostic.line, diagnostic.column) == place


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none(number):
    assert number.lstrip("-") in refusal(f'{{"a": {number}}}').message


@pytest.mark.xfail(strict=True, reason="what only msgspec complains of is placed at the beginning")
@pytest.mark.parametrize("value", ["NaN", "1e400", '"\\ud800"', "[" * MAX_DEPTH])
def test_what_is_valid_for_python_alone_has_a_place_too(value):
    assert refusal(f'{{\n  "a": {value}\n}}').line == 2


def test_a_lone_surrogate_is_named():
    assert "surrogate" in refusal('{"a": "\\ud800"}').message


@pytest.mark.xfail(strict=True, reason="says to call sys.set_int_max_str_digits()")
@pytest.mark.parametrize("source", [f'{{"a": {"1" * 5000}}}', passing(Result=10**5000)])
def test_too_many_digits_are_told_in_terms_of_the_definition(source):
    assert "sys." not in refusal(source).message


@pytest.mark.parametrize(
    ("data", "byte"),
    [(b"\xff", 0), (b'{"Comment": "\xe9"}', 13), ('{"Comment": "x"}'.encode("utf-16"), 0), (b"\xf0\x9f", 0)],
)
def test_bytes_that_are_no_utf8(data, byte):
    assert refusal(data).message.endswith(f"at byte {byte}")


@pytest.mark.parametrize("bom", ["\ufeff", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_is_passed_over(bom):
    text = json.dumps(passing())
    assert asl.validate(bom + text if isinstance(bom, str) else bom + text.encode()) == []


def test_a_text_with_a_lone_surrogate():
    assert "half a surrogate pair" in refusal('{"a": "\ud800"}').message


# ------------------------------------------------------------- values that are no JSON


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (object(), "A value of Python type object is not JSON"),
        ({"a": b"x"}, "A value of Python type bytes is not JSON"),
        ((1, 2), "A value of Python type tuple is not JSON"),
        (passing(Result={1, 2}), "A value of Python type set is not JSON"),
        ({1: 2}, "The keys of an object must be strings"),
        (passing(Result=[{None: 1}]), "The keys of an object must be strings"),
        (passing(Result=float("nan")), "NaN and infinity are not JSON"),
        (passing(Result=[float("-inf")]), "NaN and infinity are not JSON"),
    ],
)
def test_python_values_that_are_no_json(value, message):
    assert refusal(value).message == message


@pytest.mark.parametrize("definition", [passing(Comment="\ud800"), machine(**{"\ud800": END})])
def test_strings_that_cannot_be_written(definition):
    assert "surrogates not allowed" in refusal(definition).message


# ------------------------------------------------------------- size and depth

TOO_LARGE = f"The definition is larger than {DEFINITION_BYTES} bytes"


def padded(size):
    """A good definition that takes so many bytes as compact JSON."""
    empty = len(json.dumps(passing(Comment=""), separators=(",", ":")))
    return passing(Comment="x" * (size - empty))


def compact(value):
    return json.dumps(value, separators=(",", ":"))


@pytest.mark.parametrize("form", [lambda value: value, compact, lambda value: compact(value).encode()])
def test_one_mebibyte_is_enough(form):
    assert asl.validate(form(padded(DEFINITION_BYTES))) == []
    assert refusal(form(padded(DEFINITION_BYTES + 1))).message == TOO_LARGE


def test_size_is_measured_in_bytes():
    assert asl.validate(passing(Comment="é" * 520_000)) == []
    assert refusal(passing(Comment="é" * 530_000)).message == TOO_LARGE


@pytest.mark.parametrize("size", [DEFINITION_BYTES + 1, 20 * DEFINITION_BYTES])
@pytest.mark.parametrize("yaml", [False, True])
@pytest.mark.parametrize("filling", ["[", " ", '{"a":', "- "])
def test_too_much_text_is_not_even_read(size, yaml, filling):
    assert refusal(filling * size, yaml=yaml).message == TOO_LARGE


def arrays(depth):
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("text", [arrays(100_000), "[" * 100_000, '{"a":' * 100_000])
def test_text_nested_too_deep(text):
    assert f"more than {MAX_DEPTH} levels deep" in refusal(text).message


@pytest.mark.xfail(strict=True, reason="Python's call stack bounds the depth, and the caller's frames count")
def test_text_nested_as_deep_as_json_may():
    deep = arrays(MAX_DEPTH - 3)  # below the machine, its States and the state
    assert asl.validate(json.dumps(passing(Result=0)).replace(": 0", f": {deep}")) == []


def test_a_value_nested_too_deep():
    value = {}
    for _ in range(5000):
        value = {"a": value}
    assert f"more than {MAX_DEPTH} levels deep" in refusal(passing(Result=value)).message


@pytest.mark.parametrize("outer", [{}, []])
def test_a_value_that_contains_itself(outer):
    outer.update(a=outer) if isinstance(outer, dict) else outer.append(outer)
    assert f"more than {MAX_DEPTH} levels deep" in refusal(passing(Result=outer)).message


RULES_DEEP = [("Not", 98, True), ("And", 49, True), ("Not", 99, False), ("And", 50, False),
              ("Not", 480, False), ("And", 290, False)]  # fmt: skip


@pytest.mark.parametrize(("rule", "depth", "good"), RULES_DEEP)
def test_choice_rules_nested_deep(rule, depth, good):
    inner = {"Variable": "$.x", "IsNull": True}
    for _ in range(depth):
        inner = {rule: inner if rule == "Not" else [inner]}
    diagnostics = asl.validate(machine(S={"Type": "Choice", "Choices": [{**inner, "Next": "E"}]}, E=END))
    assert {each.message for each in diagnostics} == (set() if good else {"Field is nested too deeply"})


def test_blocks_nested_deep():
    block = machine(State0=END)
    for level in range(1, 240):
        block = machine(**{f"State{level}": {"Type": "Parallel", "End": True, "Branches": [block]}})
    assert asl.validate(block) == []
    assert len(asl.parse(block).states) == 240


# ------------------------------------------------------------- what was read


def test_nothing_of_a_definition_is_lost():
    definition = passing(Result={"b": 1, "a": [1.0, 10**30, None, "\u2028é😀"], "": {}}, Comment="")
    text = json.dumps(definition)
    assert json.dumps(read_document(text).value) == text
    assert json.dumps(asl.parse(text).definition) == text
