"""`asl schema`: where the schema goes, and its exit codes."""

import json

from asl.schema import schema


def test_to_standard_output(asl):
    result = asl("schema")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == schema()


def test_json_is_what_it_prints_anyway(asl):
    assert asl("schema", "--json").stdout == asl("schema").stdout


def test_to_a_file(asl, here):
    for option in ("-o", "--output"):
        result = asl("schema", option, "asl.schema.json")
        assert (result.exit_code, result.output) == (0, "")
        text = (here / "asl.schema.json").read_text("utf-8")
        assert text == asl("schema").stdout
        assert text.endswith("}\n")


def test_a_file_that_cannot_be_written(asl, here):
    for path in (".", "missing/asl.schema.json"):
        result = asl("schema", "-o", path)
        assert result.exit_code == 2
        assert path in result.stderr
        assert result.stdout == ""


def test_no_arguments(asl):
    assert asl("schema", "order.asl.json").exit_code == 2


def test_a_pipe_gets_no_colours(process):
    result = process("schema")
    assert result.returncode == 0
    assert json.loads(result.stdout) == schema()


def test_a_terminal_gets_colours_unless_told_otherwise(terminal):
    assert "\x1b[" in terminal("schema")
    assert json.loads(terminal("schema", "--no-color")) == schema()
