"""`asl validate`: what it prints, where, and its exit codes."""

import json
import os

import pytest

from tests.cli.shared import ROOT, machine

GOOD = machine(First={"Type": "Pass", "End": True})
BAD = '{"StartAt": "A",\n "States": {"A": {"Type": "Pass", "Nxt": "B", "End": true}}}'
WARNED = machine(First={"Type": "Pass", "Parameters": {"total": "$.order.total"}, "End": True})


def test_good(asl, write):
    result = asl("validate", write("good.json", GOOD))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 file: 0 errors, 0 warnings\n"


def test_errors(asl, write):
    write("bad.json", BAD)
    write("good.json", GOOD)
    result = asl("validate", "good.json", "bad.json")
    assert result.exit_code == 1
    first, second = result.stdout.splitlines()[:2]
    assert first == (
        "bad.json:2:35: error[ASL102] SCHEMA_VALIDATION_FAILED Field 'Nxt' is not supported at /States/A/Nxt"
    )
    assert second.startswith("  hint: ")
    assert result.stderr == "2 files: 1 error, 0 warnings\nasl explain ASL102 tells more\n"


def test_the_last_line_names_three_rules_at_most(asl, write):
    state = {"Type": "Pass", "Nxt": "B", "Comment": 1, "InputPath": "x", "ResultPath": "y", "End": True}
    result = asl("validate", write("bad.json", machine("A", A=state)))
    assert result.stdout.count(": error[ASL") == 4
    assert result.stderr.endswith("\nasl explain ASL102 ASL103 ASL401 tells more\n")


def test_warnings_alone_are_no_errors(asl, write):
    result = asl("validate", write("warned.json", WARNED))
    assert result.exit_code == 0
    assert ": warning[ASL805] NO_DOLLAR " in result.stdout


def test_yaml(asl, write):
    write("bad.asl.yaml", "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Nxt: B\n    End: true\n")
    result = asl("validate", "bad.asl.yaml")
    assert result.exit_code == 1
    assert result.stdout.startswith("bad.asl.yaml:5:5: error[ASL102] SCHEMA_VALIDATION_FAILED")


@pytest.mark.parametrize(
    ("content", "place"),
    [('{"StartAt": }', "bad.json:1:13: "), ("<", "bad.json:1:1: "), (b'"\xe9"', "bad.json: ")],
)
def test_what_is_no_json_is_an_error(asl, write, content, place):
    result = asl("validate", write("bad.json", content))
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{place}error[ASL001] INVALID_JSON_DESCRIPTION")


def test_a_place_that_is_no_pointer_is_left_out(asl, write):
    result = asl("validate", write("bad.json", "fly"))
    assert result.stdout.splitlines()[0] == (
        "bad.json:1:1: error[ASL001] INVALID_JSON_DESCRIPTION Unrecognized token 'fly': was expecting "
        "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
    )
    result = asl("validate", write("list.json", "[]"))
    line = result.stdout.splitlines()[0]
    assert line.endswith("error[ASL002] SCHEMA_VALIDATION_FAILED Definition must be a valid JSON object")


def test_a_blank_file_holds_no_object(asl, write):
    result = asl("validate", write("bad.json", "\n"))
    assert result.exit_code == 1
    line = result.stdout.splitlines()[0]
    assert line == "bad.json: error[ASL002] SCHEMA_VALIDATION_FAILED Definition must be a valid JSON object"


def test_a_folder_stands_for_its_machine(asl, write):
    write("order/machine.asl.json", BAD)
    assert asl("validate", "order").stdout.startswith("order/machine.asl.json:2:35: error[ASL102]")


@pytest.mark.parametrize("missing", ["nowhere.json", "empty"])
@pytest.mark.parametrize("other", ["good.json", "bad.json"])
def test_a_file_that_cannot_be_read(asl, write, here, missing, other):
    write("good.json", GOOD)
    write("bad.json", BAD)
    (here / "empty").mkdir()
    result = asl("validate", missing, other)
    assert result.exit_code == 2
    assert missing in result.stderr
    assert "1 file: " in result.stderr


def test_without_a_file(asl):
    result = asl("validate")
    assert result.exit_code == 2
    assert "Missing argument 'FILE...'" in result.stderr


