"""How long a retrier waits, which errors it and a catcher answer, and what a caught error becomes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asl.elements.retry import Catcher, Retrier, answers, error_output
from asl.errors import Failure, InterpreterFailure
from asl.spec.fields import Expression
from tests.unit.elements.shared import Surroundings

CEILING = 99_999_999  # seconds; what a retrier without MaxDelaySeconds never waits longer than


def retrier(**fields):
    return Retrier({"ErrorEquals": ("E",), **fields})


def delays(count, **fields):
    """Milliseconds before each of so many retries."""
    return [retrier(**fields).delay(retries, Surroundings()) for retries in range(count)]


# ------------------------------------------------------------- delays


def test_defaults():
    each = retrier()
    assert (each.interval, each.max_attempts, each.backoff_rate, each.max_delay) == (1, 3, 2.0, None)
    assert delays(4) == [1000, 2000, 4000, 8000]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"IntervalSeconds": 5}, [5000, 10_000, 20_000, 40_000]),
        ({"IntervalSeconds": 3, "BackoffRate": 1}, [3000, 3000, 3000, 3000]),
        ({"IntervalSeconds": 1, "BackoffRate": 1.5}, [1000, 1500, 2250, 3375]),
        ({"IntervalSeconds": 1, "BackoffRate": 1.1}, [1000, 1100, 1210, 1331]),
        ({"MaxDelaySeconds": 3}, [1000, 2000, 3000, 3000]),
        ({"IntervalSeconds": 3, "BackoffRate": 2, "MaxDelaySeconds": 5}, [3000, 5000, 5000, 5000]),
        ({"IntervalSeconds": 10, "MaxDelaySeconds": 1}, [1000, 1000, 1000, 1000]),
        ({"JitterStrategy": "NONE"}, [1000, 2000, 4000, 8000]),
    ],
)
def test_delays(fields, expected):
    assert delays(4, **fields) == expected


@pytest.mark.parametrize("retries", [40, 1023, 1024, 100_000, 99_999_999])
@pytest.mark.parametrize("rate", [2.0, 1e300, 1.7976931348623157e308])
@pytest.mark.parametrize("bound", [None, 60])
def test_a_delay_beyond_all_numbers_is_the_longest(retries, rate, bound):
    fields = {"BackoffRate": rate} if bound is None else {"BackoffRate": rate, "MaxDelaySeconds": bound}
    assert retrier(**fields).delay(retries, Surroundings()) == (bound or CEILING) * 1000


rates = st.floats(1, 1e308) | st.integers(1, 100)
fields = st.fixed_dictionaries(
    {"IntervalSeconds": st.integers(1, CEILING), "BackoffRate": rates},
    optional={"MaxDelaySeconds": st.integers(1, 31_622_400)},
)


@given(fields, st.integers(0, 2000))
def test_delays_grow_up_to_the_longest(fields, retries):
    each = retrier(**fields)
    first, second = (each.delay(count, Surroundings()) for count in (retries, retries + 1))
    assert 0 < first <= second <= fields.get("MaxDelaySeconds", CEILING) * 1000
    assert isinstance(first, int)


@given(fields, st.integers(0, 2000), st.integers(0, 2**53 - 1))
def test_full_jitter_draws_between_nothing_and_the_whole_delay(fields, retries, drawn):
    whole = retrier(**fields).delay(retries, Surroundings())
    surroundings = Surroundings(drawn)
    part = retrier(**fields, JitterStrategy="FULL").delay(retries, surroundings)
    assert 0 <= part <= whole
    assert abs(part - whole * drawn / 2**53) <= 1
    assert surroundings.bits == [53]


@pytest.mark.parametrize(("drawn", "expected"), [(0, 0), (2**52, 4000), (2**53 - 1, 8000)])
def test_full_jitter(drawn, expected):
    assert retrier(JitterStrategy="FULL").delay(3, Surroundings(drawn)) == expected


def test_jitter_comes_after_the_bound():
    bounded = retrier(MaxDelaySeconds=4, JitterStrategy="FULL")
    assert bounded.delay(10, Surroundings(2**52)) == 2000


def test_without_jitter_nothing_is_drawn():
    surroundings = Surroundings()
    retrier().delay(3, surroundings)
    assert surroundings.bits == []


# ------------------------------------------------------------- which errors


class Heartbeat(Failure):
    heartbeat = True


@pytest.mark.parametrize(
    ("names", "failure", "expected"),
    [
        (("E",), Failure("E"), True),
        (("E",), Failure("e"), False),
        (("E",), Failure("E.F"), False),
        (("A", "B", "E"), Failure("E"), True),
        ((), Failure("E"), False),
        (("States.ALL",), Failure("E"), True),
        (("States.ALL",), Failure("States.Timeout"), True),
        (("States.ALL",), Failure(None), True),
        (("States.ALL",), Failure("States.DataLimitExceeded"), True),
        (("States.TaskFailed",), Failure("E"), True),
        (("States.TaskFailed",), Failure("States.Permissions"), True),
        (("States.TaskFailed",), Failure("States.Timeout"), False),
        (("States.TaskFailed",), Heartbeat("States.Timeout"), False),
        (("States.TaskFailed", "States.Timeout"), Failure("States.Timeout"), True),
        (("States.Timeout",), Failure("States.Timeout"), True),
        (("States.Timeout",), Heartbeat("States.Timeout"), True),
        (("States.HeartbeatTimeout",), Heartbeat("States.Timeout"), True),
        (("States.HeartbeatTimeout",), Failure("States.Timeout"), False),
        (("States.HeartbeatTimeout",), Failure("E"), False),
        (("E",), Failure(None), False),
        (("",), Failure(None), False),
        (("Exception*",), Failure("Exception1"), False),
    ],
)
def test_answers(names, failure, expected):
    assert answers(names, failure) is expected


# ------------------------------------------------------------- what is caught


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (Failure("E", "c"), {"Error": "E", "Cause": "c"}),
        (Failure("E"), {"Error": "E", "Cause": None}),
        (Failure(None, None), {"Error": None, "Cause": None}),
        (Failure("States.Timeout"), {"Error": "States.Timeout", "Cause": ""}),
        (Failure("States.Timeout", "slow"), {"Error": "States.Timeout", "Cause": "slow"}),
        (InterpreterFailure("c"), {"Error": "States.Runtime", "Cause": "c"}),
    ],
)
def test_error_output(failure, expected):
    assert error_output(failure) == expected
    assert list(error_output(failure)) == ["Error", "Cause"]


class Visit:
    input = {"in": 1}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"Error": "E"}),
        ({"ResultPath": None}, {"in": 1}),
        ({"ResultPath": Expression("$.e", lambda document, value: {**document, "e": value})},
         {"in": 1, "e": {"Error": "E"}}),
    ],
)  # fmt: skip
def test_a_catcher_places_the_error(fields, expected):
    catcher = Catcher({"ErrorEquals": ("E",), "Next": "N", **fields})
    assert catcher.output({"Error": "E"}, Visit()) == expected
