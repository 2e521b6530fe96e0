"""What a project sets: `tool.asl` in pyproject.toml, and names that a handlers file gives its functions."""

import json

import pytest

from tests.cli.shared import machine, task

GREET = "def greet(event, context):\n    return f'Hello, {event}!'\n"


@pytest.fixture
def project(here, write):
    """Writes a machine that greets, its handlers, and a pyproject.toml."""

    def project(toml):
        write("m.asl.json", machine(Greet=task("greet"), start="Greet"))
        write("tasks.py", GREET)
        write("pyproject.toml", toml)

    return project


def run(asl, *arguments):
    return asl("run", "m.asl.json", "--input", '"Ada"', "--json", *arguments)


def test_handlers_of_the_project(asl, project):
    project('[tool.asl]\nhandlers = ["tasks.py"]\nregion = "eu-west-1"\n')
    result = run(asl)
    assert json.loads(result.stdout)["output"] == "Hello, Ada!"
    assert json.loads(result.stdout)["cost"]["region"] == "eu-west-1"


def test_a_command_has_its_own_and_the_command_line_wins(asl, project):
    project(
        '[tool.asl]\nregion = "eu-west-1"\nhandlers = ["tasks.py"]\n[tool.asl.run]\nregion = "us-west-2"\n'
    )
    assert json.loads(run(asl).stdout)["cost"]["region"] == "us-west-2"
    assert json.loads(run(asl, "--region", "us-east-1").stdout)["cost"]["region"] == "us-east-1"


def test_another_commands_options_do_not_matter(asl, project):
    project('[tool.asl]\nhandlers = ["tasks.py"]\n[tool.asl.serve]\nport = 9000\n')
    assert run(asl).exit_code == 0
    assert asl("validate", "m.asl.json").exit_code == 0


@pytest.mark.parametrize(
    ("toml", "text"),
    [
        ('[tool.asl]\nhandler = ["tasks.py"]\n', "there is no option --handler; did you mean handlers?"),
        ("[tool.asl.run]\nport = 1\n", "asl run has no option --port"),
        ('[tool.asl]\nhandlers = "tasks.py"\n', 'handlers is to be a list of texts, such as ["handlers.py"]'),
        ("[tool.asl.run]\nseed = [1]\n", "tool.asl.run.seed is to be a text or a number"),
        ("[tool.asl]\nregion = true\n", "tool.asl.region is to be a text or a number"),
        ('[tool.asl.run]\nhistory = "yes"\n', "tool.asl.run.history is to be true or false"),
        ("[tool]\nasl = 1 # tool.asl\n", "tool.asl is to be a table"),
        ("[tool.asl]\nrun = 1\n", "tool.asl.run is to be a table"),
        ("[tool.asl\n", "cannot read pyproject.toml"),
        ('[tool.asl]\nregion = "mars-1"\n', "'mars-1' is not the name of a region"),
    ],
)
def test_what_a_project_cannot_set(asl, project, toml, text):
    project(toml)
    result = run(asl)
    assert (result.exit_code, result.stdout) == (2, "")
    assert text in result.stderr


def test_what_only_some_calls_use_may_be_set_for_all(asl, project):
    project(
        '[tool.asl]\nmock-config = "m.json"\nparameter = ["Stage=x"]\nhandlers = ["tasks.py"]\nport = 1\n'
    )
    assert json.loads(run(asl).stdout)["output"] == "Hello, Ada!"
    refused = run(asl, "--mock-config", "m.json")
    assert "needs --test-case NAME" in refused.stderr
    assert "no template here asks for it" in run(asl, "--parameter", "Stage=x").stderr


@pytest.mark.parametrize("key", ["s3-root", "handlers", "port", "junit"])
def test_what_one_command_has_no_other_refuses(asl, project, key):
    value = '["tasks.py"]' if key == "handlers" else 1 if key == "port" else '"x"'
    project(f"[tool.asl]\n{key} = {value}\n")
    assert "there is no option" not in asl("test", "nothing.yaml").stderr
    assert "there is no option" not in run(asl).stderr


def test_a_project_without_the_table_is_not_looked_at(asl, project):
    project("[project\n")
    result = run(asl, "--handlers", "tasks.py")
    assert json.loads(result.stdout)["output"] == "Hello, Ada!"


# ------------------------------------------------------------------ names


def test_a_function_goes_by_the_names_it_was_given(asl, write):
    write(
        "h.py",
        "import asl\n\n@asl.handler('greet', 'welcome')\ndef _anything(event, context):\n    return 'no'\n\n"
        "@asl.handler('greet', 'welcome')\ndef anything(event, context):\n    return 'yes'\n",
    )
    write("m.asl.json", machine(Greet=task("welcome"), start="Greet"))
    assert json.loads(run(asl, "--handlers", "h.py").stdout)["output"] == "yes"
    write("own.asl.json", machine(Greet=task("anything"), start="Greet"))
    failed = asl("run", "own.asl.json", "--handlers", "h.py", "--json")
    assert json.loads(failed.stdout)["status"] == "FAILED"


def test_two_functions_of_one_name(asl, write):
    write(
        "h.py",
        "import asl\n\ndef greet(event, context):\n    pass\n\n"
        "@asl.handler('greet')\ndef other(event, context):\n    pass\n",
    )
    write("m.asl.json", machine(Greet=task("greet"), start="Greet"))
    result = run(asl, "--handlers", "h.py")
    assert result.exit_code == 2
    assert "two functions of h.py are called 'greet'" in result.stderr


@pytest.mark.parametrize("names", ["", "1", "'a', 2"])
def test_a_handler_without_a_proper_name(asl, write, names):
    write("h.py", f"import asl\n\n@asl.handler({names})\ndef f(event, context):\n    pass\n")
    write("m.asl.json", machine(Greet=task("f"), start="Greet"))
    result = run(asl, "--handlers", "h.py")
    assert result.exit_code == 2
    assert "handler takes names" in result.stderr
