"""The drawing of a machine, its states the darker the more they cost: the one place that asks for it."""

from __future__ import annotations

from importlib import import_module

from asl import parse
from cli.costs.estimate import Estimate
from cli.costs.table import figure, state_usd
from cli.figures import usd


def drawing(told: Estimate) -> str | None:
    """The machine as SVG, with transitions and price at each state; None where nothing here draws.

    ``asl.graph.draw`` draws. It is asked for by name, so that this works with packages without it too.
    """
    try:
        draw = import_module("asl.graph").draw
    except ModuleNotFoundError:
        return None
    samples = told.samples
    machine = parse(samples.definition, yaml=samples.yaml, type=samples.kind)
    by_state, whole = told.month.by_state, told.month.standard.transitions
    svg: str = draw(
        machine,
        shares={name: float(amount / whole if whole else 0) for name, amount in by_state.items()},
        captions={
            name: f"{figure(amount)} · {usd(state_usd(told, name))}" for name, amount in by_state.items()
        },
    )
    return svg
