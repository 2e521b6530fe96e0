"""Maps that pay for each item what a batch would pay once."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from asl.advice.facts import Facts, Node, child_type
from asl.advice.finding import Finding, Saving, diagnostic
from asl.advice.words import count, figure
from asl.cost.express import CHUNK_MB, MB_PER_GB
from asl.rules import advised

BATCH = 10
"""Items to a batch that the saving is reckoned with; more save more."""

MANY_ITEMS = 20
"""Items of an inline Map from which on it is spoken of."""

QUICK_MS = 1_000
"""Milliseconds of an item up to which it is quick: ten of them in a row are not missed."""


def one_by_one(facts: Facts) -> Iterator[Finding]:
    """A distributed Map starts an execution for each item; an inline one enters each state for each item."""
    if facts.kind == "EXPRESS":
        return
    for node in facts.all("Map"):
        if any(each.is_distributed for each in node.around):
            continue  # what is around it is spoken of
        if node.is_distributed:
            yield from _distributed(facts, node)
        else:
            yield from _inline(facts, node)


def _distributed(facts: Facts, node: Node) -> Iterator[Finding]:
    evidence = facts.evidence
    started = evidence.of(node.name).children
    if "ItemBatcher" in node.state or (evidence.runs and started <= evidence.runs):
        return
    express = child_type(node) == "EXPRESS"
    ms = _mean_ms(facts) if express else None
    if ms is not None and ms > QUICK_MS:
        return
    message = f"'{node.name}' starts an execution for each item"
    saving = None
    if evidence.runs:
        each, fewer = evidence.each(started), evidence.each(_fewer(started, evidence.runs))
        inner = Fraction(_inner(facts, node), started)
        made = (0 if express else inner) + (facts.bill is None or facts.bill.counts_starts)
        message += f": {count(each, 'execution')} of {count(made, 'transition')} each"
        requests = fewer if express else Fraction(0)
        usd = None if facts.bill is None else facts.bill.less(fewer * made, requests)
        saving = Saving(fewer * made, usd)
    if ms is not None:
        message += f", {figure(ms)} ms on average"
    hint = (
        f"set ItemBatcher with MaxItemsPerBatch {BATCH} or more, and let the states take the Items of a batch"
        " (a function can go over them; a Map there would make the transitions again, if it is Standard)"
    )
    figures = {"executions": float(evidence.each(started)), "batch": BATCH}
    yield Finding(node.name, diagnostic(advised.ONE_BY_ONE, node.place, message, hint), figures, saving)


def _fewer(started: int, runs: int) -> int:
    """The executions that batches spare, if each run starts as many."""
    return started - -(-started // BATCH) if runs == 1 else started - started // BATCH - runs


def _mean_ms(facts: Facts) -> Fraction | None:
    """How long an Express execution of a Map Run takes as it is billed, on average, at the least memory."""
    evidence = facts.evidence
    if not evidence.requests:
        return None
    return evidence.gb_seconds / evidence.requests * 1_000 * MB_PER_GB / CHUNK_MB


def _inline(facts: Facts, node: Node) -> Iterator[Finding]:
    seen = facts.evidence.of(node.name)
    inner = _inner(facts, node)
    if seen.items < MANY_ITEMS or not seen.iterations or inner < 2 * seen.iterations:
        return
    evidence = facts.evidence
    each_item = Fraction(inner, seen.iterations)
    items = evidence.each(seen.iterations)
    # In a child, the items of a batch go one after the other: no less than what they take here.
    executions = evidence.each(-(-seen.iterations // BATCH))
    seconds = evidence.each(seen.iteration_ms) * CHUNK_MB / (1_000 * MB_PER_GB)
    saved = evidence.each(inner) - executions
    message = (
        f"'{node.name}' makes {count(each_item, 'transition')} for each item: {figure(evidence.each(inner))} "
        f"for {count(items, 'item')}"
    )
    express = all(_runs_as_express(each) for each in _within(facts, node))
    if not express:
        return
    usd = None if facts.bill is None else facts.bill.less(saved, -executions, -seconds)
    hint = (
        f'set "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}} and ItemBatcher with '
        f"{BATCH} items or more: {count(executions, 'execution')} at 1 transition each, and what they "
        "take as Express; or let one function take several items"
    )
    figures = {
        "items": float(items), "transitions_per_item": float(each_item), "executions": float(executions)
    }  # fmt: skip
    yield Finding(
        node.name, diagnostic(advised.ONE_BY_ONE, node.place, message, hint), figures, Saving(saved, usd)
    )


def _within(facts: Facts, node: Node) -> list[Node]:
    return [each for each in facts.nodes.values() if node in each.around]


def _inner(facts: Facts, node: Node) -> int:
    """The transitions of all states in a Map, in all runs."""
    return sum(facts.evidence.of(each.name).transitions for each in _within(facts, node))


def _runs_as_express(node: Node) -> bool:
    called = node.calls
    return not node.is_distributed and (called is None or not called.has_token)
