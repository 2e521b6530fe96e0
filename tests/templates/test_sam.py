"""AWS SAM: globals, definitions in files and in place, substitutions, functions."""

import json

import pytest

from asl import validate
from emulator.templates import TemplateProblem, find, load
from tests.templates.shared import calling, function_arn, write

TRADING = """
    Transform: AWS::Serverless-2016-10-31
    Parameters:
      Market:
        Type: String
        Default: open
    Globals:
      Function:
        Runtime: python3.12
        Timeout: 20
        Tags: {team: desk}
        Environment:
          Variables:
            MARKET: !Ref Market
            SIZE: 5
    Resources:
      Trading:
        Type: AWS::Serverless::StateMachine
        Properties:
          Type: EXPRESS
          DefinitionUri: machines/trading.asl.json
          DefinitionSubstitutions:
            CheckFunctionArn: !GetAtt CheckPrice.Arn
            DecideFunctionArn: !GetAtt Decide.Arn
            Trades: !Ref Trades
          Policies:
            - LambdaInvokePolicy: {FunctionName: !Ref CheckPrice}
          Logging:
            Level: ERROR
            IncludeExecutionData: yes
            Destinations:
              - CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Log.Arn}
          Tracing: {Enabled: true}
          Tags: {desk: north}
          Events:
            Hourly: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}
      CheckPrice:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: functions/check/
          Handler: app.handler
      Decide:
        Type: AWS::Serverless::Function
        Properties:
          FunctionName: !Sub decide-${Market}
          CodeUri: functions/decide/
          Handler: src/app.handler
          Runtime: nodejs22.x
          Timeout: 5
          MemorySize: 512
          Environment:
            Variables: {SIZE: "6", ENDPOINT: !GetAtt Unknown.Thing}
      Trades:
        Type: AWS::Serverless::SimpleTable
      Log:
        Type: AWS::Logs::LogGroup
    """
IN_S3 = "the definition is an object in S3, which is not reached from here"
NO_CODE = "its code is in S3 or an image, which is not reached from here"
MACHINE = """
    {
      "StartAt": "Check",
      "States": {
        "Check": {"Type": "Task", "Resource": "${CheckFunctionArn}", "Next": "Keep"},
        "Keep": {"Type": "Pass", "Result": "${Trades}", "Next": "Nowhere"}
      }
    }
    """


@pytest.fixture
def trading(tmp_path):
    write(tmp_path, "machines/trading.asl.json", MACHINE)
    write(tmp_path, "functions/check/app.py", "def handler(event, context): pass\n")
    write(tmp_path, "functions/decide/src/app.js", "")
    return write(tmp_path, "template.yaml", TRADING)


def test_a_machine(trading):
    machine = find(trading)
    assert (machine.logical_id, machine.name, machine.type) == ("Trading", "Trading", "EXPRESS")
    states = json.loads(machine.definition)["States"]
    assert states["Check"]["Resource"] == function_arn("CheckPrice")
    assert states["Keep"]["Result"] == "Trades"
    assert machine.role == "arn:aws:iam::123456789012:role/TradingRole"
    group = "arn:aws:logs:us-east-1:123456789012:log-group:Log:*"
    assert machine.logging == {
        "level": "ERROR",
        "includeExecutionData": True,
        "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}],
    }
    assert machine.tracing == {"enabled": True}
    assert machine.tags == {"desk": "north"}
    assert (machine.place.line, machine.place.column) == (16, 3)


def test_functions_with_globals(trading, tmp_path):
    check, decide = load(trading).functions
    assert (check.name, check.runtime, check.handler) == ("CheckPrice", "python3.12", "app.handler")
    assert (check.timeout, check.memory) == (20, 128)
    assert check.environment == {"MARKET": "open", "SIZE": "5"}
    assert check.code == tmp_path / "functions" / "check"
    assert check.problems == ()
    assert (decide.name, decide.arn) == ("decide-open", function_arn("decide-open"))
    assert (decide.runtime, decide.timeout, decide.memory) == ("nodejs22.x", 5, 512)
    assert decide.environment == {"MARKET": "open", "SIZE": "6"}


def test_a_variable_that_is_not_known_is_told_and_keeps_nobody_from_calling(trading):
    decide = load(trading).functions[1]
    (problem,) = decide.problems
    assert problem.severity == "warning"
    assert problem.message == "there is no resource 'Unknown'"
    assert decide.errors == ()


def test_diagnostics_point_into_the_definitions_file(trading, tmp_path):
    machine = find(trading)
    assert machine.origin.file == str(tmp_path / "machines/trading.asl.json")
    told = validate(machine.definition, type=machine.type)
    (found,) = [each for each in told if each.code == "MISSING_TRANSITION_TARGET"]
    placed = machine.placed(found)
    line = machine.origin.text.splitlines()[placed.line - 1]
    assert line[placed.column - 1 :].startswith('"Next": "Nowhere"')


@pytest.mark.parametrize("name", ["m.asl.yaml", "m.yml", "m.json"])
def test_definitions_may_be_yaml(tmp_path, name):
    yaml = "StartAt: A\nStates: {A: {Type: Wait, Seconds: ${n}, End: true}}\n"
    as_json = '{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": ${n}, "End": true}}}'
    write(tmp_path, name, yaml if "y" in name else as_json)
    path = write(tmp_path, "t.yaml", sam(f"DefinitionUri: {name}, DefinitionSubstitutions: {{n: 5}}"))
    machine = find(path)
    assert machine.yaml == ("y" in name)
    assert validate(machine.definition, yaml=machine.yaml) == []
    assert "Seconds: 5" in machine.definition.replace('"', "")


