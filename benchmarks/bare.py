"""The bound: each workload's data movement as closures written by hand for it, with no history at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.measure import Job, Times, sample, serve
from benchmarks.workloads import WORKLOADS, increment

JSON = Any
Step = Callable[[JSON], JSON]


def chain(size: int) -> Step:
    """Each step builds the parameters and lays them into a copy of the input's top level."""

    def step(number: int) -> Step:
        def enter(data: JSON) -> JSON:
            work = data["work"]
            return {**data, "work": {"label": work["label"], "amount": work["amount"], "step": number}}

        return enter

    return _one_after_another([step(number) for number in range(1, size + 1)])


def loop(size: int) -> Step:
    """A test and a step, each a call of its own."""

    def more(data: JSON) -> bool:
        return bool(data["count"] < size)

    def add(data: JSON) -> JSON:
        return {"count": data["count"] + 1, "label": data["label"]}

    def run(data: JSON) -> JSON:
        while more(data):
            data = add(data)
        return data

    return run


def inline_map(size: int) -> Step:
    """Two calls for each item."""

    def wrap(item: JSON) -> JSON:
        return {"n": item}

    def mark(data: JSON) -> JSON:
        return {**data, "mark": "done"}

    return lambda items: [mark(wrap(item)) for item in items]


def parallel(size: int, length: int = 20) -> Step:
    """The branches one after another."""

    def step(branch: int, number: int) -> Step:
        return lambda data: {"label": data["label"], "branch": branch, "step": number}

    branches = [
        _one_after_another([step(branch, number) for number in range(1, length + 1)])
        for branch in range(1, size + 1)
    ]
    return lambda data: [branch(data) for branch in branches]


def tasks(size: int) -> Step:
    """The handler, called again and again."""
    return _one_after_another([increment] * size)


def assign(size: int) -> Step:
    """A test and a step, each a call of its own."""

    def more(variables: JSON) -> bool:
        return bool(variables["n"] < size)

    def add(variables: JSON) -> JSON:
        return {**variables, "n": variables["n"] + 1}

    def run(data: JSON) -> JSON:
        variables = {"n": 0}
        while more(variables):
            variables = add(variables)
        return {"n": variables["n"]}

    return run


def query(size: int) -> Step:
    """A sum over a generator for each state."""

    def total(lines: list[JSON], least: int) -> JSON:
        return sum(line["price"] * line["quantity"] for line in lines if line["price"] > least)

    return lambda data: {f"total{step}": total(data["lines"], step) for step in range(1, size + 1)}


BARE: dict[str, Callable[[int], Step]] = {
    "chain": chain,
    "loop": loop,
    "map": inline_map,
    "parallel": parallel,
    "tasks": tasks,
    "assign": assign,
    "query": query,
}


def measure(job: Job) -> Times:
    """The times of the closures; making them counts as parsing does elsewhere, as nothing."""
    workload = WORKLOADS[job.workload](job.size)
    run = BARE[job.workload](job.size)
    runs, output = sample(job, lambda: run(workload.input))
    return Times(runs=runs, output=output)


def _one_after_another(steps: list[Step]) -> Step:
    def run(data: JSON) -> JSON:
        for step in steps:
            data = step(data)
        return data

    return run


if __name__ == "__main__":
    serve(measure)
