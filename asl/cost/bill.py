"""The bill: what one execution's history costs as Standard and as Express."""

from __future__ import annotations

from typing import Any

import msgspec

from asl.cost.charges import express_usd, standard_usd
from asl.cost.counts import Tally, tally
from asl.cost.express import billed_mb, billed_ms, gb_seconds, memory_mb, step_data
from asl.cost.pricelist import Prices, prices
from asl.defaults import REGION
from asl.history import History


class Standard(msgspec.Struct, frozen=True):
    """The run as a Standard workflow, before the month's free transitions."""

    transitions: int
    usd: float


class Express(msgspec.Struct, frozen=True):
    """The run as an Express workflow, at the rate of a month's first GB-seconds."""

    requests: int
    billed_ms: int
    billed_mb: int
    usd: float


class Cost(msgspec.Struct, frozen=True):
    """What one execution costs, for Step Functions alone.

    Attributes:
        region: Whose prices were taken.
        standard: As a Standard workflow.
        express: As an Express workflow, whether or not it could be one.
        by_state: State name -> transitions, retries included, in order of first entry. Redrives
            and a start transition belong to no state, so `standard` may count more.
    """

    region: str
    standard: Standard
    express: Express
    by_state: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts and numbers, ready for JSON; amounts in US dollars, not rounded."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def cost(
    history: History,
    *,
    definition_bytes: int,
    region: str = REGION,
    start_transition: bool = False,
) -> Cost:
    """What the execution with this history costs on AWS, as Standard and as Express.

    Args:
        history: Of the execution, up to now if it still runs.
        definition_bytes: The size of the state machine definition in bytes of UTF-8.
        region: Whose prices to take.
        start_transition: Whether to count the start itself as a transition. Sources disagree:
            docs/cost.md has both readings.

    Raises:
        UnknownRegion: No source gives the region's prices in US dollars.
    """
    listed = prices(region)
    counted = tally(history.marks())
    transitions = counted.transitions + start_transition
    return Cost(
        region=region,
        standard=Standard(transitions, float(standard_usd(transitions, listed))),
        express=_express(history, counted, definition_bytes, listed),
        by_state=counted.by_state,
    )


def _express(history: History, counted: Tally, definition_bytes: int, listed: Prices) -> Express:
    # Outside Map and Parallel the formula has no data term, and nothing needs to be measured.
    data = step_data(history.events()) if counted.inner else 0
    ms = billed_ms(history.span())
    mb = billed_mb(memory_mb(definition_bytes, data))
    return Express(1, ms, mb, float(express_usd(1, gb_seconds(ms, mb), listed)))
