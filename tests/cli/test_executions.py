"""`asl executions` and `asl state-machines`, answered in process."""

import json

import pytest

import emulator
from tests.cli.shared import machine

FAIL = machine(Stop={"Type": "Fail", "Error": "Broken", "Cause": "on purpose"}, start="Stop")
PASS = machine(Go={"Type": "Pass", "End": True}, start="Go")
ASK = machine(
    Ask={"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": True},
    start="Ask",
)


@pytest.fixture
def local():
    with emulator.mock_stepfunctions() as local:
        yield local


@pytest.fixture
def started(asl, local, write):
    """Creates a state machine, starts it, and gives the execution's ARN."""

    def started(definition, name="m", *, ends=True):
        write(f"{name}.asl.json", definition)
        assert asl("state-machines", "create", f"{name}.asl.json").exit_code == 0
        result = asl("executions", "start", name, "--input", '{"a": 1}', "--name", "one")
        arn = result.stdout.strip()
        local.wait(arn) if ends else local.settle()
        return arn

    return started


def test_create_list_and_show_machines(asl, local, write):
    write("order.asl.yaml", "StartAt: Go\nStates:\n  Go: {Type: Pass, End: true}\n")
    created = asl("state-machines", "create", "order.asl.yaml", "--type", "express", "--json")
    arn = json.loads(created.stdout)["stateMachineArn"]
    assert arn.endswith(":order")
    assert asl("state-machines", "list").stdout.rstrip().endswith(f"EXPRESS   {arn}")
    assert [each["name"] for each in json.loads(asl("state-machines", "list", "--json").stdout)] == ["order"]
    shown = json.loads(asl("state-machines", "show", "order", "--json").stdout)
    assert json.loads(shown["definition"]) == PASS
    assert "ResponseMetadata" not in shown
    assert f"stateMachineArn: {arn}" in asl("state-machines", "show", arn).stdout


def test_start_and_show(asl, started):
    arn = started(PASS)
    shown = asl("executions", "show", arn).stdout
    assert "status: SUCCEEDED\n" in shown
    assert json.loads(asl("executions", "show", arn, "--json").stdout)["output"] == '{"a":1}'


def test_list_by_machine_and_status(asl, started):
    passed, failed = started(PASS, "passes"), started(FAIL, "fails")
    assert {line.split()[-1] for line in asl("executions", "list").stdout.splitlines()} == {passed, failed}
    of_one = asl("executions", "list", "fails", "--json")
    assert [each["executionArn"] for each in json.loads(of_one.stdout)] == [failed]
    assert asl("executions", "list", "fails", "--status", "succeeded").stdout == ""


def test_history(asl, started):
    arn = started(FAIL)
    lines = asl("executions", "history", arn).stdout.splitlines()
    assert [line.split()[3] for line in lines] == ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]
    assert lines[1].endswith("FailStateEntered  Stop")
    assert lines[2].endswith("ExecutionFailed  Broken")
    backwards = json.loads(asl("executions", "history", arn, "--reverse", "--json").stdout)
    assert [each["id"] for each in backwards] == [3, 2, 1]
    assert backwards[0]["timestamp"].endswith("Z")


def test_redrive(asl, local, started):
    arn = started(FAIL)
    assert "redriveDate" in json.loads(asl("executions", "redrive", arn, "--json").stdout)
    assert local.wait(arn)["redriveCount"] == 1


def test_stop(asl, local, started):
    local.client().create_activity(name="a")
    arn = started(ASK, ends=False)
    result = asl("executions", "stop", arn, "--error", "Cancelled", "--cause", "by hand")
    assert result.stdout.startswith("stopDate: ")
    shown = json.loads(asl("executions", "show", arn, "--json").stdout)
    assert (shown["status"], shown["error"], shown["cause"]) == ("ABORTED", "Cancelled", "by hand")


def test_what_the_endpoint_refuses_ends_with_1(asl, started):
    result = asl("executions", "redrive", started(PASS))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("ExecutionNotRedrivable: ")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["executions", "start", "nobody"], "there is no state machine called 'nobody'"),
        (["executions", "start", "nobody#One"], "there is no state machine called 'nobody';"),
        (["executions", "start", "m", "--input", "{"], "the input is not JSON"),
        (["executions", "start", "arn:x", "--name", ""], "Invalid length for parameter name"),
        (["executions", "list", "--status", "DONE"], "'DONE' is not one of"),
        (["executions", "list", "--endpoint-url", "not a url"], "Invalid endpoint"),
        (["state-machines", "create", "nothing.json"], "cannot read nothing.json"),
        (["state-machines", "create", "bad.yaml"], "bad.yaml: "),
        (["state-machines", "create", "bad.json"], "bad.json: "),
    ],
)
def test_what_cannot_be_asked_ends_with_2(asl, local, write, arguments, text):
    write("bad.yaml", "{")
    write("bad.json", b"\xff")
    result = asl(*arguments)
    assert result.exit_code == 2
    assert text in result.stderr


def test_nothing_answers(asl):
    result = asl("executions", "list", "--endpoint-url", "http://127.0.0.1:9")
    assert result.exit_code == 2
    assert "nothing answers at http://127.0.0.1:9; start the emulator there: asl serve" in result.stderr


def test_a_folder_is_called_after_itself(asl, local, write):
    write("hello/machine.asl.json", PASS)
    assert asl("state-machines", "create", "hello").stdout.strip().endswith(":stateMachine:hello")


def test_a_test_case_stands_behind_the_name(asl, here, write):
    write("mocks.json", {"StateMachines": {"m": {"TestCases": {"One": {"Ask": {"Return": "mocked"}}}}}})
    write("m.asl.json", ASK)
    with emulator.mock_stepfunctions(settings=emulator.Settings(mock_config="mocks.json")) as local:
        local.client().create_activity(name="a")
        asl("state-machines", "create", "m.asl.json")
        arn = asl("executions", "start", "m#One").stdout.strip()
        assert local.wait(arn)["output"] == '"mocked"'


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("{bad", "Error: --output:1:2: the output is not JSON: "),
        ("@gone.json", "Error: cannot read the output gone.json: "),
    ],
)
def test_the_output_of_a_task_that_cannot_be_read(asl, given, told):
    result = asl("tasks", "succeed", "token", "--output", given)
    assert result.exit_code == 2
    assert result.stderr.startswith(told)
