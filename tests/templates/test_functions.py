"""Functions of a template run in this process: modules, variables and folders of their own."""

import json
import os
import sys
import zipfile

import pytest

from asl import simulate
from cli.function_code import FunctionCode, function_handlers, why_not
from cli.refusal import Refusal
from emulator.templates import load
from tests.templates.shared import cloudformation, function, function_arn, write

pytestmark = pytest.mark.usefixtures("clean_imports")


def local(code, handler="app.handler", **properties):
    return function(Code=code, Handler=handler, **properties)


def loaded(tmp_path, **functions):
    path = write(tmp_path, "t.json", cloudformation(**functions))
    return {each.name: FunctionCode(each) for each in load(path).functions}


def test_two_functions_with_modules_of_the_same_names(tmp_path):
    for name in ("a", "b"):
        write(
            tmp_path, f"{name}/app.py", "import inner\ndef handler(event, context):\n    return inner.NAME\n"
        )
        write(tmp_path, f"{name}/inner.py", f"NAME = '{name}'\n")
    found = loaded(tmp_path, A=local("a"), B=local("b"))
    assert [found["A"]({}, None), found["B"]({}, None), found["A"]({}, None)] == ["a", "b", "a"]
    assert not {"app", "inner"} & set(sys.modules)


def test_modules_imported_late_are_its_own_too(tmp_path):
    for name in ("a", "b"):
        write(
            tmp_path,
            f"{name}/app.py",
            "def handler(event, context):\n    import late\n    return late.NAME\n",
        )
        write(tmp_path, f"{name}/late.py", f"NAME = '{name}'\n")
    found = loaded(tmp_path, A=local("a"), B=local("b"))
    assert [found[name]({}, None) for name in "ABAB"] == ["a", "b", "a", "b"]


def test_a_module_keeps_its_state_from_call_to_call(tmp_path):
    write(
        tmp_path,
        "a/app.py",
        "seen = []\ndef handler(event, context):\n    seen.append(event)\n    return seen\n",
    )
    code = loaded(tmp_path, A=local("a"))["A"]
    code(1, None)
    assert code(2, None) == [1, 2]


@pytest.mark.parametrize("handler", ["src/app.handler", "src.app.handler"])
@pytest.mark.parametrize("package", [True, False])
def test_handlers_in_folders(tmp_path, handler, package):
    if package:
        write(tmp_path, "code/src/__init__.py", "")
    write(
        tmp_path, "code/src/app.py", "from src.near import NAME\ndef handler(event, context): return NAME\n"
    )
    write(tmp_path, "code/src/near.py", "NAME = 'near'\n")
    code = loaded(tmp_path, A=local("code", handler))["A"]
    assert code({}, None) == "near"
    assert "src" not in sys.modules


def test_its_folder_comes_after_everything_that_is_installed(tmp_path):
    write(tmp_path, "a/app.py", "import json\ndef handler(event, context): return json.loads('1')\n")
    write(tmp_path, "a/json.py", "raise RuntimeError\n")
    before = list(sys.path)
    assert loaded(tmp_path, A=local("a"))["A"]({}, None) == 1
    assert sys.path == before


def test_a_module_called_like_one_that_is_installed(tmp_path):
    write(tmp_path, "a/click.py", "def handler(event, context): return __file__\n")
    before = sys.modules.get("click")
    code = loaded(tmp_path, A=local("a", "click.handler"))["A"]
    assert code({}, None) == str((tmp_path / "a/click.py").resolve())
    assert sys.modules.get("click") is before


def test_variables_are_there_while_it_is_imported_and_called(tmp_path):
    source = (
        "import os\nFIRST = os.environ['STAGE']\n"
        "def handler(event, context):\n    return [FIRST, dict(os.environ)]\n"
    )
    write(tmp_path, "a/app.py", source)
    environment = {"Variables": {"STAGE": "dev"}}
    before = dict(os.environ)
    first, variables = loaded(tmp_path, A=local("a", Environment=environment, MemorySize=256))["A"]({}, None)
    assert first == "dev"
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == "A"
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert variables["AWS_REGION"] == "us-east-1"
    assert dict(os.environ) == before


def test_everything_is_put_back_after_an_error(tmp_path):
    write(tmp_path, "a/app.py", "def handler(event, context): raise KeyError('x')\n")
    code = loaded(tmp_path, A=local("a", Environment={"Variables": {"ONLY": "here"}}))["A"]
    before = list(sys.path), dict(os.environ), set(sys.modules)
    with pytest.raises(KeyError):
        code({}, None)
    assert (list(sys.path), dict(os.environ), set(sys.modules)) == before


