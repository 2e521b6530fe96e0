"""`asl graph`: what it draws, where that goes, and its exit codes."""

import json
from xml.etree import ElementTree

import pytest

from asl import parse
from asl.graph import dot, draw, graph, mermaid
from tests.cli.shared import ROOT, lambda_arn, machine, task

ORDER = machine("Charge", Charge=task("charge", Next="Ship"), Ship={"Type": "Succeed"})
DRAWN = {"svg": draw, "mmd": mermaid, "dot": dot}


@pytest.fixture
def order(write):
    return write("order.asl.json", ORDER)


def test_a_picture_to_standard_output(asl, order):
    result = asl("graph", order)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == draw(parse(ORDER))
    assert ElementTree.fromstring(result.stdout).tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("form", DRAWN)
def test_the_format_by_its_name(asl, order, form):
    assert asl("graph", order, "--format", form).stdout == DRAWN[form](parse(ORDER))


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.svg", "svg"),
        ("a.SVG", "svg"),
        ("a.mmd", "mmd"),
        ("a.mermaid", "mmd"),
        ("a.dot", "dot"),
        ("a.b.gv", "dot"),
    ],
)
def test_the_format_by_the_suffix(asl, order, here, name, form):
    result = asl("graph", order, "-o", name)
    assert (result.exit_code, result.output) == (0, "")
    assert (here / name).read_text("utf-8") == DRAWN[form](parse(ORDER))


def test_the_format_by_its_name_where_the_suffix_tells_none(asl, order, here):
    assert asl("graph", order, "-o", "picture", "--format", "dot").exit_code == 0
    assert (here / "picture").read_text("utf-8") == dot(parse(ORDER))
    assert asl("graph", order, "-o", "a.dot", "--format", "dot").exit_code == 0


@pytest.mark.parametrize("name", ["picture.png", "picture", "svg", "-"])
def test_a_suffix_that_tells_no_format(asl, order, here, name):
    result = asl("graph", order, "-o", name)
    assert result.exit_code == 2
    assert f"the suffix of {name} is to tell the format: .svg, .mmd or .dot" in result.stderr
    assert not (here / name).exists()


def test_a_suffix_that_says_something_else_than_the_format(asl, order, here):
    result = asl("graph", order, "-o", "a.svg", "--format", "dot")
    assert result.exit_code == 2
    assert "the suffix of a.svg says svg, and --format dot" in result.stderr
    assert not (here / "a.svg").exists()


def test_the_graph_as_json(asl, order):
    result = asl("graph", order, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == graph(parse(ORDER)).to_dict()


@pytest.mark.parametrize("option", [("-o", "a.svg"), ("--format", "svg")])
def test_json_is_no_picture(asl, order, option):
    result = asl("graph", order, "--json", *option)
    assert result.exit_code == 2
    assert "leave out -o and --format" in result.stderr


def test_a_file_that_cannot_be_written(asl, order):
    result = asl("graph", order, "-o", "missing/a.svg")
    assert result.exit_code == 2
    assert "cannot write missing/a.svg: No such file or directory" in result.stderr


def test_a_definition_that_is_wrong_is_told_as_validate_does(asl, write):
    file = write("broken.asl.json", machine("A", A={"Type": "Pass", "Next": "B"}))
    result = asl("graph", file, "-o", "a.svg")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == asl("run", file).stderr
    assert result.stderr == asl("validate", file).stdout
    assert "Missing 'Next' target: B" in result.stderr


def test_what_is_no_machine(asl, write):
    assert "cannot read nothing.asl.json" in asl("graph", "nothing.asl.json").stderr
    assert asl("graph", "nothing.asl.json").exit_code == 2
    assert asl("graph", write("a.asl.json", "{")).exit_code == 2
    assert asl("graph").exit_code == 2


def test_a_folder_and_yaml(asl, write):
    write("shop/machine.asl.yaml", "StartAt: A\nStates: {A: {Type: Pass, End: true}}\n")
    assert "A<br/>Pass" in asl("graph", "shop", "--format", "mmd").stdout


def test_a_machine_of_a_template(asl, write):
    def made(name):
        definition = machine(name, **{name: {"Type": "Task", "Resource": "${Function}", "End": True}})
        substitutions = {"Function": {"Fn::Sub": lambda_arn("work-${Stage}")}}
        properties = {"DefinitionString": json.dumps(definition), "DefinitionSubstitutions": substitutions}
        return {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {**properties, "RoleArn": "arn:aws:iam::1:role/r"},
        }

    template = {
        "Parameters": {"Stage": {"Type": "String"}},
        "Resources": {"One": made("A"), "Two": made("B")},
    }
    write("template.json", template)
    result = asl("graph", "template.json#Two", "--parameter", "Stage=test", "--format", "mmd")
    assert 'n1["B<br/>Task · work-test"]' in result.stdout
    refused = asl("graph", "template.json#Two", "--parameter", "Stage=test", "--parameter", "Colour=red")
    assert refused.exit_code == 2
    assert "--parameter Colour: no template here asks for it" in refused.stderr


def test_an_express_machine_of_a_template_is_held_to_what_express_can_do(asl, write):
    call = {"MessageBody.$": "$$.Task.Token", "QueueUrl": "u"}
    resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    definition = machine("A", A=task("f", Resource=resource, Parameters=call))
    properties = {"DefinitionString": json.dumps(definition), "RoleArn": "arn:aws:iam::1:role/r"}
    for kind, code in (("STANDARD", 0), ("EXPRESS", 2)):
        one = {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {**properties, "StateMachineType": kind},
        }
        assert asl("graph", write("template.json", {"Resources": {"One": one}})).exit_code == code


def test_a_pipe_gets_utf_8_whatever_else_is_wanted(process, write, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    file = write("a.asl.json", machine("日本", 日本={"Type": "Succeed"}))
    for form in DRAWN:
        assert "日本" in process("graph", file, "--format", form, encoding="utf-8").stdout
    assert "\x1b[" not in process("graph", file).stdout


def test_a_terminal_gets_the_text(terminal, order):
    assert "n1 -->" in terminal("graph", order, "--format", "mmd")


def test_the_samples(asl):
    for folder in sorted((ROOT / "sample_machines").iterdir()):
        if (folder / "machine.asl.json").exists():
            assert asl("graph", str(folder)).exit_code == 0
