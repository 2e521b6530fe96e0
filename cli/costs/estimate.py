"""The estimate: what samples say of a month, or of one execution, and how that goes into JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from asl.advice import Advice
from asl.cost import Prices, Use, start_rule
from asl.cost.assumptions import AS_SAMPLED, Assumptions
from asl.cost.month import Month, break_even, mean, month
from asl.cost.samples import Ranges, ranges
from cli.costs.advice import advice_on, bill_of
from cli.costs.other_type import NOTES, Forbidden, forbidden, has_map_runs
from cli.costs.samples import Samples


class Asked(msgspec.Struct, frozen=True):
    """What is asked of the samples.

    Attributes:
        per_month: How many executions are started in a month; None for the cost of one execution.
        count_start: Which starts are transitions, as `asl.cost.cost` takes it.
        free_tier: Whether the month's free transitions are this machine's.
        what_if: What is to be otherwise than in the samples, as it was given; None for nothing.
        assumed: The same, read.
        budget: What a month may cost in US dollars.
    """

    per_month: int | None = None
    count_start: bool | None = None
    free_tier: bool = True
    what_if: str | None = None
    assumed: Assumptions = AS_SAMPLED
    budget: float | None = None


class Estimate(msgspec.Struct, frozen=True):
    """What samples say.

    Attributes:
        samples: The samples.
        asked: What was asked.
        prices: The prices that were taken.
        month: The month; or one execution on top of a month's free transitions.
        before: The same as it was sampled, where something is assumed.
        ranges: How the samples spread.
        break_even: The executions a month below which Standard is cheaper; None if one type always is, or
            if the other could not do the work of Map Runs.
        forbidden: What forbids the other type.
        advice: What could cost less or stand more, as it was sampled.
    """

    samples: Samples
    asked: Asked
    prices: Prices
    month: Month
    before: Month | None
    ranges: Ranges
    break_even: int | None
    forbidden: list[Forbidden]
    advice: Advice

    @property
    def usd(self) -> float:
        """What it costs all in all as what the machine is."""
        return self.month.usd(self.samples.kind)

    @property
    def has_express(self) -> bool:
        """Whether there is anything to tell of it as Express: not where Map Runs do its work."""
        return not has_map_runs(self.forbidden)

    @property
    def free(self) -> int:
        """The free transitions that are taken off."""
        return (
            self.prices.free_transitions if self.asked.free_tier and self.asked.per_month is not None else 0
        )

    @property
    def advised_per(self) -> str:
        """What the amounts of the advice are for."""
        return "month" if self.asked.per_month is not None else "million executions"

    @property
    def over_budget(self) -> bool:
        """Whether there is a budget and it is exceeded."""
        return self.asked.budget is not None and self.usd > self.asked.budget

    @property
    def notes(self) -> list[str]:
        """What is to be known beside the figures."""
        return [*self.samples.notes, *NOTES]

    def to_dict(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self.month)
        told = {
            "region": self.prices.region,
            "per_month": self.asked.per_month,
            "standard": plain["standard"],
            "express": plain["express"],
            "break_even_per_month": self.break_even,
            "forbidden": msgspec.to_builtins(self.forbidden),
            "by_state": plain["by_state"],
            "outside_states": plain["outside_states"],
            "children": {"requests": self.month.child_requests, "usd": self.month.child_usd},
            "type": self.samples.kind,
            "usd": self.usd,
            "samples": [
                {"label": each.label, "status": each.status, **_sampled(each.use, self.asked.count_start)}
                for each in self.samples.each
            ],
            "ranges": msgspec.to_builtins(self.ranges),
            "ways": self.samples.ways,
            "rule": start_rule(self.asked.count_start),
            "free_transitions": self.free,
            "prices": {
                "source": self.prices.source, "date": self.prices.date, "assumed": list(self.prices.assumed)
            },
            "notes": self.notes,
            "advice": [each.to_dict() for each in self.advice.findings],
        }  # fmt: skip
        if self.before is not None:
            before = msgspec.to_builtins(self.before)
            told["what_if"] = {
                "given": self.asked.what_if,
                "before": {name: before[name] for name in ("standard", "express")},
            }
        if self.asked.budget is not None:
            told["budget"] = {"usd": self.asked.budget, "exceeded": self.over_budget}
        return told


def _sampled(use: Use, count_start: bool | None) -> dict[str, Any]:
    return {
        "transitions": use.transitions(count_start),
        "billed_ms": use.billed_ms,
        "billed_mb": use.mb,
    }


def estimate(samples: Samples, asked: Asked, prices: Prices) -> Estimate:
    """What samples say of a month.

    Args:
        samples: One at least.
        asked: What is asked.
        prices: Of the region.

    Raises:
        UnknownRegion: The region is not billed in US dollars.
    """
    average = mean(samples.uses, asked.count_start, asked.assumed)
    executions = 1 if asked.per_month is None else asked.per_month
    always_free = prices.free_transitions if asked.free_tier else 0
    free = 0 if asked.per_month is None else always_free
    before = mean(samples.uses, asked.count_start)
    found = forbidden(samples, asked.assumed)
    no_express = has_map_runs(found)
    return Estimate(
        samples=samples,
        asked=asked,
        prices=prices,
        month=month(average, executions, prices, free=free),
        before=None if asked.what_if is None else month(before, executions, prices, free=free),
        ranges=ranges(samples.uses, prices, asked.count_start, asked.assumed),
        break_even=None if no_express else break_even(average, prices, free=always_free),
        forbidden=found,
        advice=advice_on(samples, bill_of(samples, asked.per_month, asked.count_start, prices, free)),
    )