def sam(properties):
    return f"Resources: {{M: {{Type: 'AWS::Serverless::StateMachine', Properties: {{{properties}}}}}}}"


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ("DefinitionUri: s3://bucket/key", IN_S3),
        ("DefinitionUri: {Bucket: b, Key: k}", IN_S3),
        ("DefinitionUri: nowhere.json", "the definition is not there: "),
        ("Name: x", "a state machine needs one definition, and it has none"),
        ("DefinitionUri: a, Definition: {}", "needs one definition, and it has Definition and DefinitionUri"),
        ("Definition: text", "a definition is an object"),
        ("Definition: {a: 1}, Type: FAST", "the type of a state machine is STANDARD or EXPRESS, not FAST"),
        ("Definition: {a: 1}, DefinitionSubstitutions: [x]", "DefinitionSubstitutions is an object"),
        ("Definition: {a: '${x}'}, DefinitionSubstitutions: {x: [1]}", "a text is needed here, not a list"),
        ("Definition: {a: '${x}'}, DefinitionSubstitutions: {x: '${y}', y: '${x}'}",
         "lead back to themselves"),
    ],
)  # fmt: skip
def test_definitions_that_cannot_be_had(tmp_path, properties, message):
    path = write(tmp_path, "t.yaml", sam(properties))
    assert len(load(path).machines) == 1
    with pytest.raises(TemplateProblem) as caught:
        find(path)
    (problem,) = caught.value.problems
    assert message in problem.message
    assert (problem.logical_id, problem.place.file, problem.place.line) == ("M", path, 1)


def test_a_definition_in_a_folder_is_none(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(TemplateProblem, match="the definition is not there"):
        find(write(tmp_path, "t.yaml", sam("DefinitionUri: folder")))


def test_what_no_substitution_is_given_for_stays_and_is_told(tmp_path):
    definition = """
        Resources:
          M:
            Type: AWS::Serverless::StateMachine
            Properties:
              DefinitionSubstitutions: {Known: k}
              Definition:
                StartAt: A
                States:
                  A:
                    Type: Pass
                    Result: ${Known} ${Unknown}
                    End: true
        """
    machine = find(write(tmp_path, "t.yaml", definition))
    assert json.loads(machine.definition)["States"]["A"]["Result"] == "k ${Unknown}"
    (problem,) = machine.problems
    assert (problem.severity, problem.place.line) == ("warning", 11)
    assert problem.message == "nothing is given for ${Unknown}, so it stays as it stands"


def test_substitutions_are_made_in_what_was_put_in(tmp_path):
    path = write(
        tmp_path, "t.yaml", sam("Definition: {a: '${x}'}, DefinitionSubstitutions: {x: '1${y}', y: 2}")
    )
    assert find(path).definition == '{"a":"12"}'


def test_lists_of_globals_go_before(tmp_path):
    path = write(
        tmp_path,
        "t.yaml",
        """
        Globals: {Function: {Runtime: python3.13, Layers: [a], Environment: {Variables: {X: 1}}}}
        Resources:
          F: {Type: "AWS::Serverless::Function", Properties: {Handler: a.b, InlineCode: "x = 1"}}
          G: {Type: "AWS::Serverless::Function", Properties: {Handler: a.b, CodeUri: s3://b/k}}
          H: {Type: "AWS::Serverless::Function", Properties: {PackageType: Image}}
          I: {Type: "AWS::Serverless::Function", Properties: {CodeUri: nowhere}}
        """,
    )
    f, g, h, i = load(path).functions
    assert (f.inline, f.environment, f.errors) == ("x = 1", {"X": "1"}, ())
    assert [each.message for each in g.errors] == [NO_CODE]
    assert [each.message for each in h.errors] == ["its code is a container image, which is not run here"]
    assert [each.message for each in i.errors] == [f"its code is not there: {tmp_path / 'nowhere'}"]


def test_an_alias_that_sam_makes(tmp_path):
    path = write(
        tmp_path,
        "t.yaml",
        """
        Resources:
          F:
            Type: AWS::Serverless::Function
            Properties: {Runtime: python3.13, Handler: a.b, InlineCode: "", AutoPublishAlias: live}
          M:
            Type: AWS::Serverless::StateMachine
            Properties: {Definition: {a: !Ref F.Alias, b: !Ref F.Version, c: !GetAtt MRole.Arn}}
        """,
    )
    found = json.loads(find(path).definition)
    assert found["a"] == function_arn("F") + ":live"
    assert found["b"] == function_arn("F") + ":1"
    assert found["c"] == "arn:aws:iam::123456789012:role/MRole"


def test_several_machines_have_to_be_named(tmp_path):
    one = calling("x")
    kind = "AWS::Serverless::StateMachine"
    resources = {
        name: {"Type": kind, "Properties": {"Definition": one, "Name": f"n-{name}"}} for name in ("A", "B")
    }
    path = write(tmp_path, "t.json", {"Resources": resources})
    with pytest.raises(TemplateProblem, match="there are 2 state machines in it; name one: ") as caught:
        find(path)
    assert f"{path}#A, {path}#B" in str(caught.value)
    assert find(f"{path}#B").logical_id == "B"
    assert find(f"{path}#n-A").logical_id == "A"
    with pytest.raises(TemplateProblem, match="there is no state machine called 'C' in it"):
        find(f"{path}#C")
