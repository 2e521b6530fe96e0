"""`asl run` and `asl validate` on templates."""

import json
from pathlib import Path

import pytest

from tests.templates.shared import calling, cloudformation, function, function_arn, machine, write

SAMPLE = Path(__file__).parents[2] / "sample_machines" / "order_approval"
GREETER = function()


@pytest.fixture
def template(here):
    resources = {
        "Greeter": function(),
        "Greet": machine(calling({"Fn::GetAtt": ["Greeter", "Arn"]})),
        "Rest": machine(
            {"StartAt": "R", "States": {"R": {"Type": "Wait", "Seconds": 5, "End": True}}},
            StateMachineType="EXPRESS",
        ),
    }
    return write(here, "template.json", cloudformation(**resources))


def output(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


# ------------------------------------------------------------------ asl run


@pytest.mark.parametrize(
    "where",
    [SAMPLE, SAMPLE / "template.yaml", f"{SAMPLE}#OrderApproval", f"{SAMPLE}/template.yaml#order-approval"],
)
def test_the_sample_gives_what_it_is_to_give(asl, where):
    given = ["--input", f"@{SAMPLE / 'input.json'}"] if str(where) != str(SAMPLE) else []
    assert output(asl("run", str(where), *given)) == json.loads((SAMPLE / "expected.json").read_text())


def order(**members):
    line = {"article": "lamp", "count": 1}
    return json.dumps({"id": "po-1", "lines": [line], "busyFor": 0, "approver": {"verdict": "no"}} | members)


@pytest.mark.parametrize(
    ("given", "parameters", "ends"),
    [
        (order(), [], "the limit"),
        (order(), ["--parameter", "LimitCents=100"], "OrderRefused"),
        (order(lines=[{"article": "moon", "count": 1}]), [], "OrderRefused"),
        (order(busyFor=9), [], "PriceListBusy"),
    ],
)
def test_the_sample_reaches_its_other_ends(asl, given, parameters, ends):
    result = asl("run", str(SAMPLE), "--input", given, "--json", *parameters)
    told = json.loads(result.stdout)
    assert ends in (told.get("error"), (told.get("output") or {}).get("approvedBy"))


def test_the_samples_ledger_is_a_parameter(asl):
    assert output(asl("run", str(SAMPLE), "--parameter", "Ledger=other"))["ledger"] == "other"


def test_one_of_several_machines(asl, template):
    assert output(asl("run", f"{template}#Greet", "--input", "1")) == {"seen": 1}
    result = asl("run", template)
    assert result.exit_code == 2
    assert f"there are 2 state machines in it; name one: {template}#Greet, {template}#Rest" in result.stderr


def test_the_type_is_the_templates_unless_it_is_said(asl, template):
    assert asl("run", f"{template}#Rest", "--json").exit_code == 0
    shown = asl("run", f"{template}#Rest", "--json", "--history").stdout
    assert asl("run", f"{template}#Rest", "--type", "standard", "--json", "--history").stdout != shown


def test_handlers_go_before_the_templates_functions(asl, template, here):
    write(here, "h.py", "def Greeter(event, context): return 'mine'\n")
    assert output(asl("run", f"{template}#Greet", "--handlers", "h.py")) == "mine"


def test_a_function_that_is_not_run_here_is_told_of(asl, here):
    resources = {
        "Node": function(Runtime="nodejs22.x"),
        "M": machine(calling({"Fn::GetAtt": ["Node", "Arn"]})),
    }
    result = asl("run", write(here, "t.json", cloudformation(**resources)))
    assert result.exit_code == 1
    assert (
        "note: Node is not run here: its runtime is nodejs22.x, and only Python's run in this"
        in result.stderr
    )
    assert "calls the function 'Node'" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["template.json#Nobody"], "there is no state machine called 'Nobody' in it"),
        (["nowhere.yaml#M"], "nowhere.yaml: cannot be read: No such file or directory"),
        (
            ["template.json#Greet", "--parameter", "Colour=red"],
            "--parameter Colour: no template here asks for it",
        ),
        (["template.json#Greet", "--parameter", "Colour"], "'Colour' is not of the form NAME=VALUE"),
        (["plain.json", "--parameter", "A=1"], "--parameter A: no template here asks for it"),
        (["plain.json#A"], "plain.json: this is no template of CloudFormation"),
    ],
)
def test_refusals(asl, template, here, arguments, complaint):
    write(here, "plain.json", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    result = asl("run", *arguments)
    assert result.exit_code == 2
    assert complaint in result.stderr


def test_everything_that_is_missing_is_told(asl, here):
    resources = cloudformation(M=machine(calling({"Fn::Sub": "${One}${Two.Arn}"})))
    result = asl("run", write(here, "t.json", resources))
    assert result.exit_code == 2
    assert "t.json:12:17: there is no parameter and no resource 'One'" in result.stderr
    assert "there is no resource 'Two'" in result.stderr


def test_a_definition_that_speaks_of_resources_is_no_template(asl, here):
    definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": {"Resources": {}}, "End": True}}}
    assert output(asl("run", write(here, "m.json", definition))) == {"Resources": {}}
    result = asl("validate", write(here, "broken.json", '{"Resources": '))
    assert result.exit_code == 1
    assert "INVALID_JSON_DESCRIPTION" in result.stdout


def test_a_file_with_a_mark_in_its_name(asl, here):
    path = write(here, "a#b.json", {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    assert output(asl("run", path)) == {}


# ------------------------------------------------------------------ asl validate


def test_all_machines_of_a_template_are_looked_at(asl, template):
    result = asl("validate", template)
    assert result.exit_code == 0
    assert "1 file, 2 machines: 0 errors, 0 warnings" in result.stderr


def test_diagnostics_point_into_the_template(asl, here):
    text = """
        Resources:
          M:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition:
                StartAt: A
                States:
                  A:
                    Type: Pass
                    Next: ${Nobody}
        """
    result = asl("validate", write(here, "t.yaml", text), "--json")
    assert result.exit_code == 1
    told = {(each["code"], each.get("line"), each.get("column")) for each in json.loads(result.stdout)}
    assert ("MISSING_TRANSITION_TARGET", 10, 13) in told
    assert ("TEMPLATE", 10, 13) in told


def test_a_machine_that_cannot_be_made_is_told_and_the_others_are_looked_at(asl, here, template):
    broken = write(here, "broken.json", cloudformation(M=machine(calling({"Ref": "Nobody"}))))
    result = asl("validate", broken, template)
    assert result.exit_code == 2
    assert "there is no parameter and no resource 'Nobody'" in result.stderr
    assert "1 file, 2 machines: 0 errors, 0 warnings; 1 file cannot be used" in result.stderr


def test_the_type_of_each_machine_counts(asl, here):
    sync = "arn:aws:states:::states:startExecution.sync"
    definition = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Task", "Resource": sync, "Parameters": {"StateMachineArn": "x"}, "End": True}
        },
    }
    express = machine(definition, StateMachineType="EXPRESS")
    path = write(here, "t.json", cloudformation(M=express))
    assert asl("validate", path).exit_code == 1
    assert asl("validate", path, "--type", "standard").exit_code == 0


def test_a_parameter_for_one_of_several_templates(asl, here, template):
    other = cloudformation(M=machine(calling({"Ref": "Which"})))
    other["Parameters"] = {"Which": {"Type": "String"}}
    path = write(here, "o.json", other)
    assert asl("validate", path, template, "--parameter", f"Which={function_arn('x')}").exit_code == 0
    assert (
        asl(
            "validate", path, template, "--parameter", f"Which={function_arn('x')}", "--parameter", "B=1"
        ).exit_code
        == 2
    )
