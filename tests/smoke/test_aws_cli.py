"""The AWS command line against a real server."""

from __future__ import annotations

import json
import subprocess
import time
from typing import Any

import pytest

ROLE = "arn:aws:iam::123456789012:role/any"
GREET = {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:greet", "End": True}
PREFIX = "AWS_DISABLE_HOST_PREFIX_INJECTION"


class Refused(Exception):
    """The command ended with an error; its text is what the command said."""


class Line:
    """The command line with its variables: ``line("start-execution", state_machine_arn=arn)``."""

    def __init__(self, program: str, variables: dict[str, str]) -> None:
        self.program = program
        self.variables = variables

    def __call__(self, command: str, *flags: str, **options: str) -> Any:
        """What a command answers.

        Raises:
            Refused: It ended with an error.
        """
        told = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]
        done = subprocess.run(
            [self.program, "stepfunctions", command, *told, *flags, "--output", "json"],
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            raise Refused(done.stderr.strip())
        return json.loads(done.stdout or "{}")

    def made(self, name: str, state: dict[str, Any], **options: str) -> str:
        """The ARN of a new state machine with one state."""
        definition = json.dumps({"StartAt": "Only", "States": {"Only": state}})
        answer = self("create-state-machine", name=name, definition=definition, role_arn=ROLE, **options)
        arn: str = answer["stateMachineArn"]
        return arn

    def ended(self, arn: str) -> dict[str, Any]:
        """What is told of an execution once it has ended."""
        for _ in range(20):
            answer: dict[str, Any] = self("describe-execution", execution_arn=arn)
            if answer["status"] != "RUNNING":
                return answer
            time.sleep(0.1)
        raise AssertionError("it runs on")


@pytest.fixture(scope="module")
def line(aws, told):
    return Line(aws, told)


def test_a_machine_is_made_and_run(line):
    """The short one: two commands, so that it can run with all the others."""
    arn = line.made("hello", GREET, type="EXPRESS")
    try:
        answer = line("start-sync-execution", state_machine_arn=arn, input='{"name": "Ada"}')
    except Refused as refused:
        if "sync-127.0.0.1" not in str(refused):
            raise
        pytest.skip(f"this `aws` does not know {PREFIX}: that came with 1.38.5")
    assert (answer["status"], answer["output"]) == ("SUCCEEDED", '{"greeting":"Hello, Ada!"}')


def test_a_worker_of_an_activity(installed, line):
    activity = line("create-activity", name="ask")["activityArn"]
    machine = line.made("asking", {"Type": "Task", "Resource": activity, "End": True})
    run = line("start-execution", state_machine_arn=machine, name="one", input='{"n": 1}')["executionArn"]
    task = line("get-activity-task", activity_arn=activity, worker_name="smoke")
    assert json.loads(task["input"]) == {"n": 1}
    line("send-task-success", task_token=task["taskToken"], task_output='{"n": 2}')
    ended = line.ended(run)
    assert (ended["status"], ended["output"], ended["name"]) == ("SUCCEEDED", '{"n":2}', "one")
    # Page by page, which the command does by itself.
    events = line("get-execution-history", "--page-size", "2", execution_arn=run)["events"]
    assert [each["type"] for each in events] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "ActivityScheduled",
        "ActivityStarted",
        "ActivitySucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]
    assert [each["id"] for each in events] == [1, 2, 3, 4, 5, 6, 7]


def test_a_state_alone(installed, line):
    state = json.dumps({"Type": "Pass", "Result": {"a": 1}, "Next": "Then"})
    answer = line("test-state", definition=state, role_arn=ROLE, inspection_level="DEBUG")
    assert (answer["status"], answer["nextState"]) == ("SUCCEEDED", "Then")
    assert json.loads(answer["inspectionData"]["result"]) == {"a": 1}


def test_an_error_is_told_as_that_of_aws(installed, line):
    arn = "arn:aws:states:us-east-1:123456789012:execution:none:none"
    told = r"\(ExecutionDoesNotExist\) when calling the DescribeExecution operation: Execution Does Not Exist"
    with pytest.raises(Refused, match=told):
        line("describe-execution", execution_arn=arn)


def test_a_profile_does_what_the_variable_does(installed, line, tmp_path):
    (tmp_path / "config").write_text("[default]\ndisable_host_prefix_injection = true\n", encoding="utf-8")
    variables = {name: value for name, value in line.variables.items() if name != PREFIX}
    line = Line(line.program, variables | {"AWS_CONFIG_FILE": str(tmp_path / "config")})
    arn = line.made("profile", GREET, type="EXPRESS")
    answer = line("start-sync-execution", state_machine_arn=arn, input='{"name": "Ada"}')
    assert answer["status"] == "SUCCEEDED"


def test_the_emulator_is_its_own_proxy(installed, line, server):
    """For a command line that knows neither the variable nor the setting."""
    variables = line.variables | {PREFIX: "false", "http_proxy": server["url"], "no_proxy": ""}
    line = Line(line.program, variables)
    arn = line.made("proxy", GREET, type="EXPRESS")
    answer = line("start-sync-execution", state_machine_arn=arn, input='{"name": "Ada"}')
    assert answer["status"] == "SUCCEEDED"
