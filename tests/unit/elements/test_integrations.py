"""Service integrations: which of them AWS has, in which patterns, and what may have been meant."""

import re

import pytest

from asl.elements.integrations import OPTIMISED, known_services, recognised, similar
from asl.elements.resource import resource
from tests.architecture.sources import imports

PATTERNS = ("", "sync", "sync:2", "waitForTaskToken")


@pytest.mark.parametrize(
    ("service", "action", "patterns"),
    [
        ("apigateway", "invoke", ["", "waitForTaskToken"]),
        ("athena", "startQueryExecution", ["", "sync"]),
        ("athena", "getQueryResults", [""]),
        ("batch", "submitJob", ["", "sync"]),
        ("bedrock", "invokeModel", ["", "waitForTaskToken"]),
        ("bedrockagentcore", "invokeHarness", [""]),
        ("codebuild", "startBuild", ["", "sync"]),
        ("codebuild", "retryBuildBatch", ["", "sync"]),
        ("codebuild", "stopBuild", [""]),
        ("databrew", "startJobRun", ["", "sync"]),
        ("dynamodb", "getItem", [""]),
        ("dynamodb", "putItem", [""]),
        ("dynamodb", "updateItem", [""]),
        ("dynamodb", "deleteItem", [""]),
        ("ecs", "runTask", ["", "sync", "waitForTaskToken"]),
        ("eks", "call", ["", "waitForTaskToken"]),
        ("eks", "runJob", ["", "sync", "waitForTaskToken"]),
        ("eks", "createNodegroup", ["", "sync", "waitForTaskToken"]),
        ("elasticmapreduce", "addStep", ["", "sync"]),
        ("elasticmapreduce", "cancelStep", [""]),
        ("elasticmapreduce", "modifyInstanceGroupByName", [""]),
        ("emr-containers", "createVirtualCluster", [""]),
        ("emr-containers", "startJobRun", ["", "sync"]),
        ("emr-serverless", "cancelJobRun", ["", "sync"]),
        ("events", "putEvents", ["", "waitForTaskToken"]),
        ("glue", "startJobRun", ["", "sync"]),
        ("http", "invoke", ["", "waitForTaskToken"]),
        ("lambda", "invoke", ["", "waitForTaskToken"]),
        ("mediaconvert", "createJob", ["", "sync", "waitForTaskToken"]),
        ("sagemaker", "createTrainingJob", ["", "sync"]),
        ("sagemaker", "createModel", [""]),
        ("sns", "publish", ["", "waitForTaskToken"]),
        ("sqs", "sendMessage", ["", "waitForTaskToken"]),
        ("states", "startExecution", ["", "sync", "sync:2", "waitForTaskToken"]),
        ("aws-sdk:dynamodb", "query", ["", "waitForTaskToken"]),
        ("aws-sdk:s3", "listObjectsV2", ["", "waitForTaskToken"]),
        ("aws-sdk:sfn", "startSyncExecution", ["", "waitForTaskToken"]),
        ("aws-sdk:cloudwatchlogs", "putLogEvents", ["", "waitForTaskToken"]),
        ("aws-sdk:cognitoidentityprovider", "adminGetUser", ["", "waitForTaskToken"]),
        ("aws-sdk:bedrockruntime", "converse", ["", "waitForTaskToken"]),
        ("aws-sdk:lambdamicrovms", "runMicrovm", ["", "waitForTaskToken"]),
        ("aws-sdk:codestar", "listProjects", ["", "waitForTaskToken"]),
    ],
)  # fmt: skip
def test_patterns(service, action, patterns):
    assert [pattern for pattern in PATTERNS if recognised(service, action, pattern)] == patterns


