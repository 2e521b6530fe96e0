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


def billed_ms(milliseconds: int) -> int:
    """A duration as it is billed: in whole steps of 100 ms, at least one.

    Source: pricing page; the minimum from recorded ``billingDetails`` of trivial runs (100 ms).
    """
    return max(1, -(-milliseconds // STEP_MS)) * STEP_MS


def step_data(events: Iterable[Event]) -> int:
    """What the states inside Map iterations and Parallel branches were given, summed.

    In bytes of compact JSON. A payload that passes through many states unchanged is one object,
    and a large one is measured once.
    """
    total = 0
    measured: dict[int, tuple[JSON, int]] = {}
    for kind, _, _, path, _, _, _, _, payload, _ in events:
        if path == "" or not kind.name.endswith("StateEntered"):
            continue
        known = measured.get(id(payload))
        taken = known[1] if known else size(payload)
        if known is None and taken >= _LARGE:
            measured[id(payload)] = payload, taken  # held, so that no other object gets its id
        total += taken
    return total


def memory_mb(definition_bytes: int, step_bytes: int) -> Decimal:
    """The memory a run is held to use, in MB of 1,000,000 bytes.

    Args:
        definition_bytes: The size of the state machine definition.
        step_bytes: The data of all Parallel and Map steps together; in the page's example 400
            steps of 32 KB.

    Source: the formula and the worked example of the pricing page. What it means by the last
    one is told, with its doubts, in docs/cost.md.
    """
    return BASE_MB + Decimal(definition_bytes + step_bytes) / BYTES_PER_MB


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
