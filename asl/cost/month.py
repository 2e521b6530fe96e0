"""A month's bill: so many executions like those of a sample, with free transitions and tiers of duration."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TypeAlias

import msgspec

from asl.cost.assumptions import AS_SAMPLED, Assumptions
from asl.cost.charges import express_usd, standard_usd
from asl.cost.express import billed_mb, billed_ms, gb_seconds
from asl.cost.pricelist import Prices
from asl.cost.usage import Use

Number: TypeAlias = int | float

MOST_EXECUTIONS = 10**15
"""Executions a month beyond which a volume is a slip of the keyboard."""


class Mean(msgspec.Struct, frozen=True):
    """What an execution uses on average.

    Exact fractions, for a third of a transition times a million has to be what it is.

    Attributes:
        by_state: State name -> transitions.
        outside_states: Transitions that belong to no state.
        gb_seconds: Its own billed duration as Express.
        billed_ms: Its own billed milliseconds.
        billed_mb: Its own billed memory.
        child_requests: Express executions that its Map Runs start.
        child_gb_seconds: The billed duration of those.
    """

    by_state: dict[str, Fraction]
    outside_states: Fraction
    gb_seconds: Fraction
    billed_ms: Fraction
    billed_mb: Fraction
    child_requests: Fraction
    child_gb_seconds: Fraction

    @property
    def transitions(self) -> Fraction:
        """All transitions."""
        return sum(self.by_state.values(), self.outside_states)


def mean(uses: Sequence[Use], count_start: bool | None = None, assumed: Assumptions = AS_SAMPLED) -> Mean:
    """What executions use on average, each sample counting the same.

    Args:
        uses: What each sample used; at least one.
        count_start: As for `asl.cost.cost`.
        assumed: What is to be otherwise than in the samples.
    """
    share = Fraction(1, len(uses))
    by_state: dict[str, Fraction] = {}
    for each in uses:
        for name, count in each.transitions_by_state(count_start).items():
            more = (assumed.retries - 1) * (each.retries.get(name, 0) + each.children.retries.get(name, 0))
            by_state[name] = by_state.get(name, Fraction(0)) + share * (count + more)
    times = [billed_ms(ceil(each.ms * assumed.duration)) for each in uses]
    memories = [billed_mb(decimal(each.mb * assumed.memory)) for each in uses]
    durations = [Fraction(gb_seconds(ms, mb)) for ms, mb in zip(times, memories, strict=True)]
    below = sum(Fraction(each.children.gb_seconds) for each in uses) * assumed.duration * assumed.memory
    return Mean(
        by_state=by_state,
        outside_states=share * sum(each.outside_states(count_start) for each in uses),
        gb_seconds=share * sum(durations),
        billed_ms=share * sum(times),
        billed_mb=share * sum(memories),
        child_requests=share * sum(each.children.requests for each in uses),
        child_gb_seconds=share * below,
    )


class MonthStandard(msgspec.Struct, frozen=True):
    """The month as a Standard workflow, its free transitions taken off; without Express children."""

    transitions: Number
    usd: float


class MonthExpress(msgspec.Struct, frozen=True):
    """The month as an Express workflow.

    Requests and amount are the month's, those of Express children in them; ``billed_ms`` and ``billed_mb``
    are those of one execution, as AWS tells them.
    """

    requests: Number
    billed_ms: Number
    billed_mb: Number
    usd: float


class Month(msgspec.Struct, frozen=True):
    """What a month costs.

    Attributes:
        executions: How many are started.
        standard: As Standard.
        express: As Express.
        by_state: State name -> the month's transitions.
        outside_states: The month's transitions that belong to no state.
        child_requests: Express executions that Map Runs start.
        child_usd: What those cost, on top of `standard`.
    """

    executions: int
    standard: MonthStandard
    express: MonthExpress
    by_state: dict[str, Number]
    outside_states: Number
    child_requests: Number
    child_usd: float

    def usd(self, type: str) -> float:
        """What it costs all in all as STANDARD or as EXPRESS."""
        return self.standard.usd + self.child_usd if type == "STANDARD" else self.express.usd


def month(average: Mean, executions: int, listed: Prices, *, free: int) -> Month:
    """What a month of so many executions costs; its GB-seconds are pooled into the tiers.

    Args:
        average: What one of them uses.
        executions: How many are started.
        listed: The prices.
        free: How many transitions are free: those of `Prices.free_transitions`, or 0 where others have
            used them up.

    Raises:
        UnknownRegion: The region is not billed in US dollars.
    """
    by_state = {name: count * executions for name, count in average.by_state.items()}
    outside = average.outside_states * executions
    requests = executions * (1 + average.child_requests)
    return Month(
        executions=executions,
        standard=MonthStandard(
            number(sum(by_state.values(), outside)), float(_standard_usd(average, executions, listed, free))
        ),
        express=MonthExpress(
            number(requests),
            number(average.billed_ms),
            number(average.billed_mb),
            float(_express_usd(average, executions, listed)),
        ),
        by_state={name: number(count) for name, count in by_state.items()},
        outside_states=number(outside),
        child_requests=number(average.child_requests * executions),
        child_usd=float(_child_usd(average, executions, listed)),
    )


def break_even(average: Mean, listed: Prices, *, free: int) -> int | None:
    """The executions a month below which the one type is cheaper, and from which on the other is.

    The free transitions make Standard cheaper at first. Its price for each execution then never changes,
    and that of Express only falls with its tiers; so what Standard costs more is a convex function of the
    volume, which starts at nothing, and there is at most one such volume.

    Args:
        average: What an execution uses.
        listed: The prices.
        free: As for `month`.

    Returns:
        The first volume at which Express is cheaper; None if one of them is cheaper at any volume.

    Raises:
        UnknownRegion: The region is not billed in US dollars.
    """

    def express_is_cheaper(executions: int) -> bool:
        standard = _standard_usd(average, executions, listed, free) + _child_usd(average, executions, listed)
        return standard > _express_usd(average, executions, listed)

    if express_is_cheaper(1):
        return None
    above = 1
    while not express_is_cheaper(above):
        if above > MOST_EXECUTIONS:
            return None
        above *= 2
    below = above // 2
    while above - below > 1:
        middle = (above + below) // 2
        below, above = (below, middle) if express_is_cheaper(middle) else (middle, above)
    return above


def _standard_usd(average: Mean, executions: int, listed: Prices, free: int) -> Decimal:
    return standard_usd(decimal(average.transitions * executions), listed, free)


def _express_usd(average: Mean, executions: int, listed: Prices) -> Decimal:
    requests = executions * (1 + average.child_requests)
    duration = executions * (average.gb_seconds + average.child_gb_seconds)
    return express_usd(decimal(requests), decimal(duration), listed)


def _child_usd(average: Mean, executions: int, listed: Prices) -> Decimal:
    if not average.child_requests:
        return Decimal(0)
    requests, duration = average.child_requests * executions, average.child_gb_seconds * executions
    return express_usd(decimal(requests), decimal(duration), listed)


def decimal(fraction: Fraction) -> Decimal:
    """A fraction to 28 digits, which the charges are worked out with."""
    return Decimal(fraction.numerator) / fraction.denominator


def number(fraction: Fraction) -> Number:
    """A fraction as JSON has it: a whole number as such."""
    return int(fraction) if fraction.denominator == 1 else float(fraction)
