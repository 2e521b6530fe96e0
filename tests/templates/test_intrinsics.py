"""CloudFormation's functions: what each gives, and what is said where nothing can be given."""

import json

import pytest

from emulator.templates import TemplateProblem, find, load
from tests.templates.shared import calling, cloudformation, function_arn, machine, write

REGION = {"Ref": "AWS::Region"}
SECTIONS = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]},
        "Names": {"Type": "CommaDelimitedList", "Default": "a, b,c"},
        "Count": {"Type": "Number", "Default": 3},
        "Secret": {"Type": "String"},
        "Kept": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/path"},
    },
    "Mappings": {"Sizes": {"dev": {"small": 1, "list": ["x", "y"]}}},
    "Conditions": {
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsDev": {"Fn::Not": [{"Condition": "IsProd"}]},
        "Both": {"Fn::And": [{"Condition": "IsProd"}, {"Condition": "IsDev"}]},
        "Either": {"Fn::Or": [{"Condition": "IsProd"}, {"Condition": "IsDev"}]},
        "Round": {"Fn::Not": [{"Condition": "Round"}]},
    },
}


def result(tmp_path, value, parameters=None, **resources):
    """What a value becomes, as the Result of a Pass state."""
    definition = {"StartAt": "P", "States": {"P": {"Type": "Pass", "Result": value, "End": True}}}
    path = write(tmp_path, "t.json", SECTIONS | cloudformation(M=machine(definition), **resources))
    return json.loads(find(f"{path}#M", parameters).definition)["States"]["P"]["Result"]


def complaint(tmp_path, value, **resources):
    with pytest.raises(TemplateProblem) as caught:
        result(tmp_path, value, **resources)
    return [each.message for each in caught.value.problems]


@pytest.mark.parametrize(
    ("value", "gives"),
    [
        (REGION, "us-east-1"),
        ({"Ref": "AWS::AccountId"}, "123456789012"),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
        ({"Ref": "Stage"}, "dev"),
        ({"Ref": "Count"}, "3"),
        ({"Ref": "Names"}, ["a", "b", "c"]),
        ({"Fn::Sub": "${Stage}-${AWS::Region}-${!Literal}"}, "dev-us-east-1-${Literal}"),
        ({"Fn::Sub": ["${x}/${Stage}", {"x": REGION}]}, "us-east-1/dev"),
        ({"Fn::Join": ["-", ["a", REGION, {"Ref": "AWS::NoValue"}]]}, "a-us-east-1"),
        ({"Fn::Join": ["+", {"Ref": "Names"}]}, "a+b+c"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", "x/y/z"]}]}, "y"),
        ({"Fn::Select": ["2", {"Ref": "Names"}]}, "c"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "small"]}, 1),
        ({"Fn::FindInMap": ["Sizes", "prod", "small", {"DefaultValue": 7}]}, 7),
        ({"Fn::If": ["IsProd", "yes", {"Fn::If": ["IsDev", "no", "never"]}]}, "no"),
        ({"Fn::If": ["Both", 1, 2]}, 2),
        ({"Fn::If": ["Either", 1, 2]}, 1),
        ({"a": {"Fn::If": ["IsProd", 1, {"Ref": "AWS::NoValue"}]}, "b": 2}, {"b": 2}),
        ([1, {"Ref": "AWS::NoValue"}, 2], [1, 2]),
        ({"Fn::Base64": "abc"}, "YWJj"),
        ({"Fn::Length": {"Ref": "Names"}}, 3),
        ({"Fn::ToJsonString": {"a": REGION}}, '{"a":"us-east-1"}'),
        ({"Ref": "AWS::NoValue", "more": 1}, {"Ref": "AWS::NoValue", "more": 1}),
    ],
)
def test_what_functions_give(tmp_path, value, gives):
    assert result(tmp_path, value) == gives


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Ref": "Nobody"}, "there is no parameter and no resource 'Nobody'"),
        ({"Ref": "Secret"}, "the parameter 'Secret' has no default: give it with --parameter Secret=VALUE"),
        ({"Ref": "Kept"}, "the parameter 'Kept' is kept in SSM: give its value with --parameter Kept=VALUE"),
        ({"Ref": "AWS::NotificationARNs"}, "AWS::NotificationARNs is not known here: give it with "
         "--parameter AWS::NotificationARNs=VALUE"),
        ({"Fn::GetAtt": ["Nobody", "Arn"]}, "there is no resource 'Nobody'"),
        ({"Fn::GetAtt": "Nobody"}, "Fn::GetAtt takes a resource and an attribute"),
        ({"Fn::ImportValue": "x"},
         "what other stacks export is not known here: give it with --parameter 'x=VALUE'"),
        ({"Fn::GetAZs": ""}, "Fn::GetAZs is not understood here"),
        ({"Fn::Select": [9, ["a"]]}, "Fn::Select: there is no item 9 in a list of 1"),
        ({"Fn::Select": 1}, "Fn::Select takes an index and a list"),
        ({"Fn::Split": ["", "x"]}, "Fn::Split takes a delimiter and a text"),
        ({"Fn::Join": ["", "text"]}, "a list is needed here, not str"),
        ({"Fn::Join": ["", [{"a": 1}]]}, "a text is needed here, not an object"),
        ({"Fn::FindInMap": ["Sizes", "prod", "small"]},
         "Fn::FindInMap: the mappings have no Sizes / prod / small"),
        ({"Fn::If": ["Nobody", 1, 2]}, "there is no condition 'Nobody'"),
        ({"Fn::If": ["Round", 1, 2]}, "the condition 'Round' leads back to itself"),
        ({"Fn::Sub": ["x"]}, "Fn::Sub takes a text, or a list of a text and an object"),
        ({"Ref": ["x"]}, "Ref takes the name of a parameter or a resource"),
    ],
)  # fmt: skip
def test_what_cannot_be_known_is_named(tmp_path, value, message):
    assert complaint(tmp_path, value) == [message]


