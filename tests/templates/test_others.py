"""What a template has of other services: made before the machines, and told where it is not."""

import json

import pytest

from cli.deployed import deploy
from cli.refusal import Refusal
from emulator.ports import Unreachable
from emulator.services import Services
from emulator.templates import load, other_resources, template_resources
from emulator.testing import in_process
from tests.templates.shared import calling, cloudformation, machine, write


def resource(kind, **properties):
    return {"Type": f"AWS::{kind}", "Properties": properties}


KEY = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
TABLE = resource(
    "DynamoDB::Table",
    **KEY,
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    ProvisionedThroughput={"ReadCapacityUnits": "5", "WriteCapacityUnits": 5},
    TimeToLiveSpecification={"AttributeName": "until", "Enabled": "true"},
    StreamSpecification={"StreamViewType": "NEW_IMAGE"},
    SSESpecification={"SSEEnabled": True, "KMSMasterKeyId": {"Ref": "Nobody"}},
)
ARN = "arn:aws:{}:us-east-1:123456789012:{}"


@pytest.fixture
def made(tmp_path):
    """Clients of an emulator that has what a template has."""

    def made(**resources):
        template = load(write(tmp_path, "t.json", cloudformation(**resources)))
        deploy(template_resources(template), local.client)
        return local.client

    with in_process() as local:
        yield made


def test_tables(made):
    simple = resource("Serverless::SimpleTable", PrimaryKey={"Name": "n", "Type": "Number"})
    client = made(Kept=TABLE, Simple=simple)("dynamodb")
    table = client.describe_table(TableName="Kept")["Table"]
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    living = client.describe_time_to_live(TableName="Kept")["TimeToLiveDescription"]
    assert living == {"AttributeName": "until", "TimeToLiveStatus": "ENABLED"}
    keys = client.describe_table(TableName="Simple")["Table"]["AttributeDefinitions"]
    assert keys == [{"AttributeName": "n", "AttributeType": "N"}]


def test_queues_and_topics(made):
    work = resource(
        "SQS::Queue",
        VisibilityTimeout=60,
        RedrivePolicy={"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3},
    )
    fifo = resource("SQS::Queue", FifoQueue=True)
    inline = [{"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Work", "Arn"]}}]
    later = resource(
        "SNS::Subscription", TopicArn={"Ref": "Said"}, Protocol="sqs",
        Endpoint={"Fn::GetAtt": ["Dead", "Arn"]}, RawMessageDelivery=True,
    )  # fmt: skip
    client = made(
        Later=later, Said=resource("SNS::Topic", Subscription=inline), Work=work, Fifo=fifo,
        Dead=resource("SQS::Queue"),
    )  # fmt: skip
    queues = client("sqs")
    names = {each.rpartition("/")[2] for each in queues.list_queues()["QueueUrls"]}
    assert names == {"Work", "Dead", "Fifo.fifo"}
    told = queues.get_queue_attributes(QueueUrl="Work", AttributeNames=["All"])["Attributes"]
    assert told["VisibilityTimeout"] == "60"
    assert json.loads(told["RedrivePolicy"])["deadLetterTargetArn"] == ARN.format("sqs", "Dead")
    client("sns").publish(TopicArn=ARN.format("sns", "Said"), Message="hello")
    assert queues.receive_message(QueueUrl="Dead")["Messages"][0]["Body"] == "hello"
    assert "Messages" in queues.receive_message(QueueUrl="Work")


def test_what_else_is_made(made):
    drawn = {"SecretStringTemplate": '{"user": "u"}', "GenerateStringKey": "password"}
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}}
    client = made(
        Files=resource("S3::Bucket", VersioningConfiguration={"Status": "Enabled"}),
        Setting=resource("SSM::Parameter", Name="/a/b", Type="String", Value="v"),
        Secret=resource("SecretsManager::Secret", GenerateSecretString=drawn),
        Plain=resource("SecretsManager::Secret", SecretString="s"),
        Log=resource("Logs::LogGroup", LogGroupName="/x/y"),
        Stream=resource("Kinesis::Stream", ShardCount=1),
        Crm=resource("Events::Connection", AuthorizationType="API_KEY", AuthParameters=key),
    )
    assert client("s3").get_bucket_versioning(Bucket="files")["Status"] == "Enabled"
    assert client("ssm").get_parameter(Name="/a/b")["Parameter"]["Value"] == "v"
    secrets = client("secretsmanager")
    secret = json.loads(secrets.get_secret_value(SecretId="Secret")["SecretString"])
    assert (secret["user"], len(secret["password"])) == ("u", 32)
    arn = ARN.format("secretsmanager", "secret:Plain")
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "s"
    assert client("logs").describe_log_groups()["logGroups"][0]["logGroupName"] == "/x/y"
    assert client("kinesis").list_streams()["StreamNames"] == ["Stream"]
    assert client("events").describe_connection(Name="Crm")["AuthorizationType"] == "API_KEY"


