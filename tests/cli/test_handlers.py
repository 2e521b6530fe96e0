"""Handlers: how their files are found and imported, and what becomes of what they do."""

import json
import sys

import pytest

from tests.cli.shared import machine, task

GREET = machine(Greet=task("greet"), start="Greet")


@pytest.fixture
def greet(write):
    return write("greet.json", GREET)


def run(asl, machine, *handlers, **options):
    arguments = [word for source in handlers for word in ("--handlers", source)]
    return asl("run", machine, *arguments, **options)


# ------------------------------------------------------------------ what a file offers


def test_public_functions_of_the_file_itself(asl, write, greet):
    write("h.py", "from base64 import b64encode as greet\ndef other(event, context): pass\n")
    result = run(asl, greet, "h.py")
    assert result.exit_code == 1
    assert "there is no handler for it" in result.stderr


def test_private_functions_and_classes_are_not_offered(asl, write):
    write("h.py", "class Greet:\n    def __init__(self, *a): pass\ndef _greet(e, c): return 1\n")
    for name in ("Greet", "_greet"):
        write("m.json", machine(First=task(name)))
        assert "there is no handler" in run(asl, "m.json", "h.py").stderr


@pytest.mark.parametrize(
    "source",
    [
        "async def greet(event, context): return 'hi'",
        "greet = lambda event, context: 'hi'",
        "class Greeter:\n    def __call__(self, event, context): return 'hi'\ngreet = Greeter()",
        "HANDLERS = {'greet': lambda event, context: 'hi'}",
        "def greet(e, c): return 'no'\nHANDLERS = {'greet': lambda event, context: 'hi'}",
    ],
)
def test_callables_of_all_kinds(asl, write, greet, source):
    write("h.py", source)
    assert json.loads(run(asl, greet, "h.py").stdout) == "hi"


def test_handlers_by_whole_resource(asl, write):
    arn = "arn:aws:states:::sqs:sendMessage"
    write("m.json", machine(First={"Type": "Task", "Resource": arn, "Parameters": {"a": 1}, "End": True}))
    write("h.py", f"def send(event, context): return event\nHANDLERS = {{'{arn}': send}}")
    result = run(asl, "m.json", "h.py")
    assert json.loads(result.stdout) == {"a": 1}
    assert "calls sqs:sendMessage" in result.stderr


def test_several_files(asl, write):
    write("m.json", machine(First=task("one", Next="Second"), Second=task("two")))
    write("a.py", "def one(event, context): return 1")
    write("b.py", "def two(event, context): return [event, 2]")
    assert json.loads(run(asl, "m.json", "a.py", "b.py").stdout) == [1, 2]


def test_two_files_with_one_name(asl, write, greet):
    write("a.py", "def greet(event, context): pass")
    write("b.py", "def greet(event, context): pass")
    result = run(asl, greet, "a.py", "b.py")
    assert result.exit_code == 2
    assert "both a.py and b.py offer a handler called 'greet'" in result.stderr


def test_the_same_file_twice_is_no_conflict(asl, write, greet):
    write("a.py", "def greet(event, context): return 'hi'")
    assert run(asl, greet, "a.py", "a.py").exit_code == 0


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("HANDLERS = ['greet']", "HANDLERS in h.py is to be a dict of names and functions, not list"),
        (
            "HANDLERS = {'greet': 1}",
            "HANDLERS in h.py is to be a dict of names and functions: 'greet' leads to int",
        ),
    ],
)
def test_handlers_that_are_none(asl, write, greet, source, complaint):
    write("h.py", source)
    result = run(asl, greet, "h.py")
    assert result.exit_code == 2
    assert complaint in result.stderr


# ------------------------------------------------------------------ importing


def test_a_module_by_name(asl, write, greet):
    write("pack/__init__.py", "")
    write("pack/tasks.py", "def greet(event, context): return __name__")
    assert json.loads(run(asl, greet, "pack.tasks").stdout) == "pack.tasks"


def test_a_file_imports_what_lies_beside_it(asl, write, greet):
    write("deep/texts_beside.py", "HELLO = 'hi'")
    write("deep/tasks_beside.py", "from texts_beside import HELLO\ndef greet(event, context): return HELLO")
    assert json.loads(run(asl, greet, "deep/tasks_beside.py").stdout) == "hi"


def test_its_folder_is_put_last(asl, write, greet, here):
    before = list(sys.path)
    write("deep/json.py", "raise RuntimeError('shadows the standard library')")
    write("deep/h.py", "import json\ndef greet(event, context): return json.loads('1')")
    assert run(asl, greet, "deep/h.py").exit_code == 0
    assert sys.path == [*before, str(here / "deep")]


def test_a_file_called_as_a_module_of_the_standard_library(asl, write, greet):
    write("json.py", "def greet(event, context): return __name__")
    assert run(asl, greet, "json.py").exit_code == 0
    assert sys.modules["json"].__file__ != "json.py"


def test_two_files_of_the_same_name(asl, write):
    write("m.json", machine(First=task("one", Next="Second"), Second=task("two")))
    write("a/tasks_of.py", "def one(event, context): return 1")
    write("b/tasks_of.py", "def two(event, context): return 2")
    assert json.loads(run(asl, "m.json", "a/tasks_of.py", "b/tasks_of.py").stdout) == 2


