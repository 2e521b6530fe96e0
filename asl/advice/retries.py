"""Retry settings that multiply: what the worst execution makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import prod
from typing import Any

import msgspec

from asl.advice.facts import Facts, Node
from asl.advice.finding import Finding, diagnostic
from asl.advice.words import count, quoted, time
from asl.rules import advised
from asl.spec.quotas import SECONDS_MAX

MANY_ATTEMPTS = 10
"""Attempts at one piece of work above which they are spoken of."""

LONG_WAIT = 3_600
"""Seconds of waiting between attempts above which they are spoken of."""


class Worst(msgspec.Struct, frozen=True):
    """The worst that may become of a state: each attempt fails, the last one too.

    Attributes:
        node: The state.
        attempts: At each piece of its work.
        items: The pieces of work.
        seconds: Spent between attempts.
    """

    node: Node
    attempts: int
    items: int
    seconds: float


def retries_multiply(facts: Facts) -> Iterator[Finding]:
    """Retry of a state and of those around it multiply; so do attempts and a growing interval.

    Each retrier counts its own attempts, so those of one state add up, if its errors alternate.
    """
    worst: dict[str, Worst] = {}
    for node in facts.nodes.values():
        if "Retry" not in node.state:
            continue
        outermost = next(each for each in node.levels if "Retry" in each.state).name
        found = _worst(facts, node)
        if outermost not in worst or _badness(found) > _badness(worst[outermost]):
            worst[outermost] = found
    for each in worst.values():
        if each.attempts > MANY_ATTEMPTS or each.seconds > LONG_WAIT:
            yield _finding(facts, each)


def _finding(facts: Facts, worst: Worst) -> Finding:
    node = worst.node
    levels = [each for each in node.levels if "Retry" in each.state]
    said = [f"up to {count(worst.attempts, 'attempt')}"]
    if len(levels) > 1:
        said[0] += f" ({' times '.join(str(attempts(each.state)) for each in levels)})"
    if worst.items > 1:
        said[0] += f" at each of {count(worst.items, 'item')}"
    figures: dict[str, int | float] = {
        "attempts": worst.attempts, "items": worst.items, "longest_wait_seconds": worst.seconds
    }  # fmt: skip
    risk = None
    if facts.is_billed_by_transition(node):
        most, usual = _transitions(facts), facts.transitions
        figures["worst_transitions_per_execution"] = most
        said.append(f"{count(most, 'transition')} in the worst execution")
        if facts.evidence.runs:
            figures["transitions_per_execution"] = float(usual)
            said[-1] += f" instead of {count(usual, 'transition').split()[0]}"
            risk = None if facts.bill is None else facts.bill.more(max(Fraction(0), most - usual))
    said.append(f"{time(worst.seconds)} of waiting")
    message = f"Retry of {quoted(each.name for each in levels)}: {', '.join(said)}"
    return Finding(
        node.name,
        diagnostic(advised.RETRIES_MULTIPLY, (*node.place, "Retry"), message, _hint(levels)),
        figures,
        risk_usd=risk,
        serious=worst.seconds > LONG_WAIT,
    )


def _hint(levels: list[Node]) -> str | None:
    if len(levels) > 1:
        outer = quoted(each.name for each in levels[:-1])
        return f"let '{levels[-1].name}' retry and {outer} not: a Retry there does all the work in it again"
    endless = [
        each for each in levels[0].state["Retry"] if "MaxDelaySeconds" not in each and _wait(each) > LONG_WAIT
    ]
    return "set MaxDelaySeconds: the waits double each time by default" if endless else None


# ------------------------------------------------------------------ counting


def attempts(state: dict[str, Any]) -> int:
    """How often a state is attempted at most in one visit."""
    retries: int = sum(each.get("MaxAttempts", 3) for each in state.get("Retry", ()))
    return 1 + retries


def _wait(retrier: dict[str, Any]) -> float:
    """The seconds that a retrier waits in all its retries; with jitter, at most."""
    left: int = retrier.get("MaxAttempts", 3)
    rate, total = float(retrier.get("BackoffRate", 2.0)), 0.0
    most = float(retrier.get("MaxDelaySeconds", SECONDS_MAX))
    delay = min(float(retrier.get("IntervalSeconds", 1)), most)
    while left and delay < most and rate > 1:
        total += delay
        delay = min(delay * rate, most)
        left -= 1
    return total + left * delay


def _worst(facts: Facts, node: Node) -> Worst:
    seconds = 0.0
    for each in reversed(node.levels):
        seconds *= _waves(facts, each)
        seconds = seconds * attempts(each.state) + sum(map(_wait, each.state.get("Retry", ())))
    return Worst(
        node,
        prod(attempts(each.state) for each in node.levels),
        prod(_items(facts, each) for each in node.around),
        seconds,
    )


def _badness(worst: Worst) -> tuple[int, int, float]:
    return worst.attempts, worst.items, worst.seconds


def _items(facts: Facts, node: Node) -> int:
    """The items of a Map that were seen, at least one."""
    seen = facts.evidence.of(node.name)
    return max(1, seen.items, seen.children) if node.type == "Map" else 1


def _waves(facts: Facts, node: Node) -> int:
    """How often, one after the other, a Map comes to items, as far as it says how many go side by side."""
    side_by_side = node.state.get("MaxConcurrency") or 0
    return -(-_items(facts, node) // side_by_side) if isinstance(side_by_side, int) and side_by_side else 1


def _transitions(facts: Facts) -> int:
    """The transitions of an execution in which every attempt is made, by the run that made most."""
    total = 0
    for node in facts.nodes.values():
        if not facts.is_billed_by_transition(node):
            continue
        seen = facts.evidence.of(node.name)
        entered = seen.most if facts.evidence.runs else 1
        if not facts.evidence.runs:
            entered = prod(_items(facts, each) for each in node.around)
        total += entered * prod(attempts(each.state) for each in node.levels)
    return total