def test_a_rule_leads_to_a_machine_of_the_template(made):
    target = {"Id": "one", "Arn": {"Ref": "M"}, "RoleArn": "arn:aws:iam::123456789012:role/any"}
    rule = resource(
        "Events::Rule", EventBusName={"Ref": "Bus"}, EventPattern={"source": ["shop"]}, Targets=[target]
    )
    rest = machine({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    client = made(Rule=rule, Bus=resource("Events::EventBus", Name="shop"), M=rest)
    entry = {"Source": "shop", "DetailType": "d", "Detail": "{}", "EventBusName": "shop"}
    assert client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0
    found = client("stepfunctions").list_executions(stateMachineArn=ARN.format("states", "stateMachine:M"))
    assert len(found["executions"]) == 1


def test_what_is_there_already_stays(made):
    resources = {"Kept": TABLE, "Work": resource("SQS::Queue"), "Files": resource("S3::Bucket")}
    made(**resources)
    changed = resource("SQS::Queue", QueueName="Work", VisibilityTimeout=7)
    client = made(**{**resources, "Work": changed})
    assert client("dynamodb").list_tables()["TableNames"] == ["Kept"]
    told = client("sqs").get_queue_attributes(QueueUrl="Work", AttributeNames=["All"])["Attributes"]
    assert told["VisibilityTimeout"] == "30"


def test_a_resource_that_is_refused_is_named(made):
    with pytest.raises(Refusal, match="Odd cannot be made: "):
        made(Odd=resource("SQS::Queue", QueueName="no such name!"))
    with pytest.raises(Refusal, match="Odd cannot be made: "):
        made(Odd=resource("DynamoDB::Table"))
    with pytest.raises(Refusal, match="Odd cannot be made: ParamValidationError: "):
        made(Odd=resource("SSM::Parameter", Type=["no type"]))


def test_without_moto_it_is_told_what_is_not_made(made, monkeypatch, capsys):
    def absent(self):
        raise Unreachable("pip install it")

    monkeypatch.setattr(Services, "_load", absent)
    rest = machine({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    client = made(Work=resource("SQS::Queue"), M=rest)
    assert "note: Work (AWS::SQS::Queue) is not made: pip install it" in capsys.readouterr().err
    assert len(client("stepfunctions").list_state_machines()["stateMachines"]) == 1


def test_a_resource_under_a_condition_that_does_not_hold(tmp_path):
    document = cloudformation(Work={**resource("SQS::Queue"), "Condition": "Never"})
    document["Conditions"] = {"Never": {"Fn::Equals": ["a", "b"]}}
    assert other_resources(load(write(tmp_path, "t.json", document))) == []


# ------------------------------------------------------------------ the commands

PUT = {
    "Type": "Task",
    "Resource": "arn:aws:states:::dynamodb:putItem",
    "Parameters": {"TableName": "${Table}", "Item": {"id": {"S": "a"}}},
    "ResultPath": None,
    "End": True,
}


def putting(**substitutions):
    given = {"Table": {"Ref": "Kept"}, **substitutions}
    return machine({"StartAt": "Put", "States": {"Put": PUT}}, DefinitionSubstitutions=given)


def test_a_run_finds_the_tables_of_its_template(asl, here):
    path = write(here, "t.json", cloudformation(Kept=TABLE, M=putting()))
    for _ in range(2):
        result = asl("run", path, "--input", "1")
        assert (result.exit_code, json.loads(result.stdout)) == (0, 1), result.stderr
        assert "note:" not in result.stderr


def test_nothing_is_made_for_a_run_that_asks_no_service(asl, here, monkeypatch):
    monkeypatch.setattr(Services, "_load", lambda self: pytest.fail("moto is loaded"))
    rest = machine({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
    result = asl("run", write(here, "t.json", cloudformation(Kept=TABLE, M=rest)))
    assert result.exit_code == 0


def test_a_table_that_cannot_be_made_is_told_and_the_run_goes_on(asl, here):
    broken = resource("DynamoDB::Table")
    path = write(here, "t.json", cloudformation(Kept=broken, Work=resource("SQS::Queue"), M=putting()))
    result = asl("run", path)
    assert result.exit_code == 1
    assert "note: Kept cannot be made: " in result.stderr
    assert "ResourceNotFoundException" in result.stderr


def test_what_a_machine_names_and_nobody_makes_is_told(asl, here):
    document = cloudformation(
        Kept=TABLE,
        M=putting(Job={"Ref": "Crawl"}, Role={"Fn::GetAtt": ["Role", "Arn"]}),
        Crawl=resource("Glue::Crawler", Name="c"),
        Other=resource("Glue::Job", Name="unnamed"),
        Role=resource("IAM::Role"),
    )
    result = asl("run", write(here, "t.json", document))
    assert [line for line in result.stderr.splitlines() if line.startswith("note:")] == [
        "note: Crawl (AWS::Glue::Crawler) is not made"
    ]


def test_a_declared_test_finds_the_tables_too(asl, here):
    write(here, "t.json", cloudformation(Kept=TABLE, M=putting()))
    case = {"name": "puts", "input": 1, "expect": {"output": 1}}
    write(here, "tests.json", {"machine": "t.json", "cases": [case]})
    result = asl("test", "tests.json")
    assert result.exit_code == 0, result.stdout + result.stderr


def test_a_definition_of_its_own_has_no_missing_resources(tmp_path):
    found = load(write(tmp_path, "t.json", cloudformation(M=machine(calling("arn:aws:states:::sqs:x")))))
    assert found.machines[0].missing == {}
