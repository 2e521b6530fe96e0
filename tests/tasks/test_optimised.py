import json

import pytest

from asl.signals import TaskFailed, TaskSubmitted, TaskSucceeded
from emulator.tasks.table import INTEGRATIONS
from tests.tasks.reaching import ACCOUNT, EXECUTION, MACHINE, REGION, Script, refusal, told


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
def queue(services):
    return services.client("sqs", REGION, ACCOUNT).create_queue(QueueName="q")["QueueUrl"]


@pytest.fixture
def topic(services):
    return services.client("sns", REGION, ACCOUNT).create_topic(Name="t")["TopicArn"]


def received(services, url):
    messages = services.client("sqs", REGION, ACCOUNT).receive_message(
        QueueUrl=url, MessageAttributeNames=["All"]
    )
    return messages["Messages"][0]


# ------------------------------------------------------------------ DynamoDB

ITEM = {"id": {"S": "a"}, "yes": {"BOOL": True}, "none": {"NULL": True}}
KEY = {"id": {"S": "a"}}


def test_an_item_keeps_the_service_s_own_spelling(table):
    told("dynamodb:putItem", {"TableName": "t", "Item": ITEM}, table)
    assert told("dynamodb:getItem", {"TableName": "t", "Key": KEY}, table).output["Item"] == ITEM
    updated = told(
        "dynamodb:updateItem",
        {
            "TableName": "t",
            "Key": KEY,
            "UpdateExpression": "set S=:r",
            "ExpressionAttributeValues": {":r": {"S": "new"}},
            "ReturnValues": "UPDATED_NEW",
        },
        table,
    )
    assert updated.output["Attributes"] == {"S": {"S": "new"}}
    assert "ConsumedCapacity" not in updated.output
    told("dynamodb:deleteItem", {"TableName": "t", "Key": KEY}, table)
    assert "Item" not in told("dynamodb:getItem", {"TableName": "t", "Key": KEY}, table).output


def test_a_result_tells_of_the_response_with_aws_s_headers_in_its_order(table):
    output = told("dynamodb:putItem", {"TableName": "t", "Item": ITEM}, table).output
    assert list(output) == ["SdkHttpMetadata", "SdkResponseMetadata"]
    told_of = output["SdkHttpMetadata"]
    assert list(told_of) == ["AllHttpHeaders", "HttpHeaders", "HttpStatusCode"]
    assert list(told_of["AllHttpHeaders"]) == [
        "Server", "Connection", "x-amzn-RequestId", "x-amz-crc32", "Content-Length", "Date", "Content-Type",
    ]  # fmt: skip
    assert list(told_of["HttpHeaders"]) == [
        "Connection", "Content-Length", "Content-Type", "Date", "Server", "x-amz-crc32", "x-amzn-RequestId",
    ]  # fmt: skip
    assert told_of["HttpHeaders"]["Content-Length"] == "2"
    assert told_of["AllHttpHeaders"]["Connection"] == ["keep-alive"]
    assert told_of["HttpStatusCode"] == 200
    assert output["SdkResponseMetadata"] == {"RequestId": told_of["HttpHeaders"]["x-amzn-RequestId"]}


