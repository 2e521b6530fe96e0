"""The command as a process: its imports, terminals, colours, signals and pipes."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.shared import COMMAND, ROOT, environment, machine, task

HELLO = machine(Greet=task("greet"), start="Greet")
LONG_MAP = machine(
    First={"Type": "Map", "ItemProcessor": machine(Each=task("greet"), start="Each"), "End": True}
)


@pytest.fixture
def hello(write):
    write("hello/machine.asl.json", HELLO)
    write("hello/handlers.py", "def greet(event, context):\n    return {'hi': 'there'}\n")
    return "hello"


def test_a_run_imports_no_server_and_no_aws(hello, here):
    script = (
        "import sys\nfrom cli.main import main\n"
        f"try:\n    main(['run', {hello!r}])\nexcept SystemExit as error:\n    assert error.code == 0\n"
        "print(' '.join(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=here,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(result.stdout.split())
    assert "asl.simulate" in modules
    assert modules.isdisjoint(
        {
            "fastapi",
            "boto3",
            "botocore",
            "emulator",
            "rich",
            "yaml",
            "asyncio",
            "socket",
            "asl.rules.book",
            "asl.advice",
            "asl.compare",
            "asl.graph",
            "cli.costs",
        }
    )


def test_completion_imports_no_language(here):
    script = "import sys\nfrom cli.main import main\nmain(['completion', 'bash'], standalone_mode=False)\n"
    script += "print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=here,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not any(
        name == "asl" or name.startswith("asl.") for name in result.stdout.splitlines()[-1].split()
    )


def test_streams(process, hello):
    result = process("run", hello)
    assert json.loads(result.stdout) == {"hi": "there"}
    assert "calls greet" in result.stderr
    assert "\x1b" not in result.stdout + result.stderr


def test_a_terminal_is_coloured(terminal, hello):
    shown = terminal("run", hello)
    assert "\x1b[32m" in shown
    assert '\x1b[34m"hi"\x1b[0m: \x1b[32m"there"\x1b[0m' in shown


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["run", "hello", "--no-color"], {}),
        (["--no-color", "run", "hello"], {}),
        (["run", "hello"], {"NO_COLOR": "1"}),
        (["run", "hello"], {"TERM": "dumb"}),
        (["validate", "hello"], {"NO_COLOR": "1"}),
    ],
)
def test_no_colour(terminal, hello, arguments, variables):
    shown = terminal(*arguments, **variables)
    assert shown
    assert "\x1b" not in shown


def test_an_empty_no_color_says_nothing(terminal, hello):
    assert "\x1b[" in terminal("run", hello, NO_COLOR="")


def test_with_the_output_piped_the_steps_stay_on_the_terminal(terminal, hello, here):
    with open(here / "out.json", "wb") as file:
        shown = terminal("run", hello, stdout=file)
    assert "calls greet" in shown
    assert json.loads((here / "out.json").read_text()) == {"hi": "there"}


def test_lines_fit_the_terminal(terminal, write):
    write("m.json", machine(First={"Type": "Pass", "End": True}))
    write("in.json", {"long": "x" * 500})
    lines = terminal("run", "m.json", "--input", "@in.json", "--no-color", COLUMNS="70").splitlines()
    assert max(len(line) for line in lines[:2]) == 70


def test_a_long_map_draws_a_bar(terminal, write):
    write("m.json", LONG_MAP)
    write("h.py", "import time\ndef greet(event, context):\n    time.sleep(0.02)\n    print('at', event)\n")
    items = str(list(range(45)))
    shown = terminal("run", "m.json", "-H", "h.py", "--input", items, "--no-color", TERM="xterm")
    assert "/45" in shown
    assert "at 44\n" in shown
    assert "45 iterations done" in shown
    assert "\x1b[?25h" in shown  # the cursor is back


def test_a_terminal_without_unicode(hello):
    result = subprocess.run(
        [*COMMAND, "run", hello],
        env=environment() | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert b"Standard $0.000025 - Express" in result.stderr


def test_output_is_utf8_whatever_the_terminal(write):
    write("m.json", machine(First={"Type": "Pass", "End": True}))
    result = subprocess.run(
        [*COMMAND, "run", "m.json", "--input", '"é"'],
        env=environment() | {"PYTHONIOENCODING": "ascii"}, capture_output=True, check=True,
    )  # fmt: skip
    assert result.stdout == '"é"\n'.encode()


def test_ctrl_c(write, here):
    write("m.json", HELLO)
    write("h.py", "import time\ndef greet(event, context):\n    time.sleep(30)\n")
    with subprocess.Popen(
        [*COMMAND, "run", "m.json", "-H", "h.py"], env=environment(), stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stderr is not None
        seen = ""
        while "calls greet" not in seen:
            seen += child.stderr.readline()
        time.sleep(0.1)
        child.send_signal(signal.SIGINT)
        rest = child.stderr.read()
        assert child.wait(timeout=10) == 130
    assert "Traceback" not in rest
    assert rest.strip() == "Interrupted"


def test_a_reader_that_goes_away(write):
    write("m.json", machine(First={"Type": "Pass", "End": True}))
    write("in.json", list(range(30_000)))
    with subprocess.Popen(
        [*COMMAND, "run", "m.json", "--input", "@in.json"],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        errors = child.stderr.read()
        assert child.wait(timeout=10) == 141
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors
    assert "Exception ignored" not in errors


def test_a_file_that_may_not_be_read(process, write, here):
    write("m.json", HELLO)
    (here / "m.json").chmod(0)
    if os.access(here / "m.json", os.R_OK):
        pytest.skip("this user may read everything")
    assert process("run", "m.json").returncode == 2


def test_version(asl):
    result = asl("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("asl")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(asl, shell):
    script = asl("completion", shell).stdout
    assert "_ASL_COMPLETE" in script
    assert json.loads(asl("completion", shell, "--json").stdout) == {
        "shell": shell,
        "script": script.removesuffix("\n"),
    }


def test_completion_of_an_unknown_shell(asl):
    assert asl("completion", "tcsh").exit_code == 2


def test_completion_completes(process):
    for words, count, expected in (
        ("asl ru", 1, "plain,run"), ("asl run --han", 2, "plain,--handlers"),
        ("asl run --type ", 3, "plain,express"),
    ):  # fmt: skip
        env = environment() | {
            "_ASL_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(count),
        }
        result = subprocess.run(COMMAND, env=env, capture_output=True, text=True, check=True)
        assert expected in result.stdout.splitlines()


def test_an_unknown_command(asl):
    result = asl("fly")
    assert result.exit_code == 2
    assert "No such command 'fly'" in result.stderr


def test_no_command_shows_the_help(asl):
    assert "Commands:" in asl().output


def test_it_starts_quickly(hello):
    """Generous, for busy machines; benchmarks/startup.py measures it."""
    run = [*COMMAND, "run", str(ROOT / "sample_machines" / "hello")]
    subprocess.run(run, env=environment(), capture_output=True, check=True)
    began = time.perf_counter()
    subprocess.run(run, env=environment(), capture_output=True, check=True)
    assert time.perf_counter() - began < 2


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")
@pytest.mark.parametrize("arguments", [["run"], ["graph"], ["cost"], ["compare", "--json"]])
def test_an_output_that_is_full_is_told(hello, here, arguments):
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [*COMMAND, *arguments, hello], cwd=here, env=environment(), stdout=full, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert result.returncode == 2
    assert "Error: the output cannot be written: No space left on device" in result.stderr
    assert "Traceback" not in result.stderr
