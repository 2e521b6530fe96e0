"""Where things stand: in YAML, in JSON, in texts that were put together."""

import json

import pytest

from asl import Diagnostic, validate
from emulator.templates import TemplateProblem, find, load
from emulator.templates.traced import Traced
from tests.templates.shared import calling, cloudformation, machine, write

HEAD = "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n"
SPOILT = '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}'


def place_of_error(path):
    """Where the one error of a machine stands: what its file has there."""
    found = find(path)
    told = validate(found.definition, yaml=found.yaml)
    (error,) = [each for each in told if each.code == "MISSING_TRANSITION_TARGET"]
    placed = found.placed(error)
    return placed.line, found.origin.text.splitlines()[placed.line - 1][placed.column - 1 :]


def block(style, tag="", **more):
    lines = json.dumps(json.loads(SPOILT), indent=2).replace(
        '"A": {', '"A": {"Comment": "${AWS::Region} ${x}", '
    )
    text = "\n".join("          " + line for line in lines.splitlines())
    return f"""\
Resources:
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionSubstitutions: {{x: a long text that is put in}}
      DefinitionString: {tag} {style}
{text}
"""


@pytest.mark.parametrize(("style", "tag"), [("|", ""), ("|-", ""), ("|", "!Sub"), ("|10", "")])
def test_a_block_of_lines(tmp_path, style, tag):
    text = block(style if style != "|10" else "|4", tag)
    if tag:
        text = text.replace("${x}", "${!x}")
    path = tmp_path / "t.yaml"
    path.write_text(text)
    line, rest = place_of_error(str(path))
    assert rest.startswith('"Next": "B"')
    assert line == 7 + 5


def test_a_block_in_a_list_of_sub(tmp_path):
    text = block("|", "!Sub").replace("${x}", "${!x}").replace("!Sub |", "!Sub\n        - |")
    path = tmp_path / "t.yaml"
    path.write_text(text + "        - {own: 1}\n")
    assert place_of_error(str(path))[1].startswith('"Next": "B"')


@pytest.mark.parametrize("value", [f"'{SPOILT}'", f">\n        {SPOILT}", f"!Join ['', ['{SPOILT}', '']]"])
def test_other_texts(tmp_path, value):
    path = write(tmp_path, "t.yaml", cloudformation())
    text = f"{HEAD}      DefinitionString: {value}\n"
    path = tmp_path / "t.yaml"
    path.write_text(text)
    line, rest = place_of_error(str(path))
    assert line == 5
    assert rest.startswith(('"Next"', "DefinitionString"))


def test_a_text_in_json(tmp_path):
    path = write(tmp_path, "t.json", cloudformation(M=machine(SPOILT)))
    assert place_of_error(path)[1].startswith('"DefinitionString"')


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_an_object(tmp_path, suffix):
    path = write(tmp_path, f"t.{suffix}", cloudformation(M=machine(json.loads(SPOILT))))
    assert place_of_error(path)[1].startswith('"Next": "B"')


def test_an_object_through_an_alias(tmp_path):
    text = """
        Shared:
          state: &state {Type: Pass, Next: B}
        Resources:
          M:
            Type: AWS::StepFunctions::StateMachine
            Properties:
              Definition: {StartAt: A, States: {A: *state}}
        """
    line, rest = place_of_error(write(tmp_path, "t.yaml", text))
    assert (line, rest) == (2, "Next: B}")


def test_a_place_that_names_nothing(tmp_path):
    found = find(write(tmp_path, "t.json", cloudformation(M=machine(calling("x")))))
    assert found.placed(Diagnostic("ERROR", "X", "x", "/States/Nobody/Next")).line == 8
    assert found.placed(Diagnostic("ERROR", "X", "x", "")).line == 6


