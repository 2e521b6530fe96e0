"""What ValidateStateMachineDefinition and CreateStateMachine said of definitions, read in place."""

import json
import re

import pytest

import asl
from tests.conformance.recordings import RECORDINGS

FOLDER = RECORDINGS / "aws" / "cases"
REFUSED = re.compile(r"Invalid State Machine Definition: '(.*)'", re.DOTALL)
ACTIVITY = "arn:aws:states:us-east-1:111111111111:activity:work"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no recordings of AWS in {FOLDER}")


def asked():
    """Every definition that was to be validated, with the machine's type and AWS's diagnostics."""
    for path in sorted((FOLDER / "api_validation").glob("*.json")):
        case = json.loads(path.read_text("utf-8"))
        [step] = case["steps"]
        answer = case["expected"][step["expect"][0]]
        yield pytest.param(step["params"], answer, id=case["id"])


def refused():
    """Every definition that CreateStateMachine refused, with the machine's type and AWS's text."""
    for path in sorted(FOLDER.glob("api_*/*.json")):
        case = json.loads(path.read_text("utf-8"))
        for step in case["steps"]:
            for key in step.get("expect", ()):
                error = case["expected"][key].get("Error", {})
                match = REFUSED.fullmatch(error.get("Message", ""))
                if match and step["operation"] == "CreateStateMachine":
                    yield pytest.param(step["params"], match[1], id=f"{case['id']} {key}")


def definition(params):
    """As it was sent: a text that is no JSON stays one, and a placeholder stands for an activity's ARN."""
    value = params["definition"]
    return value if isinstance(value, str) else json.dumps(value).replace('"activity_arn"', f'"{ACTIVITY}"')


@pytest.mark.parametrize(("params", "answer"), list(asked()))
def test_the_diagnostics_are_those_of_aws(params, answer):
    found = asl.validate(definition(params), type=params["type"])
    told = [
        {
            key: value
            for key, value in each.to_dict().items()
            if key in ("severity", "code", "message", "location")
        }
        for each in found
        if each.severity == "ERROR"  # what is asked for where no severity is named
    ]
    assert told == answer["diagnostics"]
    assert answer["result"] == ("FAIL" if any(each["severity"] == "ERROR" for each in told) else "OK")


@pytest.mark.parametrize(("params", "text"), list(refused()))
def test_the_refusals_are_those_of_aws(params, text):
    with pytest.raises(asl.InvalidDefinition) as refusal:
        asl.parse(definition(params), type=params.get("type", "STANDARD"))
    assert [str(each) for each in refusal.value.diagnostics] == [text]


def test_there_are_some():
    assert len(list(asked())) > 10
    assert len(list(refused())) >= 3
