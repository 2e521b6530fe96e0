"""What an execution costs on AWS, as Standard and as Express: a pure fold over its history."""

from asl.cost.bill import ChildCost, Cost, Express, Standard, cost, priced
from asl.cost.charges import duration_usd, express_usd, requests_usd, standard_usd, tier_amounts
from asl.cost.counts import Tally, tally, transitions
from asl.cost.express import billed_mb, billed_ms, gb_seconds, memory_mb, step_data
from asl.cost.pricelist import ExpressPrices, Prices, Tier, UnknownRegion, prices
from asl.cost.usage import Children, Use, standard_use, start_rule, use

__all__ = [
    "ChildCost",
    "Children",
    "Cost",
    "Express",
    "ExpressPrices",
    "Prices",
    "Standard",
    "Tally",
    "Tier",
    "UnknownRegion",
    "Use",
    "billed_mb",
    "billed_ms",
    "cost",
    "duration_usd",
    "express_usd",
    "gb_seconds",
    "memory_mb",
    "priced",
    "prices",
    "requests_usd",
    "standard_usd",
    "standard_use",
    "start_rule",
    "step_data",
    "tally",
    "tier_amounts",
    "transitions",
    "use",
]