def test_texts_remember_where_they_were():
    import re

    first = Traced("a ${x} b ${y} c")
    second = first.replaced(re.compile(r"\$\{x\}"), lambda match: "<<${y}>>")
    third = second.replaced(re.compile(r"\$\{y\}"), lambda match: "Y")
    assert third.text == "a <<Y>> b Y c"
    assert [third.origin(third.text.index(each)) for each in ("a", "<", "Y", ">", "b", "c")] == [
        0,
        2,
        2,
        2,
        7,
        14,
    ]
    assert third.origin(third.text.rindex("Y")) == 9
    assert first.replaced(re.compile("nothing"), lambda match: "") is first
    assert first.replaced(re.compile(r"\$"), lambda match: None) is first


# ------------------------------------------------------------------ YAML


def values(tmp_path, text):
    path = write(
        tmp_path,
        "t.yaml",
        f"Resources: {{M: {{Type: 'AWS::StepFunctions::StateMachine', Properties: {{Definition: {text}}}}}}}",
    )
    return json.loads(find(path).definition)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a: yes, b: off, c: True}", {"a": True, "b": False, "c": True}),
        ("{a: 010, b: 0x1F, c: 1_000, d: 1.5, e: 1e3}", {"a": 8, "b": 31, "c": 1000, "d": 1.5, "e": "1e3"}),
        ("{a: 2024-01-31, b: ~, c: null, d: '', e: 012345678901}",
         {"a": "2024-01-31", "b": None, "c": None, "d": "", "e": "012345678901"}),
        ("{a: '010', b: \"yes\"}", {"a": "010", "b": "yes"}),
        ("{<<: {a: 1, b: 2}, b: 3}", {"a": 1, "b": 3}),
        ("{a: !Ref AWS::Region, b: !Join ['-', [x, !Sub '${AWS::AccountId}']]}",
         {"a": "us-east-1", "b": "x-123456789012"}),
        ("{a: !If [Nobody, 1, 2]}", None),
    ],
)  # fmt: skip
def test_scalars_and_short_forms(tmp_path, text, value):
    if value is None:
        with pytest.raises(TemplateProblem, match="there is no condition"):
            values(tmp_path, text)
    else:
        assert values(tmp_path, text) == value


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (BOMB + "Resources: {}\n", "the file unfolds to too many values"),
        ("Resources: " + "[" * 5000, "nested more than 200 levels deep"),
        ("Resources: &a {b: *a}", "nested more than 200 levels deep"),
        ("Resources: {a: [}", "this is not YAML: "),
        ("Resources: {? [a] : 1}", "the keys of an object must be strings"),
        ("Resources: {a: !!binary aGk=}", "is none of JSON's types"),
        ("Resources: {a: .inf}", "the number .inf is none of JSON's"),
        ("Resources: {a: !!int x}", "'x' is no number"),
        ("Resources: {<<: [1]}", "only an object can be merged"),
        ("Resources: {a: 1}\n---\nb: 2", "this is not YAML: "),
        ('{"Resources": {"a": }}', "this is not JSON: "),
        ("", "this is no template"),
        ("[1, 2]", "this is no template"),
        ("just text", "this is no template"),
        ("Resources: [1]", "this is no template"),
    ],
)
def test_files_that_are_no_templates(tmp_path, text, complaint):
    path = tmp_path / ("t.json" if text.startswith("{") else "t.yaml")
    path.write_text(text)
    with pytest.raises(TemplateProblem) as caught:
        load(str(path))
    assert complaint in str(caught.value)


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "latin.yaml").write_bytes(b"Resources: \xff")
    for name, complaint in (
        ("nowhere.yaml", "cannot be read: No such file or directory"),
        ("latin.yaml", "is not UTF-8 text"),
        ("", "there is no template in this folder"),
    ):
        with pytest.raises(TemplateProblem, match=complaint):
            load(str(tmp_path / name))


def test_odd_resources_are_passed_over(tmp_path):
    path = write(tmp_path, "t.json", {"Resources": {"A": 1, "B": {}, "C": {"Type": 1}, "D": {"Type": "X"}}})
    assert load(path).machines == ()
    with pytest.raises(TemplateProblem, match="there is no state machine in it"):
        find(path)
