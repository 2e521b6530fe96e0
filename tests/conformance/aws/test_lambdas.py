"""The handlers do what the recorded functions did, down to the stack trace."""

from __future__ import annotations

import traceback

import pytest

from tests.conformance.aws.corpus import Behaviour
from tests.conformance.aws.lambdas import handler, seconds


@pytest.mark.parametrize(
    ("behaviour", "answer"),
    [
        (Behaviour("echo"), {"a": 1}),
        (Behaviour("sleep_then_echo", seconds=60), {"a": 1}),
        (Behaviour("return", value=[1]), [1]),
        (Behaviour("return_raw", body='"text"'), "text"),
        (Behaviour("return_raw_repeat", char="a", count=3), "aaa"),
        (Behaviour("return_prefixed_event", prefix="got "), "got {'a': 1}"),
    ],
)
def test_answers(behaviour: Behaviour, answer: object) -> None:
    assert handler(behaviour)({"a": 1}, None) == answer


@pytest.mark.parametrize(
    ("behaviour", "line", "statement"),
    [
        (Behaviour("raise", error_message='a "b"', line=2), 2, 'raise Exception("a \\"b\\"")'),
        (Behaviour("raise", error_type="ValueError"), 2, "raise ValueError()"),
        (Behaviour("raise", error_type="CustomException", line=9), 9, "raise CustomException()"),
    ],
)
def test_raises_as_from_the_file_of_a_function(behaviour: Behaviour, line: int, statement: str) -> None:
    with pytest.raises(Exception) as raised:
        handler(behaviour)({}, None)
    assert type(raised.value).__name__ == behaviour.error_type
    assert str(raised.value) == behaviour.error_message
    assert traceback.format_tb(raised.value.__traceback__)[-1] == (
        f'  File "/var/task/handler.py", line {line}, in handler\n    {statement}\n'
    )


def test_only_sleepers_take_time() -> None:
    behaviours = {"quick": Behaviour("echo"), "slow": Behaviour("sleep_then_echo", seconds=60)}
    assert seconds(behaviours) == {"slow": 60}