def test_code_in_the_template_itself(tmp_path):
    assert loaded(tmp_path, A=function())["A"]({"n": 1}, None) == {"seen": {"n": 1}}


def test_code_in_a_zip_file(tmp_path):
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
        archive.writestr("app.py", "import near\ndef handler(event, context): return near.NAME\n")
        archive.writestr("near.py", "NAME = 'zipped'\n")
    assert loaded(tmp_path, A=local("code.zip"))["A"]({}, None) == "zipped"
    assert "near" not in sys.modules


def test_dataclasses_work(tmp_path):
    source = (
        "from __future__ import annotations\nfrom dataclasses import dataclass, asdict\n"
        "@dataclass\nclass Card:\n    name: str\ndef handler(event, context): return asdict(Card('x'))\n"
    )
    write(tmp_path, "a/app.py", source)
    assert loaded(tmp_path, A=local("a"))["A"]({}, None) == {"name": "x"}


@pytest.mark.parametrize(
    ("handler", "source", "complaint"),
    [
        ("app.handler", "x = 1\n", "its handler is 'app.handler', and app has no handler"),
        ("app.handler", "handler = 1\n", "its handler is 'app.handler', and app has no handler"),
        ("other.handler", "", "its handler is 'other.handler', and there is no other.py in"),
        (
            "app.handler",
            "import no_such_module\n",
            "app.py:1: ModuleNotFoundError: No module named 'no_such_module'",
        ),
        ("app.handler", "def (:\n", "app.py:1: SyntaxError: "),
        ("app.handler", "raise SystemExit(3)\n", "app.py:1: SystemExit: 3"),
    ],
)
def test_code_that_cannot_be_imported(tmp_path, handler, source, complaint):
    write(tmp_path, "a/app.py", source)
    with pytest.raises(Refusal) as caught:
        loaded(tmp_path, A=local("a", handler))["A"].load()
    assert complaint in caught.value.message
    assert "\n" not in caught.value.message


def test_only_functions_that_are_named_are_imported_before_a_run(tmp_path):
    write(tmp_path, "a/app.py", "raise RuntimeError('imported')\n")
    functions = load(write(tmp_path, "t.json", cloudformation(Broken=local("a"), Good=function()))).functions
    assert set(function_handlers(functions, function_arn("Good"))) == {"Broken", "Good"}
    with pytest.raises(Refusal, match="imported"):
        function_handlers(functions, function_arn("Broken"))


def test_why_a_function_is_not_run_here(tmp_path):
    functions = cloudformation(
        Node=function(Runtime="nodejs22.x"),
        None_=function(Runtime=None),
        Lost=local("nowhere"),
        No=function(Handler=""),
    )
    reasons = [why_not(each) for each in load(write(tmp_path, "t.json", functions)).functions]
    assert reasons[0] == "its runtime is nodejs22.x, and only Python's run in this process"
    assert reasons[1] == "its runtime is not said, and only Python's run in this process"
    assert "its code is not there: " in reasons[2]
    assert reasons[3] == "it has no handler"


def test_the_stack_trace_begins_in_the_function(tmp_path):
    write(tmp_path, "a/app.py", "def handler(event, context):\n    raise ValueError('no')\n")
    machine = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": function_arn("A"), "End": True}}}
    result = simulate(machine, {}, handlers=loaded(tmp_path, A=local("a")))
    (frame,) = json.loads(result.cause)["stackTrace"]
    assert "app.py" in frame
    assert "line 2, in handler" in frame


def test_a_name_within_another_is_not_named(tmp_path):
    write(tmp_path, "a/app.py", "raise RuntimeError('imported')\n")
    functions = load(write(tmp_path, "t.json", cloudformation(A=local("a")))).functions
    for text in (function_arn("AB"), function_arn("my-A"), function_arn("A_1"), "StartAt"):
        assert set(function_handlers(functions, text)) == {"A"}
    for text in (function_arn("A"), function_arn("A:live"), '{"FunctionName":"A"}'):
        with pytest.raises(Refusal, match="imported"):
            function_handlers(functions, text)


def test_a_variable_that_no_process_can_have(tmp_path):
    before = list(sys.path)
    code = loaded(tmp_path, A=function(Environment={"Variables": {"A=B": "x\0"}}))["A"]
    with pytest.raises(Refusal, match="ValueError"):
        code.load()
    assert sys.path == before
