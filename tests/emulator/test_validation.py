"""ValidateStateMachineDefinition: the validator's diagnostics, as the wire has them."""

from __future__ import annotations

import json

import pytest

from tests.emulator.shared import PASS, call, emulated


@pytest.fixture
def emulator():
    with emulated() as emulator:
        yield emulator


def validated(emulator, definition, **members):
    text = definition if isinstance(definition, str) else json.dumps(definition)
    return call(emulator, "ValidateStateMachineDefinition", definition=text, **members)


def test_a_good_definition_is_ok(emulator):
    assert validated(emulator, PASS) == {"result": "OK", "diagnostics": [], "truncated": False}


def test_an_error_fails_and_has_no_members_of_our_own(emulator):
    answer = validated(emulator, {"States": {"P": {"Type": "Pass", "End": True}}})
    assert answer["result"] == "FAIL"
    assert answer["diagnostics"] == [
        {
            "severity": "ERROR",
            "code": "SCHEMA_VALIDATION_FAILED",
            "message": "These fields are required: [StartAt]",
            "location": "/",
        }
    ]


def test_where_aws_tells_no_place_there_is_no_location(emulator):
    (diagnostic,) = validated(emulator, " ")["diagnostics"]
    assert diagnostic == {
        "severity": "ERROR",
        "code": "SCHEMA_VALIDATION_FAILED",
        "message": "Definition must be a valid JSON object",
    }


def test_warnings_are_told_on_demand_and_never_fail(emulator):
    definition = json.dumps(
        {
            "StartAt": "M",
            "States": {
                "M": {
                    "Type": "Map",
                    "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}},
                    "ToleratedFailureCount": 1,
                    "End": True,
                }
            },
        }
    )
    assert validated(emulator, definition)["diagnostics"] == []
    answer = validated(emulator, definition, severity="WARNING")
    assert answer["result"] == "OK"
    assert [each["severity"] for each in answer["diagnostics"]] == ["WARNING"]


def test_more_diagnostics_than_wanted_are_cut_off(emulator):
    states = {f"S{number}": {"Type": "Nothing"} for number in range(120)}
    definition = {"StartAt": "S0", "States": states}
    for wanted, given in ((None, 100), (0, 100), (7, 7)):
        answer = validated(emulator, definition, **({} if wanted is None else {"maxResults": wanted}))
        assert len(answer["diagnostics"]) == given
        assert answer["truncated"] is True
        assert answer["result"] == "FAIL"


def test_what_only_standard_takes_is_refused_for_express(emulator):
    resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    state = {"Type": "Task", "Resource": resource, "Parameters": {"T.$": "$$.Task.Token"}, "End": True}
    definition = {"StartAt": "S", "States": {"S": state}}
    assert validated(emulator, definition, type="STANDARD")["result"] == "OK"
    (diagnostic,) = validated(emulator, definition, type="EXPRESS")["diagnostics"]
    assert diagnostic["location"] == "/States/S/Resource"
