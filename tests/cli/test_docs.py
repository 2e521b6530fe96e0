"""docs/cli.md: its help texts are the commands' own, and its examples print what it says they print.

`python tests/cli/test_docs.py` writes both anew.
"""

import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from cli.main import main  # noqa: E402

PAGE = ROOT / "docs" / "cli.md"
WIDTH = 100

HELP = re.compile(r"(<!-- help: (?P<command>[\w -]+?) -->\n)(?:\n```text\n.*?\n```\n)?", re.DOTALL)
CONSOLE = re.compile(r"```console\n(?P<session>.*?)```", re.DOTALL)
FILE = re.compile(r"^`(?P<name>\S+)`:\n\n```\w+\n(?P<content>.*?)```", re.DOTALL | re.MULTILINE)


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def help_of(path: str) -> str:
    arguments = [*path.split()[1:], "--help"]
    result = CliRunner().invoke(main, arguments, terminal_width=WIDTH)
    assert result.exit_code == 0
    return "\n".join(line.rstrip() for line in result.stdout.splitlines())


def with_help(page: str) -> str:
    return HELP.sub(lambda match: f"{match[1]}\n```text\n{help_of(match['command'])}\n```\n", page)


def with_sessions(page: str) -> str:
    def played(match: re.Match[str]) -> str:
        lines = []
        for command in re.findall(r"^\$ asl (.*)$", match["session"], re.MULTILINE):
            lines += [f"$ asl {command}", CliRunner().invoke(main, shlex.split(command)).output.rstrip("\n")]
        return "```console\n" + "\n".join(lines) + "\n```"

    with TemporaryDirectory() as folder, chdir(folder):
        for match in FILE.finditer(page):
            Path(match["name"]).write_text(match["content"])
        return CONSOLE.sub(played, page)


def test_every_command_is_documented():
    documented = {match["command"] for match in HELP.finditer(PAGE.read_text())}
    assert documented == {path for path, _ in commands(main, "asl")}


def test_help_texts_are_the_commands_own():
    page = PAGE.read_text()
    assert with_help(page) == page, "run: python tests/cli/test_docs.py"


def test_every_option_has_a_help():
    for path, command in commands(main, "asl"):
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{path} {parameter.name}"


def test_every_command_tells_its_exit_codes():
    for path, command in commands(main, "asl"):
        assert "Exit codes:" in (command.epilog or ""), path
        assert path == "asl" or "Examples:" in (command.epilog or ""), path


def test_every_command_has_json():
    for path, command in commands(main, "asl"):
        is_group = isinstance(command, click.Group)
        assert is_group or any("--json" in parameter.opts for parameter in command.params), path


def test_examples_print_what_the_page_says(clean_imports):
    page = PAGE.read_text()
    assert with_sessions(page) == page, "run: python tests/cli/test_docs.py"


if __name__ == "__main__":
    PAGE.write_text(with_sessions(with_help(PAGE.read_text())))
