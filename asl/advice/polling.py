"""Loops that wait and ask again, where the answer could be sent."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from asl.advice.facts import Facts, Node
from asl.advice.finding import Finding, diagnostic
from asl.advice.words import count, quoted
from asl.elements.integrations import optimised_service, waiting_variant
from asl.rules import advised

_PARTS = frozenset({"Wait", "Task", "Choice", "Pass"})
"""What a loop that polls is made of; one with a Map or a Parallel does work."""

_ASKING = ("String", "Boolean", "Condition")
"""A poll asks for a status: by these operators. Counters are compared as numbers, pages by IsPresent."""


def polling(facts: Facts) -> Iterator[Finding]:
    """A loop of Wait, Task and Choice asks again and again whether something has ended.

    Express has neither ``.sync`` nor task tokens, so nothing is said there.
    """
    told: set[frozenset[str]] = set()
    for wait in facts.all("Wait"):
        if not facts.is_billed_by_transition(wait):
            continue
        loop = _loop(facts, wait)
        names = frozenset(each.name for each in loop)
        if names not in told and _polls(loop):
            told.add(names)
            yield _finding(facts, wait, loop)


def _finding(facts: Facts, wait: Node, loop: list[Node]) -> Finding:
    evidence = facts.evidence
    rounds = max(evidence.of(each.name).most for each in loop if each.type == "Wait")
    made = evidence.each(sum(evidence.of(each.name).transitions for each in loop))
    mean = evidence.each(evidence.of(wait.name).entries)
    each_round = made / mean if mean else Fraction(len(loop))
    starter = _starter(facts, loop)
    # Where a task of the loop gets the token itself, that one stays each time.
    saved = made if starter is not None else max(Fraction(0), made - _entrances(facts, loop))
    said = f"{count(each_round, 'transition')} a round"
    if evidence.runs:
        said += f", {count(mean, 'round')} an execution"
    message = f"The loop of {quoted(each.name for each in loop)} polls: {said}"
    return Finding(
        wait.name,
        diagnostic(advised.POLLING, wait.place, message, _hint(loop, starter)),
        {"states": len(loop), "rounds_per_execution": float(mean), "most_rounds": rounds},
        facts.saving(saved),
    )


def _entrances(facts: Facts, loop: list[Node]) -> Fraction:
    """How often an execution comes into a loop; once, where that is not known."""
    names = {each.name for each in loop}
    ways = facts.evidence.entrances
    if not ways:
        return Fraction(1)
    return facts.evidence.each(
        sum(times for (before, name), times in ways.items() if name in names and before not in names)
    )


def _hint(loop: list[Node], starter: tuple[Node, str] | None) -> str:
    asking = quoted(each.name for each in loop if each.type == "Task")
    if starter is not None:
        state, variant = starter
        return (
            f"let '{state.name}' wait for the end: arn:aws:states:::{variant}; the loop goes, and what fails "
            "is caught there"
        )
    return (
        f"let {asking} hand over a task token (.waitForTaskToken) to whoever knows, and have that one call "
        "SendTaskSuccess; with HeartbeatSeconds or TimeoutSeconds, so that a lost answer is noticed"
    )


def _starter(facts: Facts, loop: list[Node]) -> tuple[Node, str] | None:
    """The task that begins what is polled for, and the integration that would wait for its end."""
    asked = {optimised_service(each.calls.service) for each in loop if each.calls is not None} - {None}
    for node in facts.nodes.values():
        called = node.calls
        if called is None or node in loop or called.pattern != "request":
            continue
        variant = waiting_variant(called.service, called.action)
        if variant is not None and optimised_service(called.service) in asked and _leads_to(node, loop):
            return node, variant
    return None


def _leads_to(node: Node, loop: list[Node]) -> bool:
    names = {each.name for each in loop}
    return node.scope is loop[0].scope and bool(_reached(node.scope_ways, node.name) & names)


# ------------------------------------------------------------------ loops


def _loop(facts: Facts, wait: Node) -> list[Node]:
    """The states of the loop that a Wait is in, in the definition's order; none if it is in none."""
    forward = wait.scope_ways
    backward: dict[str, list[str]] = {name: [] for name in forward}
    for name, targets in forward.items():
        for target in targets:
            backward.setdefault(target, []).append(name)
    names = _reached(forward, wait.name) & _reached(backward, wait.name)
    return [facts.nodes[name] for name in wait.scope.states if name in names]


def _reached(ways: dict[str, list[str]], start: str) -> set[str]:
    """The states that are come to from a state, itself only if a way leads back."""
    seen: set[str] = set()
    pending = list(ways.get(start, ()))
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending += ways.get(name, ())
    return seen


def _polls(loop: list[Node]) -> bool:
    types = {each.type for each in loop}
    asks = any(_asks(each.state["Choices"]) for each in loop if each.type == "Choice")
    return {"Wait", "Task", "Choice"} <= types <= _PARTS and asks


def _asks(value: Any) -> bool:
    """Whether some test in choice rules is of a status."""
    if isinstance(value, list):
        return any(map(_asks, value))
    if not isinstance(value, dict):
        return False
    return any(
        key.startswith(_ASKING) or (key in ("And", "Or", "Not") and _asks(test))
        for key, test in value.items()
    )
