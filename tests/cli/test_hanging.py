"""Functions that hang: a run goes on at their limit, and a server ends without them."""

import json
import signal
import subprocess
import time

import boto3
import pytest
from botocore.config import Config

from tests.cli.shared import COMMAND, environment, machine, task

HANG = "import threading\ndef hang(event, context):\n    print('hangs')\n    threading.Event().wait(1000)\n"
TOKEN = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
    "End": True,
}


@pytest.mark.parametrize("limit", [{"TimeoutSeconds": 1}, {"TimeoutSeconds": 60, "HeartbeatSeconds": 1}])
def test_a_run_goes_on_at_the_limit_of_a_hung_function(process, write, limit):
    write("h.py", HANG)
    caught = {"Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "After"}]}
    write("m.json", machine(First=task("hang", **limit, **caught), After={"Type": "Pass", "End": True}))
    began = time.monotonic()
    result = process("run", "m.json", "-H", "h.py")
    assert result.returncode == 0
    assert json.loads(result.stdout)["Error"] == "States.Timeout"  # and nothing the function printed
    assert "SUCCEEDED in 1s" in result.stderr
    assert 1 <= time.monotonic() - began < 20


def test_a_function_within_its_limit_runs_as_ever(asl, write):
    write("h.py", "import sys\ndef work(event, context):\n    print('out')\n    return 1\n")
    write("m.json", machine(First=task("work", TimeoutSeconds=5)))
    result = asl("run", "m.json", "-H", "h.py")
    assert (result.exit_code, result.stdout) == (0, "1\n")
    assert "out\n" in result.stderr


def test_a_run_says_that_nobody_answers_a_token(asl, write):
    write("h.py", "def ask(event, context):\n    return 1\n")
    write("m.json", machine(First=TOKEN))
    result = asl("run", "m.json", "-H", "h.py")
    assert result.exit_code == 1
    assert "note: First waits for somebody to answer its task token" in result.stderr


def test_no_quotas_lifts_the_limit_of_answers(asl, write):
    write("h.py", "def big(event, context):\n    return 'x' * 6_300_000\n")
    write("m.json", machine(First=task("big")))
    assert "Function.ResponseSizeTooLarge" in asl("run", "m.json", "-H", "h.py").stderr
    assert asl("run", "m.json", "-H", "h.py", "--no-quotas").exit_code == 0


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT]])
def test_a_server_ends_although_a_function_hangs(write, here, signals):
    write("h.py", HANG)
    command = [*COMMAND, "serve", "--port", "0", "--json", "--threads", "3", "-H", "h.py"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=here, env=environment(), text=True, **pipes) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        url = json.loads(child.stdout.readline())["url"]
        execution = _started(url)
        assert child.stderr.readline() == "hangs\n"
        for each in signals:
            child.send_signal(each)
            time.sleep(0.3)
        log = child.stderr.read()
        assert child.wait(timeout=20) == 0
    assert f"ends although function hang of execution {execution} still runs" in log
    assert "Traceback" not in log


def _started(url):
    client = boto3.client(
        "stepfunctions",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )
    definition = json.dumps({"StartAt": "A", "States": {"A": task("hang")}})
    made = client.create_state_machine(
        name="m", definition=definition, roleArn="arn:aws:iam::123456789012:role/any"
    )
    started = client.start_execution(stateMachineArn=made["stateMachineArn"])
    client.close()
    return started["executionArn"]
