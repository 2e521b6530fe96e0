"""Pass states that another state could do the work of."""

from __future__ import annotations

from collections.abc import Iterator

from asl.advice.facts import Facts, Node
from asl.advice.finding import Finding, diagnostic
from asl.advice.words import count, quoted
from asl.rules import advised

_IDLE = frozenset({"Type", "Comment", "Next", "End", "QueryLanguage"})
"""The fields of a Pass that does nothing."""

_SHAPES_INPUT = _IDLE | {"InputPath", "Parameters"}
_SHAPES_OUTPUT = _IDLE | {"Output"}

_JSONPATH_BEFORE = ("Parameters", "InputPath", "ResultPath", "OutputPath", "Assign", "Catch")
"""A Task with none of these takes what a Pass before it makes of the input by Parameters, and the rest of
that Pass's input is lost both ways."""

_JSONPATH_AFTER = ("ResultSelector", "ResultPath", "OutputPath", "Assign")
_MERGES_JSONPATH = (
    "one Pass can write all of it: by Parameters, or as a JSONata state by Output with $merge; what it sets "
    "by Assign can stand together too"
)
_MERGES_JSONATA = (
    "one Pass can write all of it: put one Output into the other, with $merge where both add to it"
)


def pass_chains(facts: Facts) -> Iterator[Finding]:
    """Each Pass is a transition; one that a neighbour's own fields can do the work of is one too many."""
    told: set[str] = set()
    for node in facts.all("Pass"):
        if node.name in told or not facts.is_billed_by_transition(node):
            continue
        chain = _chain(facts, node)
        told.update(each.name for each in chain)
        if len(chain) > 1:
            yield _chained(facts, chain)
        elif _is_needless(facts, node):
            message = f"The Pass '{node.name}' does nothing"
            hint = f"let what leads to it lead to '{node.state['Next']}'" if "Next" in node.state else _END
            yield _finding(facts, [node], message, hint)
        else:
            yield from _done_by_neighbour(facts, node)


_END = "end the state before it"


def _finding(facts: Facts, needless: list[Node], message: str, hint: str) -> Finding:
    made = facts.evidence.each(sum(facts.evidence.of(each.name).transitions for each in needless))
    return Finding(
        needless[0].name,
        diagnostic(advised.PASS_CHAIN, needless[0].place, message, hint),
        {"needless_states": len(needless), "transitions_per_execution": float(made)},
        facts.saving(made),
    )


def _chained(facts: Facts, chain: list[Node]) -> Finding:
    message = f"{count(len(chain), 'Pass state')} follow one another: {quoted(each.name for each in chain)}"
    jsonata = all(facts.language(each) == "JSONata" for each in chain)
    return _finding(facts, chain[1:], message, _MERGES_JSONATA if jsonata else _MERGES_JSONPATH)


def _chain(facts: Facts, first: Node) -> list[Node]:
    """The Pass states from this one on of which each leads to the next, and nothing else does."""
    chain = [first]
    while True:
        follower = facts.nodes.get(chain[-1].state.get("Next", ""))
        if follower is None or follower.type != "Pass" or follower in chain or not _alone(facts, follower):
            return chain
        chain.append(follower)


def _alone(facts: Facts, node: Node) -> bool:
    """Whether only one way leads to a state."""
    return len(facts.before(node)) == 1 and node.scope.value.get("StartAt") != node.name


def _is_needless(facts: Facts, node: Node) -> bool:
    """Whether a Pass does nothing, and its block is the same without it."""
    if not set(node.state) <= _IDLE:
        return False
    if "Next" in node.state:
        return True
    leading = [facts.nodes[str(each.place[len(node.scope.place) + 1])] for each in facts.before(node)]
    is_start = node.scope.value.get("StartAt") == node.name
    # Where a rule or a catcher leads to it, it is the end that these need.
    ends = all(each.state.get("Next") == node.name for each in leading)
    return bool(leading) and ends and not is_start and not any(is_catch_to(each, node) for each in leading)


def is_catch_to(leading: Node, node: Node) -> bool:
    """Whether a catcher or a choice rule of a state leads to another."""
    handlers = [*leading.state.get("Catch", ()), *leading.state.get("Choices", ())]
    return any(each.get("Next") == node.name for each in handlers)


# ------------------------------------------------------------------ neighbours


def _done_by_neighbour(facts: Facts, node: Node) -> Iterator[Finding]:
    after = facts.nodes.get(node.state.get("Next", ""))
    if after is not None and _alone(facts, after) and _can_begin_with(facts, node, after):
        field = "Arguments" if facts.language(after) == "JSONata" else "Parameters"
        message = f"The Pass '{node.name}' only makes the input of '{after.name}'"
        yield _finding(facts, [node], message, f"write it as the {field} of '{after.name}'")
        return
    ways = facts.before(node)
    before = facts.nodes[str(ways[0].place[len(node.scope.place) + 1])] if len(ways) == 1 else None
    if before is not None and _alone(facts, node) and _can_end_with(facts, before, node):
        field = "Output" if facts.language(before) == "JSONata" else "ResultSelector"
        message = f"The Pass '{node.name}' only shapes the result of '{before.name}'"
        yield _finding(facts, [node], message, f"write it as the {field} of '{before.name}'")


def _can_begin_with(facts: Facts, node: Node, after: Node) -> bool:
    language = facts.language(node)
    if after.type != "Task" or facts.language(after) != language:
        return False
    if language == "JSONata":
        own = _reads_input(after, ("Arguments", "Output", "Assign", "Catch", "TimeoutSeconds"))
        return set(node.state) <= _SHAPES_OUTPUT and "Output" in node.state and not own
    return (
        "Parameters" in node.state
        and set(node.state) <= _SHAPES_INPUT
        and not any(name in after.state for name in _JSONPATH_BEFORE)
    )


def _can_end_with(facts: Facts, before: Node, node: Node) -> bool:
    language = facts.language(node)
    if before.type not in ("Task", "Map", "Parallel") or facts.language(before) != language:
        return False
    if before.state.get("Next") != node.name:
        return False
    if language == "JSONata":
        return set(node.state) <= _SHAPES_OUTPUT and "Output" in node.state and "Output" not in before.state
    return (
        isinstance(node.state.get("Parameters"), dict)
        and set(node.state) <= _IDLE | {"Parameters"}
        and not any(name in before.state for name in _JSONPATH_AFTER)
    )


def _reads_input(node: Node, fields: tuple[str, ...]) -> bool:
    """Whether a JSONata state has fields that may read its input; without Arguments a Task passes it on."""
    return any(name in node.state for name in fields)
