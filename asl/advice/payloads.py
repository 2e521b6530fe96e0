"""Payloads that grow towards the quota."""

from __future__ import annotations

from collections.abc import Iterator

from asl.advice.evidence import Growth
from asl.advice.facts import Facts, Node
from asl.advice.finding import Finding, diagnostic
from asl.advice.words import count, kib
from asl.rules import advised
from asl.spec.quotas import STANDARD

assert STANDARD.payload_bytes is not None
QUOTA: int = STANDARD.payload_bytes

GROWN = QUOTA // 4
"""From so many bytes on a state that more than doubles what it was given is spoken of."""

LARGE = QUOTA // 2
"""Above so many bytes the largest payload is spoken of, wherever it comes from."""

ITEMS_GROW = 10
"""So many times the items of a sample may come one day: a Map is spoken of that has no room for them."""


def large_payloads(facts: Facts) -> Iterator[Finding]:
    """States that make payloads large, and the largest payload of all, against the quota of 256 KiB."""
    told: set[str] = set()
    for node in facts.nodes.values():
        failed = facts.evidence.of(node.name).too_large
        if failed:
            told.add(node.name)
            yield _too_large(facts, node, failed)
            continue
        grown = facts.evidence.of(node.name).growth
        if grown is None:
            continue
        items = facts.evidence.of(node.name).items
        doubles = grown.left > 2 * grown.came and grown.left > GROWN
        if doubles or (items > 1 and grown.left > grown.came and grown.left * ITEMS_GROW > QUOTA):
            told.add(node.name)
            yield _finding(facts, node, grown)
    largest = max(
        facts.nodes.values(), key=lambda node: facts.evidence.of(node.name).largest, default=None
    )  # fmt: skip
    if largest is None or facts.evidence.of(largest.name).largest <= LARGE:
        return
    if not any(_left(facts, name) > LARGE for name in told):
        size = facts.evidence.of(largest.name).largest
        message = f"The largest payload, {kib(size)} of {kib(QUOTA)}, first comes to '{largest.name}'"
        yield _told(largest, message, {"bytes": size, "quota_bytes": QUOTA})


def _too_large(facts: Facts, node: Node, failed: int) -> Finding:
    runs = facts.evidence.runs
    message = (
        f"'{node.name}' makes more than {kib(QUOTA)}: {failed:,} of {count(runs, 'sample')} failed there"
    )
    return _told(node, message, {"failed": failed, "samples": runs, "quota_bytes": QUOTA})


def _left(facts: Facts, name: str) -> int:
    grown = facts.evidence.of(name).growth
    return 0 if grown is None else grown.left


def _finding(facts: Facts, node: Node, grown: Growth) -> Finding:
    message = f"'{node.name}' makes {kib(grown.left)} of {kib(grown.came)}; the quota is {kib(QUOTA)}"
    figures = {"bytes_in": grown.came, "bytes_out": grown.left, "quota_bytes": QUOTA}
    items = facts.evidence.of(node.name).items
    if items > 1:
        # What the items themselves do not bring is taken to stay as it is.
        fits = items * QUOTA // grown.left
        figures |= {"items": items, "items_that_fit": fits}
        message += f", which {count(fits, 'item')} fill where the sample has {items:,}"
    return _told(node, message, figures)


def _told(node: Node, message: str, figures: dict[str, int]) -> Finding:
    hint = _MAP_HINT if node.type == "Map" else None
    return Finding(
        node.name, diagnostic(advised.LARGE_PAYLOAD, node.place, message, hint), figures, serious=True
    )


_MAP_HINT = (
    "let each item give less (ResultSelector or Output in it, ResultPath null), or have a distributed Map "
    "write its results to S3 (ResultWriter)"
)
