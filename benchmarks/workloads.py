"""The machines that every system runs, as plain data: a definition, an input, the names of its handlers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

JSON = Any

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:"


@dataclass(frozen=True)
class Workload:
    """One machine with its input, and how many states a run of it enters."""

    name: str
    title: str
    size: int
    definition: dict[str, JSON]
    input: JSON
    transitions: int
    handlers: dict[str, str] = field(default_factory=dict)
    """Task state -> the name of its function, for peers that are told by state and not by ARN."""


def chain(size: int) -> Workload:
    """A chain of Pass states, each with InputPath, Parameters and ResultPath."""
    states: dict[str, JSON] = {}
    for step in range(1, size + 1):
        states[f"S{step}"] = {
            "Type": "Pass",
            "InputPath": "$.work",
            "Parameters": {"label.$": "$.label", "amount.$": "$.amount", "step": step},
            "ResultPath": "$.work",
            **_onward(step, size),
        }
    given = {
        "work": {"label": "order", "amount": 125, "step": 0},
        "customer": {"id": "c-7", "tags": ["a", "b"]},
    }
    title = f"{size:,} Pass states, each with InputPath, Parameters and ResultPath"
    return Workload("chain", title, size, {"StartAt": "S1", "States": states}, given, size)


def loop(size: int) -> Workload:
    """A Choice and a Pass that count with States.MathAdd until the Choice has seen enough."""
    states = {
        "More": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.count", "NumericLessThan": size, "Next": "Add"}],
            "Default": "Done",
        },
        "Add": {
            "Type": "Pass",
            "Parameters": {"count.$": "States.MathAdd($.count, 1)", "label.$": "$.label"},
            "Next": "More",
        },
        "Done": {"Type": "Succeed"},
    }
    title = f"a Choice and a Pass with States.MathAdd, {size:,} times round"
    return Workload(
        "loop", title, size, {"StartAt": "More", "States": states}, {"count": 0, "label": "n"}, 2 * size + 2
    )


def inline_map(size: int, max_concurrency: int = 40) -> Workload:
    """An inline Map with two Pass states for each item.

    The Map has a MaxConcurrency because moto starts a thread for every item of a Map that has none. Items
    count from 1 because aws-local-stepfunctions takes a path that leads to 0 for one that leads nowhere.
    """
    iteration = {
        "ProcessorConfig": {"Mode": "INLINE"},
        "StartAt": "Wrap",
        "States": {
            "Wrap": {"Type": "Pass", "Parameters": {"n.$": "$"}, "Next": "Mark"},
            "Mark": {"Type": "Pass", "Result": "done", "ResultPath": "$.mark", "End": True},
        },
    }
    each = {"Type": "Map", "MaxConcurrency": max_concurrency, "ItemProcessor": iteration, "End": True}
    title = f"an inline Map of {size:,} items, two Pass states each"
    return Workload(
        "map",
        title,
        size,
        {"StartAt": "Each", "States": {"Each": each}},
        list(range(1, size + 1)),
        1 + 2 * size,
    )


def parallel(size: int, length: int = 20) -> Workload:
    """A Parallel whose branches are chains of Pass states."""
    branches = []
    for branch in range(1, size + 1):
        states = {
            f"B{branch}S{step}": {
                "Type": "Pass",
                "Parameters": {"label.$": "$.label", "branch": branch, "step": step},
                **_onward(step, length, prefix=f"B{branch}S"),
            }
            for step in range(1, length + 1)
        }
        branches.append({"StartAt": f"B{branch}S1", "States": states})
    definition = {
        "StartAt": "All",
        "States": {"All": {"Type": "Parallel", "Branches": branches, "End": True}},
    }
    title = f"a Parallel of {size} branches, {length} Pass states each"
    return Workload("parallel", title, size, definition, {"label": "b"}, 1 + size * length)


def tasks(size: int) -> Workload:
    """A chain of Task states that call one trivial function in the same process."""
    states = {
        f"T{step}": {"Type": "Task", "Resource": LAMBDA + "increment", **_onward(step, size, prefix="T")}
        for step in range(1, size + 1)
    }
    handlers = dict.fromkeys(states, "increment")
    title = f"{size:,} Task states, each one call of a trivial function"
    return Workload("tasks", title, size, {"StartAt": "T1", "States": states}, {"n": 1}, size, handlers)


def steps(size: int) -> Workload:
    """A chain of states that are by turns a Choice and a Pass, walked again and again.

    Limit: a definition is at most 1 MiB, so that the steps cannot all be written out.
    """
    length = min(size, 5_000)
    rounds = size // length
    states: dict[str, JSON] = {}
    for step in range(1, length + 1):
        onward = f"S{step + 1}" if step < length else "Count"
        if step % 2:
            rule = {"Variable": "$.amount", "NumericGreaterThan": 100, "Next": onward}
            states[f"S{step}"] = {"Type": "Choice", "Choices": [rule], "Default": "Done"}
        else:
            states[f"S{step}"] = {"Type": "Pass", "Result": step, "ResultPath": "$.step", "Next": onward}
    states["Count"] = {
        "Type": "Pass",
        "Parameters": {"amount.$": "$.amount", "round.$": "States.MathAdd($.round, 1)"},
        "Next": "Again",
    }
    again = {"Variable": "$.round", "NumericLessThan": rounds, "Next": "S1"}
    states["Again"] = {"Type": "Choice", "Choices": [again], "Default": "Done"}
    states["Done"] = {"Type": "Succeed"}
    title = f"{length:,} states, by turns Choice and Pass, {rounds} times through: {size:,} steps"
    definition = {"StartAt": "S1", "States": states}
    return Workload("steps", title, size, definition, {"amount": 125, "round": 0}, rounds * (length + 2) + 1)


def nest(size: int) -> Workload:
    """A Parallel with one branch, which is a Parallel with one branch, and so on down to one Pass."""
    inner: dict[str, JSON] = {"StartAt": "Leaf", "States": {"Leaf": {"Type": "Pass", "End": True}}}
    for level in range(size, 0, -1):
        name = f"P{level}"
        inner = {"StartAt": name, "States": {name: {"Type": "Parallel", "Branches": [inner], "End": True}}}
    return Workload("nest", f"Parallel within Parallel, {size} levels", size, inner, {"n": 1}, size + 1)


def assign(size: int) -> Workload:
    """A variable that a Pass counts up until a Choice has seen enough, in JSONata mode."""
    states = {
        "Begin": {"Type": "Pass", "Assign": {"n": 0}, "Next": "More"},
        "More": {
            "Type": "Choice",
            "Choices": [{"Condition": f"{{% $n < {size} %}}", "Next": "Add"}],
            "Default": "Done",
        },
        "Add": {"Type": "Pass", "Assign": {"n": "{% $n + 1 %}"}, "Next": "More"},
        "Done": {"Type": "Pass", "Output": {"n": "{% $n %}"}, "End": True},
    }
    title = f"JSONata, a Choice and a Pass with Assign {{% $n + 1 %}}, {size:,} times round"
    definition = {"QueryLanguage": "JSONata", "StartAt": "Begin", "States": states}
    return Workload("assign", title, size, definition, {"label": "n"}, 2 * size + 3)


def query(size: int, elements: int = 1_000) -> Workload:
    """A chain of Pass states in JSONata mode, each with a sum over what it filters from the elements.

    The expressions differ in one number, so that none is the text of another. They are in Assign, because
    an Output would have to hand the elements on, and the peers differ in what that costs them.
    """
    states: dict[str, JSON] = {}
    for step in range(1, size + 1):
        lines = f"$filter($states.input.lines, function($line) {{ $line.price > {step} }})"
        total = f"$sum($map({lines}, function($line) {{ $line.price * $line.quantity }}))"
        states[f"S{step}"] = {
            "Type": "Pass",
            "Assign": {f"total{step}": f"{{% {total} %}}"},
            "Next": f"S{step + 1}" if step < size else "Done",
        }
    totals = {f"total{step}": f"{{% $total{step} %}}" for step in range(1, size + 1)}
    states["Done"] = {"Type": "Pass", "Output": totals, "End": True}
    given = {
        "lines": [
            {"id": f"line-{line}", "price": line % 50, "quantity": 1 + line % 7} for line in range(elements)
        ]
    }
    title = f"JSONata, {size} Pass states, each with $sum($map($filter(...))) over {elements:,} elements"
    definition = {"QueryLanguage": "JSONata", "StartAt": "S1", "States": states}
    return Workload("query", title, size, definition, given, size + 1)


def increment(event: dict[str, JSON], context: object = None) -> JSON:
    """The trivial function that the Task states call."""
    return {"n": event["n"] + 1}


HANDLERS: dict[str, Callable[..., JSON]] = {"increment": increment}

WORKLOADS: dict[str, Callable[[int], Workload]] = {
    "chain": chain,
    "loop": loop,
    "map": inline_map,
    "parallel": parallel,
    "tasks": tasks,
    "assign": assign,
    "query": query,
    "linear": lambda size: inline_map(size, max_concurrency=0),
    "steps": steps,
    "nest": nest,
}


def _onward(step: int, last: int, prefix: str = "S") -> dict[str, JSON]:
    return {"Next": f"{prefix}{step + 1}"} if step < last else {"End": True}
