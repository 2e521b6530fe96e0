import json

import pytest

from asl.elements.integrations import SDK_PREFIX, known_services
from asl.signals import TaskFailed, TaskSubmitted, TaskSucceeded
from emulator.models import service_name
from emulator.tasks.sdk import integration as sdk
from tests.tasks.reaching import ACCOUNT, REGION, Script, answered, called, refusal, told

ITEM = {"id": {"S": "a"}, "yes": {"Bool": True}, "none": {"Nul": True}, "deep": {"M": {"ns": {"Ns": ["1"]}}}}


@pytest.fixture
def table(services):
    services.client("dynamodb", REGION, ACCOUNT).create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return services


@pytest.fixture
def bucket(services):
    services.client("s3", REGION, ACCOUNT).create_bucket(Bucket="box")
    return services


RETIRED = """
alexaforbusiness apptest codestar elasticinference elastictranscoder evidently finspace finspacedata honeycode
iot1clickprojects iotanalytics iotevents ioteventsdata iotfleethub iotroborunner lookoutmetrics lookoutvision
macie mobile opsworks opsworkscm panorama privatenetworks qldb qldbsession robomaker sagemakerruntimehttp2
simspaceweaver sms tnb worklink
"""
"""What Step Functions has or had and newer botocores have not."""


def test_every_known_service_is_found_but_for_those_that_have_ended():
    names = [each for each in known_services() if each.startswith(SDK_PREFIX)]
    lost = {each.removeprefix(SDK_PREFIX) for each in names if service_name(each) is None}
    assert len(names) > 400
    assert lost <= set(RETIRED.split())


def test_an_item_goes_in_and_comes_out_as_the_sdk_writes_it(table):
    assert told("aws-sdk:dynamodb:putItem", {"TableName": "t", "Item": ITEM}, table).output == {}
    got = told("aws-sdk:dynamodb:getItem", {"TableName": "t", "Key": {"id": {"S": "a"}}}, table)
    assert got.output == {"Item": ITEM}


def test_a_members_own_spelling_is_taken_too(table):
    item = {"id": {"S": "a"}, "yes": {"BOOL": True}}
    assert told("aws-sdk:dynamodb:putItem", {"TableName": "t", "Item": item}, table).output == {}


def test_members_are_in_order_and_times_are_iso_texts(table):
    told("aws-sdk:dynamodb:putItem", {"TableName": "t", "Item": {"id": {"S": "a"}}}, table)
    parameters = {
        "TableName": "t",
        "KeyConditionExpression": "id = :id",
        "ExpressionAttributeValues": {":id": {"S": "a"}},
    }
    assert list(told("aws-sdk:dynamodb:query", parameters, table).output) == [
        "Count",
        "Items",
        "ScannedCount",
    ]
    described = told("aws-sdk:dynamodb:describeTable", {"TableName": "t"}, table).output["Table"]
    assert described["CreationDateTime"].endswith("Z")
    assert described["CreationDateTime"][10] == "T"


def test_a_task_that_waits_for_its_token_is_submitted(table):
    parameters = {"TableName": "t", "Item": {"id": {"S": "a"}}}
    signal = told("aws-sdk:dynamodb:putItem.waitForTaskToken", parameters, table, token="x")
    assert isinstance(signal, TaskSubmitted)
    assert signal.output == {}


@pytest.mark.parametrize(
    ("body", "kept", "checksum"),
    [
        ("text data", '"text data"', "KUmHvQ=="),
        (False, "false", "K81oMA=="),
        (0, "0", "9NvfIQ=="),
        ({"Dict": "Value"}, '{"Dict":"Value"}', "hnEfWw=="),
        (["List", "Data"], '["List","Data"]', "1F2MPA=="),
    ],
)
def test_a_stream_is_the_json_of_its_parameter(bucket, body, kept, checksum):
    put = told("aws-sdk:s3:putObject", {"Bucket": "box", "Key": "k", "Body": body}, bucket)
    assert put.output.items() >= {"ChecksumCRC32": checksum, "ChecksumType": "FULL_OBJECT"}.items()
    assert put.output["ServerSideEncryption"] == "AES256"
    got = told("aws-sdk:s3:getObject", {"Bucket": "box", "Key": "k"}, bucket)
    assert got.output["Body"] == kept
    assert got.output["ContentType"] == "text/plain; charset=UTF-8"
    assert "ResponseMetadata" not in got.output


def test_a_blob_that_is_no_text_is_base64(bucket):
    bucket.client("s3", REGION, ACCOUNT).put_object(Bucket="box", Key="k", Body=b"\xff\x00")
    assert told("aws-sdk:s3:getObject", {"Bucket": "box", "Key": "k"}, bucket).output["Body"] == "/wA="


