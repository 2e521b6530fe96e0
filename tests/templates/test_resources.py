"""What a server is asked to create for a template."""

import io
import json
import zipfile

import pytest

from emulator.templates import TemplateProblem, load, template_resources
from emulator.testing import in_process
from tests.templates.shared import calling, cloudformation, function, machine, write


@pytest.fixture
def template(tmp_path):
    write(tmp_path, "code/app.py", "def handler(event, context): return 1\n")
    write(tmp_path, "code/deep/near.py", "")
    write(tmp_path, "code/__pycache__/app.pyc", "")
    write(tmp_path, "m.asl.yaml", "StartAt: A\nStates: {A: {Type: Succeed}}\n")
    sam = {
        "Type": "AWS::Serverless::StateMachine",
        "Properties": {"Name": "sam", "DefinitionUri": "m.asl.yaml", "Type": "EXPRESS", "Tags": {"a": "b"}},
    }
    resources = {
        "Plain": machine(calling({"Fn::GetAtt": ["Fn", "Arn"]})),
        "Sam": sam,
        "Fn": function(Code="code", Handler="app.handler", Timeout=9, Environment={"Variables": {"A": "1"}}),
        "Inline": function(),
        "Lost": function(Code="nowhere"),
        "Work": {"Type": "AWS::StepFunctions::Activity", "Properties": {"Name": "work"}},
    }
    return load(write(tmp_path, "t.json", cloudformation(**resources)))


def test_functions_come_before_activities_and_machines(template):
    found = template_resources(template)
    assert [(each.operation, each.logical_id) for each in found] == [
        ("create_function", "Fn"),
        ("create_function", "Inline"),
        ("create_activity", "work"),
        ("create_state_machine", "Plain"),
        ("create_state_machine", "Sam"),
    ]


def test_a_function_is_packed(template):
    request = template_resources(template)[0].request
    packed = zipfile.ZipFile(io.BytesIO(request["Code"]["ZipFile"]))
    assert packed.namelist() == ["app.py", "deep/near.py"]
    assert (request["FunctionName"], request["Handler"], request["Timeout"]) == ("Fn", "app.handler", 9)
    assert request["Environment"] == {"Variables": {"A": "1"}}
    assert template_resources(template)[0] == template_resources(template)[0]
    inline = template_resources(template)[1].request["Code"]["ZipFile"]
    assert zipfile.ZipFile(io.BytesIO(inline)).namelist() == ["index.py"]


def test_the_emulator_takes_what_belongs_to_it(template):
    with in_process() as local:
        client = local.client("stepfunctions")
        for each in template_resources(template):
            if each.service == "stepfunctions":
                getattr(client, each.operation)(**each.request)
        listed = client.list_state_machines()["stateMachines"]
        assert {(each["name"], each["type"]) for each in listed} == {
            ("Plain", "STANDARD"),
            ("sam", "EXPRESS"),
        }
        assert [each["name"] for each in client.list_activities()["activities"]] == ["work"]


def test_definitions_in_yaml_are_sent_as_json(template):
    request = template_resources(template)[-1].request
    assert json.loads(request["definition"])["StartAt"] == "A"
    assert request["tags"] == [{"key": "a", "value": "b"}]
    assert request["roleArn"] == "arn:aws:iam::123456789012:role/SamRole"


def test_a_machine_that_cannot_be_used(tmp_path):
    found = load(write(tmp_path, "t.json", cloudformation(M=machine(calling({"Ref": "Nobody"})))))
    with pytest.raises(TemplateProblem, match="'Nobody'"):
        template_resources(found)
