"""The SDK for JavaScript against a real server."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("client.mjs")


@pytest.fixture(scope="module")
def program(installed, tmp_path_factory):
    """The program in a folder where node finds the SDK."""
    if shutil.which("node") is None:
        pytest.skip("there is no `node`")
    if not (installed / "node_modules" / "@aws-sdk" / "client-sfn").is_dir():
        pytest.skip("npm could not install @aws-sdk/client-sfn: is the registry there?")
    folder = tmp_path_factory.mktemp("program")
    (folder / "node_modules").symlink_to(installed / "node_modules")
    return Path(shutil.copy(PROGRAM, folder))


def test_a_program_with_the_sdk(program, told):
    done = subprocess.run(
        ["node", str(program)], env=told, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    refused = seen.pop("refused")
    assert seen == {
        "status": "SUCCEEDED",
        "output": '{"greeting":"Hello, Grace!"}',
        "isDate": True,
        "events": [
            [1, "ExecutionStarted"],
            [2, "TaskStateEntered"],
            [3, "LambdaFunctionScheduled"],
            [4, "LambdaFunctionStarted"],
            [5, "LambdaFunctionSucceeded"],
            [6, "TaskStateExited"],
            [7, "ExecutionSucceeded"],
        ],
        "sync": ["SUCCEEDED", '{"greeting":"Hello, Grace!"}'],
    }
    assert (refused["name"], refused["status"]) == ("ExecutionDoesNotExist", 400)
    assert refused["message"].startswith("Execution Does Not Exist: 'arn:aws:states:")
