"""A frame of the tests' own: it draws what it is told."""

from typing import Any


class Surroundings:
    """What a compiled element asks of the visit of a state."""

    def __init__(self, drawn: int = 0) -> None:
        self.drawn = drawn
        self.bits: list[int] = []

    def draw(self, bits: int) -> int:
        self.bits.append(bits)
        return self.drawn

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"asks for {name}")
