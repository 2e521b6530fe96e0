"""Whole numbers that a state reads when it runs."""

import pytest

from asl.elements.limits import heartbeat_before_timeout, whole_number
from asl.errors import InterpreterFailure
from asl.spec.fields import Expression
from tests.unit.elements.shared import Surroundings

PATH = Expression("$.n", lambda data, frame: data["n"])


def read(fields, data=None, default=None):
    return whole_number(fields, "TimeoutSeconds", default)(data, Surroundings())


@pytest.mark.parametrize(
    ("fields", "default", "expected"),
    [({}, None, None), ({}, 0, 0), ({"TimeoutSeconds": 5}, None, 5), ({"TimeoutSeconds": 0}, 7, 0)],
)
def test_a_constant(fields, default, expected):
    assert read(fields, default=default) == expected


@pytest.mark.parametrize("value", [0, 1, -1, 10**30])
def test_a_path(value):
    assert read({"TimeoutSecondsPath": PATH}, {"n": value}, default=9) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("5", '"5"'), ("", '""'), (1.5, '"1.5"'), (True, '"true"'), (None, '"null"'), ([1], '"[1]"'),
        ({"a": 1, "b": "é"}, '"{"a":1,"b":"é"}"'),
    ],
)  # fmt: skip
def test_a_path_to_something_else(value, shown):
    with pytest.raises(InterpreterFailure) as failure:
        read({"TimeoutSecondsPath": PATH}, {"n": value})
    assert failure.value.error == "States.Runtime"
    assert failure.value.cause == (
        f"The TimeoutSecondsPath field refers to value {shown} which is not a valid integer: $.n"
    )


@pytest.mark.parametrize(
    "fields",
    [{}, {"HeartbeatSeconds": 5}, {"TimeoutSeconds": 5}, {"TimeoutSeconds": "5", "HeartbeatSeconds": 9}],
)
def test_a_heartbeat_without_a_time_limit_is_fine(fields):
    assert heartbeat_before_timeout(fields) is None
