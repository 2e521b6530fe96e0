"""What an expression may ask for while it is evaluated, and what it tells that it will."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from asl.jsontypes import JSON


class Surroundings(Protocol):
    """The world of one evaluation. The interpreter's frame is one; tests make their own."""

    @property
    def now(self) -> int:
        """The time, in milliseconds since the epoch."""
        ...

    def variable(self, name: str) -> JSON:
        """The value of a workflow variable.

        Raises:
            KeyError: No variable of this name has been assigned.
        """
        ...

    def draw(self, bits: int) -> int:
        """A fresh random integer of so many bits (at most 512)."""
        ...


class Uses(NamedTuple):
    """What an expression reads.

    Attributes:
        members: The members of ``$states``.
        variables: The workflow variables, whether they are assigned or not.
    """

    members: frozenset[str]
    variables: frozenset[str]
