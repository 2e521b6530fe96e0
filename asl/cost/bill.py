"""The bill: what one execution costs as Standard and as Express."""

from __future__ import annotations

from typing import Any

import msgspec

from asl.cost.charges import express_usd, standard_usd
from asl.cost.pricelist import Prices, prices
from asl.cost.usage import Children, Use, use
from asl.defaults import REGION
from asl.history import History


class Standard(msgspec.Struct, frozen=True):
    """The run as a Standard workflow, before the month's free transitions.

    Its Standard children's transitions and its children's starts are in it; what Express children cost
    is in `Cost.children`.
    """

    transitions: int
    usd: float


class Express(msgspec.Struct, frozen=True):
    """The run as an Express workflow, at the rate of a month's first GB-seconds.

    Requests and amount are with those of Express children; time and memory are the run's own.
    """

    requests: int
    billed_ms: int
    billed_mb: int
    usd: float


class ChildCost(msgspec.Struct, frozen=True):
    """The executions that a run's Map Runs started.

    Attributes:
        executions: How many.
        transitions: Of those that are Standard, and of all starts that are counted.
        requests: How many are Express.
        gb_seconds: The billed duration of those.
        express_usd: What those cost: on top of the amount of `Cost.standard`.
    """

    executions: int
    transitions: int
    requests: int
    gb_seconds: float
    express_usd: float


class Cost(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one execution costs, for Step Functions alone.

    Attributes:
        region: Whose prices were taken.
        standard: As a Standard workflow.
        express: As an Express workflow, whether or not it could be one.
        by_state: State name -> transitions, retries included, in order of first entry, and those of
            Standard children. The start of a child is its Map state's. Redrives and the run's own start
            belong to no state, so `standard` may count more.
        children: The executions that its Map Runs started; None where there are none.
    """

    region: str
    standard: Standard
    express: Express
    by_state: dict[str, int]
    children: ChildCost | None = None

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts and numbers, ready for JSON; amounts in US dollars, not rounded."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def cost(
    history: History,
    *,
    definition_bytes: int,
    region: str = REGION,
    count_start: bool | None = None,
    children: Children | None = None,
) -> Cost:
    """What the execution with this history costs on AWS, as Standard and as Express.

    Args:
        history: Of the execution, up to now if it still runs.
        definition_bytes: The size of the state machine definition in bytes of UTF-8.
        region: Whose prices to take.
        count_start: Whether to count starts as transitions: True for all, False for none, None for
            those of a Distributed Map's executions. Sources disagree: docs/cost.md has the readings.
        children: What the executions used that its Map Runs started.

    Raises:
        UnknownRegion: No source gives the region's prices in US dollars.
    """
    return priced(use(history, definition_bytes, children), prices(region), count_start)


def priced(used: Use, listed: Prices, count_start: bool | None = None) -> Cost:
    """What an execution costs that used so much.

    Args:
        used: What it used.
        listed: The prices.
        count_start: As for `cost`.

    Raises:
        UnknownRegion: The region is not billed in US dollars.
    """
    transitions = used.transitions(count_start)
    below = used.children
    duration = used.gb_seconds + below.gb_seconds
    return Cost(
        region=listed.region,
        standard=Standard(transitions, float(standard_usd(transitions, listed))),
        express=Express(
            1 + below.requests,
            used.billed_ms,
            used.mb,
            float(express_usd(1 + below.requests, duration, listed)),
        ),
        by_state=used.transitions_by_state(count_start),
        children=_children(used, listed, count_start),
    )


def _children(used: Use, listed: Prices, count_start: bool | None) -> ChildCost | None:
    below = used.children
    if not below.starts:
        return None
    alone = Use({}, {}, 0, 0, 0, below)
    return ChildCost(
        executions=sum(below.starts.values()),
        transitions=alone.transitions(False if count_start is False else None),
        requests=below.requests,
        gb_seconds=float(below.gb_seconds),
        express_usd=float(express_usd(below.requests, below.gb_seconds, listed)) if below.requests else 0.0,
    )
