"""The bill that advice is weighed by: what transitions cost in a month of executions like the samples."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import msgspec

from asl.cost import Prices, express_usd, standard_usd
from asl.cost.month import decimal

MILLION = 1_000_000
"""Executions whose price is told where nobody says how many there are in a month."""

LEAST_USD = 0.01
"""What a month has to save at least to be spoken of: a cent."""


class Bill(msgspec.Struct, frozen=True):
    """How many executions there are, and what they cost.

    Attributes:
        prices: Of the region.
        transitions: What an execution makes on average.
        per_month: Executions in a month; None where nobody said.
        free: The month's free transitions that are this machine's.
        counts_starts: Whether the start of an execution by a Map Run is a transition.
    """

    prices: Prices
    transitions: Fraction
    per_month: int | None = None
    free: int = 0
    counts_starts: bool = True

    @property
    def executions(self) -> int:
        """How many executions the amounts are of."""
        return MILLION if self.per_month is None else self.per_month

    @property
    def per(self) -> str:
        """What the amounts are for, in words."""
        return "million executions" if self.per_month is None else "month"

    def less(
        self, transitions: Fraction, requests: Fraction = Fraction(0), gb_seconds: Fraction = Fraction(0)
    ) -> float:
        """US dollars that are saved where each execution makes so many transitions less.

        Args:
            transitions: So many less.
            requests: So many Express executions less, of each execution's own; below 0 for more.
            gb_seconds: Billed duration of Express executions that goes with them, likewise.

        Raises:
            UnknownRegion: The region is not billed in US dollars.
        """
        saved = self._standard(self.transitions) - self._standard(self.transitions - transitions)
        express = express_usd(
            decimal(requests * self.executions), decimal(gb_seconds * self.executions), self.prices
        )
        return float(saved + express)

    def more(self, transitions: Fraction) -> float:
        """US dollars that are added where each execution makes so many transitions more."""
        return float(self._standard(self.transitions + transitions) - self._standard(self.transitions))

    def _standard(self, transitions: Fraction) -> Decimal:
        free = 0 if self.per_month is None else self.free
        return standard_usd(decimal(transitions * self.executions), self.prices, free)
