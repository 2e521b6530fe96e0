"""`asl run --mock-config`: a file answers for tasks."""

import json
import subprocess
import sys

import pytest

from tests.cli.shared import ROOT, machine, task

WORK = task("work", ResultPath="$.a", Next="Other")
MACHINE = machine("Work", Work=WORK, Other=task("other", ResultPath="$.b"))
MOCKS = {
    "StateMachines": {"order": {"TestCases": {"One": {"Work": "Fine"}, "Bad": {"Wrok": "Fine"}}}},
    "MockedResponses": {"Fine": {"0": {"Return": "mocked", "Seconds": 3}}},
}


@pytest.fixture
def run(asl, write):
    """Runs the machine, by default called as in the mocks, with these options."""
    write("mocks.json", MOCKS)
    write("handlers.py", "work = lambda event, context: 'really'\nother = lambda event, context: 'other'\n")

    def run(*options, name="order.asl.json", **more):
        return asl("run", write(name, MACHINE), "--handlers", "handlers.py", "--quiet", *options, **more)

    return run


def test_mocked_states_are_answered_and_others_run(run):
    result = run("--mock-config", "mocks.json", "--test-case", "One")
    assert json.loads(result.stdout) == {"a": "mocked", "b": "other"}


def test_the_variable_names_the_file_too(run):
    env = {"SFN_MOCK_CONFIG": "mocks.json"}
    assert json.loads(run("--test-case", "One", env=env).stdout)["a"] == "mocked"
    assert json.loads(run(env=env).stdout)["a"] == "really"
    assert json.loads(run(env={"SFN_MOCK_CONFIG": "gone.json"}).stdout)["a"] == "really"


def test_the_only_machine_of_a_file_goes_by_any_name(run, write):
    assert run("--mock-config", "mocks.json", "--test-case", "One", name="local.asl.json").exit_code == 0
    write("mocks.json", MOCKS | {"StateMachines": {**MOCKS["StateMachines"], "second": {"TestCases": {}}}})
    result = run("--mock-config", "mocks.json", "--test-case", "One", name="local.asl.json")
    assert result.exit_code == 2
    assert "there is no state machine called 'local' in it; there are order, second" in result.stderr


def test_mocked_tasks_take_their_seconds(asl, run, write):
    run()
    mocked = ["--mock-config", "mocks.json", "--test-case", "One", "--task-seconds", "1"]
    result = asl("run", "order.asl.json", "--handlers", "handlers.py", *mocked)
    assert "SUCCEEDED in 4s on the virtual clock" in result.stderr


@pytest.mark.parametrize("kind", ["standard", "express"])
def test_functions_see_the_same_context_with_mocks_as_without(kind, asl, write):
    write("mocks.json", MOCKS)
    write("handlers.py", "def other(event, context):\n    return context.idempotency_key\n\nwork = other\n")
    file = write("order.asl.json", MACHINE)
    common = [
        "run",
        file,
        "--handlers",
        "handlers.py",
        "--quiet",
        "--name",
        "n",
        "--seed",
        "1",
        "--type",
        kind,
    ]
    mocked = asl(*common, "--mock-config", "mocks.json", "--test-case", "One")
    assert json.loads(mocked.stdout)["b"] == json.loads(asl(*common).stdout)["b"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--test-case", "One"], "--test-case One needs --mock-config FILE, or the variable SFN_MOCK_CONFIG"),
        (["--mock-config", "mocks.json"], "--mock-config mocks.json needs --test-case NAME"),
        (["--mock-config", "gone.json", "--test-case", "One"], "cannot read the mock configuration gone"),
        (["--mock-config", ".", "--test-case", "One"], "cannot read the mock configuration ."),
        (["--mock-config", "mocks.json", "--test-case", "On"], "(did you mean One?)"),
        (["--mock-config", "mocks.json", "--test-case", "Bad"], "mocks 'Wrok', which is no state"),
    ],
)  # fmt: skip
def test_what_cannot_be_mocked_is_refused(options, told, run):
    result = run(*options, env={"SFN_MOCK_CONFIG": None})
    assert result.exit_code == 2
    assert result.stdout == ""
    assert told in result.stderr


def test_without_mocks_nothing_is_imported_for_them():
    script = "import sys, cli.commands.run, cli.commands.test; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"jsonschema", "emulator", "botocore"} & set(done.stdout.split())