def test_everything_that_is_missing_is_told_at_once(tmp_path):
    value = {
        "a": {"Ref": "One"},
        "b": [{"Fn::Sub": "${Two} ${Three}"}, {"Fn::Join": ["", [{"Ref": "Four"}]]}],
    }
    told = complaint(tmp_path, value)
    assert [each.split("'")[1] for each in told] == ["One", "Two", "Three", "Four"]


def test_a_problem_tells_its_place(tmp_path):
    path = write(
        tmp_path,
        "t.yaml",
        """
        Resources:
          M:
            Type: AWS::StepFunctions::StateMachine
            Properties:
              DefinitionString: !Sub |
                {"StartAt": "${Nobody}"}
        """,
    )
    with pytest.raises(TemplateProblem) as caught:
        find(path)
    (problem,) = caught.value.problems
    assert (problem.place.line, problem.logical_id) == (5, "M")
    assert problem.property == "Resources/M/Properties/DefinitionString/Fn::Sub"
    assert str(problem).startswith(f"{path}:5:7: there is no parameter")


def test_parameters_that_are_given(tmp_path):
    value = {"Fn::If": ["IsProd", {"Ref": "Secret"}, "dev"]}
    assert result(tmp_path, value, {"Stage": "prod", "Secret": "s"}) == "s"
    assert result(tmp_path, {"Ref": "Kept"}, {"Kept": "k"}) == "k"
    assert result(tmp_path, {"Ref": "AWS::StackName"}, {"AWS::StackName": "mine"}) == "mine"
    assert result(tmp_path, {"Fn::ImportValue": {"Fn::Sub": "${Stage}-x"}}, {"dev-x": "v"}) == "v"


def test_a_value_that_is_not_allowed(tmp_path):
    with pytest.raises(TemplateProblem, match="is to be one of dev, prod, not test"):
        result(tmp_path, {"Ref": "Stage"}, {"Stage": "test"})


