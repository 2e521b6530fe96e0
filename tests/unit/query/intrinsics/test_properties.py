"""Whatever the text, only syntax errors; whatever the data, only failures of the execution."""

import contextlib
import json

from hypothesis import example, given
from hypothesis import strategies as st

from asl.errors import InterpreterFailure
from asl.query.intrinsics import INTRINSICS, IntrinsicSyntaxError

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)
tokens = st.sampled_from(
    [
        *INTRINSICS,
        "States.",
        "(",
        ")",
        ",",
        "'",
        "\\",
        "{}",
        "{",
        "$",
        ".a",
        "[0]",
        "[?(@",
        '"',
        "-1",
        "1e9",
        "null",
        " ",
    ]
)
literals = st.sampled_from(
    ["'{} {}'", "'a'", "'MD5'", r"'\\\{'", "''", "0", "-1", "2.5", "1e300", "true", "false", "null"]
)
paths = st.sampled_from(["$", "$.a", "$.b", "$[0]", "$x", "$obj.a", "$$.Execution.Name", "$$.Nope", "$.c.d"])


@st.composite
def calls(draw, arguments):
    row = draw(st.sampled_from(list(INTRINSICS.values())))
    most = row.minimum + 3 if row.maximum is None else row.maximum
    inner = draw(st.lists(arguments, min_size=row.minimum, max_size=most))
    return f"{row.name}({', '.join(inner)})"


programs = calls(literals | paths | calls(literals | paths))


@given(st.text() | st.lists(tokens, max_size=20).map("".join))
@example("States.Array($" + "[" * 5000)
@example("States.Array(" * 5000)
@example("States.Array('" + "\\\\" * 5000)
@example("States.Array(" + "1" * 5000 + ")")
def test_any_text_compiles_or_is_a_syntax_error(compiled, text):
    with contextlib.suppress(IntrinsicSyntaxError):
        compiled(text)


@given(programs, values, values, st.integers(0, 2**128 - 1))
def test_any_data_gives_json_or_a_failure(compiled, surroundings, call, one, other, draw):
    evaluate = compiled(call)
    for data in (one, {"a": one, "b": other}, [one, other]):
        before = json.dumps(data)
        with contextlib.suppress(InterpreterFailure):
            json.dumps(evaluate(data, surroundings([draw >> 64, draw])))
        assert json.dumps(data) == before


@given(values)
def test_what_is_written_is_read_back(run, value):
    assert run("States.StringToJson(States.JsonToString($))", value) == value


@given(st.text())
def test_what_is_encoded_is_decoded(run, text):
    assert run("States.Base64Decode(States.Base64Encode($))", text) == text


@given(st.lists(values))
def test_unique_holds_each_item_once(run, items):
    kept = run("States.ArrayUnique($)", items)
    assert all(run("States.ArrayContains($.kept, $.item)", {"kept": kept, "item": item}) for item in items)
    assert run("States.ArrayUnique($)", kept) == kept


@given(st.lists(values), st.integers(1, 20))
def test_partitions_join_to_the_whole(run, items, size):
    chunks = run("States.ArrayPartition($.items, $.size)", {"items": items, "size": size})
    assert [item for chunk in chunks for item in chunk] == items
    assert all(0 < len(chunk) <= size for chunk in chunks)


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(-50, 50).filter(bool))
def test_a_range_is_pythons_with_its_end(run, first, last, step):
    expected = list(range(first, last + (1 if step > 0 else -1), step))
    call = f"States.ArrayRange({first}, {last}, {step})"
    if len(expected) <= 1000:
        assert run(call) == expected


@given(st.integers(-(2**70), 2**70), st.integers(1, 2**70), st.integers(0, 2**64 - 1))
def test_a_random_number_is_in_its_range(run, start, length, draw):
    assert start <= run(f"States.MathRandom({start}, {start + length})", draws=[draw]) < start + length
