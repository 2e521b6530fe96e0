"""What one reading of a path may cost, so that none runs away."""

from __future__ import annotations

from asl.query.jsonpath.failures import Exhausted

MAX_EFFORT = 5_000_000
"""Limit, ours: steps of one reading, which are values visited, for the most part; a few seconds."""


class Effort:
    """What a reading may still do; all that it calls shares it.

    Attributes:
        left: In steps.
    """

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_EFFORT

    def spend(self, steps: int) -> None:
        """Takes steps away.

        Raises:
            Exhausted: There are not that many.
        """
        self.left -= steps
        if self.left < 0:
            raise Exhausted
