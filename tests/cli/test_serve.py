"""`asl serve`: as a process, from its ready line to its end."""

import json
import signal
import socket
import subprocess
import urllib.request
from contextlib import contextmanager

import pytest

import emulator
from tests.cli.shared import COMMAND, environment, machine, task


@contextmanager
def served(here, *arguments):
    """A server on a free port, and what it said when it was ready."""
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--json", *arguments],
        cwd=here,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            yield child, json.loads(child.stdout.readline())
        finally:
            child.kill()


def test_from_ready_to_the_end(here, write):
    write("handlers.py", "def greet(event, context):\n    print('from the handler')\n    return event\n")
    with served(here, "--handlers", "handlers.py", "--log-format", "json") as (child, ready):
        assert ready["environment"]["AWS_ENDPOINT_URL"] == ready["url"]
        assert ready["database"] is None
        client = emulator.client(endpoint_url=ready["url"])
        definition = json.dumps(machine(Greet=task("greet"), start="Greet"))
        role = "arn:aws:iam::123456789012:role/any"
        made = client.create_state_machine(name="m", definition=definition, roleArn=role, type="EXPRESS")
        answer = client.start_sync_execution(stateMachineArn=made["stateMachineArn"], input='"secret"')
        assert answer["output"] == '"secret"'
        with urllib.request.urlopen(f"{ready['url']}/_emulator/health", timeout=10) as health:
            assert health.status == 200
        child.send_signal(signal.SIGINT)
        said, log = child.communicate(timeout=30)
    assert (child.returncode, said) == (0, "")
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert [each["execution"] for each in lines if "execution" in each] == [answer["executionArn"]]
    assert "secret" not in log


def test_sigterm_ends_it_too(here):
    with served(here) as (child, _):
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=30)
    assert child.returncode == 0


def test_the_ready_lines_for_people(here):
    command = [*COMMAND, "serve", "--port", "0", "--region", "eu-west-1"]
    with subprocess.Popen(command, cwd=here, env=environment(), stdout=subprocess.PIPE, text=True) as child:
        lines = [child.stdout.readline().rstrip("\n") for _ in range(9)]
        child.send_signal(signal.SIGTERM)
    url = lines[0].removeprefix("Step Functions listens on ")
    assert lines == [
        f"Step Functions listens on {url}",
        "",
        f"export AWS_ENDPOINT_URL={url}",
        "export AWS_ACCESS_KEY_ID=test",
        "export AWS_SECRET_ACCESS_KEY=test",
        "export AWS_DEFAULT_REGION=eu-west-1",
        "export AWS_DISABLE_HOST_PREFIX_INJECTION=true",
        "",
        "Executions are kept in memory and end with this process; asl serve --db FILE keeps them.",
    ]


def test_a_port_in_use(asl):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = asl("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "the port is in use; choose another with --port, 0 for any" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--clock", "sundial"], "a clock is real, virtual, or a speed such as x60"),
        (["--region", "nowhere"], "'nowhere' is not the name of a region"),
        (["--account", "12"], "an account's id has 12 digits"),
        (["--handlers", "nothing.py"], "there is no such file"),
        (["--port", "70000"], "is not in the range"),
        (["--host", "203.0.113.1", "--port", "0"], "cannot listen on 203.0.113.1:0"),
    ],
)
def test_what_cannot_be_served(asl, arguments, text):
    result = asl("serve", "--port", "0", *arguments)
    assert result.exit_code == 2
    assert text in result.stderr


@pytest.mark.parametrize("there", [False, True])
def test_a_mock_configuration_that_is_not_there_yet(here, write, there):
    if there:
        write("mocks.json", {"StateMachines": {}})
    with served(here, "--mock-config", "mocks.json") as (child, _):
        child.send_signal(signal.SIGINT)
        _, log = child.communicate(timeout=30)
    assert ("note: mocks.json is not there yet\n" in log) != there
