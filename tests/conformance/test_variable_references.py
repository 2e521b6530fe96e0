"""What DescribeStateMachine tells of the variables that states read, as recorded on AWS, read in place."""

import json
from typing import Any

import pytest

from asl.parser import read_machine
from tests.conformance.recordings import RECORDINGS

FOLDER = RECORDINGS / "aws" / "cases" / "api_variable_references"
KEY = "variableReferences"
EXCEPTIONS: dict[str, str] = {}
"""Each case that is answered otherwise, and why."""

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no recorded references to variables in {FOLDER}"
)


def ours(case: dict[str, Any]) -> dict[str, list[str]] | None:
    # As it was sent: in the answers words stand in the place of what changes from run to run.
    [definition] = [step["params"]["definition"] for step in case["steps"] if "definition" in step["params"]]
    machine = read_machine(definition).machine
    return None if machine is None else machine.variable_references


def test_references_are_those_of_aws():
    total, told, wrong = 0, 0, {}
    for path in sorted(FOLDER.glob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        mine = ours(case)
        for answer in case["expected"].values():  # the machine described, and its execution's
            total += 1
            told += KEY in answer
            theirs = answer.get(KEY, {})
            if mine != theirs:
                wrong[case["id"]] = theirs, mine
    unlisted = {case: both for case, both in wrong.items() if case not in EXCEPTIONS}
    assert not unlisted, "\n".join(f"{case}: {both}" for case, both in unlisted.items())
    assert not set(EXCEPTIONS) - set(wrong), "listed as an exception, but answered as AWS does"
    assert total >= 38
    assert told >= 28
