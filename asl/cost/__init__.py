"""What an execution costs on AWS, as Standard and as Express: a pure fold over its history."""

from asl.cost.bill import Cost, Express, Standard, cost
from asl.cost.charges import duration_usd, express_usd, requests_usd, standard_usd, tier_amounts
from asl.cost.counts import Tally, tally, transitions
from asl.cost.express import billed_mb, billed_ms, gb_seconds, memory_mb, step_data
from asl.cost.pricelist import ExpressPrices, Prices, Tier, UnknownRegion, prices

__all__ = [
    "Cost",
    "Express",
    "ExpressPrices",
    "Prices",
    "Standard",
    "Tally",
    "Tier",
    "UnknownRegion",
    "billed_mb",
    "billed_ms",
    "cost",
    "duration_usd",
    "express_usd",
    "gb_seconds",
    "memory_mb",
    "prices",
    "requests_usd",
    "standard_usd",
    "step_data",
    "tally",
    "tier_amounts",
    "transitions",
]
