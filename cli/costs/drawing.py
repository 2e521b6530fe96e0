"""The drawing of a machine, its states the darker the more they cost: the one place that asks for it."""

from __future__ import annotations

from asl import parse
from asl.graph import draw
from cli.costs.estimate import Estimate
from cli.costs.table import figure, state_usd
from cli.figures import usd


def drawing(told: Estimate) -> str:
    """The machine as SVG, with transitions and price at each state."""
    samples = told.samples
    machine = parse(samples.definition, yaml=samples.yaml, type=samples.kind)
    by_state, whole = told.month.by_state, told.month.standard.transitions
    return draw(
        machine,
        shares={name: float(amount / whole if whole else 0) for name, amount in by_state.items()},
        captions={
            name: f"{figure(amount)} · {usd(state_usd(told, name))}" for name, amount in by_state.items()
        },
    )
