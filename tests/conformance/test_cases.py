"""The project's own conformance cases: data under cases/, run one by one."""

import pytest

import asl
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
    return [*differences(run.expect, result), *replies.complaints, *replies.left_over()]
