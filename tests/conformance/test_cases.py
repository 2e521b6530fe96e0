"""The project's own conformance cases: data under cases/, run one by one."""

import pytest

import asl
from asl.signals import Redriven
from asl.simulate import Simulation
from tests.conformance.case_format import Run, runs
from tests.conformance.case_report import differences
from tests.conformance.case_tasks import Replies


@pytest.mark.parametrize("run", [pytest.param(run, id=place) for place, run in runs()])
def test_case(run: Run) -> None:
    wrong = complaints(run)
    if wrong:
        pytest.fail("\n".join([run.title, *wrong]), pytrace=False)


def complaints(run: Run) -> list[str]:
    """Everything that a run did otherwise than its case says."""
    try:
        machine = asl.parse(run.definition)
    except asl.InvalidDefinition as error:
        return [f"the definition is refused: {error}"]
    replies = Replies(run.tasks)
    result = asl.simulate(machine, run.input, handlers=replies, **run.options)
    for _ in range(run.redrives):
        result = redriven(machine, result, replies)
    return [*differences(run.expect, result), *replies.complaints, *replies.left_over()]


def redriven(machine: asl.StateMachine, result: asl.Result, replies: Replies) -> asl.Result:
    """What becomes of an execution that is redriven as soon as it has ended."""
    simulation = Simulation(machine, result.execution, replies)
    simulation.history = result.history
    simulation.now = result.history.event(-1)[2]
    step = asl.advance(machine, result.execution, Redriven(), simulation.now)
    return simulation.run(step, result.execution.identity.region)
