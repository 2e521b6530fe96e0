"""The pytest plugin, as a run of pytest in another folder has it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = "emulator.pytest_plugin"
TESTS = """
import json, threading

ROLE = "arn:aws:iam::123456789012:role/test"
TASK = {
    "StartAt": "Greet",
    "States": {
        "Greet": {
            "Type": "Task",
            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:greet",
            "Next": "Rest",
        },
        "Rest": {"Type": "Wait", "Seconds": 86400, "End": True},
    },
}


def make(client):
    return client.create_state_machine(name="m", definition=json.dumps(TASK), roleArn=ROLE)["stateMachineArn"]


def test_a_day_passes(stepfunctions, stepfunctions_emulator):
    stepfunctions_emulator.register("greet", lambda event, context: f"Hello, {event}!")
    arn = stepfunctions.start_execution(stateMachineArn=make(stepfunctions), input='"Ada"')["executionArn"]
    assert stepfunctions_emulator.wait(arn)["output"] == '"Hello, Ada!"'


def test_each_has_its_own(stepfunctions):
    assert not stepfunctions.list_state_machines()["stateMachines"]


def test_no_thread_is_left():
    assert not [each for each in threading.enumerate() if each.name == "asl-emulator"]
"""
CHEAP = """
import sys

def test_nothing_is_imported():
    assert not {"asl", "boto3", "botocore", "fastapi", "msgspec", "asyncio"} & set(sys.modules)
"""


def pytest_in(folder, content, *arguments):
    (folder / "test_it.py").write_text(content)
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-p", "no:cacheprovider", "-p", PLUGIN, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
def test_the_fixtures(tmp_path, arguments):
    done = pytest_in(tmp_path, TESTS, "-W", "error", *arguments)
    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_a_run_that_uses_none_imports_nothing_of_it(tmp_path):
    env_without_others = ("-p", "no:xdist", "-p", "no:anyio", "-p", "no:hypothesispytest")
    done = pytest_in(tmp_path, CHEAP, *env_without_others)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