def test_the_region_and_its_partition(tmp_path):
    path = write(
        tmp_path,
        "t.json",
        cloudformation(M=machine(calling({"Fn::Sub": "${AWS::Partition}:${AWS::Region}"}))),
    )
    assert '"aws-cn:cn-north-1"' in find(path, region="cn-north-1").definition


# ------------------------------------------------------------------ resources

THINGS = {
    "Fn": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": {"Fn::Sub": "${Stage}-fn"}}},
    "Plain": {"Type": "AWS::Lambda::Function", "Properties": {}},
    "Alias": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "Fn"}, "Name": "live"}},
    "Version": {"Type": "AWS::Lambda::Version",
                "Properties": {"FunctionName": {"Fn::GetAtt": ["Fn", "Arn"]}}},
    "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}},
    "Fifo": {"Type": "AWS::SQS::Queue", "Properties": {"FifoQueue": True}},
    "Topic": {"Type": "AWS::SNS::Topic"},
    "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "t"}},
    "MyBucket": {"Type": "AWS::S3::Bucket"},
    "Activity": {"Type": "AWS::StepFunctions::Activity", "Properties": {"Name": "act"}},
    "Other": {"Type": "AWS::StepFunctions::StateMachine",
              "Properties": {"StateMachineName": "o", "Definition": {}}},
    "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "r", "Path": "/service/"}},
    "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "b"}},
    "Cluster": {"Type": "AWS::ECS::Cluster"},
    "Nested": {"Type": "AWS::CloudFormation::Stack"},
    "Custom": {"Type": "Custom::Thing"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "gives"),
    [
        ("Fn", "dev-fn"),
        ("Fn.Arn", function_arn("dev-fn")),
        ("Plain.Arn", function_arn("Plain")),
        ("Alias", function_arn("dev-fn") + ":live"),
        ("Version", function_arn("dev-fn") + ":1"),
        ("Queue", "https://sqs.us-east-1.amazonaws.com/123456789012/q"),
        ("Queue.Arn", "arn:aws:sqs:us-east-1:123456789012:q"),
        ("Fifo.QueueName", "Fifo.fifo"),
        ("Topic", "arn:aws:sns:us-east-1:123456789012:Topic"),
        ("Topic.TopicName", "Topic"),
        ("Table", "t"),
        ("Table.Arn", "arn:aws:dynamodb:us-east-1:123456789012:table/t"),
        ("MyBucket", "mybucket"),
        ("MyBucket.Arn", "arn:aws:s3:::mybucket"),
        ("Activity", "arn:aws:states:us-east-1:123456789012:activity:act"),
        ("Other", "arn:aws:states:us-east-1:123456789012:stateMachine:o"),
        ("Other.Name", "o"),
        ("Role", "r"),
        ("Role.Arn", "arn:aws:iam::123456789012:role/service/r"),
        ("Bus", "b"),
        ("Bus.Arn", "arn:aws:events:us-east-1:123456789012:event-bus/b"),
        ("Cluster.Arn", "arn:aws:ecs:us-east-1:123456789012:cluster/Cluster"),
    ],
)
def test_what_resources_are_called(tmp_path, asked, gives):
    name, dot, attribute = asked.partition(".")
    value = {"Fn::GetAtt": [name, attribute]} if dot else {"Ref": name}
    assert result(tmp_path, value, **THINGS) == gives
    assert result(tmp_path, {"Fn::Sub": f"${{{asked}}}"}, **THINGS) == gives


@pytest.mark.parametrize("asked", ["Custom", "Nested.Outputs.Url", "Table.StreamArn", "Fn.SnapStartResponse"])
def test_what_only_aws_knows_can_be_given(tmp_path, asked):
    name, dot, attribute = asked.partition(".")
    value = {"Fn::GetAtt": [name, attribute]} if dot else {"Ref": name}
    (told,) = complaint(tmp_path, value, **THINGS)
    assert told.endswith(f"is known only to AWS: give it with --parameter {asked}=VALUE")
    assert result(tmp_path, value, {asked: "given"}, **THINGS) == "given"


