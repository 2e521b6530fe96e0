"""Samples: what several executions cost one by one, and which ways they took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from asl.cost.assumptions import AS_SAMPLED, Assumptions
from asl.cost.month import Month, Number, mean, month
from asl.cost.pricelist import Prices
from asl.cost.usage import Use
from asl.history import History


class Range(msgspec.Struct, frozen=True):
    """How a figure spreads over the samples: nearest ranks, so each is that of some sample."""

    p50: Number
    p90: Number
    max: Number


def spread(values: Iterable[Number]) -> Range:
    """How values spread; at least one."""
    ordered = sorted(values)
    return Range(_rank(ordered, 50), _rank(ordered, 90), ordered[-1])


def _rank(ordered: Sequence[Number], percent: int) -> Number:
    return ordered[max(1, -(-percent * len(ordered) // 100)) - 1]


class Ranges(msgspec.Struct, frozen=True):
    """How the samples spread, each as one execution on top of a month's free transitions.

    Attributes:
        transitions: As Standard.
        standard_usd: As Standard, with Express children.
        billed_ms: As Express.
        billed_mb: As Express.
        express_usd: As Express.
    """

    transitions: Range
    standard_usd: Range
    billed_ms: Range
    billed_mb: Range
    express_usd: Range


def ranges(
    uses: Sequence[Use], listed: Prices, count_start: bool | None = None, assumed: Assumptions = AS_SAMPLED
) -> Ranges:
    """How samples spread.

    Raises:
        UnknownRegion: The region is not billed in US dollars.
    """
    each: list[Month] = [month(mean([use], count_start, assumed), 1, listed, free=0) for use in uses]
    return Ranges(
        transitions=spread(told.standard.transitions for told in each),
        standard_usd=spread(told.usd("STANDARD") for told in each),
        billed_ms=spread(told.express.billed_ms for told in each),
        billed_mb=spread(told.express.billed_mb for told in each),
        express_usd=spread(told.express.usd for told in each),
    )


def add_ways(taken: dict[str, dict[str, int]], history: History) -> None:
    """Adds the ways that an execution took to those of others: Choice state -> state that came next -> times.

    Told from which event points at which, so that it holds for a history that was read again too.
    """
    left: dict[int, str] = {}
    for number, (kind, previous, _, _, state, *_) in enumerate(history.events(), 1):
        if kind.name == "ChoiceStateExited":
            left[number] = state
        elif kind.name.endswith("StateEntered") and previous in left:
            ends = taken.setdefault(left.pop(previous), {})
            ends[state] = ends.get(state, 0) + 1
