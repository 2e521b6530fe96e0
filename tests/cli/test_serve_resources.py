"""`asl serve` with resources: those of a template, those that SETUP makes, and the tasks that wait."""

import json
import time

import boto3
import pytest

import emulator
from tests.cli.shared import ROOT, machine
from tests.cli.test_serve import served

ORDER = ROOT / "sample_machines" / "order_approval"
APPROVAL = ROOT / "sample_machines" / "human_approval"


def ended(client, arn):
    """What DescribeExecution tells when an execution has ended; the test's own time limit ends the wait."""
    while (told := client.describe_execution(executionArn=arn))["status"] == "RUNNING":
        time.sleep(0.02)
    return told


def test_a_template_is_served_and_brought_up_to_date(here):
    arguments = ("--template", str(ORDER), "--clock", "virtual", "--db", "kept.db")
    for _ in range(2):
        with served(here, *arguments) as (_, ready):
            client = emulator.client(endpoint_url=ready["url"])
            (made,) = client.list_state_machines()["stateMachines"]
            started = client.start_execution(
                stateMachineArn=made["stateMachineArn"], input=(ORDER / "input.json").read_text()
            )
            told = ended(client, started["executionArn"])
            assert json.loads(told["output"]) == json.loads((ORDER / "expected.json").read_text())
            functions = emulator.client("lambda", ready["url"]).list_functions()["Functions"]
            assert len(functions) == 2


def test_a_task_is_listed_and_answered(asl, here):
    with served(here, "--handlers", str(APPROVAL / "handlers.py")) as (_, ready):
        at = ["--endpoint-url", ready["url"]]
        assert asl("state-machines", "create", str(APPROVAL), *at).exit_code == 0
        given = f"@{APPROVAL / 'input.json'}"
        execution = asl("executions", "start", "human_approval", "--input", given, *at).stdout.strip()
        while not (found := json.loads(asl("tasks", "list", "--json", *at).stdout)):
            time.sleep(0.02)
        (task,) = found
        assert (task["executionArn"], task["stateName"]) == (execution, "Ask for approval")
        assert task["input"]["MessageBody"]["token"] == task["taskToken"]
        listed = asl("tasks", "list", *at).stdout
        assert "Ask for approval  arn:aws:states:::sqs:sendMessage.waitForTaskToken  until 2" in listed
        assert task["taskToken"] in listed
        assert asl("tasks", "heartbeat", task["taskToken"], *at).exit_code == 0
        assert asl("tasks", "succeed", task["taskToken"], "-o", '{"by": "Ada"}', *at).stdout == ""
        client = emulator.client(endpoint_url=ready["url"])
        assert json.loads(ended(client, execution)["output"]) == {"paid": True, "approvedBy": "Ada"}
        late = asl("tasks", "fail", task["taskToken"], "--error", "Late", *at)
        assert late.exit_code == 1
        assert late.stderr.startswith("TaskTimedOut")
        assert asl("tasks", "list", *at).stdout == ""


def test_an_activity_has_no_limit_until_a_worker_takes_it(asl, here, write):
    work = "arn:aws:states:us-east-1:123456789012:activity:work"
    state = {"Type": "Task", "Resource": work, "TimeoutSeconds": 600, "End": True}
    write("m.asl.json", machine("Work", Work=state))
    with served(here) as (_, ready):
        at = ["--endpoint-url", ready["url"]]
        client = emulator.client(endpoint_url=ready["url"])
        client.create_activity(name="work")
        asl("state-machines", "create", "m.asl.json", *at)
        assert asl("executions", "start", "m", *at).exit_code == 0
        while not (listed := asl("tasks", "list", *at).stdout):
            time.sleep(0.02)
        assert listed.startswith(f"Work  {work}  no limit until a worker takes it\n")
        assert client.get_activity_task(activityArn=work)["taskToken"] in listed
        assert asl("tasks", "list", *at).stdout.startswith(f"Work  {work}  until 2")


def test_a_task_without_any_limit(asl, monkeypatch):
    task = {"stateName": "Work", "resource": "r", "executionArn": "e", "taskToken": "t"}
    told = {"tasks": [{**task, "timesOutAt": None, "awaitsWorker": False}]}
    monkeypatch.setattr("cli.commands.tasks.own_route", lambda url, path: told)
    assert asl("tasks", "list").stdout == "Work  r  no limit\n  e\n  t\n"


def test_failing_by_token(asl, here):
    with served(here, "--handlers", str(APPROVAL / "handlers.py")) as (_, ready):
        at = ["--endpoint-url", ready["url"]]
        asl("state-machines", "create", str(APPROVAL), *at)
        given = f"@{APPROVAL / 'input.json'}"
        execution = asl("executions", "start", "human_approval", "--input", given, *at).stdout.strip()
        while not (found := json.loads(asl("tasks", "list", "--json", *at).stdout)):
            time.sleep(0.02)
        token = found[0]["taskToken"]
        failed = asl("tasks", "fail", token, "--error", "Declined", "--cause", "too dear", "--json", *at)
        assert json.loads(failed.stdout) == {}
        client = emulator.client(endpoint_url=ready["url"])
        assert json.loads(ended(client, execution)["output"])["because"] == "too dear"


def test_another_service_on_the_same_port(here, write):
    put = {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:putItem",
        "Parameters": {"TableName": "t", "Item": {"k": {"S.$": "$.k"}}},
        "End": True,
    }
    with served(here) as (_, ready):
        names = ("aws_access_key_id", "aws_secret_access_key")
        options = {
            "endpoint_url": ready["url"], "region_name": "us-east-1", **dict.fromkeys(names, "test"),
        }  # fmt: skip
        table = boto3.resource("dynamodb", **options).create_table(
            TableName="t",
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client = boto3.client("stepfunctions", **options)
        made = client.create_state_machine(
            name="m",
            definition=json.dumps(machine(Put=put, start="Put")),
            roleArn="arn:aws:iam::123456789012:role/any",
        )
        started = client.start_execution(stateMachineArn=made["stateMachineArn"], input='{"k": "kept"}')
        assert ended(client, started["executionArn"])["status"] == "SUCCEEDED"
        assert table.scan()["Items"] == [{"k": "kept"}]


@pytest.mark.parametrize(
    ("handlers", "text"),
    [
        ("def f(aws):\n    1 / 0\nSETUP = f\n", "SETUP in h.py: ZeroDivisionError: division by zero"),
        ("SETUP = 1\n", "SETUP in h.py is to be a function"),
        ("def f(aws):\n    aws('sqs').create_queue(QueueName='!')\nSETUP = f\n", "SETUP in h.py: "),
    ],
    ids=["raises", "no function", "refused"],
)
def test_a_setup_that_fails_ends_the_server_before_it_is_ready(asl, write, handlers, text):
    write("h.py", handlers)
    result = asl("serve", "--port", "0", "--handlers", "h.py")
    assert result.exit_code == 2
    assert text in result.stderr
    assert "export" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--template", "absent.yaml"], "absent.yaml"),
        (["--parameter", "a=b"], "--parameter is for a --template"),
        (["--template", str(ORDER), "--parameter", "a=b"], "--parameter a: the template does not ask for it"),
        (["--endpoint-url", "nowhere"], "is to be a URL such as"),
    ],
)
def test_what_cannot_be_served(asl, arguments, text):
    result = asl("serve", "--port", "0", *arguments)
    assert result.exit_code == 2
    assert text in result.stderr


def test_nothing_answers_for_tasks(asl):
    result = asl("tasks", "list", "--endpoint-url", "http://127.0.0.1:1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nothing answers at http://127.0.0.1:1" in result.stderr