@pytest.mark.parametrize(
    ("service", "action"),
    [
        ("dynamodb", "query"), ("dynamodb", "GetItem"), ("dynamodb", "getitem"), ("dynamodb", ""),
        ("dynamodb", "getItem.sync"), ("DynamoDB", "getItem"), ("", ""), ("", "invoke"),
        ("glue", "startCrawler"), ("lambda", "invokeAsync"), ("sqs", "sendMessageBatch"),
        ("states", "startSyncExecution"), ("sfn", "startExecution"), ("stepfunctions", "startExecution"),
        ("eventbridge", "putEvents"), ("emr", "addStep"), ("emrcontainers", "startJobRun"),
        ("bedrock-agentcore", "invokeHarness"), ("ec2", "describeInstances"), ("http", "get"),
        ("s3", "getObject"), ("s3", "listObjectsV2"), ("s3", "putObject"),
        ("aws-sdk", "s3"), ("aws-sdk:", "getObject"), ("aws-sdk:S3", "getObject"),
        ("aws-sdk:s3", "GetObject"), ("aws-sdk:s3", "get_object"), ("aws-sdk:s3", "get-object"),
        ("aws-sdk:s3", ""), ("aws-sdk:s3", "getObject\n"), ("aws-sdk:s3", "größe"),
        ("aws-sdk:logs", "putLogEvents"), ("aws-sdk:cognito-idp", "adminGetUser"),
        ("aws-sdk:states", "startExecution"), ("aws-sdk:events", "putEvents"),
        ("aws-sdk:apigatewaymanagementapi", "postToConnection"), ("aws-sdk:aws-sdk:s3", "getObject"),
        ("aws-sdk:s3 sqs", "getObject"),
    ],
)  # fmt: skip
def test_unknown_integrations(service, action):
    assert not any(recognised(service, action, pattern) for pattern in PATTERNS)


@pytest.mark.parametrize(
    "pattern", ["async", "SYNC", ".sync", "sync:1", "sync:3", "waitfortasktoken", "request"]
)
def test_unknown_patterns(pattern):
    assert not recognised("states", "startExecution", pattern)
    assert not recognised("ecs", "runTask", pattern)
    assert not recognised("aws-sdk:sfn", "startExecution", pattern)


def test_every_optimised_integration_is_a_resource():
    for service, actions in OPTIMISED.items():
        for action, patterns in actions.items():
            for pattern in patterns:
                ending = f".{pattern}" if pattern else ""
                found = resource(f"arn:aws:states:::{service}:{action}{ending}")
                assert (found.service, found.action) == (service, action + ending)
                assert recognised(service, action, pattern)


def test_every_optimised_action_answers_a_request():
    assert all("" in patterns for actions in OPTIMISED.values() for patterns in actions.values())


def test_only_one_integration_has_the_second_sync():
    assert [
        (service, action)
        for service, actions in OPTIMISED.items()
        for action, patterns in actions.items()
        if "sync:2" in patterns
    ] == [("states", "startExecution")]


def test_known_services():
    services = known_services()
    optimised = [name for name in services if ":" not in name]
    sdk = [name.removeprefix("aws-sdk:") for name in services if name.startswith("aws-sdk:")]
    assert services == tuple(optimised + [f"aws-sdk:{name}" for name in sdk])
    assert optimised == sorted(OPTIMISED)
    assert sdk == sorted(set(sdk))
    assert len(optimised) == 22
    assert len(sdk) > 400
    assert all(name.isascii() and name.isalnum() and name == name.lower() for name in sdk)
    assert {"dynamodb", "s3", "sfn", "sqs", "lambda", "secretsmanager", "scheduler", "m2"} <= set(sdk)


