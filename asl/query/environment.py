"""What an expression may see beside its data: the context object, variables and draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from asl.jsontypes import JSON


class Environment(Protocol):
    """The surroundings of one evaluation. The interpreter's frame is one; tests make their own."""

    def context(self) -> dict[str, JSON]:
        """The context object, read by ``$$`` in JSONPath."""
        ...

    def variable(self, name: str) -> JSON:
        """The value of a workflow variable.

        Raises:
            KeyError: No variable of this name has been assigned in this or an outer scope.
        """
        ...

    def draw(self, bits: int) -> int:
        """A fresh random integer of so many bits (at most 512), drawn from the execution's own seed."""
        ...


Evaluate: TypeAlias = Callable[[JSON, Environment], JSON]
"""A compiled expression: takes the data (what ``$`` means there) and the environment.

Raises only `asl.errors.Failure`.
"""
