"""What the CDK writes: the folder cdk.out, joined definitions, assets, stacks that import from each other."""

import json

import pytest

from emulator.templates import TemplateProblem, find, load
from tests.templates.shared import function_arn, write

HASH = "0a1b2c3d"
GREET = "GreetFn0F1E2D3C"
MACHINE = "OrdersMachine9F1B2C3D"


def stack(resources, **sections):
    return {"Resources": resources, **sections}


def lambda_function(path=f"asset.{HASH}", **metadata):
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": {
                "S3Bucket": {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}"},
                "S3Key": f"{HASH}.zip",
            },
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        },
        "Metadata": {"aws:cdk:path": "Orders/GreetFn/Resource", "aws:asset:path": path, **metadata},
    }


def joined(*parts):
    return {"Fn::Join": ["", list(parts)]}


def state_machine(definition, path="Orders/OrdersMachine/Resource"):
    return {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"DefinitionString": definition, "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
        "Metadata": {"aws:cdk:path": path},
    }


def definition(arn):
    return joined(
        '{"StartAt":"Greet","States":{"Greet":{"End":true,"Type":"Task","Resource":"arn:',
        {"Ref": "AWS::Partition"},
        ':states:::lambda:invoke","Parameters":{"FunctionName":"',
        arn,
        '","Payload.$":"$"}}}}',
    )


@pytest.fixture
def orders(tmp_path):
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {}},
        GREET: lambda_function(),
        MACHINE: state_machine(definition({"Fn::GetAtt": [GREET, "Arn"]})),
    }
    write(tmp_path, f"cdk.out/asset.{HASH}/index.py", "def handler(event, context): return 1\n")
    write(tmp_path, "cdk.out/manifest.json", {"version": "36.0.0"})
    write(tmp_path, "cdk.out/Orders.template.json", stack(resources))
    return tmp_path


@pytest.mark.parametrize("where", ["cdk.out", "cdk.out/Orders.template.json", "."])
@pytest.mark.parametrize("name", [MACHINE, "OrdersMachine", "Orders/OrdersMachine", None])
def test_a_machine_by_any_of_its_names(orders, where, name):
    found = find(f"{orders / where}#{name}" if name else str(orders / where))
    assert found.logical_id == MACHINE
    task = json.loads(found.definition)["States"]["Greet"]
    assert task["Resource"] == "arn:aws:states:::lambda:invoke"
    assert task["Parameters"]["FunctionName"] == function_arn(GREET)
    assert found.role == "arn:aws:iam::123456789012:role/Role"


def test_functions_and_their_assets(orders):
    (function,) = load(str(orders / "cdk.out")).functions
    assert function.code == orders / "cdk.out" / f"asset.{HASH}"
    assert (function.name, function.handler, function.problems) == (GREET, "index.handler", ())


def test_assets_by_key(orders):
    function = lambda_function()
    del function["Metadata"]
    write(orders, "cdk.out/Plain.template.json", stack({"F": function}))
    (found,) = load(str(orders / "cdk.out/Plain.template.json")).functions
    assert found.code == orders / "cdk.out" / f"asset.{HASH}"


def test_an_asset_that_is_not_there(orders):
    function = lambda_function("asset.nowhere")
    write(orders, "cdk.out/Plain.template.json", stack({"F": function}))
    (found,) = load(str(orders / "cdk.out/Plain.template.json")).functions
    assert [each.message for each in found.errors] == [
        f"its code is not there: {orders / 'cdk.out/asset.nowhere'}"
    ]


def test_a_definition_in_a_file(orders):
    machine = state_machine("")
    machine["Properties"] |= {
        "DefinitionS3Location": {"Bucket": {"Fn::Sub": "assets-${AWS::Region}"}, "Key": "abc.json"},
        "DefinitionSubstitutions": {"Greet": {"Fn::GetAtt": [GREET, "Arn"]}},
    }
    del machine["Properties"]["DefinitionString"]
    write(orders, "cdk.out/File.template.json", stack({"M": machine, GREET: lambda_function()}))
    path = str(orders / "cdk.out/File.template.json")
    with pytest.raises(TemplateProblem, match="the definition is an object in S3"):
        find(path)
    manifest = {
        "files": {
            "abc": {"source": {"path": "asset.def.json"}, "destinations": {"x": {"objectKey": "abc.json"}}}
        }
    }
    write(orders, "cdk.out/asset.def.json", '{"StartAt": "${Greet}"}')
    write(orders, "cdk.out/File.assets.json", manifest)
    found = find(path)
    assert json.loads(found.definition) == {"StartAt": function_arn(GREET)}
    assert found.origin.file.endswith("asset.def.json")


def test_stacks_import_from_each_other(orders):
    exported = {
        "Outputs": {"E": {"Value": {"Fn::GetAtt": [GREET, "Arn"]}, "Export": {"Name": "Orders:Greet"}}}
    }
    resources = json.loads((orders / "cdk.out/Orders.template.json").read_text())["Resources"]
    write(orders, "cdk.out/Orders.template.json", stack(resources, **exported))
    importing = state_machine(definition({"Fn::ImportValue": "Orders:Greet"}), "Flow/Machine/Resource")
    write(orders, "cdk.out/assembly-Stage/Flow.template.json", stack({"Role": {"Type": "AWS::IAM::Role"}}))
    write(orders, "cdk.out/Flow.template.json", stack({"Role": {"Type": "AWS::IAM::Role"}, "M": importing}))
    found = find(f"{orders / 'cdk.out'}#M")
    assert function_arn(GREET) in found.definition
    assert function_arn(GREET) in find(str(orders / "cdk.out/Flow.template.json")).definition


def test_stacks_that_import_in_a_circle(orders):
    for one, other in (("A", "B"), ("B", "A")):
        outputs = {"E": {"Value": {"Fn::ImportValue": other}, "Export": {"Name": one}}}
        machine = state_machine(definition({"Fn::ImportValue": other}))
        write(orders, f"cdk.out/{one}.template.json", stack({f"M{one}": machine}, Outputs=outputs))
    with pytest.raises(TemplateProblem, match="what other stacks export is not known here"):
        find(f"{orders / 'cdk.out'}#MA")


def test_the_same_construct_in_two_stacks(orders):
    resources = {
        "Role": {"Type": "AWS::IAM::Role"},
        "OrdersMachineX": state_machine("{}", "Other/OrdersMachine/Resource"),
    }
    write(orders, "cdk.out/Other.template.json", stack(resources))
    with pytest.raises(TemplateProblem, match="there are 2 state machines called"):
        find(f"{orders / 'cdk.out'}#OrdersMachine")
    assert find(f"{orders / 'cdk.out'}#Other/OrdersMachine").logical_id == "OrdersMachineX"


def test_the_stack_is_called_after_its_file(orders):
    machine = state_machine({"Fn::Sub": '{"StartAt": "${AWS::StackName}"}'})
    write(orders, "cdk.out/Named.template.json", stack({"Role": {"Type": "AWS::IAM::Role"}, "M": machine}))
    assert find(str(orders / "cdk.out/Named.template.json")).definition == '{"StartAt": "Named"}'


@pytest.mark.parametrize("content", ["[]", '{"Resources": 1}', '{"Resources": {"A": []}}', "{"])
def test_odd_files_in_the_folder(orders, content):
    write(orders, "cdk.out/Odd.template.json", content)
    write(orders, "cdk.out/Odd.assets.json", '{"files": 1}')
    if content.startswith('{"'):
        assert len(load(str(orders / "cdk.out")).machines) == 1
    else:
        with pytest.raises(TemplateProblem):
            load(str(orders / "cdk.out"))