def test_numbers_booleans_times_and_texts_are_taken_in_json_s_ways():
    script = Script({"MessageId": "1"}, {"Entries": [{"EventId": "e"}], "FailedEntryCount": 0})
    told(
        "aws-sdk:sqs:sendMessage",
        {"QueueUrl": "https://q/1/q", "MessageBody": {"a": 1}, "DelaySeconds": "5"},
        script,
    )
    assert script.asked[0][1] == {"QueueUrl": "https://q/1/q", "MessageBody": '{"a":1}', "DelaySeconds": 5}
    entries = [{"Source": "s", "DetailType": "d", "Detail": {"a": 1}, "Time": "2026-01-02T03:04:05.500Z"}]
    told("aws-sdk:eventbridge:putEvents", {"Entries": entries}, script)
    (sent,) = script.asked[1][1]["Entries"]
    assert sent == {"Source": "s", "DetailType": "d", "Detail": '{"a":1}', "Time": 1767323045.5}


def test_null_is_not_there():
    script = Script({"SecretList": []})
    told("aws-sdk:secretsmanager:listSecrets", {"MaxResults": None}, script)
    assert script.asked == [("ListSecrets", {})]


def test_names_with_acronyms_are_the_sdk_s(services):
    told("aws-sdk:rds:createDBInstance", DATABASE, services)
    got = told("aws-sdk:rds:describeDBInstances", {"DbInstanceIdentifier": "d"}, services)
    (database,) = got.output["DbInstances"]
    assert database["DbInstanceIdentifier"] == "d"


DATABASE = {
    "DbInstanceIdentifier": "d",
    "DbInstanceClass": "db.t3.micro",
    "Engine": "postgres",
    "MasterUsername": "ada",
    "MasterUserPassword": "lovelace1",
    "AllocatedStorage": 20,
}


def test_another_account_is_asked_with_the_role_of_the_credentials(services):
    role = "arn:aws:iam::999999999999:role/theirs"
    assert (
        told("aws-sdk:sts:getCallerIdentity", {}, services, role_arn=role).output["Account"] == "999999999999"
    )


def test_credentials_that_name_no_role_fail_the_task(services):
    signal = told("aws-sdk:sts:getCallerIdentity", {}, services, role_arn="nobody")
    own = f"arn:aws:iam::{ACCOUNT}:role/own"
    assert signal.error == "States.TaskFailed"
    assert signal.cause == f"The role {own} is not authorized to assume the task state's role, nobody."


# ------------------------------------------------------------------ failures


def test_a_modelled_error_has_the_sdk_s_name_and_text():
    script = Script(refusal("ResourceNotFoundException", "Requested resource not found"))
    signal = told("aws-sdk:dynamodb:putItem", {"TableName": "t", "Item": {"id": {"S": "a"}}}, script)
    assert isinstance(signal, TaskFailed)
    assert signal.error == "DynamoDb.ResourceNotFoundException"
    assert signal.cause == (
        "Requested resource not found (Service: DynamoDb, Status Code: 400, Request ID: id-1) "
        "(SDK Attempt Count: 1)"
    )


@pytest.mark.parametrize(
    ("resource", "code", "error"),
    [
        ("aws-sdk:sfn:describeExecution", "ExecutionDoesNotExist", "Sfn.ExecutionDoesNotExistException"),
        ("aws-sdk:sfn:describeExecution", "Whatever", "Sfn.SfnException"),
        ("aws-sdk:glue:getJob", "EntityNotFoundException", "Glue.EntityNotFoundException"),
        (
            "aws-sdk:secretsmanager:getSecretValue",
            "DecryptionFailure",
            "SecretsManager.DecryptionFailureException",
        ),
        (
            "aws-sdk:cloudwatchlogs:describeLogGroups",
            "AccessDeniedException",
            "CloudWatchLogs.AccessDeniedException",
        ),
        (
            "aws-sdk:cognitoidentityprovider:listUserPools",
            "X",
            "CognitoIdentityProvider.CognitoIdentityProviderException",
        ),
    ],
)
def test_errors_begin_with_the_service_and_end_in_exception(resource, code, error):
    needed = {"describeExecution": {"ExecutionArn": "a"}, "getJob": {"JobName": "j"}}
    needed |= {"getSecretValue": {"SecretId": "s"}, "listUserPools": {"MaxResults": 1}}
    signal = told(resource, needed.get(resource.rpartition(":")[2], {}), Script(refusal(code)))
    assert signal.error == error


