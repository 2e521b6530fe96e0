"""An environment and a path compiler of the tests' own, and two ways to run a call in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from asl.errors import RUNTIME, InterpreterFailure
from asl.query.environment import Environment, Evaluate
from asl.query.intrinsics import compile_intrinsic

STEP = re.compile(r"\.(\w+)|\[(\d+)\]|\['([^']*)'\]")


class Surroundings:
    """Draws count up, so that a test knows what comes."""

    def __init__(self, draws: list[int] | None = None) -> None:
        self.draws = draws or []
        self.asked: list[int] = []

    def context(self) -> dict[str, Any]:
        return {"Execution": {"Name": "run-1"}, "StateMachine": {"Id": "arn:m", "Name": "m"}}

    def variable(self, name: str) -> Any:
        return {"x": 7, "obj": {"a": [1, 2]}}[name]

    def draw(self, bits: int) -> int:
        self.asked.append(bits)
        return self.draws.pop(0) if self.draws else len(self.asked)


def compile_path(text: str) -> Evaluate:
    """Names and indexes only: enough to hand arguments over."""
    root = re.match(r"\$\$|\$\w*", text)
    steps = list(STEP.finditer(text, root.end() if root else 0))
    if root is None or root[0] + "".join(step[0] for step in steps) != text:
        raise ValueError("only names and indexes here")
    keys = [int(step[2]) if step[2] else step[1] or step[3] for step in steps]

    def evaluate(data: Any, env: Environment) -> Any:
        value = (
            {"$": data, "$$": env.context()}[root[0]] if root[0] in ("$", "$$") else env.variable(root[0][1:])
        )
        for key in keys:
            if not isinstance(value, list if isinstance(key, int) else dict):
                raise InterpreterFailure(f"no {key} in there")
            value = value[key]
        return value

    return evaluate


@pytest.fixture(scope="session")
def compiled() -> Callable[[str], Evaluate]:
    """The closure of a call."""
    return lambda text: compile_intrinsic(text, compile_path)


@pytest.fixture(scope="session")
def surroundings() -> Callable[..., Surroundings]:
    """An environment, if wanted with the draws it will give."""
    return Surroundings


@pytest.fixture(scope="session")
def run() -> Callable[..., Any]:
    """The value of a call on data."""

    def run(text: str, data: Any = None, draws: list[int] | None = None) -> Any:
        return compile_intrinsic(text, compile_path)(data, Surroundings(draws))

    return run


@pytest.fixture(scope="session")
def whole_cause() -> Callable[..., str]:
    """The cause with which a call fails on data."""

    def whole_cause(text: str, data: Any = None) -> str:
        evaluate = compile_intrinsic(text, compile_path)
        with pytest.raises(InterpreterFailure) as caught:
            evaluate(data, Surroundings())
        assert caught.value.error == RUNTIME
        assert caught.value.cause is not None
        return caught.value.cause

    return whole_cause


@pytest.fixture(scope="session")
def cause(whole_cause: Callable[..., str]) -> Callable[..., str]:
    """The cause with which a call fails on data, without the part that names the call."""

    def cause(text: str, data: Any = None) -> str:
        called, _, what = whole_cause(text, data).partition("' had the following error: ")
        assert called.startswith("The function 'States.")
        return what

    return cause
