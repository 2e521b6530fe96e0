"""Mock configuration files: what they may say, what is told of the rest, and that they may change."""

from __future__ import annotations

import json

import pytest

import asl
from emulator.tasks.mocks import Mocks, MocksRefused
from emulator.tasks.mocks.mocks import session
from tests.tasks import reaching
from tests.tasks.reaching import ACCOUNT, REGION
from tests.tasks.test_mocks import called, ends

GOOD = {
    "StateMachines": {"order": {"TestCases": {"Happy": {"Work": "Fine"}, "Sad": {"Work": {"Throw": {}}}}}},
    "MockedResponses": {"Fine": {"0": {"Return": {"ok": True}}}},
}


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Writes the mock configuration; gives its path."""
    monkeypatch.chdir(tmp_path)

    def write(content, name="mocks.json"):
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write


def refusal(file, content, machine="order", case="Happy"):
    with pytest.raises(MocksRefused) as refused:
        Mocks(file(content)).case(machine, case)
    return str(refused.value)


def test_a_test_case_is_found(file):
    assert Mocks(file(GOOD)).case("order", "Happy").states.keys() == {"Work"}


def test_yaml_says_the_same(file):
    text = "StateMachines: {order: {TestCases: {Happy: {Work: {Return: 1}}}}}"
    assert Mocks(file(text, "mocks.yaml")).case("order", "Happy").states.keys() == {"Work"}


def test_a_file_is_read_anew_each_time(file, tmp_path):
    mocks = Mocks("mocks.json")
    with pytest.raises(MocksRefused, match=r"cannot read the mock configuration mocks\.json: No such file"):
        mocks.case("order", "Happy")
    file(GOOD)
    assert mocks.case("order", "Happy").states["Work"].name == "Fine"
    file({"StateMachines": {"order": {"TestCases": {"Happy": {"Work": {"Return": 2}}}}}})
    assert mocks.case("order", "Happy").states["Work"].name == "Work"


def test_a_running_execution_keeps_what_it_was_started_with(file):
    running = session(Mocks(file(GOOD)), "order", "Happy")
    file("{}")
    assert ends(running, called()) == [{"ok": True}]


def test_without_a_test_case_nothing_is_mocked(file):
    assert session(Mocks(file(GOOD)), "order", None) is None


@pytest.mark.parametrize("mocks", [None, Mocks("gone.json")])
def test_a_case_that_is_gone_fails_every_task(mocks, file):
    (end,) = session(mocks, "order", "Happy").answer(called()).signals
    assert end.error == "States.Runtime"
    assert "mock configuration" in end.cause


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "mocks.json:1:1: this is not JSON"),
        ('{\n  "a" 1}', "mocks.json:2:7: this is not JSON"),
        ("[]", "mocks.json:1:1: this is to be an object, not an array at /"),
        ("{}", "mocks.json:1:1: 'StateMachines' is missing at /"),
        (
            {"StateMachines": {}, "MockedResponse": {}},
            "'MockedResponse' is not known here; there can be StateMachines, MockedResponses, Validate, "
            "Comment, $schema (did you mean MockedResponses?) at /MockedResponse",
        ),
        ({"StateMachines": {"a": {}}}, "'TestCases' is missing at /StateMachines/a"),
        (
            {"StateMachines": {"a": {"TestCases": {"b": {"S": 1}}}}},
            "this is to be a string or an object or an array, not a number at /StateMachines/a/TestCases/b/S",
        ),
        (
            GOOD | {"StateMachines": {"a": {"TestCases": {"b": {"S": "Fien"}}}}},
            "no 'Fien'; it has Fine (did you mean Fine?) at /StateMachines/a/TestCases/b/S",
        ),
        ('{"StateMachines": {}, "StateMachines": {}}', "1:23: 'StateMachines' stands twice here"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(content, told, file):
    assert told in refusal(file, content)


@pytest.mark.parametrize(
    ("response", "told"),
    [
        ({}, "this is empty at /MockedResponses/R"),
        ([], "this is empty at /MockedResponses/R"),
        ({"0": {}}, "neither 'Return' nor 'Throw' is here; an answer is one of the two at "),
        ({"0": {"Return": 1, "Throw": {}}}, "both 'Return' and 'Throw' are here"),
        ({"0": {"Retrun": 1}}, "'Retrun' is not known here"),
        ({"2-1": {"Return": 1}}, "the range 2-1 ends before it begins; write 1-2 at /MockedResponses/R/2-1"),
        ({"0": {"Return": 1}, "0-2": {"Return": 1}}, "0-2 is answered twice"),
        ({"-1": {"Return": 1}}, "'-1' is not known here; there can be"),
        ({"0": {"Throw": {"Error": 1}}}, "this is to be a string, not a number at /Mocked"),
        ({"Return": 1, "Seconds": -1}, "-1 is less than 0"),
        ({"Return": 1, "Seconds": 1e300}, "1e+300 is more than 99,999,999"),
        ({"Return": 1, "Default": {"Return": 2}}, "'Default' stands beside Return"),
        ({"Return": 1, "Validate": "strict"}, "'strict' is none of STRICT, PRESENT, NONE"),
        ({"Rules": [{"When": "input > 1", "Return": 1}]}, "begins with @"),
        ({"Rules": [{"When": "@.input >", "Return": 1}]}, "is no JSONPath predicate"),
        ({"Rules": [{"When": "{% 1 + %}", "Return": 1}]}, "is no JSONata"),
        ({"Rules": [{"When": "{% $states.result %}", "Return": 1}]}, "is no JSONata"),
        ({"Rules": [{"Index": "x", "Return": 1}]}, "'x' is to be a number or a range, such as 3 or 1-4"),
        ({"Rules": [{"Index": [], "Return": 1}]}, "this is empty"),
        ({"Rules": [{"Index": -1, "Return": 1}]}, "-1 is less than 0"),
        ({"Rules": [{"Index": 1}]}, "neither 'Return' nor 'Throw'"),
    ],
)  # fmt: skip
def test_a_response_that_cannot_be_is_refused(response, told, file):
    content = {"StateMachines": {}, "MockedResponses": {"R": response}}
    assert told in refusal(file, content)


def test_of_many_complaints_the_first_are_told(file):
    wrong = {f"R{number}": {} for number in range(14)}
    text = refusal(file, {"StateMachines": {}, "MockedResponses": wrong})
    assert len(text.splitlines()) == 11
    assert text.endswith("... and 4 more")


@pytest.mark.parametrize(
    ("machine", "case", "told"),
    [
        ("ordre", "Happy", "no state machine called 'ordre' in it; there are order (did you mean order?)"),
        ("order", "Hapy", "has no test case called 'Hapy' in it; there are Happy, Sad (did you mean Happy?)"),
    ],
)  # fmt: skip
def test_a_name_that_is_not_there_is_told_with_those_that_are(machine, case, told, file):
    text = refusal(file, GOOD, machine, case)
    assert text.startswith("mocks.json: ")
    assert told in text


# ------------------------------------------------------------------ held to a machine


def states(resource="arn:aws:states:::sqs:sendMessage", **more):
    first = {"Type": "Task", "Resource": resource, "Next": "Rest"}
    rest = {"Type": "Pass", "End": True}
    return asl.parse({"StartAt": "Work", "States": {"Work": first, "Rest": rest, **more}}).states


def misfit(file, mocked, of, **whole):
    case = Mocks(file({"StateMachines": {"m": {"TestCases": {"c": mocked}}}, **whole})).case("m", "c")
    try:
        case.fits(of)
    except MocksRefused as error:
        return str(error)
    return None


def test_only_tasks_of_the_machine_are_mocked(file):
    assert misfit(file, {"Work": {"Return": 1}}, states()) is None
    assert misfit(file, {"Wrok": {"Return": 1}}, states()) == (
        "the test case 'c' mocks 'Wrok', which is no state of the machine; its tasks are Work "
        "(did you mean Work?)"
    )
    assert misfit(file, {"Rest": {"Return": 1}}, states()) == (
        "the test case 'c' mocks 'Rest', which is a Pass; only a Task can be mocked"
    )


MESSAGE = {"MD5OfMessageBody": 1}


@pytest.mark.parametrize(
    ("whole", "own", "told"),
    [
        ({}, {}, None),
        ({"Validate": "STRICT"}, {}, "Field 'MD5OfMessageBody' must be a string"),
        ({"Validate": "PRESENT"}, {}, "Field 'MD5OfMessageBody' must be a string"),
        ({}, {"Validate": "STRICT"}, "Field 'MD5OfMessageBody' must be a string"),
        ({"Validate": "STRICT"}, {"Validate": "NONE"}, None),
    ],
)
def test_results_are_held_to_the_services_model_on_request(whole, own, told, file):
    found = misfit(file, {"Work": {"Return": MESSAGE} | own}, states(), **whole)
    assert found is None if told is None else told in found


def test_strictly_what_the_model_requires_has_to_be_there(file):
    of = states("arn:aws:states:::states:startExecution")
    assert misfit(file, {"Work": {"Return": {}, "Validate": "PRESENT"}}, of) is None
    assert "Required field 'ExecutionArn' is missing" in misfit(
        file, {"Work": {"Return": {}, "Validate": "STRICT"}}, of
    )


@pytest.mark.parametrize(
    ("action", "result", "told"),
    [
        ("rds:describeDBInstances", {"DbInstances": "none"}, "Field 'DbInstances' must be an array"),
        (
            "rds:describeDBInstances",
            {"DbInstances": [{"DbInstanceArn": 1}]},
            "Field 'DbInstanceArn' must be a string",
        ),
        ("rds:describeDBInstances", {"DBInstances": "unknown, so it passes"}, None),
        ("kms:generateDataKey", {"KeyId": 1}, "Field 'KeyId' must be a string"),
        ("dynamodb:getItem", {"Item": {"a": {"Nul": "no"}}}, "Field 'Nul' must be a boolean"),
        ("lambda:getAlias", {"Name": ""}, "Field 'Name' is smaller than the minimum length"),
    ],
)
def test_members_go_by_the_names_that_the_sdk_gives_them(action, result, told, file):
    found = misfit(
        file,
        {"Work": {"Return": result, "Validate": "PRESENT"}},
        states(f"arn:aws:states:::aws-sdk:{action}"),
    )
    assert found is None if told is None else told in found


def test_what_a_call_gives_at_run_time_is_what_a_mock_of_it_may_give(file, services):
    resource = "aws-sdk:rds:describeDBInstances"
    made = {"DBInstanceIdentifier": "one", "DBInstanceClass": "db.t3.micro", "Engine": "postgres"}
    services.client("rds", REGION, ACCOUNT).create_db_instance(**made, AllocatedStorage=5)
    result = reaching.told(resource, {}, services).output
    of = states(f"arn:aws:states:::{resource}")
    assert misfit(file, {"Work": {"Return": result, "Validate": "STRICT"}}, of) is None
    for name in result["DbInstances"][0]:
        spoilt = {"DbInstances": [{**result["DbInstances"][0], name: None}]}
        wrong = misfit(file, {"Work": {"Return": spoilt, "Validate": "PRESENT"}}, of)
        assert f"Field '{name}' must be " in str(wrong)


def test_errors_and_functions_have_no_model(file):
    assert misfit(file, {"Work": {"Throw": {}, "Validate": "STRICT"}}, states()) is None
    function = states("arn:aws:lambda:us-east-1:123456789012:function:f")
    assert misfit(file, {"Work": {"Return": 1, "Validate": "STRICT"}}, function) is None