def test_dataclasses_work_in_a_handlers_file(asl, write, greet):
    write(
        "h.py",
        "from __future__ import annotations\nfrom dataclasses import dataclass, asdict\n"
        "@dataclass\nclass Card:\n    name: str\ndef greet(event, context): return asdict(Card('x'))",
    )
    assert json.loads(run(asl, greet, "h.py").stdout) == {"name": "x"}


@pytest.mark.parametrize(
    ("name", "source", "complaint"),
    [
        ("h.py", "def greet(:\n", "h.py:1: SyntaxError: invalid syntax"),
        (
            "h.py",
            "\nimport not_there_at_all\n",
            "h.py:2: ModuleNotFoundError: No module named 'not_there_at_all'",
        ),
        ("h.py", "x = 1\n\n1 / 0\n", "h.py:3: ZeroDivisionError: division by zero"),
        ("h.py", "import sys\nsys.exit(3)\n", "h.py:2: SystemExit: 3"),
        ("h.py", "import json\njson.loads('{')\n", "h.py:2: JSONDecodeError: "),
        ("h.py", b"x = '\xe9'\n", "SyntaxError"),
        ("nowhere.py", None, "cannot read the handlers nowhere.py: there is no such file"),
        (
            "not_a_module",
            None,
            "--handlers not_a_module: No module named 'not_a_module'; a file is named with",
        ),
        ("not.a.module", None, "--handlers not.a.module: No module named 'not'"),
        (".relative", None, "a module's name begins with no dot"),
        ("h.txt", "x = 1", "cannot read the handlers h.txt: a Python file ends with .py"),
    ],
)
def test_files_that_cannot_be_imported(asl, write, greet, name, source, complaint):
    if source is not None:
        write(name, source)
    result = run(asl, greet, name)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_a_folder_is_no_handlers_file(asl, write, greet):
    write("folder.py/x", "")
    result = run(asl, greet, "folder.py")
    assert result.exit_code == 2
    assert "cannot read the handlers folder.py: it is a folder" in result.stderr


def test_a_module_that_fails_while_it_is_imported(asl, write, greet):
    write("tasks_that_fail.py", "import helper_that_fails")
    write("helper_that_fails.py", "def broken(:\n")
    result = run(asl, greet, "tasks_that_fail")
    assert result.exit_code == 2
    assert "helper_that_fails.py:1: SyntaxError: invalid syntax" in result.stderr
    write("tasks_that_raise.py", "\n\n{}['x']")
    assert "tasks_that_raise.py:3: KeyError: 'x'" in run(asl, greet, "tasks_that_raise").stderr


def test_what_a_file_prints_on_import_is_no_result(asl, write, greet):
    write("h.py", "print('loading')\ndef greet(event, context): return 1")
    result = run(asl, greet, "h.py")
    assert result.stdout == "1\n"
    assert "loading" in result.stderr


# ------------------------------------------------------------------ what handlers do


def test_a_handler_that_prints(asl, write, greet):
    write("h.py", "def greet(event, context):\n    print('so busy')\n    return 1")
    result = run(asl, greet, "h.py")
    assert result.stdout == "1\n"
    lines = [line.strip() for line in result.stderr.splitlines()]
    assert "calls greet" in lines[lines.index("so busy") - 1]


def test_a_handler_that_raises(asl, write, greet):
    write(
        "h.py",
        "class Declined(Exception): pass\ndef greet(event, context):\n    raise Declined('no\\nmoney')",
    )
    result = run(asl, greet, "h.py")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Declined: no\\nmoney" in result.stderr
    assert "  Declined\n  no\n  money\n" in result.stderr
    assert 'h.py", line 3, in greet' in result.stderr
    assert "Traceback" not in result.stderr


def test_a_handler_that_returns_something_not_json(asl, write, greet):
    write("h.py", "def greet(event, context): return {1, 2}")
    result = run(asl, greet, "h.py")
    assert result.exit_code == 1
    assert "Runtime.MarshalError" in result.stderr
    assert "set is not JSON serializable" in result.stderr


def test_a_handler_that_returns_too_much(asl, write, greet):
    write("h.py", "def greet(event, context): return 'x' * 300_000")
    result = run(asl, greet, "h.py")
    assert result.exit_code == 1
    assert "States.DataLimitExceeded" in result.stderr
    assert len(result.stderr) < 5_000
    result = (
        run(asl, greet, "h.py", "--no-quotas") if False else asl("run", greet, "-H", "h.py", "--no-quotas")
    )
    assert len(json.loads(result.stdout)) == 300_000
    assert len(result.stderr) < 5_000


def test_a_handler_that_ends_the_program(asl, write, greet):
    write("h.py", "import sys\ndef greet(event, context): sys.exit(0)")
    result = run(asl, greet, "h.py")
    assert result.exit_code == 1
    assert "SystemExit" in result.stderr or "Runtime.ExitError" in result.stderr


def test_data_cannot_command_the_terminal(asl, write):
    name = "L\x1b[31m"
    write("m.json", {"StartAt": name, "States": {name: task("greet")}})
    write("h.py", "def greet(event, context): raise ValueError('\\x1b[2J\\x9b31m')")
    result = run(asl, "m.json", "h.py")
    assert result.exit_code == 1
    assert "L\\x1b[31m" in result.stderr
    assert "\x1b" not in result.stderr
    assert "\x9b" not in result.stderr