@pytest.mark.parametrize(
    ("service", "action", "hint"),
    [
        # The action is nearly one that there is.
        ("dynamodb", "getItems", "did you mean 'dynamodb:getItem'?"),
        ("dynamodb", "GetItem", "did you mean 'dynamodb:getItem'?"),
        ("lambda", "Invoke", "did you mean 'lambda:invoke'?"),
        # The API has it, the optimised integration does not.
        ("dynamodb", "query",
         "dynamodb takes: getItem, putItem, updateItem, deleteItem; "
         "or did you mean 'aws-sdk:dynamodb:query'?"),
        ("dynamodb", "updateTable",
         "dynamodb takes: getItem, putItem, updateItem, deleteItem; "
         "or did you mean 'aws-sdk:dynamodb:updateTable'?"),
        ("sqs", "SendMessageBatch",
         "sqs takes: sendMessage; or did you mean 'aws-sdk:sqs:sendMessageBatch'?"),
        ("states", "startSyncExecution",
         "states takes: startExecution; or did you mean 'aws-sdk:sfn:startSyncExecution'?"),
        ("bedrock", "converse",
         "bedrock takes: invokeModel, createModelCustomizationJob; "
         "or did you mean 'aws-sdk:bedrockruntime:converse'?"),
        ("http", "get", "http takes: invoke"),
        ("http", "", "http takes: invoke"),
        ("s3", "getObject", "did you mean 'aws-sdk:s3:getObject'?"),
        ("ec2", "DescribeInstances", "did you mean 'aws-sdk:ec2:describeInstances'?"),
        ("emr", "runJobFlow", "did you mean 'aws-sdk:emr:runJobFlow'?"),
        # The service has another name here.
        ("stepfunctions", "startExecution", "did you mean 'states:startExecution'?"),
        ("step-functions", "startExecution", "did you mean 'states:startExecution'?"),
        ("eventbridge", "putEvents", "did you mean 'events:putEvents'?"),
        ("emr", "addStep", "did you mean 'elasticmapreduce:addStep'?"),
        ("emrserverless", "startJobRun", "did you mean 'emr-serverless:startJobRun'?"),
        ("bedrock-agentcore", "invokeHarness", "did you mean 'bedrockagentcore:invokeHarness'?"),
        ("Lambda", "invoke", "did you mean 'lambda:invoke'?"),
        ("dynamo", "getItem", "did you mean 'dynamodb:getItem'?"),
        ("https", "invoke", "did you mean 'http:invoke'?"),
        ("https", "get", "did you mean 'http'? http takes: invoke"),
        ("aws-sdk:logs", "putLogEvents", "did you mean 'aws-sdk:cloudwatchlogs:putLogEvents'?"),
        ("aws-sdk:cognito-idp", "adminGetUser",
         "did you mean 'aws-sdk:cognitoidentityprovider:adminGetUser'?"),
        ("aws-sdk:states", "startExecution", "did you mean 'aws-sdk:sfn:startExecution'?"),
        ("aws-sdk:events", "putEvents", "did you mean 'aws-sdk:eventbridge:putEvents'?"),
        ("aws-sdk:emr-containers", "StartJobRun", "did you mean 'aws-sdk:emrcontainers:startJobRun'?"),
        ("aws-sdk:DynamoDB", "query", "did you mean 'aws-sdk:dynamodb:query'?"),
        ("aws-sdk:secretmanager", "getSecretValue", "did you mean 'aws-sdk:secretsmanager:getSecretValue'?"),
        ("aws-sdk:bedrock", "ListImportedModels", "did you mean 'aws-sdk:bedrock:listImportedModels'?"),
        # Only the pattern can be wrong.
        ("glue", "startJobRun", "AWS takes: glue:startJobRun, glue:startJobRun.sync"),
        ("states", "startExecution",
         "AWS takes: states:startExecution, states:startExecution.sync, "
         "states:startExecution.sync:2, states:startExecution.waitForTaskToken"),
        ("aws-sdk:sfn", "startExecution",
         "AWS takes: aws-sdk:sfn:startExecution, aws-sdk:sfn:startExecution.waitForTaskToken"),
        # Nothing is near.
        ("aws-sdk:s3", "get_object", None),
        ("aws-sdk:nosuch", "thing", None),
        ("aws-sdk:iotdataplane", "publish", None),
        ("nosuch", "thing", None),
        ("", "", None),
        ("aws-sdk:", "", None),
    ],
)  # fmt: skip
def test_hints(service, action, hint):
    assert similar(service, action) == hint
    for suggested in re.findall(r"'([\w:-]+):(\w+)'", hint or ""):
        assert recognised(*suggested, "")


def test_names_are_compared_by_what_is_loaded_only_where_something_is_wrong():
    assert "difflib" not in imports("asl.elements.integrations", lazy=False)
    assert "difflib" in imports("asl.elements.integrations", lazy=True)