def test_names_that_lead_back_to_themselves(tmp_path):
    one = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["Two", "QueueName"]}}}
    two = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "${One.QueueName}-x"}}}
    told = complaint(tmp_path, {"Ref": "One"}, One=one, Two=two)
    assert told == ["these names lead back to themselves: One -> Two -> One"]


def test_a_machine_that_depends_on_itself(tmp_path):
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Environment": {"Variables": {"MACHINE": {"Ref": "M"}}}},
    }
    told = complaint(tmp_path, {"Fn::GetAtt": ["F", "Arn"]}, F=function)
    assert told == ["it depends on itself: M -> F -> M"]


def test_a_circle_of_names_and_machines_is_told_once(tmp_path):
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "${Other.QueueName}-x"}}}
    other = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "${Queue.QueueName}-x"}}}
    value = [{"Fn::GetAtt": ["Queue", "QueueName"]}, {"Fn::GetAtt": ["Other", "QueueName"]}]
    told = complaint(tmp_path, value, Queue=queue, Other=other)
    assert told == ["these names lead back to themselves: Queue -> Other -> Queue"]


def test_ids_made_from_the_logical_id_are_the_same_again(tmp_path):
    things = {"Subnet": {"Type": "AWS::EC2::Subnet"}, "Other": {"Type": "AWS::EC2::Subnet"}}
    first = result(tmp_path, [{"Ref": "Subnet"}, {"Ref": "Other"}], **things)
    assert first == result(tmp_path, [{"Ref": "Subnet"}, {"Ref": "Other"}], **things)
    assert first[0] != first[1]
    assert all(each.startswith("subnet-") and len(each) == len("subnet-") + 17 for each in first)


def test_conditions_leave_resources_out(tmp_path):
    left_out = machine(calling("x")) | {"Condition": "IsProd"}
    path = write(tmp_path, "t.json", SECTIONS | cloudformation(A=machine(calling("y")), B=left_out))
    assert [each.logical_id for each in load(path).machines] == ["A"]
    assert [each.logical_id for each in load(path, {"Stage": "prod"}).machines] == ["A", "B"]


def test_functions_that_lead_very_deep(tmp_path):
    value = "x"
    for _ in range(60):
        value = {"Fn::Join": ["", [value]]}
    told = complaint(tmp_path, value)
    assert told == ["functions lead more than 50 levels deep into each other"]


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_templates_that_nest_very_deep(tmp_path, suffix):
    deep = "[" * 300 + "]" * 300
    path = write(tmp_path, f"t.{suffix}", f'{{"Resources": {{}}, "Metadata": {deep}}}')
    with pytest.raises(TemplateProblem, match="nested more than 200 levels deep"):
        load(path)


def test_a_long_chain_of_names(tmp_path):
    queues = {
        f"Q{n}": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"QueueName": {"Fn::Sub": f"${{Q{n + 1}.QueueName}}x"}},
        }
        for n in range(500)
    }
    assert "levels deep" in complaint(tmp_path, {"Ref": "Q0"}, **queues)[0]


def test_the_environment_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setenv("Secret", "s")
    assert complaint(tmp_path, {"Ref": "Secret"})


def test_names_that_lead_to_names_twice_over(tmp_path):
    queues = {
        f"Q{n}": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"QueueName": {"Fn::Sub": f"${{Q{n + 1}.QueueName}}${{Q{n + 1}.Arn}}"}},
        }
        for n in range(40)
    }
    (told,) = complaint(tmp_path, {"Ref": "Q0"}, **queues, Q40={"Type": "AWS::SQS::Queue"})
    assert told == "the functions of the template lead to too many others"