def test_s3_tells_both_ids_of_a_request(bucket):
    signal = told("aws-sdk:s3:getObject", {"Bucket": "box", "Key": "none"}, bucket)
    assert signal.error == "S3.NoSuchKeyException"
    assert ", Extended Request ID: " in signal.cause
    assert signal.cause.startswith(
        "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: "
    )


def test_a_fault_shape_is_an_exception_in_the_sdk(services):
    signal = told("aws-sdk:rds:describeDBInstances", {"DbInstanceIdentifier": "none"}, services)
    assert signal.error == "Rds.DbInstanceNotFoundException"


def test_what_is_required_and_missing_is_told_in_the_service_s_words():
    signal = told("aws-sdk:dynamodb:putItem", {"TableName": "t", "Item": None}, Script())
    assert signal.error == "DynamoDb.DynamoDbException"
    assert signal.cause.startswith(
        "1 validation error detected: Value null at 'item' failed to satisfy constraint: "
        "Member must not be null (Service: DynamoDb, Status Code: 400, Request ID: "
    )


def test_a_service_that_has_a_name_for_it_gives_it():
    assert told("aws-sdk:sfn:describeExecution", {}, Script()).error == "Sfn.ValidationException"


def test_all_that_is_missing_is_told():
    signal = told("aws-sdk:dynamodb:putItem", {}, Script())
    assert signal.cause.startswith("2 validation errors detected: Value null at 'tableName' ")
    assert "; Value null at 'item' " in signal.cause


def test_a_number_below_the_least_is_told():
    signal = told("aws-sdk:dynamodb:listTables", {"Limit": 0}, Script())
    assert (
        "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than"
        in signal.cause
    )


@pytest.mark.parametrize(
    ("resource", "parameters", "reason"),
    [
        ("dynamodb:listTables", {"Nope": 1}, "The field 'Nope' is not supported by Step Functions"),
        ("dynamodb:listTables", {"Limit": "many"}, "The value of the field 'Limit' has an invalid format"),
        ("dynamodb:listTables", {"Limit": True}, "The value of the field 'Limit' has an invalid format"),
        (
            "dynamodb:putItem",
            {"TableName": "t", "Item": []},
            "The value of the field 'Item' has an invalid format",
        ),
        (
            "dynamodb:batchGetItem",
            {"RequestItems": {"t": 1}},
            "The value of the field 'RequestItems' has an invalid format",
        ),
        (
            "eventbridge:putEvents",
            {"Entries": [{"Time": "soon"}]},
            "The value of the field 'Time' has an invalid format",
        ),
        ("eventbridge:putEvents", {"Entries": {}}, "The value of the field 'Entries' has an invalid format"),
        ("sts:getCallerIdentity", {"Who": 1}, "The field 'Who' is not supported by Step Functions"),
    ],
)
def test_parameters_that_are_none_of_the_operation_are_refused(resource, parameters, reason):
    signal = told(f"aws-sdk:{resource}", parameters, Script())
    shown = json.dumps(parameters, separators=(",", ":"))
    assert signal.error == "States.Runtime"
    assert signal.cause == f"The Parameters '{shown}' could not be used to start the Task: [{reason}]"


def test_an_action_that_the_service_has_not():
    signal = told("aws-sdk:dynamodb:frobnicate", {}, Script())
    assert signal.error == "States.Runtime"
    assert signal.cause.startswith(
        "The resource provided arn:aws:states:::aws-sdk:dynamodb:frobnicate is not recognized."
    )


def test_a_service_that_botocore_has_no_more():
    signal = told("aws-sdk:worklink:listFleets", {}, Script())
    assert (signal.error, "worklink" in signal.cause) == ("States.Runtime", True)


def test_the_id_of_a_request_that_was_not_sent_is_the_same_in_every_run():
    causes = {told("aws-sdk:dynamodb:putItem", {}, Script()).cause for _ in range(2)}
    assert len(causes) == 1


def test_a_refusal_of_step_functions_itself_reads_like_the_service_s():
    call = called("aws-sdk:sfn:startSyncExecution", {}, Script())
    (signal,) = sdk.refused(call, "StateMachineDoesNotExist", "No such machine").signals
    assert signal.error == "Sfn.StateMachineDoesNotExistException"
    assert signal.cause.startswith("No such machine (Service: Sfn, Status Code: 400, Request ID: ")


def test_an_answer_is_a_success_of_the_same_task():
    (signal,) = answered("aws-sdk:dynamodb:listTables", {}, Script({"TableNames": ["a"]})).signals
    assert signal == TaskSucceeded("1.0", {"TableNames": ["a"]})