def test_json(asl, write):
    write("bad.json", BAD)
    write("good.json", GOOD)
    result = asl("validate", "bad.json", "good.json", "--json")
    assert result.exit_code == 1
    first = json.loads(result.stdout)[0]
    hint = first.pop("hint")
    assert hint
    assert first == {
        "file": "bad.json",
        "severity": "ERROR",
        "code": "SCHEMA_VALIDATION_FAILED",
        "message": "Field 'Nxt' is not supported",
        "location": "/States/A/Nxt",
        "line": 2,
        "column": 35,
        "rule": "ASL102",
    }
    result = asl("validate", "good.json", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])
    result = asl("validate", "nowhere.json", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (2, [])


def test_a_terminal_shows_the_line_and_a_caret(terminal, write):
    write("bad.json", BAD)
    shown = terminal("validate", "bad.json", "--no-color").splitlines()
    assert shown[1] == '    2 │  "States": {"A": {"Type": "Pass", "Nxt": "B", "End": true}}}'
    assert shown[2].index("^") == shown[1].index('"Nxt"')


def test_of_a_long_line_the_place_is_shown(terminal, write):
    state = {"Type": "Pass", "Nxt": "B", "End": True}
    write("bad.json", {"Comment": "x" * 5000, "StartAt": "A", "States": {"A": state}})
    shown = terminal("validate", "bad.json", "--no-color").splitlines()
    assert max(map(len, shown)) < 130
    assert shown[2].index("^") == shown[1].index('"Nxt"')


def test_a_file_name_of_any_bytes(process, here):
    name = os.fsdecode(b"b\xe9d.json")
    (here / name).write_text(BAD)
    result = process("validate", name)
    assert result.returncode == 1
    assert result.stdout.startswith("b\\udce9d.json:2:35: error[ASL102]")
    assert json.loads(process("validate", name, "--json").stdout)[0]["file"] == name
    assert process("validate", name + "x").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 0), (["--type", "standard"], 0), (["--type", "express"], 1)]
)
def test_what_express_cannot_do(asl, write, arguments, code):
    activity = "arn:aws:states:us-east-1:123456789012:activity:pack"
    state = {"Type": "Task", "Resource": activity, "TimeoutSeconds": 1, "End": True}
    result = asl("validate", write("m.json", machine(First=state)), *arguments)
    assert result.exit_code == code
    assert ("error[ASL603]" in result.stdout) == bool(code)


def test_an_unknown_type(asl, write):
    result = asl("validate", write("good.json", GOOD), "--type", "fast")
    assert result.exit_code == 2
    assert "'fast' is not one of 'standard', 'express'" in result.stderr


def test_samples_are_valid(asl):
    samples = [str(path.parent) for path in ROOT.glob("sample_machines/*/machine.asl.*")]
    assert asl("validate", *samples).exit_code == 0


def test_a_missing_package_is_told_once(asl, write, without_jlens):
    rules = [{"Condition": f"{{% $sum($states.input.{each}) > 1 %}}", "Next": "First"} for each in "abc"]
    choice = {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": rules, "Default": "First"}
    result = asl("validate", write("m.json", machine("Ask", Ask=choice, **GOOD["States"])))
    assert result.exit_code == 0
    assert result.stdout.count("JSONATA_NOT_INSTALLED") == 1
    assert " at /States/Ask/Choices/0/Condition" in result.stdout
    assert result.stderr == "1 file: 0 errors, 1 warning\nasl explain ASL902 tells more\n"


def test_advice_for_broken_yaml_is_about_yaml(asl, write):
    told = asl("validate", write("bad.yaml", "StartAt: [")).stdout
    assert "ASL001" in told
    assert "hint: a definition in YAML is a mapping" in told
    assert "double quotes" not in told
    assert "double quotes" in asl("validate", write("bad.json", "{StartAt: 1}")).stdout


# ------------------------------------------------------------------ templates


def stack(**definitions):
    kind = {"Type": "AWS::StepFunctions::StateMachine"}
    machines = {
        name: {**kind, "Properties": {"DefinitionString": text}} for name, text in definitions.items()
    }
    return {"Resources": machines}


def test_machines_of_one_file_are_counted_apart(asl, write):
    write("stack.json", stack(One=json.dumps(GOOD), Two=json.dumps(GOOD)))
    assert asl("validate", "stack.json").stderr == "1 file, 2 machines: 0 errors, 0 warnings\n"
    write("good.json", GOOD)
    result = asl("validate", "stack.json", "good.json")
    assert result.stderr == "2 files, 3 machines: 0 errors, 0 warnings\n"


def test_a_circle_is_told_once_and_the_file_is_counted(asl, write):
    text = json.dumps(machine(First={"Type": "Pass", "Result": ["${%s}", "${%s.Name}"], "End": True}))
    around = stack(
        One={"Fn::Sub": text.replace("%s", "Two")},
        Two={"Fn::Sub": text.replace("%s", "Three")},
        Three={"Fn::Sub": text.replace("%s", "One")},
    )
    write("good.json", GOOD)
    result = asl("validate", write("circle.json", around), "good.json")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "Error: circle.json:1:16: it depends on itself: One -> Two -> Three -> One (Resources/One)",
        "1 file: 0 errors, 0 warnings; 1 file cannot be used",
    ]
    assert asl("validate", "circle.json").stderr.endswith("\n1 file cannot be used\n")