def test_a_date_that_the_service_does_not_send_is_that_of_the_call():
    output = told("dynamodb:putItem", {"TableName": "t", "Item": ITEM}, Script({})).output
    assert output["SdkHttpMetadata"]["HttpHeaders"]["Date"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert "x-amz-crc32" not in output["SdkHttpMetadata"]["HttpHeaders"]


def test_errors_are_those_of_the_first_sdk(table):
    signal = told("dynamodb:putItem", {"TableName": "none", "Item": ITEM}, table)
    assert isinstance(signal, TaskFailed)
    assert signal.error == "DynamoDB.ResourceNotFoundException"
    assert signal.cause.startswith(
        "Requested resource not found (Service: AmazonDynamoDBv2; Status Code: 400; "
        "Error Code: ResourceNotFoundException; Request ID: "
    )
    assert signal.cause.endswith("; Proxy: null)")


@pytest.mark.parametrize(
    ("parameters", "complaint"),
    [
        (
            {"TableName": "t", "Item": None},
            "Value null at 'item' failed to satisfy constraint: Member must not be null",
        ),
        (
            {"TableName": "/t", "Item": ITEM},
            "Value '/t' at 'tableName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        ),
    ],
)
def test_a_request_that_dynamodb_refuses(table, parameters, complaint):
    signal = told("dynamodb:putItem", parameters, table)
    assert signal.error == "DynamoDB.AmazonDynamoDBException"
    assert signal.cause.startswith(
        f"1 validation error detected: {complaint} (Service: AmazonDynamoDBv2; Status Code: 400; "
        "Error Code: ValidationException; Request ID: "
    )


# ------------------------------------------------------------------ SNS and SQS


@pytest.mark.parametrize(
    ("message", "text"), [("hi", "hi"), ({"a": [1]}, '{"a":[1]}'), ({}, "{}"), (1, "1"), (True, "true")]
)
def test_a_message_that_is_no_text_is_json(services, queue, message, text):
    attributes = {"m": {"DataType": "String", "StringValue": "x"}}
    parameters = {"QueueUrl": queue, "MessageBody": message, "MessageAttributes": attributes}
    signal = told("sqs:sendMessage", parameters, services)
    assert list(signal.output) == [
        "MD5OfMessageAttributes", "MD5OfMessageBody", "MessageId", "SdkHttpMetadata", "SdkResponseMetadata",
    ]  # fmt: skip
    got = received(services, queue)
    assert got["Body"] == text
    assert got["MessageAttributes"] == attributes


def test_a_published_message_reaches_its_subscriber(services, topic, queue):
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
    services.client("sns", REGION, ACCOUNT).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    signal = told("sns:publish", {"TopicArn": topic, "Message": {"Message": "Hello"}}, services)
    assert list(signal.output) == ["MessageId", "SdkHttpMetadata", "SdkResponseMetadata"]
    headers = signal.output["SdkHttpMetadata"]["AllHttpHeaders"]
    assert list(headers) == ["x-amzn-RequestId", "connection", "Content-Length", "Date", "Content-Type"]
    assert headers["Content-Type"] == ["text/xml"]
    assert json.loads(received(services, queue)["Body"])["Message"] == '{"Message":"Hello"}'


def test_a_topic_that_is_not_there(services, topic):
    signal = told("sns:publish", {"TopicArn": topic + "x", "Message": "hi"}, services)
    assert signal.error == "SNS.NotFoundException"
    assert signal.cause.startswith(
        "Topic does not exist (Service: AmazonSNS; Status Code: 404; Error Code: NotFound; Request ID: "
    )


def test_services_of_the_query_protocol_say_in_other_words_what_is_missing():
    signal = told("sqs:sendMessage", {"QueueUrl": "https://q/1/q", "MessageBody": None}, Script())
    assert signal.error == "SQS.AmazonSQSException"
    assert signal.cause.startswith(
        "The request must contain the parameter MessageBody. (Service: AmazonSQS; Status Code: 400; "
        "Error Code: MissingParameter; Request ID: "
    )


def test_a_queue_s_url_is_the_address_that_is_asked():
    signal = told("sqs:sendMessage", {"QueueUrl": "no-such-queue", "MessageBody": "x"}, Script())
    assert signal.error == "SQS.SdkClientException"
    assert signal.cause == "Unable to execute HTTP request: no-such-queue: Name or service not known"


def test_a_queue_that_is_not_there(services, queue):
    signal = told("sqs:sendMessage", {"QueueUrl": queue + "x", "MessageBody": "x"}, services)
    assert signal.error == "SQS.QueueDoesNotExistException"


def test_a_task_that_waits_for_its_token_is_submitted(services, queue):
    signal = told(
        "sqs:sendMessage.waitForTaskToken", {"QueueUrl": queue, "MessageBody": "x"}, services, token="t"
    )
    assert isinstance(signal, TaskSubmitted)
    assert "MessageId" in signal.output


# ------------------------------------------------------------------ EventBridge

EVENT = {"Detail": {"a": 1}, "DetailType": "d", "Source": "s"}


def test_events_tell_where_they_come_from():
    script = Script({"Entries": [{"EventId": "e"}], "FailedEntryCount": 0})
    signal = told("events:putEvents", {"Entries": [{**EVENT, "Resources": ["mine"]}]}, script)
    assert signal == TaskSucceeded("1.0", {"Entries": [{"EventId": "e"}], "FailedEntryCount": 0})
    (sent,) = script.asked[0][1]["Entries"]
    assert sent["Resources"] == ["mine", MACHINE, EXECUTION]
    assert sent["Detail"] == '{"a":1}'


def test_an_event_that_is_not_taken_fails_the_task(services):
    signal = told("events:putEvents", {"Entries": [EVENT, {"Detail": {}, "DetailType": "d"}]}, services)
    assert signal.error == "EventBridge.FailedEntry"
    cause = json.loads(signal.cause)
    assert list(cause["Entries"][0]) == ["EventId"]
    assert cause["Entries"][1] == {
        "ErrorCode": "InvalidArgument",
        "ErrorMessage": "Parameter Source is not valid. Reason: Source is a required argument.",
    }
    assert cause["FailedEntryCount"] == 1


@pytest.mark.parametrize("detail", ['"text"', "no json", "[1]"])
def test_a_detail_that_is_no_object_is_malformed(services, detail):
    signal = told("events:putEvents", {"Entries": [EVENT, {**EVENT, "Detail": detail}]}, services)
    cause = json.loads(signal.cause)
    assert list(cause["Entries"][0]) == ["EventId"]
    assert cause["Entries"][1] == {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    assert cause["FailedEntryCount"] == 1


@pytest.mark.parametrize("entries", [None, [], "x", [1], {"a": 1}])
def test_entries_that_are_none_fail_the_task(services, entries):
    assert isinstance(told("events:putEvents", {"Entries": entries}, services), TaskFailed)


# ------------------------------------------------------------------ ECS, Bedrock, EMR, EKS

FAILURES = {"tasks": [], "failures": [{"arn": "a", "reason": "RESOURCE:CPU"}]}


def test_a_container_that_finds_no_place_fails_the_task_unless_it_only_asks():
    asked = {"TaskDefinition": "d"}
    assert isinstance(told("ecs:runTask", asked, Script(FAILURES)), TaskSucceeded)
    for pattern in ("sync", "waitForTaskToken"):
        signal = told(f"ecs:runTask.{pattern}", asked, Script(FAILURES))
        assert signal.error == "AmazonECS.Unknown"
        assert json.loads(signal.cause)["Failures"] == [{"Arn": "a", "Reason": "RESOURCE:CPU"}]


def test_a_model_s_answer_is_json():
    script = Script({"answer": 42})
    output = told("bedrock:invokeModel", {"ModelId": "m", "Body": {"prompt": "?"}}, script).output
    assert output["Body"] == {"answer": 42}
    assert script.asked[0][1] == {"prompt": "?"}
    assert "SdkHttpMetadata" not in output


def test_a_model_s_prompt_and_answer_can_be_objects_in_s3(services):
    client = services.client("s3", REGION, ACCOUNT)
    client.create_bucket(Bucket="box")
    client.put_object(Bucket="box", Key="in/p.json", Body=b'{"prompt":"?"}')
    script = Script({"answer": 42})

    class Both:
        own = None

        def client(self, service, *where):
            return (services if service == "s3" else script).client(service, *where)

        def endpoint(self, service):
            return None

    parameters = {
        "ModelId": "m",
        "Input": {"S3Uri": "s3://box/in/p.json"},
        "Output": {"S3Uri": "s3://box/out"},
    }
    output = told("bedrock:invokeModel", parameters, Both()).output
    assert script.asked[0][1] == {"prompt": "?"}
    assert output["Body"] == "s3://box/out"
    assert json.loads(client.get_object(Bucket="box", Key="out")["Body"].read()) == {"answer": 42}


def test_emr_s_actions_are_its_operations_on_one_thing():
    script = Script(
        {"JobFlowId": "j-1"}, {"StepIds": ["s-1"]}, {}, {}, {"CancelStepsInfoList": [{"StepId": "s-1"}]}
    )
    instances = {"KeepJobFlowAliveWhenNoSteps": True}
    made = told("elasticmapreduce:createCluster", {"Name": "c", "Instances": instances}, script)
    assert made.output["ClusterId"] == "j-1"
    step = {"Name": "s", "HadoopJarStep": {"Jar": "x.jar"}}
    added = told("elasticmapreduce:addStep", {"ClusterId": "j-1", "Step": step}, script)
    assert added.output["StepId"] == "s-1"
    protect = {"ClusterId": "j-1", "TerminationProtected": True}
    told("elasticmapreduce:setClusterTerminationProtection", protect, script)
    told("elasticmapreduce:terminateCluster", {"ClusterId": "j-1"}, script)
    ended = told("elasticmapreduce:cancelStep", {"ClusterId": "j-1", "StepId": "s-1"}, script)
    assert ended.output["CancelStepsInfo"] == {"StepId": "s-1"}
    assert script.asked == [
        ("RunJobFlow", {"Name": "c", "Instances": instances}),
        ("AddJobFlowSteps", {"JobFlowId": "j-1", "Steps": [step]}),
        ("SetTerminationProtection", {"JobFlowIds": ["j-1"], "TerminationProtected": True}),
        ("TerminateJobFlows", {"JobFlowIds": ["j-1"]}),
        ("CancelSteps", {"ClusterId": "j-1", "StepIds": ["s-1"]}),
    ]


def test_emr_finds_instances_by_their_name():
    fleets = {"InstanceFleets": [{"Id": "f-1", "Name": "core"}, {"Id": "f-2", "Name": "task"}]}
    groups = {"InstanceGroups": [{"Id": "g-1", "Name": "core"}]}
    script = Script(fleets, {}, groups, {}, groups)
    fleet = {"ClusterId": "j", "InstanceFleetName": "task", "InstanceFleet": {"TargetOnDemandCapacity": 2}}
    told("elasticmapreduce:modifyInstanceFleetByName", fleet, script)
    group = {"ClusterId": "j", "InstanceGroupName": "core", "InstanceGroup": {"InstanceCount": 3}}
    told("elasticmapreduce:modifyInstanceGroupByName", group, script)
    assert script.asked[1][1]["InstanceFleet"] == {"InstanceFleetId": "f-2", "TargetOnDemandCapacity": 2}
    assert script.asked[3][1]["InstanceGroups"] == [{"InstanceGroupId": "g-1", "InstanceCount": 3}]
    lost = told("elasticmapreduce:modifyInstanceGroupByName", {**group, "InstanceGroupName": "x"}, script)
    assert lost.error == "ElasticMapReduce.InvalidRequestException"


@pytest.mark.parametrize("action", ["call", "runJob"])
def test_a_kubernetes_cluster_is_not_here(action):
    signal = told(f"eks:{action}", {"ClusterName": "c"}, Script())
    assert (signal.error, "Mock it" in signal.cause) == ("States.Runtime", True)


# ------------------------------------------------------------------ all of them


def test_credentials_that_name_no_role_fail_the_task():
    signal = told("sns:publish", {"TopicArn": "t", "Message": "m"}, Script(), role_arn="nobody")
    assert signal.error == "States.TaskFailed"
    assert "is not authorized to assume the task state's role, nobody." in signal.cause


@pytest.mark.parametrize(
    "service", ["athena", "batch", "codebuild", "databrew", "ecs", "glue", "sagemaker", "eks"]
)
def test_an_error_that_no_model_has_is_the_service_s_general_one(service):
    actions = {
        "athena": "stopQueryExecution",
        "batch": "submitJob",
        "codebuild": "stopBuild",
        "databrew": "startJobRun",
        "ecs": "runTask",
        "eks": "createCluster",
        "glue": "startJobRun",
        "sagemaker": "updateEndpoint",
    }
    needed = {
        "athena": {"QueryExecutionId": "q"},
        "batch": {"JobName": "j", "JobQueue": "q", "JobDefinition": "d"},
        "codebuild": {"Id": "b"},
        "databrew": {"Name": "j"},
        "ecs": {"TaskDefinition": "d"},
        "eks": {"Name": "c", "RoleArn": "r", "ResourcesVpcConfig": {}},
        "glue": {"JobName": "j"},
        "sagemaker": {"EndpointName": "e", "EndpointConfigName": "c"},
    }
    signal = told(f"{service}:{actions[service]}", needed[service], Script(refusal("Unheard", "No.")))
    prefix, _, fault = signal.error.partition(".")
    assert prefix.lower() == service
    assert fault.startswith(("Amazon", "AWS"))
    assert fault.endswith("Exception")
    assert "; Status Code: 400; Error Code: Unheard; Request ID: id-1; Proxy: null)" in signal.cause


def test_what_others_run_is_not_run_here():
    assert not {"apigateway", "http", "lambda", "states"} & {
        name for name, run in INTEGRATIONS.items() if run.__module__.endswith("optimised")
    }
