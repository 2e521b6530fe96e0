"""The use of an Express workflow as AWS measures it: time, memory and their product."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_CEILING, Decimal

from asl.history import Event
from asl.jsontypes import JSON, size

BASE_MB = 50
STEP_MS = 100
CHUNK_MB = 64

BYTES_PER_MB = 1_000_000
"""In the memory formula: the pricing page adds 12,850 KB to 50 MB and gets 62.85 MB."""

MB_PER_GB = 1_024
"""In the money formula: the same page divides 64 MB by 1024 to get GB."""

_LARGE = 1_024
"""Bytes from which a payload is remembered: to measure a smaller one again is cheaper than to keep
count of it, and a Map of 100,000 small items has several hundred thousand of them."""

_CARRIERS = ("StateEntered", "StateExited", "Scheduled", "Submitted", "Succeeded", "ExecutionStarted")
"""How the names of events end that hold data of the run. A few more end so and hold an index or
nothing, which is never the largest; errors and causes are left out, for they are no payload."""


def billed_ms(milliseconds: int) -> int:
    """A duration as it is billed: in whole steps of 100 ms, at least one.

    Source: pricing page; the minimum from recorded ``billingDetails`` of trivial runs (100 ms).
    """
    return max(1, -(-milliseconds // STEP_MS)) * STEP_MS


def largest_payload(events: Iterable[Event]) -> int:
    """The size of the largest payload of a run, in bytes of compact JSON; 0 if there is none.

    A payload that passes through many states unchanged is one object; a large one is measured once.
    """
    largest = 0
    measured: dict[int, JSON] = {}
    for kind, _, _, _, _, _, _, _, payload, _ in events:
        if kind.name.endswith(_CARRIERS) and id(payload) not in measured:
            taken = size(payload)
            largest = max(largest, taken)
            if taken >= _LARGE:
                measured[id(payload)] = payload  # held, so that no other object gets its id
    return largest


def memory_mb(definition_bytes: int, data_bytes: int, steps: int) -> Decimal:
    """The memory a run is held to use, in MB of 1,000,000 bytes.

    Args:
        definition_bytes: The size of the state machine definition.
        data_bytes: The execution's data that each step is held to carry.
        steps: The number of Parallel or Map steps.

    Source: the formula and the worked example of the pricing page. What it means by the last
    two is told, with its doubts, in docs/cost.md.
    """
    return BASE_MB + Decimal(definition_bytes + data_bytes * steps) / BYTES_PER_MB


def billed_mb(memory: Decimal) -> int:
    """Memory in MB as it is billed: in whole chunks of 64 MB, at least one (pricing page)."""
    chunks = (memory / CHUNK_MB).to_integral_value(ROUND_CEILING)
    return max(1, int(chunks)) * CHUNK_MB


def gb_seconds(ms: int, mb: int, runs: int = 1) -> Decimal:
    """The billed duration of so many equal runs in GB-seconds, a GB being 1,024 MB (pricing page).

    Args:
        ms: Billed milliseconds of one run.
        mb: Billed memory of one run.
        runs: How many such runs.
    """
    return Decimal(ms * mb * runs) / (1_000 * MB_PER_GB)
