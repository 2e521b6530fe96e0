"""A state's data and surroundings to evaluate expressions in."""

from typing import Any

from asl.query.jsonata import ExpressionFailure, JSONataSyntaxError, compile_expression

ANYWHERE = frozenset({"input", "context"})


class World:
    now = 1_600_000_000_123

    def __init__(self, **variables: Any) -> None:
        self.variables = variables
        self.drawn = 0

    def variable(self, name: str) -> Any:
        return self.variables[name]

    def draw(self, bits: int) -> int:
        self.drawn += 1
        return (self.drawn * 0x9E3779B97F4A7C15F39CC0605CEDC834) % 2**bits


def value(text: str, data: Any = None, **variables: Any) -> Any:
    return compile_expression(text, available=ANYWHERE).evaluate({"input": data}, World(**variables))


def failure(text: str, data: Any = None, **variables: Any) -> str:
    try:
        got = value(text, data, **variables)
    except ExpressionFailure as error:
        return error.text
    raise AssertionError(f"{text} gave {got!r}")


def refusal(text: str, available: frozenset[str] = ANYWHERE) -> tuple[str, str, int | None]:
    try:
        compile_expression(text, available=available)
    except JSONataSyntaxError as error:
        return error.code, error.message, error.position
    raise AssertionError(f"{text} was not refused")
