"""Definitions with the verdict of those who wrote them, read in place and never copied here."""

import json

import pytest

import asl
from tests.conformance.recordings import RECORDINGS

FOLDER = RECORDINGS / "definitions"
DECIDED = {
    # docs/decisions/0010: contested between the existing validators, decided by AWS's rule.
    "invalid/asl-validator/jsonata-surround-syntax-no-spaces.json": "AWS asks for no blank inside {% %}",
    "invalid/asl-validator/math-add.json": "no recording shows AWS looking at the types of arguments",
    "valid/asl-language-service/documentSucceedFailTerminalState.json": "a name stands once in a machine",
}
NO_ARN = "Value is not a valid resource ARN"
"""Contested definitions whose Resource is no ARN: AWS refuses it (recorded)."""

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no definitions with verdicts in {FOLDER}")


def entries():
    index = FOLDER / "INDEX.json"
    return json.loads(index.read_text("utf-8")) if index.exists() else []


def errors(entry):
    found = asl.validate((FOLDER / entry["file"]).read_text("utf-8"))
    return [each.message for each in found if each.severity == "ERROR"]


@pytest.mark.parametrize("entry", [pytest.param(each, id=each["file"]) for each in entries()])
def test_the_verdict_is_agreed_or_decided(entry):
    found = errors(entry)
    if entry["file"] in DECIDED:
        assert entry["contested"]
        assert bool(found) is (entry["verdict"] == "valid")
    elif entry["contested"] and entry["verdict"] == "valid" and found:
        assert set(found) == {NO_ARN}
    else:
        assert bool(found) is (entry["verdict"] == "invalid"), found


def test_there_are_some():
    assert len(entries()) > 100
    assert {each["verdict"] for each in entries()} == {"valid", "invalid"}
