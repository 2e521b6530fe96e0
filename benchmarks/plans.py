"""Which workloads are compared, how large they are, and with whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """How large a workload is for everybody, and who the others are."""

    workload: str
    size: int
    within_quotas: bool
    """Whether AWS itself would let this machine run to its end."""
    peers: tuple[str, ...]
    moto_size: int | None = None
    """How large for moto, where it would take the whole evening; None is as for everybody."""


JSONPATH_PEERS = ("moto", "node")
JSONATA_PEERS = ("ministack", "lws")
PLANS = (
    Plan("chain", 1_000, within_quotas=True, peers=JSONPATH_PEERS),
    Plan("loop", 10_000, within_quotas=False, peers=JSONPATH_PEERS, moto_size=1_000),
    Plan("map", 10_000, within_quotas=False, peers=JSONPATH_PEERS, moto_size=1_000),
    Plan("parallel", 50, within_quotas=True, peers=JSONPATH_PEERS),
    Plan("tasks", 1_000, within_quotas=True, peers=JSONPATH_PEERS),
    Plan("assign", 1_000, within_quotas=True, peers=JSONATA_PEERS),
    Plan("query", 20, within_quotas=True, peers=JSONATA_PEERS),
)
