"""States.MathAdd, States.MathRandom and States.UUID."""

import re

import pytest

LARGEST = 2**31 - 1


@pytest.mark.parametrize(
    ("first", "second", "total"),
    [
        (1, 2, 3),
        (111, -1, 110),
        (-9, 3, -6),
        (0.5, 0, 1),
        (-0.5, 0, 0),
        (2.5, 0, 3),
        (-2.5, 0, -2),
        (-2.51, 0, -3),
        (1.49, 1.5, 3),
        (0.49999999999999994, 0, 0),
        (3.0, 4, 7),
        (LARGEST, LARGEST, 2 * LARGEST),
        (-(2**31), 0, -(2**31)),
    ],
)
def test_add_rounds_half_up_and_adds(run, first, second, total):
    result = run("States.MathAdd($.a, $.b)", {"a": first, "b": second})
    assert result == total
    assert type(result) is int


@pytest.mark.parametrize(
    ("call", "data", "message"),
    [
        ("States.MathAdd($, 1)", "1", 'expected a number as argument 1, but it was the string "1"'),
        ("States.MathAdd($, 1)", True, "expected a number as argument 1, but it was the boolean true"),
        ("States.MathAdd(1, $)", None, "expected a number as argument 2, but it was null"),
        (
            "States.MathAdd($, 1)",
            LARGEST + 1,
            "expected a number from -2147483648 to 2147483647 as argument 1, "
            "but it was the number 2147483648",
        ),
        (
            "States.MathAdd(1, $)",
            -3e9,
            "expected a number from -2147483648 to 2147483647 as argument 2, "
            "but it was the number -3000000000.0",
        ),
    ],
)
def test_add_fails(cause, call, data, message):
    assert cause(call, data) == f"Invalid arguments in States.MathAdd: {message}"


@pytest.mark.parametrize(("draw", "expected"), [(0, 3), (2**64 - 1, 7), (2**63, 5)])
def test_random_spreads_a_draw_over_the_range(run, draw, expected):
    assert run("States.MathRandom(3, 8)", draws=[draw]) == expected


def test_random_rounds_its_bounds(run):
    assert run("States.MathRandom(0.5, 1.5)", draws=[2**64 - 1]) == 1


def test_a_seed_gives_one_number_and_draws_nothing(run):
    data = {"seeds": list(range(50))}
    by_seed = [run(f"States.MathRandom(-10, 10, $.seeds[{seed}])", data, draws=[seed]) for seed in range(50)]
    assert by_seed == [run(f"States.MathRandom(-10, 10, {seed})", draws=[5]) for seed in range(50)]
    assert len(set(by_seed)) > 5
    assert all(-10 <= number < 10 for number in by_seed)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            "States.MathRandom(5, 5)",
            "expected an end above the start, but they were the number 5 and the number 5",
        ),
        ("States.MathRandom('a', 5)", 'expected a number as argument 1, but it was the string "a"'),
        ("States.MathRandom(1, null)", "expected a number as argument 2, but it was null"),
        ("States.MathRandom(1, 5, 'x')", 'expected a number as argument 3, but it was the string "x"'),
    ],
)
def test_random_fails(cause, call, message):
    assert cause(call) == f"Invalid arguments in States.MathRandom: {message}"


@pytest.mark.parametrize("draw", [0, 2**128 - 1, 0x0123456789ABCDEF0123456789ABCDEF])
def test_uuid_is_of_version_4(run, draw):
    text = run("States.UUID()", draws=[draw])
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", text)


def test_uuid_keeps_the_bits_it_drew(run):
    assert run("States.UUID()", draws=[0xDEADBEEF << 96 | 0xF00D]) == "deadbeef-0000-4000-8000-00000000f00d"


def test_each_evaluation_draws_anew(run):
    first, second = run("States.Array(States.UUID(), States.UUID())")
    assert first != second
